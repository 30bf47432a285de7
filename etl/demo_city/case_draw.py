"""The cases of one month as numbers (一个月的工单): place, class, caller, and every time of their life. No words yet."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import numpy as np

from etl.demo_city.case_mix import AT, draw_classes
from etl.demo_city.case_places import Places
from etl.demo_city.case_times import DAY, arrival_minutes, minute_of
from etl.demo_city.city import City
from etl.model.taxonomy import CATEGORIES

_LIMIT = {"hour": 60, "day": DAY}
LIMITS = np.array([(c.limit_value or 0) * _LIMIT.get(c.limit_unit or "", 0) for c in CATEGORIES])
CHANNEL_SHARES = np.array([0.56, 0.27, 0.17])  # hotline, steward, inspector
STATUSES = ("reported", "filed", "dispatched", "handling", "feedback", "checking", "closed", "void", "suspended")
CLOSED, VOID, SUSPENDED = 6, 7, 8
ECHO = 0.055  # cases said again by the same caller


@dataclass(frozen=True)
class Month:
    """Cases in order of arrival. Times are minutes since case_times.EPOCH, -1 where there is none."""

    channel: np.ndarray
    place: np.ndarray
    code: np.ndarray  # number of the class in case_mix.CODES
    caller: np.ndarray  # last digits of the number, -1 unknown
    reported: np.ndarray
    filed: np.ndarray
    due: np.ndarray
    contact: np.ndarray
    closed: np.ndarray
    voided: np.ndarray
    status: np.ndarray  # number in STATUSES
    effort: np.ndarray  # 0–1: how well this case went
    first: np.ndarray  # place in this month of the case it says again, -1

    def __len__(self) -> int:
        return len(self.place)

    def take(self, at: np.ndarray) -> "Month":
        return replace(self, **{f.name: getattr(self, f.name)[at] for f in fields(self)})


def draw_month(city: City, places: Places, month: date, n: int) -> Month:
    """About `n` cases that come in during `month`."""
    rng = city.rng(f"cases {month:%Y-%m}")
    hot = min(max(3, int(n * 0.025 / max(1, len(places.hot_place)))), 14)
    echo = int(n * ECHO)
    base = n - echo - hot * len(places.hot_place)
    place = np.searchsorted(places.cumulative, rng.random(base), side="right")
    channel = rng.choice(3, base, p=CHANNEL_SHARES)
    code = draw_classes(rng, month.month, channel, places.profile[place])
    caller = _callers(city, rng, place, base)
    times = rng.poisson(hot, len(places.hot_place))
    place = np.concatenate([place, np.repeat(places.hot_place, times)])
    code = np.concatenate([code, np.repeat(places.hot_class, times)])
    extra = int(times.sum())
    channel = np.concatenate([channel, np.where(rng.random(extra) < 0.85, 0, 1)])
    caller = np.concatenate([caller, (np.repeat(places.hot_place, times) * 131 + rng.integers(0, 7, extra)) % _numbers(city)])
    reported = arrival_minutes(rng, month, channel > 0)
    order = np.argsort(reported, kind="stable")
    drawn = _live(city, places, rng, channel[order], place[order], code[order], np.where(channel == 1, -1, caller)[order], reported[order])
    return _with_echoes(city, places, rng, drawn, echo, month)


def _numbers(city: City) -> int:
    return 100_000 if city.scale.name == "city" else 10_000


def _callers(city: City, rng: np.random.Generator, place: np.ndarray, n: int) -> np.ndarray:
    """A caller lives at the place: few call often, most once."""
    return (place * 61 + (40 * rng.random(n) ** 1.5).astype(int) * 7) % _numbers(city)


def _live(city: City, places: Places, rng: np.random.Generator, channel: np.ndarray, place: np.ndarray, code: np.ndarray, caller: np.ndarray,
          reported: np.ndarray) -> Month:  # fmt: skip
    """Let each case run its course up to the data date."""
    n = len(place)
    end = minute_of(city.data_date) + DAY - 1
    effort = np.clip(0.65 * places.quality[place] + 0.35 * rng.random(n), 0, 1)
    filed = reported + np.where(channel == 0, rng.lognormal(3.3, 0.9, n), rng.lognormal(1.6, 0.8, n)).astype(int)
    limit = LIMITS[code]
    due = np.where(limit > 0, filed + limit, -1)
    late = rng.random(n) < 0.24 - 0.21 * effort
    share = np.where(late, 1 + rng.lognormal(-0.9, 0.9, n), np.clip(rng.lognormal(-0.95 - 0.35 * (effort - 0.5), 0.55, n), 0.02, 0.985))
    closed = filed + np.maximum(6, (np.where(limit > 0, limit, 6 * DAY) * share).astype(int))
    contact = filed + np.where(rng.random(n) < 0.12 - 0.105 * effort, rng.integers(DAY, 3 * DAY, n), rng.lognormal(4.6, 1.0, n).clip(3, DAY - 5)).astype(int)
    contact = np.where(rng.random(n) < 0.02, -1, np.minimum(contact, np.maximum(closed - 4, filed + 2)))
    u = rng.random(n)
    void, hung, stuck = u < 0.02, (u >= 0.02) & (u < 0.033), (u >= 0.033) & (u < 0.045 - 0.008 * effort)
    is_open = (closed > end) | hung | stuck | void
    progress = (end - filed) / np.maximum(1, closed - filed)
    status = np.where(is_open, np.clip((progress * 5.5).astype(int) + 1, 1, 5), CLOSED)
    status = np.where(filed > end, 0, status)
    status = np.where(stuck & (status < CLOSED), rng.choice([2, 3, 3, 3, 4], n), status)
    status = np.where(void, VOID, np.where(hung, SUSPENDED, status))
    voided = np.where(void, np.minimum(filed + rng.integers(20, 2 * DAY, n), end), -1)
    return Month(channel, place, code, caller, reported, np.where((filed > end) | (status == 0), -1, filed), due, np.where((contact > end) | void, -1, contact),
                 np.where(is_open, -1, closed), voided, status, effort, np.full(n, -1))  # fmt: skip


def _with_echoes(city: City, places: Places, rng: np.random.Generator, drawn: Month, echo: int, month: date) -> Month:
    """Some callers say it again within weeks; those who would do so after the month are left out, so months stay independent."""
    last = minute_of((month + timedelta(days=32)).replace(day=1)) - 1
    able = np.flatnonzero((drawn.caller >= 0) & (drawn.effort < 0.85) & (drawn.reported < last - 2 * DAY) & (drawn.code != AT["1205"]))
    first = np.sort(rng.choice(able, min(echo, len(able)), replace=False))
    room = (last - drawn.reported[first]) / DAY
    again = drawn.reported[first] + (DAY * np.minimum(0.6 + rng.exponential(9, len(first)), room * rng.random(len(first)))).astype(int) + 5
    again = np.minimum(again, last)
    said = _live(city, places, rng, np.zeros(len(first), int), drawn.place[first], drawn.code[first], drawn.caller[first], again)
    both = Month(**{f.name: np.concatenate([getattr(drawn, f.name), getattr(said, f.name)]) for f in fields(Month)})
    both = replace(both, first=np.concatenate([drawn.first, first]))
    order = np.argsort(both.reported, kind="stable")
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    ordered = both.take(order)
    return replace(ordered, first=np.where(ordered.first >= 0, rank[ordered.first], -1))
