"""The briefing as files: official form, names inert, fonts, limited readers, empty cities, feeds missing, five slides, a batch."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm
from pptx import Presentation

from dashboard.access.identity import MACHINE
from dashboard.briefing import __main__ as batch_module
from dashboard.briefing.__main__ import main as batch
from dashboard.briefing.document import Briefing, Heading, Paragraph, Picture, TableBlock, plain_text
from dashboard.briefing.docx_file import docx_bytes
from dashboard.briefing.make import NO_FONT, make_briefing, run_for
from dashboard.briefing.page import chosen_period
from dashboard.briefing.pdf_file import page_images, pdf_bytes
from dashboard.briefing.period import parse_period, periods, usual
from dashboard.briefing.pptx_file import fitting, pptx_bytes
from dashboard.parts import print_style
from dashboard.parts.print_style import find_face
from dashboard.view.run import Run
from dashboard.web.serving import follow
from etl.model.errors import AtlasError, CallError
from etl.model.taxonomy import BY_CODE
from etl.query.class_counts import class_counts
from etl.query.figures import figure
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from etl.query.series import year_on_year
from etl.query.units import units
from etl.query.warehouse import Build
from tests.tiny_city import tiny_city, tiny_rows, tiny_units, unit_nos, write_build

EVIL = {
    "D1": "<script>alert(1)</script>&amp;", "J1": '=HYPERLINK("http://x")区', "J2": "$\\frac{1}{0}$ #strong[x] *b* _u_ @ref", "J3": "]]><w:p/>\x07\x00 街道\n二行",
    "S11": "#import \"@preview/x:1.0.0\"; #read(\"/etc/passwd\")", "S12": "{n} {unit} %s",
}  # fmt: skip
SENSITIVE = next(code for code, category in BY_CODE.items() if category.is_sensitive)
has_font = pytest.mark.skipif(find_face() is None, reason="no Chinese font on this machine: PDF and pictures were NOT made")


def city_with(folder: Path, names: dict[str, str] | None = None, more_cases: int = 0, feeds: tuple[str, ...] | None = None) -> Build:
    rows = tiny_units()
    for unit in rows:
        unit["name"] = (names or {}).get(unit["unit_code"], unit["name"])
    numbers = unit_nos(rows)
    data = tiny_rows(numbers)
    first = dict(data["case"][0])
    for at in range(more_cases):
        data["case"].append(first | {"case_no": f"x{at}", "code4": SENSITIVE, "unit_no": numbers["S11"]})
    if feeds is not None:
        data = {feed: values for feed, values in data.items() if feed in feeds}
    build = write_build(folder, rows, data, date(2026, 10, 31), {"case": datetime(2026, 10, 31, 23, 59)})
    follow(folder)
    return build


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    build = city_with(tmp_path_factory.mktemp("evil"), EVIL)
    yield build
    build.close()


def briefing(build: Build, code: str = "D1", period: str = "2026-10", reader: Reader | None = None, lang: str = "zh", has_pictures: bool = False) -> Briefing:
    reader = reader or Reader("admin", 1, len(units(build)))
    no = units(build).by_code(code)
    assert no is not None
    found = parse_period(period)
    return make_briefing(run_for(build, reader, MACHINE, no, found, "en" if lang == "en" else "zh"), found, has_pictures)


def words(found: Briefing) -> str:
    parts = [block.text for block in found.blocks if isinstance(block, Paragraph)]
    parts += [plain_text(cell) for block in found.blocks if isinstance(block, TableBlock) for row in block.rows for cell in row]
    return "\n".join(parts)


def test_names_stay_text_in_word(evil: Build) -> None:
    body = docx_bytes(briefing(evil))
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        xml = package.read("word/document.xml").decode()
        assert "w:hyperlink" not in xml and "<script>" not in xml and not [name for name in package.namelist() if "vba" in name.lower()]
        relations = package.read("word/_rels/document.xml.rels").decode()
        assert 'TargetMode="External"' not in relations
    document = Document(io.BytesIO(body))
    assert document.paragraphs[0].text == "<script>alert(1)</script>&amp;网格治理情况通报"
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert '=HYPERLINK("http://x")区' in cells and any("街道" in cell and "\x00" not in cell and "\x07" not in cell for cell in cells)


@has_font
def test_names_stay_text_in_pdf_and_pictures(evil: Build) -> None:
    for code in ("D1", "J1", "J2", "S11"):
        found = briefing(evil, code, has_pictures=True)
        assert [block for block in found.blocks if isinstance(block, Picture)]
        assert pdf_bytes(found).startswith(b"%PDF")


def test_names_stay_text_on_slides(evil: Build) -> None:
    deck = Presentation(io.BytesIO(pptx_bytes(briefing(evil))))
    assert len(deck.slides) == 5
    texts = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    assert "<script>alert(1)</script>&amp;网格治理情况通报" in texts
    assert not [run for slide in deck.slides for shape in slide.shapes if shape.has_text_frame for p in shape.text_frame.paragraphs for run in p.runs if run.hyperlink.address]


def test_file_names_have_no_way_out(evil: Build) -> None:
    for code in EVIL:
        assert not set('<>:"/\\|?*\n\x00') & set(briefing(evil, code).file_name)


def test_the_word_file_has_the_form_of_a_notice(tmp_path: Path) -> None:
    build = city_with(tmp_path)
    document = Document(io.BytesIO(docx_bytes(briefing(build))))
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round((size or 0) / Mm(1)) for size in sizes] == [210, 297, 37, 28]
    styles = {name: document.styles[name] for name in ("AtlasTitle", "AtlasBody", "AtlasHeading1")}
    fonts = {name: style.element.rPr.rFonts.get("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia") for name, style in styles.items()}
    assert fonts == {"AtlasTitle": "方正小标宋简体", "AtlasBody": "仿宋_GB2312", "AtlasHeading1": "黑体"}
    assert styles["AtlasBody"].font.size.pt == 16 and styles["AtlasTitle"].font.size.pt == 22
    xml = document.sections[0].footer._element.xml
    assert "PAGE" in xml and "— " in xml
    with zipfile.ZipFile(io.BytesIO(docx_bytes(briefing(build)))) as package:
        table = package.read("word/fontTable.xml").decode()
    assert 'w:name="仿宋_GB2312"' in table and "FangSong" in table
    properties = document.core_properties
    assert "本机" in properties.author and build.id in properties.keywords and "2026-10" in properties.comments
    build.close()


def test_a_limited_reader_gets_the_own_area_only(tmp_path: Path) -> None:
    build = city_with(tmp_path)
    frame = units(build)
    first = frame.by_code("J1")
    assert first is not None
    reader = Reader("analyst", first, int(frame.last_no[first - 1]), "a")
    text = words(briefing(build, "J1", reader=reader))
    assert "兴隆社区" in text and not [name for name in ("J2号", "J3号", "S21号", "S31号", "X221号") if name in text]
    with pytest.raises(CallError):
        briefing(build, "J2", reader=reader)
    build.close()


def test_few_cases_of_hardship_are_told_to_nobody_who_is_limited(tmp_path: Path) -> None:
    build = city_with(tmp_path, more_cases=3)
    name = BY_CODE[SENSITIVE].l2.zh
    everything, analyst = Reader("admin", 1, len(units(build))), Reader("analyst", 1, len(units(build)), "a")
    assert name in words(briefing(build, "J1", reader=everything)) and name not in words(briefing(build, "J1", reader=analyst))
    build.close()
    build = city_with(tmp_path / "more", more_cases=12)
    assert name in words(briefing(build, "S11", reader=Reader("analyst", 1, len(units(build)), "a"))), "ten and more are"
    assert name not in words(briefing(build, "X111", reader=Reader("analyst", 1, len(units(build)), "a")))
    build.close()


def test_classes_are_the_figures_with_the_filter_of_the_class(tmp_path: Path) -> None:
    build = city_with(tmp_path, more_cases=12)
    reader, frame = Reader("admin", 1, len(units(build))), units(build)
    for code in ("C", "J1", "S11", "X111", "J3"):
        no = frame.by_code(code)
        assert no is not None
        scope = parse_scope(build, "2026-10-01", "2026-10-31")
        counts = class_counts(build, reader, scope, no)
        for class_code in ("0101", SENSITIVE):
            asked = parse_scope(build, "2026-10-01", "2026-10-31", where=[f"category={class_code}"])
            assert counts.get(class_code, 0) == figure(build, reader, "case_per_1000hh", asked, no).numerator
    build.close()


@has_font
@pytest.mark.parametrize(("lang", "places"), [("zh", [r"图\d", r"附件[一二三]"]), ("en", [r"Figure \d", "Annex [ABC]"])])
def test_pictures_and_annexes_are_counted_through(tmp_path: Path, lang: str, places: list[str]) -> None:
    """A micro-grid's community has no map of units below and no annex of them: nothing is numbered past them."""
    build = city_with(tmp_path)
    whole, part = (briefing(build, code, lang=lang, has_pictures=True) for code in ("D1", "S11"))
    for found in (whole, part):
        titles = [block.title if isinstance(block, Picture) else block.text for block in found.blocks if isinstance(block, Picture | Heading)]
        for pattern, order in zip(places, ("1234", "一二三" if lang == "zh" else "ABC"), strict=True):
            numbers = [match[0][-1] for title in titles if (match := re.match(pattern, title))]
            assert numbers and numbers == list(order)[: len(numbers)]
    build.close()


