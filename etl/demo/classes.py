"""How often each class of case is heard, when, and from whom (诉求规律). The classes themselves are the taxonomy's."""

from dataclasses import dataclass

import numpy as np

from etl.model.taxonomy import Category, load_taxonomy

# months January … December; the level over the year has no part in it, only the shape
SEASONS: dict[str, tuple[float, ...]] = {
    "flat": (1,) * 12,
    "winter": (3.2, 2.4, 0.8, 0.15, 0.1, 0.1, 0.1, 0.1, 0.15, 0.5, 2.2, 3.4),
    "summer": (0.55, 0.55, 0.75, 0.95, 1.25, 1.5, 1.65, 1.6, 1.25, 0.9, 0.65, 0.5),
    "rain": (0.15, 0.15, 0.3, 0.6, 1.0, 2.0, 5.2, 2.8, 1.1, 0.4, 0.2, 0.15),
    "spring": (0.5, 0.4, 1.1, 1.3, 1.2, 1.0, 1.0, 1.0, 1.3, 1.1, 1.0, 0.8),
    "school": (0.6, 0.8, 1.0, 1.0, 1.2, 1.8, 1.6, 1.9, 1.2, 0.6, 0.5, 0.5),
    "yearend": (2.6, 1.6, 0.7, 0.6, 0.6, 0.7, 0.7, 0.7, 0.8, 0.8, 1.1, 1.9),
}
# hours 0 … 23
HOURS: dict[str, tuple[float, ...]] = {
    "day": (1, 1, 0.5, 0.5, 0.5, 1, 3, 7, 12, 15, 14, 11, 7, 8, 11, 12, 11, 9, 7, 6, 5, 4, 3, 2),
    "night": (6, 3, 2, 1, 1, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 8, 11, 14, 15, 13, 9),
    "dinner": (1, 0.5, 0.3, 0.2, 0.2, 0.3, 0.6, 1, 2, 3, 4, 7, 7, 4, 3, 3, 4, 9, 13, 14, 10, 6, 3, 2),
}
# code4: weight, times as frequent in old compounds, season, hours
RHYTHM: dict[str, tuple[float, float, str, str]] = {
    "0101": (5.0, 1.1, "flat", "day"), "0102": (2.6, 0.7, "yearend", "day"), "0103": (1.3, 0.6, "flat", "day"), "0104": (0.9, 0.7, "flat", "day"),
    "0105": (2.6, 0.25, "flat", "day"), "0106": (0.5, 0.2, "flat", "day"), "0107": (0.7, 4.0, "spring", "day"), "0201": (3.6, 1.7, "summer", "day"),
    "0202": (1.6, 1.1, "flat", "day"), "0203": (2.2, 1.9, "flat", "day"), "0204": (1.0, 2.6, "summer", "day"), "0205": (0.9, 1.8, "summer", "day"),
    "0206": (1.4, 0.7, "spring", "day"), "0301": (4.2, 1.1, "summer", "night"), "0302": (2.8, 0.8, "summer", "night"),
    "0303": (2.4, 1.5, "summer", "dinner"), "0304": (0.8, 0.7, "spring", "day"), "0305": (1.2, 1.5, "summer", "night"), "0401": (0.9, 1.1, "rain", "day"),
    "0402": (1.7, 1.1, "flat", "day"), "0403": (1.8, 1.4, "flat", "night"), "0404": (0.9, 1.7, "rain", "day"), "0405": (0.5, 0.8, "spring", "day"),
    "0406": (0.6, 0.9, "flat", "day"), "0501": (1.8, 1.3, "summer", "day"), "0502": (1.6, 1.2, "summer", "night"), "0503": (0.6, 1.1, "winter", "day"),
    "0504": (0.15, 1.4, "winter", "day"), "0505": (2.6, 1.2, "winter", "day"), "0506": (1.3, 2.3, "rain", "day"), "0601": (4.4, 1.2, "flat", "night"),
    "0602": (1.4, 1.5, "flat", "day"), "0603": (4.2, 1.0, "flat", "day"), "0604": (1.5, 1.2, "summer", "day"), "0605": (1.2, 0.8, "flat", "day"),
    "0701": (2.4, 1.0, "flat", "day"), "0702": (0.9, 5.0, "spring", "day"), "0703": (2.6, 1.5, "rain", "day"), "0704": (0.15, 4.0, "rain", "day"),
    "0705": (0.7, 0.8, "flat", "night"), "0801": (2.9, 1.3, "summer", "dinner"), "0802": (0.8, 0.9, "flat", "day"), "0803": (1.0, 1.0, "summer", "day"),
    "0804": (1.9, 0.7, "yearend", "day"), "0805": (1.4, 1.0, "summer", "night"), "0901": (0.9, 1.6, "winter", "day"), "0902": (1.5, 1.6, "flat", "night"),
    "0903": (0.5, 0.5, "flat", "day"), "0904": (0.8, 1.2, "flat", "night"), "0905": (0.1, 1.2, "rain", "day"), "1001": (1.8, 1.3, "summer", "day"),
    "1002": (0.6, 1.1, "yearend", "night"), "1003": (0.9, 0.6, "flat", "day"), "1004": (1.6, 0.9, "yearend", "day"), "1005": (0.08, 1.0, "flat", "day"),
    "1101": (1.2, 1.9, "flat", "day"), "1102": (0.7, 1.7, "winter", "day"), "1103": (0.4, 1.5, "flat", "day"), "1104": (2.1, 1.0, "flat", "day"),
    "1105": (0.9, 1.0, "winter", "day"), "1106": (1.4, 0.6, "school", "day"), "1201": (4.0, 0.9, "flat", "day"), "1202": (1.6, 0.9, "flat", "day"),
    "1203": (0.4, 0.9, "flat", "day"), "1204": (0.3, 1.0, "flat", "day"), "1205": (0.6, 0.8, "flat", "day"), "1299": (1.0, 1.0, "flat", "day"),
}  # fmt: skip
# classes seen on streets, which city inspectors and stewards also find
ON_STREET = frozenset(["0302", "0304", "0401", "0402", "0404", "0602", "0603", "0605", "0801", "0802", "0803", "0201", "0206", "0701", "0901"])
WEEKDAY = (1.12, 1.08, 1.04, 1.03, 1.05, 0.88, 0.80)


