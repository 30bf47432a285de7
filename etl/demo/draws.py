"""The truth of one month's cases (一个月的诉求真值): who, where, what, when, and how it ended. Files are made from it elsewhere."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from etl.demo.city import DATA_DATE, City
from etl.demo.classes import WEEKDAY, Classes, month_volume
from etl.demo.names import DEPARTMENTS, UTILITIES

FIRST_MONTH = (2024, 11)
MONTHS = 24
SYSTEMS = ("hotline", "steward", "city_mgmt", "letters")
NEVER = np.datetime64("NaT")
HOT_SHARE = 0.025
SOLVED_ON = date(2026, 6, 1)  # the first hotspot is no more: opinions were gathered, the plan changed
# words of status, closed last
STATUS = ("已派遣", "办理中", "已反馈", "待回访", "挂账", "作废", "已办结")
SUSPENDED, VOID, CLOSED = 4, 5, 6


@dataclass(frozen=True)
class Model:
    """What all months share. Hotspots: lasting troubles of one class in one compound, told again by the same people."""

    city: City
    classes: Classes
    new_micros: np.ndarray
    old_micros: np.ndarray
    new_weight: np.ndarray  # cumulative
    old_weight: np.ndarray
    old_share: float
    hot_compound: np.ndarray
    hot_class: np.ndarray
    first_micro: np.ndarray  # per compound
    micros_of: np.ndarray  # per compound: how many


@dataclass(frozen=True)
class Month:
    """One month's cases in the order they were reported; times in minutes (datetime64[s]), positions 0-based."""

    first: date
    micro: np.ndarray
    kind: np.ndarray  # position in the classes
    system: np.ndarray
    phone: np.ndarray
    reported: np.ndarray
    filed: np.ndarray
    due: np.ndarray
    contact: np.ndarray
    closed: np.ndarray
    voided: np.ndarray
    status: np.ndarray
    level: np.ndarray  # resolved level's rank, -1 unknown
    solved: np.ndarray  # 0 no call-back, 1 yes, 2 partly, 3 no
    satisfied: np.ndarray  # 0 none, 1 yes, 2 mostly, 3 no
    group: np.ndarray
    lead: np.ndarray  # position in `lead_names`
    chance: np.ndarray  # one uniform number per row, for everything of style


def make_model(city: City, classes: Classes) -> Model:
    """Where cases come from: households, old compounds and the centre more, with each compound's own character."""
    rng = city.rng("cases")
    compound_of = city.parent["micro"]
    character = np.exp(rng.normal(0, 0.3, city.n("compound"))) * (1.5 - 0.6 * city.rim) * (1.25 - 0.5 * city.quality)
    old = city.is_old[compound_of]
    weight = city.households * character[compound_of] * np.where(old, 1.3, 1.0)
    new_micros, old_micros = np.flatnonzero(~old), np.flatnonzero(old)
    if not len(old_micros):
        old_micros = new_micros[:1]
    micros_of = np.bincount(compound_of, minlength=city.n("compound"))
    first_micro = np.concatenate([[0], np.cumsum(micros_of)[:-1]])
    troubles = np.array([classes.index(c) for c in ("0303", "0301", "0305", "0601", "0302", "0801", "0703", "0201")])
    candidates = np.flatnonzero(micros_of >= 3)
    hot = np.sort(rng.choice(candidates, city.scale.hotspots, replace=False))
    return Model(
        city, classes, new_micros, old_micros, np.cumsum(weight[new_micros]), np.cumsum(weight[old_micros]),
        float(weight[old_micros].sum() / weight.sum()), hot, troubles[np.arange(len(hot)) % len(troubles)], first_micro, micros_of,
    )  # fmt: skip


