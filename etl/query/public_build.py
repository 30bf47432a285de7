"""What the public screens read (公众库): public.duckdb of a sealed build, and nothing else. The warehouse is never opened here."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import shapely

from etl.model.errors import AtlasError
from etl.query.duck import open_sealed
from etl.query.warehouse import current_id, read_manifest

FILE = "public.duckdb"


@dataclass(frozen=True, slots=True)
class Count:
    """A public count. `state`: shown (`value` is rounded), small (below ten), withheld (hidden so that no sum gives others away), none (not connected)."""

    value: int | None
    state: str


@dataclass(frozen=True, slots=True)
class PublicArea:
    """City to community. Numbers of grids are exact; `shape` is a simplified outline, EPSG:4490."""

    code: str
    parent: str
    level: str
    name: str
    streets: int
    communities: int
    compounds: int
    micros: int
    lon: float | None
    lat: float | None
    shape: shapely.Geometry | None


@dataclass(frozen=True, slots=True)
class PublicProject:
    """One project as published (公示). Amounts in yuan."""

    id: str
    area: str
    name: str
    fund: str
    theme: str
    target_group: str
    provider: str
    stage: str
    approved: Decimal | None
    contract: Decimal | None
    paid: Decimal | None
    started_on: date | None
    published_on: date | None
    accepted_on: date | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Premise:
    name: str
    type: str
    area: str
    area_m2: float | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Dividend:
    compound: str
    area: str
    period: str
    amt: Decimal
    per_m2: float | None
    voted_on: date | None


@dataclass(frozen=True)
class PublicBuild:
    """All public tables of one build, in memory: they are small, and then the file need not stay open."""

    id: str
    built_at: str
    data_date: date
    city_name: str
    is_demo: bool
    months: tuple[str, ...]
    feeds: frozenset[str]
    areas: dict[str, PublicArea]
    counts: dict[tuple[str, str, str, str], Count] = field(repr=False)
    projects: tuple[PublicProject, ...] = field(repr=False)
    money: dict[tuple[str, int, str], Decimal] = field(repr=False)
    premises: tuple[Premise, ...] = field(repr=False)
    volunteers: dict[tuple[str, str], tuple[int, int | None]] = field(repr=False)
    dividends: tuple[Dividend, ...] = field(repr=False)

    @property
    def top(self) -> PublicArea | None:
        """The whole city; None when the build has no areas."""
        return next(iter(self.areas.values()), None)

    def count(self, measure: str, area: str, month: str = "", category: str = "") -> Count:
        """A public count; state `none` where the build has no such figure."""
        return self.counts.get((measure, area, month, category), Count(None, "none"))

    def children(self, code: str) -> list[PublicArea]:
        return [area for area in self.areas.values() if area.parent == code and area.code != code]

    def divided(self, code: str) -> list[PublicArea]:
        """The parts of an area; where there is only one, its parts: a city of one district is looked at by its streets."""
        below = self.children(code)
        while len(below) == 1 and (finer := self.children(below[0].code)):
            below = finer
        return below

    def path(self, code: str) -> list[PublicArea]:
        """From the city down to the area itself."""
        found: list[PublicArea] = []
        while code in self.areas and self.areas[code] not in found:
            found.append(self.areas[code])
            code = self.areas[code].parent
        return found[::-1]

    def inside(self, code: str) -> set[str]:
        """Codes of an area and of all that lies in it."""
        found = {code}
        for area in self.areas.values():  # parents come before their children
            if area.parent in found:
                found.add(area.code)
        return found


def open_public(warehouse: Path, build_id: str | None = None) -> PublicBuild:
    """The public tables of `build_id` (default: the current build), their SHA-256 checked. AtlasError when absent or damaged."""
    build_id = build_id or current_id(warehouse)
    if build_id is None:
        raise AtlasError(f"{warehouse} 中还没有成品库，请先运行 etl build", f"there is no build in {warehouse} yet; run etl build first")
    folder = (warehouse / build_id).resolve()
    _verify(folder, read_manifest(warehouse, build_id)["files"])
    try:
        with open_sealed(folder / FILE, memory="500MB") as con:
            return _read(con)
    except (duckdb.Error, KeyError, ValueError) as error:
        raise AtlasError(
            f"成品库 {build_id} 的 {FILE} 无法读取，可能由较早的版本生成；请重新运行 etl build",
            f"{FILE} of build {build_id} cannot be read, it may come from an earlier version; run etl build again",
        ) from error


def _verify(folder: Path, files: dict[str, dict[str, str]]) -> None:
    path = folder / FILE
    if FILE in files and path.is_file():
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() == files[FILE]["sha256"]:
                return
    raise AtlasError(
        f"成品库 {folder.name} 的文件 {FILE} 缺失或已损坏，请用 etl rollback 改用较早的版本，或重新构建",
        f"file {FILE} of build {folder.name} is absent or damaged; use etl rollback to serve an earlier one, or build again",
    )


def _read(con: duckdb.DuckDBPyConnection) -> PublicBuild:
    meta = dict(con.execute('SELECT "key", "value" FROM meta').fetchall())
    areas = {
        row[0]: PublicArea(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], shapely.from_wkb(bytes(row[10])) if row[10] is not None else None)
        for row in con.execute("SELECT area_code, parent_code, level, name, streets, communities, compounds, micros, lon, lat, geom FROM area").fetchall()
    }
    first, _, last = meta["months"].partition("/")
    return PublicBuild(
        id=meta["build_id"], built_at=meta["built_at"], data_date=date.fromisoformat(meta["data_date"][:10]), city_name=meta["city_name"], is_demo=meta.get("is_demo") == "1",
        months=_months(first, last), feeds=frozenset(meta.get("feeds", "").split(",")), areas=areas,
        counts={tuple(row[:4]): Count(row[4], row[5]) for row in con.execute("SELECT measure, area_code, month, category, value, state FROM figure").fetchall()},
        projects=tuple(PublicProject(*row) for row in con.execute("SELECT * FROM project").fetchall()),
        money={(row[0], row[1], row[2]): row[3] for row in con.execute("SELECT area_code, year, direction, sum(amt) FROM fund_year GROUP BY 1, 2, 3").fetchall()},
        premises=tuple(Premise(*row) for row in con.execute("SELECT * FROM premise").fetchall()),
        volunteers={(row[0], row[1]): (row[2], row[3]) for row in con.execute("SELECT * FROM volunteer").fetchall()},
        dividends=tuple(Dividend(*row) for row in con.execute("SELECT * FROM dividend").fetchall()),
    )  # fmt: skip


def _months(first: str, last: str) -> tuple[str, ...]:
    found, (year, month) = [], map(int, first.split("-"))
    while (name := f"{year:04d}-{month:02d}") <= last:
        found.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(found)
