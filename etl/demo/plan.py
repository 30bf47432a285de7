"""The city plan (城市平面): an old centre, a ring road, a river, sectors outwards; districts down to micro-grids."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pyproj import Transformer

from etl.demo.scales import Scale
from etl.demo.shapes import Mesh

CENTRE = (105.3, 31.2)  # lon, lat: hilly country, no city stands here
PLANE = "EPSG:4544"  # CGCS2000, 3-degree Gauss-Krüger zone around 105°E, metres
ARC_STEPS = 4  # corners of the outer arc per sector


@dataclass(frozen=True)
class Layer:
    """Cells of one level: ring of vertex numbers each, and the position of the parent in the layer above."""

    rings: list[list[int]]
    parent: np.ndarray


@dataclass(frozen=True)
class Plan:
    """All levels; vertex coordinates in EPSG:4490 degrees (rounded to 1e-8) and in metres of `PLANE`."""

    layers: dict[str, Layer]
    is_exclusive: np.ndarray  # per compound: 专属网格, which holds no micro-grids
    lon: np.ndarray
    lat: np.ndarray
    east: np.ndarray
    north: np.ndarray
    rim: np.ndarray  # per vertex: 0 centre … 1 rim


def make_plan(scale: Scale, rng: np.random.Generator) -> Plan:
    """Subdivide the outline down to the numbers of `scale`."""
    mesh = Mesh()
    tops = _sectors(mesh, scale, rng)
    sizes = _sizes(scale, len(tops), rng)
    layers: dict[str, Layer] = {}
    rings, parents = tops, np.arange(len(tops))
    names = scale.levels
    layers[names[0]] = Layer(rings, np.zeros(len(rings), int))
    turns = [0.35 + float(rng.normal(0, 0.18)) for _ in rings]
    exclusive = np.zeros(0, bool)
    for depth, name in enumerate(names[1:]):
        counts, weights, flags = sizes[depth]
        child_rings: list[list[int]] = []
        child_turns: list[float] = []
        at = 0
        wobble = (0.16, 0.10, 0.06, 0.025)[depth + 4 - len(names[1:])]
        for i, ring in enumerate(rings):
            if counts[i]:
                cells = mesh.divide(ring, weights[at : at + counts[i]], turns[i], wobble, rng)
                child_rings += cells
                child_turns += [turns[i] + float(rng.normal(0, wobble)) for _ in cells]
                at += counts[i]
        parents = np.repeat(np.arange(len(rings)), counts)
        rings, turns = child_rings, child_turns
        layers[name] = Layer(rings, parents)
        if name == "compound":
            exclusive = flags
    layers = {name: Layer([mesh.expand(ring) for ring in layer.rings], layer.parent) for name, layer in layers.items()}
    lon, lat, east, north, rim = _warp(mesh, scale, rng)
    return Plan(layers, exclusive, lon, lat, east, north, rim)


def _sectors(mesh: Mesh, scale: Scale, rng: np.random.Generator) -> list[list[int]]:
    """Top cells: pieces of the centre and of each ring; the river is the line y = 0, whose two banks are separate vertices."""
    cells: list[list[int]] = []
    total = sum(sum(ring) for ring in scale.rings)
    for side in (1, -1):
        if not any(ring[0 if side > 0 else 1] for ring in scale.rings):
            continue
        lower: list[int] = []
        done = 0
        for k, ring in enumerate(scale.rings):
            done += sum(ring)
            radius = math.sqrt(done / total)
            count = ring[0 if side > 0 else 1]
            steps = ARC_STEPS * (count if k else 2)
            angles = [math.pi * i / steps * side for i in range(steps + 1)]
            angles = [angles[0], *(a + float(rng.normal(0, 0.2 / steps)) for a in angles[1:-1]), angles[-1]]
            bumps = np.convolve(rng.normal(0, 0.035, steps + 3), np.ones(3) / 2, "valid")
            upper = [mesh.add(radius * r * math.cos(a), radius * r * math.sin(a), side) for a, r in zip(angles, 1 + bumps, strict=True)]
            if k == 0:
                outline = upper if side > 0 else upper[::-1]
                cells += mesh.divide(outline, [1.0] * count, 0.3, 0.12, rng)
            else:
                cells += _ring_cells(mesh, lower, upper, side)
            lower = upper
    return cells


def _ring_cells(mesh: Mesh, lower: list[int], upper: list[int], side: int) -> list[list[int]]:
    """Quadrilaterals between two arcs; corners of the outer arc meet the inner arc where their ray crosses it."""
    arc = [math.atan2(mesh.y[v], mesh.x[v]) * side % (2 * math.pi) for v in lower]
    arc[0], arc[-1] = 0.0, math.pi
    feet = [lower[0]]
    for v in upper[ARC_STEPS:-1:ARC_STEPS]:
        angle = math.atan2(mesh.y[v], mesh.x[v]) * side
        i = max(j for j in range(len(arc) - 1) if arc[j] <= angle)
        feet.append(_foot(mesh, lower[i], lower[i + 1], v))
    feet.append(lower[-1])
    closed = mesh.expand(lower + lower[-2:0:-1])
    path = closed[: closed.index(lower[-1]) + 1]
    cells = []
    for i, (foot, next_foot) in enumerate(pairwise(feet)):
        base = path[path.index(foot) : path.index(next_foot) + 1]
        arc_out = upper[i * ARC_STEPS : (i + 1) * ARC_STEPS + 1]
        ring = [*base[::-1], *arc_out]
        cells.append(ring if side > 0 else ring[::-1])
    return cells


def _foot(mesh: Mesh, a: int, b: int, v: int) -> int:
    ax, ay, bx, by, vx, vy = mesh.x[a], mesh.y[a], mesh.x[b], mesh.y[b], mesh.x[v], mesh.y[v]
    share = (ax * vy - ay * vx) / ((ax - bx) * vy - (ay - by) * vx)
    while (middle := mesh.split.get((a, b) if a < b else (b, a))) is not None:
        whole = math.hypot(bx - ax, by - ay)
        part = math.hypot(mesh.x[middle] - ax, mesh.y[middle] - ay) / whole
        if share < part:
            b, share = middle, share / part
        else:
            a, share = middle, (share - part) / (1 - part)
        ax, ay, bx, by = mesh.x[a], mesh.y[a], mesh.x[b], mesh.y[b]
    return mesh.edge_point(a, b, share)


def share_out(total: int, n: int, least: int, spread: float, rng: np.random.Generator) -> np.ndarray:
    """`n` whole numbers of at least `least` that add up to `total`, scattered by `spread` (0 = even)."""
    weight = np.exp(rng.normal(0, spread, n))
    free = total - least * n
    exact = np.cumsum(weight / weight.sum() * free)
    return np.diff(np.concatenate([[0], np.round(exact).astype(int)])) + least


def _sizes(scale: Scale, tops: int, rng: np.random.Generator) -> list[tuple[np.ndarray, list[float], np.ndarray]]:
    """Per level below the top: children of each parent, and each child's weight (which its area follows)."""
    counts: list[np.ndarray] = []
    n = tops
    for name in scale.levels[1:-2]:
        total = scale.numbers[name]
        counts.append(share_out(total, n, max(2, int(total / n * 0.6)), 0.18, rng))
        n = total
    compounds = scale.numbers["compound"]
    per_community = share_out(compounds, n, max(4, int(compounds / n * 0.55)), 0.3, rng)
    exclusive = rng.random(compounds) < 0.055
    exclusive[np.concatenate([[0], np.cumsum(per_community)[:-1]])] = False
    exclusive[int(per_community[0]) - 1] = True
    micros = np.zeros(compounds, int)
    micros[~exclusive] = share_out(scale.numbers["micro"], int((~exclusive).sum()), 1, 0.55, rng)
    weight = np.where(exclusive, rng.choice([1.5, 2.5, 4.0, 9.0], compounds, p=[0.35, 0.3, 0.2, 0.15]), micros + 0.4)
    counts += [per_community, micros]
    weights: list[np.ndarray] = [np.exp(rng.normal(0, 0.25, scale.numbers["micro"])), weight]
    below = weight
    for parent_counts in reversed(counts[:-1]):
        below = np.add.reduceat(below, np.concatenate([[0], np.cumsum(parent_counts)[:-1]]))
        weights.append(below)
    weights = weights[::-1][1:]
    return [(c, [float(v) for v in w], exclusive) for c, w in zip(counts, weights, strict=True)]


