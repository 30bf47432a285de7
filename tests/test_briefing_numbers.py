"""Every number of a briefing is the one the command line prints for the same unit, period and filters."""

import contextlib
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from docx import Document

from dashboard.access.identity import MACHINE
from dashboard.briefing.document import Briefing, Fact, Heading, Paragraph, Said, TableBlock, plain_text
from dashboard.briefing.docx_file import docx_bytes
from dashboard.briefing.make import make_briefing, run_for
from dashboard.briefing.period import parse_period
from dashboard.briefing.preview import preview_html
from dashboard.web.serving import follow
from etl.__main__ import main as etl
from etl.model.levels import BY_ID as LEVELS
from etl.query.fund_chain import breach_counts, projects
from etl.query.hotspots import hotspots
from etl.query.jumps import jumps
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.tiny_city import tiny_city

Asked = tuple[Path, str, Scope, str]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Build, Path]]:
    folder = tmp_path_factory.mktemp("tiny")
    build, _ = tiny_city(folder)
    follow(folder)
    yield build, folder
    build.close()


@pytest.fixture(scope="module")
def demo(demo_warehouse: Path) -> Iterator[tuple[Build, Path]]:
    build = open_build(demo_warehouse)
    follow(demo_warehouse)
    yield build, demo_warehouse
    build.close()


def briefing_of(build: Build, level: str, period: str, lang: str = "zh", about: tuple[tuple[str, str], ...] = ()) -> Briefing:
    frame = units(build)
    no = int(frame.at_level(level, build.data_date)[0])
    found = parse_period(period)
    run = run_for(build, Reader("admin", 1, len(frame)), MACHINE, no, found, "en" if lang == "en" else "zh")
    return make_briefing(run, found, has_pictures=False, about=about)


@cache
def command_line(warehouse: Path, indicator: str, scope: Scope, level: str) -> dict[str, dict]:
    """What `etl indicator` prints, by code."""
    out = io.StringIO()
    call = ["indicator", indicator, "--level", level, "--from", str(scope.date_from), "--to", str(scope.date_to), "--as-of", str(scope.as_of)]
    call += [text for field, value in scope.where for text in ("--where", f"{field}={value}")]
    with contextlib.redirect_stdout(out):
        assert etl([*call, "--warehouse", str(warehouse), "--format", "json"]) == 0
    return {row["code"]: row for row in json.loads(out.getvalue())}


def asked(build: Build, warehouse: Path, said: Said, scope: Scope) -> dict:
    unit = units(build).unit(said.unit_no)
    return command_line(warehouse, said.indicator, scope, unit.level)[unit.code]


def truth(build: Build, warehouse: Path, said: Said) -> float:
    """The number as the command line's figures give it."""
    now = asked(build, warehouse, said, said.scope)
    if said.part in ("value", "numerator", "denominator"):
        return now[said.part]
    assert said.earlier is not None
    then = asked(build, warehouse, said, said.earlier)
    if said.part == "share":
        part = "denominator" if said.indicator == "geo_match_rate" else "numerator"
        return now[part] / then[part]
    if said.part == "numerator_ratio":
        return now["numerator"] / then["numerator"] - 1
    return now["value"] - then["value"] if said.part == "value_difference" else now["value"] / then["value"] - 1


def as_written(said: Said, build: Build) -> bool:
    """Whether the text is the number, rounded as it says."""
    from etl.model.indicators import BY_ID

    digits = re.search(r"-?[\d,]+(?:\.(\d+))?", said.text)
    assert digits is not None, said
    shown, places = float(digits[0].replace(",", "")), len(digits[1] or "")
    number = abs(said.number) if said.part in ("numerator_ratio", "value_difference", "value_ratio") else said.number
    percent = said.part in ("share", "numerator_ratio", "value_ratio") or (said.part in ("value", "value_difference") and BY_ID[said.indicator].is_percent)
    return abs(shown - number * (100 if percent else 1)) <= 0.5 * 10**-places + 1e-9


CASES = [("tiny", "street", "2026-10"), ("tiny", "city", "2026-Q4"), ("demo", "street", "2026-09"), ("demo", "community", "2026-10")]


@pytest.mark.parametrize(("city", "level", "period"), CASES)
def test_every_number_is_the_command_lines(request: pytest.FixtureRequest, city: str, level: str, period: str) -> None:
    build, warehouse = request.getfixturevalue(city)
    claims = list(briefing_of(build, level, period).claims())
    assert len(claims) > (20 if city == "tiny" else 100)
    for said in claims:
        assert truth(build, warehouse, said) == pytest.approx(said.number, rel=1e-12, abs=1e-12), said
        assert as_written(said, build), said


