"""The fixed tables of public.duckdb (公众库表结构): all that a public screen can ever be asked, decided when the build is sealed."""

PUBLIC_TABLES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "meta": ("成品库信息 · facts about the build", (("key", "VARCHAR"), ("value", "VARCHAR"))),
    "area": (
        "市到社区：各级网格数（准确）和简化边界 · city to community: numbers of grids (exact), simplified boundaries",
        (
            ("area_code", "VARCHAR"), ("parent_code", "VARCHAR"), ("level", "VARCHAR"), ("name", "VARCHAR"), ("streets", "INTEGER"), ("communities", "INTEGER"),
            ("compounds", "INTEGER"), ("micros", "INTEGER"), ("lon", "DOUBLE"), ("lat", "DOUBLE"), ("geom", "BLOB"),
        ),
    ),
    "figure": (
        "人数和件数：小于 10 一律同样显示，其余取整到 5，必要时隐去 · counts of people and cases: below 10 alike, others to the nearest 5, some withheld",
        (("measure", "VARCHAR"), ("area_code", "VARCHAR"), ("month", "VARCHAR"), ("category", "VARCHAR"), ("value", "INTEGER"), ("state", "VARCHAR")),
    ),
    "project": (
        "资金项目公示（个人收款人已隐名）· fund projects (personal payees masked)",
        (
            ("project_id", "VARCHAR"), ("area_code", "VARCHAR"), ("name", "VARCHAR"), ("fund", "VARCHAR"), ("theme", "VARCHAR"), ("target_group", "VARCHAR"),
            ("provider", "VARCHAR"), ("stage", "VARCHAR"), ("approved_amt", "DECIMAL(14,2)"), ("contract_amt", "DECIMAL(14,2)"), ("paid_amt", "DECIMAL(14,2)"),
            ("started_on", "DATE"), ("published_on", "DATE"), ("accepted_on", "DATE"), ("score", "DOUBLE"),
        ),
    ),
    "fund_year": (
        "资金收支（准确）· money in and out (exact)",
        (("area_code", "VARCHAR"), ("year", "INTEGER"), ("fund", "VARCHAR"), ("direction", "VARCHAR"), ("amt", "DECIMAL(14,2)")),
    ),
    "premise": (
        "阵地设施 · premises and service centres",
        (("name", "VARCHAR"), ("type", "VARCHAR"), ("area_code", "VARCHAR"), ("area_m2", "DOUBLE"), ("lon", "DOUBLE"), ("lat", "DOUBLE")),
    ),
    "volunteer": (
        "志愿服务场次和时长；参加人数隐去处时长也隐去 · volunteer activities and hours; no hours where participants are not shown",
        (("area_code", "VARCHAR"), ("month", "VARCHAR"), ("activities", "INTEGER"), ("hours", "INTEGER")),
    ),
    "dividend": (
        "业主表决并公示的公共收益分红 · dividends voted by the owners and published",
        (("compound", "VARCHAR"), ("area_code", "VARCHAR"), ("period", "VARCHAR"), ("amt", "DECIMAL(14,2)"), ("per_m2", "DOUBLE"), ("voted_on", "DATE")),
    ),
}  # fmt: skip


def create_public_sql() -> str:
    """CREATE TABLE of every public table, with its comment."""
    parts = []
    for name, (said, columns) in PUBLIC_TABLES.items():
        body = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        parts.append(f"""CREATE TABLE "{name}" ({body}); COMMENT ON TABLE "{name}" IS '{said}';""")
    return "\n".join(parts)
