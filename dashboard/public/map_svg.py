"""The public map (公示地图): simplified outlines of one area's parts and its premises, as one SVG. No tiles, no script, no point of any case."""

from collections.abc import Sequence
from html import escape
from math import cos, radians

import shapely

from dashboard.public.view import PublicView
from dashboard.public.words import say
from etl.query.public_build import Premise, PublicArea, PublicBuild

WIDTH, LOWEST, HIGHEST, EDGE = 1000.0, 420.0, 900.0, 24.0
MOST_POINTS, FEW_POINTS = 500, 80
# kind of premise → class of its mark; others share the last
KINDS = ("党群服务中心", "事务服务中心", "文化活动中心", "生活服务中心", "卫生服务中心", "综治维稳中心", "警务室", "图书室")
MARKS = ("M0-7L7 0 0 7-7 0Z", "M-6-6H6V6H-6Z", "M0-7L7 6H-7Z", "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0-6 0Z", "M-2-7H2V-2H7V2H2V7H-2V2H-7V-2H-2Z", "M0 7L7-6H-7Z", "M-7-3L0-8L7-3L4 6H-4Z", "M-7-5H7V5H-7Z", "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0-4 0Z")


def kind_no(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


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

    shapes, labels = [], []
    for part in drawn:
        path = "".join(_ring(ring, at) for polygon in shapely.get_parts(part.shape) for ring in (polygon.exterior, *polygon.interiors) if polygon.geom_type == "Polygon")
        body = f'<path d="{path}"><title>{escape(part.name)}</title></path>'
        is_link = part.code != area.code
        shapes.append(f'<a href="{escape(view.address(unit=part.code))}" aria-label="{escape(part.name)}">{body}</a>' if is_link else body)
        if part.lon is not None and part.lat is not None and _has_room(part, squeeze * scale):
            x, y = at(part.lon, part.lat)
            labels.append(f'<text x="{x:.0f}" y="{y:.0f}">{escape(_short(part.name))}</text>')
    points = [one for one in premises if one.lon is not None and one.lat is not None]
    size = 1.7 if len(points) <= FEW_POINTS else 1.25
    marks = "".join(_mark(one, *at(one.lon or 0, one.lat or 0), size) for one in points) if len(points) <= MOST_POINTS else ""
    alt = say("map_alt", lang, name=area.name, n=len(parts), p=len(points))
    said = say("approval", lang, n=approval) if approval else say("internal", lang)
    many = f'<p class="gp-note">{say("map_many", lang)}</p>' if len(points) > MOST_POINTS else ""
    return (
        f'<figure class="gp-map"><svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(alt)}"><g class="land">{"".join(shapes)}</g>'
        f'<g class="marks">{marks}</g><g class="labels" aria-hidden="true">{"".join(labels)}</g></svg><figcaption>{escape(said)}</figcaption>{many}</figure>'
    )


def marks_key(premises: Sequence[Premise], numbers: dict[str, int]) -> str:
    """The legend: mark, kind, how many."""
    kinds = sorted(numbers, key=lambda kind: (kind_no(kind), kind))
    return "".join(
        f'<li><svg viewBox="-9 -9 18 18" class="gp-mark k{kind_no(kind)}" aria-hidden="true"><path d="{MARKS[kind_no(kind)]}"/></svg>{escape(kind)}<b>{numbers[kind]:,}</b></li>' for kind in kinds
    )


def _ring(ring: shapely.LinearRing, at) -> str:
    points = [at(x, y) for x, y in ring.coords]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z"


def _mark(one: Premise, x: float, y: float, size: float) -> str:
    no = kind_no(one.type)
    return f'<path class="k{no}" transform="translate({x:.1f} {y:.1f}) scale({size:g})" d="{MARKS[no]}"><title>{escape(one.name)} · {escape(one.type)}</title></path>'


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
