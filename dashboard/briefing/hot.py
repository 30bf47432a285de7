"""三、热点问题: what the cases are about, where they keep coming from, and where they suddenly rose."""

from dashboard.briefing.document import Block, Fact, Heading, Paragraph, Piece, Pieces, Said, TableBlock, fill, joined
from dashboard.briefing.teller import FELL, NO_BASE, ROSE, SAME, Teller
from dashboard.view.format import plain
from etl.model.taxonomy import BY_CODE, OTHER
from etl.model.text import Text
from etl.query.class_counts import INDICATOR, class_counts
from etl.query.figures import figure
from etl.query.hotspots import hotspots
from etl.query.jumps import jumps
from etl.query.own_classes import group_of, last_part, own_classes
from etl.query.scope import Scope
from etl.query.units import units

TITLE = Text("三、热点问题", "3. Main problems")
TITLE_CLASSES = Text("（一）诉求集中的事项。", "(1) What cases are about. ")
TITLE_PLACES = Text("（二）持续与新增热点。", "(2) Lasting and new hotspots. ")
TITLE_JUMPS = Text("（三）诉求突增。", "(3) Sudden rises. ")
NOT_CONNECTED = Text("诉求工单未接入，热点问题无法统计。", "Cases are not connected, so this cannot be told.")
NONE = Text("本期没有可列出的诉求。", "There are no cases to list in this period.")
CLASSES = Text("按合并重复后的件数，位居前列的依次为：{parts}。", "With repeats merged, the most frequent are: {parts}.")
ONE = Text("{name}{n}件，占{share}，同比{year}", "{name} {n} cases ({share}), {year} on the year before")
LASTING = Text("持续热点小区{n}个（近{months}个月中至少{hot}个月为热点）{names}；", "{n} lasting hotspots (hot in at least {hot} of the last {months} months){names}; ")
NO_LASTING = Text("没有持续热点小区（近{months}个月中至少{hot}个月为热点）；", "There are no lasting hotspots (hot in at least {hot} of the last {months} months); ")
OTHERS = Text("新增{new}个，再次出现{again}个，降温{cooling}个。", "{new} new, {again} hot again, {cooling} cooling.")
NAMES = Text("：{names}", ": {names}")
MORE = Text("{names}等", "{names} and others")
NEW_NAMES = Text("新增热点为：{names}。", "New: {names}.")
NO_CELLS = Text("本数据没有小区（一般网格）一级，不判定热点。", "There is no level of compounds, so hotspots are not told.")
JUMPS = Text("截至期末的最近一周，{parts}，超出偶然波动。", "In the week up to the end of the period {parts}, more than chance explains.")
JUMP = Text("{name}{n}件（此前四周周均{mean}件）", "{name} had {n} cases ({mean} a week in the four weeks before)")
NO_JUMPS = Text("截至期末的最近一周，未发现诉求突增的单元。", "In the week up to the end of the period no unit rose out of the ordinary.")
TABLE = Text("表2　诉求集中的事项（合并重复后，件）", "Table 2  Most frequent classes (repeats merged)")
HEADS = (Text("事项", "Class"), Text("本期", "Cases"), Text("占比", "Share"), Text("上年同期", "Year before"), Text("同比", "Change"))
TOP, NAMED = 8, 6
CANDIDATES = 40  # own classes counted to find the most frequent ones of the unit
SENTENCE = 5


def hot(teller: Teller) -> list[Block]:
    """The third section without its pictures."""
    run, lang = teller.run, teller.run.lang
    blocks: list[Block] = [Heading(run.say(TITLE))]
    if not teller.connected(INDICATOR):
        return [*blocks, Paragraph((run.say(NOT_CONNECTED),))]
    rows = top_classes(teller)
    blocks.append(Heading(run.say(TITLE_CLASSES), 2))
    if rows:
        sentences = [fill(lang, ONE, name=row[0], n=row[1], share=row[2], year=row[4]) for row in rows[:SENTENCE]]
        blocks.append(Paragraph(fill(lang, CLASSES, parts=joined(sentences, "；" if lang == "zh" else "; "))))
        blocks.append(TableBlock(run.say(TABLE), tuple(run.say(head) for head in HEADS), tuple(rows), (2.6, 1, 1, 1.2, 1.4)))
    else:
        blocks.append(Paragraph((run.say(NONE),)))
    return [*blocks, Heading(run.say(TITLE_PLACES), 2), Paragraph(_places(teller)), Heading(run.say(TITLE_JUMPS), 2), Paragraph(_jumps(teller))]


def top_classes(teller: Teller) -> list[tuple[Pieces, ...]]:
    """name, cases, share, cases a year before, change; most frequent first. Cases of no class are not a problem to name."""
    run, unit_no = teller.run, teller.run.unit.unit_no
    whole = figure(run.build, run.reader, INDICATOR, teller.scope, unit_no).numerator
    change = teller.year(INDICATOR)
    earlier = class_counts(run.build, run.reader, change.earlier_scope, unit_no) if change.earlier is not None else None
    found: list[tuple[Pieces, ...]] = []
    for code, n in class_counts(run.build, run.reader, teller.scope, unit_no).items():
        if code not in BY_CODE or code == OTHER or len(found) == TOP:
            continue
        scope = teller.scope_with(category=code)
        before = Scope(change.earlier_scope.date_from, change.earlier_scope.date_to, change.earlier_scope.as_of, scope.where)
        share: Pieces = (Said(f"{n / whole * 100:.1f}%", INDICATOR, unit_no, scope, "share", n / whole, teller.scope),) if whole else ("—",)
        then: Pieces = (Fact(run.say(NO_BASE), "state"),)
        moved = then
        if earlier is not None:
            count = earlier.get(code, 0.0)
            if count or not _is_kept_back(teller, code):
                then = (Said(plain(count), INDICATOR, unit_no, before, "numerator", count),)
                moved = _moved(teller, n, count, scope, before)
        name = f"{BY_CODE[code].l1.to(run.lang)}·{BY_CODE[code].l2.to(run.lang)}"
        found.append(((Fact(name, "name"),), (Said(plain(n), INDICATOR, unit_no, scope, "numerator", n),), share, then, moved))
    return found or _own_rows(teller)


