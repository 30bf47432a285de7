"""One build (一次导入): read, clean, place, check, seal. Nothing is published unless every feed's rows add up."""

import contextlib
import gc
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.clean.columns import prepare
from etl.clean.hashing import load_key
from etl.load import cases, counts, daily, inputs, write
from etl.load.findings import FindingLog
from etl.load.progress import Progress
from etl.load.public import write_public
from etl.load.publish import begin, publish, sole_builder
from etl.load.reading import read_files
from etl.load.state import Job, State, create_file_table, jobs_of
from etl.load.tiles import begin_tiles
from etl.model.errors import AtlasError
from etl.model.rules import Rules, load_rules
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.place.facts import add_compounds, gazetteer_of, load_versions, place_feed
from etl.place.points import place_points
from etl.query.duck import open_staging
from etl.query.warehouse import current_id, read_manifest
from etl.sources.config import Config, read_config
from etl.units.build import Units, build_units


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


def build(
    sources: Path, warehouse: Path, *, dry_run: bool = False, allow_jump: bool = False, anew: bool = False, progress: Progress | None = None
) -> BuildResult:
    """Build from `sources.toml` and publish into `warehouse`; `anew` reads every file even if only a day was added.

    Raises AtlasError with one sentence for whatever stops a build (contract 2); the old build then stays current.
    """
    started, progress = time.monotonic(), progress or Progress(quiet=True)
    config = read_config(sources)
    beside = sources.parent / "rules.toml"
    rules = load_rules(beside if beside.exists() else None)
    with sole_builder(warehouse), _seldom_collecting(), ThreadPoolExecutor(2) as pool:
        build_id = new_build_id()
        work = begin(warehouse, build_id)
        state: State | None = None
        try:
            key = load_key(warehouse)
            jobs, previous = jobs_of(config), _previous(warehouse, progress)
            made_by, stamps, digests = inputs.recipe(config, rules, key), inputs.stamps(jobs), pool.submit(inputs.entries, jobs)
            fresh = inputs.added(previous, made_by, digests.result()) if previous is not None and not anew else None
            memory = memory_for(jobs)
            manifest: dict | None = None
            if fresh is not None and previous is not None:
                state = _workbench(config, rules, work, key, progress, memory)
                manifest = daily.add(state, jobs, fresh, warehouse, work, previous, build_id, allow_jump)
                if manifest is None:
                    state.con.close()
                    shutil.rmtree(work)
                    work = begin(warehouse, build_id)
            if manifest is None:
                state = _workbench(config, rules, work, key, progress, memory)
                manifest = _whole(state, jobs, pool, warehouse, work, previous, build_id, allow_jump)
            manifest |= {"recipe": made_by, "inputs": inputs.unchanged(digests.result(), stamps, inputs.stamps(jobs))}
            assert state is not None
            findings = state.log.counts()
            state.con.close()
            shutil.rmtree(work / "spill", ignore_errors=True)
            if dry_run:
                return BuildResult(manifest, None, findings, time.monotonic() - started)
            progress.step(Text("封存并发布", "Seal and publish"))
            return BuildResult(manifest, publish(warehouse, work, manifest), findings, time.monotonic() - started)
        except duckdb.OutOfMemoryException as error:
            raise AtlasError(
                f"内存不够：本次导入已用到上限 {memory}。请关闭其他程序，或换用内存更大的机器，或减少一次导入的历史年份。原成品库仍在使用。",
                f"Not enough memory: this import reached its limit of {memory}. Close other programs, use a machine with more memory, "
                "or load fewer years at a time. The last build stays in use.") from error
        finally:
            if state is not None:
                state.close()
            shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def _seldom_collecting() -> Iterator[None]:
    """A build makes millions of small objects and no rings of them: looking for rings as often as usual takes three seconds of five million cases."""
    before = gc.get_threshold()
    gc.set_threshold(500_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def memory_for(jobs: Sequence[Job]) -> str:
    """The memory limit of an import: 4 GB, and with more than 3 GB of files one more for each, up to half of what the machine has.

    What exceeds it spills to disk, but not all can: joining twenty million cases with themselves holds more than 4 GB at a time.
    """
    read = sum(job.path.stat().st_size for job in jobs if job.path.is_file()) >> 30
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 31
    return f"{max(4, min(read + 1, half))}GB"


def _workbench(config: Config, rules: Rules, work: Path, key: bytes, progress: Progress, memory: str) -> State:
    con = open_staging(work / "spill", memory)
    prepare(con, key)
    create_file_table(con)
    side = con.cursor()
    prepare(side, key)
    return State(config, rules, con, side, FindingLog(con), progress)


def _whole(state: State, jobs: list[Job], pool: ThreadPoolExecutor, warehouse: Path, work: Path, previous: dict | None, build_id: str, allow_jump: bool) -> dict:
    """Everything from the input files to the files of the build; the manifest without its file list."""
    con, config, progress = state.con, state.config, state.progress
    coming: list[Future[Units]] = []

    def build_beside() -> Units:
        units = _build_units(state)
        if config.city.data_date or not units.has_dates:  # else the newest event tells which boundaries are in force
            state.tiles = begin_tiles(units, config.city.data_date or date.today(), work / "tiles", warehouse, previous)
        write.begin_warehouse(state.side, work / "warehouse.duckdb", units)
        return units

    def units_stand() -> None:
        coming.append(pool.submit(build_beside))
        state.background += coming

    read_files(state, jobs, units_stand)
    if "unit" not in state.feed_files:
        raise AtlasError("sources.toml 中没有 unit（网格单元）输入。请至少写一个 [[source]] feed = \"unit\"。",
                         'sources.toml has no feed "unit". Give at least one [[source]] with feed = "unit".')
    progress.step(Text("建立网格体系", "Build the unit hierarchy"))
    units = coming[0].result()
    _take_units(state, units)
    _place_all(state, units, pool)
    data_date = config.city.data_date or counts.newest_event(con, state.feeds) or date.today()
    table_counts = counts.feed_counts(con, state.feeds, {feed: len(names) for feed, names in state.feed_files.items()})
    counts.check(table_counts, previous, allow_jump)
    meta = {
        "build_id": build_id, "built_at": datetime.now().isoformat(timespec="seconds"), "data_date": data_date.isoformat(),
        "city_name": config.city.name, "city_code": config.city.code, "rules": state.rules.source, "is_demo": "1" if (config.file.parent / "DEMO.txt").exists() else "0",
    }
    progress.step(Text("写入成品库", "Write the warehouse"))
    state.log.flush()
    write.fill_warehouse(con, state.feeds, table_counts, meta)
    write_public(work / "public.duckdb", con, meta)
    progress.step(Text("生成地图瓦片", "Make the map tiles"))
    tiles = state.tiles or begin_tiles(units, data_date, work / "tiles", warehouse, previous)
    tiles_hash = tiles.finish()
    con.execute("DETACH w")
    return {
        "build_id": build_id, "built_at": meta["built_at"], "data_date": meta["data_date"],
        "city": {"name": config.city.name, "code": config.city.code}, "is_demo": meta["is_demo"] == "1",
        "feeds": table_counts, "units": {level: int(n) for level, n in units.frame.level.value_counts().items()}, "tiles_hash": tiles_hash,
    }


def _previous(warehouse: Path, progress: Progress) -> dict | None:
    """The manifest of the current build, None for the first and for a damaged one."""
    build_id = current_id(warehouse)
    try:
        return read_manifest(warehouse, build_id) if build_id else None
    except AtlasError as error:  # building anew is the way out of a damaged build
        progress.step(error.text)
        return None


def _build_units(state: State) -> Units:
    city = state.config.city
    return build_units(state.side, state.crs, city.code, city.name, city.data_date)


def _take_units(state: State, units: Units) -> None:
    state.log.add(units.findings)
    counts.log_bad_cells(state.con, BY_NAME["unit"], state.log)
    counts.mark_units(state.con, units)
    load_versions(state.con, units)


def _place_all(state: State, units: Units, pool: ThreadPoolExecutor) -> None:
    names = gazetteer_of(units)
    placed: set[str] = set()
    state.progress.step(Text("落格", "Place rows in units"))
    # what class a case is of depends on no place, and half of placing keeps one core only
    classes = pool.submit(cases.classify, state.side, state.rules, FindingLog(state.side)) if "case" in state.feeds else None
    state.background += [classes] if classes else []
    for feed in state.progress.each([feed for feed in state.feeds if feed != "unit"], Text("落格", "Placing")):
        table = BY_NAME[feed]
        if any(column.name == "lon" for column in table.columns):
            state.log.add(place_points(state.con, table, units, state.crs, state.rules, state.files))
        place_feed(state.con, table, units, names, placed, state.log)
        placed.add(feed)
        if feed == "compound":
            add_compounds(state.con, names)
        if feed == "case" and classes:
            classes.result()
            cases.find_repeats(state.con, units, state.rules)
            cases.check_times(state.con, state.log)
