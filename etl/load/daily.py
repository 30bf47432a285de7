"""A day's files laid over a copy of the last build (日更): no history is read again.

The copy's rows that a new row replaces go, the new rows come in, and what hangs on them is worked out again: repeats of the same
callers, the place of events of moved cases, counts and dates. Where a new file would change how old rows were placed (a point
that becomes a geocoder's fallback), `add` gives up and the build is made anew.
"""

import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.clean.columns import scrubbed
from etl.load import cases, counts
from etl.load.case_steps import mark_again
from etl.load.dedupe import key_sql
from etl.load.mapped import quoted
from etl.load.public import pass_on, write_public
from etl.load.publish import sha256_of
from etl.load.reading import read_files
from etl.load.state import Job, State
from etl.load.tiles import begin_tiles
from etl.load.typed import SEQ_SHIFT
from etl.load.write import insert_feed
from etl.model.rules import Rules
from etl.model.table import Table
from etl.model.tables import BY_NAME, TABLES
from etl.model.text import Text
from etl.place.facts import BELONGS_TO, add_compounds, gazetteer_of, load_versions, place_feed
from etl.place.points import names_places, place_points, placeholder_text
from etl.query.duck import one
from etl.units.build import Units
from etl.units.stored import read_units

# findings that a row has only while it counts: they go with a row that another one replaces
_OF_KEPT_ROWS = ("unknown_code4", "unmapped_category", "time_order", "source_ontime_differs", "not_placed", "unknown_unit_code", "ambiguous_name")
_SEQ = f"file_no::BIGINT * {SEQ_SHIFT} + src_row"


def add(state: State, jobs: list[Job], fresh: list[int], warehouse: Path, work: Path, previous: dict, build_id: str, allow_jump: bool) -> dict | None:
    """The files of `jobs` at the positions `fresh`, over the build `previous`; its manifest, or None when the build must be made anew."""
    con, progress, base = state.con, state.progress, warehouse / previous["build_id"]
    if not all(_is_whole(base, previous, name) for name in ("warehouse.duckdb", "public.duckdb")):
        return None
    progress.step(Text(f"在上一成品上增量导入 {len(fresh)} 个文件", f"Add {len(fresh)} files to the last build"))
    shutil.copyfile(base / "warehouse.duckdb", work / "warehouse.duckdb")
    con.execute(f"ATTACH {quoted(str(work / 'warehouse.duckdb'))} AS w")
    con.execute("INSERT INTO file SELECT file_no, feed, name, rows_read, encoding, crs FROM w.meta_file")
    first = one(con, "SELECT coalesce(max(file_no), 0) + 1 FROM file")[0]
    new = [Job(first + at, jobs[position].source, jobs[position].path, jobs[position].name) for at, position in enumerate(fresh)]
    read_files(state, new)
    _remember_order(state, jobs, new)
    units = read_units(con)
    replaced: dict[str, int] = {}
    if state.feeds:
        load_versions(con, units)
        _show_owners(con, state.feeds)
        names = gazetteer_of(units)
        if "compound" in previous["feeds"]:
            add_compounds(con, names)
        placed = {feed for feed in ("compound", "building", "contract", "case") if feed in previous["feeds"]} - set(state.feeds)
        for feed in progress.each(state.feeds, Text("落格", "Placing")):
            table = BY_NAME[feed]
            replaced[feed] = _replace(state, table)
            if feed == "case":
                state.log.add(place_points(con, table, units, state.crs, state.rules, state.files))
                if not _share_fallbacks(con, table, state.rules):
                    return None
            place_feed(con, table, units, names, placed, state.log)
            if feed == "case":
                cases.classify(con, state.rules, state.log)
                cases.check_times(con, state.log)
                con.execute("CREATE TABLE r_case (row_seq BIGINT, repeat_of VARCHAR, repeat_kind VARCHAR)")
            insert_feed(con, table)
            if feed == "case":
                _repeats_again(con, units, state.rules)
                if not _move_with_cases(state, set(state.feeds)):
                    return None
            placed.add(feed)
    if "case" in state.feeds:
        mark_again(con, first)
    manifest = _account(state, previous, replaced, build_id, allow_jump)
    progress.step(Text("生成公众库与地图瓦片", "Make the public tables and the map tiles"))
    con.execute("CHECKPOINT w")
    meta, data_date = dict(con.execute("SELECT key, value FROM w.meta").fetchall()), date.fromisoformat(manifest["data_date"])
    if not pass_on(base, work / "public.duckdb", data_date, meta["rules"]):
        write_public(work / "public.duckdb", con, meta)
    manifest["tiles_hash"] = begin_tiles(units, data_date, work / "tiles", warehouse, previous).finish()
    con.execute("DETACH w")
    return manifest


