"""333制 unit by unit (应建未建、已建未到规模): what the rule requires, what stands, what is absent, what stands below the size.

Groups of buildings are told by compound grid: no building is ever shown with its members (domain rule E3). Rows of `missing`
and `required` add up to the indicator `org333_gap_n`.
"""

from collections.abc import Callable, Hashable
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators.organisations import BRANCH_UP, FOR_COMMUNITY, national_parts, needs_group, standing
from etl.model.indicators.terms import Terms
from etl.model.levels import BY_ID as LEVELS
from etl.model.text import Text
from etl.query.coverage import terms_of
from etl.query.figures import figures
from etl.query.formulas import national_org
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.rollup_kinds import rolled
from etl.query.run import part_tables, plan_of, rows_of
from etl.query.scope import Scope
from etl.query.selection import wholly
from etl.query.units import UnitFrame, units
from etl.query.vector import Vector
from etl.query.warehouse import Build

Ints = NDArray[np.int64]
KIND_WORDS: dict[str, Text] = {
    "group": Text("党小组", "Group"), "branch": Text("党支部", "Branch"), "committee": Text("党委或党总支", "Committee or general branch"), "any": Text("党组织", "Organisation"),
}  # fmt: skip
COLUMNS = ("unit_no", "code", "name", "path", "kind", "required", "built", "missing", "below")

_gaps: Once[tuple, pd.DataFrame] = Once(capacity=48)
_national_everywhere: Once[tuple, Vector] = Once(capacity=4)  # all units at once: a drill asks nothing anew


