"""How large the area is beside another city (规模对照): units, stewards, residents, and the ratios between them."""

from dataclasses import dataclass

from etl.query.figures import figure
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.subtree import stock
from etl.query.units import units
from etl.query.warehouse import Build


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio: the area's own (None without what it needs) and the reference city's (None where the rules leave it out)."""

    id: str
    own: float | None
    reference: float | None


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts of the area; `stewards` None where grid staff are not connected, residents and area 0 where not reported."""

    communities: int
    micro_grids: int
    stewards: int | None
    residents: float
    area_km2: float
    lines: tuple[Line, ...]


@shared
def sizes(build: Build, reader: Reader, scope: Scope, unit_no: int) -> Sizes:
    """Of one unit and everything below it, in force on the as-of day."""
    frame, rule = units(build), build.rules.reference
    last = int(frame.last_no[unit_no - 1])
    communities, micro_grids = (len(frame.at_level(level, scope.as_of, unit_no, last)) for level in ("community", "micro"))
    found = figure(build, reader, "steward_per_grid", Scope(scope.date_from, scope.date_to, scope.as_of), unit_no)
    stewards = None if found.numerator is None else int(found.numerator)
    residents = float(stock(build, "population", scope.as_of)[unit_no - 1])
    area = float(frame.numbers["area_m2"][unit_no - 1])
    area_km2 = area / 1e6 if area > 0 else 0.0
    lines = (
        Line("micro_per_community", _ratio(micro_grids, communities), _ratio(rule.micro_grids, rule.communities)),
        Line("stewards_per_micro", found.value, _ratio(rule.stewards, rule.micro_grids)),
        Line("residents_per_micro", _ratio(residents, micro_grids), _ratio(rule.residents, rule.micro_grids)),
        Line("residents_per_steward", _ratio(residents, stewards or 0), _ratio(rule.residents, rule.stewards)),
        Line("residents_per_km2", _ratio(residents, area_km2), _ratio(rule.residents, rule.area_km2)),
    )
    return Sizes(communities, micro_grids, stewards, residents, area_km2, lines)


def _ratio(top: float, bottom: float) -> float | None:
    return top / bottom if top and bottom else None
