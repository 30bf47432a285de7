"""Mediation, joint meetings and mobilisation orders (调解、联席会议、应急动员)."""

from datetime import date

import numpy as np
import pandas as pd

from etl.demo_city.case_mix import AT, BASE
from etl.demo_city.case_outcome import LEVELS, PROPER
from etl.demo_city.city import City
from etl.demo_city.occasions import after, blank, days, numbered, occasions, units_at, until
from etl.demo_city.spelling import spelled
from etl.demo_city.write import Writer

DISPUTES = ("邻里纠纷", "物业纠纷", "婚姻家庭", "停车纠纷", "漏水相邻", "宠物纠纷", "劳动争议", "噪声纠纷")
DRILLS = (("M2025-01", date(2025, 7, 18), 9, 20), ("M2025-02", date(2025, 12, 12), 14, 5), ("M2026-01", date(2026, 6, 27), 6, 40), ("M2026-02", date(2026, 9, 16), 10, 0))


def write(city: City, writer: Writer) -> None:
    """Three feeds."""
    _mediation(city, writer)
    _meetings(city, writer)
    _mobilisation(city, writer)


def _mediation(city: City, writer: Writer) -> None:
    rng = city.rng("mediation")
    rows = occasions(city, rng, "community", 22, pull=-0.6)
    n, age = len(rows), (np.datetime64(city.data_date, "D") - rows.day.to_numpy("datetime64[D]")).astype(int)
    won = rng.random(n) < 0.74 + 0.22 * rows.quality
    result = np.where(age < rng.integers(3, 40, n), "调解中", np.where(won, "调解成功", "调解不成功"))
    writer.csv("mediation", "响应/人民调解.csv", pd.DataFrame({
        "调解编号": numbered("TJ", n), "社区编码": rows.code, "纠纷类型": rng.choice(DISPUTES, n), "受理日期": spelled(rows.day, rng), "调解结果": result,
    }), encoding="gb18030")  # fmt: skip


def _meetings(city: City, writer: Writer) -> None:
    rng = city.rng("meetings")
    parts = []
    for level, word, per_year in (("compound", "小区", 0.5), ("community", "社区", 8), ("street", "街道", 12), ("district", "区", 16)):
        rows = occasions(city, rng, level, per_year, pull=0.4)
        rows["level"] = word
        parts.append(rows)
    rows = pd.concat(parts, ignore_index=True)
    n, rank = len(rows), rows.level.map({word: i for i, word in enumerate(LEVELS)}).to_numpy()
    weight = np.array(list(BASE.values()), float)
    proper = np.array(PROPER)
    codes, classes = np.array(list(AT)), np.empty(n, int)
    for level in (1, 2, 3, 4):  # a meeting mostly hears what belongs to its level, and some of what does not
        at = np.flatnonzero(rank == level)
        own = weight * np.where(proper == level, 9.0, np.where(np.abs(proper - level) == 1, 0.6, 0.05))
        classes[at] = rng.choice(len(codes), len(at), p=own / own.sum())
    handled = np.clip(proper[classes] + np.where(rng.random(n) < 0.72 + 0.24 * rows.quality, 0, rng.choice([-1, 1, 1], n)), 1, 4)
    due = after(rows.day, rng, 14, 60)
    done = until(city, np.where(rng.random(n) < 0.7 + 0.25 * rows.quality, after(rows.day, rng, 5, 40).clip(max=due), after(due, rng, 1, 40)))
    writer.xlsx("meeting_issue", "响应/联席会议议题.xlsx", pd.DataFrame({
        "议题编号": numbered("YT", n), "会议层级": rows.level, "单元编码": rows.code, "会议日期": rows.day.to_numpy("datetime64[s]"), "事项编码": codes[classes],
        "应办层级": np.where(rng.random(n) < 0.85, np.array(LEVELS)[proper[classes]], ""), "实办层级": np.array(LEVELS)[handled],
        "应办结日期": spelled(due, rng), "办结日期": spelled(blank(done, rng.random(n) < 0.05), rng),
    }), title="四级党建联席会议议题台账")  # fmt: skip


def _mobilisation(city: City, writer: Writer) -> None:
    """Four orders; each asks the micro-grids of some streets to visit every household."""
    rng = city.rng("mobilisation")
    grids = units_at(city, "micro")
    street, frames = grids.code.str[:9], []
    every = sorted(set(street))
    for number, day, hour, minute in DRILLS:
        chosen = rng.choice(every, max(1, round(len(every) * 0.4)), replace=False)
        rows = grids[street.isin(chosen)]
        n, quality = len(rows), rows.quality.to_numpy()
        issued = np.datetime64(day, "s") + np.timedelta64(hour * 60 + minute, "m")
        received = rng.lognormal(1.2, 0.8, n)
        first = received + rng.lognormal(2.4 - 0.8 * quality, 0.7, n)
        done = first + rng.lognormal(4.75 - 0.75 * quality, 0.45, n)
        share = np.where(rng.random(n) < 0.8 + 0.15 * quality, 1.0, rng.uniform(0.5, 0.97, n))
        missed = rng.random(n) < 0.06 * (1.3 - quality)
        open_ = missed | (rng.random(n) < 0.04)
        frames.append(pd.DataFrame({
            "指令编号": number, "发令时间": issued, "微网格编码": rows.code.to_numpy(), "收到时间": _time(issued, received, missed), "首户时间": _time(issued, first, missed),
            "完成时间": _time(issued, done, open_), "应入户数": rows.households.to_numpy(), "实入户数": np.where(missed, 0, (rows.households * share).round()).astype(int),
        }))  # fmt: skip
    writer.csv("mobilisation", "响应/动员回执.csv", pd.concat(frames, ignore_index=True))


def _time(issued: np.datetime64, minutes: np.ndarray, missing: np.ndarray) -> np.ndarray:
    return np.where(missing, np.datetime64("NaT", "s"), issued + (minutes * 60).astype("timedelta64[s]"))
