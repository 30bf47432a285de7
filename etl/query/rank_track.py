"""Compounds against their own past (小区位次变化): smoothed rate and place in the city, this period and the same period a year before.

Once the worst, later a model: what is told is who moved, not who is last.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from etl.query.figures import figures
from etl.query.hotspots import CELL, smoothed
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import touching
from etl.query.series import add_months, first_day
from etl.query.suppress import keeps_back
from etl.query.units import units
from etl.query.warehouse import Build

COLUMNS = ("unit_no", "name", "cases", "cases_before", "rate", "rate_before", "place", "place_before", "moved")


def rank_track(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame | None:
    """One row per compound grid in both periods with enough cases in one of them (`hotspot.min_cases`), the most improved first.

    `place` 1 is the fewest smoothed cases per household of the whole city; `moved` = place before − place now, positive when better.
    None without cases, compound grids or a whole year before, and of withheld classes.
    """
    begin = first_day(build, "case_per_1000hh") if "case" in build.feeds and not keeps_back(reader, scope) else None
    earlier = _year_before(scope)
    if begin is None or begin.replace(day=1) > earlier.date_from:
        return None
    frame = units(build)
    everybody = Reader("admin", 1, len(frame))
    now, before = (figures(build, everybody, "case_per_1000hh", replace(one, chosen=()), CELL) for one in (scope, earlier))  # places are those of the whole city
    table = now.merge(before[["code", "numerator", "denominator"]], on="code", suffixes=("", "_before"))
    table = table[(table["denominator"] > 0) & (table["denominator_before"] > 0)].reset_index(drop=True)
    if not len(table):
        return None
    found = pd.DataFrame({"unit_no": table["unit_no"], "name": table["name"], "cases": table["numerator"], "cases_before": table["numerator_before"]})
    for end in ("", "_before"):
        cases, homes = (table[f"{name}{end}"].to_numpy(dtype=np.float64) for name in ("numerator", "denominator"))
        found[f"rate{end}"] = smoothed(cases, homes, build.rules)
        found[f"place{end}"] = found[f"rate{end}"].rank(method="min").astype(int)
    found["moved"] = found["place_before"] - found["place"]
    first, last = max(under, reader.first_no), min(int(frame.last_no[under - 1]), reader.last_no)
    here = found["unit_no"].between(first, last) & (found[["cases", "cases_before"]].max(axis=1) >= build.rules.hotspot.min_cases)
    here &= found["unit_no"].isin(touching(frame, found["unit_no"].to_numpy(dtype=np.int64), scope.chosen))
    return found.loc[here, list(COLUMNS)].sort_values(["moved", "unit_no"], ascending=[False, True]).reset_index(drop=True)


def _year_before(scope: Scope) -> Scope:
    first, last, as_of = (add_months(day, -12) for day in (scope.date_from, scope.date_to, scope.as_of))
    return replace(scope, date_from=first, date_to=last, as_of=as_of)
