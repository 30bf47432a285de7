"""What the charts of a page draw (as Plotly holds it in the browser), and which indicators their numbers must be."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from etl.model.levels import BY_ID, LEVEL_IDS
from etl.model.tables import BY_NAME
from etl.model.taxonomy import load_taxonomy
from etl.query.series import add_months

Line = dict[str, Any]
Ask = Callable[..., Line]  # indicator id, then from_, to and filters that differ from the page's → the unit's line of `etl indicator`
DRAWN = """() => ({
  charts: Object.fromEntries([...document.querySelectorAll('[class*="st-key-chart-"]')].filter(box => box.querySelector('.js-plotly-plot')).map(box =>
    [[...box.classList].find(name => name.startsWith('st-key-chart-')).slice(13), box.querySelector('.js-plotly-plot').data.map(trace => ({
      name: trace.name, x: [...trace.x || []], y: [...trace.y || []], z: [...trace.z || []].map(row => [...row]),
      nodes: trace.node ? [...trace.node.label] : [], flows: trace.link ? [...trace.link.value].map((n, at) => ({ n, from: trace.link.source[at], to: trace.link.target[at] })) : [] }))])),
  funnels: Object.fromEntries([...document.querySelectorAll('table.ga-funnel')].map(table => [table.getAttribute('aria-label'),
    [...table.rows].map(row => Number(row.querySelector('b').textContent.replaceAll(',', '')))])),
  said: Object.fromEntries([...document.querySelectorAll('table[aria-label]')].map(table => [table.getAttribute('aria-label'),
    [...table.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent.trim()))])),
  text: document.body.innerText,
})"""


def compare_charts(page_id: str, found: dict[str, Any], ask: Ask, first: date, last: date) -> set[str]:
    """Holds every chart of the page whose numbers are an indicator's against it; the names of those compared."""
    names = set()
    for name, told, wanted in _pairs(page_id, found, ask, first, last):
        assert told == pytest.approx(wanted or 0, rel=1e-9, abs=1e-6), name
        names.add(name)
    return names


def _pairs(page_id: str, found: dict[str, Any], ask: Ask, first: date, last: date) -> Iterator[tuple[str, float, float | None]]:
    charts, funnels = found["charts"], found["funnels"]
    if page_id == "hotspots":
        yield from _hotspots(charts, funnels, ask, first, last)
    if page_id == "response":
        yield from _response(charts, found["said"], ask)
    if page_id == "coverage" and "posts" in charts:
        yield "posts", sum(charts["posts"][1]["x"]), ask("post_claim_ratio")["numerator"]
    if page_id == "grids" and (counts := _funnel(funnels, "三位一体网格", "Service, Party and owners in one grid")):
        line = ask("trinity_rate")
        yield from (("trinity", counts[0], line["denominator"]), ("trinity", counts[-1], line["numerator"]))
    if page_id == "funds" and "fund-years" in charts:
        received = charts["fund-years"][0]
        for year, amount in zip(received["x"], received["y"], strict=True):
            to = min(date(int(year), 12, 31), last)
            yield "fund-years", amount, ask("fund_exec_rate", from_=f"{year}-01-01", to=str(to))["denominator"]
    if page_id == "property":
        yield from _property(charts, ask)
    if page_id == "cobuild" and (counts := _funnel(funnels, "居民建议", "Suggestions")):
        line = ask("suggest_adopt_rate")
        yield from (("suggestions", counts[1], line["denominator"]), ("suggestions", counts[2], line["numerator"]))
    if page_id == "volunteers":
        if "hours" in charts:
            yield "hours", sum(sum(one["y"]) for one in charts["hours"]), ask("vol_hours_per_1000")["numerator"]
            yield "hours", sum(charts["hours"][0]["y"]), ask("member_hours_pc")["numerator"]
        if counts := _funnel(funnels, "微心愿", "Wishes"):
            line = ask("wish_done_rate")
            yield from (("wishes", counts[0], line["denominator"]), ("wishes", counts[-1], line["numerator"]))


def _funnel(funnels: dict[str, list[float]], *names: str) -> list[float]:
    return next((counts for name, counts in funnels.items() if name in names), [])


def _hotspots(charts: dict[str, Any], funnels: dict[str, list[float]], ask: Ask, first: date, last: date) -> Iterator[tuple[str, float, float | None]]:
    all_of, merged = ask("geo_match_rate")["denominator"], ask("case_per_1000hh")["numerator"]  # cases, void ones left out; without repeats
    if "hot-trend" in charts:
        counts = charts["hot-trend"][0]["y"]  # the months up to the period's last
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        assert counts
        for at, n in enumerate([*reversed(counts), *[0] * (months - len(counts))]):  # months left out are those before the data begin
            month = add_months(last.replace(day=1), -at)
            days = {"from_": str(month), "to": str(min(add_months(month, 1) - timedelta(days=1), last))}
            yield "hot-trend", n, ask("case_per_1000hh", **days)["numerator"]
    if "hot-classes" in charts:
        codes = {name: one.code4 for one in load_taxonomy().categories.values() for name in (f"{one.l1.zh} · {one.l2.zh}", f"{one.l1.en} · {one.l2.en}")}
        for name, n in zip(charts["hot-classes"][0]["y"], charts["hot-classes"][0]["x"], strict=True):
            yield "hot-classes", n, ask("case_per_1000hh", category=codes[name])["numerator"]
    if "hot-sources" in charts:
        counts = sorted(charts["hot-sources"][0]["x"])
        told = sorted(n for n in (ask("geo_match_rate", source=source)["denominator"] for source in BY_NAME["case"].column("source").words or ()) if n)
        yield from (("hot-sources", n, one) for n, one in zip(counts, told, strict=False) if len(counts) == len(told))
        yield "hot-sources", sum(counts), all_of
    if "hot-clock" in charts:
        hours = charts["hot-clock"][0]["z"]
        for hour in (9, 20):
            yield "hot-clock", sum(row[hour] for row in hours), ask("geo_match_rate", hour=str(hour))["denominator"]
        yield "hot-clock", hours[6][9], ask("geo_match_rate", hour="9", weekday="7")["denominator"]
    if counts := _funnel(funnels, "原始、合并件数", "Raw and merged counts"):
        yield from (("hot-merge", counts[0], all_of), ("hot-merge", counts[-1], merged))


