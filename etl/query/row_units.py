"""Units that a row or bar of a panel stands for (按行选单元): picking it makes them the selection.

One record for every panel whose rows are no value of a column: steps reached, minutes, sizes, breaches. A unit is among those of a row
exactly when the panel, opened for that unit, counts something in that row; so the selection tells nothing that the panel does not tell.
Panels of persons and of classes of cases have no record: what is told of them is told in fixed parts only (domain rules E3–E6). Those
that count cases obey the filters on cases, and where these pick withheld classes only (敏感类) they tell nothing and no row of theirs does.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from etl.model.feed_filters import of_feeds
from etl.model.indicators.record import CASE_FILTERS
from etl.model.levels import BY_ID as LEVELS
from etl.model.text import Text
from etl.query import (
    alliance,
    case_patterns,
    contracts,
    deliberations,
    fund_chain,
    grid_order,
    grids,
    mobilisation,
    org333,
    premises,
    self_and_joint,
    volunteers,
    whistles,
)
from etl.query.first_days import is_counted
from etl.query.reader import Reader
from etl.query.scope import Ranges, Scope, Where
from etl.query.selection import both, merged
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

ORG_GAP_FEEDS = ("building", "member_stat", "party_org")
Found = tuple[Text, Collection[int]]  # what the row is called, the units its rows lie at


@dataclass(frozen=True, slots=True)
class RowKind:
    """A panel whose rows can be picked. `find` gives the row with this value; None when the panel has no such row. `level`: units below it answer
    as the unit of this level that they lie in, since that is how the panel's figures are reported."""

    title: Text
    level: str
    feeds: frozenset[str]
    find: Callable[[Build, Reader, Scope, str], Found | None]

    def obeyed(self, where: Where) -> Where:
        """The filters that the panel obeys: of its cases those on cases, else those about feeds."""
        return tuple(pair for pair in where if pair[0] in CASE_FILTERS) if "case" in self.feeds else of_feeds(where)


@dataclass(frozen=True, slots=True)
class RowUnits:
    """A picked row: its panel (`kind`), its name, the units counted (`numbers`) and all that lies in them."""

    kind: str
    name: Text
    numbers: tuple[int, ...]
    chosen: Ranges


@shared
def row_units(build: Build, reader: Reader, scope: Scope, row: str) -> RowUnits | None:
    """The units of `row` (panel:value) as far as the reader sees, whatever else is selected; None when nothing of them is there."""
    name, _, value = row.partition(":")
    kind = ROW_KINDS.get(name)
    if kind is None or not value or not kind.feeds <= build.feeds:
        return None
    found = kind.find(build, reader, replace(scope, where=kind.obeyed(scope.where), chosen=()), value)
    if found is None or not found[1]:
        return None
    numbers, chosen = _lifted(build, found[1], LEVELS[kind.level].rank)
    return RowUnits(name, found[0], numbers, both(chosen, ((reader.first_no, reader.last_no),)))


def _lifted(build: Build, found: Iterable[int], rank: int) -> tuple[tuple[int, ...], Ranges]:
    """The units at `rank` in which the rows lie, in every version of their boundaries and with all that lies below. A row of a coarser unit
    (a street's own project) stands for that unit alone, not for what lies below it."""
    frame = units(build)
    whole: set[int] = set()
    alone: set[int] = set()
    for no in found:
        while frame.level[no - 1] > rank:
            no = int(frame.parent_no[no - 1])
        (whole if frame.level[no - 1] == rank else alone).add(int(no))
    codes = {frame.code[no - 1] for no in whole}
    ranges = [(no, int(frame.last_no[no - 1])) for no in range(1, len(frame) + 1) if frame.code[no - 1] in codes]
    return tuple(sorted(whole | alone)), merged([*ranges, *((no, no) for no in alone)])


