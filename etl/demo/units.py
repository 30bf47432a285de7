"""Units and their boundaries in the forms a city has them: GeoJSON, a GBK shapefile in a Gauss-Krüger zone, a workbook (单元与边界)."""

from pathlib import Path

import geopandas
import numpy as np
import shapely

from etl.demo.city import LEVELS, City
from etl.demo.names import CITY_CODE, CITY_NAME
from etl.demo.plan import PLANE
from etl.demo.sheets import Sheet

FOUNDED, SPLIT, UNTIL = "2023-03-01", "2026-07-01", "2026-06-30"  # grids drawn; some divided, the old ones in force to the day before
LEVEL_WORDS = {"district": "区", "street": "街道", "community": "社区", "compound": "小区", "micro": "微网格"}


def units(city: City) -> Sheet:
    """Attributes of all units. Households and people stand at the micro-grids; above, sums are left to the reader."""
    rng = city.rng("unit")
    code: list[str] = [CITY_CODE]
    name: list[str] = [CITY_NAME]
    level, parent, kind, tags = ["市"], [""], [""], [""]
    above = np.array([CITY_CODE], object)
    for one in LEVELS:
        code += city.code[one].tolist()
        name += city.name[one].tolist()
        level += [LEVEL_WORDS[one]] * city.n(one)
        parent += above[city.parent[one]].tolist()
        kind += np.where(city.is_exclusive, "专属", "一般").tolist() if one == "compound" else ["一般" if one == "micro" else ""] * city.n(one)
        tags += focus_tags(city).tolist() if one == "compound" else [""] * city.n(one)
        above = city.code[one]
    before = len(code) - city.n("micro")
    people = np.round(city.households * rng.normal(2.62, 0.22, city.n("micro"))).astype(int)
    young = np.round(people * np.clip(rng.normal(0.155, 0.03, len(people)), 0.04, 0.3)).astype(int)
    aged = np.round(people * np.clip(rng.normal(0.19, 0.04, len(people)) + 0.09 * city.is_old[city.parent["micro"]], 0.05, 0.5)).astype(int)
    blank = [None] * before
    sheet: dict[str, list] = {
        "unit_code": code, "name": name, "level": level, "parent_code": parent, "kind": kind,
        "households": blank + city.households.tolist(), "population": blank + people.tolist(), "pop_u18": blank + young.tolist(),
        "pop_60p": blank + aged.tolist(), "focus_tags": tags, "valid_from": [FOUNDED] * len(code), "valid_to": [None] * len(code),
    }  # fmt: skip
    for pair in splits(city):
        at = [before + micro for micro in pair]
        old = {name: values[at[0]] for name, values in sheet.items()}
        old |= {"unit_code": old_code(city, pair), "name": old_name(city, pair), "valid_to": UNTIL}
        old |= {name: sum(sheet[name][row] for row in at) for name in ("households", "population", "pop_u18", "pop_60p")}
        for row in at:
            sheet["valid_from"][row] = SPLIT
        for column, value in old.items():
            sheet[column].append(value)
    return {**sheet}


