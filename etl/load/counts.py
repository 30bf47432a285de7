"""The account of every row (行数平衡): read = loaded + rejected + duplicate, per feed; and what stops a build."""

from datetime import date, datetime, time

import duckdb
import pandas as pd

from etl.clean.columns import scrubbed
from etl.load.findings import FindingLog
from etl.model.errors import AtlasError
from etl.model.table import Table
from etl.model.tables import BY_NAME
from etl.query.duck import one
from etl.units.build import Units

JUMP = 10  # a feed with ten times more or fewer rows than last time is held back
# dates that say nothing about how new a feed is: what is planned, and what a register keeps of long ago
_PLANNED = ("due_", "valid_", "end_on", "ended_on", "start_on", "founded_on", "owners_committee_on", "open_budget_on")


def log_bad_cells(con: duckdb.DuckDBPyConnection, table: Table, log: FindingLog) -> None:
    """Log the bad cells. Missing columns of a unit row are told by the unit loader, which knows boundary-only rows."""
    told = "" if table.name != "unit" else "WHERE rule <> 'missing_required'"
    for (rule,) in con.execute(f"SELECT DISTINCT rule FROM b_{table.name} {told} ORDER BY rule").fetchall():
        log.add_rows(rule, table.name, f"SELECT file_no, src_row, col, coalesce({scrubbed('value')}, ''), '' FROM b_{table.name} WHERE rule = '{rule}'")


def mark_units(con: duckdb.DuckDBPyConnection, units: Units) -> None:
    """Mark the rows of `t_unit` that built no unit."""
    for column, rows in (("is_out", units.rejected), ("is_duplicate", units.duplicate)):
        con.register("marked", pd.DataFrame({"row_seq": pd.Series(rows, dtype="int64")}))
        con.execute(f"UPDATE t_unit SET {column} = true WHERE row_seq IN (SELECT row_seq FROM marked)")
        con.unregister("marked")


def event_columns(table: Table) -> list[str]:
    """The date and time columns that tell when something happened, not when it is due, planned or stood in a register."""
    return [c.name for c in table.columns if c.kind in ("date", "time") and not c.name.startswith(_PLANNED)]


def newest(con: duckdb.DuckDBPyConnection, rows: str, columns: list[str]) -> datetime | None:
    """The newest of these dates of `rows` (SQL after FROM) that is not in the future (a typing error must not make data look new); else the newest."""
    if not columns:
        return None
    dates = " UNION ALL ".join(f'SELECT "{c}"::TIMESTAMP AS moment FROM {rows}' for c in columns)
    now = datetime.combine(date.today(), time.max)
    return one(con, f"SELECT coalesce(max(moment) FILTER (WHERE moment <= ?), max(moment)) FROM ({dates})", [now])[0]


def newest_event(con: duckdb.DuckDBPyConnection, feeds: list[str]) -> date | None:
    """The data date: the newest reported_at of cases, else the newest event of any feed."""
    if "case" in feeds and (reported := newest(con, _kept("case"), ["reported_at"])):
        return reported.date()
    found = [last for feed in feeds if feed != "unit" and (last := newest(con, _kept(feed), event_columns(BY_NAME[feed])))]
    return max(found).date() if found else None


def _kept(feed: str) -> str:
    return f"t_{feed} WHERE NOT is_out AND NOT is_duplicate"


def feed_counts(con: duckdb.DuckDBPyConnection, feeds: list[str], files: dict[str, int]) -> dict[str, dict]:
    """The manifest's account of each feed."""
    counts = {}
    for feed in feeds:
        rejected, duplicate = one(con, f"SELECT count(*) FILTER (WHERE is_out), count(*) FILTER (WHERE is_duplicate AND NOT is_out) FROM t_{feed}")
        loaded = one(con, f"SELECT count(*) FROM t_{feed} WHERE NOT is_out AND NOT is_duplicate")[0]
        in_files = one(con, "SELECT coalesce(sum(rows_read), 0)::BIGINT FROM file WHERE feed = ?", [feed])[0]
        last = newest(con, _kept(feed), event_columns(BY_NAME[feed]))
        counts[feed] = {"files": files[feed], "rows_read": in_files, "rows_loaded": loaded, "rows_rejected": rejected,
                        "rows_duplicate": duplicate, "newest": shown(last)}
    return counts


def shown(moment: datetime | None) -> str | None:
    """A moment as the manifest writes it."""
    return moment.isoformat(sep=" ", timespec="seconds") if moment else None


def check(counts: dict[str, dict], previous: dict | None, allow_jump: bool) -> None:
    """AtlasError for a feed whose rows do not add up, that loads none of its rows, or that jumped against the last build."""
    for feed, n in counts.items():
        title = BY_NAME[feed].title
        parts = n["rows_loaded"] + n["rows_rejected"] + n["rows_duplicate"]
        if n["rows_read"] != parts:
            raise AtlasError(f"{title.zh}（{feed}）行数不平：读入 {n['rows_read']}，入库 {n['rows_loaded']} + 拒收 {n['rows_rejected']} + 重复 {n['rows_duplicate']} = {parts}。未发布。",
                             f"{title.en} ({feed}): rows do not add up: read {n['rows_read']}, loaded + rejected + duplicate = {parts}. Not published.")
        if n["rows_read"] and not n["rows_loaded"]:
            raise AtlasError(f"{title.zh}（{feed}）读入 {n['rows_read']} 行，但没有一行可以入库。请先看检查结果，多为表头或编码对应有误。未发布。",
                             f"{title.en} ({feed}): {n['rows_read']} rows were read and none could be loaded; a header or encoding is probably mapped wrongly. Not published.")
        before = (previous or {}).get("feeds", {}).get(feed, {}).get("rows_read", 0)
        if before and not allow_jump and not before / JUMP <= n["rows_read"] <= before * JUMP:
            raise AtlasError(f"{title.zh}（{feed}）本次 {n['rows_read']} 行，上次 {before} 行，相差超过 {JUMP} 倍，可能文件不完整或重复。确认无误后加 --allow-jump。未发布。",
                             f"{title.en} ({feed}): {n['rows_read']} rows against {before} last time, more than {JUMP} times apart; the file may be cut or doubled. If it is right, add --allow-jump. Not published.")