def test_a_tile_says_what_the_text_says(tmp_path: Path) -> None:
    """No data is not a feed that is not connected."""
    build = city_with(tmp_path, feeds=("case",))
    tiles = dict(briefing(build).tiles)
    assert tiles["受理诉求（件）"] == str(figure(build, Reader("admin", 1, 10**9), "geo_match_rate", parse_scope(build, "2026-10-01", "2026-10-31"), 1).denominator)[:-2]
    empty = dict(briefing(build, period="2019-01").tiles)
    assert empty["按期结案率"] == "无数据"
    build.close()
    assert dict(briefing(city_with(tmp_path / "none", feeds=())).tiles)["按期结案率"] == "未接入"


def test_feeds_missing_are_named_never_zero(tmp_path: Path) -> None:
    build = city_with(tmp_path, feeds=())
    text = words(briefing(build))
    assert "诉求工单未接入" in text and "未接入" in text and "不按零计算" in text
    assert "0件" not in text and "0.0%" not in text and "受理诉求" not in text
    docx, slides = docx_bytes(briefing(build)), Presentation(io.BytesIO(pptx_bytes(briefing(build))))
    assert docx.startswith(b"PK") and len(slides.slides) == 5
    build.close()


def test_a_city_without_anything_has_a_briefing(tmp_path: Path) -> None:
    root = [{"unit_code": "0", "name": "空城", "level": "city", "parent_code": None, "unit_no": 1, "last_no": 1, "parent_no": None}]
    build = write_build(tmp_path, root, {"case": []}, date(2026, 10, 31))
    follow(tmp_path)
    found = briefing(build, "0")
    assert "空城" in words(found) and docx_bytes(found).startswith(b"PK")
    if find_face() is not None:
        assert pdf_bytes(briefing(build, "0", has_pictures=True)).startswith(b"%PDF")
    build.close()


