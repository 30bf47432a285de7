"""Premises of communities (社区用房、五中心): area per 100 households, both tests, and which of the five centres stand."""

import ibis.expr.types as ir
import pandas as pd

from etl.model.indicators.premises import CENTRES, centres
from etl.model.indicators.terms import Terms
from etl.query.coverage import terms_of
from etl.query.figures import figures
from etl.query.reader import Reader
from etl.query.run import rows_of
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

COLUMNS = ("unit_no", "code", "name", "path", "area", "households", "per_100hh", "has_area", "has_share", "is_enough", *CENTRES, "centres")


@shared
def premises(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """One row per community at or below `under`, fewest centres first then least area per 100 households, `COLUMNS`.

    `has_area`: at least the m² of the rules in all; `has_share`: at least the m² per 100 households; `is_enough`: both. The
    figures are those of the indicators premises_per_100hh, premises_ok_rate and five_centre_rate.
    """
    plain = Scope(scope.date_from, scope.date_to, scope.as_of)
    share = figures(build, reader, "premises_per_100hh", plain, "community", under).set_index("unit_no")
    enough = figures(build, reader, "premises_ok_rate", plain, "community", under).set_index("unit_no")
    terms, frame, rule = terms_of(build, reader, scope, under), units(build), build.rules.premises
    standing = set(rows_of(build, _standing, terms))
    rows = []
    for no, row in share.iterrows():
        here = [(no, centre) in standing for centre in CENTRES]
        has_share = bool(row["denominator"] > 0 and row["numerator"] * 100 >= rule.m2_per_100hh * row["denominator"])
        rows.append(
            (
                int(no), row["code"], row["name"], frame.path(int(no), reader), row["numerator"], row["denominator"], row["value"],
                bool(row["numerator"] >= rule.m2_min), has_share, bool(enough.loc[no, "numerator"] == 1), *here, sum(here),
            )
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["centres", "per_100hh", "unit_no"], na_position="first").reset_index(drop=True)


@shared
def facility_kinds(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """kind, n, area (m², 0 where not reported) of all premises below a unit, most first."""
    table = pd.DataFrame(rows_of(build, _by_kind, terms_of(build, reader, scope, under)), columns=["kind", "n", "area"])
    table["area"] = table["area"].astype("float64").fillna(0.0)
    return table.sort_values(["n", "area", "kind"], ascending=[False, False, True]).reset_index(drop=True)


@shared
def services(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """channel, type, n, first_time_n, rate (done at the first attempt, NaN where not reported) of the months of the period, most first."""
    found = rows_of(build, _reported, terms_of(build, reader, scope, under), scope.date_from.isoformat()[:7], scope.date_to.isoformat()[:7])
    table = pd.DataFrame(found, columns=["channel", "type", "n", "first_time_n", "of"])
    of = table.pop("of").astype("float64")
    table["rate"] = table["first_time_n"].astype("float64") / of.where(of > 0)
    return table.sort_values(["n", "channel", "type"], ascending=[False, True, True]).reset_index(drop=True)


@shared
def facility_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where premises of the kind `value` stand."""
    return frozenset(no for no, kind in rows_of(build, _kinds_by_unit, terms_of(build, reader, scope, under)) if kind == value)


@shared
def service_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where the service `value`, as `service_name` calls it, was reported in the months of the period."""
    found = rows_of(build, _services_by_unit, terms_of(build, reader, scope, under), scope.date_from.isoformat()[:7], scope.date_to.isoformat()[:7])
    return frozenset(no for no, channel, kind in found if service_name(channel, kind) == value)


def service_name(channel: str | None, kind: str | None) -> str:
    """One service of one channel: the same kind is reported by several."""
    return " · ".join(word for word in (channel, kind) if isinstance(word, str) and word)


def _standing(terms: Terms) -> ir.Table:
    return centres(terms).select("unit_no", "centre")


def _by_kind(terms: Terms) -> ir.Table:
    rows = terms.as_of_units(terms.rows("facility"))
    return rows.group_by(kind="type").agg(n=rows.count(), area=rows.area_m2.sum())


def _kinds_by_unit(terms: Terms) -> ir.Table:
    return terms.as_of_units(terms.rows("facility")).select("unit_no", "type").distinct()


def _services_by_unit(terms: Terms, first: str, last: str) -> ir.Table:
    rows = terms.rows("service_stat")
    return rows.filter(rows.month.between(first, last)).select("unit_no", "channel", "type").distinct()


def _reported(terms: Terms, first: str, last: str) -> ir.Table:
    rows = terms.rows("service_stat")
    rows = rows.filter(rows.month.between(first, last))
    return rows.group_by("channel", kind="type").agg(
        n=rows.n.sum().cast("int64"), first=rows.first_time_n.sum().cast("int64"), of=rows.n.sum(where=rows.first_time_n.notnull()).cast("int64")
    )
