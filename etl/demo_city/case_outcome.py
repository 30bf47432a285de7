"""What came out of a case (办理结果): level that solved it, call-back, severity, persons."""

from dataclasses import dataclass

import numpy as np

from etl.demo_city.case_draw import CLOSED, Month
from etl.demo_city.case_mix import AT
from etl.model.taxonomy import CATEGORIES

LEVELS = ("微网格", "小区", "社区", "街道", "区", "市")
_RANK = {"micro": 0, "compound": 1, "community": 2, "street": 3, "district": 4, "city": 5}
PROPER = np.array([_RANK[c.proper_level] for c in CATEGORIES])
SOLVED = ("解决", "部分解决", "未解决")
SATISFIED = ("满意", "基本满意", "不满意", "未评价")
SEVERITIES = ("小事", "大事", "群体事件")
_CROWD = {"1003": 0.5, "1005": 1.0, "1004": 0.2, "0103": 0.05, "0102": 0.05, "0702": 0.05, "0107": 0.05}
CROWD = np.full(len(CATEGORIES), 0.012)
CROWD[[AT[code] for code in _CROWD]] = list(_CROWD.values())


@dataclass(frozen=True)
class Outcome:
    """Numbers of the words above, -1 for an empty cell; `persons` 0 for an empty cell."""

    level: np.ndarray
    solved: np.ndarray
    satisfied: np.ndarray
    severity: np.ndarray
    persons: np.ndarray


def draw_outcome(rng: np.random.Generator, cases: Month) -> Outcome:
    """Results of the cases; the better a case went (`effort`), the lower the level that solved it and the happier the caller."""
    n, effort = len(cases), cases.effort
    is_closed = cases.status == CLOSED
    proper = PROPER[cases.code]
    low = np.where(proper == 1, 0.22 + 0.14 * effort, 0.1 + 0.1 * effort)
    right = low + 0.48 + 0.26 * effort
    shift = (rng.random(n)[:, None] > np.stack([low, right, right + (1 - right) * 0.8], axis=1)).sum(axis=1) - 1
    level = np.where(is_closed & (rng.random(n) > 0.06), np.clip(proper + shift, 0, 5), -1)
    called = is_closed & (cases.channel == 0) & (rng.random(n) < 0.72)
    solved = np.where(called, (rng.random(n)[:, None] > np.stack([0.66 + 0.29 * effort, 0.8 + 0.18 * effort], axis=1)).sum(axis=1), -1)
    liking = np.clip(effort - 0.4 * (solved == 2) - 0.15 * (solved == 1), 0, 1)
    scale = np.stack([0.44 + 0.42 * liking, 0.66 + 0.27 * liking, 0.93 + 0.02 * liking], axis=1)
    satisfied = np.where(called, (rng.random(n)[:, None] > scale).sum(axis=1), -1)
    crowd = rng.random(n) < CROWD[cases.code]
    persons = np.where(crowd, 2 + rng.geometric(0.07, n), np.where(rng.random(n) < 0.2, 1, 0))
    persons = np.where(cases.code == AT["1005"], 10 + rng.geometric(0.05, n), persons)
    said = rng.random(n) < 0.25
    own = np.array([SEVERITIES.index({"minor": "小事", "major": "大事", "group": "群体事件"}[c.severity]) for c in CATEGORIES])[cases.code]
    severity = np.where(said, np.where(persons >= 5, 2, own), -1)
    return Outcome(level, solved, satisfied, severity, persons)
