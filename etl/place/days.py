"""The day of a row (事实日期): which dated boundary it belongs to."""

from etl.model.table import Table


def day_sql(table: Table) -> str:
    """SQL: the day that decides which boundary a row `t` belongs to; NULL for feeds without one."""
    if table.name == "case":
        return "coalesce(t.filed_at, t.reported_at)::DATE"
    return f"t.{table.placed_on}::DATE" if table.placed_on else "NULL::DATE"