def _is_whole(base: Path, previous: dict, name: str) -> bool:
    """A damaged file must not be copied and sealed as good."""
    return (base / name).is_file() and sha256_of(base / name) == previous["files"][name]["sha256"]


def _remember_order(state: State, jobs: list[Job], new: list[Job]) -> None:
    """`file_order`(file_no, position): where each file stands in sources.toml today; later ones win."""
    position = {(job.source.feed, job.name): job.file_no for job in jobs}
    known = state.con.execute("SELECT file_no, feed, name FROM file").fetchall()
    state.con.execute("CREATE TABLE file_order (file_no INTEGER, position INTEGER)")
    state.con.executemany("INSERT INTO file_order VALUES (?, ?)", [(no, position[feed, name]) for no, feed, name in known if (feed, name) in position])
    state.files |= {job.file_no: job.name for job in new}


def _show_owners(con: duckdb.DuckDBPyConnection, feeds: list[str]) -> None:
    """The rows that others are placed through, under the names that placing looks for. Cases come in between: see `_move_with_cases`."""
    for feed in ("compound", "building", "contract", *(() if "case" in feeds else ("case",))):
        _show(con, feed)


def _show(con: duckdb.DuckDBPyConnection, feed: str) -> None:
    con.execute(f'CREATE VIEW t_{feed} AS SELECT * EXCLUDE (unit_no, placed_by), rowid AS row_seq, false AS is_out, false AS is_duplicate FROM w."{feed}"')
    con.execute(f'CREATE VIEW p_{feed} AS SELECT rowid AS row_seq, unit_no, placed_by FROM w."{feed}"')


def _replace(state: State, table: Table) -> int:
    """Old rows with the key of a new one go; where the old one's file stands later, the new row is the duplicate. Returns how many went."""
    con, feed = state.con, table.name
    con.execute("CREATE TABLE gone (row_seq BIGINT, old_id BIGINT, file_no INTEGER, src_row BIGINT)")
    if table.key:
        keys = [f"coalesce({sql}, '') AS k{at}" for at, sql in enumerate(key_sql(table))]
        names = [f"k{at}" for at in range(len(table.key))]
        shown = ", ".join(scrubbed(f"nullif({name}, '')") for name in names)
        con.execute(f"CREATE TEMP TABLE keyed AS SELECT row_seq, file_no, src_row, {', '.join(keys)} FROM t_{feed} WHERE NOT is_out AND NOT is_duplicate")
        con.execute(f"""CREATE TEMP TABLE clash AS SELECT n.row_seq, n.file_no AS new_file, n.src_row AS new_row, o.old_id, o.file_no AS old_file, o.src_row AS old_row,
                concat_ws(' / ', {shown}) AS value, coalesce(before.position, 0) > after.position AS old_wins
            FROM (SELECT rowid AS old_id, file_no, src_row, {', '.join(keys)} FROM w."{feed}") o JOIN keyed n USING ({', '.join(names)})
                LEFT JOIN file_order before ON before.file_no = o.file_no JOIN file_order after ON after.file_no = n.file_no""")
        header = quoted("、".join(table.column(column).header for column in table.key))
        state.log.add_rows("duplicate", feed, f"SELECT old_file, old_row, {header}, value, '' FROM clash WHERE NOT old_wins")
        state.log.add_rows("duplicate", feed, f"SELECT new_file, new_row, {header}, value, '' FROM clash WHERE old_wins")
        con.execute(f"UPDATE t_{feed} SET is_duplicate = true WHERE row_seq IN (SELECT row_seq FROM clash WHERE old_wins)")
        con.execute("INSERT INTO gone SELECT row_seq, old_id, old_file, old_row FROM clash WHERE NOT old_wins")
        con.execute("DROP TABLE keyed; DROP TABLE clash")
    if feed == "case":
        con.execute("""CREATE TABLE old_case AS SELECT c.case_no, c.source_system, c.unit_no, c.placed_by, c.caller_hash, c.code4, c.lon, c.lat, c.place
            FROM w."case" c JOIN gone ON gone.old_id = c.rowid""")
    con.execute(f'DELETE FROM w."{feed}" WHERE rowid IN (SELECT old_id FROM gone)')
    rules = ", ".join(map(quoted, _OF_KEPT_ROWS))
    con.execute(f"""DELETE FROM w.finding AS f USING gone JOIN file USING (file_no)
        WHERE f.feed = '{feed}' AND f.rule IN ({rules}) AND f.file = file.name AND f."row" = gone.src_row""")
    count = one(con, "SELECT count(*) FROM gone")[0]
    con.execute("DROP TABLE gone")
    return count


