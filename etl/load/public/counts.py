"""The public counts read from a build (公开计数的读取): cases by area, month and class; volunteers, stewards and services."""

from datetime import date, timedelta

import duckdb
import pandas as pd

from etl.load.public.cells import AREA_LEVELS, CASE_MEASURES, PART_OF, Area, Cells, Key, month_levels, places, read_areas, whole_months
from etl.model.taxonomy import BY_CODE


def read_cells(con: duckdb.DuckDBPyConnection, schema: str, data_date: date) -> Cells:
    """Every count that the build attached as `schema` may tell."""
    areas, months = read_areas(con, schema, data_date), whole_months(data_date)
    cells = Cells(window=f"{months[0]}/{months[-1]}")
    con.register("public_place", places(areas))
    feeds = {feed for (feed,) in con.execute(f"SELECT feed FROM {schema}.meta_feed").fetchall()}
    if "case" in feeds:
        _cases(con, schema, cells, areas, months, data_date)
    if "service_log" in feeds:
        held = f"FROM {schema}.service_log t JOIN public_place p ON p.unit_no = t.unit_no WHERE strftime(held_on, '%Y-%m') BETWEEN $1 AND $2"
        _simple(con, cells, areas, months, "participants", f"SELECT p.area, strftime(held_on, '%Y-%m'), sum(participants) {held} GROUP BY 1, 2")
    if "grid_staff" in feeds:
        rows = con.execute(
            f"SELECT p.area, '', count(*) FROM {schema}.grid_staff t JOIN public_place p ON p.unit_no = t.unit_no WHERE role = 'steward' "
            "AND (start_on IS NULL OR start_on <= $1) AND (end_on IS NULL OR end_on >= $1) GROUP BY 1, 2",
            [data_date],
        ).fetchall()
        _tree(cells, areas, "stewards", AREA_LEVELS, _rolled(areas, pd.DataFrame(rows, columns=["area", "month", "n"])))
    if "service_stat" in feeds and areas:
        _services(con, schema, cells, areas[0].code, months)
    con.unregister("public_place")
    return cells


def _rolled(areas: list[Area], frame: pd.DataFrame) -> dict[tuple[str, str], int]:
    """(area code, month) → sum over the area and everything below; `frame` has area (position), month, n."""
    above = {area.code: area.parent for area in areas}
    found: dict[tuple[str, str], int] = {}
    for position, month, n in zip(*(frame[name].tolist() for name in ("area", "month", "n")), strict=True):
        code = areas[int(position)].code
        while code:
            found[code, month] = found.get((code, month), 0) + int(n or 0)
            code = above[code]
    return found


def _tree(
    cells: Cells, areas: list[Area], measure: str, levels: tuple[str, ...], counts: dict[tuple[str, str], int], month: str = "", category: str = ""
) -> None:
    """Cells of one month and class over the areas of `levels`, and how they add up."""
    told = [area for area in areas if area.level in levels]
    for area in told:
        cells.add(Key(measure, area.code, month, category), counts.get((area.code, month), 0))
    children: dict[str, list[Key]] = {}
    for area in told:
        children.setdefault(area.parent, []).append(Key(measure, area.code, month, category))
    for code, parts in children.items():
        if code:
            cells.group(Key(measure, code, month, category), parts)


def _months(cells: Cells, measure: str, area: str, months: list[str], category: str = "") -> None:
    cells.group(Key(measure, area, "", category), [Key(measure, area, month, category) for month in months])


def _simple(con: duckdb.DuckDBPyConnection, cells: Cells, areas: list[Area], months: list[str], measure: str, sql: str) -> None:
    """A count by area over the period, and by month for the whole city."""
    frame = pd.DataFrame(con.execute(sql, [months[0], months[-1]]).fetchall(), columns=["area", "month", "n"])
    by_month = _rolled(areas, frame)
    total = _rolled(areas, frame.assign(month="").groupby(["area", "month"], as_index=False)["n"].sum())
    _tree(cells, areas, measure, AREA_LEVELS, total)
    for month in months:
        _tree(cells, areas, measure, AREA_LEVELS[:1], by_month, month)
    if areas:
        _months(cells, measure, areas[0].code, months)


