"""The public map (公示地图): simplified outlines of one area's parts and its premises, as one SVG. No tiles, no script, no point of any case."""

from collections.abc import Sequence
from html import escape
from math import cos, pi, radians, sin, sqrt

import shapely

from dashboard.public.view import PublicView
from dashboard.public.words import say
from etl.query.public_build import Premise, PublicArea, PublicBuild

WIDTH, LOWEST, HIGHEST, EDGE = 1000.0, 420.0, 900.0, 24.0
MOST_POINTS, FEW_POINTS = 500, 80
SMALL, LARGE = 23.0, 42.0  # letters beside a whole page; in a half column and on a phone (public.css)
NEAREST, MOST_STEPS, TURN = 12.0, 160, pi * (3 - sqrt(5))  # marks as far apart as they are wide; steps of the spiral, a golden angle each
# Kinds of premises that every city has keep their mark; others get the free ones by name, and when those are used up the last, a dot.
KINDS = ("党群服务中心", "事务服务中心", "文化活动中心", "生活服务中心", "卫生服务中心", "综治维稳中心", "警务室", "图书室", "调解室", "医疗站", "健身广场", "灯光球场", "邻里中心")
MARKS = (
    "M0-7L7 0 0 7-7 0Z", "M-6-6H6V6H-6Z", "M0-7L7 6H-7Z", "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0-6 0Z", "M-2-7H2V-2H7V2H2V7H-2V2H-7V-2H-2Z", "M0 7L7-6H-7Z",
    "M-7-3L0-8L7-3L4 6H-4Z", "M-7-4H7V4H-7Z", "M0-8L2.2-2.6 8-2.4 3.5 1.2 5 7 0 3.8-5 7-3.5 1.2-8-2.4-2.2-2.6Z", "M-7-4.5L-4.5-7 0-2.5 4.5-7 7-4.5 2.5 0 7 4.5 4.5 7 0 2.5-4.5 7-7 4.5-2.5 0Z",
    "M-7 0L-3.5-6.5H3.5L7 0 3.5 6.5H-3.5Z", "M-7 0A7 7 0 1 0 7 0A7 7 0 1 0-7 0ZM-3.5 0A3.5 3.5 0 1 1 3.5 0A3.5 3.5 0 1 1-3.5 0Z", "M-7 4A7 8 0 0 1 7 4Z", "M-6-7H6L1.5 0 6 7H-6L-1.5 0Z",
    "M-3-8H3V8H-3Z", "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0-4 0Z",
)  # fmt: skip
OTHER = len(MARKS) - 1


def marks_of(build: PublicBuild) -> dict[str, int]:
    """Kind of premise → number of its mark, the same on every map of the build."""
    found = {kind: no for no, kind in enumerate(KINDS)}
    free = iter(range(len(KINDS), OTHER))
    return found | {kind: next(free, OTHER) for kind in sorted({one.type for one in build.premises} - found.keys())}


def map_html(build: PublicBuild, view: PublicView, area: PublicArea, approval: str, premises: Sequence[Premise] = ()) -> str:
    """The map with its approval number at the lower left."""
    lang, parts = view.lang, build.divided(area.code) or [area]
    drawn = [part for part in parts if part.shape is not None]
    if not drawn:
        return f'<p class="gp-none gp-empty">{say("map_none", lang)}</p>'
    west, south, east, north = shapely.total_bounds([part.shape for part in drawn])
    squeeze = cos(radians((south + north) / 2))
    scale = min((WIDTH - 2 * EDGE) / max((east - west) * squeeze, 1e-9), (HIGHEST - 2 * EDGE) / max(north - south, 1e-9))
    height = max(LOWEST, (north - south) * scale + 2 * EDGE)
    left, top = (WIDTH - (east - west) * squeeze * scale) / 2, (height - (north - south) * scale) / 2

    def at(lon: float, lat: float) -> tuple[float, float]:
        return left + (lon - west) * squeeze * scale, top + (north - lat) * scale

    shapes, names = [], list[tuple[str, float, float]]()
    for part in drawn:
        path = "".join(_ring(ring, at) for polygon in shapely.get_parts(part.shape) for ring in (polygon.exterior, *polygon.interiors) if polygon.geom_type == "Polygon")
        body = f'<path d="{path}"><title>{escape(part.name)}</title></path>'
        is_link = part.code != area.code
        shapes.append(f'<a href="{escape(view.address(unit=part.code))}" aria-label="{escape(part.name)}">{body}</a>' if is_link else body)
        if part.lon is not None and part.lat is not None and _has_room(part, squeeze * scale):
            names.append((_short(part.name), *at(part.lon, part.lat)))
    points = [one for one in premises if one.lon is not None and one.lat is not None]
    size = 1.7 if len(points) <= FEW_POINTS else 1.25
    numbers, drawn_at = marks_of(build), _apart([at(one.lon or 0, one.lat or 0) for one in points] if len(points) <= MOST_POINTS else [], size * NEAREST)
    marks = "".join(_mark(one, numbers[one.type], *point, size) for one, point in zip(points, drawn_at, strict=False))
    alt = say("map_alt", lang, name=area.name, n=len(parts), p=len(points))
    said = say("approval", lang, n=approval) if approval else say("internal", lang)
    many = f'<p class="gp-note">{say("map_many" if len(points) > MOST_POINTS else "map_apart", lang)}</p>' if points else ""
    return (
        f'<figure class="gp-map"><svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(alt)}"><g class="land">{"".join(shapes)}</g>'
        f'<g class="marks">{marks}</g><g class="labels" aria-hidden="true">{_labels(names)}</g></svg><figcaption>{escape(said)}</figcaption>{many}</figure>'
    )


