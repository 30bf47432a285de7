"""Members by category and relation (四类党员、双报到) of communities and everything above; never below (domain rules E4–E6)."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.errors import CallError
from etl.model.indicators.members import every_member, newest_members
from etl.model.indicators.record import Parts
from etl.model.indicators.terms import Terms
from etl.model.levels import BY_ID
from etl.query.coverage import terms_of
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.rollup import Floats
from etl.query.rollup_kinds import rolled
from etl.query.run import part_tables, plan_of
from etl.query.scope import Scope
from etl.query.suppress import is_limited
from etl.query.units import units
from etl.query.warehouse import Build

CATEGORIES = ("in_service", "retired", "vulnerable", "floating")
RELATIONS = ("registered", "reported")
SENSITIVE = ("vulnerable", "floating")
KINDS: tuple[tuple[str, str], ...] = tuple((relation, category) for relation in RELATIONS for category in CATEGORIES)
COLUMNS = tuple(f"{relation}_{category}" for relation, category in KINDS)
# number of members by whom a service count is given, that count
SERVICE = ("cards_of", "cards_done_n", "linked_of", "linked_hh_n")

_vectors: Once[tuple, dict[str, Floats]] = Once(capacity=24)


def member_groups(build: Build, reader: Reader, scope: Scope, level: str, under: int) -> pd.DataFrame:
    """One row per unit of `level` (community or above) in force: unit_no, code, name, then `COLUMNS` (members), `SERVICE`,
    cards_rate (members with all four cards), linked_per (households linked per member).

    A unit's own row stands for everything below it, by category and relation. NaN: not to be told to this reader.
    """
    if BY_ID[level].rank > BY_ID["community"].rank:
        raise CallError("党员分类只统计到社区", "members by category are told of communities and above only")
    frame = units(build)
    first, last = max(under, reader.first_no), min(int(frame.last_no[under - 1]), reader.last_no)
    numbers = frame.at_level(level, scope.as_of, first, last)
    vectors = _vectors.get((build.key, scope.as_of, scope.chosen, first, last), lambda: _computed(build, reader, scope, under))
    table = pd.DataFrame({"unit_no": numbers, "code": frame.code[numbers - 1], "name": frame.name[numbers - 1]})
    at = np.searchsorted(frame.upper, numbers - 1)
    table = table.assign(**{column: vector[at] for column, vector in vectors.items()})
    table["cards_rate"] = table["cards_done_n"] / table["cards_of"].where(table["cards_of"] > 0)
    table["linked_per"] = table["linked_hh_n"] / table["linked_of"].where(table["linked_of"] > 0)
    return _told(build, reader, table) if is_limited(reader) else table


def _computed(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, Floats]:
    """Every count of the units at `UnitFrame.upper`, of what lies in `under` and in the reader's range."""
    frame, terms = units(build), terms_of(build, reader, scope, under)
    in_force = frame.valid(scope.as_of)

    def totals(column: str, given: str = "") -> dict[tuple[str, str], Floats]:
        plan = plan_of(_counts, terms, column, given)
        part, table = plan.parts.numerator, part_tables(build, plan)[0]
        found = {}
        for kind in KINDS:
            mine = np.ma.filled((table["relation"] == kind[0]) & (table["category"] == kind[1]), False)
            found[kind] = rolled(part, {name: values[mine] for name, values in table.items()}, frame.last_no, frame.parent_no, in_force)
        return found

    found = {f"{relation}_{category}": vector for (relation, category), vector in totals("n").items()}
    for of, count in (("cards_of", "cards_done_n"), ("linked_of", "linked_hh_n")):
        for name, column in ((of, "n"), (count, count)):
            found[name] = np.sum(list(totals(column, count).values()), axis=0)
    return {name: vector[frame.upper] for name, vector in found.items()}


def _counts(terms: Terms, column: str, given: str) -> Parts:
    """Sums of a column; of rows only that have another one, where it is named."""
    rows = newest_members(terms)
    return Parts(every_member(terms, rows.filter(rows[given].notnull()) if given else rows, column))


def _told(build: Build, reader: Reader, table: pd.DataFrame) -> pd.DataFrame:
    """The table without small numbers, and without what would give them back by a subtraction (E5)."""
    privacy, parents = build.rules.privacy, units(build).parent_no[table["unit_no"].to_numpy() - 1]
    hidden = pd.DataFrame(False, index=table.index, columns=list(COLUMNS))
    for (_, category), column in zip(KINDS, COLUMNS, strict=True):
        k = privacy.vulnerable_k if category in SENSITIVE else privacy.analyst_k
        counts = table[column].to_numpy(dtype=np.float64)
        small = (counts > 0) & (counts < k)
        hidden[column] = small | _next_smallest(counts, small, parents)
    for relation in RELATIONS:  # all members of a unit are told elsewhere: one category alone would follow from them
        pair = [f"{relation}_{category}" for category in SENSITIVE]
        hidden[pair] = np.repeat(hidden[pair].any(axis=1).to_numpy()[:, None], 2, axis=1)
    told = table.copy()
    told[list(COLUMNS)] = table[list(COLUMNS)].mask(hidden)
    if reader.role == "public":
        told[[*COLUMNS, *SERVICE, "cards_rate", "linked_per"]] = np.nan
    return told


def _next_smallest(counts: Floats, small: NDArray[np.bool_], parents: NDArray[np.int64]) -> NDArray[np.bool_]:
    more = np.zeros(len(counts), dtype=bool)
    for parent in np.unique(parents[small]):
        shown = np.flatnonzero((parents == parent) & ~small & (counts > 0))
        if (small & (parents == parent)).sum() == 1 and len(shown):
            more[shown[np.argmin(counts[shown])]] = True
    return more