def test_an_unfinished_month_says_so_and_is_compared_with_as_many_days(tmp_path: Path) -> None:
    build, numbers = tiny_city(tmp_path)
    follow(tmp_path)
    period = parse_period("2026-Q4")
    assert period.is_partial(build) and "期间未满" in words(briefing(build, "J1", "2026-Q4"))
    scope = period.scope(build)
    assert (scope.date_to, scope.as_of) == (date(2026, 10, 31), date(2026, 10, 31))
    earlier = year_on_year(build, Reader("admin", 1, len(units(build))), "close_rate", scope, numbers["J1"]).earlier_scope
    assert (earlier.date_from, earlier.date_to) == (date(2025, 10, 1), date(2025, 10, 31))
    build.close()


def test_without_a_chinese_font_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = city_with(tmp_path)
    monkeypatch.setattr(print_style, "FAMILIES", {"sans": ("No Such Font",), "serif": (), "fang": (), "kai": ()})
    find_face.cache_clear()
    try:
        found = briefing(build, has_pictures=True)
        assert NO_FONT.zh in words(found) and not [block for block in found.blocks if isinstance(block, Picture)]
        assert docx_bytes(found).startswith(b"PK")
        with pytest.raises(AtlasError, match="中文字体"):
            pdf_bytes(found)
    finally:
        find_face.cache_clear()
        build.close()


