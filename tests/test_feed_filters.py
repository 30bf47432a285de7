"""Filters about feeds other than cases: each counts what pandas counts of the same rows, by map, command line and panel alike; none tells of persons."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.view.chips import found_chips
from dashboard.view.filter_words import IDLE_MARK, NAMES, value_name
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.nav import PAGES_FOLDER
from dashboard.view.page_sets import CARD_ROWS, GRIDS_CARDS
from dashboard.view.picks import carried, pick, picked
from dashboard.view.run import Run
from dashboard.view.state import ONE_VALUE, parse_view
from dashboard.web.serving import follow
from etl.__main__ import main
from etl.model.feed_filters import FEED_FILTERS, OWN
from etl.model.indicators import BY_ID, INDICATORS
from etl.model.indicators.terms import Terms
from etl.model.tables import BY_NAME
from etl.query.feed_words import feed_words
from etl.query.figures import figures
from etl.query.lights import light_places
from etl.query.picked_rows import picked as picked_in
from etl.query.reader import Reader
from etl.query.run import sql_of
from etl.query.scope import Scope, default_scope, parse_filter
from etl.query.selection import PERSONAL_FEEDS
from etl.query.suppress import PERSONS
from etl.query.units import units
from etl.query.vectors import terms_for
from etl.query.warehouse import Build, open_build

ROOT = Path(__file__).resolve().parents[1]
EVERYBODY = Reader("admin", 1, 10**9)
Rows = dict[str, pd.DataFrame]
Counted = Callable[[Rows, Scope], tuple[pd.DataFrame, pd.DataFrame | None]]


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Iterator[Build]:
    opened = open_build(demo_warehouse)
    yield opened
    opened.close()


def most_said(build: Build, name: str) -> str:
    """A value that many rows have."""
    one = FEED_FILTERS[name]
    of = "" if one.of is None else f" AND \"{one.of[0]}\" = '{one.of[1]}'"
    return str(build.rows(f'SELECT "{one.column}" FROM "{one.feed}" WHERE "{one.column}" IS NOT NULL{of} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1')[0][0])


def asked(build: Build, *names: str) -> Scope:
    return replace(default_scope(build), where=tuple((name, most_said(build, name)) for name in names))


def tables(build: Build, name: str, value: str, scope: Scope) -> Rows:
    """The rows of every feed the filter is about, those it picks alone; other feeds whole. Written down without the product's code."""
    every = {feed: pd.DataFrame(build.rows(f'SELECT * FROM "{feed}"'), columns=[column for column, *_ in build.rows(f'DESCRIBE "{feed}"')])
             for feed in ("fund_project", "fund_ledger", "compound", "property_fee", "compound_revenue", "service_post", "social_org", "whistle", "meeting_issue",
                          "mediation", "contract", "contract_item", "deliberation", "suggestion")}  # fmt: skip
    if name == "income_item":
        money = every["compound_revenue"]
        first, last = scope.date_from.isoformat(), scope.date_to.isoformat()
        touches = [first[: len(period)] <= period <= last[: len(period)] for period in money["period"]]
        keys = set(money[np.array(touches) & (money["direction"] == "income") & (money["item"] == value)]["compound_id"])
        return every | {feed: every[feed][every[feed]["compound_id"].isin(keys)] for feed in ("compound", "property_fee", "compound_revenue")}
    if name == "property_mode":
        keys = set(every["compound"][every["compound"]["property_mode"] == value]["compound_id"])
        return every | {feed: every[feed][every[feed]["compound_id"].isin(keys)] for feed in ("compound", "property_fee", "compound_revenue")}
    if name == "partner_kind":
        kept = every["contract"][every["contract"]["partner_kind"] == value]
        return every | {"contract": kept, "contract_item": every["contract_item"][every["contract_item"]["contract_id"].isin(kept["contract_id"])]}
    column = {"whistle_kind": "kind", "whistle_dept": "dept", "dispute": "type", "mediation_result": "result", "item_way": "direction", "meeting_kind": "type", "suggested_by": "channel",
              "post_type": "type", "org_field": "field"}.get(name, name)  # fmt: skip
    feeds = ("fund_project", "fund_ledger") if name == "fund" else (FEED_FILTERS[name].feed,)
    return every | {feed: every[feed][every[feed][column] == value] for feed in feeds}


