"""`public.duckdb` (公众库): made when a build is sealed, audited before it is written, never touched again.

Counts of people and cases are hidden and rounded (`protect`), attacked together with what earlier editions told (`told`, `audit`), and only
then written. Grids, premises and money are exact (`facts`). Nothing here stops a build: figures that cannot be made safe are withheld.
"""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from etl.load.public import facts
from etl.load.public.audit import Published, program_of, too_narrow
from etl.load.public.cells import Cells, places, read_areas, whole_months
from etl.load.public.counts import read_cells
from etl.load.public.protect import SHOWN, STATES, WITHHELD, Shape, complement, first_states
from etl.load.public.settle import settle
from etl.load.public.told import editions, remember
from etl.model.rules import parse_rules
from etl.query.duck import one, open_build, open_sealed
from etl.query.public_schema import PUBLIC_TABLES, create_public_sql

TOLD = ("build_id", "built_at", "data_date", "city_name", "is_demo")


def write_public(path: Path, con: duckdb.DuckDBPyConnection, meta: dict[str, str]) -> None:
    """Write the public tables of the warehouse attached as `w` into a database of their own at `path`."""
    shape, data_date = Shape.of(parse_rules(meta["rules"]).privacy), date.fromisoformat(meta["data_date"])
    newest = published(read_cells(con, "w", data_date), shape)
    known = editions(con, path.parent.parent)
    earlier = list(known.values())
    state, is_safe = settle(newest, earlier, shape)
    if not is_safe:
        state = _least(newest, earlier, shape, state)
        con.execute("INSERT INTO w.finding VALUES ('', '', NULL, '', 'public_withheld', 'warn', ?, NULL)", [str(int((state == WITHHELD).sum()))])
    newest = Published(newest.cells, state, newest.shown, shape)
    remember(con, {meta["build_id"]: newest, **known})
    with open_build(path) as public:
        public.execute(create_public_sql())
        for table, rows in _tables(con, newest, data_date, meta, len(earlier)).items():
            marks = ", ".join("?" for _ in PUBLIC_TABLES[table][1])
            if rows:
                public.execute("BEGIN")
                public.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
                public.execute("COMMIT")


def pass_on(folder: Path, path: Path, data_date: date, rules: str) -> bool:
    """Take over the public tables of the build in `folder` while they are young enough; False when new ones are due.

    What the public sees changes weekly, not daily: a day's difference would be a count of that day's few cases.
    """
    try:
        with open_sealed(folder / "public.duckdb") as public:
            day = date.fromisoformat(one(public, "SELECT \"value\" FROM meta WHERE \"key\" = 'data_date'")[0])
    except (duckdb.Error, ValueError, LookupError):
        return False
    if not timedelta(0) <= data_date - day < timedelta(days=parse_rules(rules).privacy.public_days) or whole_months(day) != whole_months(data_date):
        return False
    try:
        os.link(folder / "public.duckdb", path)
    except OSError:  # a file system without hard links
        shutil.copyfile(folder / "public.duckdb", path)
    return True


def published(cells: Cells, shape: Shape) -> Published:
    """The counts in their first public form: small ones alike, others rounded, E5 kept. Not audited yet."""
    return Published(cells, complement(cells, first_states(cells, shape)), shape.rounded(np.array(cells.n, dtype=np.int64)))


def _least(newest: Published, earlier: list[Published], shape: Shape, state: NDArray[np.int8]) -> NDArray[np.int8]:
    """When the audit cannot be made to hold: the city's own totals only, and those only if they narrow nothing further."""
    top = newest.cells.keys[0].area if newest.cells.keys else ""
    is_head = np.array([key.area == top and not key.month and not key.category for key in newest.cells.keys], dtype=bool)
    few, nothing = np.where(is_head, state, WITHHELD).astype(np.int8), np.full_like(state, WITHHELD)
    known, told = (too_narrow(program_of(Published(newest.cells, one, newest.shown), earlier, shape), one, shape) for one in (nothing, few))
    return few if set(told) <= set(known) else nothing


def _tables(con: duckdb.DuckDBPyConnection, newest: Published, data_date: date, meta: dict[str, str], earlier: int) -> dict[str, facts.Rows]:
    """Rows of every public table."""
    told, months, cells = read_areas(con, "w", data_date), whole_months(data_date), newest.cells
    shown = [
        (*key, int(value) if state == SHOWN else None, STATES[state])
        for key, state, value, is_told in zip(cells.keys, newest.state, newest.shown, cells.is_told, strict=True)
        if is_told
    ]
    with_people = {(key.area, key.month) for key, state in zip(cells.keys, newest.state, strict=True) if key.measure == "participants" and state == SHOWN}
    feeds = sorted(feed for (feed,) in con.execute("SELECT feed FROM w.meta_feed").fetchall())
    audited = {"cells": len(cells.keys), "withheld": int((newest.state == WITHHELD).sum()), "earlier_builds": earlier}
    facts_of_build = [(key, meta[key]) for key in TOLD] + [("months", f"{months[0]}/{months[-1]}"), ("feeds", ",".join(feeds))]
    con.register("public_place", places(told))
    try:
        return {
            "meta": [*facts_of_build, *((f"audit_{key}", str(value)) for key, value in audited.items())],
            "area": facts.areas(con, told, data_date),
            "figure": shown,
            "project": facts.projects(con, told),
            "fund_year": facts.fund_years(con, told),
            "premise": facts.premises(con, told),
            "volunteer": facts.volunteers(con, told, months, with_people),
            "dividend": facts.dividends(con, told),
        }
    finally:
        con.unregister("public_place")
