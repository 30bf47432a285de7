"""A selection of units (选定单元): picked by code or drawn on the map, as ranges of unit numbers, never beyond the reader's own.

Numbers run depth-first, so a street is one range and a drawn area a handful of them. Facts placed at a unit that is only partly
inside (a case known by its community alone) are not in the selection: nobody knows on which side they lie.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.model.indicators.record import Indicator
from etl.model.levels import BY_ID
from etl.query.reader import Reader
from etl.query.scope import Ranges, Scope
from etl.query.sensitive import asks_sensitive, tells_classes
from etl.query.units import UnitFrame, units
from etl.query.warehouse import Build

NOTHING: Ranges = ((0, 0),)  # no unit has the number 0
PERSONAL_FEEDS = frozenset({"member_stat", "member", "care_visit"})  # told by community, never by what lies below (domain rule E6)
Numbers = NDArray[np.int64]
FEW = 8  # ranges written out as conditions; more travel as one text


def of_codes(build: Build, reader: Reader, codes: Iterable[str]) -> Ranges:
    """The units with these codes, in every version of their boundaries, and all that lies below. Unknown and unseen ones are left out."""
    frame, wanted = units(build), set(codes)
    found = [no for no in range(max(reader.first_no, 1), min(reader.last_no, len(frame)) + 1) if frame.code[no - 1] in wanted]
    return merged((no, int(frame.last_no[no - 1])) for no in found)


def inside(build: Build, reader: Reader, ring: Sequence[tuple[float, float]]) -> Ranges:
    """The grids whose label point lies in the ring (lon, lat in EPSG:4490), with every unit all of whose grids do."""
    frame = units(build)
    is_leaf = frame.last_no == np.arange(1, len(frame) + 1)
    area = shapely.make_valid(shapely.Polygon(ring))
    shapely.prepare(area)
    west, south, east, north = area.bounds
    lon, lat = frame.numbers["lon"], frame.numbers["lat"]
    near = np.flatnonzero(is_leaf & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    is_in = np.zeros(len(frame), dtype=bool)
    is_in[near] = shapely.intersects_xy(area, lon[near], lat[near])
    is_in |= _wholly(frame, is_in, is_leaf & frame.valid(build.data_date))
    numbers = np.flatnonzero(is_in) + 1
    numbers = numbers[(numbers >= reader.first_no) & (numbers <= reader.last_no)]
    return merged((int(no), int(no)) for no in numbers)


def _wholly(frame: UnitFrame, is_in: NDArray[np.bool_], leaves: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Units with leaves below them all of which are in."""
    every, chosen = (np.concatenate(([0], np.cumsum(flags))) for flags in (leaves, leaves & is_in))
    first = np.arange(len(frame))
    below = every[frame.last_no] - every[first]
    return (below > 0) & (chosen[frame.last_no] - chosen[first] == below)


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same numbers in as few ranges as there can be, ascending."""
    found: list[list[int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], last)
        else:
            found.append([first, last])
    return tuple((first, last) for first, last in found)


def both(one: Ranges, other: Ranges) -> Ranges:
    """Numbers in both selections, each of them in ascending ranges that lie apart."""
    found, at, place = [], 0, 0
    while at < len(one) and place < len(other):
        first, last = max(one[at][0], other[place][0]), min(one[at][1], other[place][1])
        if first <= last:
            found.append((first, last))
        if one[at][1] < other[place][1]:
            at += 1
        else:
            place += 1
    return merged(found)


def touching(frame: UnitFrame, numbers: Numbers, chosen: Ranges) -> Numbers:
    """Those of `numbers` that are chosen or have something chosen below them; all when nothing is chosen."""
    if not chosen or not len(numbers):
        return numbers
    starts, ends = (np.array(side) for side in zip(*chosen, strict=True))
    at = np.searchsorted(ends, numbers)  # the first range that does not end before the unit begins
    return numbers[(at < len(starts)) & (starts[np.minimum(at, len(starts) - 1)] <= frame.last_no[numbers - 1])]


def contains(chosen: Ranges, numbers: Numbers) -> NDArray[np.bool_]:
    """Which numbers are chosen themselves."""
    starts, ends = (np.array(side) for side in zip(*chosen, strict=True))
    at = np.searchsorted(ends, numbers)
    return (at < len(starts)) & (starts[np.minimum(at, len(starts) - 1)] <= numbers)


def grids(build: Build, chosen: Ranges) -> int:
    """How many grids in force (units with nothing below them) are chosen."""
    frame = units(build)
    leaves = np.flatnonzero((frame.last_no == np.arange(1, len(frame) + 1)) & frame.valid(build.data_date)) + 1
    return int(contains(chosen, leaves).sum()) if chosen else len(leaves)


def in_range(scope: Scope, column: str = "unit_no") -> str:
    """SQL condition: the unit lies in $first..$last and, where units are chosen, is one of them."""
    within = f"{column} BETWEEN $first AND $last"
    if not scope.chosen:
        return within
    if len(scope.chosen) <= FEW:
        ranges = " OR ".join(f"{column} BETWEEN {int(first)} AND {int(last)}" for first, last in scope.chosen)
        return f"{within} AND ({ranges})"
    spans = ",".join(f"{int(first)}-{int(last)}" for first, last in scope.chosen)
    numbers = f"SELECT unnest(generate_series(split_part(span, '-', 1)::BIGINT, split_part(span, '-', 2)::BIGINT)) FROM (SELECT unnest(string_split('{spans}', ',')) AS span)"
    return f"{within} AND {column} IN ({numbers})"


def wholly(scope: Scope, numbers: Iterable[int]) -> list[int]:
    """Those units that are chosen with all that lies below them; all when nothing is chosen."""
    found = np.array(list(numbers), dtype=np.int64)
    return (found[contains(scope.chosen, found)] if scope.chosen and len(found) else found).tolist()


def answered(build: Build, indicator: Indicator, scope: Scope) -> Ranges:
    """The part of the selection an indicator may be counted in: of persons and of sensitive classes only whole communities, or an
    area drawn around one grid would tell what is never told of a grid."""
    is_personal = bool(PERSONAL_FEEDS & set(indicator.feeds)) and not {"compound", "micro"} & set(indicator.levels)
    if not scope.chosen or not (is_personal or indicator.is_sensitive or asks_sensitive(scope) or tells_classes(indicator.id, scope)):
        return scope.chosen
    frame = units(build)
    numbers = np.flatnonzero(frame.level <= BY_ID["community"].rank) + 1
    whole = [(int(no), int(frame.last_no[no - 1])) for no in numbers if any(a <= no and frame.last_no[no - 1] <= b for a, b in scope.chosen)]
    return merged(whole) or NOTHING
