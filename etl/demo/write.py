"""All files of the demonstration city and their sources.toml (示范数据): the order here is the order of reading."""

from collections.abc import Callable
from pathlib import Path

from etl.demo import money, people, response, service, together, units
from etl.demo.case_files import write_cases
from etl.demo.city import DATA_DATE, make_city
from etl.demo.classes import load_classes
from etl.demo.draws import make_model
from etl.demo.names import CITY_CODE, CITY_NAME
from etl.demo.scales import scale_of
from etl.demo.sheets import Sheet, deliver
from etl.model.text import Text

GENERATOR = 5  # raise when the same seed gives other bytes
NOTE = Text("本文件夹为虚构城市的演示数据，人物、地点、单位和数字均非真实。", "Demonstration data of a fictional city: no person, place, body or figure is real.")
CASE_SOURCES = """
# 12345 热线：2025 年及以前没有坐标，按小区、社区名称定位
[[source]]
feed = "case"
path = "cases/12345/2*.csv"
encoding = "auto"
[source.constant]
source = "12345"
source_system = "12345"

# 2026 年起带坐标（高德，GCJ-02）
[[source]]
feed = "case"
path = "cases/12345/geo_*.csv"
crs = "GCJ-02"
[source.constant]
source = "12345"
source_system = "12345"

[[source]]
feed = "case"
path = "cases/网格上报/*.csv"
crs = "EPSG:4490"
[source.columns]
resolved_level = "解决层级"
[source.constant]
source = "网格员上报"
source_system = "网格平台"

[[source]]
feed = "case"
path = "cases/数字城管/*.csv"
encoding = "gb18030"
crs = "GCJ-02"
[source.columns]
raw_category = ["大类名称", "小类名称"]
[source.constant]
source = "数字城管"
source_system = "数字城管"

[[source]]
feed = "case"
path = "cases/来信/*.tsv"
[source.columns]
case_no = "登记号"
source = "渠道"
reported_at = "open_dt"
raw_category = "类别"
filed_at = "受理日期"
[source.values.source]
"来信来访" = "petition"
"e管家小程序" = "e_steward"
"领导信箱" = "other"
[source.constant]
source_system = "来信系统"

[[source]]
feed = "case_event"
path = "流转/*.csv"
encoding = "gb18030"
[source.constant]
source_system = "数字城管"
"""

RULES = """# 本市规则：只写与 data/rules.toml 不同的项。Rules of this city: only what differs from data/rules.toml.
[governance]
convenor = "市委主要负责同志"
platform = "社会工作、组织、发展改革、民政等部门"
office = "市委社会工作部"
"""