def splits(city: City) -> list[tuple[int, int]]:
    """Pairs of neighbouring micro-grids that were one until this summer (微网格调整): in about one compound of three hundred."""
    rng, rings, parent = city.rng("boundary"), city.plan.layers["micro"].rings, city.parent["micro"]
    pairs = np.flatnonzero(parent[1:] == parent[:-1]).tolist()
    neighbours = [at for at in pairs if len(set(rings[at]) & set(rings[at + 1])) >= 2]
    chosen: dict[int, int] = {}
    for at in rng.permutation(neighbours).tolist():
        chosen.setdefault(int(parent[at]), at)
        if len(chosen) == max(1, city.n("compound") // 300):
            break
    return sorted((at, at + 1) for at in chosen.values())


def old_code(city: City, pair: tuple[int, int]) -> str:
    """Numbers of micro-grids given up are not used again: the old one keeps one that no grid of today has."""
    return f"{city.code['compound'][city.parent['micro'][pair[0]]]}M9{city.code['micro'][pair[0]][-2:]}"


def old_name(city: City, pair: tuple[int, int]) -> str:
    first, second = sorted(int(city.code["micro"][at][-3:]) for at in pair)
    return f"{city.name['compound'][city.parent['micro'][pair[0]]]}{first}、{second}号微网格（调整前）"


def focus_tags(city: City) -> np.ndarray:
    """Focus kinds of old compounds: by name, by rim, by having no management."""
    tags = np.where(city.is_old, "老旧小区", "").astype(object)
    works = np.char.endswith(city.name["compound"].astype(str), "宿舍")
    tags[works & city.is_old] += "；厂矿生活区"
    tags[city.is_old & (city.mode == 5)] += "；三不管楼院"
    tags[city.is_old & (city.rim > 0.8) & (city.mode != 5)] += "；城乡结合部"
    tags[city.is_old & (city.rim < 0.35) & (city.quality < 0.55)] += "；棚户区"
    tags[city.is_old & (city.rim > 0.7) & (city.quality < 0.35)] += "；城中村"
    return tags


def write_geojson(path: Path, city: City, level: str) -> None:
    """Boundaries of one level with code and name, EPSG:4490."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = [f"[{x:.8f},{y:.8f}]" for x, y in zip(city.plan.lon.tolist(), city.plan.lat.tolist(), strict=True)]
    drawn = list(zip(city.plan.layers[level].rings, city.code[level], city.name[level], strict=True))
    if level == "micro":
        drawn += [(_outline(city, pair), old_code(city, pair), old_name(city, pair)) for pair in splits(city)]
    head = '{"type":"FeatureCollection","name":"%s","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},"features":[\n'
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head % LEVEL_WORDS[level])
        last = len(drawn) - 1
        for i, (ring, code, name) in enumerate(drawn):
            points = ",".join([text[v] for v in ring] + [text[ring[0]]])
            file.write(
                f'{{"type":"Feature","properties":{{"网格编码":"{code}","网格名称":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[{points}]]}}}}'
                + (",\n" if i < last else "\n")
            )
        file.write("]}\n")


def _outline(city: City, pair: tuple[int, int]) -> list[int]:
    """The ring around two neighbouring micro-grids: the edges that only one of them has, one after the other."""
    rings = [city.plan.layers["micro"].rings[at] for at in pair]
    edges = [set(zip(ring, [*ring[1:], ring[0]], strict=True)) for ring in rings]
    inner = {(b, a) for a, b in edges[0]} & edges[1]
    inner |= {(b, a) for a, b in inner}
    following = {a: b for a, b in edges[0] | edges[1] if (a, b) not in inner}
    start = min(following)
    ring = [start]
    while (at := following[ring[-1]]) != start:
        ring.append(at)
    return ring


def write_shapefile(path: Path, city: City, level: str) -> None:
    """Boundaries in CGCS2000 Gauss-Krüger metres, DBF in GBK without a .cpg, as survey offices hand them out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plan = city.plan
    rings = plan.layers[level].rings
    points = np.column_stack([plan.east, plan.north])
    shapes = [shapely.Polygon(points[ring]) for ring in rings]
    frame = geopandas.GeoDataFrame({"网格编码": city.code[level], "网格名称": city.name[level]}, geometry=shapes, crs=PLANE)
    # the DBF header holds the day of its last change, which must not be today
    frame.to_file(path, driver="ESRI Shapefile", encoding="GBK", engine="pyogrio", DBF_DATE_LAST_UPDATE="2026-10-31")
    path.with_suffix(".cpg").unlink(missing_ok=True)


def has_shape(city: City, level: str) -> bool:
    """Whether the plan drew this level itself; upper levels of small cities are the union of their children."""
    return level in city.plan.layers
