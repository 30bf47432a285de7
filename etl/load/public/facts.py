"""What is public by rule and exact (公示事项): grids, projects, money, premises, activities, dividends. No person is named in any of it."""

from bisect import bisect_left, bisect_right
from datetime import date
from typing import Any

import duckdb
import shapely

from etl.load.public.cells import Area
from etl.model.indicators.funds import CHAIN
from etl.query.masking import mask_payee, mask_place, mask_text

Rows = list[tuple[Any, ...]]
FINEST = 1 / 400  # of the city's width: how far a public outline may lie from the true one
CHARTER = ("streets", "street"), ("communities", "community"), ("compounds", "compound"), ("micros", "micro")


def areas(con: duckdb.DuckDBPyConnection, told: list[Area], data_date: date) -> Rows:
    """area: numbers of grids in force and a simplified outline; neighbours keep their common edges."""
    in_force = "(valid_from IS NULL OR valid_from <= $1) AND (valid_to IS NULL OR valid_to >= $1)"
    numbers = con.execute(f"SELECT unit_no, level FROM w.unit WHERE {in_force} ORDER BY unit_no", [data_date]).fetchall()
    by_level = {level: [no for no, of in numbers if of == level] for _, level in CHARTER}
    outlines = _outlines(con, told)
    rows: Rows = []
    for area in told:
        counts = [_between(by_level[level], area.unit_no, area.last_no) for _, level in CHARTER]
        shape = outlines.get(area.code)
        at = None if shape is None else shape.representative_point()
        rows.append((area.code, area.parent, area.level, area.name, *counts, at.x if at else None, at.y if at else None, shapely.to_wkb(shape) if shape is not None else None))
    return rows


def _between(numbers: list[int], first: int, last: int) -> int:
    return bisect_right(numbers, last) - bisect_left(numbers, first)


def _outlines(con: duckdb.DuckDBPyConnection, told: list[Area]) -> dict[str, shapely.Geometry]:
    """Outlines of the finest areas, simplified together, and of the coarser ones as their unions."""
    shapes = {no: shapely.from_wkb(bytes(wkb)) for no, wkb in con.execute("SELECT unit_no, geom FROM w.unit WHERE geom IS NOT NULL AND level IN ('city', 'district', 'street', 'community')").fetchall()}
    children: dict[str, list[Area]] = {}
    for area in told:
        children.setdefault(area.parent, []).append(area)
    leaves = [area for area in told if area.code not in children]
    found: dict[str, shapely.Geometry] = {}
    known = []
    for area in leaves:
        shape = shapes.get(area.unit_no)
        if shape is None:
            below = con.execute("SELECT geom FROM w.unit WHERE unit_no BETWEEN ? AND ? AND geom IS NOT NULL AND level = 'micro'", [area.unit_no, area.last_no]).fetchall()
            shape = shapely.union_all([shapely.make_valid(shapely.from_wkb(bytes(wkb))) for (wkb,) in below]) if below else None
        if shape is not None and not shape.is_empty:
            known.append((area.code, shapely.make_valid(shape)))
    if known:
        outline = [shape for _, shape in known]
        west, _, east, _ = shapely.total_bounds(outline)
        simple = shapely.coverage_simplify(outline, (east - west) * FINEST / 4) if shapely.coverage_is_valid(outline) else shapely.simplify(outline, (east - west) * FINEST / 8)
        found = {code: shape if not shape.is_empty else whole for (code, whole), shape in zip(known, simple, strict=True)}
    for area in reversed(told):
        if area.code in children:
            inside = [found[child.code] for child in children[area.code] if child.code in found]
            if inside:
                found[area.code] = shapely.union_all([shapely.make_valid(shape) for shape in inside])
            elif (own := shapes.get(area.unit_no)) is not None:
                found[area.code] = own
    return found