def _warp(mesh: Mesh, scale: Scale, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bend the abstract plane: dense centre and wide rim, meandering river, streets that are never quite straight."""
    x, y, side = np.array(mesh.x), np.array(mesh.y), np.array(mesh.side)
    r = np.hypot(x, y)
    grow = scale.core + (1 - scale.core) * r**0.95
    x, y = x * grow * scale.radius_m, y * grow * scale.radius_m
    half = scale.river_m / 2 * (1 + 0.35 * np.sin(x / (9 * scale.river_m) + 1.0))
    y = y + side * half * np.exp(-np.abs(y) / (4 * half))
    wave = 2.4 * scale.radius_m
    while wave > 350:
        for _ in range(2):
            a, p, q = rng.uniform(0, 2 * math.pi, 3)
            along = (x * math.cos(a) + y * math.sin(a)) * 2 * math.pi / wave
            dx, dy = 0.017 * wave * np.sin(along + p), 0.017 * wave * np.sin(along + q)
            x, y = x + dx, y + dy
        wave /= 1.9
    turn = math.radians(19)
    to_plane = Transformer.from_crs("EPSG:4490", PLANE, always_xy=True)
    to_degrees = Transformer.from_crs(PLANE, "EPSG:4490", always_xy=True)
    east, north = to_plane.transform(*CENTRE)
    px, py = east + x * math.cos(turn) - y * math.sin(turn), north + x * math.sin(turn) + y * math.cos(turn)
    lon, lat = (np.round(v, 8) for v in to_degrees.transform(px, py))
    px, py = to_plane.transform(lon, lat)
    return lon, lat, px, py, np.minimum(r, 1.0)