def _share_fallbacks(con: duckdb.DuckDBPyConnection, table: Table, rules: Rules) -> bool:
    """Fallback points are judged over all rows, old and new; False when old rows would have to be placed again."""
    stays = names_places(con, table, 'w."case"')
    has_places = stays or names_places(con, table, "(SELECT * FROM t_case WHERE NOT is_out AND NOT is_duplicate)")
    if has_places != (stays or names_places(con, table, "old_case")):
        return False  # the first (or no longer any) row with a place text: every point is judged by other words
    text_old, text_new = placeholder_text(table, "o", has_places), placeholder_text(table, "t", has_places)
    con.execute(f"""CREATE TEMP TABLE point_rows AS
        SELECT o.lon, o.lat, {text_old} AS words, true AS is_old, o.is_placeholder_point AS was
            FROM w."case" o JOIN (SELECT lon, lat FROM g_case UNION SELECT lon, lat FROM old_case) touched ON touched.lon = o.lon AND touched.lat = o.lat
        UNION ALL SELECT g.lon, g.lat, {text_new}, false, g.is_placeholder_point FROM g_case g JOIN t_case t USING (row_seq) WHERE NOT t.is_out AND NOT t.is_duplicate""")
    limit = rules.placeholder
    con.execute(f"""CREATE TEMP TABLE judged AS SELECT lon, lat, bool_or(is_old) AS has_old, bool_or(was) FILTER (is_old) AS was_old,
            bool_or(was) FILTER (NOT is_old) AS was_new,
            count(*) >= {limit.rows} AND (count(DISTINCT words) >= {limit.texts} OR count(words) <= count(*) / 2) AS is_fallback
        FROM point_rows GROUP BY lon, lat""")
    moved = one(con, "SELECT count(*) FROM judged WHERE (has_old AND was_old IS DISTINCT FROM is_fallback) OR (was_new AND NOT is_fallback)")[0]
    con.execute("""UPDATE g_case SET is_placeholder_point = true, point_no = NULL FROM judged j
        WHERE j.is_fallback AND g_case.lon = j.lon AND g_case.lat = j.lat AND NOT g_case.is_placeholder_point""")
    con.execute("DROP TABLE point_rows; DROP TABLE judged")
    return not moved


def _repeats_again(con: duckdb.DuckDBPyConnection, units: Units, rules: Rules) -> None:
    """Repeats among all cases of the callers and classes that came or went."""
    con.execute("DROP TABLE r_case")
    con.execute("""CREATE TEMP TABLE asked AS SELECT caller_hash, code4 FROM old_case WHERE caller_hash IS NOT NULL
        UNION SELECT t.phone, k.code4 FROM t_case t JOIN k_case k USING (row_seq) WHERE t.phone IS NOT NULL AND NOT t.is_out AND NOT t.is_duplicate""")
    con.execute(f"""CREATE TEMP TABLE their AS SELECT c.rowid AS id, {_SEQ} AS row_seq, c.* FROM w."case" c
        JOIN asked ON asked.caller_hash = c.caller_hash AND asked.code4 = c.code4""")
    cases.match_repeats(con, units, rules, """
        SELECT row_seq, case_no, caller_hash, code4, unit_no, reported_at, closed_at, CASE WHEN is_named_repeat THEN repeat_of END AS repeat_of,
            CASE WHEN is_placeholder_point THEN NULL ELSE lon END AS lon, CASE WHEN is_placeholder_point THEN NULL ELSE lat END AS lat
        FROM their WHERE status IS DISTINCT FROM 'void' AND voided_at IS NULL""")
    con.execute("""UPDATE w."case" AS c SET repeat_of = s.repeat_of, repeat_kind = s.repeat_kind
        FROM (SELECT their.id, r.repeat_of, r.repeat_kind FROM their LEFT JOIN r_case r USING (row_seq)
            WHERE NOT coalesce(their.is_named_repeat, false) AND (their.repeat_of, their.repeat_kind) IS DISTINCT FROM (r.repeat_of, r.repeat_kind)) s
        WHERE c.rowid = s.id""")
    con.execute("DROP TABLE asked; DROP TABLE their")


