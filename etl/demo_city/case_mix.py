"""How cases spread over the classes (诉求构成): by kind of neighbourhood, by month of the year, by channel."""

import numpy as np

from etl.model.taxonomy import CATEGORIES

CODES = [c.code4 for c in CATEGORIES]
AT = {code: i for i, code in enumerate(CODES)}

# cases per thousand, then the same in old compounds and in exclusive grids and streets where it differs
BASE = {
    "0101": 62, "0102": 34, "0103": 16, "0104": 14, "0105": 26, "0106": 3, "0107": 9, "0201": 44, "0202": 18, "0203": 30, "0204": 14, "0205": 16, "0206": 22,
    "0301": 46, "0302": 26, "0303": 22, "0304": 8, "0305": 12, "0401": 10, "0402": 26, "0403": 28, "0404": 8, "0405": 8, "0406": 12, "0501": 20, "0502": 14,
    "0503": 9, "0504": 2, "0505": 12, "0506": 16, "0601": 42, "0602": 16, "0603": 40, "0604": 24, "0605": 10, "0701": 22, "0702": 12, "0703": 24, "0704": 2,
    "0705": 8, "0801": 34, "0802": 9, "0803": 14, "0804": 22, "0805": 18, "0901": 16, "0902": 16, "0903": 8, "0904": 9, "0905": 2, "1001": 20, "1002": 5,
    "1003": 9, "1004": 16, "1005": 1, "1101": 9, "1102": 7, "1103": 5, "1104": 18, "1105": 14, "1106": 14, "1201": 34, "1202": 16, "1203": 5, "1204": 4,
    "1205": 5, "1299": 12,
}  # fmt: skip
OLD = {"0102": 0.6, "0103": 1.7, "0104": 0.5, "0105": 0.7, "0107": 3.0, "0203": 2.0, "0204": 2.4, "0401": 1.5, "0403": 1.6, "0506": 2.2, "0702": 4.5, "0703": 2.0,
       "0704": 3.0, "0705": 1.5, "0902": 1.6, "1101": 2.0, "1102": 1.8}  # fmt: skip
STREET = {"0801": 4.0, "0603": 3.0, "0303": 2.5, "0803": 2.5, "0804": 2.5, "0802": 2.5, "1004": 3.0, "0402": 2.0, "0101": 0.2, "0102": 0.0, "0103": 0.0, "0104": 0.0,
          "0107": 0.0, "0203": 0.0, "0301": 0.2, "0601": 0.3, "0702": 0.0, "0703": 0.2, "1001": 0.1, "1003": 0.1}  # fmt: skip
# months in which a class is heard more (or less) of
SEASON = {
    "0505": {11: 5, 12: 5, 1: 4, 2: 3, 3: 2, 4: 0.1, 5: 0.1, 6: 0.1, 7: 0.1, 8: 0.1, 9: 0.1}, "0404": {5: 2, 6: 6, 7: 8, 8: 6, 9: 2, 12: 0.2, 1: 0.2, 2: 0.3},
    "0506": {6: 2, 7: 2.6, 8: 2.2}, "0301": {5: 1.3, 6: 1.6, 7: 1.9, 8: 1.8, 9: 1.3, 12: 0.7, 1: 0.7, 2: 0.8}, "0303": {6: 1.6, 7: 1.9, 8: 1.8},
    "0502": {6: 1.5, 7: 2.6, 8: 2.8, 1: 1.4}, "0205": {4: 1.2, 5: 1.6, 6: 2.0, 7: 2.2, 8: 2.0, 12: 0.4, 1: 0.3}, "0305": {6: 1.5, 7: 1.8, 8: 1.7},
    "0703": {6: 1.6, 7: 1.9, 8: 1.6}, "0206": {3: 1.4, 4: 1.6, 5: 1.4, 12: 0.5, 1: 0.4}, "1004": {12: 2.0, 1: 3.2}, "1106": {5: 1.3, 6: 2.0, 7: 1.8, 8: 2.4, 2: 1.3},
    "0801": {5: 1.2, 6: 1.5, 7: 1.6, 8: 1.5, 1: 0.7, 2: 0.6}, "0304": {3: 1.4, 10: 1.3, 11: 1.5, 12: 1.4}, "0201": {2: 1.3, 7: 1.2, 8: 1.2}, "0501": {1: 1.6, 7: 1.3},
}  # fmt: skip
# what stewards and inspectors find themselves; everything else reaches them seldom
STEWARD = {"02": 2.2, "04": 1.8, "09": 2.6, "10": 1.2, "11": 1.6, "06": 0.9, "01": 0.5, "05": 0.6, "07": 0.8, "03": 0.5, "08": 0.8, "12": 0.2}
INSPECTOR = {"02": 3.0, "04": 5.0, "08": 5.0, "06": 2.0, "03": 1.0, "09": 0.5, "05": 0.4, "07": 0.8, "01": 0.0, "10": 0.0, "11": 0.0, "12": 0.0}
PROFILES = ("common", "old", "street")
CHANNELS = ("hotline", "steward", "inspector")


def shares(month: int) -> np.ndarray:
    """(channel, profile, class) cumulative shares for a month of the year."""
    season = np.array([SEASON.get(code, {}).get(month, 1.0) for code in CODES])
    base = np.array([BASE[code] for code in CODES], float) * season
    profile = [np.ones(len(CODES)), np.array([OLD.get(c, 1.0) for c in CODES]), np.array([STREET.get(c, 1.0) for c in CODES])]
    channel = [np.ones(len(CODES)), np.array([STEWARD[c[:2]] for c in CODES]), np.array([INSPECTOR[c[:2]] for c in CODES])]
    weight = base * np.array(profile)[None, :, :] * np.array(channel)[:, None, :]
    total = weight.cumsum(axis=2)
    return total / total[:, :, -1:]


def draw_classes(rng: np.random.Generator, month: int, channel: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """Number of the class (its place in CODES) of each case."""
    table, u = shares(month), rng.random(len(channel))
    found = np.zeros(len(channel), np.int64)
    for c in range(table.shape[0]):
        for p in range(table.shape[1]):
            at = np.flatnonzero((channel == c) & (profile == p))
            found[at] = np.searchsorted(table[c, p], u[at], side="right")
    return np.minimum(found, len(CODES) - 1)
