"""Exported files: one view gives the same numbers in every format; codes stay text, dates are dates, nothing is a formula, who and when are told."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from openpyxl import load_workbook

from dashboard.access.identity import MACHINE
from dashboard.parts import export_rows
from dashboard.parts.export_files import KINDS, ExportTable, file_name, write_file
from dashboard.parts.export_rows import Listing, harmless, write_csv, write_xlsx
from dashboard.parts.list_export import to_csv
from dashboard.parts.print_style import find_face
from dashboard.view.drill import Shown
from dashboard.view.nav import BY_ID as PAGE
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from dashboard.web.serving import follow
from etl.model.indicators import BY_ID
from etl.query.figures import figures
from etl.query.ranking import bands_of
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from etl.query.units import units
from etl.query.warehouse import Build
from tests.tiny_city import tiny_rows, tiny_units, unit_nos, write_build

EVIL = ('=HYPERLINK("http://x","y")', "＝cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-2", "\t=1", "\n=1", "  =1", "　＝1", "\ufeff=1", "<script>alert(1)</script>")
KIND = {kind.id: kind for kind in KINDS}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The tiny city, three of its streets' names made to hurt."""
    folder = tmp_path_factory.mktemp("warehouse")
    rows = tiny_units()
    names = {"J1": '=HYPERLINK("http://x")', "J2": "＝1+1</script><script>alert(1)</script>", "J3": "$\\frac{1}{0}$ #strong[x] 街道"}
    for unit in rows:
        unit["name"] = names.get(unit["unit_code"], unit["name"])
    build = write_build(folder, rows, tiny_rows(unit_nos(rows)), date(2026, 10, 31), {"case": datetime(2026, 10, 31, 23, 59)})
    follow(folder)
    yield build
    build.close()


def export_of(build: Build, level: str = "street", indicator_id: str = "close_rate", under: int = 1, where: tuple[str, ...] = ()) -> ExportTable:
    reader = Reader("admin", 1, len(units(build)))
    run = Run(PAGE["overview"], build, reader, ViewState(), units(build).unit(under), parse_scope(build, where=where), (), MACHINE)
    table = figures(build, reader, indicator_id, run.scope, level, under)
    table["band"] = bands_of(build, reader, indicator_id, run.scope, table).fillna("")
    return ExportTable(run, BY_ID[indicator_id], Shown(level, under, None), table)


def written(wanted: ExportTable, kind: str, folder: Path) -> Path:
    path = folder / f"file.{KIND[kind].ending}"
    path.touch()
    write_file(wanted, KIND[kind], path, lambda done: None)
    return path


