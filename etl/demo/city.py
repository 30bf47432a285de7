"""The fictional city itself: units with names, codes, people and a hidden quality from which every feed is drawn (城市底数)."""

from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np

from etl.demo import names
from etl.demo.plan import Plan, make_plan
from etl.demo.scales import Scale

DATA_DATE = date(2026, 10, 31)
LEVELS = ("district", "street", "community", "compound", "micro")
MODES = ("包干制", "酬金制", "信托制", "自治", "应急", "无")


@dataclass(frozen=True)
class City:
    """Arrays by level; `parent[level][i]` is the position of the parent in the level above. Positions are 0-based."""

    scale: Scale
    seed: int
    plan: Plan
    parent: dict[str, np.ndarray]
    code: dict[str, np.ndarray]
    name: dict[str, np.ndarray]
    lon: dict[str, np.ndarray]
    lat: dict[str, np.ndarray]
    households: np.ndarray  # per micro-grid
    is_old: np.ndarray  # per compound: built before 2000
    is_exclusive: np.ndarray  # per compound: 专属网格
    built_year: np.ndarray
    mode: np.ndarray  # per compound, position in MODES
    alias: np.ndarray
    company: np.ndarray  # per compound, position in `companies`; -1 without
    companies: np.ndarray
    quality: np.ndarray  # per compound, 0 bad … 1 good; has a spatial pattern
    rim: np.ndarray  # per compound: 0 centre … 1 rim

    def rng(self, feed: str) -> np.random.Generator:
        """Each feed's own stream of chance: a change to one feed leaves the others' bytes alone."""
        return np.random.default_rng([self.seed, crc32(feed.encode())])

    def up(self, level: str, to: str) -> np.ndarray:
        """Per unit of `level`, the position of its ancestor at the coarser level `to`."""
        at = np.arange(len(self.code[level]))
        for name in reversed(LEVELS[LEVELS.index(to) + 1 : LEVELS.index(level) + 1]):
            at = self.parent[name][at]
        return at

    def sum_to(self, level: str, values: np.ndarray, of: str = "micro") -> np.ndarray:
        """Per unit of `level`, the sum of values given per unit of `of`."""
        return np.bincount(self.up(of, level), weights=values, minlength=len(self.code[level]))

    def n(self, level: str) -> int:
        """How many units the level has."""
        return len(self.code[level])


