"""What a reader is not told (抑制): small counts that would point at persons (domain rules E3–E6, E12).

Grids, premises and money are exact for everybody, and so are posts that are public anyway (网格员、网格长). The command line without an
account (`admin`) and data stewards see everything; a micro-grid's steward handles its cases and sees them.

What is hidden is decided once for all units together, so a level, a single unit and a table of few rows never tell different things.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators import BY_ID
from etl.model.indicators.record import Indicator
from etl.model.levels import BY_ID as LEVELS
from etl.model.taxonomy import BY_CODE
from etl.query.complement import Measure, close_groups, close_parts
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.rollup import Floats
from etl.query.scope import Scope
from etl.query.selection import answered
from etl.query.sensitive import BY_BELONGING, asks_dispute, asks_sensitive, handles_cases, of_class, parts_asked, tells_classes
from etl.query.units import units
from etl.query.vectors import vector_of
from etl.query.warehouse import Build

UNLIMITED = ("admin", "data_steward")
CONDUCT = "1204"
# which totals of an indicator count persons (E4); all others count grids, organisations, money, events or posts
PERSONS: dict[str, Literal["both", "top", "bottom"]] = {
    "member_in_grid_rate": "both", "post_claim_ratio": "bottom", "member_hours_pc": "bottom", "cross_post_rate": "both", "worker_member_rate": "both",
    "floating_contact_rate": "both", "three_visit_rate": "both", "participation_rate": "top", "health_check_rate": "top",
}  # fmt: skip
MEMBERS = ("member_in_grid_rate", "post_claim_ratio", "member_hours_pc", "floating_contact_rate")  # E3: a micro-grid has bands only
EVERY_MEMBER = "member_in_grid_rate"
OF_MEMBERS = ("post_claim_ratio", "member_hours_pc", "floating_contact_rate")  # their denominators are part of all members

_hidden: Once[tuple, NDArray[np.bool_]] = Once(capacity=64)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question about one indicator, and what of it is to be protected from this reader."""

    build: Build
    reader: Reader
    indicator: Indicator
    scope: Scope

    @property
    def is_public(self) -> bool:
        return self.reader.role == "public"

    @property
    def is_sensitive(self) -> bool:
        """★ classes with their companions, floating and vulnerable members, care visits."""
        return self.indicator.is_sensitive or self.is_of_class

    @property
    def is_of_class(self) -> bool:
        """Asked of withheld classes by somebody who does not handle them."""
        is_asked = asks_sensitive(self.scope) or tells_classes(self.indicator.id, self.scope) or asks_dispute(self.scope)
        return self.reader.role != "steward" and is_asked

    @property
    def is_part(self) -> bool:
        """Asked of withheld classes by something besides their class: of these only totals are told (E6), and total less part is the other part."""
        return self.is_of_class and any(field != "category" for field, _ in self.scope.where)

    @property
    def persons(self) -> str:
        return PERSONS.get(self.indicator.id, "") if self.reader.role != "steward" or self.indicator.is_sensitive else ""

    @property
    def threshold(self) -> int:
        """Counts from 1 to below this are hidden; 0: none are."""
        privacy = self.build.rules.privacy
        if self.is_public and ("case" in self.indicator.feeds or self.persons):
            return privacy.public_k
        if self.is_sensitive:
            return privacy.vulnerable_k
        return privacy.analyst_k if self.persons else 0

    @property
    def deepest(self) -> int:
        """Rank of the finest level told at all."""
        if self.is_public or self.is_sensitive or (self.indicator.id in BY_BELONGING and self.reader.role != "steward"):
            return LEVELS["community"].rank
        return LEVELS["compound"].rank if self.indicator.id in MEMBERS else LEVELS["micro"].rank

    @property
    def is_conduct_of_own(self) -> bool:
        """E12: complaints about conduct, asked by a reader whose own office they may be about."""
        is_part = any(CONDUCT in group for group in parts_asked(self.scope))
        return is_part and units(self.build).level[max(self.reader.first_no, 1) - 1] >= LEVELS["street"].rank

    def measures(self, top: Floats, bottom: Floats | None, others: Floats | None = None) -> list[Measure]:
        """The counts to be protected: top, bottom, and what follows from a subtraction."""
        k = self.threshold
        found: list[Measure] = []
        if not k:
            return found
        is_case = self.is_sensitive or self.is_public
        if is_case or self.persons in ("both", "top"):
            found.append(Measure(top, k))
        if bottom is not None and (is_case or self.persons in ("both", "bottom")):
            found.append(Measure(bottom, k))
            if self.indicator.is_percent and (self.is_sensitive or self.persons == "both"):
                found.append(Measure(bottom - top, k))
        if bottom is not None and others is not None:  # members who are none of these
            found.append(Measure(others - bottom, self.build.rules.privacy.analyst_k))
        return found


