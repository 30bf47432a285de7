"""Focus areas by kind (重点区域): how many units carry each tag, whom they house, and how many more demands come from there."""

from dataclasses import dataclass

from etl.model.tables import BY_NAME
from etl.query.figures import Figure, figure, figures_ahead
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import in_range
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

FIGURES = ("case_per_1000hh", "focus_gap")
TAGS = tuple((BY_NAME["unit"].column("focus_tags").words or {}).keys())


@dataclass(frozen=True, slots=True)
class FocusKind:
    """One tag: units that carry it themselves, cases per 1,000 households there, and the ratio to everywhere else."""

    tag: str
    units: int
    rate: Figure
    gap: Figure


@shared
def focus_kinds(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[FocusKind, ...]:
    """The tags that occur in force at or below a unit; figures are those of `case_per_1000hh` and `focus_gap` with the filter `focus`."""
    rows = build.rows(
        f"SELECT tag, count(*) FROM (SELECT unnest(focus_tags) AS tag FROM unit WHERE {in_range(scope)} "
        "AND (valid_from IS NULL OR valid_from <= $day) AND (valid_to IS NULL OR valid_to >= $day)) GROUP BY 1",
        {"first": max(under, reader.first_no), "last": min(int(units(build).last_no[under - 1]), reader.last_no), "day": scope.as_of},
    )
    counts = dict(rows)
    rest = tuple(pair for pair in scope.where if pair[0] != "focus")
    within = {tag: Scope(scope.date_from, scope.date_to, scope.as_of, (*rest, ("focus", tag))) for tag in TAGS if counts.get(tag)}
    figures_ahead(build, reader, [(name, here) for here in within.values() for name in FIGURES], under)
    return tuple(FocusKind(tag, counts[tag], *(figure(build, reader, name, here, under) for name in FIGURES)) for tag, here in within.items())