def make_city(scale: Scale, seed: int) -> City:
    """The city of this scale; the same seed gives the same city."""
    rng = np.random.default_rng([seed, crc32(b"city")])
    plan = make_plan(scale, rng)
    parent = _parents(plan)
    lon, lat, rim = _centres(plan, parent)
    compounds = len(parent["compound"])
    street_of = parent["community"][parent["compound"]]
    quality = _quality(rim["compound"], street_of, lon["compound"], lat["compound"], rng)
    exclusive = plan.is_exclusive
    is_old = (rng.random(compounds) < 0.62 - 0.42 * rim["compound"]) & ~exclusive
    built = np.where(is_old, rng.integers(1978, 1999, compounds), rng.integers(2001, 2025, compounds))
    named = {
        "district": np.array(names.DISTRICTS[: len(parent["district"])], object),
        "street": np.array(names.streets(len(parent["street"]), rng), object),
        "community": np.array(names.communities(len(parent["community"]), rng), object),
        "compound": np.array(names.compounds(parent["compound"], is_old, exclusive, rng), object),
    }
    code = _codes(parent, lon, lat, exclusive)
    micro_no = np.array([c[-3:].lstrip("0") for c in code["micro"]], object)
    named["micro"] = named["compound"][parent["micro"]] + micro_no + "号微网格"
    companies = np.array(names.companies(max(6, compounds // 14), rng), object)
    mode = _modes(is_old, exclusive, quality, rng)
    company = np.where(mode <= 2, rng.integers(0, len(companies), compounds), -1)
    alias = np.array(names.aliases(list(named["compound"]), rng), object)
    households = _households(len(parent["micro"]), rng)
    return City(scale, seed, plan, parent, code, named, lon, lat, households, is_old, exclusive, built, mode, alias, company, companies,
                quality, rim["compound"])


def _parents(plan: Plan) -> dict[str, np.ndarray]:
    parent = {level: layer.parent for level, layer in plan.layers.items()}
    for level in ("street", "district"):  # levels above the plan's first have one unit
        if level not in parent:
            parent[level] = np.zeros(1, int)
    return parent


def _centres(plan: Plan, parent: dict[str, np.ndarray]) -> tuple[dict, dict, dict]:
    lon, lat, rim = {}, {}, {}
    for level, layer in plan.layers.items():
        sizes = np.array([len(ring) for ring in layer.rings])
        flat = np.concatenate(layer.rings)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        lon[level], lat[level], rim[level] = (np.add.reduceat(v[flat], starts) / sizes for v in (plan.lon, plan.lat, plan.rim))
    for level in ("street", "district"):
        if level not in lon:
            lon[level], lat[level] = np.array([lon["community"].mean()]), np.array([lat["community"].mean()])
    return lon, lat, rim


def _codes(parent: dict, lon: dict, lat: dict, exclusive: np.ndarray) -> dict[str, np.ndarray]:
    """Codes as in the grid standard: numbered from the north-west within the parent; G general, X exclusive, M micro-grid."""
    code: dict[str, np.ndarray] = {}
    above = np.array([names.CITY_CODE[:4]], object)
    widths = {"district": 2, "street": 3, "community": 3, "compound": 3, "micro": 3}
    for level in LEVELS:
        above_of = parent[level]
        order = np.lexsort((lon[level] - lat[level], above_of))
        rank = np.empty(len(order), int)
        first = np.concatenate([[True], np.diff(above_of[order]) != 0])
        at = np.arange(len(order))
        rank[order] = at - np.maximum.accumulate(np.where(first, at, 0)) + 1
        mark = np.full(len(order), "", object)
        if level == "compound":
            mark = np.where(exclusive, "X", "G").astype(object)
        elif level == "micro":
            mark = np.full(len(order), "M", object)
        offset = 1 if level == "district" else 0
        number = np.array([f"{r + offset:0{widths[level]}d}" for r in rank.tolist()], object)
        code[level] = above[above_of] + mark + number
        above = code[level]
    return code


def _quality(rim: np.ndarray, street: np.ndarray, lon: np.ndarray, lat: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Better to the north-east, worse in the old centre, with a character of each street."""
    span = max(float(np.ptp(lon)), 1e-9)
    slope = ((lon - lon.mean()) + (lat - lat.mean())) / span
    own = rng.normal(0, 0.13, int(street.max()) + 1)[street]
    return np.clip(0.52 + 0.28 * slope + 0.10 * rim + own + rng.normal(0, 0.08, len(rim)), 0.05, 0.97)


def _modes(is_old: np.ndarray, exclusive: np.ndarray, quality: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = len(is_old)
    new = rng.choice(6, n, p=[0.68, 0.13, 0.11, 0.03, 0.03, 0.02])
    old = rng.choice(6, n, p=[0.28, 0.02, 0.07, 0.24, 0.13, 0.26])
    mode = np.where(is_old, old, new)
    mode[(quality > 0.75) & (rng.random(n) < 0.15)] = 2
    mode[exclusive] = 5
    return mode


def _households(n: int, rng: np.random.Generator) -> np.ndarray:
    """30–100 as the standard wants, with about a tenth too small or too large."""
    households = np.clip(rng.normal(62, 17, n), 31, 99).astype(int)
    odd = rng.random(n)
    households[odd < 0.065] = rng.integers(101, 185, int((odd < 0.065).sum()))
    households[odd > 0.96] = rng.integers(9, 30, int((odd > 0.96).sum()))
    return households