@pytest.mark.parametrize(("level", "about"), [("street", (("category", "04"),)), ("city", (("category", "0403"),))])
def test_a_topic_says_the_command_lines_numbers_of_its_class(demo: tuple[Build, Path], level: str, about: tuple[tuple[str, str], ...]) -> None:
    """（四）专题 stands only where a class was chosen; its numbers are those of that class, and everything else stays as it was."""
    build, warehouse = demo
    found, plain = briefing_of(build, level, "2026-09", about=about), briefing_of(build, level, "2026-09")
    at = next(at for at, block in enumerate(found.blocks) if isinstance(block, Heading) and block.text.startswith("（四）专题："))
    end = next(at for at, block in enumerate(found.blocks) if isinstance(block, Heading) and block.text == "四、问题与建议")
    section = [block for block in found.blocks[at + 1 : end] if isinstance(block, Paragraph)]
    assert [block.text for block in (*found.blocks[:at], *found.blocks[end:-1]) if isinstance(block, Heading | Paragraph)] == [block.text for block in plain.blocks[:-1] if isinstance(block, Heading | Paragraph)]
    claims = [piece for block in section for piece in block.pieces if isinstance(piece, Said)]
    assert len(claims) > 8 and all(claim.scope.where[0][1].startswith(about[0][1]) for claim in claims)
    for said in claims:
        assert truth(build, warehouse, said) == pytest.approx(said.number, rel=1e-12, abs=1e-12), said
        assert as_written(said, build), said
    assert any(block.text.startswith("其中：") for block in section) == (about[0][1] == "04")
    assert ("同期" in section[0].text) == (level == "street")


def counted(build: Build, warehouse: Path, root: int, level: str) -> list[str]:
    """The same numbers in their order: from the tables, from the command line's rates and the rules' lines, from what the pages list."""
    frame, period = units(build), parse_period("2026-09")
    last, scope = int(frame.last_no[root - 1]), period.scope(build)
    levels = [one for one in LEVELS if LEVELS[one].rank > LEVELS[level].rank]
    day = period.last
    below = [build.rows("SELECT count(*) FROM unit WHERE level = ? AND unit_no BETWEEN ? AND ? AND coalesce(valid_from <= ?, true) AND coalesce(valid_to >= ?, true)", [one, root, last, day, day])[0][0] for one in levels]
    said = [f"{n:,}个{LEVELS[one].plural.zh}" for one, n in zip(levels, below, strict=True) if n]
    child = next(one for one, n in zip(levels, below, strict=True) if n > 1)
    rates = [row for code, row in command_line(warehouse, "ontime_close_rate", scope, child).items() if root <= (frame.by_code(code) or 0) <= last]
    line = build.rules.thresholds["ontime_close_rate"]
    kinds = [row["state"] if row["state"] != "ok" else "green" if row["value"] >= line.green else "amber" if row["value"] >= line.amber else "red" for row in rates]
    said += [str(len(rates)), *(str(kinds.count(kind)) for kind in ("green", "amber", "red", "unstable", "no_data") if kind in kinds)]
    cells = hotspots(build, Reader("admin", 1, len(frame)), scope, root)
    said += [str(int((cells.cells["state"] == state).sum())) for state in ("new", "again", "cooling")]  # type: ignore[union-attr]
    week = "SELECT count(*) FROM \"case\" WHERE unit_no BETWEEN ? AND ? AND counted_at >= ?::DATE - 6 AND counted_at < ?::DATE + 1 AND status IS DISTINCT FROM 'void' AND voided_at IS NULL AND repeat_of IS NULL"
    for jump in jumps(build, Reader("admin", 1, len(frame)), scope, root)[:6]:
        assert build.rows(week, [jump.unit_no, int(frame.last_no[jump.unit_no - 1]), day, day])[0][0] == jump.n
        said += [f"{jump.n:,}", f"{jump.mean:,.1f}"]
    return said


