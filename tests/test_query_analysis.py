"""Correlation, distribution, comparison and the page of units: by hand on the tiny city, and against pandas and SciPy on random ones."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from etl.query.comparison import Side, comparison, within_chance
from etl.query.correlation import interval, pearson, relation, spearman
from etl.query.distribution import bin_edges, distribution
from etl.query.figures import Figure, figures
from etl.query.reader import Reader
from etl.query.scope import Scope, default_scope, parse_scope
from etl.query.unit_table import unit_page
from tests.random_city import random_city
from tests.tiny_city import tiny_city

EVERYBODY = Reader("admin", 1, 10**9)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    build, numbers = tiny_city(tmp_path_factory.mktemp("tiny"))
    yield build, numbers
    build.close()


@pytest.fixture(scope="module")
def anywhere(tmp_path_factory):
    found = random_city(tmp_path_factory.mktemp("random"), 2, 1500)
    yield found
    found.build.close()


# ---- correlation


@pytest.mark.parametrize("seed", range(5))
def test_coefficients_are_those_of_scipy(seed: int) -> None:
    dice = np.random.default_rng(seed)
    a = dice.integers(0, 8, 40).astype(float)  # many ties
    b = a * dice.normal(size=40) + dice.normal(size=40)
    r = pearson(a, b)
    assert r == pytest.approx(stats.pearsonr(a, b).statistic, abs=1e-12)
    assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-12)
    low, high = stats.pearsonr(a, b).confidence_interval(0.95)
    assert interval(r, 40) == pytest.approx((low, high), abs=1e-9)


def test_weights_count_like_repeated_points() -> None:
    a, b, w = np.array([1.0, 2, 3, 4, 9]), np.array([2.0, 1, 4, 3, 0]), np.array([3.0, 1, 2, 5, 1])
    times = w.astype(int)
    assert pearson(a, b, w) == pytest.approx(stats.pearsonr(np.repeat(a, times), np.repeat(b, times)).statistic, abs=1e-12)


def test_nothing_is_said_of_three_points_or_of_equal_ones() -> None:
    assert pearson(np.array([1.0, 2, 3]), np.array([1.0, 2, 3])) is None
    assert pearson(np.ones(9), np.arange(9.0)) is None
    assert interval(1.0, 20) == (None, None) and interval(0.5, 3) == (None, None)


def relation_of(build, x: str, y: str, level: str, weight="", reader=EVERYBODY, under=None):
    scope = default_scope(build)
    return relation(build, reader, (x, scope), (y, scope), level, under, weight)


def test_relation_by_hand(city) -> None:
    """Micro-grids with cases that are due: M1111 (c1 on time, c2 late, c9 due at the very end), and the few others of the tiny city."""
    build, _ = city
    found = relation_of(build, "close_rate", "ontime_close_rate", "micro")
    scope = default_scope(build)
    one, other = (figures(build, EVERYBODY, name, scope, "micro").set_index("code")["value"] for name in ("close_rate", "ontime_close_rate"))
    both = one.index[one.notna() & other.notna()]
    assert found.points["code"].tolist() == both.tolist()
    assert found.points["x"].tolist() == one[both].tolist() and found.points["y"].tolist() == other[both].tolist()
    assert found.n + sum(found.left_out.values()) == len(one) and found.left_out == {"no_data": len(one) - len(both)}


@pytest.mark.parametrize("weight", ["", "households", "base"])
@pytest.mark.parametrize("level", ["community", "compound", "micro"])
def test_relation_against_pandas(anywhere, level: str, weight: str) -> None:
    build = anywhere.build
    found = relation_of(build, "case_per_1000hh", "ontime_close_rate", level, weight)
    table = found.points[found.points["weight"] > 0]
    if len(table) < 4 or table["x"].nunique() == 1 or table["y"].nunique() == 1:
        assert found.pearson is None
        return
    cov = np.cov(table["x"], table["y"], aweights=table["weight"])
    assert found.pearson == pytest.approx(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]), abs=1e-9)
    slope, intercept = np.polyfit(table["x"], table["y"], 1, w=np.sqrt(table["weight"]))
    assert found.line == pytest.approx((slope, intercept), rel=1e-6, abs=1e-9)


def hints(found) -> set[str]:
    return {hint.kind for hint in found.hints}


def test_hints_are_found_in_the_numbers(anywhere) -> None:
    build = anywhere.build
    assert "same_base" in hints(relation_of(build, "close_rate", "ontime_close_rate", "micro"))
    assert "few" in hints(relation_of(build, "close_rate", "satisfy_rate", "community")) or relation_of(build, "close_rate", "satisfy_rate", "community").n >= 30
    for found in (relation_of(build, "close_rate", "satisfy_rate", "micro"), relation_of(build, "close_rate", "case_per_1000hh", "micro")):
        assert ("chance" in hints(found)) == (found.low is not None and found.low <= 0 <= found.high)
        assert ("unstable" in hints(found)) == bool((found.points.loc[found.points["weight"] > 0, "state"] == "unstable").any())


def test_the_unit_that_carries_all_is_named() -> None:
    from etl.query.correlation import _carrier

    a = np.array([1.0, 2, 1, 2, 1, 2, 50])
    b = np.array([2.0, 1, 1, 2, 2, 1, 60])
    points = pd.DataFrame({"name": list("abcdefg")})
    r = pearson(a, b)
    name, moved = _carrier(points, a, b, np.ones(7), r)
    assert name == "g" and moved == pytest.approx(abs(pearson(a[:-1], b[:-1]) - r), abs=1e-9)


def test_size_in_disguise_is_told_for_counts_only(tmp_path: Path) -> None:
    """Cases in proportion to households: two counts go together, and nothing is left when households are taken out."""
    from tests.tiny_feeds import FeedCity

    homes = {f"X{n}": n for n in ("111", "112", "121", "122", "211", "212", "221", "222", "311", "312", "321", "322")}
    rows = [{"unit": unit, "counted_at": "2026-10-01 08:00", "limit_at": "2026-10-02 08:00", "case_no": f"{unit}-{i}"} for at, unit in enumerate(homes, start=1) for i in range(at * 3)]
    more = {unit: {"households": 100 * at} for at, unit in enumerate(homes, start=1)}
    made = FeedCity(tmp_path, more, case=rows)
    found = relation_of(made.build, "overdue_open_n", "case_per_1000hh", "compound")
    assert {"size_x", "equal"} & hints(found)
    made.build.close()


# ---- distribution


@pytest.mark.parametrize("values", [[1, 2, 3, 9], [0.5, 0.91, 1.0, 0.77, 0.8], [5, 5, 5], [0.0], [0, 1], [1e6, 3e6, 2.5e6], [0.1234, 0.1235]])
def test_bins_hold_every_value(values) -> None:
    known = np.array(values, dtype=float)
    edges = np.array(bin_edges(known))
    assert (np.diff(edges) > 0).all() and np.histogram(known, edges)[0].sum() == len(known)


def test_distribution_against_pandas(anywhere) -> None:
    build, scope = anywhere.build, default_scope(anywhere.build)
    found = distribution(build, EVERYBODY, "ontime_close_rate", scope, "micro")
    table = figures(build, EVERYBODY, "ontime_close_rate", scope, "micro")
    values = table["value"].dropna()
    assert found.n == len(values) and sum(found.counts) == found.n
    assert found.quantiles == pytest.approx(values.quantile([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]).tolist())
    low, high = values.quantile(0.25), values.quantile(0.75)
    if high > low:
        fence = (low - 1.5 * (high - low), high + 1.5 * (high - low))
        expected = table[(table["value"] < fence[0]) | (table["value"] > fence[1])]
        assert set(found.apart["code"]) == set(expected["code"])
    assert found.others == table.loc[table["value"].isna(), "state"].value_counts().to_dict()


def test_a_rate_with_few_behind_it_may_be_chance() -> None:
    from etl.model.indicators import BY_ID
    from etl.query.distribution import within_chance as chance

    known = pd.DataFrame({"numerator": [900.0, 0, 0], "denominator": [1000.0, 3, 60]})
    rate = BY_ID["ontime_close_rate"]
    assert chance(0, 3, known, rate) is not None
    assert chance(0, 60, known, rate) is False and chance(2, 3, known, rate) is True
    assert chance(1, 2, known, BY_ID["case_per_1000hh"]) is None


# ---- comparison


def test_two_periods_by_hand(city) -> None:
    """M1111 in October 2026: c1, c2 and the urge c22 closed, c9 due on the last day and open; in September nothing."""
    build, numbers = city
    october, september = parse_scope(build, "2026-10-01", "2026-10-31"), parse_scope(build, "2026-09-01", "2026-09-30")
    close, hours = comparison(build, EVERYBODY, ("close_rate", "close_hours_p50"), Side(numbers["M1111"], september), Side(numbers["M1111"], october))
    assert (close.a.value, close.difference, close.is_chance) == (None, None, None)
    assert close.is_small and (close.b.numerator, close.b.denominator) == (3.0, 4.0)
    assert hours.is_chance is None


@pytest.mark.parametrize(("a", "n", "b", "m"), [(50, 100, 60, 100), (500, 1000, 600, 1000), (0, 10, 0, 10), (3, 9, 9, 9)])
def test_chance_is_that_of_the_two_proportion_test(a, n, b, m) -> None:
    one, other = (Figure(1, "", "", float(top), float(bottom), top / bottom, "ok") for top, bottom in ((a, n), (b, m)))
    if (a + b) in (0, n + m):
        assert within_chance(one, other) is True
        return
    p_value = stats.chi2_contingency([[a, n - a], [b, m - b]], correction=False).pvalue
    assert within_chance(one, other) == (p_value >= 0.05)


def test_filters_an_indicator_lacks_do_not_stop_a_comparison(city) -> None:
    build, numbers = city
    scope = Scope(date(2025, 11, 1), date(2026, 10, 31), date(2026, 10, 31), (("category", "01"),))
    pairs = comparison(build, EVERYBODY, ("close_rate", "steward_fill_rate"), Side(numbers["J1"], scope), Side(numbers["J2"], scope))
    assert len(pairs) == 2 and pairs[1].a.denominator


# ---- the page of units


def test_pages_of_units_join_to_the_sorted_whole(anywhere) -> None:
    build, scope = anywhere.build, default_scope(anywhere.build)
    columns = [("case_per_1000hh", scope), ("ontime_close_rate", scope)]
    whole = figures(build, EVERYBODY, "ontime_close_rate", scope, "micro")
    for is_falling in (True, False):
        expected = whole.sort_values(["value", "unit_no"], ascending=[not is_falling, True], na_position="last")["code"].tolist()
        found: list[str] = []
        for start in range(0, len(whole), 7):
            page = unit_page(build, EVERYBODY, columns, "micro", None, "ontime_close_rate", is_falling, start, 7)
            assert (page.total, page.start) == (len(whole), start)
            found += page.rows["code"].tolist()
        assert found == expected


def test_a_page_of_units_stays_in_the_readers_range(anywhere) -> None:
    build, scope = anywhere.build, default_scope(anywhere.build)
    unit = anywhere.units[anywhere.units["level"] == "community"].iloc[0]
    reader = Reader("analyst", int(unit["unit_no"]), int(unit["last_no"]))
    page = unit_page(build, reader, [("close_rate", scope)], "micro", None, size=10**6)
    assert page.rows["unit_no"].between(reader.first_no, reader.last_no).all()
    assert page.total == len(figures(build, reader, "close_rate", scope, "micro"))
    chosen = np.array(page.rows["unit_no"].head(2))
    assert unit_page(build, reader, [("close_rate", scope)], "micro", None, only=chosen).rows["unit_no"].tolist() == chosen.tolist()


def test_a_start_beyond_the_end_is_the_last_page(anywhere) -> None:
    build, scope = anywhere.build, default_scope(anywhere.build)
    page = unit_page(build, EVERYBODY, [("close_rate", scope)], "micro", None, start=10**8, size=5)
    assert len(page.rows) and page.start < page.total


