"""Case files of four source systems, each with its own headers, encodings, date spellings, coordinates and faults (工单文件)."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.city import City
from etl.demo.classes import Classes
from etl.demo.draws import SOLVED_ON, SYSTEMS, Model, Month, draw_month, lead_names, month_sizes, of_solved
from etl.demo.faults import break_rows, placeholder
from etl.demo.sheets import spelled, write_csv
from etl.demo.texts import Words, joined, make_words, pick_text, place_texts, sentences
from etl.geo.gcj import wgs_to_gcj

PHONE_PREFIX = "100"  # no mobile number begins so
GEOCODED_FROM = 14  # the hotline adds coordinates from January 2026 on
UNMAPPED = pa.array(["综合事项->待定", "市民热线->其他专项", "专项->百日攻坚", "跨界->多元", ""])
LEVEL_WORDS = pa.array(["市", "区", "街道", "社区", "小区", "微网格"])
SOLVED = pa.array([None, "解决", "部分解决", "未解决"], pa.string())
SATISFIED = pa.array(["未评价", "满意", "基本满意", "不满意"])
STATUS = {
    "hotline": pa.array(["已交办", "办理中", "已反馈", "待回访", "延期办理", "作废", "已办结"]),
    "steward": pa.array(["已派遣", "处理中", "已反馈", "待核实", "挂起", "已撤销", "已关闭"]),
    "city_mgmt": pa.array(["派遣", "处置中", "反馈", "核查中", "挂账", "[作废]", "结案"]),
    "letters": pa.array(["已转办", "在办", "已回复", "回访中", "延期", "已取消", "办结"]),
}
STYLES = ("-", "/", "年", "-", ".")


@dataclass(frozen=True)
class Desk:
    """What every file of a build of the city needs."""

    city: City
    classes: Classes
    words: Words
    leads: pa.Array
    rings: tuple[np.ndarray, np.ndarray]  # start and vertices of each micro-grid


def write_cases(folder: Path, model: Model, cases: int) -> list[tuple[np.datetime64, str]]:
    """All months' files under `folder`/cases; day and number of the cases about the trouble that was solved, for the meetings about it."""
    city = model.city
    rings = city.plan.layers["micro"].rings
    starts = np.concatenate([[0], np.cumsum([len(r) for r in rings])])
    desk = Desk(city, model.classes, make_words(city, model.classes), pa.array(lead_names(city)), (starts, np.concatenate(rings)))
    rng = city.rng("case")
    held: dict[str, pa.Table] = {}
    story: list[tuple[np.datetime64, str]] = []
    numbers = dict.fromkeys(SYSTEMS, 0)
    for index, (first, n) in enumerate(month_sizes(model.classes, cases)):
        month = draw_month(model, first, n, rng)
        for s, system in enumerate(SYSTEMS):
            part = _rows(month, np.flatnonzero(month.system == s))
            table = MAKERS[system](desk, part, index, numbers[system], rng)
            numbers[system] += len(part.kind)
            told = np.flatnonzero(of_solved(model, part.micro, part.kind) & (part.reported < np.datetime64(SOLVED_ON)))
            story += zip(part.reported[told].astype("datetime64[D]"), table.column(0).take(pa.array(told)).to_pylist(), strict=True)
            table = break_rows(table, rng)
            if system in held and held[system].column_names == table.column_names:
                again = held[system]  # part of last month's file comes a second time
                table = pa.concat_tables([table, again.slice(0, max(1, again.num_rows // 250))])
            held[system] = table
            path, encoding = _path(system, index, first.strftime("%Y-%m"))
            write_csv(folder / "cases" / path, table, encoding, "\t" if system == "letters" else ",")
    return sorted(story)


def _path(system: str, index: int, month: str) -> tuple[str, str]:
    if system == "hotline":
        return (f"12345/geo_{month}.csv", "utf-8-sig") if index >= GEOCODED_FROM else (f"12345/{month}.csv", "gb18030" if index < 6 else "utf-8-sig")
    if system == "steward":
        return f"网格上报/{month}.csv", "utf-8"
    return (f"数字城管/案卷{month}.csv", "gb18030") if system == "city_mgmt" else (f"来信/{month}.tsv", "utf-8")


def _rows(month: Month, rows: np.ndarray) -> Month:
    return replace(month, **{f.name: getattr(month, f.name)[rows] for f in fields(month) if f.name != "first"})


def _numbers(prefix: str, month: Month, at: int) -> pa.Array:
    day = pc.replace_substring(pa.array(month.reported.astype("datetime64[D]")).cast(pa.string()), "-", "")
    serial = pc.utf8_lpad(pa.array(np.arange(at + 1, at + 1 + len(month.kind))).cast(pa.string()), 7, "0")
    return joined(prefix, day, serial)


def _phones(month: Month) -> pa.Array:
    return joined(PHONE_PREFIX, pc.utf8_lpad(pa.array(month.phone).cast(pa.string()), 8, "0"))


def _times(values: np.ndarray, month: Month, styles: tuple[str, ...]) -> pa.Array:
    """One style for most rows, a second and third for some: mixed within the column."""
    text = spelled(values, styles[0])
    for style, share in zip(styles[1:], (0.08, 0.03), strict=False):
        text = pc.if_else(pa.array(month.chance < share), spelled(values, style), text)
    return text


def _points(desk: Desk, month: Month, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A point inside each case's micro-grid, EPSG:4490."""
    starts, flat = desk.rings
    plan, city, n = desk.city.plan, desk.city, len(month.micro)
    size = starts[month.micro + 1] - starts[month.micro]
    i = (rng.random(n) * size).astype(int)
    a, b = flat[starts[month.micro] + i], flat[starts[month.micro] + (i + 1) % size]
    share, depth = rng.random(n), np.sqrt(rng.random(n)) * 0.85
    out = []
    for centre, v in ((city.lon["micro"], plan.lon), (city.lat["micro"], plan.lat)):
        c = centre[month.micro]
        out.append(c + depth * (v[a] + share * (v[b] - v[a]) - c))
    return out[0], out[1]


def _coordinate(values: np.ndarray, present: np.ndarray) -> pa.Array:
    return pa.array(np.round(values, 6), mask=~present).cast(pa.string())


def _names(desk: Desk, month: Month) -> tuple[pa.Array, pa.Array, pa.Array]:
    city = desk.city
    community = city.parent["compound"][city.parent["micro"][month.micro]]
    street = city.parent["community"][community]
    return tuple(
        pa.array(city.name[level]).take(pa.array(index))
        for level, index in (("district", city.parent["street"][street]), ("street", street), ("community", community))
    )


def _blank(text: pa.Array, share: float, rng: np.random.Generator) -> pa.Array:
    return pc.if_else(pa.array(rng.random(len(text)) < share), pa.scalar(None, pa.string()), text)


def _hotline(desk: Desk, month: Month, index: int, at: int, rng: np.random.Generator) -> pa.Table:
    n = len(month.kind)
    called, full = place_texts(desk.words, desk.city, month, desk.classes.on_street[month.kind], rng)
    title, body = sentences(desk.words, month, called, rng, found=False)
    district, street, community = _names(desk, month)
    raw = pc.if_else(pa.array(rng.random(n) < 0.018), pick_text(UNMAPPED, rng.random(n)), desk.words.raw.take(pa.array(month.kind)))
    styles = (STYLES[index % 5], "年", "/")
    minor = np.where(month.group >= 5, "群体", np.where(desk.classes.proper[month.kind] >= 4, "小", "大")).astype(object)
    columns: dict[str, pa.Array] = {
        "工单编号": _numbers("DH", month, at), "工单类型": pick_text(pa.array(["投诉", "求助", "投诉", "举报"]), month.chance), "问题分类": raw,
        "标题": title, "主要内容": body, "工单状态": STATUS["hotline"].take(pa.array(month.status)),
        "来电人": pick_text(pa.array(["张女士", "李先生", "王先生", "陈女士", "匿名", "刘先生"]), rng.random(n)),
        "来电人电话/账号": _blank(_phones(month), 0.04, rng), "被反映区": district, "被反映街乡镇": _blank(street, 0.01, rng),
        "村/社区": _blank(community, 0.09, rng), "小区点位": _blank(full, 0.06, rng), "主办单位": desk.leads.take(pa.array(month.lead)),
        "来电时间": _times(month.reported, month, styles), "立案时间": _times(month.filed, month, styles),
        "办理期限": _times(month.due, month, styles), "首次联系时间": _times(month.contact, month, styles),
        "办结时间": _times(month.closed, month, styles), "作废时间": spelled(month.voided), "办结层级": _level(month),
        "事件等级": _blank(pa.array(minor), 0.6, rng), "是否解决": SOLVED.take(pa.array(month.solved)),
        "是否满意": SATISFIED.take(pa.array(month.satisfied)), "纳入考核": pc.if_else(pa.array(rng.random(n) < 0.04), "否", "是"),
        "涉及人数": pa.array(month.group, mask=month.group == 0).cast(pa.string()), "工单性质": pick_text(pa.array(["主办", "主办", "协办"]), rng.random(n)),
    }  # fmt: skip
    if index >= GEOCODED_FROM:
        lon, lat = wgs_to_gcj(*_points(desk, month, rng))
        lon, lat = placeholder(lon, lat, 0.03, desk.city, rng)
        present = rng.random(n) < 0.86
        columns["经度"], columns["纬度"] = _coordinate(lon, present), _coordinate(lat, present)
    return pa.table(columns)


def _level(month: Month) -> pa.Array:
    return LEVEL_WORDS.take(pa.array(np.maximum(month.level, 0), mask=month.level < 0))


def _steward(desk: Desk, month: Month, index: int, at: int, rng: np.random.Generator) -> pa.Table:
    n = len(month.kind)
    called, full = place_texts(desk.words, desk.city, month, desk.classes.on_street[month.kind], rng)
    title, body = sentences(desk.words, month, called, rng, found=True)
    lon, lat = _points(desk, month, rng)
    present = rng.random(n) < 0.93
    code4 = pa.array(desk.classes.code4).take(pa.array(month.kind))
    return pa.table({
        "事件编号": _numbers("WG", month, at), "上报时间": _times(month.reported, month, ("-", "/")), "事项编码": _blank(code4, 0.02, rng),
        "事件标题": title, "事件描述": body, "详细地址": full, "网格编码": _blank(pa.array(desk.city.code["micro"]).take(pa.array(month.micro)), 0.05, rng),
        "经度": _coordinate(lon, present), "纬度": _coordinate(lat, present), "办理状态": STATUS["steward"].take(pa.array(month.status)),
        "处置部门": desk.leads.take(pa.array(month.lead)), "立案时间": _times(month.filed, month, ("-",)), "办结期限": spelled(month.due),
        "首次响应时间": spelled(month.contact), "办结时间": _times(month.closed, month, ("-", "/")), "撤销时间": spelled(month.voided),
        "解决层级": _level(month), "解决情况": SOLVED.take(pa.array(month.solved)), "评价结果": SATISFIED.take(pa.array(month.satisfied)),
    })  # fmt: skip


def _city_mgmt(desk: Desk, month: Month, index: int, at: int, rng: np.random.Generator) -> pa.Table:
    n = len(month.kind)
    called, full = place_texts(desk.words, desk.city, month, desk.classes.on_street[month.kind], rng)
    _, body = sentences(desk.words, month, called, rng, found=True)
    _, street, community = _names(desk, month)
    lon, lat = wgs_to_gcj(*_points(desk, month, rng))
    lon, lat = placeholder(lon, lat, 0.06, desk.city, rng)
    coarse = pa.array([c.l1.zh for c in desk.classes.category]).take(pa.array(month.kind))
    fine = pa.array([c.l2.zh for c in desk.classes.category]).take(pa.array(month.kind))
    present = rng.random(n) < 0.98
    return pa.table({
        "任务号": _numbers("CG", month, at), "上报时间": _times(month.reported, month, ("/", "-")), "采集来源": pick_text(pa.array(["监督员上报", "视频抓拍", "公众举报"]), rng.random(n)),
        "问题类型": pick_text(pa.array(["部件", "事件", "事件"]), rng.random(n)), "大类名称": coarse, "小类名称": fine, "问题描述": body,
        "当前阶段": STATUS["city_mgmt"].take(pa.array(month.status)), "处置部门": desk.leads.take(pa.array(month.lead)),
        "立案日期": spelled(month.filed, "/"), "处置截止时间": spelled(month.due, "/"), "结案时间": _times(month.closed, month, ("/", "-")),
        "作废时间": spelled(month.voided, "/"), "延期次数": pa.array((rng.random(n) < 0.03).astype(int)).cast(pa.string()),
        "所属街道": street, "所属社区": community, "监督员": pick_text(pa.array(["监督员01", "监督员02", "监督员17"]), rng.random(n)), "地址描述": full,
        "X坐标": _coordinate(lon, present), "Y坐标": _coordinate(lat, present),
    })  # fmt: skip


def _letters(desk: Desk, month: Month, index: int, at: int, rng: np.random.Generator) -> pa.Table:
    n = len(month.kind)
    called, full = place_texts(desk.words, desk.city, month, desk.classes.on_street[month.kind], rng)
    title, body = sentences(desk.words, month, called, rng, found=False)
    _, street, community = _names(desk, month)
    return pa.table({
        "登记号": _numbers("XF", month, at), "渠道": pick_text(pa.array(["来信来访", "e管家小程序", "e管家小程序", "领导信箱"]), rng.random(n)),
        "open_dt": _times(month.reported, month, ("年", "-", ".")), "类别": desk.words.raw.take(pa.array(month.kind)), "主题": title, "内容": body,
        "反映人": pick_text(pa.array(["周某", "吴女士", "匿名"]), rng.random(n)), "联系方式": _phones(month), "街道": street, "社区": community, "地点": full,
        "状态": STATUS["letters"].take(pa.array(month.status)), "承办部门": desk.leads.take(pa.array(month.lead)), "受理日期": spelled(month.filed, "年"),
        "到期时间": spelled(month.due.astype("datetime64[D]"), "年"), "办结日期": spelled(month.closed, "年"), "办理层级": _level(month),
        "满意度": SATISFIED.take(pa.array(month.satisfied)), "是否已解决": SOLVED.take(pa.array(month.solved)), "参与人数": pa.array(month.group, mask=month.group == 0).cast(pa.string()),
    })  # fmt: skip


MAKERS: dict[str, Callable[[Desk, Month, int, int, np.random.Generator], pa.Table]] = {
    "hotline": _hotline, "steward": _steward, "city_mgmt": _city_mgmt, "letters": _letters,
}  # fmt: skip
