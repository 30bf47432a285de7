"""The table as a file (导出文件): CSV, XLSX, GeoJSON, GPKG and the map as a picture, with units, definition, period, who and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.parts.export_geo import Feature, write_geojson, write_gpkg
from dashboard.parts.export_rows import PLAIN, Listing, Value, write_csv, write_xlsx
from dashboard.parts.filters_said import filters_said
from dashboard.parts.main_map import map_view
from dashboard.parts.print_map import NO_SHAPES, Sheet, map_png
from dashboard.view.chips import AREA, PICKED
from dashboard.view.drawn_area import ring_text
from dashboard.view.drill import Shown
from dashboard.view.format import listing as listing_of
from dashboard.view.format import span
from dashboard.view.run import Run
from dashboard.view.words import say
from dashboard.web.export_jobs import Tell
from dashboard.web.settings import atlas
from etl.model.errors import AtlasError
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID
from etl.model.text import Text
from etl.query.boundaries import boundary_batches
from etl.query.row_units import ROW_KINDS
from etl.query.units import units

KEYS = (
    "code", "name", "parent", "level", "indicator", "numerator", "denominator", "value", "state", "band", "period_from", "period_to", "data_date",
)  # fmt: skip
FROM, TO = Text("起始日期", "From"), Text("截止日期", "To")
EXPORTED_BY = Text("导出人", "Exported by")
EXPORTED_AT = Text("导出时间", "Exported at")
APPROVED = Text("审图号：{number}", "Map approval number: {number}")
ROW_COUNT = Text("行数", "Rows")


@dataclass(frozen=True, slots=True)
class Kind:
    """One file format."""

    id: str
    label: str
    mime: str
    ending: str


KINDS: tuple[Kind, ...] = (
    Kind("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    Kind("csv", "CSV", "text/csv; charset=utf-8", "csv"),
    Kind("geojson", "GeoJSON", "application/geo+json", "geojson"),
    Kind("gpkg", "GPKG", "application/geopackage+sqlite3", "gpkg"),
    Kind("png", "PNG", "image/png", "png"),
)


@dataclass(frozen=True)
class ExportTable:
    """What leaves: the figures of a view, as shown."""

    run: Run
    indicator: Indicator
    shown: Shown
    table: pd.DataFrame


def file_name(wanted: ExportTable, kind: Kind) -> str:
    """Unit, indicator, level and day. Path separators and control characters of names become blanks."""
    run = wanted.run
    level = run.say(BY_ID[wanted.shown.level].name)
    name = f"{run.unit.name}_{run.say(wanted.indicator.name)}_{level}_{run.scope.date_to:%Y%m%d}"
    return f"{safe_name(name)}.{kind.ending}"


def safe_name(name: str) -> str:
    """A file name on every system: no separators, no control characters, not too long."""
    return "".join(" " if char in '<>:"/\\|?*' or not char.isprintable() else char for char in name).strip(" .")[:120] or "export"


def write_file(wanted: ExportTable, kind: Kind, path: Path, tell: Tell) -> None:
    """Writes one format; `tell` hears of every step. AtlasError where it cannot be made (no boundaries, no font)."""
    if kind.id in ("csv", "xlsx"):
        (write_csv if kind.id == "csv" else write_xlsx)(path, listing(wanted), tell)
    elif kind.id in ("geojson", "gpkg"):
        write = write_geojson if kind.id == "geojson" else write_gpkg
        write(path, wanted.indicator.id, features(wanted), facts(wanted), tell)
    else:
        path.write_bytes(map_picture(wanted))
        tell(len(wanted.table))


def listing(wanted: ExportTable) -> Listing:
    """The table as rows with what they mean."""
    run, indicator = wanted.run, wanted.indicator
    digits = "0" if indicator.digits == 0 and not indicator.is_percent else "0." + "0" * max(indicator.digits, 1)
    return Listing(
        run.word("table"), columns(wanted), rows(wanted), len(wanted.table), facts(wanted), run.word("definition"),
        {5: PLAIN, 6: PLAIN, 7: f"#,##{digits}"}, mark_of(run),
    )  # fmt: skip


def columns(wanted: ExportTable) -> list[str]:
    """Headers in the reader's language."""
    run, indicator = wanted.run, wanted.indicator
    unit = run.say(indicator.unit)
    bottom = run.say(indicator.bottom) if indicator.bottom else run.word("denominator")
    return [
        run.word("code"), run.word("name"), run.word("belongs"), run.word("level"), run.word("indicator"), run.say(indicator.top), bottom,
        f"{run.say(indicator.name)}（{unit}）" if run.lang == "zh" else f"{run.say(indicator.name)} ({unit})", run.word("state"), run.word("band"), run.say(FROM), run.say(TO),
        run.word("data_to"),
    ]  # fmt: skip


def rows(wanted: ExportTable) -> Iterator[list[Value]]:
    """One row per unit; numbers unrounded (rates in percent), None where there is none."""
    run, indicator = wanted.run, wanted.indicator
    level, name = run.say(BY_ID[wanted.shown.level].name), run.say(indicator.name)
    words = {"green": run.word("band_good"), "amber": run.word("band_near"), "red": run.word("band_far")}
    first, last, newest = run.scope.date_from, run.scope.date_to, run.build.data_date
    for row, parent in zip(wanted.table.itertuples(), parent_names(run, wanted.table), strict=True):
        yield [
            str(row.code), str(row.name), parent, level, name, _number(row.numerator), _number(row.denominator),
            _number(row.value * 100 if indicator.is_percent else row.value), run.word(f"state_{row.state}"), words.get(row.band, ""), first, last, newest,
        ]  # fmt: skip


