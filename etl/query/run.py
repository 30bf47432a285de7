"""Indicator parts compiled from Ibis to DuckDB SQL and run (编译与执行). The text that ran is the text shown as evidence."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators.record import Part, Parts
from etl.query.warehouse import Build

UNNAMED = "（未填写承办单位）"


def by_unit(build: Build, parts: Parts) -> list[tuple[NDArray, NDArray]]:
    """For each part the units that have rows and their sums, in order numerator, denominator."""
    found: list[tuple[NDArray, NDArray]] = []
    for query, columns in unit_queries(parts):
        table = build.arrays(sql_of(query))
        found += [(np.ma.getdata(table["unit_no"]), np.ma.filled(table[column].astype(np.float64), 0.0)) for column in columns]
    return found


def by_lead(build: Build, parts: Parts) -> pd.DataFrame:
    """code, name, numerator, denominator by `lead_unit`, ordered by code, cases naming none last with an empty code.

    A denominator without `lead_unit` is left NaN for the caller.
    """
    tables: list[pd.DataFrame] = []
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
    top, bottom = parts.numerator, parts.denominator
    if bottom is None:
        return [(_grouped(top), [top.column])]
    if bottom.rows is top.rows:
        return [(_grouped(top, bottom), [top.column, bottom.column])]
    return [(_grouped(top), [top.column]), (_grouped(bottom), [bottom.column])]


def sql_of(query: ir.Table) -> str:
    """The DuckDB SQL of an Ibis query."""
    return str(ibis.to_sql(query, dialect="duckdb"))


def _grouped(*parts: Part) -> ir.Table:
    rows = parts[0].rows
    return rows.group_by("unit_no").agg([rows[part.column].sum().name(part.column) for part in parts])
