"""The pages (页面): one record each, in the order of the navigation. Routes, titles and placeholders come from here."""

from dataclasses import dataclass
from pathlib import Path

from dashboard.access.roles import may_open
from etl.model.text import Text
from etl.query.reader import Role

PAGES_FOLDER = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True, slots=True)
class PageInfo:
    """One page. `feeds` are the input tables it draws on; `about` says in one sentence what it shows."""

    id: str
    title: Text
    about: Text
    feeds: tuple[str, ...]
    is_built: bool = False

    @property
    def script(self) -> Path:
        return PAGES_FOLDER / f"{self.id}.py"


PAGES: tuple[PageInfo, ...] = (
    PageInfo(
        "overview", Text("总览", "Overview"),
        Text("一张图看全市到每个微网格：主要指标、需要关注的事项、分档与明细。", "One map from the city to every micro-grid: main figures, what needs attention, bands and table."),
        ("unit", "case", "grid_staff", "member_stat"), is_built=True,
    ),
    PageInfo(
        "grids", Text("微网格", "Micro-grids"),
        Text("微网格划分规模、人员配备和社区—一般网格—微网格三级体系。", "The size of micro-grids, their staffing, and the three-level tree of each community."),
        ("unit", "grid_staff", "party_org"), is_built=True,
    ),
    PageInfo(
        "coverage", Text("党员覆盖", "Party members"),
        Text("微网格有无党员、网格有无党组织，应建未建、双报到和“三必访”。", "Whether every micro-grid has a member and every grid an organisation; missing groups, reporting and care visits."),
        ("member_stat", "party_org", "building", "service_post", "care_visit"), is_built=True,
    ),
    PageInfo(
        "hotspots", Text("诉求热点", "Hotspots"),
        Text("诉求在哪里、什么时候、什么事上高于正常水平，是新增、持续还是降温。", "Where, when and in what requests exceed the normal; new, lasting and cooling hotspots."),
        ("case", "unit", "deliberation"), is_built=True,
    ),
    PageInfo(
        "response", Text("吹哨与层级", "Response"),
        Text("响应率、解决率、满意率，吹哨报到，退单与推诿，事情在哪一级解决。", "Response, solved and satisfied rates; whistles; returns; the level at which matters are solved."),
        ("case", "case_event", "whistle", "meeting_issue", "mobilisation", "mediation"), is_built=True,
    ),
    PageInfo(
        "funds", Text("资金", "Funds"),
        Text("保障资金与激励资金从建议到审计的全过程，到账、支出、沉淀。", "Every project from suggestion to audit; received, paid and left over."),
        ("fund_project", "fund_ledger", "suggestion"), is_built=True,
    ),
    PageInfo(
        "property", Text("小区物业", "Property"),
        Text("物业费收缴、物业模式、业委会、公共收益与分红。", "Fees, property modes, owners' committees, common income and dividends."),
        ("compound", "property_fee", "compound_revenue", "facility"), is_built=True,
    ),
    PageInfo(
        "cobuild", Text("共建", "Co-building"),
        Text("共建契约五步、需求与资源清单、履约、季度活动和议事。", "Contracts on their five steps, give and get lists, fulfilment, quarterly activities and meetings."),
        ("contract", "contract_item", "joint_activity", "deliberation", "suggestion"), is_built=True,
    ),
    PageInfo(
        "volunteers", Text("志愿与队伍", "Volunteers"),
        Text("志愿服务时长、服务队伍、社区工作者构成、社会组织与微心愿。", "Volunteer hours, teams, community workers, social organisations and wishes."),
        ("service_log", "service_post", "worker_stat", "social_org", "wish"), is_built=True,
    ),
    PageInfo(
        "explore", Text("分析", "Explore"),
        Text("两项指标对比、时间变化、分布和明细，附计算依据。", "Two indicators side by side, change over time, distribution and detail, with the evidence."),
        ("unit", "case"), is_built=True,
    ),
    PageInfo(
        "briefing", Text("简报", "Briefing"),
        Text("按单元和月份生成可编辑的 Word 简报，数字与页面一致。", "An editable Word briefing for a unit and month, with the numbers of the pages."),
        ("unit", "case"), is_built=True,
    ),
    PageInfo(
        "import", Text("导入", "Import"),
        Text("导入数据的步骤、模板和各次导入的结果。", "How data are loaded, the templates, and how each load went."),
        (), is_built=True,
    ),
    PageInfo(
        "quality", Text("数据质量", "Data quality"),
        Text("各输入表读入、入库、拒收、重复的行数和检查发现的问题。", "Rows read, loaded, refused and repeated per input table, and what the checks found."),
        (), is_built=True,
    ),
    PageInfo(
        "steward", Text("我的微网格", "My micro-grid"),
        Text("今天要办的诉求、要确认的事和该找的单位，只有自己的格。", "The day's open cases, what to confirm and which office to call; one's own grid only."),
        ("case", "org", "unit"), is_built=True,
    ),
    PageInfo(
        "department", Text("部门", "Departments"),
        Text("一个部门的吹哨、派单、退单和按期办结。", "One department's whistles, dispatches, returns and closing on time."),
        ("case", "case_event", "whistle"), is_built=True,
    ),
    PageInfo(
        "audit", Text("审计", "Audit"),
        Text("谁在什么时候看了什么、导出了什么，日志是否完整。", "Who saw and exported what, and whether the log is whole."),
        (), is_built=True,
    ),
    PageInfo(
        "public", Text("公示", "Public"),
        Text("向居民公示的诉求办理、资金项目和服务情况，只含汇总数。", "What residents are shown: requests solved, funds and services, as totals only."),
        ("case", "fund_project", "facility", "service_log"), is_built=True,
    ),
)
PUBLIC_PAGES: tuple[PageInfo, ...] = (PAGES[-1],)  # all that a --public server shows
BY_ID: dict[str, PageInfo] = {page.id: page for page in PAGES}


def pages_for(role: Role) -> tuple[PageInfo, ...]:
    """The pages a role may open, in the order of the navigation."""
    return PUBLIC_PAGES if role == "public" else tuple(page for page in PAGES if may_open(role, page.id))
