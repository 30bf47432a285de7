"""One unit as a record (单元), and one found by search."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as people see it. Counts are the unit's own figures, None when not reported; `area_m2` in the local zone; lon/lat EPSG:4490."""

    unit_no: int
    last_no: int
    parent_no: int
    code: str
    name: str
    level: str
    kind: str | None
    households: int | None
    population: int | None
    pop_u18: int | None
    pop_60p: int | None
    area_m2: float | None
    lon: float | None
    lat: float | None
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Found:
    """A unit found by search, and by what: name, code, alias, pinyin or initials. `path` is its place in the hierarchy."""

    unit: Unit
    by: str
    path: str