def _cases(con: duckdb.DuckDBPyConnection, schema: str, cells: Cells, areas: list[Area], months: list[str], data_date: date) -> None:
    until = f"TIMESTAMP '{data_date + timedelta(days=1)}'"
    closed = f"coalesce(closed_at < {until}, status = 'closed', false)"  # as in `is_closed` of the indicators
    frame = con.execute(
        f"SELECT p.area, strftime(counted_at, '%Y-%m') AS month, coalesce(code4, '') AS code4, count(*) AS received, count(*) FILTER ({closed}) AS closed, "
        f"count(*) FILTER ({closed} AND (limit_at IS NULL OR coalesce(closed_at <= limit_at, false))) AS on_time "
        f'FROM {schema}."case" c JOIN public_place p ON p.unit_no = c.unit_no '
        "WHERE strftime(counted_at, '%Y-%m') BETWEEN $1 AND $2 AND voided_at IS NULL AND status IS DISTINCT FROM 'void' GROUP BY 1, 2, 3",
        [months[0], months[-1]],
    ).df()
    frame["l1"] = frame["code4"].str[:2]
    by_month_too = month_levels(areas)
    for measure in CASE_MEASURES:
        rows = frame.rename(columns={measure: "n"})
        whole = rows.assign(month="").groupby(["area", "month"], as_index=False)["n"].sum()
        _tree(cells, areas, measure, AREA_LEVELS, _rolled(areas, whole))
        if measure == "on_time":
            continue
        by_month = _rolled(areas, rows.groupby(["area", "month"], as_index=False)["n"].sum())
        for month in months:
            _tree(cells, areas, measure, by_month_too, by_month, month)
        l1_codes = sorted({category.code2 for category in BY_CODE.values()} | (set(rows["l1"]) - {""}))
        for l1 in l1_codes:
            of_class = rows[rows["l1"] == l1].assign(month="").groupby(["area", "month"], as_index=False)["n"].sum()
            _tree(cells, areas, measure, by_month_too, _rolled(areas, of_class), category=l1)
        for area in areas:
            if area.level in by_month_too:
                _months(cells, measure, area.code, months)
                cells.group(Key(measure, area.code), [Key(measure, area.code, "", l1) for l1 in l1_codes])
        if areas:
            _finer(cells, measure, areas[0].code, rows)
    for measure, whole_of in PART_OF.items():
        for key, at in list(cells.index.items()):
            if key.measure == measure and (other := cells.index.get(Key(whole_of, *key[1:]))) is not None:
                cells.at_most.append((at, other))


def _finer(cells: Cells, measure: str, city: str, rows: pd.DataFrame) -> None:
    """Second-level classes of the whole city. ★ classes are no figure of their own: together they are what the others leave over."""
    counts = rows.groupby("code4")["n"].sum().to_dict()
    by_first: dict[str, list[Key]] = {}
    hidden: dict[str, int] = {}
    for code, category in BY_CODE.items():
        if category.is_sensitive:
            hidden[category.code2] = hidden.get(category.code2, 0) + int(counts.get(code, 0))
        else:
            key = Key(measure, city, "", code)
            cells.add(key, int(counts.get(code, 0)))
            by_first.setdefault(category.code2, []).append(key)
    for l1, parts in by_first.items():
        if hidden.get(l1):
            rest = Key(measure, city, "", f"{l1}*")
            cells.add(rest, hidden[l1], is_told=False)
            parts = [*parts, rest]
        cells.group(Key(measure, city, "", l1), parts)


def _services(con: duckdb.DuckDBPyConnection, schema: str, cells: Cells, city: str, months: list[str]) -> None:
    """Services by kind (12349 热线、一站式) and month, for the whole city."""
    rows = con.execute(
        f"SELECT left(month, 7), channel || '·' || type, sum(n) FROM {schema}.service_stat WHERE left(month, 7) BETWEEN $1 AND $2 GROUP BY 1, 2",
        [months[0], months[-1]],
    ).fetchall()
    counts = {(month, kind): int(n or 0) for month, kind, n in rows}
    kinds = sorted({kind for _, kind in counts})
    for kind in kinds:
        for month in months:
            cells.add(Key("services", city, month, kind), counts.get((month, kind), 0))
        cells.add(Key("services", city, "", kind), sum(counts.get((month, kind), 0) for month in months))
        _months(cells, "services", city, months, kind)
    for month in (*months, ""):
        parts = [Key("services", city, month, kind) for kind in kinds]
        cells.add(Key("services", city, month), sum(cells.n[cells.index[part]] for part in parts))
        cells.group(Key("services", city, month), parts)
    _months(cells, "services", city, months)