def test_every_count_beside_the_figures_is_right(demo: tuple[Build, Path]) -> None:
    """Numbers that are no indicator: units below, units by band, states of hotspots, sudden rises, broken steps, items of advice."""
    build, warehouse = demo
    for level in ("city", "street"):
        found = briefing_of(build, level, "2026-09")
        root = int(units(build).at_level(level, build.data_date)[0])
        said = [piece.text for block in found.blocks if isinstance(block, Paragraph) for piece in block.pieces if isinstance(piece, Fact) and piece.kind == "count"]
        expected = counted(build, warehouse, root, level)
        assert said[: len(expected)] == expected
        rest, items = said[len(expected) :], [block.text for block in found.blocks if isinstance(block, Paragraph) and "（依据：" in block.text]
        broken = [str(one.n) for one in breach_counts(projects(build, Reader("admin", 1, 10**9), parse_period("2026-09").scope(build), root)) if one.counts][:5]
        numbers = [str(at) for at in range(1, len(items) + 1)]
        assert rest == numbers + (broken if any("程序问题" in item for item in items) else [])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_number_stands_in_bare_text(demo: tuple[Build, Path], lang: str) -> None:
    """What is no figure, name, day or rule holds no digit, so nothing can be made up between the figures."""
    found = briefing_of(demo[0], "street", "2026-09", lang, about=(("category", "04"),))
    pieces = [piece for block in found.blocks if isinstance(block, Paragraph) for piece in block.pieces]
    pieces += [piece for block in found.blocks if isinstance(block, TableBlock) for row in block.rows for cell in row for piece in cell]
    bare = [piece for piece in pieces if isinstance(piece, str)]
    assert not [piece for piece in bare if re.search(r"\d", piece.replace("1,000", ""))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_word_file_and_screen_say_the_same(demo: tuple[Build, Path], lang: str) -> None:
    found = briefing_of(demo[0], "street", "2026-09", lang)
    document = Document(io.BytesIO(docx_bytes(found)))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    for block in found.blocks:
        if isinstance(block, Paragraph | Heading):
            assert block.text in paragraphs
    tables = [block for block in found.blocks if isinstance(block, TableBlock)]
    assert len(document.tables) == len(tables)
    for table, block in zip(document.tables, tables, strict=True):
        assert [tuple(cell.text for cell in row.cells) for row in table.rows] == [block.heads, *(tuple(plain_text(cell) for cell in row) for row in block.rows)]
    html = preview_html(found)
    assert html.count('class="ga-said"') == found.checksum()[0]


def test_the_checksum_moves_with_any_number(demo: tuple[Build, Path]) -> None:
    one, two = (briefing_of(demo[0], "street", period) for period in ("2026-09", "2026-08"))
    assert one.checksum() == briefing_of(demo[0], "street", "2026-09").checksum() and one.checksum()[1] != two.checksum()[1]
    assert one.checksum()[1] in one.blocks[-1].text  # type: ignore[union-attr]


def test_sections_stand_in_the_order_of_a_notice(demo: tuple[Build, Path]) -> None:
    heads = [block.text for block in briefing_of(demo[0], "street", "2026-09").blocks if isinstance(block, Heading) and block.level == 1]
    assert heads[:4] == ["一、基本情况", "二、办理情况", "三、热点问题", "四、问题与建议"]
    assert [head[:3] for head in heads[4:]] == ["附件一", "附件二", "附件三"]


def test_suggestions_come_from_rules_only(demo: tuple[Build, Path]) -> None:
    """Each item names a figure that is red, a lasting hotspot or a broken step; a figure that meets its standard has none."""
    from dashboard.briefing.advice import BREACH_RULE, LASTING_RULE, REMEDIES
    from dashboard.briefing.teller import Teller
    from etl.model.indicators import BY_ID

    build = demo[0]
    frame, period = units(build), parse_period("2026-09")
    run = run_for(build, Reader("admin", 1, len(frame)), MACHINE, int(frame.at_level("street", build.data_date)[0]), period)
    teller = Teller(run, period)
    blocks = make_briefing(run, period, has_pictures=False).blocks
    items = [block.text for block in blocks if isinstance(block, Paragraph) and "（依据：" in block.text]
    for name in REMEDIES:
        said = [item for item in items if f"（依据：{BY_ID[name].name.zh}未达标）" in item]
        is_red = teller.connected(name) and teller.band(name, teller.figure(name)) == "red"
        assert len(said) == int(is_red and name not in ("hotspot_n", "fund_process_rate")), name
    others = [item for item in items if "未达标）" not in item]
    assert all(LASTING_RULE.zh in item or BREACH_RULE.zh in item for item in others)