def parent_names(run: Run, table: pd.DataFrame) -> list[str]:
    """The name of each unit's parent; empty for the root and for what the reader may not see."""
    frame = units(run.build)
    parents = (int(frame.parent_no[no - 1]) for no in table["unit_no"])
    return [frame.name[no - 1] if no and run.reader.sees(no) else "" for no in parents]


def _number(value: float) -> int | float | None:
    if value is None or np.isnan(value):
        return None
    return int(value) if value == int(value) else float(value)


def facts(wanted: ExportTable) -> list[tuple[str, str]]:
    """Definition, period, filters, data date, build, who and when: what a sceptical reader of the file asks."""
    run, indicator = wanted.run, wanted.indicator
    filters = filters_said(run.scope_for(indicator), run.lang) or "—"
    return [
        (run.word("indicator"), f"{run.say(indicator.name)} {indicator.id}"), (run.word("definition"), run.say(indicator.definition)),
        (run.word("numerator"), run.say(indicator.top)), (run.word("denominator"), run.say(indicator.bottom) if indicator.bottom else "—"),
        (run.word("value"), run.say(indicator.unit)), (run.word("feed"), run.say(indicator.source)), (run.word("filters"), filters),
        (run.say(ROW_COUNT), f"{len(wanted.table):,}"), *run_facts(run),
    ]  # fmt: skip


def run_facts(run: Run) -> list[tuple[str, str]]:
    """What every exported file says of itself: unit, period, data, who, when, and that its map was not reviewed."""
    who = run.identity.name if run.identity.account in ("", run.identity.name) else f"{run.identity.name} {run.identity.account}"
    note = map_note(run) + (f"；{say('demo', run.lang)}" if run.build.is_demo else "")
    return [
        (run.word("here"), f"{run.unit.name} {run.unit.code}"), (run.word("period"), span(run.scope.date_from, run.scope.date_to, run.lang)),
        (run.word("data_to"), run.build.data_date.isoformat()), (run.word("build"), run.build.id), (run.say(EXPORTED_BY), who),
        (run.say(EXPORTED_AT), f"{datetime.now():%Y-%m-%d %H:%M:%S}"), (run.word("note"), note), *_chosen(run),
    ]  # fmt: skip


def _chosen(run: Run) -> list[tuple[str, str]]:
    """The selection the figures are of: units by code and name, the corners of a drawn area."""
    frame = units(run.build)
    picked = [f"{code} {frame.name[no - 1]}" for code in run.view.units if (no := frame.by_code(code))]
    found = [(run.say(PICKED), listing_of(picked, run.lang))] if picked else []
    found += [(run.say(AREA), ring_text(run.view.area))] if run.view.area else []
    return [*found, *_row(run)]


def _row(run: Run) -> list[tuple[str, str]]:
    """The picked row by its panel and name, if there is one."""
    return [(run.say(ROW_KINDS[run.row.units.kind].title), run.say(run.row.units.name))] if run.row else []


def map_note(run: Run) -> str:
    """The line under every map that leaves: 审图号, else that it is for internal use."""
    number = atlas().map_approval
    return run.say(APPROVED.format(number=number)) if number else say("internal", run.lang)


def mark_of(run: Run) -> str:
    """The watermark of files, where atlas.toml asks for one: who took it and when."""
    return "" if not atlas().watermark else f"{run.identity.name} {run.identity.account} {datetime.now():%Y-%m-%d %H:%M}".strip()


def features(wanted: ExportTable) -> Iterator[Feature]:
    """Rows with their boundaries, as far as the reader sees; raw codes and states, as programs read them."""
    run = wanted.run
    numbers = [int(no) for no in wanted.table["unit_no"]]
    lines = zip(wanted.table.itertuples(), rows(wanted), strict=True)
    for step, shapes in boundary_batches(run.build, run.reader, numbers):
        for no in step:
            row, record = next(lines)
            values: dict[str, Value] = dict(zip(KEYS, record, strict=True))
            raw: dict[str, Value] = {"level": wanted.shown.level, "indicator": wanted.indicator.id, "state": str(row.state), "band": str(row.band)}
            yield Feature(str(row.code), shapes.get(int(no)), values | raw)


def map_picture(wanted: ExportTable) -> bytes:
    """The map of the view as A4 landscape: the whole level, what is chosen in focus."""
    run, indicator, shown = wanted.run, wanted.indicator, wanted.shown
    view = map_view(run, indicator, shown, wanted.table, 600)
    said = [span(run.scope.date_from, run.scope.date_to, run.lang), filters_said(run.scope_for(indicator), run.lang), " ".join(_row(run)[0]) if run.row else ""]
    foot = [
        f"{map_note(run)}{'　　' + say('demo', run.lang) if run.build.is_demo else ''}",
        f"{run.word('data_to')} {_day(run.build.data_date)}　{run.word('definition')}：{run.say(indicator.definition)}"[: 118 if run.lang == "zh" else 190],
    ]
    sheet = Sheet(
        f"{run.unit.name} · {run.say(indicator.name)} · {run.say(BY_ID[shown.level].name)}", " · ".join(filter(None, said)), tuple(reversed(foot)), mark_of(run), about=tuple(facts(wanted)),
    )  # fmt: skip
    body = map_png(run.build, run.reader, view, sheet)
    if body is None:
        raise AtlasError(NO_SHAPES.zh, NO_SHAPES.en)
    return body


def _day(value: date) -> str:
    return value.isoformat()
