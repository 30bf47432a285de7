"""The units of a build as arrays (单元), read once and shared: hierarchy, names, search, the unit at a point."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from etl.model.levels import LEVEL_IDS
from etl.query.arrays import days, whole, words
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.unit import Found, Unit
from etl.query.warehouse import Build

_COLUMNS = (
    "unit_no, last_no, coalesce(parent_no, 0) AS parent_no, unit_code, name, level, kind, households, population, pop_u18, pop_60p, "
    "valid_from, valid_to, area_m2, lon, lat, west, south, east, north, "
    "coalesce(pinyin, '') AS pinyin, coalesce(initials, '') AS initials"
)
DAYS_KEPT = 64
FIRST_DAY, LAST_DAY = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")


@dataclass(frozen=True, eq=False)
class UnitFrame:
    """All units of one build; arrays are indexed by `unit_no - 1`. `level` holds ranks (0 city … 5 micro-grid)."""

    build: Build
    last_no: NDArray[np.int64]
    parent_no: NDArray[np.int64]
    code: NDArray[np.object_]
    name: NDArray[np.object_]
    level: NDArray[np.int8]
    kind: NDArray[np.object_]
    numbers: dict[str, NDArray[np.float64]]
    valid_from: NDArray[np.datetime64]
    valid_to: NDArray[np.datetime64]
    pinyin: NDArray[np.object_]
    initials: NDArray[np.object_]
    focus_tags: dict[int, tuple[str, ...]]
    aliases: dict[int, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.last_no)

    def valid(self, day: date) -> NDArray[np.bool_]:
        """Units in force on `day`: first and last day included. A page asks dozens of times for the same few days."""
        found = self._valid_on.get(day)
        if found is None:
            found = (self.valid_from <= np.datetime64(day)) & (self.valid_to >= np.datetime64(day))
            found.setflags(write=False)  # shared
            if len(self._valid_on) >= DAYS_KEPT:
                self._valid_on.clear()
            self._valid_on[day] = found
        return found

    def at_level(self, level: str, day: date, first_no: int = 1, last_no: int | None = None) -> NDArray[np.int64]:
        """`unit_no` of the units of a level in force on `day`, within a range of numbers, ascending."""
        part = slice(max(first_no, 1) - 1, len(self) if last_no is None else max(last_no, 0))  # asked of each of a city's communities
        return np.flatnonzero((self.level[part] == LEVEL_IDS.index(level)) & self.valid(day)[part]) + part.start + 1

    def unit(self, unit_no: int) -> Unit:
        """One unit by number. IndexError when there is none."""
        if not 1 <= unit_no <= len(self):
            raise IndexError(unit_no)
        i = unit_no - 1
        west, south, east, north = (self._number(key, i) for key in ("west", "south", "east", "north"))
        bounds = None if west is None or south is None or east is None or north is None else (west, south, east, north)
        return Unit(
            unit_no, int(self.last_no[i]), int(self.parent_no[i]), self.code[i], self.name[i], LEVEL_IDS[self.level[i]], self.kind[i],
            self._count("households", i), self._count("population", i), self._count("pop_u18", i), self._count("pop_60p", i), self._number("area_m2", i), self._number("lon", i), self._number("lat", i), bounds,
        )  # fmt: skip

    def by_code(self, code: str, day: date | None = None) -> int | None:
        """`unit_no` of a code: the version in force on `day` (default: the data date), else the latest one; None when unknown."""
        versions = self._codes.get(code)
        if not versions:
            return None
        in_force = self.valid(day or self.build.data_date)
        return next((no for no in versions if in_force[no - 1]), max(versions, key=lambda no: self.valid_from[no - 1]))

    def ancestors(self, unit_no: int) -> tuple[int, ...]:
        """From the root down to the unit's parent (breadcrumb, 面包屑)."""
        above: list[int] = []
        while (unit_no := int(self.parent_no[unit_no - 1])) > 0:
            above.append(unit_no)
        return tuple(reversed(above))

    def children(self, unit_no: int, day: date) -> NDArray[np.int64]:
        """Children in force on `day`, ascending (order of code)."""
        below = self.parent_no[unit_no - 1 : self.last_no[unit_no - 1]]
        found = np.flatnonzero(below == unit_no) + unit_no
        return found[self.valid(day)[found - 1]]

    def path(self, unit_no: int, reader: Reader) -> str:
        """Names from the top down to the parent, without the root and without what the reader may not see."""
        return " / ".join(self.name[no - 1] for no in self.ancestors(unit_no) if no > 1 and reader.sees(no))

    def search(self, text: str, reader: Reader, limit: int = 20, day: date | None = None) -> list[Found]:
        """Units by name, code, compound alias, pinyin or initials; exact matches first, then beginnings, then the coarser level."""
        wanted = _folded(text)
        if not wanted:
            return []
        first, last = max(reader.first_no, 1), min(reader.last_no, len(self))
        in_force = self.valid(day or self.build.data_date)
        hits = [i for i in range(first - 1, last) if wanted in self._haystack[i] and in_force[i]]
        ranked = sorted((rank, self.level[i], i, by) for i in hits for rank, by in [self._match(i, wanted)] if by)
        return [Found(self.unit(i + 1), by, self.path(i + 1, reader)) for _, _, i, by in ranked[:limit]]

    def unit_at(self, lon: float, lat: float, reader: Reader, level: str | None = None, day: date | None = None) -> int | None:
        """The deepest unit (or the one of `level`) whose boundary covers the point, EPSG:4490; None outside of everything.

        A point on a shared border belongs to the lowest code.
        """
        tree, numbers = self._boxes
        inside = numbers[tree.query(shapely.Point(lon, lat))]
        in_force = self.valid(day or self.build.data_date)
        inside = [int(no) for no in inside if reader.sees(int(no)) and in_force[no - 1]]
        if level is not None:
            inside = [no for no in inside if self.level[no - 1] == LEVEL_IDS.index(level)]
        if not inside:
            return None
        shapes = self.shapes(inside)
        hit = [no for no in inside if no in shapes and shapely.intersects_xy(shapes[no], lon, lat)]
        return min(hit, key=lambda no: (-int(self.level[no - 1]), self.code[no - 1]), default=None)

    def shapes(self, numbers: list[int]) -> dict[int, shapely.Geometry]:
        """Boundaries of some units, EPSG:4490; units without one are left out. The caller has checked that the reader sees them."""
        if not numbers:
            return {}
        rows = self.build.rows("SELECT unit_no, geom FROM unit WHERE geom IS NOT NULL AND list_contains($numbers, unit_no)", {"numbers": numbers})
        return {no: shapely.from_wkb(bytes(wkb)) for no, wkb in rows}

    def _number(self, key: str, i: int) -> float | None:
        value = self.numbers[key][i]
        return None if np.isnan(value) else float(value)

    def _count(self, key: str, i: int) -> int | None:
        value = self._number(key, i)
        return None if value is None else int(value)

    def _match(self, i: int, wanted: str) -> tuple[int, str]:
        """How well unit `i` matches: (0 exact … 2 inside, by what); ("", when only the joined words did)."""
        kinds = [("name", self.name[i]), ("code", self.code[i]), *(("alias", alias) for alias in self.aliases.get(i + 1, ()))]
        kinds += [("pinyin", self.pinyin[i]), ("initials", self.initials[i])]
        best = (9, "")
        for by, value in kinds:
            folded = _folded(value)
            if wanted in folded:
                best = min(best, (0 if wanted == folded else 1 if folded.startswith(wanted) else 2, by), key=lambda match: match[0])
        return best

    @cached_property
    def upper(self) -> NDArray[np.int64]:
        """Positions of the units down to the community, in force or not, ascending."""
        return np.flatnonzero(self.level <= LEVEL_IDS.index("community"))

    @cached_property
    def _valid_on(self) -> dict[date, NDArray[np.bool_]]:
        return {}

    @cached_property
    def texts(self) -> pd.DataFrame:
        """Codes and names once as pandas' own texts: a table of 120,000 units takes its part in 2 ms, from objects in 40."""
        return pd.DataFrame({"code": self.code, "name": self.name})

    @cached_property
    def _codes(self) -> dict[str, list[int]]:
        versions: dict[str, list[int]] = {}
        for i, code in enumerate(self.code):
            versions.setdefault(code, []).append(i + 1)
        return versions

    @cached_property
    def _haystack(self) -> list[str]:
        """Everything a unit is found by, folded, in one text each."""
        parts = zip(self.name, self.code, self.pinyin, self.initials, strict=True)
        return [_folded("\n".join((*words, *self.aliases.get(i + 1, ())))) for i, words in enumerate(parts)]

    @cached_property
    def _boxes(self) -> tuple[shapely.STRtree, NDArray[np.int64]]:
        """A tree of the bounding boxes (boundaries themselves stay in the database) and the units they belong to."""
        bounds = np.column_stack([self.numbers[key] for key in ("west", "south", "east", "north")])
        known = np.flatnonzero(~np.isnan(bounds).any(axis=1))
        return shapely.STRtree(shapely.box(*bounds[known].T)), known + 1