@dataclass(frozen=True)
class Classes:
    """Arrays over the classes, in the order of their codes. `monthly[0 or 1][month]` = probabilities in new and old compounds."""

    category: list[Category]
    code4: np.ndarray
    limit_hours: np.ndarray  # NaN without a limit
    proper: np.ndarray  # 5 micro, 4 compound, 3 community, 2 street, 1 district
    on_street: np.ndarray
    monthly: np.ndarray
    hours: np.ndarray

    def index(self, code4: str) -> int:
        """Position of a class."""
        return int(np.searchsorted(self.code4, code4))


def load_classes() -> Classes:
    """The taxonomy under `data/` with its rhythm; a class without one is rare and even over the year."""
    categories = [c for _, c in sorted(load_taxonomy().categories.items())]
    code4 = np.array([c.code4 for c in categories])
    per_unit = {"hour": 1.0, "working_hour": 3.0, "day": 24.0, "working_day": 33.6}
    limits = np.array([c.limit_value * per_unit[c.limit_unit] if c.limit_value and c.limit_unit else np.nan for c in categories])
    rank = {"city": 0, "district": 1, "street": 2, "community": 3, "compound": 4, "micro": 5}
    rhythm = [RHYTHM.get(c.code4, (0.1, 1.0, "flat", "day")) for c in categories]
    shape = np.array([np.array(SEASONS[r[2]]) / np.mean(SEASONS[r[2]]) for r in rhythm])
    new = np.array([r[0] for r in rhythm])[:, None] * shape
    old = new * np.array([r[1] for r in rhythm])[:, None]
    monthly = np.stack([(part / part.sum(axis=0)).T for part in (new, old)])
    hours = np.array([np.array(HOURS[r[3]]) / np.sum(HOURS[r[3]]) for r in rhythm])
    on_street = np.array([c.code4 in ON_STREET for c in categories])
    return Classes(categories, code4, limits, np.array([rank[c.proper_level] for c in categories]), on_street, monthly, hours)


def month_volume(classes: Classes) -> np.ndarray:
    """Relative number of cases per calendar month: the sum of all classes' seasons."""
    rhythm = [RHYTHM.get(code, (0.1, 1.0, "flat", "day")) for code in classes.code4.tolist()]
    return np.array([sum(r[0] * SEASONS[r[2]][m] / np.mean(SEASONS[r[2]]) for r in rhythm) for m in range(12)])