def spent(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    ledger = rows["fund_ledger"]
    ledger = ledger[(ledger["year"] == scope.date_to.year) & (ledger["on_date"].map(lambda day: day <= scope.as_of))]
    amount = ledger["amt"].astype(float)
    top = amount.where(ledger["direction"] == "expense", -amount.where(ledger["direction"] == "refund", 0.0))
    return pd.DataFrame({"unit_no": ledger["unit_no"], "n": top}), pd.DataFrame({"unit_no": ledger["unit_no"], "n": amount.where(ledger["direction"] == "received", 0.0)})


def shares(table: pd.DataFrame, counted: list[bool], hit: list[bool]) -> tuple[pd.DataFrame, pd.DataFrame]:
    kept = table[np.array(counted, dtype=bool)]
    return pd.DataFrame({"unit_no": kept["unit_no"], "n": np.array(hit, dtype=float)[np.array(counted, dtype=bool)]}), pd.DataFrame({"unit_no": kept["unit_no"], "n": 1.0})


def resolved(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = rows["fund_project"]
    begun = [pd.notna(day) and scope.date_from <= day <= min(scope.date_to, scope.as_of) for day in table["start_on"]]
    first = [pd.notna(early) and pd.notna(late) and early <= late for early, late in zip(table["resolved_on"], table["start_on"], strict=True)]
    return shares(table, begun, first)


def fees(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    table, first, last = rows["property_fee"], scope.date_from.isoformat(), scope.date_to.isoformat()
    table = table[[first[: len(period)] <= period <= last[: len(period)] for period in table["period"]]]
    return tuple(pd.DataFrame({"unit_no": table["unit_no"], "n": table[name].astype(float)}) for name in ("paid_amt", "due_amt"))  # type: ignore[return-value]


def claimed(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, None]:
    table = rows["service_post"]
    table = table[[day <= scope.as_of for day in table["as_of_on"]]]
    return pd.DataFrame({"unit_no": table["unit_no"], "n": table["claimed"].astype(float)}), None


def societies(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, None]:
    table = rows["social_org"]
    return pd.DataFrame({"unit_no": table["unit_no"], "n": (table["is_active"].eq(True) & table["has_standard"].eq(True)).astype(float)}), None


def came(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    table, end = rows["whistle"], pd.Timestamp(scope.as_of) + pd.Timedelta(days=1)
    due = (table["blown_at"] >= pd.Timestamp(scope.date_from)) & (table["blown_at"] < pd.Timestamp(scope.date_to) + pd.Timedelta(days=1)) & (table["due_arrive_at"] <= end)
    return shares(table, list(due), list((table["arrived_at"] <= table["due_arrive_at"]) & ~table["is_refused"].eq(True)))


def in_period(table: pd.DataFrame, column: str, scope: Scope) -> list[bool]:
    return [pd.notna(day) and scope.date_from <= day <= scope.date_to for day in table[column]]


def handled(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = rows["meeting_issue"]
    assert table["proper_level"].notna().all() and table["handled_level"].notna().all()
    return shares(table, in_period(table, "held_on", scope), list(table["proper_level"] == table["handled_level"]))


def mediated(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = rows["mediation"]
    table = table[table["result"].isin(["success", "failed"])]
    return shares(table, in_period(table, "accepted_on", scope), list(table["result"] == "success"))


def fulfilled(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = rows["contract_item"]
    due = [is_in and day <= scope.as_of for is_in, day in zip(in_period(table, "due_on", scope), table["due_on"], strict=True)]
    return shares(table, due, [pd.notna(day) and day <= scope.as_of for day in table["done_on"]])


def carried_out(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = rows["deliberation"]
    table = table[in_period(table, "held_on", scope)]
    table = table[table["resolutions_n"].notna()]
    return tuple(pd.DataFrame({"unit_no": table["unit_no"], "n": table[name].fillna(0).astype(float)}) for name in ("done_n", "resolutions_n"))  # type: ignore[return-value]


def adopted(rows: Rows, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = rows["suggestion"]
    table = table[in_period(table, "made_on", scope)]
    table = table[table["group_id"].notna()]
    return tuple(part[["unit_no", "group_id"]].rename(columns={"group_id": "distinct"}) for part in (table[table["is_adopted"].eq(True)], table))  # type: ignore[return-value]


COUNTED: dict[str, Counted] = {
    "fund_exec_rate": spent, "resolved_first_rate": resolved, "fee_collect_rate": fees, "post_claim_ratio": claimed, "social_org_n": societies, "whistle_arrive_rate": came,
    "level_match_rate": handled, "mediation_ok_rate": mediated, "contract_fulfil_rate": fulfilled, "resolution_done_rate": carried_out, "suggest_adopt_rate": adopted,
}  # fmt: skip
SHOWN_BY = {name: "resolved_first_rate" if one.shown_by == "fund_process_rate" else one.shown_by for name, one in FEED_FILTERS.items()}


def within(table: pd.DataFrame, first: int, last: int) -> float:
    inside = table[table["unit_no"].between(first, last)]
    return float(inside["distinct"].nunique()) if "distinct" in inside else float(inside["n"].sum())


@pytest.mark.parametrize("name", FEED_FILTERS)
def test_map_and_table_count_what_pandas_counts(build: Build, name: str) -> None:
    scope, indicator = asked(build, name), SHOWN_BY[name]
    top, bottom = COUNTED[indicator](tables(build, name, scope.where[0][1], scope), scope)
    frame, whole, met = units(build), 0.0, 0
    for level in ("city", "street"):
        found, unfiltered = (figures(build, EVERYBODY, indicator, one, level) for one in (scope, default_scope(build)))
        for row, before in zip(found.itertuples(), unfiltered.itertuples(), strict=True):
            last = int(frame.last_no[row.unit_no - 1])
            assert row.numerator == pytest.approx(within(top, row.unit_no, last), abs=1e-6), (name, row.code)
            expected = before.denominator if bottom is None else within(bottom, row.unit_no, last)  # residents and members are nobody's rows to pick
            assert (pd.isna(row.denominator) and pd.isna(expected)) or row.denominator == pytest.approx(expected, abs=1e-6), (name, row.code)
            met += (row.numerator, row.denominator) != (before.numerator, before.denominator)
            whole += row.numerator
    assert whole > 0 and met > 0, "a filter that picks nothing or everything shows nothing"


@pytest.mark.parametrize("name", FEED_FILTERS)
def test_panels_pick_the_rows_that_indicators_pick(build: Build, name: str) -> None:
    scope = asked(build, name)
    for feed, key in FEED_FILTERS[name].reaches.items():
        if key != OWN and "period" in {column.name for column in BY_NAME[FEED_FILTERS[name].feed].columns}:
            continue  # its panels ask through Terms.rows, which knows the period
        rows = terms_for(build, BY_ID[SHOWN_BY[name]], scope, 1, len(units(build))).rows(feed)
        said = build.rows(f'SELECT count(*) FROM "{feed}" WHERE {picked_in(scope, feed)}')[0][0]
        assert build.rows(sql_of(rows.agg(n=rows.count())))[0][0] == said > 0, (name, feed)


@pytest.mark.parametrize("name", FEED_FILTERS)
def test_the_command_line_says_the_same_and_knows_the_words(build: Build, demo_warehouse: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    scope, one = asked(build, name), FEED_FILTERS[name]
    value = scope.where[0][1]
    local = one.values[value].zh if one.values else value
    assert parse_filter(f"{name}={local}") == (name, value)
    assert main(["indicator", SHOWN_BY[name], "--level", "street", "--where", f"{name}={local}", "--warehouse", str(demo_warehouse)]) == 0
    told = [float(row["numerator"]) for row in csv.DictReader(capsys.readouterr().out.splitlines())]
    assert told == pytest.approx(figures(build, EVERYBODY, SHOWN_BY[name], scope, "street")["numerator"].tolist())
    if one.values:
        assert main(["indicator", SHOWN_BY[name], "--level", "city", "--where", f"{name}=不存在", "--warehouse", str(demo_warehouse)]) == 2
        capsys.readouterr()


@pytest.mark.parametrize("name", FEED_FILTERS)
def test_the_record_is_whole(build: Build, name: str) -> None:
    one = FEED_FILTERS[name]
    words = BY_NAME[one.feed].column(one.column).words
    assert set(one.values) == set(words or {}) and (name in ONE_VALUE) == (not words or name == "fund")
    assert all(text.zh and text.en for text in (one.title, *one.values.values()))
    assert name in BY_ID[one.shown_by].filters and one.feed in one.reaches
    users = [indicator for indicator in INDICATORS if name in indicator.filters]
    assert all(set(one.reaches) & set(indicator.feeds) for indicator in users)
    assert any(set(cards) & {indicator.id for indicator in users} for cards in CARD_ROWS), "a page has to show it"
    assert most_said(build, name) in feed_words(build, EVERYBODY, name)
    assert feed_words(build, Reader("public", 1, 10**9), name) == ()
    doc = (ROOT / "docs" / "filters.md").read_text("utf-8")
    assert f"`{name}`" in doc and one.title.zh in doc


def test_no_filter_parts_what_is_told_of_persons(build: Build) -> None:
    """Members, visits and whoever is counted as a person keep their fixed parts; where members stand below the line, no filter reaches them."""
    reached = {feed for one in FEED_FILTERS.values() for feed in one.reaches}
    assert not reached & (PERSONAL_FEEDS | {"case", "service_log", "service_stat", "worker_stat", "grid_staff", "wish"})
    for one in INDICATORS:
        if set(one.filters) & set(FEED_FILTERS):
            assert not one.is_sensitive and PERSONS.get(one.id, "bottom") == "bottom", one.id
    analyst = Reader("analyst", 1, len(units(build)))
    for level in ("street", "community", "compound"):
        plain, part = (figures(build, analyst, "post_claim_ratio", scope, level) for scope in (default_scope(build), asked(build, "post_type")))
        pd.testing.assert_series_equal(plain["denominator"], part["denominator"])  # so nothing is told by the filter that is not told without
        assert ((plain["state"] == "suppressed") == (part["state"] == "suppressed")).all()


def test_a_part_is_not_held_against_the_standard_of_the_whole(build: Build) -> None:
    city = np.array([1])
    for name, indicator in (("post_type", "post_claim_ratio"), ("org_field", "social_org_n"), ("whistle_kind", "whistle_rate"), ("mediation_result", "mediation_ok_rate")):
        found = [light_places(build, EVERYBODY, indicator, scope, city, np.array([0.5]), np.array([True]))[0] for scope in (default_scope(build), asked(build, name))]
        assert found[1] == -1 and (found[0] >= 0 or build.rules.thresholds[indicator].basis != "value"), indicator


def run_of(build: Build, page: str, **query: str) -> Run:
    from dashboard.view.checked import checked

    found = checked(build, EVERYBODY, parse_view(query))
    return Run(PAGES[page], build, EVERYBODY, found.view, units(build).unit(found.unit_no), found.scope, found.notes)


@pytest.mark.parametrize("name", FEED_FILTERS)
def test_a_chip_names_it_takes_it_away_and_waits_on_other_pages(build: Build, name: str) -> None:
    value = most_said(build, name)
    run = run_of(build, "grids", **{name: value})
    (chip,) = found_chips(run, "grid_size_ok_rate", GRIDS_CARDS)
    assert (chip.id, chip.name, chip.text, chip.mark) == (name, NAMES[name].zh, value_name(name, value, "zh"), IDLE_MARK.zh) and chip.view.where == ()
    shown = FEED_FILTERS[name].shown_by
    assert [chip.mark for chip in found_chips(run, shown, (shown,))] == [""]
    if FEED_FILTERS[name].values:
        wrong = run_of(build, "grids", **{name: "不存在"})
        assert len(wrong.notes) == 1 and "不存在" in wrong.notes[0] and wrong.scope.where == ()


@pytest.mark.parametrize("name", FEED_FILTERS)
def test_picking_turns_the_map_to_what_is_counted_by_it(build: Build, name: str) -> None:
    one, chosen = FEED_FILTERS[name], pick(**{name: most_said(build, name)})
    view = picked(parse_view({"ind": "steward_fill_rate"}), chosen)
    assert view.ind == one.shown_by and view.values(name)
    assert carried(parse_view({"ind": "steward_fill_rate"}), chosen) == f"{chosen}#ind={one.shown_by}" and carried(view, chosen) == chosen
    assert picked(view, chosen).where == () and picked(view, chosen).ind == one.shown_by
    assert picked(parse_view({"ind": "close_rate"}), pick(severity="minor")).ind == "close_rate"
    assert pick(**{name: "长" * 81}) == ""


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("public", "audit")])
def test_every_page_opens_with_every_filter(build: Build, demo_warehouse: Path, page: str) -> None:
    follow(demo_warehouse)
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=120)
    for name in FEED_FILTERS:
        app.query_params[name] = most_said(build, name)
    app.switch_page(str(PAGES_FOLDER / f"{page}.py"))
    assert not app.run().exception


def test_terms_without_a_filter_are_left_alone(build: Build) -> None:
    scope = default_scope(build)
    plain = Terms(scope.date_from, scope.date_to, scope.as_of, (), 1, 9, build.rules).rows("fund_ledger")
    other = Terms(scope.date_from, scope.date_to, scope.as_of, (("whistle_kind", "hard"),), 1, 9, build.rules).rows("fund_ledger")
    assert sql_of(plain) == sql_of(other)