def _move_with_cases(state: State, coming: set[str]) -> bool:
    """Rows that lie where their case lies go with a case that moved or came after them, then all cases can be owners. False when such rows may lie elsewhere."""
    con = state.con
    con.execute("""CREATE TEMP TABLE moved AS SELECT t.case_no, coalesce(t.source_system, '') AS source_system, p.unit_no, p.placed_by
        FROM t_case t JOIN p_case p USING (row_seq) LEFT JOIN old_case o ON o.case_no = t.case_no AND coalesce(o.source_system, '') = coalesce(t.source_system, '')
        WHERE NOT t.is_out AND NOT t.is_duplicate AND (o.case_no IS NULL OR (p.unit_no, p.placed_by) IS DISTINCT FROM (o.unit_no, o.placed_by))""")
    safe = True
    for table in TABLES:
        columns = {column.name for column in table.columns}
        if table.name == "case" or "case_no" not in columns or not table.is_placed:
            continue
        same = "r.case_no = m.case_no" + (" AND coalesce(r.source_system, '') = m.source_system" if "source_system" in columns else "")
        if columns & {"unit_code", "lon", "place", "community", *(owner for owner in BELONGS_TO if owner != "case_no")}:
            safe = safe and not one(con, f'SELECT count(*) FROM w."{table.name}" r JOIN moved m ON {same}')[0]
        else:
            con.execute(f'UPDATE w."{table.name}" AS r SET unit_no = m.unit_no, placed_by = m.placed_by FROM moved m WHERE {same}')
            con.execute(f'''DELETE FROM w.finding AS f USING w."{table.name}" r JOIN moved m ON {same} JOIN file USING (file_no)
                WHERE f.feed = '{table.name}' AND f.rule = 'not_placed' AND f.file = file.name AND f."row" = r.src_row''')
            state.log.add_rows("not_placed", table.name, f'''SELECT r.file_no, r.src_row, '', '', '' FROM w."{table.name}" r JOIN moved m ON {same} WHERE m.placed_by = 'none' ''')
    con.execute("DROP TABLE moved; DROP TABLE old_case")
    if coming != {"case"}:
        for name in ("t_case", "p_case"):
            con.execute(f"ALTER TABLE {name} RENAME TO new_{name}")
        _show(con, "case")
    return safe


def _account(state: State, previous: dict, replaced: dict[str, int], build_id: str, allow_jump: bool) -> dict:
    """The manifest of the new build, its counts checked as those of any build; the same facts go into the warehouse."""
    con, feeds = state.con, {feed: dict(n) for feed, n in previous["feeds"].items()}
    for feed, gone in replaced.items():
        # the typed rows of cases were renamed when later feeds were placed through all of them
        typed = "new_t_case" if feed == "case" and one(con, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'new_t_case'")[0] else f"t_{feed}"
        out, duplicate = one(con, f"SELECT count(*) FILTER (WHERE is_out), count(*) FILTER (WHERE is_duplicate AND NOT is_out) FROM {typed}")
        n = feeds[feed]
        n["files"] += len(state.feed_files[feed])
        n["rows_read"] = one(con, "SELECT coalesce(sum(rows_read), 0)::BIGINT FROM file WHERE feed = ?", [feed])[0]
        n["rows_loaded"] = one(con, f'SELECT count(*) FROM w."{feed}"')[0]
        n["rows_rejected"] += out
        n["rows_duplicate"] += duplicate + gone
        n["newest"] = counts.shown(counts.newest(con, f'w."{feed}"', counts.event_columns(BY_NAME[feed])))
    counts.check(feeds, previous, allow_jump)
    state.log.flush()
    con.execute('INSERT INTO w.finding SELECT feed, file, "row", "column", rule, severity, value, note FROM found ORDER BY feed, file, "row", "column", rule')
    con.execute("DELETE FROM w.meta_file; INSERT INTO w.meta_file SELECT file_no, feed, name, rows_read, encoding, crs FROM file ORDER BY file_no")
    for feed, n in feeds.items():
        con.execute("UPDATE w.meta_feed SET files = ?, rows_read = ?, rows_loaded = ?, rows_rejected = ?, rows_duplicate = ?, newest = ?::TIMESTAMP WHERE feed = ?",
                    [n["files"], n["rows_read"], n["rows_loaded"], n["rows_rejected"], n["rows_duplicate"], n["newest"], feed])
    newest = counts.newest(con, 'w."case"', ["reported_at"]) if "case" in feeds else None
    fallback = max((n["newest"] for feed, n in feeds.items() if feed != "unit" and n["newest"]), default=previous["data_date"])
    day = state.config.city.data_date or (newest.date() if newest else datetime.fromisoformat(fallback).date())
    built_at = datetime.now().isoformat(timespec="seconds")
    for key, value in (("build_id", build_id), ("built_at", built_at), ("data_date", day.isoformat())):
        con.execute("UPDATE w.meta SET value = ? WHERE key = ?", [value, key])
    kept = {key: value for key, value in previous.items() if key in ("city", "is_demo", "units")}
    return {"build_id": build_id, "built_at": built_at, "data_date": day.isoformat(), **kept, "feeds": feeds}
