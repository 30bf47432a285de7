"""Who is in charge of cases (承办单位): the words to filter by."""

from datetime import timedelta

from etl.model.indicators.terms import midnight
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import units
from etl.query.warehouse import Build

MOST = 400
_found: Once[tuple, tuple[str, ...]] = Once(capacity=16)


def lead_units(build: Build, reader: Reader, scope: Scope) -> tuple[str, ...]:
    """Units in charge of cases of the period in the reader's range, the most frequent first, at most `MOST`; empty without cases."""
    if "case" not in build.feeds or reader.role == "public":
        return ()
    first, last = max(reader.first_no, 1), min(reader.last_no, len(units(build)))

    def ask() -> tuple[str, ...]:
        rows = build.rows(
            'SELECT lead_unit FROM "case" WHERE unit_no BETWEEN $first AND $last AND counted_at >= $start AND counted_at < $end '
            "AND lead_unit IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT $most",
            {"first": first, "last": last, "start": midnight(scope.date_from), "end": midnight(scope.date_to + timedelta(days=1)), "most": MOST},
        )
        return tuple(str(row[0]) for row in rows)

    return _found.get((build.key, first, last, scope.date_from, scope.date_to), ask)