def projects(con: duckdb.DuckDBPyConnection, told: list[Area]) -> Rows:
    """project: 公示 of every fund project, first those somebody has taken on, the newest step first; texts once more without anything personal."""
    paid = "SELECT project_id, sum(CASE direction WHEN 'expense' THEN amt WHEN 'refund' THEN -amt ELSE 0 END) AS paid FROM w.fund_ledger WHERE project_id IS NOT NULL GROUP BY 1"
    steps = ", ".join(f"t.{name}" for name in CHAIN)
    rows = con.execute(
        f"SELECT t.project_id, p.area, t.name, t.fund, t.theme, t.target_group, t.provider, t.approved_amt, t.contract_amt, l.paid, t.published_on, t.accepted_on, "
        f"t.appraisal_score, least({steps}), [{steps}] FROM w.fund_project t JOIN public_place p ON p.unit_no = t.unit_no "
        f"LEFT JOIN ({paid}) l ON l.project_id = t.project_id ORDER BY t.provider IS NULL, greatest({steps}) DESC NULLS LAST, t.project_id"
    ).fetchall()
    return [
        (
            mask_text(number), told[area].code, mask_text(name), fund, mask_text(theme), mask_text(group), mask_payee(mask_text(provider)), _stage(dates),
            approved, contract, paid_amt, started, published, accepted, score,
        )
        for number, area, name, fund, theme, group, provider, approved, contract, paid_amt, published, accepted, score, started, dates in rows
    ]  # fmt: skip


def _stage(dates: list[date | None]) -> str:
    return next((name for name, day in zip(reversed(CHAIN), reversed(dates), strict=True) if day is not None), CHAIN[0])


def fund_years(con: duckdb.DuckDBPyConnection, told: list[Area]) -> Rows:
    """fund_year: sums of the ledger by area (with everything below it), year, fund and direction."""
    rows = con.execute("SELECT p.area, t.year, t.fund, t.direction, sum(t.amt) FROM w.fund_ledger t JOIN public_place p ON p.unit_no = t.unit_no GROUP BY 1, 2, 3, 4").fetchall()
    above = {area.code: area.parent for area in told}
    sums: dict[tuple[str, int, str, str], Any] = {}
    for position, year, fund, direction, amt in rows:
        code = told[position].code
        while code:
            sums[code, year, fund, direction] = sums.get((code, year, fund, direction), 0) + amt
            code = above[code]
    return [(*key, amt) for key, amt in sorted(sums.items(), key=lambda item: item[0])]


def premises(con: duckdb.DuckDBPyConnection, told: list[Area]) -> Rows:
    rows = con.execute(
        "SELECT t.name, t.type, p.area, t.area_m2, t.lon, t.lat FROM w.facility t JOIN public_place p ON p.unit_no = t.unit_no ORDER BY p.area, t.type, t.name"
    ).fetchall()
    return [(mask_text(name), mask_text(kind), told[area].code, size, lon, lat) for name, kind, area, size, lon, lat in rows]


def volunteers(con: duckdb.DuckDBPyConnection, told: list[Area], months: list[str], is_told: set[tuple[str, str]]) -> Rows:
    """volunteer: activities and whole hours by area over the period and by month of the city; hours only where (area, month) is told."""
    rows = con.execute(
        "SELECT p.area, strftime(held_on, '%Y-%m'), count(*), sum(hours) FROM w.service_log t JOIN public_place p ON p.unit_no = t.unit_no "
        "WHERE strftime(held_on, '%Y-%m') BETWEEN ? AND ? GROUP BY 1, 2",
        [months[0], months[-1]],
    ).fetchall()
    above = {area.code: area.parent for area in told}
    sums: dict[tuple[str, str], tuple[int, float]] = {}
    for position, month, n, hours in rows:
        code = told[position].code
        while code:
            for key in ((code, ""), (code, month)) if not above[code] else ((code, ""),):
                before = sums.get(key, (0, 0.0))
                sums[key] = before[0] + int(n), before[1] + float(hours or 0)
            code = above[code]
    return [(code, month, n, round(hours) if (code, month) in is_told else None) for (code, month), (n, hours) in sorted(sums.items())]


def dividends(con: duckdb.DuckDBPyConnection, told: list[Area]) -> Rows:
    """dividend: only what the owners voted and what was published."""
    rows = con.execute(
        "SELECT c.name, p.area, t.period, t.amt, t.amt / nullif(t.basis_m2, 0), t.voted_on FROM w.compound_revenue t JOIN w.compound c ON c.compound_id = t.compound_id "
        "JOIN public_place p ON p.unit_no = t.unit_no WHERE t.direction = 'dividend' AND t.voted_on IS NOT NULL AND t.published_on IS NOT NULL ORDER BY t.period DESC, t.amt DESC, 1"
    ).fetchall()
    return [(mask_place(name), told[area].code, period, amt, float(rate) if rate is not None else None, voted) for name, area, period, amt, rate, voted in rows]