def _own_rows(teller: Teller) -> list[tuple[Pieces, ...]]:
    """The same by the sources' own classes, where the city's words fit no standard class."""
    run, unit_no = teller.run, teller.run.unit.unit_no
    whole, change = figure(run.build, run.reader, INDICATOR, teller.scope, unit_no).numerator, teller.year(INDICATOR)
    offered = own_classes(run.build, run.reader, teller.scope)
    groups = {group_of(word) for word in offered if group_of(word) != word}
    words = [word for word in offered if word not in groups][:CANDIDATES]
    counts = {word: figure(run.build, run.reader, INDICATOR, teller.scope_with(own_class=word), unit_no).numerator or 0.0 for word in words}
    found: list[tuple[Pieces, ...]] = []
    for word, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]:
        if not n or not whole:
            continue
        scope, then, moved = teller.scope_with(own_class=word), (Fact(run.say(NO_BASE), "state"),), (Fact(run.say(NO_BASE), "state"),)
        row: tuple[Pieces, ...] = (
            (Fact(last_part(word), "name"),), (Said(plain(n), INDICATOR, unit_no, scope, "numerator", n),),
            (Said(f"{n / whole * 100:.1f}%", INDICATOR, unit_no, scope, "share", n / whole, teller.scope),), then, moved,
        )  # fmt: skip
        if change.earlier is not None:
            before = Scope(change.earlier_scope.date_from, change.earlier_scope.date_to, change.earlier_scope.as_of, scope.where)
            count = figure(run.build, run.reader, INDICATOR, before, unit_no).numerator or 0.0
            row = (*row[:3], (Said(plain(count), INDICATOR, unit_no, before, "numerator", count),), _moved(teller, n, count, scope, before))
        found.append(row)
    return found


def _is_kept_back(teller: Teller, code: str) -> bool:
    """Whether nothing found may mean that the number is not told."""
    return BY_CODE[code].is_withheld and teller.run.reader.role not in ("admin", "data_steward")


def _moved(teller: Teller, now: float, then: float, scope: Scope, before: Scope) -> Pieces:
    run = teller.run
    if not then:
        return (Fact(run.say(NO_BASE), "state"),)
    ratio = now / then - 1
    text = f"{abs(ratio) * 100:,.1f}%"
    if text == "0.0%":
        return (run.say(SAME),)
    said: Piece = Said(text, INDICATOR, run.unit.unit_no, scope, "numerator_ratio", ratio, before)
    return fill(run.lang, ROSE if ratio > 0 else FELL, n=said)


def _names(teller: Teller, names: list[str]) -> Piece:
    text = ("、" if teller.run.lang == "zh" else ", ").join(names[:NAMED])
    return Fact(teller.run.say(MORE.format(names=text)) if len(names) > NAMED else text, "name")


def _places(teller: Teller) -> Pieces:
    run, lang = teller.run, teller.run.lang
    found = hotspots(run.build, run.reader, teller.scope, run.unit.unit_no)
    if found is None:
        return (run.say(NO_CELLS),)
    counts, rules = found.counts(), run.build.rules.hotspot
    by_state = {state: [str(name) for name in found.cells.loc[found.cells["state"] == state, "name"]] for state in ("lasting", "new")}
    names = fill(lang, NAMES, names=_names(teller, by_state["lasting"])) if by_state["lasting"] else ()
    first = LASTING if counts["lasting"] else NO_LASTING
    pieces = fill(
        lang, first, n=teller.said("hotspot_n", bare=True), months=Fact(str(rules.months), "rule"), hot=Fact(str(rules.hot_months), "rule"), names=names
    ) + fill(lang, OTHERS, **{state: Fact(str(counts[state]), "count") for state in ("new", "again", "cooling")})  # fmt: skip
    if by_state["new"]:
        pieces += ((" ",) if lang == "en" else ()) + fill(lang, NEW_NAMES, names=_names(teller, by_state["new"]))
    return pieces


def _jumps(teller: Teller) -> Pieces:
    run, lang = teller.run, teller.run.lang
    found = jumps(run.build, run.reader, teller.scope, run.unit.unit_no)[:NAMED]
    if not found:
        return (run.say(NO_JUMPS),)
    frame = units(run.build)
    parts = [
        fill(lang, JUMP, name=Fact(frame.name[one.unit_no - 1], "name"), n=Fact(plain(one.n), "count"), mean=Fact(plain(one.mean, 1), "count")) for one in found
    ]  # fmt: skip
    return fill(lang, JUMPS, parts=joined(parts, "；" if lang == "zh" else "; "))