def write_demo(folder: Path, scale: str, seed: int = 1, cases: int | None = None, progress: Callable[[Text], None] | None = None) -> Path:
    """Write the fictional city's input files into `folder`; returns its sources.toml. The same arguments give the same bytes.

    `cases` overrides the scale's number of cases; `progress` is told each step. CallError: no such scale.
    """
    size = scale_of(scale)
    tell = progress or (lambda text: None)
    folder.mkdir(parents=True, exist_ok=True)
    tell(Text("城市平面与单元", "City plan and units"))
    city = make_city(size, seed)
    blocks = [f'[city]\nname = "{CITY_NAME}"\ncode = "{CITY_CODE}"\ndata_date = {DATA_DATE.isoformat()}\n']
    blocks.append(_source("unit", deliver(folder, "units/网格基础信息", "unit", units.units(city), "xlsx")))
    for level, name in (("micro", "微网格"), ("compound", "小区网格")):
        units.write_geojson(folder / f"units/{name}.geojson", city, level)
        blocks.append(_source("unit", f"units/{name}.geojson", crs="EPSG:4490"))
    for level, name in (("community", "社区界"), ("street", "街道界")):
        if units.has_shape(city, level):
            units.write_shapefile(folder / f"units/{name}.shp", city, level)
            blocks.append(_source("unit", f"units/{name}.shp", encoding="gb18030", crs="EPSG:4544"))
    tell(Text("台账", "Registers"))
    building = people.buildings(city)
    projects, contract = money.fund_projects(city), together.contracts(city)
    feeds: tuple[tuple[str, str, Sheet, str], ...] = (
        ("compound", "registers/小区台账", money.compounds(city), "xlsx"),
        ("building", "registers/楼栋", building, "gb18030"),
        ("org", "registers/承办单位", together.orgs(city), "xlsx"),
        ("grid_staff", "people/网格员", people.staff(city), "xlsx"),
        ("worker_stat", "people/社区工作者", people.worker_stat(city), "xlsx"),
        ("party_org", "people/党组织", people.party_orgs(city, building), "utf-8-sig"),
        ("member_stat", "people/党员统计_楼栋", people.member_stat_buildings(city, building), "utf-8-sig"),
        ("member_stat", "people/党员统计_单元", people.member_stat_units(city), "xlsx"),
        ("care_visit", "people/走访", people.care_visits(city), "utf-8-sig"),
        ("whistle", "response/吹哨报到", response.whistles(city), "xlsx"),
        ("mobilisation", "response/动员回执", response.mobilisation(city), "gb18030"),
        ("meeting_issue", "response/联席会议议题", response.meeting_issues(city), "xlsx"),
        ("mediation", "response/调解", response.mediations(city), "utf-8-sig"),
        ("fund_project", "money/资金项目", projects, "xlsx"),
        ("fund_ledger", "money/资金收支", money.fund_ledger(city, projects), "gb18030"),
        ("compound_revenue", "money/公共收益", money.compound_revenue(city), "xlsx"),
        ("property_fee", "money/物业费", money.property_fees(city), "utf-8-sig"),
        ("assistance", "money/结对帮扶", together.assistance(city), "xlsx"),
        ("contract", "cobuild/契约", contract, "xlsx"),
        ("contract_item", "cobuild/契约项目", together.contract_items(city, contract), "utf-8-sig"),
        ("joint_activity", "cobuild/共建活动", together.joint_activities(city), "xlsx"),
        ("suggestion", "cobuild/意见建议", together.suggestions(city), "gb18030"),
        ("pilot", "cobuild/试点", together.pilots(city), "xlsx"),
        ("facility", "service/阵地设施", service.facilities(city), "xlsx"),
        ("social_org", "service/社会组织", service.social_orgs(city), "xlsx"),
        ("service_post", "service/认领岗位", service.service_posts(city), "xlsx"),
        ("service_log", "service/志愿服务", service.service_logs(city), "utf-8-sig"),
        ("wish", "service/微心愿", service.wishes(city), "utf-8-sig"),
        ("service_stat", "service/便民服务月报", service.service_stats(city), "gb18030"),
        ("grid_task", "service/治理清单", service.grid_tasks(city), "utf-8-sig"),
    )
    for feed, stem, sheet, form in feeds:
        blocks.append(_source(feed, deliver(folder, stem, feed, sheet, form), crs="EPSG:4490" if feed == "facility" else ""))
    tell(Text("诉求工单", "Cases"))
    model = make_model(city, load_classes())
    story = write_cases(folder, model, cases or size.cases)
    meetings = together.deliberations(city, story, city.code["compound"][model.hot_compound[0]])
    blocks.append(_source("deliberation", deliver(folder, "cobuild/议事", "deliberation", meetings, "utf-8-sig")))
    tell(Text("工单流转", "Flow of cases"))
    rng = city.rng("case_event")
    for file in sorted((folder / "cases" / "数字城管").glob("*.csv")):
        response.write_events(folder, file, file.stem, rng)
    blocks.append(CASE_SOURCES)
    (folder / "DEMO.txt").write_text(f"{NOTE.zh}\n{NOTE.en}\n\nscale = {scale}\nseed = {seed}\ngenerator = {GENERATOR}\n", encoding="utf-8", newline="\n")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8", newline="\n")
    sources = folder / "sources.toml"
    sources.write_text(f"# {NOTE.zh}\n# {NOTE.en}\n\n" + "\n".join(blocks), encoding="utf-8", newline="\n")
    return sources


def _source(feed: str, path: str, **keys: str) -> str:
    lines = ["[[source]]", f'feed = "{feed}"', f'path = "{path}"', *(f'{key} = "{value}"' for key, value in keys.items() if value)]
    return "\n".join(lines) + "\n"
