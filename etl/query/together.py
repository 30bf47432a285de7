"""Several indicators in one pass over the same cases (合并查询): their rows are filters and columns over one table, so one GROUP BY answers all.

A part is taken in when its rows are made from the shared table by filtering and choosing columns alone; what joins another table or
looks into a second query keeps a pass of its own. The sums are the same either way, and a test holds them equal.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_

import ibis.expr.operations as ops
import ibis.expr.types as ir

from etl.model.indicators.case_flow import closed_cases
from etl.model.indicators.escalation import with_ranks
from etl.model.indicators.record import Part
from etl.model.indicators.terms import Terms


def shared_tables(terms: Terms) -> tuple[ir.Table, ...]:
    """The tables that indicators of cases have in common: the period's cases, and those closed with the level that solved them."""
    return terms.cases(), with_ranks(terms, closed_cases(terms))


Flat = tuple[tuple[ops.Value, ...], ops.Value]  # conditions a row must meet, and its value, both over the shared table


def one_pass(shared: ir.Table, parts: Sequence[Part]) -> tuple[ir.Table | None, dict[int, str]]:
    """The query that answers as many of `parts` as can be, with the column of each by its position; (None, {}) when it would answer fewer than two."""
    found = {position: flat for position, part in enumerate(parts) if (flat := _flat(shared.op(), part)) is not None}
    names: dict[Flat, str] = {}
    for flat in found.values():
        names.setdefault(flat, f"total_{len(names)}")
    if len(names) < 2:
        return None, {}
    inner = shared.select("unit_no", **{name: value.to_expr() for value, name in _columns(names).items()})
    totals = [_total(inner, _columns(names), *flat).name(name) for flat, name in names.items()]
    return inner.group_by("unit_no").agg(totals), {position: names[flat] for position, flat in found.items()}


def _columns(flats: Iterable[Flat]) -> dict[ops.Value, str]:
    """Every condition and value once, with a name: written out in each sum that needs it, it would be worked out each time."""
    return {value: f"part_{at}" for at, value in enumerate(dict.fromkeys(one for flat in flats for one in _needed(*flat)))}


def _flat(shared: ops.Relation, part: Part) -> Flat | None:
    """A part over the shared table; None when more than filters and columns lie between."""
    if part.roll != "sum":
        return None
    chain, node = [], part.rows.op()
    while node != shared:
        if not isinstance(node, ops.Filter | ops.Project):
            return None
        chain.append(node)
        node = node.parent
    conditions: list[ops.Value] = []
    columns: dict[str, ops.Value] = {name: ops.Field(shared, name) for name in shared.schema.names}
    for node in reversed(chain):
        known: dict[ops.Node, ops.Value] = {ops.Field(node.parent, name): value for name, value in columns.items()}
        if isinstance(node, ops.Filter):
            conditions += [_rewritten(predicate, known) for predicate in node.predicates]
        else:
            columns = {name: _rewritten(value, known) for name, value in node.values.items()}
    value = columns[part.column]
    is_plain = not any(one.find((ops.Subquery, ops.Analytic, ops.Reduction), filter=ops.Value) for one in (*conditions, value))
    return (tuple(dict.fromkeys(conditions)), value) if is_plain and columns["unit_no"] == ops.Field(shared, "unit_no") else None


def _rewritten(value: ops.Value, known: dict[ops.Node, ops.Value]) -> ops.Value:
    return value.replace(known, filter=ops.Value)


def _needed(conditions: tuple[ops.Value, ...], value: ops.Value) -> tuple[ops.Value, ...]:
    met = _met(value)
    return (*conditions, *((value,) if met is None else met))


def _total(inner: ir.Table, columns: dict[ops.Value, str], conditions: tuple[ops.Value, ...], value: ops.Value) -> ir.IntegerScalar:
    """The sum of `value` where all conditions hold; flags are counted, which is quicker than adding them up."""
    met = _met(value)
    all_of = [inner[columns[condition]] for condition in (*conditions, *(met or ()))]
    where = reduce(and_, all_of) if all_of else None
    return inner.count(where=where) if met is not None else inner[columns[value]].sum(where=where)


def _met(value: ops.Value) -> tuple[ops.Value, ...] | None:
    """What must hold for a value of 1 where it is 1 or 0; None for any other value."""
    while isinstance(value, ops.Cast):
        value = value.arg
    if isinstance(value, ops.Literal) and value.value == 1:
        return ()
    if isinstance(value, ops.IfElse) and _is_literal(value.true_expr, 1) and _is_literal(value.false_null_expr, 0):
        return (value.bool_expr,)
    return None


def _is_literal(value: ops.Value, number: int) -> bool:
    while isinstance(value, ops.Cast):
        value = value.arg
    return isinstance(value, ops.Literal) and value.value == number
