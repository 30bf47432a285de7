"""A pasted view against this build and this reader (链接核对): what cannot be shown is replaced by the own range, and said once, calmly."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dashboard.view.format import listing
from dashboard.view.periods import BY_ID as PERIODS
from dashboard.view.state import ViewState
from dashboard.view.words import say
from etl.model.errors import CallError
from etl.model.text import Text
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.row_units import ROW_KINDS, RowUnits, row_units
from etl.query.scope import Ranges, Scope, parse_filter, parse_scope
from etl.query.selection import both, inside, of_codes
from etl.query.units import units
from etl.query.warehouse import Build

UNKNOWN_UNIT = Text("没有编码为 {code} 的单元，或不在您的范围内；显示{name}。", "No unit {code}, or it lies outside your area; showing {name}.")
OTHER_VERSION = Text("链接由另一版本（v={version}）生成，已按本版本打开，请核对筛选条件。", "The link was made by another version (v={version}); opened as this one reads it, please check the filters.")
UNKNOWN_PICKED = Text("所选单元 {codes} 不存在或不在您的范围内，已从选择中去掉。", "The picked units {codes} do not exist or lie outside your area and were left out.")
EMPTY_AREA = Text("所画区域内没有您范围内的网格，已取消该区域。", "There is no grid of your area inside the drawn area; it was taken away.")
NOTHING_LEFT = Text("所选单元与所画区域没有重合，已取消所画区域。", "The picked units and the drawn area have nothing in common; the area was taken away.")
NO_ROW = Text(
    "“{panel}”中点选的一行在当前期间和范围内没有单元，已取消。", "No unit stands behind the row picked in “{panel}” in this period and area; it was taken away.",
)
_drawn: Once[tuple, Ranges] = Once(capacity=64)


@dataclass(frozen=True, slots=True)
class PickedRow:
    """The row of a panel that is picked, and what is chosen without it: its own panel goes on showing what was not picked."""

    units: RowUnits
    others: Ranges


@dataclass(frozen=True, slots=True)
class Checked:
    """The view as it can be shown, with its unit and scope; `notes` are told to the reader."""

    view: ViewState
    unit_no: int
    scope: Scope
    notes: tuple[str, ...]
    row: PickedRow | None = None


def checked(build: Build, reader: Reader, view: ViewState) -> Checked:
    """The part of a view that this build has and this reader may see."""
    lang = view.lang
    notes = [OTHER_VERSION.format(version=view.version).to(lang)] if view.version else []
    notes += [say("ignored", lang, names=listing((name[:40] for name in view.ignored), lang))] if view.ignored else []
    if reader.role == "public":  # residents are shown totals by fixed rules, not by questions of their own
        view = replace(view, where=(), units=(), area=(), row="")
    frame = units(build)
    unit_no = frame.by_code(view.unit) if view.unit else reader.first_no
    if unit_no is None or not reader.sees(unit_no):
        notes.append(UNKNOWN_UNIT.format(code=view.unit, name=frame.name[reader.first_no - 1]).to(lang))
        view, unit_no = replace(view, unit=""), reader.first_no
    view, refused = _known_filters(view)
    notes += [sentence.to(lang) for sentence in refused]
    try:
        scope = scope_of(build, view)
    except CallError as error:  # a period that begins after the data end
        notes.append(error.text.to(lang))
        view = replace(view, date_from=None, date_to=None, period="")
        scope = scope_of(build, view)
    view, chosen, told = _selected(build, reader, view)
    row, told_of_row = _row(build, reader, scope, view, chosen)
    if row is None:
        view = replace(view, row="")
    else:
        chosen = both(chosen, row.units.chosen) if chosen else row.units.chosen
    return Checked(view, unit_no, replace(scope, chosen=chosen), (*notes, *(sentence.to(lang) for sentence in (*told, *told_of_row))), row)


def _known_filters(view: ViewState) -> tuple[ViewState, list[Text]]:
    """The view with the filters that can be read, in their canonical words, and what is wrong with the others."""
    kept, refused = view, []
    for name in dict.fromkeys(field for field, _ in view.where):
        values = []
        for value in view.values(name):
            try:
                values.append(parse_filter(f"{name}={value}")[1])
            except CallError as error:
                refused.append(error.text)
        kept = kept.with_filter(name, *values)
    return kept, refused


def scope_of(build: Build, view: ViewState) -> Scope:
    """The period and filters of a view, as the command line would read them. CallError on a filter or period that cannot be."""
    first, last = view.date_from, view.date_to
    if view.period and not (first or last):
        first, last = PERIODS[view.period].days(build.data_date)
    from_, to = (day.isoformat() if day else None for day in (first, last))
    return parse_scope(build, from_, to, None, [f"{field}={value}" for field, value in view.where])


def _selected(build: Build, reader: Reader, view: ViewState) -> tuple[ViewState, Ranges, list[Text]]:
    """The view's selection as unit numbers, cut down to what the reader sees."""
    told: list[Text] = []
    picked: Ranges = ()
    if view.units:
        known = _seen(build, reader, view.units)
        if lost := [code for code in view.units if code not in known]:
            told.append(UNKNOWN_PICKED.format(codes="、".join(lost)))
            view = replace(view, units=known)
        picked = of_codes(build, reader, known)
    if not view.area:
        return view, picked, told
    drawn = _drawn.get((build.key, reader.first_no, reader.last_no, view.area), lambda: inside(build, reader, view.area))
    if not drawn:
        return replace(view, area=()), picked, [*told, EMPTY_AREA]
    if not picked:
        return view, drawn, told
    if shared := both(picked, drawn):
        return view, shared, told
    return replace(view, area=()), picked, [*told, NOTHING_LEFT]


def _row(build: Build, reader: Reader, scope: Scope, view: ViewState, chosen: Ranges) -> tuple[PickedRow | None, list[Text]]:
    """The row picked in a panel, where it leaves something of what is chosen otherwise."""
    if not view.row:
        return None, []
    found = row_units(build, reader, scope, view.row)
    if found is None or not found.chosen or (chosen and not both(chosen, found.chosen)):
        panel = ROW_KINDS[view.row.partition(":")[0]].title
        return None, [Text(NO_ROW.zh.format(panel=panel.zh), NO_ROW.en.format(panel=panel.en))]
    return PickedRow(found, chosen), []


def _seen(build: Build, reader: Reader, codes: Iterable[str]) -> tuple[str, ...]:
    numbers = ((code, units(build).by_code(code)) for code in codes)
    return tuple(code for code, number in numbers if number is not None and reader.sees(number))
