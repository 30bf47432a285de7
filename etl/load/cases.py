"""What a case needs beside its columns (工单衍生项): class, severity, time limit, and which case it repeats.

Rules: `domain.md` B3 and C; the limits and windows come from the rules file and the category table.
"""

import duckdb
import numpy as np
import pandas as pd

from etl.clean.columns import scrubbed
from etl.load.findings import FindingLog
from etl.model.rules import Rules
from etl.model.taxonomy import CATEGORIES, OTHER, match_category
from etl.query.worktime import add_working, load_calendar
from etl.units.build import Units

_INTERVAL = {"hour": "HOUR", "day": "DAY"}


def classify(con: duckdb.DuckDBPyConnection, rules: Rules, log: FindingLog) -> None:
    """Create `k_case`(row_seq, code4, counted_at, is_told, severity, limit_at). Unknown or unmapped classes become 1299, with a finding."""
    con.register("category_frame", pd.DataFrame(
        [(c.code4, c.severity, c.limit_value, _INTERVAL.get(c.limit_unit or "")) for c in CATEGORIES], columns=["code4", "severity", "limit_value", "limit_unit"]))
    con.execute("CREATE TEMP TABLE category AS SELECT * FROM category_frame")
    con.unregister("category_frame")
    # a source without any category column still has a title, whose words may say enough
    said = "CASE WHEN t.code4 IS NULL OR t.code4 NOT IN (SELECT code4 FROM category) THEN coalesce(t.raw_category, t.title) END"
    texts = [text for (text,) in con.execute(f"SELECT DISTINCT {said} FROM t_case t").fetchall() if text is not None]
    con.register("mapped_frame", pd.DataFrame({"text": pd.Series(texts, dtype="string"), "code4": pd.Series([match_category(text) for text in texts], dtype="string")}))
    con.execute("CREATE TEMP TABLE mapped AS SELECT * FROM mapped_frame WHERE code4 IS NOT NULL")
    con.unregister("mapped_frame")
    con.execute(f"""
        CREATE TABLE k_case AS
        SELECT k.row_seq, k.code4, k.counted_at, k.is_told, coalesce(k.severity, CASE WHEN k.group_size >= {rules.case.group_persons} THEN 'group' END, c.severity) AS severity,
            coalesce(k.due_at, CASE c.limit_unit WHEN 'HOUR' THEN k.counted_at + to_hours(c.limit_value::INTEGER) WHEN 'DAY' THEN k.counted_at + to_days(c.limit_value::INTEGER) END) AS limit_at
        FROM (SELECT t.row_seq, coalesce(own.code4, mapped.code4, '{OTHER}') AS code4, coalesce(t.filed_at, t.reported_at) AS counted_at,
                coalesce(own.code4, mapped.code4) IS NOT NULL AS is_told, t.severity, t.group_size, t.due_at
            FROM t_case t LEFT JOIN category own ON own.code4 = t.code4 LEFT JOIN mapped ON own.code4 IS NULL AND mapped.text = coalesce(t.raw_category, t.title)) k
        JOIN category c ON c.code4 = k.code4""")
    _working_limits(con, rules)
    kept = "t_case t JOIN k_case k USING (row_seq) WHERE NOT t.is_out AND NOT t.is_duplicate"
    log.add_rows("unknown_code4", "case", f"SELECT t.file_no, t.src_row, '事项编码', {scrubbed('t.code4')}, '' FROM {kept} AND t.code4 IS NOT NULL AND t.code4 NOT IN (SELECT code4 FROM category)")
    log.add_rows("unmapped_category", "case", f"SELECT t.file_no, t.src_row, '问题分类', coalesce(t.raw_category, ''), '' FROM {kept} AND t.code4 IS NULL AND NOT k.is_told")
    con.execute("DROP TABLE category; DROP TABLE mapped")


