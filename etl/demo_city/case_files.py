"""The case files of the three systems (三类工单文件): hotline, stewards' reports, city management; each with its own headers."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import Transformer

from etl.demo_city.case_categories import Categories
from etl.demo_city.case_draw import Month
from etl.demo_city.case_lead import Leads
from etl.demo_city.case_mix import CODES
from etl.demo_city.case_outcome import LEVELS, SATISFIED, SEVERITIES, SOLVED, Outcome
from etl.demo_city.case_places import Places
from etl.demo_city.case_text import Phrases, case_texts, pick
from etl.demo_city.case_times import CHINESE, ISO, ISO_DAY, SLASH
from etl.demo_city.plan import PLANE
from etl.geo.gcj import wgs_to_gcj

HOTLINE_STATUS = ("待受理", "已受理", "已交办", "办理中", "已反馈", "待回访", "已办结", "作废", "延期办理")
STEWARD_STATUS = ("已上报", "已立案", "已派遣", "处置中", "已反馈", "待核实", "已结案", "已撤销", "挂起")
INSPECTOR_STATUS = ("[登记]", "立案", "派遣", "处置中", "反馈", "核查中", "结案", "[作废]", "挂账")
HOTLINE_SOURCES = ("12345热线",) * 15 + ("e管家", "网上信访", "来信来访", "市长热线", "其他")
STEWARD_SOURCES = ("网格员上报",) * 6 + ("随手拍", "网格巡查")
SURNAMES = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴")


class Sheet:
    """What the three files share: the month's cases of one channel, with their words."""

    def __init__(self, rng: np.random.Generator, places: Places, cases: Month, outcome: Outcome, number: np.ndarray, lead: np.ndarray, leads: Leads) -> None:
        self.rng, self.places, self.cases, self.outcome, self.n = rng, places, cases, outcome, len(cases)
        self.number, self.lead = number, leads.names.take(pa.array(lead))

    def text(self, column: str) -> pa.Array:
        """A word of the place of each case."""
        return self.places.words[column].take(pa.array(self.cases.place))

    def hide(self, values: pa.Array, share: float) -> pa.Array:
        """Empty cells here and there."""
        return pc.if_else(pa.array(self.rng.random(self.n) < share), None, values)


def chosen(words: tuple[str, ...], at: np.ndarray) -> pa.Array:
    """The word of each number; empty where it is negative."""
    return pc.if_else(pa.array(at >= 0), pa.array(words).take(pa.array(np.maximum(at, 0))), None)


def case_numbers(prefix: str, month: str, at: np.ndarray) -> pa.Array:
    """RX2025030000017: system, month, place in the month."""
    digits = pc.utf8_lpad(pa.array(at).cast(pa.string()), 7, "0")
    return pc.binary_join_element_wise(prefix + month, digits, "")


def points(sheet: Sheet) -> tuple[np.ndarray, np.ndarray]:
    """Degrees in EPSG:4490: at the building, a few metres about it."""
    lon, lat = sheet.places.lon[sheet.cases.place], sheet.places.lat[sheet.cases.place]
    return lon + sheet.rng.normal(0, 7e-5, sheet.n), lat + sheet.rng.normal(0, 6e-5, sheet.n)


def said_place(sheet: Sheet) -> pa.Array:
    """The place as people give it: name or by-name of the compound, sometimes with building and room."""
    name, alias = sheet.text("place"), sheet.text("alias")
    name = pc.if_else(pa.array(sheet.rng.random(sheet.n) < 0.12), alias, name)
    house = pc.binary_join_element_wise(name, pick(sheet.rng, HOUSES, sheet.n), "")
    return pc.if_else(pa.array(sheet.rng.random(sheet.n) < 0.3), house, name)


HOUSES = tuple(f"{b}栋{u}单元{f}0{r}" for b in range(1, 9) for u in (1, 2) for f in (2, 3, 5) for r in (1, 2)) + ("3号楼", "5栋", "12幢", "北门", "地下车库", "门口")


