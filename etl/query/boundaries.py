"""Boundaries of many units (边界) as a stream: a city's micro-grids do not have to lie in memory at once."""

from collections.abc import Iterator, Sequence

import shapely

from etl.query.reader import Reader
from etl.query.warehouse import Build

STEP = 2_000
_SQL = "SELECT u.unit_no, u.geom FROM unit u JOIN (SELECT unnest($numbers) AS no) wanted ON wanted.no = u.unit_no WHERE u.geom IS NOT NULL"


def boundary_batches(build: Build, reader: Reader, numbers: Sequence[int]) -> Iterator[tuple[Sequence[int], dict[int, shapely.Geometry]]]:
    """`numbers` in their order, cut into steps, each with the boundaries (EPSG:4490) of those the reader sees and that have one."""
    for start in range(0, len(numbers), STEP):
        step = numbers[start : start + STEP]
        seen = [int(no) for no in step if reader.sees(int(no))]
        rows = build.rows(_SQL, {"numbers": seen}) if seen else []
        yield step, {int(no): shapely.from_wkb(bytes(wkb)) for no, wkb in rows}


def boundaries(build: Build, reader: Reader, numbers: Sequence[int]) -> dict[int, shapely.Geometry]:
    """All of them at once, for a picture."""
    found: dict[int, shapely.Geometry] = {}
    for _, shapes in boundary_batches(build, reader, numbers):
        found |= shapes
    return found
