"""Compounds side by side (小区台账): property mode, trust flags, owners' committee, supervision, fees and common income of the period."""

from datetime import date
from decimal import Decimal

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from etl.model.indicators.organisations import BRANCH_UP, standing
from etl.model.indicators.terms import Terms
from etl.query.coverage import terms_of
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.run import rows_of
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

MODES = ("lump_sum", "fee", "trust", "self", "emergency", "none")
UNKNOWN_MODE = ""
# the four that make a trust complete (信托制四项)
FLAGS = ("has_joint_account", "has_open_budget", "has_supervisor", "has_supervision_group")
OWN = (
    "compound_id", "unit_no", "name", "property_mode", "property_company", "households", "floor_area_m2", "owners_committee_on", "has_joint_account",
    "open_budget_on", "has_supervisor", "has_supervision_group", "has_mediation_body",
)  # fmt: skip
FEES = ("compound_id", "due", "paid")
REVENUE = ("compound_id", "income", "expense", "dividend", "shared", "basis_m2")
MONEY = ("due", "paid", "income", "expense", "dividend", "basis_m2")

_registers: Once[tuple, pd.DataFrame] = Once(capacity=32)


@shared
def register(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """One row per compound in force on the as-of day, in the order of units: `OWN`, `has_open_budget`, `flags_n` (of 4), path, and
    of the period `MONEY` in yuan (NaN without rows), `fee_rate`, `per_m2`.

    Dates after the as-of day are not there yet. A flag not reported counts as no.
    """
    terms = terms_of(build, reader, scope, under)
    paths = reader.first_no, reader.last_no  # they begin at the reader's own unit
    key = (build.key, scope.date_from, scope.date_to, scope.as_of, terms.first_no, terms.last_no, terms.where, terms.chosen, paths)
    return _registers.get(key, lambda: _register(build, reader, terms))


@shared
def with_branch(build: Build, reader: Reader, scope: Scope, under: int) -> frozenset[int]:
    """unit_no of the compound grids in which a branch (or higher) stands on the as-of day."""
    return frozenset(int(no) for (no,) in rows_of(build, _led, terms_of(build, reader, scope, under)))


def _led(terms: Terms) -> ir.Table:
    return standing(terms, BRANCH_UP).semi_join(terms.units("compound"), "unit_no").select("unit_no").distinct()


def _own(terms: Terms) -> ir.Table:
    return terms.as_of_units(terms.rows("compound")).select(*OWN)


def _register(build: Build, reader: Reader, terms: Terms) -> pd.DataFrame:
    table = pd.DataFrame(rows_of(build, _own, terms), columns=list(OWN))
    for column in ("owners_committee_on", "open_budget_on"):
        table[column] = [day if isinstance(day, date) and day <= terms.as_of else None for day in table[column]]
    table["has_open_budget"] = table["open_budget_on"].notna()
    for column in (*FLAGS, "has_mediation_body"):
        table[column] = [value is True or value is np.True_ for value in table[column]]
    table["flags_n"] = table[list(FLAGS)].sum(axis=1).astype(int)
    table["property_mode"] = table["property_mode"].fillna(UNKNOWN_MODE)
    frame = units(build)
    table["path"] = [frame.path(int(no), reader) for no in table["unit_no"]]
    for make, columns in ((_fees, FEES), (_revenue, REVENUE)):
        found = pd.DataFrame(rows_of(build, make, terms), columns=list(columns))
        table = table.merge(found, how="left", on="compound_id")
    table[[*MONEY, "shared"]] = table[[*MONEY, "shared"]].astype("float64")
    for column in ("due", "paid", "income", "expense", "dividend", "shared"):
        table[column] /= 100
    table["fee_rate"] = table["paid"] / table["due"].where(table["due"] > 0)
    table["per_m2"] = table.pop("shared") / table["basis_m2"].where(table["basis_m2"] > 0)  # dividends without an area do not count
    return table.sort_values(["unit_no", "compound_id"]).reset_index(drop=True)


def _cents(amount: ir.DecimalValue) -> ir.IntegerValue:
    return (amount * 100).round().cast("int64")


def _fees(terms: Terms) -> ir.Table:
    fees = terms.touched(terms.rows("property_fee"))
    return fees.group_by("compound_id").agg(due=_cents(fees.due_amt).sum(), paid=_cents(fees.paid_amt).sum())


def _revenue(terms: Terms) -> ir.Table:
    rows = terms.touched(terms.rows("compound_revenue"))
    sums = {word: _cents(rows.amt).sum(where=rows.direction == word) for word in ("income", "expense", "dividend")}
    shared = (rows.direction == "dividend") & rows.basis_m2.notnull()
    return rows.group_by("compound_id").agg(**sums, shared=_cents(rows.amt).sum(where=shared), basis_m2=rows.basis_m2.sum(where=shared))


def modes(table: pd.DataFrame) -> pd.DataFrame:
    """mode, compounds, households, due, paid, fee_rate (NaN where none is due), committees, supervised, in the order of `MODES`; modes
    nobody has are left out."""
    rows = []
    for mode in (*MODES, UNKNOWN_MODE):
        of_mode = table[table["property_mode"] == mode]
        if len(of_mode):
            due, paid = of_mode["due"].sum(), of_mode["paid"].sum()
            rows.append(
                (
                    mode, len(of_mode), int(of_mode["households"].sum()), due, paid, paid / due if due > 0 else np.nan,
                    int(of_mode["owners_committee_on"].notna().sum()), int(of_mode["has_supervision_group"].sum()),
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["mode", "compounds", "households", "due", "paid", "fee_rate", "committees", "supervised"])


def trusts(table: pd.DataFrame) -> pd.DataFrame:
    """The compounds in trust mode, fewest of the four flags first."""
    return table[table["property_mode"] == "trust"].sort_values(["flags_n", "unit_no"]).reset_index(drop=True)


def unmanaged(table: pd.DataFrame) -> pd.DataFrame:
    """Compounds under emergency management or with none, those without first."""
    found = table[table["property_mode"].isin(("emergency", "none"))]
    return found.sort_values(["property_mode", "unit_no"], ascending=[False, True]).reset_index(drop=True)


def modes_of_units(table: pd.DataFrame) -> pd.DataFrame:
    """unit_no, place (in `MODES`) of units with compounds of a known mode: where one unit has several, the one with most households."""
    known = table[table["property_mode"] != UNKNOWN_MODE].sort_values(["households", "compound_id"], ascending=[False, True])
    first = known.drop_duplicates("unit_no").sort_values("unit_no")
    return pd.DataFrame({"unit_no": first["unit_no"].to_numpy(), "place": [MODES.index(mode) for mode in first["property_mode"]]})


@shared
def fee_trend(build: Build, reader: Reader, scope: Scope, under: int, periods: int = 8) -> pd.DataFrame:
    """The last periods up to the end of the scope: period, due, paid (yuan), due_hh, paid_hh, rate, rate_hh, earlier (the rate of the same
    period a year before, NaN when not known). Months where there are months, else years."""
    table = pd.DataFrame(rows_of(build, _by_period, terms_of(build, reader, scope, under)), columns=["period", "due", "paid", "due_hh", "paid_hh"])
    is_month = table["period"].str.len() == 7
    table = table[is_month if is_month.any() else ~is_month]
    length = 7 if is_month.any() else 4
    table = table[table["period"] <= scope.date_to.isoformat()[:length]].sort_values("period").reset_index(drop=True)
    table[["due", "paid", "due_hh", "paid_hh"]] = table[["due", "paid", "due_hh", "paid_hh"]].astype("float64")
    table["due"], table["paid"] = table["due"] / 100, table["paid"] / 100
    table["rate"] = table["paid"] / table["due"].where(table["due"] > 0)
    table["rate_hh"] = table["paid_hh"] / table["due_hh"].where(table["due_hh"] > 0)
    known = dict(zip(table["period"], table["rate"], strict=True))
    table["earlier"] = [known.get(f"{int(period[:4]) - 1}{period[4:]}", np.nan) for period in table["period"]]
    return table.tail(periods).reset_index(drop=True)


def home_dividend(home_m2: float, per_m2: float) -> Decimal:
    """What a home of so many m² gets at so many yuan per m², to the cent: 72 m² × 4 yuan = 288 yuan."""
    return (Decimal(str(home_m2)) * Decimal(str(per_m2))).quantize(Decimal("0.01"))


def _by_period(terms: Terms) -> ir.Table:
    rows = terms.rows("property_fee")
    both = rows.due_hh.notnull() & rows.paid_hh.notnull()
    return rows.group_by("period").agg(
        due=_cents(rows.due_amt).sum(), paid=_cents(rows.paid_amt).sum(), due_hh=rows.due_hh.sum(where=both), paid_hh=rows.paid_hh.sum(where=both)
    )