def hotline(sheet: Sheet, phrases: Phrases, categories: Categories, month: str) -> pa.Table:
    """12345: no coordinates, names of places only."""
    rng, cases, out = sheet.rng, sheet.cases, sheet.outcome
    title, body = case_texts(rng, phrases, cases.code, sheet.text("place"), False, cases.first >= 0)
    echo = case_numbers("RX", month, np.maximum(cases.first, 0))
    phone = pc.binary_join_element_wise("190000", pc.utf8_lpad(pa.array(np.maximum(cases.caller, 0)).cast(pa.string()), 5, "0"), "")
    person = pc.binary_join_element_wise(pick(rng, SURNAMES, sheet.n), pick(rng, ("女士", "先生"), sheet.n), "")
    vague = pa.array(rng.random(sheet.n) < 0.1)
    due = pc.if_else(pa.array(rng.random(sheet.n) < 0.15), ISO_DAY.write(cases.due), ISO.write(cases.due))
    return pa.table({
        "工单编号": case_numbers("RX", month, sheet.number), "诉求渠道": pick(rng, HOTLINE_SOURCES, sheet.n), "问题分类": categories.hotline(rng, cases.code),
        "标题": title, "主要内容": body, "工单状态": chosen(HOTLINE_STATUS, cases.status), "来电人": person, "来电人电话/账号": sheet.hide(phone, 0.06),
        "被反映区": sheet.text("district"), "被反映街乡镇": sheet.text("street"), "村/社区": sheet.hide(sheet.text("community"), 0.05),
        "小区点位": pc.if_else(vague, None, said_place(sheet)), "主办单位": sheet.hide(sheet.lead, 0.02), "来电时间": ISO.write(cases.reported),
        "派单时间": ISO.write(cases.filed), "办结期限": due, "首次联系时间": ISO.write(cases.contact), "办结时间": ISO.write(cases.closed),
        "作废时间": ISO.write(cases.voided), "是否解决": chosen(SOLVED, out.solved), "是否满意": chosen(SATISFIED, out.satisfied),
        "办结层级": chosen(LEVELS, out.level), "涉及人数": pc.if_else(pa.array(out.persons > 0), pa.array(out.persons), None),
        "是否纳入考核": pick(rng, ("是",) * 23 + ("否",), sheet.n), "重复工单编号": pc.if_else(pa.array((cases.first >= 0) & (rng.random(sheet.n) < 0.3)), echo, None),
        "工单性质": pick(rng, ("主办",) * 8 + ("协办", "转办"), sheet.n),
    })  # fmt: skip


def steward(sheet: Sheet, phrases: Phrases, categories: Categories, month: str) -> pa.Table:
    """Stewards' phones: GCJ-02 points, mostly with the grid's code."""
    rng, cases, out = sheet.rng, sheet.cases, sheet.outcome
    _, body = case_texts(rng, phrases, cases.code, sheet.text("place"), True, np.zeros(sheet.n, bool))
    lon, lat = wgs_to_gcj(*points(sheet))
    code4 = pa.array(CODES).take(pa.array(cases.code))
    return pa.table({
        "网格事件流水": case_numbers("WG", month, sheet.number), "问题来源": pick(rng, STEWARD_SOURCES, sheet.n), "事项编码": sheet.hide(code4, 0.35),
        "事件类别": categories.plain(rng, cases.code), "事件描述": body, "事件状态": chosen(STEWARD_STATUS, cases.status), "上报时间": SLASH.write(cases.reported),
        "立案时间": SLASH.write(cases.filed), "首次响应时间": SLASH.write(cases.contact), "结案时间": SLASH.write(cases.closed),
        "微网格编码": sheet.hide(sheet.text("unit_code"), 0.3), "所属社区": sheet.text("community"), "详细地址": said_place(sheet),
        "经度": np.round(lon, 6), "纬度": np.round(lat, 6), "处置部门": sheet.lead, "办结层级": chosen(LEVELS, out.level),
        "事件级别": chosen(SEVERITIES, out.severity), "涉及人数": pc.if_else(pa.array(out.persons > 0), pa.array(out.persons), None),
    })  # fmt: skip


_to_plane = Transformer.from_crs("EPSG:4490", PLANE, always_xy=True)


def inspector(sheet: Sheet, phrases: Phrases, categories: Categories, month: str) -> pa.Table:
    """City management: metres in the plane, two columns of classes, limits in Chinese dates."""
    rng, cases = sheet.rng, sheet.cases
    _, body = case_texts(rng, phrases, cases.code, sheet.text("place"), True, np.zeros(sheet.n, bool))
    east, north = _to_plane.transform(*points(sheet))
    large, small = categories.pair(cases.code)
    return pa.table({
        "任务号": case_numbers("CG", month, sheet.number), "大类名称": large, "小类名称": small, "问题描述": body, "当前阶段": chosen(INSPECTOR_STATUS, cases.status),
        "上报时间": CHINESE.write(cases.reported), "立案时间": CHINESE.write(cases.filed), "处置截止时间": CHINESE.write(cases.due),
        "结案时间": CHINESE.write(cases.closed), "作废时间": CHINESE.write(cases.voided), "处置部门": sheet.lead, "所属街道": sheet.text("street"),
        "所属社区": sheet.text("community"), "地址描述": said_place(sheet), "X坐标": np.round(east, 1), "Y坐标": np.round(north, 1),
        "单元网格": sheet.hide(sheet.text("community_code"), 0.5), "延期次数": pick(rng, ("0",) * 14 + ("1", "2"), sheet.n),
    })  # fmt: skip
