"""The registry of all feeds (输入表登记表), in the order of the templates."""

from etl.model.table import Table
from etl.model.tables import cases, cobuild, money, people, response, service, units

# template order: the minimum set (units, cases) and what explains it first
ORDER = (
    "unit", "grid_staff", "party_org", "member_stat", "case", "case_event", "whistle", "fund_project", "fund_ledger", "compound",
    "property_fee", "compound_revenue", "contract", "contract_item", "meeting_issue", "facility", "social_org", "service_log", "care_visit",
    "mobilisation", "building", "worker_stat", "deliberation", "suggestion", "service_post", "mediation", "wish", "service_stat",
    "joint_activity", "grid_task", "assistance", "org", "pilot",
)  # fmt: skip
BY_NAME: dict[str, Table] = {
    table.name: table for theme in (units, people, cases, response, money, cobuild, service) for table in theme.TABLES
}
TABLES: tuple[Table, ...] = tuple(BY_NAME[name] for name in ORDER)
