"""Does anything of the rest of the city reach a limited reader? Asked of every function of etl.query that takes a reader.

Two worlds: the city, and the same city in which nothing is true outside one area: foreign facts deleted, foreign units renamed,
their households changed. Whatever a function answers a reader of that area must be the same in both; so it can depend on nothing outside.
No list of functions is kept here: they are found, and a new one whose parameters are not known fails the test until it is told how to be asked.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import GeneratorType
from typing import Any

import numpy as np
import pandas as pd
import shapely

import etl.query
from etl.model.errors import AtlasError
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID, INDICATORS
from etl.model.levels import LEVEL_IDS
from etl.query import first_days
from etl.query.case_rows import Wanted
from etl.query.comparison import Side
from etl.query.duck import open_build as open_for_writing
from etl.query.figures import Figure, LevelFigures
from etl.query.reader import Reader, Role
from etl.query.scope import Scope
from etl.query.search import search
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.panel_rows import ASKED_BY, PANELS, values
from tests.random_scopes import scope_drawn

LIMITED_ROLES: tuple[Role, ...] = ("analyst", "leader", "steward", "data_steward", "admin", "public")
# Answers made of the question alone (SQL text, terms of a query, a yes or no), not of data.
NO_DATA = {
    "case_rows.case_sql", "case_patterns.terms_of", "coverage.terms_of", "evidence.evidence_sql", "figures.plan_for", "masking.visible_cases",
    "fund_money.ledger_params", "jitter.shown_points", "figures.figures_ahead", "series.changes_ahead", "suppress.suppressed", "suppress.hidden_units",
    "cells.cell_of", "cells.cells_ahead", "cells.cells_below", "vectors.key_of", "vectors.passes_for", "vectors.unkept", "vectors.vector_of", "vectors.vectors_ahead",
}  # fmt: skip
# Measured against the whole city by definition (deciles, neighbours, control areas): what they tell are the own units' places in it.
RELATIVE = {one.id for one in INDICATORS if one.is_relative} | {"pilot_effect"}
REFERENCE = ("unit", "org")  # the tree itself, and the register of offices: who an office is, is no figure of an area
PATIENCE_S = 600.0  # a search cut off by a busy machine would tell the two worlds apart
RELATIVE_FUNCTIONS = {"gistar.gistar", "hotspots.hotspots", "clusters.story", "rank_track.rank_track", "pilot_results.pilot_results"}


@cache
def rows_of(build: Build, kind: str) -> list[str]:
    return values(build, kind) or ["-"]


@cache
def every_function() -> dict[str, Callable[..., Any]]:
    """Every public function of etl.query that takes a build and a reader and tells of data, by `module.name`."""
    found = {}
    for module in pkgutil.iter_modules(etl.query.__path__):
        loaded = importlib.import_module(f"etl.query.{module.name}")
        for name, one in vars(loaded).items():
            is_ours = inspect.isfunction(one) and one.__module__ == loaded.__name__ and not name.startswith("_")
            if is_ours and {"build", "reader"} <= set(inspect.signature(one).parameters):
                found[f"{module.name}.{name}"] = one
    return {name: one for name, one in sorted(found.items()) if name not in NO_DATA}


def functions() -> dict[str, Callable[..., Any]]:
    """Those whose answer depends on the own area alone."""
    return {name: one for name, one in every_function().items() if name not in RELATIVE_FUNCTIONS}


def emptied(warehouse: Path, folder: Path, code: str) -> Path:
    """A copy of the current build in which nothing is true outside the area of a unit."""
    build = open_build(warehouse)
    first = units(build).by_code(code)
    assert first is not None
    last, above = int(units(build).last_no[first - 1]), units(build).ancestors(first)
    tables = [name for (name,) in build.rows("SELECT DISTINCT table_name FROM information_schema.columns WHERE column_name = 'unit_no'") if name not in REFERENCE]
    build.close()
    shutil.copytree(build.folder, folder / build.id)
    con = open_for_writing(folder / build.id / "warehouse.duckdb")
    try:
        for table in tables:
            con.execute(f'DELETE FROM "{table}" WHERE unit_no NOT BETWEEN {first} AND {last}')
        foreign = f"unit_no NOT BETWEEN {first} AND {last} AND unit_no NOT IN ({', '.join(map(str, above)) or 0})"
        con.execute(f"UPDATE unit SET name = 'FOREIGN' || unit_no, households = 7, population = 7, pinyin = 'foreign', initials = 'f' WHERE {foreign}")
    finally:
        con.close()
    (folder / "CURRENT").write_text(build.id, "utf-8")
    return folder


def opened(warehouse: Path) -> Build:
    """The build, opened anew: caches of earlier openings do not count. Its files were changed on purpose, so their hashes do not fit."""
    return open_build(warehouse, verify=False)


def opened_emptied(folder: Path, city: Build) -> Build:
    """The emptied world. Since when a feed speaks, and which columns its sources fill, is known of the files as a whole to everybody."""
    bare = opened(folder)
    for feed in first_days.FIRST_DAYS:
        first_days._first_days.get((bare.key, feed), lambda feed=feed: first_days.first_day_of(city, feed))
    vars(bare)["silent"] = city.silent
    return bare


@dataclasses.dataclass(frozen=True)
class Question:
    """One function with all it is given but build and reader."""

    name: str
    given: tuple[tuple[str, Any], ...]

    def ask(self, build: Build, reader: Reader) -> Any:
        """The answer in plain values, or the sentence of its refusal."""
        given = dict(self.given)
        try:
            if self.name == "case_list.case_page" and given["wanted"].text:
                search(build, reader, given["wanted"], PATIENCE_S)  # the page says what is found so far
            answer = every_function()[self.name](build, reader, **given)
            return plain(list(answer) if isinstance(answer, GeneratorType | Iterator) else answer)
        except AtlasError as error:
            return f"refused: {error.text.en}"


def questions(build: Build, first: int, dice: random.Random) -> Iterator[Question]:
    """Questions without end: a random function, about a random unit inside or outside the area."""
    names, frame = list(functions()), units(build)
    last = int(frame.last_no[first - 1])
    places = [first, *dice.sample(range(first, last + 1), min(3, last - first + 1)), *frame.ancestors(first), *dice.sample(range(1, len(frame) + 1), 4)]
    offices = [name for (name,) in build.rows('SELECT DISTINCT lead_unit FROM "case" WHERE lead_unit IS NOT NULL ORDER BY 1 LIMIT 40')] or ["-"]
    numbers = [name for (name,) in build.rows("SELECT project_id FROM fund_project ORDER BY 1")] or ["-"]
    while True:
        name = dice.choice(names)
        unit_no = dice.choice(places)
        yield Question(name, tuple(given_to(functions()[name], name, build, unit_no, offices, numbers, dice).items()))


def given_to(
    one: Callable[..., Any], name: str, build: Build, unit_no: int, offices: list[str], projects: list[str], dice: random.Random, asked: Scope | None = None,
) -> dict[str, Any]:  # fmt: skip
    """All parameters of a function but build and reader, drawn; `asked`: the scope to ask for instead of a drawn one."""
    frame = units(build)
    ids = [each.id for each in INDICATORS if each.id not in RELATIVE and (name != "breakdown.breakdown" or each.by_lead)]
    takes = set(inspect.signature(one).parameters)
    main = dice.choice(ids)
    scope = asked or scope_drawn(build, dice, BY_ID[main].filters if takes & {"indicator_id", "indicator_ids", "x", "columns"} and dice.random() < 0.9 else None)
    fitting = [each for each in ids if {field for field, _ in scope.where} <= set(BY_ID[each].filters)] or ids  # the others would only be refused
    points = [(float(frame.numbers["lon"][no]), float(frame.numbers["lat"][no])) for no in (0, len(frame) // 2, len(frame) - 1)]
    wanted = Wanted(
        scope, unit_no, *dice.choice((("", ""), ("", ""), ("bottom", "close_rate"), ("top", "solve_rate"), ("misses", "close_rate"))),
        text=dice.choice(("", "漏水", "电") if name != "search.search" else ("水", "垃圾")), order=dice.choice(("newest", "newest", "due")),
    )  # fmt: skip
    known: dict[str, Callable[[], Any]] = {
        "scope": lambda: scope, "under": lambda: unit_no, "unit_no": lambda: unit_no, "whole_no": lambda: 1, "indicator_id": lambda: dice.choice((main if main in fitting else fitting[0], dice.choice(fitting))),
        "indicator_ids": lambda: tuple(dice.sample(fitting, min(3, len(fitting)))), "level": lambda: dice.choice(LEVEL_IDS),
        "as_of": lambda: scope.as_of, "date_from": lambda: scope.date_from, "date_to": lambda: scope.date_to, "name": lambda: dice.choice(offices),
        "project_id": lambda: dice.choice(projects), "filter_name": lambda: dice.choice(list(FEED_FILTERS)), "column": lambda: "channel", "key": lambda: dice.choice(("households", "population")),
        "by": lambda: dice.choice(("category", "class", "lead_unit", "month", "source")), "numbers": lambda: tuple(dice.sample(range(1, len(frame) + 1), 9)),
        "codes": lambda: tuple(str(code) for code in frame.code[:: max(1, len(frame) // 9)]), "ring": lambda: tuple(points),
        "wanted": lambda: wanted, "a": lambda: Side(unit_no, scope), "b": lambda: Side(1, scope),
        "x": lambda: (dice.choice(fitting), scope), "y": lambda: (dice.choice(fitting), scope), "columns": lambda: ((dice.choice(fitting), scope),),
        "wait_s": lambda: PATIENCE_S, "longest_s": lambda: PATIENCE_S, "lasting": lambda: frozenset(dice.sample(range(1, len(frame) + 1), 20)), "value": lambda: dice.choice(rows_of(build, ASKED_BY[name])),
        "row": lambda: dice.choice([f"{kind}:{value}" for kind in PANELS for value in rows_of(build, kind)]),
    }  # fmt: skip
    if name.startswith("lights."):  # they judge figures handed to them
        at, value = np.array([unit_no]), np.array([float(dice.choice((3, 50, 97)))])
        known |= {"unit_no": lambda: at, "values": lambda: value, "is_ok": lambda: np.array([True]), "found": lambda: Figure(unit_no, "", "", 5.0, 10.0, 50.0, "ok")}
        known["told"] = lambda: LevelFigures(at, value, value, value, np.zeros(1, dtype=np.uint8))
    known["table"] = lambda: pd.DataFrame({"unit_no": [unit_no], "value": [50.0], "state": ["ok"]})
    found = {}
    for parameter in list(inspect.signature(one).parameters.values())[2:]:
        if parameter.name in known:
            found[parameter.name] = known[parameter.name]()
        elif parameter.default is inspect.Parameter.empty:
            raise AssertionError(f"{name}: tell access_pairs.py how to ask for {parameter.name}")
    return found


def plain(value: Any) -> Any:
    """A value that can be compared: NaN equals NaN, arrays and tables by their content."""
    if isinstance(value, pd.DataFrame):
        return [list(map(str, value.columns)), [[plain(cell) for cell in row] for row in value.itertuples(index=False)]]
    if isinstance(value, pd.Series | np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, shapely.Geometry):
        return value.wkt
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 9)
    if isinstance(value, np.generic):
        return plain(value.item())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value) if each.name != "build"}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | range):
        return [plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(str(plain(one)) for one in value)
    return value if isinstance(value, int | str | bool | None) else str(value)