@has_font
def test_the_font_of_the_settings_comes_first() -> None:
    face = find_face()
    assert face is not None
    assert find_face("sans", face.path) is not None and find_face("sans", "No Such Font") == face


@has_font
def test_the_pdf_has_pages_with_ink_and_the_same_in_english(tmp_path: Path) -> None:
    build = city_with(tmp_path)
    for lang in ("zh", "en"):
        found = briefing(build, lang=lang, has_pictures=True)
        pages = page_images(found, ppi=30)
        assert len(pages) >= 4 and all(len(page) > 800 for page in pages)
        assert b"/Title" in pdf_bytes(found) or found.title
    build.close()


def test_slides_hold_what_stands_on_them() -> None:
    long = ["网格" * 200]
    assert fitting(long, 20, 5, 3, 4) < 20 and fitting(["短"], 20, 5, 3, 4) == 20 and fitting(long * 9, 20, 1, 1, 1) == 9


def test_periods() -> None:
    assert parse_period("2026-09").name.zh == "2026年9月" and parse_period("2026-Q3").name.zh == "2026年第三季度" == parse_period("2026q3").name.zh
    assert (parse_period("2026-Q1").first, parse_period("2026-Q1").last) == (date(2026, 1, 1), date(2026, 3, 31))
    assert parse_period("2024-02").last == date(2024, 2, 29)
    for wrong in ("2026-13", "2026", "2026-Q5", "2026-9", "", "2026-09; DROP TABLE", "２０２６-09"):
        with pytest.raises(CallError):
            parse_period(wrong)


def test_the_usual_period_is_the_newest_whole_one(tmp_path: Path) -> None:
    build, _ = tiny_city(tmp_path)
    follow(tmp_path)
    assert usual(build, periods(build, "month", None)).id == "2026-10" and usual(build, periods(build, "quarter", None)).id == "2026-Q3"
    assert [one.id for one in periods(build, "month", date(2026, 9, 2))] == ["2026-10", "2026-09"]
    run = run_for(build, Reader("admin", 1, len(units(build))), MACHINE, 1, parse_period("2026-Q3"))
    assert chosen_period(run, None).id == "2026-Q3"
    assert chosen_period(replace(run, view=replace(run.view, date_from=date(2026, 9, 3))), None).id == "2026-09-03_2026-09-30"  # the very days of the filter bar
    build.close()


def test_the_batch_writes_one_for_every_street(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.briefing.make.find_face", lambda *asked: None)  # pictures have tests of their own
    build, _ = tiny_city(tmp_path / "wh")
    build.close()
    call = ["--month", "2026-10", "--level", "street", "--out", str(tmp_path / "out"), "--warehouse", str(tmp_path / "wh")]
    assert batch([*call, "--format", "docx,pptx"]) == 0
    assert sorted(path.name[:2] + path.suffix for path in (tmp_path / "out").iterdir()) == ["J1.docx", "J1.pptx", "J2.docx", "J2.pptx", "J3.docx", "J3.pptx"]
    assert len(capsys.readouterr().out.splitlines()) == 6
    for wrong, code in ((["--format", "exe"], 2), (["--month", "2026-99"], 2), (["--month", "2027-01"], 2), (["--unit", "nowhere"], 2), (["--warehouse", str(tmp_path / "none")], 1)):
        assert batch([*call, *wrong]) == code, wrong
        said = capsys.readouterr().err
        assert "Traceback" not in said and len(said.strip().splitlines()) >= 2


def test_a_bad_street_in_the_middle_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.briefing.make.find_face", lambda *asked: None)
    build, _ = tiny_city(tmp_path / "wh")
    build.close()
    make = batch_module.make_briefing

    def failing(run: Run, *rest: object, **more: object) -> Briefing:
        if run.unit.code == "J2":
            raise AtlasError("这个街道不行", "not this street")
        return make(run, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(batch_module, "make_briefing", failing)
    call = ["--month", "2026-10", "--level", "street", "--out", str(tmp_path / "out"), "--warehouse", str(tmp_path / "wh"), "--format", "docx"]
    assert batch(call) == 1
    assert sorted(path.name[:2] for path in (tmp_path / "out").iterdir()) == ["J1", "J3"]
    said = capsys.readouterr().err
    assert "J2" in said and "这个街道不行" in said and "not this street" in said and "1 could not be made; 2 are written" in said
