"""Units of all six levels (网格单元) with codes, names, households and geometry, from the city plan."""

import numpy as np
import pandas as pd
import shapely

from etl.demo_city import names
from etl.demo_city.plan import Layer, Plan
from etl.demo_city.scales import Scale

ORDER = ("district", "street", "community", "compound", "micro")


def make_units(plan: Plan, scale: Scale, rng: np.random.Generator) -> pd.DataFrame:
    """One row per unit, coarse to fine; `parent_at` is the row of the parent. Geometry in EPSG:4490; city and district are unions."""
    layers = [plan.layers.get(level, Layer([], np.zeros(1, int))) for level in ORDER]
    first = next(i for i, layer in enumerate(layers) if layer.rings)
    shapes = [_polygons(plan, layer) if layer.rings else np.array([None], dtype=object) for layer in layers]
    parents = [np.asarray(layer.parent) for layer in layers]
    for depth in range(first - 1, -1, -1):
        shapes[depth] = np.array([shapely.coverage_union_all(shapes[depth + 1])], dtype=object)
    if first == 0:
        shapes[0] = np.array([shapely.union_all(part) if part.geom_type != "Polygon" else part for part in shapes[0]], dtype=object)
    rims = [_rims(plan, layer) if layer.rings else np.zeros(1) for layer in layers]
    rim_street = rims[1] if first <= 1 else rims[2]
    years = _years(rims[3], rng)
    labels = _names(parents, years, plan.is_exclusive, rng)
    codes = _codes(parents, plan.is_exclusive)
    quality = _quality(shapes, parents, rng)
    frames = [pd.DataFrame({"code": [names.CITY_CODE], "name": [names.CITY], "level": "city", "parent_code": "", "parent_at": -1, "rim": 0.0,
                            "quality": 0.5, "geometry": [shapely.coverage_union_all(shapes[0])]})]  # fmt: skip
    at = 0
    for depth, level in enumerate(ORDER):
        above = frames[-1]
        parent = parents[depth]
        frames.append(pd.DataFrame({
            "code": codes[depth], "name": labels[depth], "level": level, "parent_code": above["code"].to_numpy()[parent], "parent_at": parent + at,
            "rim": rims[depth], "quality": quality[depth], "geometry": shapes[depth],
        }))  # fmt: skip
        at += len(above)
    units = pd.concat(frames, ignore_index=True)
    units["kind"] = np.where(units.code.str.contains("X"), "专属", "一般")
    units["built_year"] = 0
    units.loc[units.level == "compound", "built_year"] = np.where(plan.is_exclusive, 0, years)
    _people(units, rng)
    units["focus_tags"] = _focus(units, rim_street.size, rng)
    return units


def _polygons(plan: Plan, layer: Layer) -> np.ndarray:
    flat = np.concatenate([np.asarray(ring + ring[:1]) for ring in layer.rings])
    owner = np.repeat(np.arange(len(layer.rings)), [len(ring) + 1 for ring in layer.rings])
    rings = shapely.linearrings(np.column_stack([plan.lon[flat], plan.lat[flat]]), indices=owner)
    return shapely.polygons(rings)


def _rims(plan: Plan, layer: Layer) -> np.ndarray:
    starts = np.cumsum([0] + [len(ring) for ring in layer.rings[:-1]])
    flat = np.concatenate([np.asarray(ring) for ring in layer.rings])
    return np.add.reduceat(plan.rim[flat], starts) / np.diff(np.append(starts, len(flat)))


