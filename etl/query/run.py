"""Indicator parts compiled from Ibis to DuckDB SQL and run (编译与执行). The text that ran is the text shown as evidence."""

from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators.record import Part, Parts
from etl.query.rollup_kinds import numbers
from etl.query.warehouse import Build

UNNAMED = "（未填写承办单位）"


def by_unit(build: Build, parts: Parts) -> list[tuple[NDArray, NDArray]]:
    """For each part the units that have rows and their sums, in the order of `parts.all`."""
    found = part_tables(build, parts)
    return [(np.ma.getdata(table["unit_no"]), numbers(table[part.column])) for part, table in zip(parts.all, found, strict=True)]


def part_tables(build: Build, parts: Parts) -> list[dict[str, Any]]:
    """For each part its grouped rows as arrays by column, in the order of `parts.all`; parts of one pass share a table."""
    found: dict[int, dict[str, Any]] = {}
    for query, positions in passes(parts):
        table = build.arrays(sql_of(query))
        found |= dict.fromkeys(positions, table)
    return [found[position] for position in range(len(parts.all))]


def by_lead(build: Build, parts: Parts, everybody: ir.Table | None = None) -> pd.DataFrame:
    """code, name, numerator, denominator by `lead_unit`, ordered by code, cases naming none last with an empty code.

    `everybody` names in `lead_unit` who was in charge of anything at all: with nothing to count they stand there with 0.
    A denominator without `lead_unit` is left NaN for the caller.
    """
    tables: list[pd.DataFrame] = []
    if everybody is not None:
        names = everybody.filter(everybody.lead_unit.notnull()).select(code="lead_unit").distinct()
        tables.append(pd.DataFrame(build.rows(sql_of(names)), columns=["code"]).set_index("code"))
    for part, name in ((parts.numerator, "numerator"), (parts.denominator, "denominator")):
        if part is not None and "lead_unit" in part.rows.columns:
            rows = part.rows
            query = rows.group_by(code=ibis.coalesce(rows.lead_unit, "")).agg(rows[part.column].sum().name(name))
            tables.append(pd.DataFrame(build.rows(sql_of(query)), columns=["code", name]).astype({name: "float64"}).set_index("code"))
    table = pd.concat(tables, axis=1).fillna(0.0).reindex(columns=["numerator", "denominator"]).reset_index(names="code")
    table = table.sort_values("code", key=lambda codes: codes.where(codes != "", "\U0010ffff")).reset_index(drop=True)
    table.insert(1, "name", table["code"].where(table["code"] != "", UNNAMED))
    return table


def unit_queries(parts: Parts) -> list[tuple[ir.Table, list[str]]]:
    """The grouped queries, each with the value columns it gives; parts over the same rows share one pass."""
    return [(query, [parts.all[position].column for position in positions]) for query, positions in passes(parts)]


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
