"""One briefing from end to end (生成简报): sections, pictures where they belong, and the line that says where the numbers come from."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import count

from dashboard.access.identity import Identity
from dashboard.briefing.advice import advice
from dashboard.briefing.annex import annex, check_line
from dashboard.briefing.basics import basics
from dashboard.briefing.document import Block, Briefing, Heading, Paragraph, Part, Picture, TableBlock, plain_text
from dashboard.briefing.handling import handling
from dashboard.briefing.hot import hot
from dashboard.briefing.period import Period
from dashboard.briefing.pictures import classes_picture, map_picture, rates_picture, trend_picture
from dashboard.briefing.teller import Teller
from dashboard.briefing.topic import topic
from dashboard.parts.export_files import map_note, mark_of, safe_name
from dashboard.parts.print_style import find_face
from dashboard.view.format import day
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from dashboard.view.words import say
from etl.model.text import Lang, Text
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.units import units
from etl.query.warehouse import Build

TITLE = Text("{unit}网格治理情况通报", "{unit}: grid governance briefing")
SUBTITLE = Text("（{period}）", "{period}")
DATA = Text("数据截至{day}", "Data to {day}")
MADE = Text("生成日期：{day}", "Made on {day}")
HEADER = Text("内部资料　注意保管", "Internal")
TILES: tuple[tuple[str, Part, Text], ...] = (
    ("geo_match_rate", "denominator", Text("受理诉求（件）", "Cases")), ("case_per_1000hh", "value", Text("千户诉求量（件）", "Per 1,000 households")),
    ("ontime_close_rate", "value", Text("按期结案率", "Closed on time")), ("satisfy_rate", "value", Text("满意率", "Satisfied")),
)  # fmt: skip
PLACES = ("一二三", "ABC")
NO_FONT = Text("服务器上没有中文字体，本文未附地图和图表。", "There is no Chinese font on the server, so map and charts are left out.")


PICTURES = (trend_picture, map_picture, rates_picture, classes_picture)
_pictures: Once[tuple, tuple[Picture | None, ...]] = Once(capacity=4)


def run_for(build: Build, reader: Reader, identity: Identity, unit_no: int, period: Period, lang: Lang = "zh") -> Run:
    """A run without a browser, for one unit and period."""
    frame = units(build)
    view = ViewState(unit=frame.code[unit_no - 1], date_from=period.first, date_to=period.last, lang=lang)
    return Run(PAGES["briefing"], build, reader, view, frame.unit(unit_no), period.scope(build), (), identity)


def make_briefing(run: Run, period: Period, has_pictures: bool = True, font: str = "", about: tuple[tuple[str, str], ...] = ()) -> Briefing:
    """The whole document for the run's unit. Filters of the view do not apply, a briefing speaks for all cases of the unit; but a class
    among them (`about`) has a paragraph of its own."""
    run = replace(run, scope=period.scope(run.build))
    teller, lang = Teller(run, period), run.lang
    blocks = [*basics(teller), *handling(teller), *hot(teller), *topic(teller, about), *advice(teller)]
    if has_pictures:
        blocks = _with_pictures(teller, blocks, font)
    if run.build.is_demo:
        blocks.append(Paragraph((say("demo", lang),), "note"))
    blocks += annex(teller)
    unit, made = run.unit.name, date.today()
    found = Briefing(
        title=TITLE.to(lang).format(unit=unit), subtitle=SUBTITLE.to(lang).format(period=period.name.to(lang)),
        stamp=(DATA.to(lang).format(day=day(teller.scope.date_to, lang)), MADE.to(lang).format(day=day(made, lang))), blocks=tuple(_numbered(blocks)), sender=unit,
        day=day(made, lang), header=HEADER.to(lang), file_name=safe_name(f"{unit}_{TITLE.to(lang).format(unit='').strip(' :')}_{period.id}"), lang=lang, about=_about(run, period),
        mark=mark_of(run), tiles=tuple((run.say(label), plain_text(teller.said(indicator, part)[:1])) for indicator, part, label in TILES),
    )  # fmt: skip
    said, digest = found.checksum()
    return replace(found, blocks=(*found.blocks, check_line(teller, said, digest)))


def _numbered(blocks: list[Block]) -> Iterator[Block]:
    """Pictures and annexes counted through as they stand: a unit with nothing below it has no map and no annex of units."""
    pictures, annexes = count(1), iter(range(3))
    for block in blocks:
        if isinstance(block, Picture):
            yield replace(block, title=re.sub(r"(?<=^图)\d|(?<=^Figure )\d", str(next(pictures)), block.title))
        elif isinstance(block, Heading) and (found := re.match(r"(附件|Annex )[一二三ABC]", block.text)):
            yield replace(block, text=f"{found[1]}{PLACES[found[1] != '附件'][next(annexes)]}{block.text[found.end() :]}")
        else:
            yield block


def _about(run: Run, period: Period) -> tuple[tuple[str, str], ...]:
    who = f"{run.identity.name} {run.identity.account}".strip()
    return (
        ("unit", f"{run.unit.name} {run.unit.code}"), ("period", period.id), ("build", run.build.id), ("data_date", run.build.data_date.isoformat()),
        ("exported_by", who), ("exported_at", f"{datetime.now():%Y-%m-%d %H:%M:%S}"),
    )  # fmt: skip


def _key(teller: Teller, font: str) -> tuple[object, ...]:
    """What the pictures depend on: Word, PDF and slides taken one after the other share them."""
    run, reader = teller.run, teller.run.reader
    return (run.build.key, reader.role, reader.first_no, reader.last_no, run.unit.unit_no, teller.period.id, run.lang, font, map_note(run))


def _with_pictures(teller: Teller, blocks: list[Block], font: str) -> list[Block]:
    """Map and trend at the end of the first section, rates after the first table, classes after the second."""
    if find_face("sans", font) is None:
        return [*blocks, Paragraph((NO_FONT.to(teller.run.lang),), "note")]
    second = next(at for at, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 1 and at > 0)
    tables = [at for at, block in enumerate(blocks) if isinstance(block, TableBlock)]
    trend, chart, rates, classes = _pictures.get(_key(teller, font), lambda: tuple(make(teller, font) for make in PICTURES))
    places: list[tuple[int, Picture | None]] = [(second, trend), (second, chart)]
    places += [(at + 1, picture) for at, picture in zip(tables, (rates, classes), strict=False)]
    found: list[Block] = []
    for at, block in enumerate(blocks):
        found += [picture for place, picture in places if place == at and picture is not None]
        found.append(block)
    return found


