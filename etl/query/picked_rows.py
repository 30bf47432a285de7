"""Rows of a feed that a question is about (所问的行), as conditions of hand-written SQL; `Terms.rows` is the same for expressions."""

from etl.model.feed_filters import asked_of
from etl.query.scope import Scope
from etl.query.selection import in_range
from etl.query.warehouse import Build


def picked_rows(scope: Scope, feed: str, alias: str = "") -> str:
    """Rows of `feed` in $first..$last, in the units chosen, and of what the filters about the feed ask for. `alias`: the feed's in the query."""
    return f"{in_range(scope, f'{alias}.unit_no' if alias else 'unit_no')} AND {picked(scope, feed, alias)}"


def units_with(build: Build, scope: Scope, feed: str, day: str, condition: str, given: dict[str, object]) -> frozenset[int]:
    """The units of such rows whose `day` lies in $start..$until and which meet `condition`; `given` as `period_range` has it, and more."""
    rows = build.rows(f'SELECT DISTINCT unit_no FROM "{feed}" WHERE {picked_rows(scope, feed)} AND {day} BETWEEN $start AND $until AND {condition}', given)
    return frozenset(no for (no,) in rows)


def picked(scope: Scope, feed: str, alias: str = "") -> str:
    """What the filters about the feed ask for, wherever its rows lie. Filters by rows of a period are for `Terms.rows`, which knows it."""
    at, conditions = f"{alias}." if alias else "", []
    for one, values in asked_of(scope.where, feed):
        assert one.of is None, f"{one.name}: the panels of {feed} do not know the period"
        key, words = one.reaches[feed], ", ".join(_quoted(value) for value in values)
        home = f'SELECT "{key}" FROM "{one.feed}" WHERE "{one.column}" IN ({words})'
        conditions.append(f'{at}"{key}" IN ({home})' if key else f'{at}"{one.column}" IN ({words})')
    return " AND ".join(conditions) or "true"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