def month_sizes(classes: Classes, cases: int) -> list[tuple[date, int]]:
    """First day and number of cases of each of the 24 months; the numbers add up to `cases`."""
    volume = month_volume(classes)
    firsts = [date(FIRST_MONTH[0] + (FIRST_MONTH[1] - 1 + i) // 12, (FIRST_MONTH[1] - 1 + i) % 12 + 1, 1) for i in range(MONTHS)]
    weight = np.array([volume[d.month - 1] * (1 + 0.006 * i) for i, d in enumerate(firsts)])
    ends = np.round(np.cumsum(weight) / weight.sum() * cases).astype(int)
    return list(zip(firsts, np.diff(ends, prepend=0).tolist(), strict=True))


def pick(cumulative: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` positions drawn with the weights whose running sum is given."""
    return np.minimum(np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right"), len(cumulative) - 1)


def draw_month(model: Model, first: date, n: int, rng: np.random.Generator) -> Month:
    """The month's `n` cases."""
    city, classes = model.city, model.classes
    is_old = rng.random(n) < model.old_share
    micro = np.where(is_old, model.old_micros[pick(model.old_weight, n, rng)], model.new_micros[pick(model.new_weight, n, rng)])
    kind = np.empty(n, int)
    for old in (0, 1):
        rows = np.flatnonzero(is_old == bool(old))
        kind[rows] = pick(np.cumsum(classes.monthly[old, first.month - 1]), len(rows), rng)
    phone = rng.integers(100_000, max(city.households.sum() * 2, 200_000), n)
    hot = rng.random(n) < HOT_SHARE
    spot = rng.integers(int(first >= SOLVED_ON), len(model.hot_compound), n)
    place = model.hot_compound[spot]
    micro = np.where(hot, model.first_micro[place] + rng.integers(0, 3, n), micro)
    kind = np.where(hot, model.hot_class[spot], kind)
    phone = np.where(hot, spot * 30 + (rng.random(n) ** 2 * 28).astype(int), phone)
    reported = _moments(first, n, classes.hours[kind], rng)
    again = np.flatnonzero((rng.random(n) < 0.035) & (np.arange(n) > n // 8))
    if len(again):  # the same person about the same thing, some time later
        earlier = (rng.random(len(again)) * again).astype(int)
        micro[again], kind[again], phone[again] = micro[earlier], kind[earlier], phone[earlier]
    if np.datetime64(first, "M") == np.datetime64(DATA_DATE, "M"):
        _burst(model, micro, kind, phone, reported)
    order = np.argsort(reported, kind="stable")
    micro, kind, phone, reported = micro[order], kind[order], phone[order], reported[order]
    system = _systems(classes.on_street[kind], rng)
    return _handle(model, first, micro, kind, phone, reported, system, rng)


def _burst(model: Model, micro: np.ndarray, kind: np.ndarray, phone: np.ndarray, reported: np.ndarray) -> None:
    """A water main breaks in the last week: many people of one place, none of whom has called before, say the water is off (诉求突增)."""
    city, n = model.city, len(micro)
    rng = city.rng("burst")
    rows = rng.choice(n, min(n // 4, int(1.4 * np.sqrt(n))), replace=False)
    level = "street" if city.n("street") > 1 else "community"
    here = np.flatnonzero(city.up("micro", level) == rng.integers(city.n(level)))
    micro[rows], kind[rows] = rng.choice(here, len(rows)), model.classes.index("0501")
    phone[rows] = 90_000_000 + rng.choice(9_000_000, len(rows), replace=False)
    reported[rows] = np.datetime64(DATA_DATE, "s") - np.timedelta64(3, "D") + rng.integers(6 * 3600, 72 * 3600, len(rows)).astype("timedelta64[s]")


def _moments(first: date, n: int, hours: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    start = np.datetime64(first, "D")
    days = np.arange(start, (start.astype("datetime64[M]") + 1).astype("datetime64[D]"))
    weekday = (days.astype(int) + 3) % 7
    day = days[pick(np.cumsum(np.array(WEEKDAY)[weekday] * np.exp(rng.normal(0, 0.08, len(days)))), n, rng)]
    running = np.cumsum(hours, axis=1)
    hour = np.minimum((rng.random(n)[:, None] > running).sum(axis=1), 23)
    return day.astype("datetime64[s]") + (hour * 3600 + rng.integers(0, 3600, n)).astype("timedelta64[s]")


def _systems(on_street: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    u = rng.random(len(on_street))
    street = np.searchsorted([0.40, 0.66, 0.96], u)
    home = np.searchsorted([0.72, 0.93, 0.93], u)
    return np.where(on_street, street, home)


def _handle(model: Model, first: date, micro: np.ndarray, kind: np.ndarray, phone: np.ndarray, reported: np.ndarray, system: np.ndarray,
            rng: np.random.Generator) -> Month:
    """How the cases fared: better where the compound's hidden quality is good."""
    city, classes = model.city, model.classes
    n = len(micro)
    as_of = np.datetime64(DATA_DATE, "D").astype("datetime64[s]") + np.timedelta64(86_399, "s")
    quality = city.quality[city.parent["micro"][micro]]
    limit = classes.limit_hours[kind]
    hours = np.where(np.isnan(limit), 24.0, limit)
    filed = reported + _span(rng.exponential(0.7, n) + 0.03)
    ratio = np.exp(rng.normal(np.log(0.55) - 0.9 * (quality - 0.55), 0.62))
    closed = filed + _span(hours * ratio)
    contact = np.minimum(filed + _span(np.exp(rng.normal(1.15 - 1.2 * (quality - 0.5), 1.15, n))), closed)
    fate = np.where(of_solved(model, micro, kind), 0.5, rng.random(n))
    status = np.full(n, CLOSED)
    lost = (fate > 0.030) & (fate < 0.030 + 0.16 * (1 - quality) ** 2)  # forgotten on somebody's desk
    is_open = (closed > as_of) | (lost & (rng.random(n) < 0.7))
    progress = np.clip((as_of - filed) / np.maximum(closed - filed, np.timedelta64(60, "s")), 0, 1)
    status[is_open] = np.searchsorted([0.25, 0.8, 0.9], progress)[is_open]
    status[lost & is_open] = 1
    status[fate < 0.011] = SUSPENDED
    voids = (fate >= 0.011) & (fate < 0.027)
    status[voids] = VOID
    voided = np.where(voids, filed + _span(rng.exponential(10, n)), NEVER)
    closed = np.where(status == CLOSED, closed, NEVER)
    contact = np.where((contact > as_of) | (rng.random(n) < 0.03) | voids, NEVER, contact)
    filed = np.where(filed > as_of, NEVER, filed)
    voided = np.where(voided > as_of, as_of, voided)
    is_closed = status == CLOSED
    called = is_closed & (rng.random(n) < np.choose(system, [0.68, 0.25, 0.2, 0.6]))
    good = 0.66 + 0.30 * quality - np.where(ratio > 1, 0.14, 0.0)
    u = rng.random(n)
    solved = np.where(called, np.where(u < good, 1, np.where(u < good + (1 - good) * 0.35, 2, 3)), 0)
    v = rng.random(n) + (solved - 1) * 0.33
    satisfied = np.where(called & (rng.random(n) < 0.9), np.where(v < 0.62 + 0.25 * quality, 1, np.where(v < 0.95, 2, 3)), 0)
    proper = classes.proper[kind]
    shift = rng.random(n)
    level = np.clip(proper - (shift > 0.74 + 0.22 * quality) + (shift < 0.12 * quality), 1, 5)
    level = np.where(is_closed & (rng.random(n) > 0.1), level, -1)
    group = np.where(rng.random(n) < 0.012, rng.integers(5, 60, n), np.where(rng.random(n) < 0.1, rng.integers(1, 5, n), 0))
    due = np.where(np.isnan(limit) | (rng.random(n) < 0.04), NEVER, filed + _span(hours))
    return Month(first, micro, kind, system, phone, reported, filed, due, contact, closed, voided, status, level, solved, satisfied, group,
                 _lead(model, micro, kind, rng), rng.random(n))


def of_solved(model: Model, micro: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Which cases are about the trouble that was solved: none of them is left lying."""
    return (model.city.parent["micro"][micro] == model.hot_compound[0]) & (kind == model.hot_class[0])


def _span(hours: np.ndarray) -> np.ndarray:
    return (hours * 3600).astype("int64").astype("timedelta64[s]")


DEPARTMENT_OF = {"01": 1, "02": 0, "03": 3, "04": 0, "05": 6, "06": 4, "07": 1, "08": 2, "09": 11, "10": 13, "11": 7, "12": 13}
SPECIAL = {"0603": 4, "0605": 5, "0602": 12, "0803": 2, "1004": 8, "1104": 8, "1105": 9, "1106": 10, "1203": 15, "1103": 16, "1204": 17, "0904": 4}
UTILITY_OF = {"0501": 0, "0502": 1, "0503": 2, "0504": 2, "0505": 3, "0406": 4}


def lead_names(city: City) -> np.ndarray:
    """All responsible units: streets, communities, district departments, property companies, the city's utilities."""
    offices = city.name["street"] + np.where(np.char.endswith(city.name["street"].astype(str), "镇"), "人民政府", "办事处").astype(object)
    committees = city.name["community"] + "居民委员会"
    bureaus = np.array([district + name for district in city.name["district"] for name in DEPARTMENTS], object)
    return np.concatenate([offices, committees, bureaus, city.companies, np.array(["锦屏市" + u for u in UTILITIES], object)])


def _lead(model: Model, micro: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    city, classes = model.city, model.classes
    compound = city.parent["micro"][micro]
    community = city.parent["compound"][compound]
    street = city.parent["community"][community]
    district = city.parent["street"][street]
    bureau_at = city.n("street") + city.n("community")
    company_at = bureau_at + city.n("district") * len(DEPARTMENTS)
    utility_at = company_at + len(city.companies)
    bureau = np.array([SPECIAL.get(c, DEPARTMENT_OF[c[:2]]) for c in classes.code4.tolist()])[kind]
    utility = np.array([UTILITY_OF.get(c, -1) for c in classes.code4.tolist()])[kind]
    u = rng.random(len(micro))
    proper = classes.proper[kind]
    company = city.company[compound]
    lead = city.n("street") + community
    lead = np.where((proper >= 4) & (company >= 0) & (u < 0.75), company_at + company, lead)
    lead = np.where((proper == 2) & (u < 0.55), street, lead)
    lead = np.where((proper == 1) | ((proper == 2) & (u >= 0.55)), bureau_at + district * len(DEPARTMENTS) + bureau, lead)
    return np.where((utility >= 0) & (u < 0.85), utility_at + utility, lead)
