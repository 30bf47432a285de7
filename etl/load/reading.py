"""Files to typed tables (读取与清洗): read ahead on both cores, gathered per feed, cleaned, repeated keys marked."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import duckdb

from etl.load import counts
from etl.load.bad_cells import find_bad_cells
from etl.load.dedupe import mark_duplicates
from etl.load.stage import Stage, clean_staged
from etl.load.state import Job, State
from etl.load.streams import VIEW, Stream, clean_stream, streams_of
from etl.load.typed import create_typed
from etl.model.checks import Finding
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.query.duck import one
from etl.sources.headers import Mapping
from etl.sources.read import RawFile, read_file

READERS = 2
AHEAD = 8  # files read before they are staged: their rows lie in memory until then


def read_files(state: State, jobs: list[Job], units_stand: Callable[[], None] = lambda: None) -> None:
    """Every file into `t_<feed>` and `b_<feed>`: large plain text files as they are read, the others, first, gathered per feed.

    `units_stand` is called as soon as `t_unit` is there, before the large files: what is made of units can be made meanwhile.
    """
    streams = streams_of(jobs)
    streamed = {job.file_no for stream in streams for job, _, _ in stream.files}
    told: dict[int, RawFile] = {}
    stages: dict[str, Stage] = {}
    _gather(state, [job for job in jobs if job.file_no not in streamed], stages, told)
    typed: set[str] = set()
    early = [job for job in jobs if job.file_no in told]
    _tell_files(state, early, told)
    if "unit" in stages:
        _clean(state, "unit", stages, typed)
        units_stand()
    _read_streams(state, streams, typed, told)
    if missing := [job for job in jobs if job.file_no not in told]:
        _gather(state, missing, stages, told)
    _tell_files(state, [job for job in jobs if job not in early], told)
    state.progress.step(Text("清洗", "Clean"))
    for feed in state.progress.each([feed for feed in state.feed_files if feed != "unit"], Text("清洗", "Cleaning")):
        _clean(state, feed, stages, typed)
        if one(state.con, f"SELECT count(*) FROM t_{feed}")[0]:
            counts.log_bad_cells(state.con, BY_NAME[feed], state.log)
            mark_duplicates(state.con, BY_NAME[feed], state.log)


def _gather(state: State, jobs: list[Job], stages: dict[str, Stage], told: dict[int, RawFile]) -> None:
    """Read the files, two at a time, into the stages of their feeds."""
    state.progress.step(Text(f"读取 {len(jobs)} 个文件", f"Read {len(jobs)} files"))
    for job, raw in state.progress.each(_read_ahead(state.con, jobs), Text("读取", "Reading"), total=len(jobs)):
        if job.source.feed not in stages:
            stages[job.source.feed] = Stage(state.con, BY_NAME[job.source.feed])
        state.log.add(_column_findings(raw, stages[job.source.feed].add(raw, job.file_no)))
        told[job.file_no], state.crs[job.file_no] = raw, raw.crs


def _clean(state: State, feed: str, stages: dict[str, Stage], typed: set[str]) -> None:
    """What a feed's stage holds comes behind what its streams brought; then its bad cells are found."""
    table = BY_NAME[feed]
    if feed not in typed:
        create_typed(state.con, table)
    if feed in stages:
        stages[feed].flush()
        clean_staged(state.con, table, stages[feed].given)
    find_bad_cells(state.con, table)


def _read_streams(state: State, streams: list[Stream], typed: set[str], told: dict[int, RawFile]) -> None:
    """Begin the tables of the feeds with large text files, named in `typed`; the files read whole come into `told`."""
    if not streams:
        return
    count = sum(len(stream.files) for stream in streams)
    state.progress.step(Text(f"读取并清洗 {count} 个大文本文件", f"Read and clean {count} large text files"))
    for stream in state.progress.each(streams, Text("读取并清洗", "Reading and cleaning")):
        feed = stream.table.name
        if feed not in typed:
            create_typed(state.con, stream.table)
            typed.add(feed)
        clean_stream(state.con, stream)
        for job, raw, _ in stream.files:
            if job.file_no not in stream.not_plain:
                told[job.file_no], state.crs[job.file_no] = raw, raw.crs
                state.log.add(_column_findings(raw, stream.mapped.mapping))
    for feed in typed - {"unit"}:
        rows = dict(state.con.execute(f"SELECT file_no, count(*) FROM t_{feed} GROUP BY file_no").fetchall())
        for no, raw in told.items():
            if raw.source.feed == feed and raw.table == VIEW:
                told[no] = replace(raw, rows=rows.get(no, 0))


def _tell_files(state: State, jobs: list[Job], told: dict[int, RawFile]) -> None:
    """Enter every file, in order, in the state and in `file`."""
    values: list[object] = []
    for job in jobs:
        raw = told[job.file_no]
        state.feed_files.setdefault(job.source.feed, []).append(job.name)
        state.files[job.file_no] = job.name
        state.log.add(raw.findings)
        values += (job.file_no, job.source.feed, job.name, raw.rows, raw.encoding, raw.crs)
    if jobs:  # in one statement: a hundred of them take sixty milliseconds
        state.con.execute(f"INSERT INTO file VALUES {', '.join(['(?, ?, ?, ?, ?, ?)'] * len(jobs))}", values)


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


def _column_findings(raw: RawFile, mapping: Mapping) -> Iterator[Finding]:
    for rule, indexes in (("extra_column", mapping.extra), ("personal_column", mapping.dropped)):
        names = "、".join(raw.headers[i] for i in indexes if raw.headers[i])
        if names:
            yield Finding(rule, raw.source.feed, raw.name, None, names)
