"""（四）专题: the class of cases the reader was looking at, where the address carries one; everything else speaks of all cases."""

from dataclasses import replace

from dashboard.briefing.basics import one_rate
from dashboard.briefing.document import Block, Fact, Heading, Paragraph, Piece, Pieces, Said, fill, joined
from dashboard.briefing.handling import child_level
from dashboard.briefing.teller import Teller
from dashboard.view.filter_words import value_name
from dashboard.view.format import plain
from etl.model.taxonomy import CATEGORIES
from etl.model.text import Lang, Text
from etl.query.class_counts import INDICATOR
from etl.query.figures import figure, figures
from etl.query.own_classes import group_of, own_classes
from etl.query.ranking import bands_of
from etl.query.scope import Scope
from etl.query.units import units

FIELDS = ("category", "own_class")
MARK = Text("写入专题", "written as a topic")
REASON = Text("简报讲全部诉求；选定的类别另写一段，见“三、热点问题”之（四）。", "A briefing speaks of all cases; the class chosen has a paragraph of its own, 3 (4).")
TITLE = Text("（四）专题：{name}。", "(4) Topic: {name}. ")
COUNT = Text("本期{name}诉求{n}件，占全部诉求的{share}；{rates}。", "{name}: {n} cases, {share} of all; {rates}.")
NO_SHARE = Text("本期{name}诉求{n}件；{rates}。", "{name}: {n} cases; {rates}.")
WHOLE = Text("同期{name}{rate}。", "{name} in the same period: {rate}.")
PARTS = Text("其中：{parts}。", "Of these: {parts}.")
PART = Text("{name}{n}件，{rate}", "{name} {n}, {rate}")
FAR = Text("按期结案率离达标最远的（{least}件以上才列）：{parts}。", "Farthest below the standard of closing on time ({least} cases or more): {parts}.")
RATES = ("ontime_close_rate", "close_rate", "overdue_open_n")
FIRST = RATES[0]
NAMED, LEAST = 5, 30


def topic(teller: Teller, where: tuple[tuple[str, str], ...]) -> list[Block]:
    """A heading and a paragraph or two; nothing without a class or where cases are not connected."""
    chosen = tuple(pair for pair in where if pair[0] in FIELDS)
    if not chosen or not teller.connected(FIRST):
        return []
    run, lang = teller.run, teller.run.lang
    about = _about(teller, replace(teller.scope, where=chosen))
    name = ("、" if lang == "zh" else ", ").join(_class_name(field, value, lang) for field, values in chosen for value in (values.split(",") if field == "category" else [values]))
    told: dict[str, Pieces | Piece] = {
        "name": Fact(name, "name"), "n": about.told(about.figure(INDICATOR), INDICATOR, "numerator", about.scope), "rates": joined((one_rate(about, rate) for rate in RATES), "，" if lang == "zh" else ", "),
    }  # fmt: skip
    share = teller.share(INDICATOR, "numerator", teller.figure(INDICATOR), **dict(chosen))
    sentences = [fill(lang, COUNT, share=share, **told) if isinstance(share[0], Said) else fill(lang, NO_SHARE, **told)]
    root = max(run.reader.first_no, 1)
    if run.unit.unit_no != root:
        above = Teller(replace(about.run, unit=units(run.build).unit(root)), teller.period)
        sentences.append(fill(lang, WHOLE, name=Fact(above.run.unit.name, "name"), rate=one_rate(above, FIRST)))
    blocks: list[Block] = [Heading(run.say(TITLE).format(name=name), 2), Paragraph(joined(sentences, "" if lang == "zh" else " "))]
    return [*blocks, *(Paragraph(pieces) for pieces in (_parts(teller, chosen), _far(about)) if pieces)]


def _about(teller: Teller, scope: Scope) -> Teller:
    """The same teller with the cases of a class only."""
    return Teller(replace(teller.run, scope=scope), teller.period)


def _class_name(field: str, value: str, lang: Lang) -> str:
    """In words, without the code before it."""
    return value_name(field, value, lang).removeprefix(value).strip() or value


def _parts(teller: Teller, chosen: tuple[tuple[str, str], ...]) -> Pieces:
    """The classes below the one chosen with the most cases."""
    run, lang = teller.run, teller.run.lang
    field, value = chosen[0]
    if field == "category":
        below = tuple(dict.fromkeys(one.code4 for one in CATEGORIES if one.code2 == value))
    else:
        below = tuple(word for word in own_classes(run.build, run.reader, teller.scope, only_where_usual=False) if word != value and group_of(word) == value)
    found = []
    for one in below:
        scope = teller.scope_with(**{field: one})
        count = figure(run.build, run.reader, INDICATOR, scope, run.unit.unit_no).numerator
        if count:
            found.append((count, one, scope))
    found.sort(key=lambda row: (-row[0], row[1]))
    parts = [
        fill(lang, PART, name=Fact(_class_name(field, one, lang), "name"), n=Said(plain(count), INDICATOR, run.unit.unit_no, scope, "numerator", count), rate=one_rate(_about(teller, scope), FIRST))
        for count, one, scope in found[:NAMED]
    ]
    return fill(lang, PARTS, parts=joined(parts, "；" if lang == "zh" else "; ")) if parts else ()


def _far(about: Teller) -> Pieces:
    """The units side by side below that are farthest below the standard, those with enough cases to tell."""
    run, lang, level = about.run, about.run.lang, child_level(about)
    if level is None:
        return ()
    table = figures(run.build, run.reader, FIRST, about.scope, level, run.unit.unit_no)
    table["band"] = bands_of(run.build, run.reader, FIRST, about.scope, table)
    table = table[(table["band"] == "red") & (table["denominator"] >= LEAST)].sort_values(["value", "unit_no"]).head(NAMED)
    parts = [_unit_rate(about, int(row.unit_no)) for row in table.itertuples()]
    return fill(lang, FAR, least=Fact(str(LEAST), "rule"), parts=joined(parts, "；" if lang == "zh" else "; ")) if parts else ()


def _unit_rate(about: Teller, unit_no: int) -> Pieces:
    """Roslindale 59.1%（81/137）."""
    found, unit = about.figure(FIRST, unit_no), units(about.run.build).unit(unit_no)
    value, top, bottom = (about.told(found, FIRST, part, about.scope) for part in ("value", "numerator", "denominator"))
    shown = Text("{name}{value}（{top}/{bottom}）", "{name} {value} ({top}/{bottom})")
    return fill(about.run.lang, shown, name=Fact(unit.name, "name"), value=value, top=top, bottom=bottom)
