"""One build (一次导入): read, clean, place, check, seal. Nothing is published unless every feed's rows add up."""

import secrets
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.clean.columns import prepare
from etl.clean.hashing import load_key
from etl.load import cases, counts, write
from etl.load.dedupe import mark_duplicates
from etl.load.findings import FindingLog
from etl.load.progress import Progress
from etl.load.public import write_public
from etl.load.publish import begin, publish, sole_builder
from etl.load.stage import Stage, build_typed
from etl.load.tiles import build_tiles
from etl.model.checks import Finding
from etl.model.errors import AtlasError
from etl.model.rules import Rules, load_rules
from etl.model.tables import BY_NAME, TABLES
from etl.model.text import Text
from etl.place.facts import add_compounds, gazetteer_of, load_versions, place_feed
from etl.place.points import place_points
from etl.query.duck import open_staging
from etl.query.warehouse import current_id, read_manifest
from etl.sources.config import Config, Source, files_of, name_of, read_config
from etl.sources.read import RawFile, read_file
from etl.units.build import Units, build_units

# rows of these are placed through others, so the others come first
_FIRST = ("compound", "building", "case", "contract")

READERS = 2
AHEAD = 8  # files read before they are staged: their rows lie in memory until then


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read."""

    file_no: int
    source: Source
    path: Path
    name: str


@dataclass
class Build:
    """What one run of the build holds in its hands."""

    config: Config
    rules: Rules
    con: duckdb.DuckDBPyConnection
    log: FindingLog
    progress: Progress
    files: dict[int, str] = field(default_factory=dict)
    crs: dict[int, str] = field(default_factory=dict)
    feed_files: dict[str, list[str]] = field(default_factory=dict)

    @property
    def feeds(self) -> list[str]:
        """Feeds that sources.toml names, units first, then those that others are placed through."""
        named = set(self.feed_files)
        rest = [table.name for table in TABLES if table.name not in ("unit", *_FIRST)]
        return [feed for feed in ("unit", *_FIRST, *rest) if feed in named]


@dataclass(frozen=True)
class BuildResult:
    """What a build came to. `folder` is None for a dry run."""

    manifest: dict
    folder: Path | None
    findings: list[tuple[str, str, str, int]]
    seconds: float


def new_build_id() -> str:
    """Sorts by time; the tail keeps two builds of one second apart."""
    return datetime.now().strftime("%Y%m%d-%H%M%S-") + secrets.token_hex(2)


def build(sources: Path, warehouse: Path, *, dry_run: bool = False, allow_jump: bool = False, progress: Progress | None = None) -> BuildResult:
    """Build from `sources.toml` and publish into `warehouse`.

    Raises AtlasError with one sentence for whatever stops a build (contract 2); the old build then stays current.
    """
    progress = progress or Progress(quiet=True)
    config = read_config(sources)
    beside = sources.parent / "rules.toml"
    rules = load_rules(beside if beside.exists() else None)
    with sole_builder(warehouse):
        build_id = new_build_id()
        work = begin(warehouse, build_id)
        try:
            with open_staging(work / "spill") as con:
                result = _run(con, config, rules, warehouse, work, build_id, progress, allow_jump)
            shutil.rmtree(work / "spill", ignore_errors=True)
            if dry_run:
                return BuildResult(result.manifest, None, result.findings, result.seconds)
            progress.step(Text("封存并发布", "Seal and publish"))
            return BuildResult(result.manifest, publish(warehouse, work, result.manifest), result.findings, result.seconds)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _run(con, config: Config, rules: Rules, warehouse: Path, work: Path, build_id: str, progress: Progress, allow_jump: bool) -> BuildResult:
    started = time.monotonic()
    prepare(con, load_key(warehouse))
    state = Build(config, rules, con, FindingLog(con), progress)
    con.execute("CREATE TABLE file (file_no INTEGER, feed VARCHAR, name VARCHAR, rows_read BIGINT, encoding VARCHAR, crs VARCHAR)")
    _read_all(state)
    if "unit" not in state.feed_files:
        raise AtlasError("sources.toml 中没有 unit（网格单元）输入。请至少写一个 [[source]] feed = \"unit\"。",
                         'sources.toml has no feed "unit". Give at least one [[source]] with feed = "unit".')
    units = _build_units(state)
    _place_all(state, units)
    previous = _previous(warehouse, progress)
    data_date = config.city.data_date or counts.newest_event(con, state.feeds) or date.today()
    table_counts = counts.feed_counts(con, state.feeds, {feed: len(names) for feed, names in state.feed_files.items()})
    counts.check(table_counts, previous, allow_jump)
    meta = {
        "build_id": build_id, "built_at": datetime.now().isoformat(timespec="seconds"), "data_date": data_date.isoformat(),
        "city_name": config.city.name, "city_code": config.city.code, "rules": rules.source, "is_demo": "1" if (config.file.parent / "DEMO.txt").exists() else "0",
    }
    progress.step(Text("写入成品库", "Write the warehouse"))
    write.write_warehouse(con, work / "warehouse.duckdb", state.feeds, units, table_counts, meta)
    write_public(work / "public.duckdb", con, meta)
    progress.step(Text("生成地图瓦片", "Make the map tiles"))
    tiles_hash = build_tiles(units, data_date, work / "tiles", warehouse, previous)
    con.execute("DETACH w")
    manifest = {
        "build_id": build_id, "built_at": meta["built_at"], "data_date": meta["data_date"],
        "city": {"name": config.city.name, "code": config.city.code}, "is_demo": meta["is_demo"] == "1",
        "feeds": table_counts, "units": {level: int(n) for level, n in units.frame.level.value_counts().items()}, "tiles_hash": tiles_hash,
    }
    return BuildResult(manifest, None, state.log.counts(), time.monotonic() - started)


def _previous(warehouse: Path, progress: Progress) -> dict | None:
    """The manifest of the current build, None for the first and for a damaged one."""
    build_id = current_id(warehouse)
    try:
        return read_manifest(warehouse, build_id) if build_id else None
    except AtlasError as error:  # building anew is the way out of a damaged build
        progress.step(error.text)
        return None


def _read_all(state: Build) -> None:
    """Every file into a typed table of its feed, file by file, in the order of sources.toml."""
    stages: dict[str, Stage] = {}
    jobs = [Job(no, source, path, name_of(state.config, source, path)) for no, (source, path) in enumerate(
        ((source, path) for source in state.config.sources for path in files_of(state.config, source)), start=1)]
    state.progress.step(Text(f"读取 {len(jobs)} 个文件", f"Read {len(jobs)} files"))
    for job, raw in state.progress.each(_read_ahead(state.con, jobs), Text("读取", "Reading"), total=len(jobs)):
        source, name, file_no = job.source, job.name, job.file_no
        if source.feed not in stages:
            stages[source.feed] = Stage(state.con, BY_NAME[source.feed])
        mapping = stages[source.feed].add(raw, file_no)
        state.feed_files.setdefault(source.feed, []).append(name)
        state.files[file_no], state.crs[file_no] = name, raw.crs
        state.con.execute("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?)", [file_no, source.feed, name, raw.rows, raw.encoding, raw.crs])
        state.log.add(raw.findings)
        state.log.add(_column_findings(source.feed, raw, mapping))
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
        for first in range(0, len(jobs), AHEAD):
            some = jobs[first : first + AHEAD]
            yield from zip(some, pool.map(read, some), strict=True)


def _column_findings(feed: str, raw, mapping):
    for rule, indexes in (("extra_column", mapping.extra), ("personal_column", mapping.dropped)):
        names = "、".join(raw.headers[i] for i in indexes if raw.headers[i])
        if names:
            yield Finding(rule, feed, raw.name, None, names)


def _build_units(state: Build) -> Units:
    state.progress.step(Text("建立网格体系", "Build the unit hierarchy"))
    city = state.config.city
    units = build_units(state.con, state.crs, city.code, city.name, city.data_date)
    state.log.add(units.findings)
    counts.log_bad_cells(state.con, BY_NAME["unit"], state.log)
    counts.mark_units(state.con, units)
    load_versions(state.con, units)
    return units


def _place_all(state: Build, units: Units) -> None:
    names = gazetteer_of(units)
    placed: set[str] = set()
    state.progress.step(Text("落格", "Place rows in units"))
    for feed in state.progress.each([feed for feed in state.feeds if feed != "unit"], Text("落格", "Placing")):
        table = BY_NAME[feed]
        if any(column.name == "lon" for column in table.columns):
            state.log.add(place_points(state.con, table, units, state.crs, state.rules, state.files))
        place_feed(state.con, table, units, names, placed, state.log)
        placed.add(feed)
        if feed == "compound":
            add_compounds(state.con, names)
        if feed == "case":
            cases.classify(state.con, state.rules, state.log)
            cases.find_repeats(state.con, units, state.rules)
            cases.check_times(state.con, state.log)
