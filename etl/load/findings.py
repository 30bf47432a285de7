"""Findings (检查结果) of one build: collected in the staging database, written to the warehouse at the end."""

from collections.abc import Iterable
from functools import lru_cache

import duckdb
import pandas as pd

from etl.clean.scrub import scrub_text
from etl.model.checks import BY_ID, Finding
from etl.query.duck import one

_DDL = """CREATE TABLE IF NOT EXISTS found (
    feed VARCHAR, file VARCHAR, "row" BIGINT, "column" VARCHAR, rule VARCHAR, severity VARCHAR, value VARCHAR, note VARCHAR)"""
_COLUMNS = ["feed", "file", "row", "column", "rule", "severity", "value", "note"]
_TYPES = {name: "Int64" if name == "row" else "string" for name in _COLUMNS}
VALUE_LENGTH = 200  # a finding shows enough of a value to recognise it, never a whole message


@lru_cache(maxsize=10_000)
def _scrubbed(text: str) -> str:
    """A geocoder's fallback point is the value of thousands of findings."""
    return scrub_text(text)


class FindingLog:
    """Where every finding of a build goes. Values are scrubbed before they are written, never after."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._waiting: list[tuple] = []
        con.execute(_DDL)

    def add(self, findings: Iterable[Finding]) -> None:
        """Single findings, from files and units. They go into `found` with `flush`: a hundred files with two each are one insert."""
        self._waiting += [
            (f.feed, f.file, f.row, f.column, f.rule, BY_ID[f.rule].severity, _scrubbed(f.value)[:VALUE_LENGTH], _scrubbed(f.note)) for f in findings
        ]

    def flush(self) -> None:
        """Bring `found` up to date; to be called before anything reads it."""
        if self._waiting:  # row by row, five thousand placeholder points take half a minute
            with self.con.cursor() as cursor:  # the build's own connection may be in the middle of a result
                cursor.register("finding_frame", pd.DataFrame(self._waiting, columns=_COLUMNS).astype(_TYPES))
                cursor.execute("INSERT INTO found SELECT * FROM finding_frame")
        self._waiting = []

    def add_rows(self, rule: str, feed: str, select: str) -> int:
        """Findings of many rows. `select` yields (file_no, src_row, column, value already scrubbed, note); returns how many."""
        severity = BY_ID[rule].severity
        return one(
            self.con,
            f"""INSERT INTO found SELECT '{feed}', file.name, s.src_row, s."column", '{rule}', '{severity}', left(s.value, {VALUE_LENGTH}), s.note
                FROM ({select}) s (file_no, src_row, "column", value, note) LEFT JOIN file USING (file_no)""",
        )[0]

    def counts(self) -> list[tuple[str, str, str, int]]:
        """(feed, rule, severity, how many), most first."""
        self.flush()
        return self.con.execute("SELECT feed, rule, any_value(severity), count(*) n FROM found GROUP BY ALL ORDER BY n DESC, feed, rule").fetchall()