def is_limited(reader: Reader) -> bool:
    """Whether any figure may be kept from the reader because it is small."""
    return reader.role not in UNLIMITED


def keeps_back(reader: Reader, scope: Scope) -> bool:
    """Whether the filter picks withheld classes, of which the reader is told the number by community, and nothing else."""
    return not handles_cases(reader) and asks_sensitive(scope)


def suppressed(build: Build, reader: Reader, indicator: Indicator, scope: Scope, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows of `table` (unit_no, or by unit in charge; numerator, denominator) the reader may not see; one flag per row."""
    asked = _Asked(build, reader, indicator, scope)
    if not is_limited(reader) or not len(table):
        return np.zeros(len(table), dtype=bool)
    if "unit_no" in table:
        return hidden_units(asked.build, reader, indicator, scope)[table["unit_no"].to_numpy() - 1]
    return _hidden_rows(asked, table)


def hidden_units(build: Build, reader: Reader, indicator: Indicator, scope: Scope) -> NDArray[np.bool_]:
    """For every unit (by `unit_no - 1`) whether its figure is kept from the reader. The same answer whatever part is looked at."""
    asked, frame = _Asked(build, reader, indicator, scope), units(build)
    if asked.is_conduct_of_own or asked.is_part:
        return np.ones(len(frame), dtype=bool)
    is_deep = frame.level > asked.deepest
    if asked.threshold and scope.chosen and not indicator.is_relative:
        return _hidden_of_chosen(asked) | is_deep
    if not asked.threshold:
        return is_deep
    hidden = _alone(asked, is_deep)
    for group in parts_asked(scope) if asked.is_of_class else ():
        hidden = hidden | _group_hidden(asked, group, is_deep)
    return hidden


def _hidden_of_chosen(asked: _Asked) -> NDArray[np.bool_]:
    """Of a selection nothing is told that the whole units in it would not add up to: what is hidden without the selection stays hidden,
    and so does every sum it is a part of. Otherwise two selections, one unit apart, would give that unit."""
    frame, scope = units(asked.build), asked.scope
    hidden = hidden_units(asked.build, asked.reader, asked.indicator, replace(scope, chosen=()))
    numbers = np.arange(1, len(frame) + 1)
    is_whole = np.zeros(len(frame), dtype=bool)
    for first, last in answered(asked.build, asked.indicator, scope):
        is_whole[max(first, 1) - 1 : last] = frame.last_no[max(first, 1) - 1 : last] <= last
    above = np.where(frame.parent_no > 0, frame.parent_no - 1, numbers - 1)
    is_top = is_whole & ~(is_whole[above] & (above != numbers - 1))
    kept = np.concatenate(([0], np.cumsum(is_top & hidden)))
    return np.where(is_whole, hidden, kept[frame.last_no] > kept[numbers - 1])


def _seen(asked: _Asked) -> tuple[int, int]:
    n = len(units(asked.build))
    return (1, n) if asked.indicator.is_relative else (max(asked.reader.first_no, 1), min(asked.reader.last_no, n))


def _alone(asked: _Asked, is_deep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    first, last = _seen(asked)
    key = (asked.build.key, asked.reader.role, asked.indicator.id, asked.scope, first, last)
    return _hidden.get(key, lambda: _computed(asked, is_deep, first, last))


def _group_hidden(asked: _Asked, group: frozenset[str], is_deep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the classes of a group are kept back together: a table of units by classes, closed over both, in which every hidden ★ cell
    shares its row with a hidden companion and its column with another hidden unit (E5)."""
    base = replace(asked.scope, where=tuple(pair for pair in asked.scope.where if pair[0] != "category"))
    first, last = _seen(asked)

    def found() -> NDArray[np.bool_]:
        frame = units(asked.build)
        hidden, measures = np.zeros(len(frame), dtype=bool), []
        size = np.zeros(len(frame))
        for code in sorted(group):
            one = replace(asked, scope=of_class(base, code))
            hidden |= _alone(one, is_deep)
            vector = vector_of(one.build, one.reader, one.indicator, one.scope)
            top, bottom = np.nan_to_num(vector.numerator), None if vector.denominator is None else np.nan_to_num(vector.denominator)
            is_companion = BY_CODE[code].goes_with_sensitive
            measures += [replace(measure, zero_too=is_companion) for measure in one.measures(top, bottom)]
            size += top if bottom is None else np.maximum(top, bottom)
        seen = np.zeros(len(frame), dtype=bool)
        seen[first - 1 : last] = True
        return _spread(hidden & ~is_deep, np.flatnonzero(seen & ~is_deep), frame.parent_no, measures, size) | is_deep

    return _hidden.get((asked.build.key, asked.reader.role, asked.indicator.id, base, group, first, last), found)


def _computed(asked: _Asked, is_deep: NDArray[np.bool_], first: int, last: int) -> NDArray[np.bool_]:
    frame = units(asked.build)
    vector = vector_of(asked.build, asked.reader, asked.indicator, asked.scope)
    others = None
    if asked.indicator.id in OF_MEMBERS and not asked.is_public:
        others = vector_of(asked.build, asked.reader, BY_ID[EVERY_MEMBER], asked.scope).denominator
    top, bottom = np.nan_to_num(vector.numerator), None if vector.denominator is None else np.nan_to_num(vector.denominator)
    measures = asked.measures(top, bottom, others)
    hidden = np.zeros(len(frame), dtype=bool)
    for measure in measures:
        hidden |= measure.is_small
    if asked.is_public and bottom is not None and "case" in asked.indicator.feeds:
        hidden |= bottom < asked.build.rules.privacy.public_rate_below
    seen = np.zeros(len(frame), dtype=bool)
    seen[first - 1 : last] = True
    size = np.maximum(top, 0 if bottom is None else bottom)
    at = np.flatnonzero(seen & ~is_deep & ((size > 0) | hidden))
    return _spread(hidden, at, frame.parent_no, measures, size) | is_deep


def _spread(hidden: NDArray[np.bool_], at: NDArray[np.int64], parent_no: NDArray[np.int64], measures: list[Measure], size: Floats) -> NDArray[np.bool_]:
    """E5 over the whole tree: across the parts of every shown total, down into every hidden one, until nothing changes."""
    place = np.full(len(hidden) + 1, -1, dtype=np.int64)
    place[at + 1] = np.arange(len(at))
    parent, inside = place[parent_no[at]], hidden[at]
    small = [Measure(measure.n[at], measure.k) for measure in measures]
    inside = close_groups(inside, parent, small, size[at])
    while True:
        opened = close_parts(inside, parent, size[at])
        if not (changed := opened & ~inside).any():
            break
        inside = close_groups(opened, parent, small, size[at], changed)
    found = hidden.copy()
    found[at] = inside
    return found


def _hidden_rows(asked: _Asked, table: pd.DataFrame) -> NDArray[np.bool_]:
    """By unit in charge: all rows are parts of one shown total. Withheld classes are told by community alone, so not by unit in charge (E6)."""
    if not asked.threshold:
        return np.zeros(len(table), dtype=bool)
    if asked.is_of_class or asked.is_conduct_of_own:
        return np.ones(len(table), dtype=bool)
    top, bottom = (np.nan_to_num(table[name].to_numpy(dtype=np.float64)) for name in ("numerator", "denominator"))
    measures = asked.measures(top, bottom if asked.indicator.has_denominator else None)
    hidden = np.zeros(len(table), dtype=bool)
    for measure in measures:
        hidden |= measure.is_small
    if asked.is_public and asked.indicator.has_denominator and "case" in asked.indicator.feeds:
        hidden |= bottom < asked.build.rules.privacy.public_rate_below
    group = np.full(len(table), len(table), dtype=np.int64)  # one total that is none of the rows
    return close_groups(hidden, group, measures, np.maximum(top, bottom))
