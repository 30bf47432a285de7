"""The table as a file (导出文件): CSV, XLSX, GeoJSON with codes as text, units, definition, period and data date."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import shapely
import xlsxwriter

from dashboard.view.drill import Shown
from dashboard.view.format import span
from dashboard.view.run import Run
from dashboard.view.words import say
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID
from etl.query.units import units

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Kind:
    """One file format."""

    id: str
    label: str
    mime: str


KINDS: tuple[Kind, ...] = (
    Kind("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Kind("csv", "CSV", "text/csv; charset=utf-8"),
    Kind("geojson", "GeoJSON", "application/geo+json"),
)


@dataclass(frozen=True)
class ExportTable:
    """What leaves: the figures of a view, as shown."""

    run: Run
    indicator: Indicator
    shown: Shown
    table: pd.DataFrame


def make_file(wanted: ExportTable, kind: Kind) -> tuple[str, bytes]:
    """File name and content."""
    run = wanted.run
    name = (
        f"{run.unit.name}_{run.say(wanted.indicator.name)}_{run.say(BY_ID[wanted.shown.level].name)}_{run.scope.date_to:%Y%m%d}.{kind.id}"
    )
    maker = {"csv": to_csv, "xlsx": to_xlsx, "geojson": to_geojson}[kind.id]
    return name, maker(wanted)


def columns(wanted: ExportTable) -> list[str]:
    """Headers in the reader's language."""
    run, indicator = wanted.run, wanted.indicator
    unit = run.say(indicator.unit)
    bottom = run.say(indicator.bottom) if indicator.bottom else run.word("denominator")
    return [
        run.word("code"), run.word("name"), run.word("belongs"), run.word("level"), run.word("indicator"), run.say(indicator.top), bottom,
        f"{run.say(indicator.name)}（{unit}）", run.word("state"), run.word("band"), run.word("period"), run.word("data_to"),
    ]  # fmt: skip


def rows(wanted: ExportTable) -> list[list[object]]:
    """One row per unit; numbers unrounded (rates in percent), None where there is none, text harmless in a spreadsheet."""
    run, indicator = wanted.run, wanted.indicator
    level, name = run.say(BY_ID[wanted.shown.level].name), run.say(indicator.name)
    period = span(run.scope.date_from, run.scope.date_to, run.lang)
    words = {"green": "band_good", "amber": "band_near", "red": "band_far"}
    return [
        [
            harmless(row.code), harmless(row.name), harmless(parent), level, name, _number(row.numerator), _number(row.denominator),
            _number(row.value * 100 if indicator.is_percent else row.value), run.word(f"state_{row.state}"),
            run.word(words[row.band]) if row.band else "", period, run.build.data_date.isoformat(),
        ]
        for row, parent in zip(wanted.table.itertuples(), parent_names(run, wanted.table), strict=True)
    ]  # fmt: skip


def parent_names(run: Run, table: pd.DataFrame) -> list[str]:
    """The name of each unit's parent; empty for the root and for what the reader may not see."""
    frame = units(run.build)
    parents = (int(frame.parent_no[no - 1]) for no in table["unit_no"])
    return [frame.name[no - 1] if no and run.reader.sees(no) else "" for no in parents]


def harmless(text: str) -> str:
    """A cell that a spreadsheet cannot take for a formula: OWASP's leading apostrophe."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _number(value: float) -> int | float | None:
    if value is None or np.isnan(value):
        return None
    return int(value) if value == int(value) else float(value)


def to_csv(wanted: ExportTable) -> bytes:
    """UTF-8 with BOM, so that Excel reads Chinese; codes quoted as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns(wanted))
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows(wanted))
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(wanted: ExportTable) -> bytes:
    """Two sheets: the figures, and what they mean. Codes are text cells; no cell is a formula or a link."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    bold = book.add_format({"bold": True, "bg_color": "#F4F6F9", "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(wanted.run.word("table"))
    sheet.write_row(0, 0, columns(wanted), bold)
    for at, row in enumerate(rows(wanted), start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif cell is not None:
                sheet.write_number(at, column, cell)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(wanted.table), 1), len(columns(wanted)) - 1)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 11, 16)
    notes = book.add_worksheet(wanted.run.word("definition"))
    for at, (key, value) in enumerate(facts(wanted)):
        notes.write_string(at, 0, key, bold)
        notes.write_string(at, 1, value, wrap)
    notes.set_column(0, 0, 18)
    notes.set_column(1, 1, 90)
    book.close()
    return out.getvalue()


def facts(wanted: ExportTable) -> list[tuple[str, str]]:
    """Definition, period, filters, data date, build, who and when: what a sceptical reader of the file asks."""
    run, indicator = wanted.run, wanted.indicator
    filters = "；".join(f"{name}={value}" for name, value in run.scope_for(indicator).where) or "—"
    found = [
        (run.word("indicator"), run.say(indicator.name)), (run.word("definition"), run.say(indicator.definition)), (run.word("numerator"), run.say(indicator.top)),
        (run.word("denominator"), run.say(indicator.bottom) if indicator.bottom else "—"), (run.word("feed"), run.say(indicator.source)),
        (run.word("here"), f"{run.unit.name} {run.unit.code}"), (run.word("period"), span(run.scope.date_from, run.scope.date_to, run.lang)),
        (run.word("filters"), filters), (run.word("data_to"), run.build.data_date.isoformat()), (run.word("build"), run.build.id),
        (run.word("exported"), f"{datetime.now():%Y-%m-%d %H:%M} {run.reader.name}".strip()), (run.word("note"), say("internal", run.lang)),
    ]  # fmt: skip
    return [*found, (run.word("note"), say("demo", run.lang))] if run.build.is_demo else found


def to_geojson(wanted: ExportTable) -> bytes:
    """Boundaries in EPSG:4490 (longitude, latitude) with the figures; a unit without a boundary has a null geometry."""
    run = wanted.run
    numbers = [int(no) for no in wanted.table["unit_no"] if run.reader.sees(int(no))]
    shapes = units(run.build).shapes(numbers)
    keys = ("code", "name", "parent", "level", "indicator", "numerator", "denominator", "value", "state", "band", "period", "data_date")
    features = []
    for row, record in zip(wanted.table.itertuples(), rows(wanted), strict=True):
        shape = shapes.get(int(row.unit_no))
        features.append(
            {
                "type": "Feature", "id": row.code, "geometry": json.loads(shapely.to_geojson(shape)) if shape is not None else None,
                "properties": {**dict(zip(keys, record, strict=True)), "code": row.code, "name": row.name, "indicator": wanted.indicator.id, "state": row.state, "band": row.band},
            }
        )  # fmt: skip
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    body = {"type": "FeatureCollection", "name": wanted.indicator.id, "crs": crs, "about": dict(facts(wanted)), "features": features}
    return json.dumps(body, ensure_ascii=False).encode()