def gaps(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """One row per unit and kind of organisation with anything required or below the size, `COLUMNS`, most absent first.

    kind: group (unit = compound grid of the buildings), branch (compound grid), committee (community); under the national rule
    `any`, by community, with `below` NaN (that rule only advises).
    """
    terms = terms_of(build, reader, scope, under)
    key = (build.key, scope.as_of, terms.first_no, terms.last_no, terms.chosen, reader.first_no, reader.last_no)  # `path` tells what the reader sees
    return _gaps.get(key, lambda: _found(build, reader, scope, under))


def missing_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where organisations of the kind `value` are required and absent. Nowhere for a reader of less than a compound grid, to whom no
    building is told of (domain rule E3)."""
    if units(build).level[under - 1] > LEVELS["compound"].rank:
        return frozenset()
    table = gaps(build, reader, scope, under)
    return frozenset(table.loc[(table["kind"] == value) & (table["missing"] > 0), "unit_no"].tolist())


def national_advice(build: Build, reader: Reader, scope: Scope, unit_no: int) -> tuple[int, int]:
    """Organisations the national rule would ask for in the unit, and how many of them are absent: advice beside the local rule."""
    key = (build.key, scope.as_of, scope.chosen, reader.first_no, reader.last_no)
    found = _national_everywhere.get(key, lambda: _advice(build, reader, scope))
    assert found.denominator is not None
    return int(np.rint(found.denominator[unit_no - 1])), int(np.rint(found.numerator[unit_no - 1]))


def _advice(build: Build, reader: Reader, scope: Scope) -> Vector:
    terms, frame = terms_of(build, reader, scope, reader.first_no), units(build)
    plan, in_force = plan_of(national_parts, terms), frame.valid(scope.as_of)
    tables = part_tables(build, plan)
    totals = [rolled(part, table, frame.last_no, frame.parent_no, in_force) for part, table in zip(plan.parts.all, tables, strict=True)]
    return national_org(frame, scope, build.rules, totals)


def _found(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    frame = units(build)
    rows = _national(build, reader, scope, under) if build.rules.org.rule == "national" else _local(build, reader, scope, under)
    table = pd.DataFrame(rows, columns=["unit_no", "kind", "required", "missing", "below"])
    table["built"] = table["required"] - table["missing"]
    at = table["unit_no"].to_numpy(dtype=np.int64) - 1
    table["code"], table["name"] = frame.code[at], frame.name[at]
    table["path"] = [frame.path(int(no), reader) for no in table["unit_no"]]
    return table.sort_values(["missing", "required", "unit_no"], ascending=[False, False, True]).reset_index(drop=True)[list(COLUMNS)]


def _national(build: Build, reader: Reader, scope: Scope, under: int) -> list[tuple]:
    table = figures(build, reader, "org333_gap_n", Scope(scope.date_from, scope.date_to, scope.as_of), "community", under)
    table = table[table["unit_no"].isin(wholly(scope, table["unit_no"]))]
    return [(row.unit_no, "any", int(row.denominator), int(row.numerator), np.nan) for row in table.itertuples() if row.denominator > 0]


def _chosen(terms: Terms, make: Callable[..., ir.Table], columns: tuple[str, ...], *more: Hashable) -> ir.Table:
    return make(terms, *more).select(*columns)


def _local(build: Build, reader: Reader, scope: Scope, under: int) -> list[tuple]:
    frame, terms, rule = units(build), terms_of(build, reader, scope, under), build.rules.org

    def read(make, columns: tuple[str, ...], *more) -> pd.DataFrame:
        return pd.DataFrame(rows_of(build, _chosen, terms, make, columns, *more), columns=list(columns))

    needs = read(needs_group, ("unit_no", "building_id"))
    groups = read(standing, ("unit_no", "building_id"), ("group",))
    needs["compound"] = inside(frame, needs["unit_no"].to_numpy(np.int64), "compound", scope.as_of)
    micro = set(frame.at_level("micro", scope.as_of).tolist())
    of_building = groups[groups["building_id"].notna()]
    shared = groups[groups["building_id"].isna() & groups["unit_no"].isin(micro)]
    needs["missing"] = ~needs["building_id"].isin(of_building["building_id"]) & ~needs["unit_no"].isin(shared["unit_no"])
    idle = pd.concat(
        [
            of_building[~of_building["building_id"].isin(needs["building_id"])].drop_duplicates("building_id"),
            shared[~shared["unit_no"].isin(needs["unit_no"])].drop_duplicates("unit_no"),
        ]
    )
    # a building placed in no compound grid is told of the unit it lies in
    needs["home"] = needs["compound"].where(needs["compound"] > 0, needs["unit_no"])
    at = inside(frame, idle["unit_no"].to_numpy(np.int64), "compound", scope.as_of)
    idle_home = np.where(at > 0, at, idle["unit_no"].to_numpy(np.int64))
    rows = _rows("group", needs["home"], needs.loc[needs["missing"], "home"], pd.Series(idle_home))
    per_compound = needs.loc[needs["compound"] > 0, "compound"].value_counts()
    compounds = per_compound.index[per_compound >= rule.branch_groups].to_numpy(dtype=np.int64)
    rows += _standing("branch", compounds, _at_level(frame, scope.as_of, "compound", read(standing, ("unit_no",), BRANCH_UP)))
    homes = inside(frame, compounds, "community", scope.as_of)
    per_community = pd.Series(homes[homes > 0]).value_counts()
    communities = per_community.index[per_community >= rule.committee_branches].to_numpy(dtype=np.int64)
    return rows + _standing(
        "committee", communities, _at_level(frame, scope.as_of, "community", read(standing, ("unit_no",), FOR_COMMUNITY))
    )


def inside(frame: UnitFrame, numbers: Ints, level: str, as_of: date) -> Ints:
    """The unit of `level` in force that each unit is or lies in, 0 where there is none."""
    known = frame.at_level(level, as_of)
    if not len(known):
        return np.zeros(len(numbers), dtype=np.int64)
    place = np.maximum(np.searchsorted(known, numbers, side="right") - 1, 0)
    found = known[place]
    return np.where((found <= numbers) & (frame.last_no[found - 1] >= numbers), found, 0)


def _at_level(frame: UnitFrame, as_of: date, level: str, table: pd.DataFrame) -> Ints:
    return np.intersect1d(table["unit_no"].to_numpy(dtype=np.int64), frame.at_level(level, as_of))


def _rows(kind: str, required: pd.Series, missing: pd.Series, below: pd.Series) -> list[tuple]:
    counts = [series.astype("int64").value_counts() for series in (required, missing, below)]
    homes = np.union1d(counts[0].index, counts[2].index).astype(np.int64)
    columns = [count.reindex(homes, fill_value=0).tolist() for count in counts]
    return [(no, kind, *numbers) for no, *numbers in zip(homes.tolist(), *columns, strict=True)]


def _standing(kind: str, required: Ints, there: Ints) -> list[tuple]:
    return _rows(kind, pd.Series(required), pd.Series(np.setdiff1d(required, there)), pd.Series(np.setdiff1d(there, required)))
