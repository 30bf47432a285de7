"""Boundaries made to end the process: nested deeper than any boundary, or telling of more than there is. Read as nothing, in a moment."""

import struct
from pathlib import Path

import numpy as np
import pytest
import shapely

from etl.geo.readable import DEEPEST, from_wkb, from_wkt, is_shallow
from etl.geo.shapes import repaired
from tests.mini_city import City, case, units

AREA = "POLYGON ((0 0, 1 0, 1 1, 0 0), (0.5 0.1, 0.6 0.1, 0.6 0.2, 0.5 0.1))"
KINDS = (
    "POINT (1 2)", "POINT EMPTY", "LINESTRING Z (1 2 3, 2 3 4)", AREA, "POLYGON EMPTY", "POLYGON ZM ((0 0 1 2, 1 0 1 2, 1 1 1 2, 0 0 1 2))", "MULTIPOINT ((1 1), (2 2))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))", f"GEOMETRYCOLLECTION (POINT (1 1), MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0))), {AREA})", "MULTIPOLYGON EMPTY",
)  # fmt: skip
POINT = struct.pack("<BIdd", 1, 1, 104.0, 30.0)


def nested(depth: int, order: str = "<", kind: int = 7) -> bytes:
    return struct.pack(f"{order}BII", order == "<", kind, 1) * depth + POINT


@pytest.mark.parametrize("text", KINDS)
@pytest.mark.parametrize("spelling", [{}, {"byte_order": 0}, {"flavor": "iso"}, {"include_srid": True}], ids=str)
def test_what_a_file_may_hold_is_read(text: str, spelling: dict) -> None:
    shape = shapely.set_srid(shapely.from_wkt(text), 4490)
    wkb = shapely.to_wkb(shape, **spelling)
    assert is_shallow(wkb) and not is_shallow(wkb[:-1])
    assert from_wkb(np.array([wkb, bytearray(wkb)], dtype=object))[1].equals_exact(from_wkt(np.array([text], dtype=object))[0])


@pytest.mark.parametrize("wkb", [nested(200_000), nested(200_000, ">"), nested(200_000, kind=1007), nested(200_000, kind=0x80000007), nested(200_000, kind=6), nested(DEEPEST + 1), nested(200_000)[:-16],
                                 struct.pack("<BII", 1, 3, 0xFFFFFFF0) + b"\xff" * 40, struct.pack("<BIII", 1, 3, 1, 0xFFFFFFF0), b"", b"\x01"], ids=range(11))  # fmt: skip
def test_what_would_end_the_process_is_nothing(wkb: bytes) -> None:
    assert list(from_wkb(np.array([wkb, None], dtype=object))) == [None, None]


def test_a_nested_text_is_nothing_and_an_ordinary_one_is_read() -> None:
    found = from_wkt(np.array(["GEOMETRYCOLLECTION(" * 100_000 + "POINT(1 1)" + ")" * 100_000, "POLYGON" + "(" * 100_000, AREA], dtype=object))
    assert list(found[:2]) == [None, None] and found[2].area > 0


def test_a_build_with_such_a_cell_says_which_and_goes_on(tmp_path: Path) -> None:
    rows = [dict(row) for row in units()]
    rows[-1]["边界WKT"] = "GEOMETRYCOLLECTION(" * 100_000 + "POINT(1 1)" + ")" * 100_000
    built = City(tmp_path).units(rows).add("case", [case(1)]).build()
    assert ("geometry_unreadable",) in built.rows("SELECT DISTINCT rule FROM finding")


def test_what_crosses_itself_everywhere_is_nothing_and_a_slip_is_repaired() -> None:
    """Twenty thousand corners drawn at random: two hundred million crossings, from a file of half a megabyte."""
    tangle = shapely.Polygon(np.random.default_rng(1).random((20_000, 2)))
    round_ = np.linspace(0, 2 * np.pi, 20_000)
    coast = np.column_stack([np.cos(round_), np.sin(round_)]) * np.random.default_rng(2).uniform(0.98, 1, (20_000, 1))
    coast[[100, 140]] = coast[[140, 100]]  # a slip of the hand
    shapes = np.array([tangle, shapely.Polygon(coast), shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], dtype=object)
    fixed, wrong = repaired(shapes)
    assert list(wrong) == [True, True, True]
    assert fixed[0] is None and fixed[1].is_valid and fixed[1].area == pytest.approx(shapes[1].area, rel=0.01) and fixed[2].is_valid
