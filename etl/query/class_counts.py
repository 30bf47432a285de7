"""Cases by class for many units at once (各单元诉求分类): one pass over the cases, then every unit is a slice of it.

They are the numerators of `case_per_1000hh` with the filter `category`: repeats merged, void ones left out, kept back alike.
"""

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators import BY_ID
from etl.model.indicators.terms import Terms
from etl.query.breakdown import TermsBy
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.run import written
from etl.query.scope import Scope
from etl.query.selection import answered
from etl.query.sensitive import of_class
from etl.query.subtree import number_range
from etl.query.suppress import is_limited, suppressed
from etl.query.warehouse import Build

INDICATOR = "case_per_1000hh"


@dataclass(frozen=True, eq=False)
class _Rows:
    """Merged cases by unit and class, ascending by unit."""

    unit_no: NDArray[np.int64]
    code4: NDArray[np.object_]
    n: NDArray[np.float64]


_rows: Once[tuple, _Rows] = Once(capacity=12)


def class_counts(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, float]:
    """Merged cases by class (code4, "" unknown) of a unit and what lies below, most frequent first. Classes whose number the reader
    may not be told are left out. Empty when cases are not connected."""
    if "case" not in build.feeds:
        return {}
    first, last = number_range(build, reader, under)
    rows = _rows.get((build.key, scope, reader.first_no, reader.last_no), lambda: _read(build, reader, scope))
    inside = slice(*np.searchsorted(rows.unit_no, [first, last + 1]))
    counted = pd.Series(rows.n[inside]).groupby(rows.code4[inside]).sum()
    found = sorted(((str(code), float(n)) for code, n in counted.items()), key=lambda pair: (-pair[1], pair[0]))
    return {code: n for code, n in found if n > 0 and not _is_hidden(build, reader, scope, under, code, n)}


def _read(build: Build, reader: Reader, scope: Scope) -> _Rows:
    indicator = BY_ID[INDICATOR]
    terms = TermsBy(
        scope.date_from, scope.date_to, scope.as_of, scope.where, reader.first_no, reader.last_no, build.rules, answered(build, indicator, scope), build.silent, by="class", is_limited=False
    )  # fmt: skip
    table = build.arrays(written(_by_unit_and_class, terms))
    codes = np.ma.filled(np.ma.asarray(table["lead_unit"]).astype(object), "")
    return _Rows(np.ma.getdata(table["unit_no"]).astype(np.int64), codes, np.ma.filled(table["n"].astype(np.float64), 0.0))


def _by_unit_and_class(terms: Terms) -> ir.Table:
    part = BY_ID[INDICATOR].parts(terms).numerator
    return part.rows.group_by("unit_no", "lead_unit").agg(n=part.rows[part.column].sum()).order_by("unit_no")


def _is_hidden(build: Build, reader: Reader, scope: Scope, under: int, code: str, n: float) -> bool:
    """Judged as the figure with the filter of this class would be."""
    if not is_limited(reader):
        return False
    asked = of_class(scope, code)
    row = pd.DataFrame({"unit_no": [under], "numerator": [n], "denominator": [np.nan]})
    return bool(suppressed(build, reader, BY_ID[INDICATOR], asked, row)[0])
