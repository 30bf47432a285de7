"""Indicator parts compiled from Ibis to DuckDB SQL and run (编译与执行). The text that ran is the text shown as evidence."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators.placeholders import filled
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.query.rollup_kinds import numbers
from etl.query.shapes import of_shape
from etl.query.warehouse import Build

UNNAMED = "（未填写承办单位）"


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements that answer some parts, each with the positions of those it answers. Of the parts only what is to be done with
    their sums counts: their rows may have placeholders for days."""

    parts: Parts
    queries: tuple[tuple[str, tuple[int, ...]], ...]


def plan_of(make: Callable[..., Parts], terms: Terms, *more: Hashable) -> Plan:
    """What `make`, a function of the terms and of what else it is given, asks of the build; written once for each shape."""

    def planned(asked: Terms) -> Plan:
        parts = make(asked, *more)
        return Plan(parts, tuple((sql_of(query), tuple(positions)) for query, positions in passes(parts)))

    shape, values = of_shape((plan_of, make, more), planned, terms), terms.values
    return Plan(shape.parts, tuple((filled(sql, values), positions) for sql, positions in shape.queries))


def written(make: Callable[..., ir.Table], terms: Terms, *more: Hashable) -> str:
    """The SQL of a query made by a function of the terms and of what else it is given; written once for each shape."""
    return filled(of_shape((written, make, more), lambda asked: sql_of(make(asked, *more)), terms), terms.values)


def written_all(make: Callable[..., Mapping[str, ir.Table]], terms: Terms, *more: Hashable) -> dict[str, str]:
    """The same for several queries by name."""
    shape = of_shape((written_all, make, more), lambda asked: {name: sql_of(query) for name, query in make(asked, *more).items()}, terms)
    return {name: filled(sql, terms.values) for name, sql in shape.items()}


def rows_of(build: Build, make: Callable[..., ir.Table], terms: Terms, *more: Hashable) -> list[tuple[Any, ...]]:
    """The rows of such a query."""
    return build.rows(written(make, terms, *more))


def by_unit(build: Build, plan: Plan) -> list[tuple[NDArray, NDArray]]:
    """For each part the units that have rows and their sums, in the order of `parts.all`."""
    found = part_tables(build, plan)
    return [(np.ma.getdata(table["unit_no"]), numbers(table[part.column])) for part, table in zip(plan.parts.all, found, strict=True)]


def part_tables(build: Build, plan: Plan) -> list[dict[str, Any]]:
    """For each part its grouped rows as arrays by column, in the order of `parts.all`; parts of one pass share a table."""
    found: dict[int, dict[str, Any]] = {}
    for sql, positions in plan.queries:
        table = build.arrays(sql)
        found |= dict.fromkeys(positions, table)
    return [found[position] for position in range(len(plan.parts.all))]


def by_lead(build: Build, indicator: Indicator, terms: Terms) -> pd.DataFrame:
    """code, name, numerator, denominator by `lead_unit`, ordered by code, cases naming none last with an empty code.

    Who was in charge of anything at all stands there, with 0 where there is nothing to count.
    A denominator without `lead_unit` is left NaN for the caller.
    """
    queries = written_all(_lead_queries, terms, indicator)
    tables = [pd.DataFrame(build.rows(queries.pop("everybody")), columns=["code"]).set_index("code")]
    for name, sql in queries.items():
        tables.append(pd.DataFrame(build.rows(sql), columns=["code", name]).astype({name: "float64"}).set_index("code"))
    table = pd.concat(tables, axis=1).fillna(0.0).reindex(columns=["numerator", "denominator"]).reset_index(names="code")
    table = table.sort_values("code", key=lambda codes: codes.where(codes != "", "\U0010ffff")).reset_index(drop=True)
    table.insert(1, "name", table["code"].where(table["code"] != "", UNNAMED))
    return table


def _lead_queries(terms: Terms, indicator: Indicator) -> dict[str, ir.Table]:
    parts, everybody = indicator.parts(terms), indicator.in_charge(terms)
    queries = {"everybody": everybody.filter(everybody.lead_unit.notnull()).select(code="lead_unit").distinct()}
    for part, name in ((parts.numerator, "numerator"), (parts.denominator, "denominator")):
        if part is not None and "lead_unit" in part.rows.columns:
            queries[name] = part.rows.group_by(code=ibis.coalesce(part.rows.lead_unit, "")).agg(part.rows[part.column].sum().name(name))
    return queries


def sql_of(query: ir.Table) -> str:
    """The DuckDB SQL of an Ibis query."""
    return str(ibis.to_sql(query, dialect="duckdb"))


def passes(parts: Parts) -> list[tuple[ir.Table, list[int]]]:
    """The queries, each with the positions of the parts it answers: one per rows object and way of grouping."""
    together: dict[tuple, list[int]] = {}
    for position, part in enumerate(parts.all):
        together.setdefault((id(part.rows), _keys(part), part.roll in ("distinct", "median")), []).append(position)
    return [(_grouped(*(parts.all[position] for position in positions)), positions) for positions in together.values()]


def _keys(part: Part) -> tuple[str, ...]:
    return tuple(name for name in ("unit_no", part.own, *part.by, part.column if part.roll == "distinct" else "") if name)


def _grouped(*parts: Part) -> ir.Table:
    rows, keys, columns = parts[0].rows, _keys(parts[0]), dict.fromkeys(part.column for part in parts)
    if parts[0].roll == "median":
        return rows.select("unit_no", *columns)
    if parts[0].roll == "distinct":
        return rows.select(*keys).distinct()
    return rows.group_by(*keys).agg([_summed(rows, column).name(column) for column in columns])


def _summed(rows: ir.Table, column: str) -> ir.IntegerScalar:
    """The sum of a column; of ones the number of rows, which the database has at hand."""
    made = rows.op()
    value = made.values.get(column) if isinstance(made, ops.Project) else None
    return rows.count() if isinstance(value, ops.Literal) and value.value == 1 else rows[column].sum()
