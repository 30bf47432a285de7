"""Which cases a reader may be told one by one (可列出的诉求), as SQL: of a period with its filters, or just those behind a figure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import ibis
import ibis.expr.types as ir

from etl.model.errors import CallError
from etl.model.indicators.terms import Terms
from etl.model.levels import BY_ID as LEVELS
from etl.query.breakdown import can_break
from etl.query.figures import indicator_of
from etl.query.masking import SEES_NO_CASE, visible_cases
from etl.query.reader import Reader
from etl.query.run import sql_of
from etl.query.scope import Ranges, Scope
from etl.query.selection import merged
from etl.query.subtree import number_range
from etl.query.suppress import is_limited
from etl.query.units import units
from etl.query.warehouse import Build

Which = Literal["", "bottom", "top", "misses"]
Order = Literal["newest", "oldest", "due"]
NEVER = datetime(9999, 12, 31)
KEY = ("key_at", "key_no", "key_system")  # what orders the rows, then what tells one from another
_JUDGED = ("unit_no", "code4", "lead_unit")  # what decides whether a row may be told


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is listed: cases of `scope` in `under` and below; `which` of those behind an indicator (all that it counts, those counted
    above the line, or the misses between); `text`: words all of which must stand in title, text, class, unit in charge or number."""

    scope: Scope
    under: int
    which: Which = ""
    indicator_id: str = ""
    text: str = ""
    order: Order = "newest"


@dataclass(frozen=True)
class _Packed(Terms):
    """Terms under which `lead_unit` of the cases carries the columns wanted of them: whatever an indicator does with its cases, it
    hands that word on, and so tells which cases it counted."""

    columns: tuple[str, ...] = ()
    order: Order = "newest"

    def cases(self) -> ir.Table:
        cases = _keyed(super().cases(), self.order)
        return cases.mutate(lead_unit=ibis.struct({name: cases[name] for name in self.columns}))


def case_sql(build: Build, reader: Reader, wanted: Wanted, columns: tuple[str, ...]) -> str:
    """SELECT of `columns` (of the table `case`, or of `KEY`) of the cases wanted that the reader may be told. CallError when the role
    may see none, or the indicator is not counted case by case."""
    if reader.role in SEES_NO_CASE:
        raise CallError("这个角色不能查看逐件诉求", "this role may not see single cases")
    first, last = number_range(build, reader, told_unit(build, reader, wanted.under))
    inner = tuple(dict.fromkeys((*columns, *_JUDGED)))
    scope = wanted.scope
    if wanted.which:
        rows = _counted(build, wanted, first, last, _told_ranges(build, reader, scope), inner)
    else:
        terms = Terms(scope.date_from, scope.date_to, scope.as_of, scope.where, first, last, build.rules, _told_ranges(build, reader, scope), build.silent)
        rows = _keyed(terms.cases(), wanted.order).select(*inner)
    chosen = ", ".join(f'c."{name}"' for name in columns)
    return f"SELECT {chosen} FROM ({sql_of(rows)}) AS c WHERE {visible_cases(build, reader, 'c')}"


def _keyed(cases: ir.Table, order: Order) -> ir.Table:
    at = ibis.coalesce(cases.limit_at, ibis.literal(NEVER)) if order == "due" else cases.counted_at
    return cases.mutate(key_at=at, key_no=cases.case_no, key_system=ibis.coalesce(cases.source_system, ""))


def _counted(build: Build, wanted: Wanted, first: int, last: int, chosen: Ranges, columns: tuple[str, ...]) -> ir.Table:
    """The cases that the indicator counts below the line, above it, or below and not above."""
    indicator = indicator_of(wanted.indicator_id)
    if not can_break(indicator):
        raise CallError(f"指标 {indicator.id} 不是按件计算的，列不出逐件诉求", f"indicator {indicator.id} is not counted case by case")
    scope = wanted.scope
    where = tuple(pair for pair in scope.where if pair[0] in indicator.filters)
    terms = _Packed(scope.date_from, scope.date_to, scope.as_of, where, first, last, build.rules, chosen, build.silent, columns=columns, order=wanted.order)
    parts = indicator.parts(terms)
    top, bottom = parts.numerator, parts.denominator
    assert bottom is not None and bottom.rows is top.rows  # `can_break`
    rows = top.rows
    above, below = rows[top.column] > 0, rows[bottom.column] > 0
    rows = rows.filter({"top": above, "bottom": below}.get(wanted.which, below & ~above))
    return rows.select(**{name: rows.lead_unit[name] for name in columns})


def told_unit(build: Build, reader: Reader, unit_no: int) -> int:
    """The unit itself, or the compound around a micro-grid: only who handles a case is told its very grid (E7)."""
    if not is_limited(reader):
        return unit_no
    frame, finest = units(build), LEVELS["compound"].rank
    while frame.level[unit_no - 1] > finest and reader.sees(int(frame.parent_no[unit_no - 1])):
        unit_no = int(frame.parent_no[unit_no - 1])
    return unit_no


def _told_ranges(build: Build, reader: Reader, scope: Scope) -> Ranges:
    """The units chosen, drawn out to whole compounds for who is not told the very grid: a selection of one would tell it."""
    if not is_limited(reader):
        return scope.chosen
    frame = units(build)
    told = {told_unit(build, reader, unit_no) for first, last in scope.chosen for unit_no in range(first, last + 1)}
    return merged((no, int(frame.last_no[no - 1])) for no in told)
