"""Files to typed tables (读取与清洗): read ahead on both cores, gathered per feed, cleaned, repeated keys marked."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import duckdb

from etl.load import counts
from etl.load.dedupe import mark_duplicates
from etl.load.stage import Stage, build_typed
from etl.load.state import Job, State
from etl.model.checks import Finding
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.sources.headers import Mapping
from etl.sources.read import RawFile, read_file

READERS = 2
AHEAD = 8  # files read before they are staged: their rows lie in memory until then


def read_files(state: State, jobs: list[Job]) -> None:
    """Every file into `t_<feed>` and `b_<feed>`, file by file in order."""
    stages: dict[str, Stage] = {}
    told: list[tuple] = []
    state.progress.step(Text(f"读取 {len(jobs)} 个文件", f"Read {len(jobs)} files"))
    for job, raw in state.progress.each(_read_ahead(state.con, jobs), Text("读取", "Reading"), total=len(jobs)):
        feed, name, file_no = job.source.feed, job.name, job.file_no
        if feed not in stages:
            stages[feed] = Stage(state.con, BY_NAME[feed])
        mapping = stages[feed].add(raw, file_no)
        state.feed_files.setdefault(feed, []).append(name)
        state.files[file_no], state.crs[file_no] = name, raw.crs
        told.append((file_no, feed, name, raw.rows, raw.encoding, raw.crs))
        state.log.add(raw.findings)
        state.log.add(_column_findings(feed, raw, mapping))
    if told:  # in one statement: a hundred of them take sixty milliseconds
        state.con.execute(f"INSERT INTO file VALUES {', '.join(['(?, ?, ?, ?, ?, ?)'] * len(told))}", [value for row in told for value in row])
    state.progress.step(Text("清洗", "Clean"))
    for feed in state.progress.each(stages, Text("清洗", "Cleaning")):
        stages[feed].flush()
        rows = build_typed(state.con, BY_NAME[feed], stages[feed].given)
        if feed != "unit" and rows:
            counts.log_bad_cells(state.con, BY_NAME[feed], state.log)
            mark_duplicates(state.con, BY_NAME[feed], state.log)


def _read_ahead(con: duckdb.DuckDBPyConnection, jobs: list[Job]) -> Iterator[tuple[Job, RawFile]]:
    """The files in order, a few at a time read on both cores. A cursor each: one connection runs one query at a time."""

    def read(job: Job) -> RawFile:
        return read_file(con.cursor(), job.source, job.path, job.name, f"raw_{job.file_no}")

    with ThreadPoolExecutor(READERS) as pool:
        coming: deque[tuple[Job, Future[RawFile]]] = deque()
        for job in jobs:
            coming.append((job, pool.submit(read, job)))
            if len(coming) == AHEAD:
                first, raw = coming.popleft()
                yield first, raw.result()
        for job, raw in coming:
            yield job, raw.result()


def _column_findings(feed: str, raw: RawFile, mapping: Mapping) -> Iterator[Finding]:
    for rule, indexes in (("extra_column", mapping.extra), ("personal_column", mapping.dropped)):
        names = "、".join(raw.headers[i] for i in indexes if raw.headers[i])
        if names:
            yield Finding(rule, feed, raw.name, None, names)