def _working_limits(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Limits in working hours and days (工作时限), by the holiday table; the others were plain SQL."""
    calendar = None
    for category in CATEGORIES:
        if category.limit_unit not in ("working_hour", "working_day") or not category.limit_value:
            continue
        calendar = calendar or load_calendar()
        rows = con.execute("SELECT row_seq, counted_at FROM k_case WHERE code4 = ? AND limit_at IS NULL AND counted_at IS NOT NULL", [category.code4]).df()
        starts = rows.counted_at.to_numpy().astype("datetime64[us]")
        rows["limit_at"] = add_working(starts, category.limit_value, category.limit_unit, calendar, rules.work)
        con.register("limit_frame", rows)
        con.execute("UPDATE k_case SET limit_at = f.limit_at FROM limit_frame f WHERE f.row_seq = k_case.row_seq")
        con.unregister("limit_frame")


def find_repeats(con: duckdb.DuckDBPyConnection, units: Units, rules: Rules) -> None:
    """Create `r_case`(row_seq, repeat_of, repeat_kind) for the staged cases."""
    kept = "NOT t.is_out AND NOT t.is_duplicate AND t.phone IS NOT NULL AND t.status IS DISTINCT FROM 'void' AND t.voided_at IS NULL"
    # most callers call once about a matter: only the others are matched, told by a number, since comparing texts costs more
    con.execute(f"""CREATE TEMP TABLE again AS SELECT hash(t.phone, k.code4) AS caller FROM t_case t JOIN k_case k USING (row_seq) WHERE {kept}
        GROUP BY caller HAVING count(*) > 1""")
    match_repeats(con, units, rules, f"""
        SELECT t.row_seq, t.case_no, t.phone AS caller_hash, k.code4, p.unit_no, t.reported_at, t.closed_at, t.repeat_of,
            CASE WHEN g.is_placeholder_point THEN NULL ELSE g.lon END AS lon, CASE WHEN g.is_placeholder_point THEN NULL ELSE g.lat END AS lat
        FROM t_case t JOIN k_case k USING (row_seq) JOIN p_case p USING (row_seq) LEFT JOIN g_case g USING (row_seq)
        WHERE {kept} AND hash(t.phone, k.code4) IN (SELECT caller FROM again)""")
    con.execute("DROP TABLE again")


def match_repeats(con: duckdb.DuckDBPyConnection, units: Units, rules: Rules, called: str) -> None:
    """Create `r_case`(row_seq, repeat_of, repeat_kind) among the rows of the SELECT `called`, whose own `repeat_of` is what the source says.

    Same caller, same class, same compound (or within some metres): within the window after close a repeat, before close an urge.
    The source's own `repeat_of` is taken as given; a row without a caller never matches.
    """
    compound = _ancestor_at(units, "compound")
    con.register("compound_frame", pd.DataFrame({"unit_no": units.frame.unit_no.to_numpy(), "compound_no": compound}))
    con.execute("CREATE TEMP TABLE compound_of AS SELECT unit_no, nullif(compound_no, 0) AS compound_no FROM compound_frame")
    con.unregister("compound_frame")
    con.execute(f"CREATE TEMP TABLE called AS SELECT s.*, c.compound_no FROM ({called}) s JOIN compound_of c USING (unit_no)")
    con.execute(f"""
        CREATE TABLE r_case AS
        SELECT b.row_seq, arg_max(a.case_no, (a.reported_at, a.row_seq)) AS repeat_of,
            arg_max(CASE WHEN a.closed_at <= b.reported_at THEN 'repeat' ELSE 'urge' END, (a.reported_at, a.row_seq)) AS repeat_kind
        FROM called a JOIN called b ON a.caller_hash = b.caller_hash AND a.code4 = b.code4 AND (a.reported_at, a.row_seq) < (b.reported_at, b.row_seq)
        WHERE b.repeat_of IS NULL
          AND (a.closed_at IS NULL OR b.reported_at <= a.closed_at + to_days({rules.repeat.days}))
          AND (a.compound_no = b.compound_no
               OR sqrt(pow((a.lat - b.lat) * 111320, 2) + pow((a.lon - b.lon) * 111320 * cos(radians(a.lat)), 2)) <= {rules.repeat.metres})
        GROUP BY b.row_seq""")
    con.execute("DROP TABLE called; DROP TABLE compound_of")


def _ancestor_at(units: Units, level: str) -> np.ndarray:
    """unit_no of each unit's ancestor (or itself) at a level, 0 where there is none; the versions of a unit share their first one's."""
    frame = units.frame
    found = np.zeros(len(frame), dtype=np.int32)
    first_of: dict[str, int] = {}
    for first, last, code in frame.loc[frame.level == level, ["unit_no", "last_no", "unit_code"]].itertuples(index=False):
        found[first - 1 : last] = first_of.setdefault(code, first)
    return found


def check_times(con: duckdb.DuckDBPyConnection, log: FindingLog) -> None:
    """Times that run backwards, and rows whose own on-time mark contradicts their own dates."""
    kept = "FROM t_case WHERE NOT is_out AND NOT is_duplicate"
    for column, earlier in (("closed_at", "reported_at"), ("closed_at", "filed_at"), ("filed_at", "reported_at"), ("first_contact_at", "reported_at")):
        note = {"reported_at": "来电时间", "filed_at": "立案时间"}[earlier]
        header = {"closed_at": "办结时间", "filed_at": "立案时间", "first_contact_at": "首次联系时间"}[column]
        log.add_rows("time_order", "case", f"SELECT file_no, src_row, '{header}', {column}::VARCHAR, '早于{note} ' || {earlier}::VARCHAR {kept} AND {column} < {earlier}")
    # a source that marks its rows at all should have marked every closed row with a limit: an empty mark differs too
    log.add_rows("source_ontime_differs", "case", f"""SELECT file_no, src_row, '来源按期标记', CASE WHEN source_ontime THEN '按期' WHEN NOT source_ontime THEN '超期' ELSE '（空）' END,
        '办结 ' || closed_at::VARCHAR || '，期限 ' || due_at::VARCHAR {kept} AND closed_at IS NOT NULL AND due_at IS NOT NULL
        AND file_no IN (SELECT file_no FROM t_case WHERE source_ontime IS NOT NULL) AND source_ontime IS DISTINCT FROM (closed_at <= due_at)""")
