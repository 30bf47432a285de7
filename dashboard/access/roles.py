"""Roles (角色) and the pages each may open (domain rule E8). What is on a page is limited by the query, not here."""

from etl.model.text import Text
from etl.query.reader import Role

ANALYSIS = (
    "overview", "grids", "coverage", "hotspots", "response", "funds", "property", "cobuild", "volunteers", "explore", "briefing", "department",
)  # fmt: skip
# In the order of preference: the first one that exists is where a person arrives.
PAGES_OF: dict[Role, tuple[str, ...]] = {
    "public": (),
    "steward": ("steward",),
    "analyst": (*ANALYSIS, "quality"),
    "leader": ANALYSIS,
    "data_steward": ("quality", "import"),
    "auditor": ("audit",),
    "admin": (*ANALYSIS, "steward", "import", "quality", "audit"),
}
NAMES: dict[Role, Text] = {
    "public": Text("公众", "Public"),
    "steward": Text("微网格员", "Steward"),
    "analyst": Text("分析员", "Analyst"),
    "leader": Text("领导", "Leader"),
    "data_steward": Text("数据管理员", "Data steward"),
    "auditor": Text("审计员", "Auditor"),
    "admin": Text("系统管理员", "Administrator"),
}


def is_public_page(page_id: str) -> bool:
    """Pages of published figures are open to every role: `public` and those named after it, and the kiosk."""
    return page_id.split("-")[0] in ("public", "kiosk")


def may_open(role: Role, page_id: str) -> bool:
    """Whether the role may open a page."""
    return is_public_page(page_id) or page_id in PAGES_OF[role]


def arrival(role: Role, page_ids: tuple[str, ...]) -> str:
    """The page a person of this role is led to from `/`, of those that exist."""
    return next((page for page in (*PAGES_OF[role], *page_ids) if page in page_ids and may_open(role, page)), page_ids[0])