def _response(charts: dict[str, Any], said: dict[str, list[list[str]]], ask: Ask) -> Iterator[tuple[str, float, float | None]]:
    if "levels" in charts:  # every flow from the proper to the solving level, and what the channels bring to each proper level
        flows, nodes = charts["levels"][0]["flows"], charts["levels"][0]["nodes"]
        middle = {flow["to"] for flow in flows} & {flow["from"] for flow in flows}
        for node in middle:
            yield "levels", sum(one["n"] for one in flows if one["to"] == node), ask("upflow_rate", proper_level=LEVEL_OF[nodes[node]])["denominator"]
        for one in flows:
            if one["from"] in middle:
                asked = {"proper_level": LEVEL_OF[nodes[one["from"]]], "solved_level": LEVEL_OF[nodes[one["to"]]]}
                yield "levels", one["n"], ask("upflow_rate", **asked)["denominator"]
    if "severity" in charts:
        shares = {one["name"]: one["x"] for one in charts["severity"]}
        within = (("minor_in_compound_rate", 2), ("major_all_in_community_rate", 3), ("group_in_street_rate", 4))
        told = [(name, levels) for name, levels in within if ask(name)["denominator"]]
        for row, (name, levels) in enumerate(told):
            finest = [word for word in shares if LEVEL_IDS[::-1].index(LEVEL_OF[word]) < levels]
            yield "severity", sum(shares[word][row] for word in finest), ask(name)["value"] * 100
    sayings = next((rows for label, rows in said.items() if label in ("小事、大事、群体事件各在哪一级解决", "Minor, major, group: solved where")), [])
    for row, (of_class, of_all) in zip(sayings, SAYINGS, strict=False):
        for cell, name in ((row[2], of_class), (row[3], of_all)):
            value = ask(name)["value"]
            assert cell == ("—" if value is None else f"{value * 100:.1f}%"), (name, cell)
            yield "sayings", 0, 0
    if "meetings" in charts:
        matched, *amiss = charts["meetings"]
        line = ask("level_match_rate")
        yield "meetings", sum(matched["x"]), line["numerator"]
        yield "meetings", sum(sum(one["x"]) for one in (matched, *amiss)), line["denominator"]
    if "kinds" in charts:
        in_time, late, _ = charts["kinds"]
        line = ask("whistle_arrive_rate")
        yield from (("kinds", sum(in_time["x"]), line["numerator"]), ("kinds", sum(in_time["x"]) + sum(late["x"]), line["denominator"]))
    if "orders" in charts:
        counts = charts["orders"][0]["x"]
        yield from (("orders", sum(counts), ask("mobil_3h_rate")["denominator"]), ("orders", sum(counts[:-1]), ask("mobil_min_p50")["denominator"]))
    if "mediation" in charts:
        good, bad, _ = charts["mediation"]
        line = ask("mediation_ok_rate")
        yield from (("mediation", sum(good["x"]), line["numerator"]), ("mediation", sum(good["x"]) + sum(bad["x"]), line["denominator"]))


def _property(charts: dict[str, Any], ask: Ask) -> Iterator[tuple[str, float, float | None]]:
    if "fees" in charts:
        one = charts["fees"][0]
        for label, rate in zip(one["x"], one["y"], strict=True):
            year = re.search(r"\d{4}", label)
            number = re.search(r"(\d+)月", label)
            assert year, label
            month = date(int(year[0]), int(number[1]) if number else MONTHS.index(label[:3]) + 1, 1)
            value = ask("fee_collect_rate", from_=str(month), to=str(add_months(month, 1) - timedelta(days=1)))["value"]
            yield "fees", rate, value * 100
    if "service-months" in charts:
        health = next((one for one in charts["service-months"] if one["name"] in ("健康体检", "Health checks")), None)
        if health is not None:
            yield "service-months", sum(health["y"]), ask("health_check_rate")["numerator"]


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LEVEL_OF = {word: level.id for level in BY_ID.values() for word in (level.name.zh, level.name.en)}
SAYINGS = (
    ("minor_in_compound_rate", "minor_in_compound_rate"), ("major_in_community_rate", "major_all_in_community_rate"), ("group_in_street_rate", "group_in_street_rate"),
    ("minor_dispute_in_grid_rate", "minor_dispute_in_grid_rate"), ("dispute_in_community_rate", "dispute_in_community_rate"),
)  # fmt: skip