def _folded(text: str) -> str:
    """Full-width to half-width, lower case, no blanks: how names are compared. Line breaks stay, they part the words."""
    return unicodedata.normalize("NFKC", text).lower().replace(" ", "")


def _read(build: Build) -> UnitFrame:
    table = build.arrays(f"SELECT {_COLUMNS} FROM unit ORDER BY unit_no")
    ranks = {level: rank for rank, level in enumerate(LEVEL_IDS)}
    numbers = {
        key: np.ma.filled(table[key].astype(np.float64), np.nan)
        for key in ("households", "population", "pop_u18", "pop_60p", "area_m2", "lon", "lat", "west", "south", "east", "north")
    }
    aliases: dict[int, tuple[str, ...]] = {}
    for no, name, more in build.rows("SELECT unit_no, name, aliases FROM compound ORDER BY unit_no, compound_id"):
        aliases[no] = (*aliases.get(no, ()), *(word for word in (name, *(more or ())) if word))
    parents = whole(table["parent_no"])
    parents.setflags(write=False)  # what is worked out of the tree is kept
    return UnitFrame(
        build=build,
        last_no=whole(table["last_no"]),
        parent_no=parents,
        code=words(table["unit_code"]),
        name=words(table["name"]),
        level=np.array([ranks[level] for level in table["level"]], dtype=np.int8),
        kind=words(table["kind"]),
        numbers=numbers,
        valid_from=days(table["valid_from"], FIRST_DAY),
        valid_to=days(table["valid_to"], LAST_DAY),
        pinyin=words(table["pinyin"]),
        initials=words(table["initials"]),
        focus_tags={no: tuple(tags) for no, tags in build.rows("SELECT unit_no, focus_tags FROM unit WHERE len(focus_tags) > 0")},
        aliases=aliases,
    )


_frames: Once[str, UnitFrame] = Once(capacity=6)


def units(build: Build) -> UnitFrame:
    """The units of a build, read once per process."""
    return _frames.get(build.key, lambda: _read(build))