def _size(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    one = next((one for one in grids.size_classes(build, reader, scope, reader.first_no) if one.id == value), None)
    table = grids.households(build, reader, scope, reader.first_no)
    return None if one is None else (one.name, table["unit_no"][one.holds(table["households"].to_numpy())].tolist())


def _trinity(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    return None if value not in grid_order.TRINITY else (grid_order.TRINITY[value], grid_order.trinity_units(build, reader, scope, reader.first_no)[value])


def _fund_step(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    found = fund_chain.projects(build, reader, scope, reader.first_no)
    return None if value not in fund_chain.STEPS else (fund_chain.STEPS[value], {one.unit_no for one in found if one.has(value)})


def _breach(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    found = fund_chain.projects(build, reader, scope, reader.first_no)
    name = next((breach.name for one in found for breach in one.breaches if breach.name.en == value), None)
    return None if name is None else (name, {one.unit_no for one in found if name in one.breach_names})


def _contract_step(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    found = contracts.contracts(build, reader, scope, reader.first_no)
    return None if value not in contracts.STEP_WORDS else (contracts.STEP_WORDS[value], {one.unit_no for one in found if one.has(value)})


def _wish(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    return None if value not in volunteers.WISH_STEPS else (volunteers.WISH_STEPS[value][0], volunteers.wish_units(build, reader, scope, reader.first_no, value))


def _suggestion(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    steps = deliberations.SUGGESTION_STEPS
    return None if value not in steps else (steps[value][0], deliberations.suggestion_units(build, reader, scope, reader.first_no, value))


def _governing(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    names, found = self_and_joint.GOVERNING, self_and_joint.governing(build, reader, scope, reader.first_no).get(value)
    return None if found is None else (names[value], found)


def _minutes(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    return None if value not in mobilisation.SPREAD else (mobilisation.SPREAD[value][0], mobilisation.minutes_units(build, reader, scope, reader.first_no, value))


def _undone(build: Build, reader: Reader, scope: Scope, value: str) -> Found:
    return Text(f"未完成：{value}", f"Not done: {value}"), grid_order.undone_units(build, reader, scope, reader.first_no, value)


def _pair(build: Build, reader: Reader, scope: Scope, value: str) -> Found:
    name = f" {whistles.PARTS} ".join(whistles.read_pair(value) or ())
    return Text(name, name), whistles.pair_units(build, reader, scope, reader.first_no, value)


def _merge(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    steps = case_patterns.MERGE_STEPS
    return None if value not in steps else (steps[value][1], case_patterns.merge_units(build, reader, scope, reader.first_no, value))


def _missing(build: Build, reader: Reader, scope: Scope, value: str) -> Found | None:
    if value not in org333.KIND_WORDS or not is_counted(build, tuple(ORG_GAP_FEEDS), scope.as_of):
        return None
    return org333.KIND_WORDS[value], org333.missing_units(build, reader, scope, reader.first_no, value)


def _words(ask: Callable[[Build, Reader, Scope, int, str], Collection[int]]) -> Callable[[Build, Reader, Scope, str], Found]:
    """Rows called by the city's own words."""
    return lambda build, reader, scope, value: (Text(value, value), ask(build, reader, scope, reader.first_no, value))


ROW_KINDS: dict[str, RowKind] = {
    name: RowKind(title, level, frozenset(feeds), find)
    for name, title, level, feeds, find in (
        ("micro_size", Text("微网格规模", "Micro-grids by households"), "micro", (), _size),
        ("trinity", Text("三位一体网格", "Service, Party and owners"), "compound", ("grid_staff", "party_org", "compound"), _trinity),
        ("fund_step", Text("资金项目已到", "Fund project step"), "community", ("fund_project",), _fund_step),
        ("breach", Text("程序问题", "Violation"), "community", ("fund_project", "fund_ledger"), _breach),
        ("contract_step", Text("契约已到", "Contract step"), "community", ("contract",), _contract_step),
        ("wish", Text("微心愿", "Wishes"), "community", ("wish",), _wish),
        ("suggestion", Text("居民建议", "Suggestions"), "community", ("suggestion",), _suggestion),
        ("governing", Text("双治联动", "Self and joint government"), "community", (), _governing),
        ("minutes", Text("动员到户用时", "Minutes to the first home"), "micro", ("mobilisation",), _minutes),
        ("order", Text("动员指令", "Order"), "micro", ("mobilisation",), _words(mobilisation.order_units)),
        ("premises", Text("阵地类型", "Kind of premises"), "community", ("facility",), _words(premises.facility_units)),
        ("service", Text("便民渠道", "Service"), "community", ("service_stat",), _words(premises.service_units)),
        ("help", Text("帮扶类别", "Kind of help"), "community", ("assistance",), _words(alliance.help_units)),
        ("claimed", Text("认领项目", "Project claimed"), "community", ("joint_activity",), _words(deliberations.claimed_units)),
        ("team", Text("服务队伍", "Team"), "community", ("service_log",), _words(volunteers.team_units)),
        ("org_gap", Text("应建未建", "Organisations absent"), "community", ORG_GAP_FEEDS, _missing),
        ("task", Text("网格治理清单", "Grid checklist"), "compound", ("grid_task",), _undone),
        ("pair", Text("来回退派", "There and back"), "community", ("case", "case_event"), _pair),
        ("merge", Text("重复归并", "Repeats merged"), "micro", ("case",), _merge),
    )
}  # fmt: skip