def _years(rim: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Building year per compound: old in the centre, new at the rim, with both everywhere."""
    return np.clip(1986 + 28 * rim + rng.normal(0, 9, rim.size), 1968, 2024).astype(int)


def _names(parents: list[np.ndarray], years: np.ndarray, exclusive: np.ndarray, rng: np.random.Generator) -> list[list[str]]:
    community = names.communities(parents[2], rng)
    stems = np.array([name.removesuffix("社区") for name in community], dtype=object)
    compound = names.compounds(parents[3], years, exclusive, stems[parents[3]], rng)
    return [names.districts(len(parents[0])), names.streets(len(parents[1]), rng), community, compound, _micro_names(parents[4], rng)]


def _micro_names(parent: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Named by the buildings they hold, numbered on through the compound: 1栋, 2—3栋 …"""
    held = rng.choice([1, 2, 3], parent.size, p=[0.6, 0.3, 0.1])
    last = np.cumsum(held)
    starts = np.flatnonzero(np.diff(parent, prepend=-1) != 0)
    last -= np.repeat(last[starts] - held[starts], np.diff(np.append(starts, parent.size)))
    return [f"{b}栋" if n == 1 else f"{b - n + 1}—{b}栋" for b, n in zip(last.tolist(), held.tolist(), strict=True)]


def _codes(parents: list[np.ndarray], exclusive: np.ndarray) -> list[np.ndarray]:
    """District 6, street 9, community 12 digits, compound + G/X and 3, micro + M and 3 digits; numbered from 1 within the parent."""
    out = []
    above = np.array([names.CITY_CODE[:4]], dtype=object)
    for depth, parent in enumerate(parents):
        if depth == 3:
            number = pd.Series(parent * 2 + exclusive).groupby(parent * 2 + exclusive).cumcount() + 1
            tails = [f"{'X' if x else 'G'}{n:03d}" for x, n in zip(exclusive, number, strict=True)]
        else:
            number = pd.Series(parent).groupby(parent).cumcount() + 1
            tails = [("M%03d" if depth == 4 else "%02d" if depth == 0 else "%03d") % n for n in number]
        above = above[parent] + np.array(tails, dtype=object)
        out.append(above)
    return out


def _quality(shapes: list[np.ndarray], parents: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """How well a unit works: long waves over the map per street (per community when there is one street), little of its own below."""
    base = 1 if len(shapes[1]) > 1 else 2
    centre = shapely.get_coordinates(shapely.centroid(shapes[base]))
    centre = (centre - centre.mean(0)) / np.maximum(centre.std(0), 1e-9)
    turn = rng.uniform(0, 2 * np.pi, 4)
    wave = np.sin(1.1 * centre[:, 0] + turn[0]) + np.sin(1.2 * centre[:, 1] + turn[1]) + 0.6 * np.sin(centre.sum(1) + turn[2]) + rng.normal(0, 0.25, len(centre))
    spread = np.argsort(np.argsort(wave)) / max(len(wave) - 1, 1)
    levels: list[np.ndarray] = [np.full(len(shapes[0]), 0.5), np.full(len(shapes[1]), 0.5)]
    levels = levels[:base] + [0.06 + 0.88 * spread]
    for depth in range(base + 1, 5):
        levels.append(np.clip(levels[-1][parents[depth]] + rng.normal(0, 0.06, parents[depth].size), 0.01, 0.99))
    if base == 1 and len(shapes[0]) > 1:
        levels[0] = np.bincount(parents[1], levels[1]) / np.bincount(parents[1])
    return levels


def _people(units: pd.DataFrame, rng: np.random.Generator) -> None:
    """Households per micro-grid, about one in eight outside 30–100; people from them; sums above."""
    micro = (units.level == "micro").to_numpy()
    n = int(micro.sum())
    usual = np.clip(rng.normal(62, 16, n), 31, 99)
    kind = rng.random(n)
    hh = np.where(kind < 0.07, rng.integers(101, 168, n), np.where(kind < 0.12, rng.integers(9, 30, n), usual)).astype(int)
    up = units.parent_at.to_numpy()
    year = units.built_year.to_numpy()[up[micro]]
    population = (hh * rng.normal(2.45, 0.22, n).clip(1.8, 3.2)).astype(int)
    old_share = np.where(year < 2000, 0.31, 0.19) * rng.normal(1, 0.15, n).clip(0.5, 1.5)
    young_share = np.where(year < 2000, 0.11, 0.18) * rng.normal(1, 0.15, n).clip(0.5, 1.5)
    own = {"households": hh, "population": population, "pop_u18": (population * young_share).astype(int), "pop_60p": (population * old_share).astype(int)}
    for column, values in own.items():
        total = np.zeros(len(units), int)
        total[micro] = values
        for level in ("micro", *ORDER[-2::-1]):
            rows = np.flatnonzero((units.level == level).to_numpy())
            np.add.at(total, up[rows], total[rows])
        units[column] = total


def _focus(units: pd.DataFrame, streets: int, rng: np.random.Generator) -> list[list[str]]:
    """Kinds of focus area (重点类型) of compounds and of communities at the edge."""
    tags: list[list[str]] = []
    edge = units.rim[units.level == "community"].quantile(0.85) if streets > 1 else 2.0
    draw = rng.random(len(units))
    for level, name, kind, year, rim, chance in zip(units.level, units.name, units.kind, units.built_year, units.rim, draw, strict=True):
        mine: list[str] = []
        if level == "community" and rim > edge and chance < 0.7:
            mine = ["城乡结合部"]
        elif level == "compound" and kind == "一般":
            works = name.endswith(("宿舍", "家属院", "生活区", "大院"))
            chances = {
                "老旧小区": year < 2000 and chance < 0.8, "厂矿生活区": works and chance < 0.5, "三不管楼院": year < 1996 and 0.5 < chance < 0.6,
                "棚户区": year < 1988 and 0.6 < chance < 0.66, "城中村": rim > 0.6 and year < 2006 and 0.7 < chance < 0.8,
            }  # fmt: skip
            mine = [tag for tag, holds in chances.items() if holds]
        tags.append(mine)
    return tags
