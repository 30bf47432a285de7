"""Page queries, cold, on one build: ours beside the best hand-written DuckDB SQL and pandas, pair by pair in one run."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from dashboard.view.page_sets import OVERVIEW_CARDS
from etl.model.indicators import BY_ID
from etl.query.cells import forget_cells
from etl.query.figures import level_figures
from etl.query.reader import Reader
from etl.query.run import plan_of
from etl.query.scope import Scope, default_scope
from etl.query.units import units
from etl.query.vectors import forget_vectors, terms_for, vector_of, vectors_ahead
from etl.query.warehouse import Build, open_build
from tests.bench.machine import table

# What one would write by hand for totals by unit; the roll-up over all levels is three milliseconds of NumPy on top of either.
FILED = "counted_at >= $start AND counted_at < $until AND voided_at IS NULL AND status IS DISTINCT FROM 'void'"
CLOSED = "(closed_at < $until OR (closed_at IS NULL AND status = 'closed'))"
BY_HAND = {
    "case_per_1000hh": f'SELECT unit_no, count(*) FROM "case" WHERE {FILED} AND repeat_of IS NULL GROUP BY 1',
    "close_rate": f"""SELECT unit_no, count(*) FILTER ({CLOSED}), count(*) FROM "case" WHERE {FILED} AND status IS DISTINCT FROM 'suspended'
        AND ({CLOSED} OR limit_at <= $until) GROUP BY 1""",
    "solve_rate": f"""SELECT unit_no, count(*) FILTER (solved = 'yes'), count(*) FROM "case" WHERE {FILED} AND is_in_scope IS DISTINCT FROM false
        AND solved IS NOT NULL GROUP BY 1""",
    "satisfy_rate": f"""SELECT unit_no, count(*) FILTER (satisfied <> 'no'), count(*) FROM "case" WHERE {FILED} AND is_in_scope IS DISTINCT FROM false
        AND satisfied IN ('yes', 'mostly', 'no') GROUP BY 1""",
    "overdue_open_n": f"""SELECT unit_no, count(*) FROM "case" WHERE {FILED} AND status IS DISTINCT FROM 'suspended' AND NOT coalesce({CLOSED}, false)
        AND limit_at < $until - INTERVAL 1 MICROSECOND GROUP BY 1""",
}  # fmt: skip
RANGE_JOIN = """SELECT u.unit_no, count(c.unit_no) FILTER (WHERE c.repeat_of IS NULL) FROM unit u LEFT JOIN "case" c ON c.unit_no BETWEEN u.unit_no AND u.last_no
    AND c.counted_at >= $start AND c.counted_at < $until AND c.status <> 'void' WHERE u.level = 'community' GROUP BY 1"""
Work = Callable[[], object]


def paired(works: dict[str, Work], runs: int = 7) -> dict[str, tuple[float, float]]:
    """Median wall and least CPU milliseconds of each; they take turns, so that a busy machine is as unkind to all."""
    wall: dict[str, list[float]] = {name: [] for name in works}
    cpu: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            forget_vectors()
            forget_cells()
            started, spent = time.perf_counter(), time.process_time()
            work()
            wall[name].append((time.perf_counter() - started) * 1000)
            cpu[name].append((time.process_time() - spent) * 1000)
    return {name: (median(wall[name]), min(cpu[name])) for name in works}


def measure(warehouse: Path) -> None:
    """Single indicators, then the whole set of a page, then what pandas would take."""
    build = open_build(warehouse, verify=False)
    reader, scope = Reader("admin", 1, len(units(build))), default_scope(build)
    bounds = {"start": terms_for(build, BY_ID["close_rate"], scope, 1, 1).until.replace(year=scope.date_from.year, month=scope.date_from.month, day=scope.date_from.day),
              "until": terms_for(build, BY_ID["close_rate"], scope, 1, 1).until}
    cases = build.rows('SELECT count(*) FROM "case"')[0][0]
    rows = []
    for name, hand in BY_HAND.items():
        statement = _first_statement(build, name, scope, len(units(build)))
        assert _sums(build.arrays(statement)) == _sums(build.arrays(hand, bounds)), f"{name}: the two do not count the same"
        found = paired({
            "hand": lambda hand=hand: build.arrays(hand, bounds), "ours": lambda statement=statement: build.arrays(statement),
            "all": lambda name=name: vector_of(build, reader, BY_ID[name], scope),
        })
        rows.append((name, *(f"{wall:.0f} / {cpu:.0f}" for wall, cpu in found.values()), f"{found['ours'][1] / found['hand'][1]:.2f}"))
    table(f"One indicator over {cases:,} cases, every unit of every level (median wall / least CPU, ms)",
          ("indicator", "hand-written SQL", "our statement", "ours with compiling and roll-up", "our statement ÷ by hand (CPU)"), rows)
    _whole_page(build, reader, scope)
    _others(build, reader, scope, bounds)
    build.close()


def _first_statement(build: Build, name: str, scope: Scope, n: int) -> str:
    return plan_of(BY_ID[name].parts, terms_for(build, BY_ID[name], scope, 1, n)).queries[0][0]


def _sums(found: dict[str, np.ndarray]) -> list[int]:
    return [int(np.ma.filled(column, 0).sum()) for name, column in found.items() if name != "unit_no"]


def _whole_page(build: Build, reader: Reader, scope: Scope) -> None:
    asks = [(BY_ID[name], scope) for name in OVERVIEW_CARDS]
    found = paired({
        "one pass for all that can share it": lambda: (vectors_ahead(build, reader, asks), [vector_of(build, reader, *ask) for ask in asks]),
        "each indicator alone": lambda: [vector_of(build, reader, *ask) for ask in asks],
    }, 5)
    table("The eight cards of the overview", ("way", "wall ms", "CPU ms"), [(name, f"{wall:.0f}", f"{cpu:.0f}") for name, (wall, cpu) in found.items()])


def _others(build: Build, reader: Reader, scope: Scope, bounds: dict[str, object]) -> None:
    def plain() -> object:
        cases = build.cursor().execute('SELECT unit_no, counted_at, status, repeat_of FROM "case"').df()
        cases = cases[(cases.counted_at >= str(scope.date_from)) & (cases.status != "void") & cases.repeat_of.isna()]
        frame = build.cursor().execute("SELECT unit_no, last_no FROM unit WHERE level = 'community'").df()
        numbers = cases.unit_no.sort_values().to_numpy()
        return numbers.searchsorted(frame.last_no, "right") - numbers.searchsorted(frame.unit_no, "left")

    found = paired({
        "ours (all levels at once)": lambda: level_figures(build, reader, "case_per_1000hh", scope, "community"),
        "raw DuckDB, range join": lambda: build.rows(RANGE_JOIN, bounds), "pandas": plain,
    }, 3)
    table("Cases per 1,000 households by community", ("way", "wall ms", "CPU ms"), [(name, f"{wall:.0f}", f"{cpu:.0f}") for name, (wall, cpu) in found.items()])
