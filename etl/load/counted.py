"""Counts of a day (按日统计): from which day a newer count holds in the place of each.

Worked out once at the import, a count in force on a day is a plain filter; asked of every query, it would rank all counts of all years.
"""

import duckdb

# what tells a count from another one of the same thing; `u` is the unit it lies in: a new version of a unit continues the old one's
COUNTED = {
    "member_stat": ("m.building_id IS NULL", "coalesce(m.building_id, u.unit_code)", "m.category", "m.relation"),
    "worker_stat": ("u.unit_code",),
}


def mark_replaced(con: duckdb.DuckDBPyConnection, feed: str, within: str = "w") -> None:
    """Set `until_on` in the feed's table of the attached warehouse `within`, whose units are there; of two counts of one day the later row holds."""
    con.execute(f"""
        CREATE TEMP TABLE newer AS
        SELECT m.rowid AS id, m.until_on AS was,
            lead(m.as_of_on) OVER (PARTITION BY {", ".join(COUNTED[feed])} ORDER BY m.as_of_on, m.file_no, m.src_row) AS until_on
        FROM {within}.{feed} m JOIN {within}.unit u USING (unit_no)""")
    con.execute(f"UPDATE {within}.{feed} AS m SET until_on = n.until_on FROM newer n WHERE n.id = m.rowid AND n.until_on IS DISTINCT FROM n.was")
    con.execute("DROP TABLE newer")
