"""The day of a row (事实日期): which dated boundary it belongs to."""

from etl.model.table import Table


def day_sql(table: Table) -> str:
    """SQL: the day that decides which boundary a row `t` belongs to; NULL for feeds without one."""
    if table.name == "case":
        return "coalesce(t.filed_at, t.reported_at)::DATE"
    if not table.placed_on:
        return "NULL::DATE"
    if table.column(table.placed_on).kind == "period":  # 2026 or 2026-03 begins on its first day
        return f"left(t.{table.placed_on} || '-01-01', 10)::DATE"
    return f"t.{table.placed_on}::DATE"
