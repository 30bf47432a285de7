"""Streets calling departments (吹哨报到) about hard cases of the last twelve months."""

import numpy as np
import pandas as pd

from etl.demo_city.case_lead import Leads
from etl.demo_city.case_mix import CODES
from etl.demo_city.case_outcome import PROPER
from etl.demo_city.case_places import Places, make_places
from etl.demo_city.case_times import DAY, EPOCH, minute_of
from etl.demo_city.cases import PREFIXES, Drawn, draw_cases
from etl.demo_city.city import City
from etl.demo_city.write import Writer

SHARE = 0.045  # of the cases that a street alone cannot solve
EMERGENCY = {"0401", "0404", "0504", "0704", "0905", "1005"}
ENFORCEMENT = {"0302", "0303", "0304", "0602", "0603", "0701", "0705", "0801", "0802", "0803"}
KINDS = ("难题", "执法", "应急")
DUE = np.array([2 * DAY, 240, 40])  # minutes until a department must be there


def moments(minutes: np.ndarray) -> pd.Series:
    """Minutes since EPOCH as datetime64[s]; negative: NaT."""
    times = np.datetime64(EPOCH, "s") + np.maximum(minutes, 0).astype("timedelta64[m]")
    return pd.Series(np.where(minutes >= 0, times, np.datetime64("NaT", "s")))


def write(city: City, writer: Writer) -> None:
    """One row per department called."""
    places = make_places(city)
    leads = Leads(city, places)
    rng = city.rng("whistle")
    willing = rng.beta(9, 1.6, len(leads.names))
    frames = [_month(city, rng, drawn, places, leads, willing) for drawn in draw_cases(city, places, leads, 12)]
    writer.csv("whistle", "响应/吹哨报到.csv", pd.concat(frames, ignore_index=True))


def _month(city: City, rng: np.random.Generator, drawn: Drawn, places: Places, leads: Leads, willing: np.ndarray) -> pd.DataFrame:
    cases = drawn.cases
    hard = (PROPER[cases.code] >= 3) & (cases.filed >= 0) & (cases.voided < 0)
    at = np.flatnonzero(hard & (rng.random(len(cases)) < SHARE * (1.4 - 0.8 * places.quality[cases.place])))
    code = np.array(CODES)[cases.code[at]]
    kind = np.where(np.isin(code, list(EMERGENCY)), 2, np.where(np.isin(code, list(ENFORCEMENT)), 1, 0))
    blown = cases.filed[at] + np.where(kind == 2, rng.integers(5, 60, len(at)), rng.integers(60, 3 * DAY, len(at)))
    called, order = _called(rng, places, leads, cases.place[at], cases.code[at])
    at, kind, blown = at[called[:, 0]], kind[called[:, 0]], blown[called[:, 0]]
    dept = called[:, 1]
    n = len(at)
    good = 0.3 * places.quality[cases.place[at]] + 0.7 * willing[dept]
    u = rng.random(n)
    share = np.where(u < 0.55 + 0.42 * good, rng.beta(2.2, 1.6, n), 1 + rng.exponential(0.8, n))
    refused = rng.random(n) < 0.05 * (1.15 - good)
    end = minute_of(city.data_date) + DAY - 1
    arrived = np.where(refused | (rng.random(n) < 0.02), -1, blown + (DUE[kind] * share).astype(int))
    arrived = np.where(arrived > end, -1, arrived)
    done = np.where((arrived >= 0) & (rng.random(n) < 0.93), arrived + (rng.lognormal(7.2, 0.9, n)).astype(int) + 30, -1)
    done = np.where(done > end, -1, done)
    score = np.where((done >= 0) & (rng.random(n) < 0.9), np.clip(100 - 12 * share - rng.exponential(6, n), 40, 100).round(), np.nan)
    number = f"{drawn.start:%Y%m}"
    keep = blown <= end
    frame = pd.DataFrame({
        "哨单编号": [f"S{number}{i:06}" for i in at], "吹哨街道编码": places.text.street_code.to_numpy()[cases.place[at]], "哨类": np.array(KINDS)[kind],
        "工单编号": [f"{PREFIXES[c]}{number}{i:07}" for c, i in zip(cases.channel[at], at, strict=True)], "事项编码": np.array(CODES)[cases.code[at]],
        "吹哨时间": moments(blown), "报到单位": leads.names.take(dept).to_pylist(), "是否牵头": order == 0, "应到时间": moments(blown + DUE[kind]),
        "报到时间": moments(arrived), "是否拒绝": refused, "办结时间": moments(done), "街道评分": score,
    })  # fmt: skip
    return frame[keep]


def _called(rng: np.random.Generator, places: Places, leads: Leads, place: np.ndarray, code: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(position, department) of each call and its rank; first the department that answers for the class."""
    first = leads.answers[leads.district[place], code]
    pairs = [np.stack([np.arange(len(place)), first, np.zeros(len(place), int)], axis=1)]
    for rank in (1, 2, 3):
        other = leads.answers[leads.district[place], rng.integers(0, len(CODES), len(place))]
        there = rng.random(len(place)) < (0.85, 0.5, 0.2)[rank - 1]
        pairs.append(np.stack([np.arange(len(place)), other, np.full(len(place), rank)], axis=1)[there])
    rows = np.concatenate(pairs)
    rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
    fresh = np.r_[True, (rows[1:, :2] != rows[:-1, :2]).any(axis=1)] if len(rows) else np.zeros(0, bool)
    rows = rows[fresh]
    rows = rows[np.lexsort((rows[:, 2], rows[:, 0]))]
    return rows[:, :2], rows[:, 2]
