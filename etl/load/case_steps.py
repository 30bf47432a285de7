"""Steps of cases (工单流转): the time their case is counted by, kept beside each as `case_at`.

An indicator asks for the cases of some days and for their steps: with it, the steps of those days are read and not all of history.
"""

import duckdb


def of_its_case(step: str) -> str:
    """SQL predicate: the case `c` is that of the row named `step`."""
    return f"c.case_no = {step}.case_no AND coalesce(c.source_system, '') = coalesce({step}.source_system, '')"


def mark_again(con: duckdb.DuckDBPyConnection, since: int = 0, within: str = "w") -> None:
    """Set `case_at` of the steps, in the warehouse attached as `within`, of cases read from the file number `since` on."""
    con.execute(f"""
        UPDATE {within}.case_event AS s SET case_at = found.counted_at
        FROM (SELECT e.rowid AS id, c.counted_at FROM {within}.case_event e JOIN {within}."case" c ON {of_its_case("e")}
            WHERE coalesce(c.file_no, 0) >= {since} AND e.case_at IS DISTINCT FROM c.counted_at) found
        WHERE found.id = s.rowid""")
