"""Scopes drawn at random (随机的统计范围): every kind of period, filters on cases and on feeds, selections of units, as an address may ask for them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from dashboard.view.periods import BY_ID as PERIODS
from dashboard.view.periods import calendar
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators.record import CASE_FILTERS
from etl.model.levels import LEVEL_IDS
from etl.model.tables import BY_NAME
from etl.model.taxonomy import BY_CODE
from etl.query.scope import TIMES, Ranges, Scope, Where, default_scope, parse_filter
from etl.query.selection import merged
from etl.query.units import units
from etl.query.warehouse import Build

OF_A_PERIOD = {one.name for one in FEED_FILTERS.values() if "period" in {column.name for column in BY_NAME[one.feed].columns}}  # hand-written panels know none
NEVER_SAID = "从未有人这样写"


def scope_drawn(build: Build, dice: random.Random, fields: Sequence[str] | None = None) -> Scope:
    """Mostly the usual 12 months without filters, and every part of it drawn otherwise now and then. `fields`: the filters that can be answered."""
    scope = default_scope(build)
    if dice.random() < 0.5:
        first, last = period_drawn(build, dice)
        as_of = min(last, build.data_date) if dice.random() < 0.8 else first
        scope = replace(scope, date_from=first, date_to=last, as_of=as_of)
    if dice.random() < 0.6:
        scope = replace(scope, where=where_drawn(build, dice, fields))
    return replace(scope, chosen=chosen_drawn(build, dice)) if dice.random() < 0.2 else scope


def period_drawn(build: Build, dice: random.Random) -> tuple[date, date]:
    """One of the named periods, of the calendar, a day, some days, and days before or after all data."""
    last = build.data_date
    kind = dice.randrange(4)
    if kind == 0:
        return PERIODS[dice.choice(sorted(PERIODS))].days(last)
    if kind == 1:
        one = dice.choice(tuple(calendar(None, last)))
        return one.first, one.last
    begin = last - timedelta(days=dice.choice((0, 1, 6, 40, 200, 500, 4000, -30)))
    return begin, begin + timedelta(days=dice.choice((0, 1, 6, 30, 90, 365)))


def where_drawn(build: Build, dice: random.Random, fields: Sequence[str] | None = None) -> Where:
    """One filter, sometimes two or two values of one: of `fields`, else of any, those on feeds as often as those on cases."""
    pools = [pool for names in (CASE_FILTERS, tuple(FEED_FILTERS)) if (pool := [name for name in names if fields is None or name in fields])]
    if fields is None:
        pools[-1] = [name for name in pools[-1] if name not in OF_A_PERIOD]
    found = set()
    while pools and (not found or dice.random() < 0.3):
        name = dice.choice(dice.choice(pools))
        found |= {parse_filter(f"{name}={dice.choice(values_of(build, name))}") for _ in range(dice.choice((1, 1, 1, 2)))}
    return tuple(sorted(found))


def chosen_drawn(build: Build, dice: random.Random) -> Ranges:
    """Some units with all below them, single grids, and now and then half of a range: inside any reader's area, across its edge and outside."""
    frame, found = units(build), []
    for _ in range(dice.choice((1, 2, 5, 12))):
        no = dice.randrange(1, len(frame) + 1)
        found.append((no, int(frame.last_no[no - 1]) if dice.random() < 0.7 else min(no + dice.randrange(3), len(frame))))
    return merged(found)


@lru_cache(maxsize=200)
def values_of(build: Build, name: str) -> tuple[str, ...]:
    """What a filter may be asked for: the words of the model, of the whole city's rows, and one that nobody wrote."""
    if name == "category":
        return tuple(sorted({*BY_CODE, *(code[:2] for code in BY_CODE)}))
    if name in TIMES:
        return tuple(str(number) for number in range(TIMES[name][0], TIMES[name][1] + 1))
    if name in ("solved_level", "proper_level"):
        return tuple(LEVEL_IDS)
    if name in FEED_FILTERS and FEED_FILTERS[name].values:
        return tuple(FEED_FILTERS[name].values)
    return tuple(_told(build, name))


def _told(build: Build, name: str) -> Iterator[str]:
    table, column = (FEED_FILTERS[name].feed, FEED_FILTERS[name].column) if name in FEED_FILTERS else ("case", {"own_class": "raw_category"}.get(name, name))
    if name == "focus":
        yield from ("any", *dict.fromkeys(tag for (tags,) in build.rows("SELECT focus_tags FROM unit WHERE focus_tags IS NOT NULL ORDER BY unit_no") for tag in tags))
        return
    yield from (str(word) for (word,) in build.rows(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 30'))
    if name in FEED_FILTERS or name in ("lead_unit", "own_class"):
        yield NEVER_SAID