def test_every_format_says_the_same(city: Build, tmp_path: Path) -> None:
    wanted = export_of(city)
    lines = list(csv.reader(io.StringIO(written(wanted, "csv", tmp_path).read_bytes().decode("utf-8-sig"))))
    rows = lines[1 : lines.index([])]
    sheet = load_workbook(written(wanted, "xlsx", tmp_path)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    features = json.loads(written(wanted, "geojson", tmp_path).read_text("utf-8"))["features"]
    layer = pyogrio.read_dataframe(written(wanted, "gpkg", tmp_path), layer="close_rate")
    assert [row[0] for row in rows] == [row[0] for row in cells] == [one["properties"]["code"] for one in features] == list(layer["code"]) == ["J1", "J2", "J3"]
    truth = [None if pd.isna(value) else value * 100 for value in wanted.table["value"]]
    assert [float(row[7]) if row[7] else None for row in rows] == pytest.approx(truth)
    assert [row[7] for row in cells] == pytest.approx(truth)
    assert [one["properties"]["value"] for one in features] == pytest.approx(truth)
    assert [None if pd.isna(value) else value for value in layer["value"]] == pytest.approx(truth)
    assert all(one["geometry"]["type"] == "Polygon" for one in features)


def test_a_workbook_has_real_types_and_says_what_it_is(city: Build, tmp_path: Path) -> None:
    book = load_workbook(written(export_of(city, where=("category=0101",)), "xlsx", tmp_path))
    first, second = book.worksheets
    row = list(first[2])
    assert row[0].data_type == "s" and isinstance(row[7].value, int | float) and isinstance(row[10].value, datetime)
    assert not [cell for line in first.iter_rows() for cell in line if cell.data_type == "f" or cell.hyperlink]
    about = {line[0].value: line[1].value for line in second.iter_rows()}
    assert about["指标"].endswith("close_rate") and "0101" in about["筛选"] and "本机" in about["导出人"] and about["行数"] == "3"
    assert about["导出时间"].startswith("20") and about["数据版本"] == city.id and "内部使用" in about["说明"]


def test_geopackage_carries_crs_text_codes_and_the_story(city: Build, tmp_path: Path) -> None:
    path = written(export_of(city, "micro"), "gpkg", tmp_path)
    facts = pyogrio.read_info(path, layer="close_rate")
    assert facts["crs"] == "EPSG:4490" and facts["features"] == 30 and facts["geometry_type"] == "MultiPolygon"
    frame = pyogrio.read_dataframe(path, layer="close_rate")
    assert frame["code"].map(type).eq(str).all() and str(frame["data_date"].dtype).startswith("datetime64")
    assert frame.loc[frame["state"] == "no_data", "value"].isna().all() and (frame["state"] == "no_data").any()
    about = pyogrio.read_dataframe(path, layer="about", read_geometry=False)
    assert set(about["key"]) >= {"指标", "导出人", "导出时间", "筛选"}


def test_geojson_names_its_crs(city: Build, tmp_path: Path) -> None:
    body = json.loads(written(export_of(city), "geojson", tmp_path).read_text("utf-8"))
    assert body["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490" and body["about"]["数据版本"] == city.id


def test_a_map_is_drawn_whatever_the_names_are(city: Build, tmp_path: Path) -> None:
    if find_face() is None:
        pytest.skip("no Chinese font on this machine: the map was NOT drawn")
    picture = written(export_of(city), "png", tmp_path).read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 20_000
    assert "内部使用".encode() in picture and b"close_rate" in picture, "what it is stands in the file's own text"
    other = written(export_of(city, indicator_id="case_per_1000hh"), "png", tmp_path).read_bytes()
    assert other != picture


def test_file_names_are_safe_on_every_system(city: Build) -> None:
    wanted = export_of(city, "community", under=unit_nos(tiny_units())["J2"])
    name = file_name(wanted, KIND["csv"])
    assert not set('<>:"/\\|?*\n') & set(name) and name.endswith(".csv")


@pytest.mark.parametrize("text", EVIL)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    """A spreadsheet sees the leading apostrophe and shows the rest as text, in CSV and in XLSX."""
    listing = Listing("表", [text], [[text]], 1, [("key", text)])
    for write, name in ((write_csv, "a.csv"), (write_xlsx, "a.xlsx")):
        write(tmp_path / name, listing, lambda done: None)
    is_evil = not text.startswith("<")
    assert harmless(text).startswith("'") == is_evil and harmless(text).replace("'", "") == text.replace("'", "")
    assert next(csv.reader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"))))[0] == harmless(text)
    book = load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type == "s" and not cell.hyperlink for cell in cells)
    assert all(not str(cell.value).lstrip(" \u3000\ufeff").startswith(("=", "+", "-", "@", "＝")) for cell in cells)
    assert harmless(text) in to_csv(["a"], [[text]]).decode("utf-8-sig").replace('""', '"')


@pytest.mark.parametrize("text", ["街道;=1+1", '街道;"=1+1"', "街道; @SUM(1)", "街道\t=1+1", "街道\n=1+1", "街道\r\n\t+1", "=1;-2;＝3", "街道;＝1", "街道;\u3000-1+1", "a;b;=HYPERLINK(1)"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_text_becomes_a_formula_where_other_separators_are_taken(tmp_path: Path, text: str, separator: str) -> None:
    """LibreOffice offers comma, semicolon and tab at once, Excel takes the semicolon in many languages; there the quotes hold nothing together."""
    write_csv(tmp_path / "a.csv", Listing("表", ["名称", text], [["S1", text, 3], [text, "S2", 4]], 2, [("key", text)]), lambda done: None)
    body = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        cells = [cell for row in csv.reader(io.StringIO(body), delimiter=separator, quoting=quoting) for cell in row]
        assert not [cell for cell in cells if cell.lstrip('" \t\u3000').startswith(("=", "+", "-", "@", "＝"))], cells


def test_values_are_written_as_what_they_are(tmp_path: Path) -> None:
    row = ["0012", 3, 2.5, Decimal("1.50"), date(2026, 9, 1), datetime(2026, 9, 1, 8, 30), None]
    listing = Listing("表", list("abcdefg"), [row], 1)
    write_csv(tmp_path / "a.csv", listing, lambda done: None)
    assert list(csv.reader((tmp_path / "a.csv").open(encoding="utf-8-sig")))[1] == ["0012", "3", "2.5", "1.50", "2026-09-01", "2026-09-01 08:30:00", ""]
    write_xlsx(tmp_path / "a.xlsx", listing, lambda done: None)
    cells = [cell.value for cell in load_workbook(tmp_path / "a.xlsx").worksheets[0][2]]
    assert cells == ["0012", 3, 2.5, 1.5, datetime(2026, 9, 1), datetime(2026, 9, 1, 8, 30), None]


def test_a_workbook_has_no_hidden_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_rows, "SHEET_ROWS", 10)
    write_xlsx(tmp_path / "a.xlsx", Listing("表", ["n"], ([n] for n in range(25)), 25, [("a", "b")]), lambda done: None)
    book = load_workbook(tmp_path / "a.xlsx")
    rows = [row[0].value for sheet in book.worksheets[:-1] for row in sheet.iter_rows(min_row=2)]
    assert rows == list(range(25)) and len(book.worksheets) == 4


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_length_costs_disk_not_memory(tmp_path: Path, write) -> None:
    listing = Listing("表", ["code", "n"], ((f"{n:012d}", n) for n in range(30_000)), 30_000)
    heard: list[int] = []
    tracemalloc.start()
    write(tmp_path / "a", listing, heard.append)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000 and heard[-1] == 30_000 and heard == sorted(heard)