def marks_key(build: PublicBuild, numbers: dict[str, int]) -> str:
    """The legend: mark, kind, how many."""
    marks = marks_of(build)
    kinds = sorted(numbers, key=lambda kind: (marks[kind], kind))
    return "".join(
        f'<li><svg viewBox="-9 -9 18 18" class="gp-mark k{marks[kind]}" aria-hidden="true"><path fill-rule="evenodd" d="{MARKS[marks[kind]]}"/></svg>{escape(kind)}<b>{numbers[kind]:,}</b></li>' for kind in kinds
    )


def _apart(points: list[tuple[float, float]], nearest: float) -> list[tuple[float, float]]:
    """The points, each moved to the nearest free place on a spiral where another mark lies already: premises often share a building."""
    taken: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def is_free(x: float, y: float) -> bool:
        column, row = int(x // nearest), int(y // nearest)
        near = (one for i in (-1, 0, 1) for j in (-1, 0, 1) for one in taken.get((column + i, row + j), ()))
        return all((x - a) ** 2 + (y - b) ** 2 >= nearest**2 for a, b in near)

    placed = []
    for x, y in points:
        ways = ((x + nearest * 0.35 * sqrt(step) * cos(step * TURN), y + nearest * 0.35 * sqrt(step) * sin(step * TURN)) for step in range(MOST_STEPS))
        place = next((way for way in ways if is_free(*way)), (x, y))
        taken.setdefault((int(place[0] // nearest), int(place[1] // nearest)), []).append(place)
        placed.append(place)
    return placed


def _ring(ring: shapely.LinearRing, at) -> str:
    points = [at(x, y) for x, y in ring.coords]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z"


def _mark(one: Premise, no: int, x: float, y: float, size: float) -> str:
    return f'<path class="k{no}" fill-rule="evenodd" transform="translate({x:.1f} {y:.1f}) scale({size:g})" d="{MARKS[no]}"><title>{escape(one.name)} · {escape(one.type)}</title></path>'


def _labels(names: Sequence[tuple[str, float, float]]) -> str:
    """Names none of which lies over another: those that only fit in small letters are marked, the style hides them where letters are large."""
    small, large = _placed(names, SMALL), _placed(names, LARGE)
    looks = ["" if no in large else ' class="tight"' for no in range(len(names))]
    return "".join(f'<text x="{x:.0f}" y="{y:.0f}"{looks[no]}>{escape(name)}</text>' for no, (name, x, y) in enumerate(names) if no in small | large)


def _placed(names: Sequence[tuple[str, float, float]], size: float) -> set[int]:
    """Which names find room in letters of that size, one after the other; Latin letters are half as wide as Chinese ones."""
    taken: list[tuple[float, float, float, float]] = []
    found = set()
    for no, (name, x, y) in enumerate(names):
        half = size * sum(0.56 if letter.isascii() else 1 for letter in name) / 2
        box = (x - half, y - size * 0.6, x + half, y + size * 0.6)
        if all(box[0] >= b[2] or b[0] >= box[2] or box[1] >= b[3] or b[1] >= box[3] for b in taken):
            taken.append(box)
            found.add(no)
    return found


def _has_room(part: PublicArea, scale: float) -> bool:
    assert part.shape is not None
    west, _, east, _ = part.shape.bounds
    return (east - west) * scale > 15 * len(_short(part.name))


def _short(name: str) -> str:
    """桂屏街道 → 桂屏: on the map the kind is plain."""
    for tail in ("街道办事处", "街道", "社区居委会", "社区"):
        if name.endswith(tail) and len(name) > len(tail) + 1:
            return name.removesuffix(tail)
    return name
