"""Names → units (名称定位): districts, streets, communities and compounds with their aliases.

Names match inside the given street, else the given district, else the city; more than one left means the next coarser place.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from etl.clean.text import clean_text

_OFFICE = re.compile(r"(居民委员会|村民委员会|居委会|村委会|办事处)$")
_KIND = re.compile(r"(社区|街道|地区|小区|片区)$")
_NOISE = re.compile(r"[\s·•,，.。:：()（）\"'“”《》【】\[\]]+")


@lru_cache(maxsize=200_000)
def normal(name: str) -> str:
    """A name as it is compared: simplified script, half-width, without readings, spaces or punctuation, lower case."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", clean_text(name))).lower()


@lru_cache(maxsize=200_000)
def short(name: str) -> str:
    """A normal name without its kind: 桂溪街道办事处 and 桂溪街道 are both 桂溪."""
    office = _OFFICE.sub("", normal(name))
    kind = _KIND.sub("", office)
    return kind if len(kind) >= 2 else office


@dataclass(frozen=True, slots=True)
class Found:
    """Where a row's words lead: a unit, by which kind of name, and the header whose name fitted several units ("" = none did)."""

    unit_no: int
    placed_by: str
    ambiguous: str = ""


@dataclass(frozen=True, slots=True)
class _Area:
    """What three words of an area lead to: the unit whose compounds a place text may name, the unit found, whether it is a community."""

    scope: int
    best: Found
    in_community: bool


class Gazetteer:
    """All names of one build. `add` them, then `find`. Unit numbers are depth-first, so "inside" is a range."""

    def __init__(self, last_no: list[int]) -> None:
        self.last_no = last_no  # index = unit_no
        self.names: dict[str, dict[str, set[int]]] = {kind: {} for kind in ("district", "street", "community", "compound")}
        self.longest = 0
        self._known: dict[tuple[str, str, int], set[int]] = {}  # a city's few thousand districts, streets and communities come with every row
        self._areas: dict[tuple[str | None, str | None, str | None, int], _Area] = {}
        self._told: dict[str, tuple[set[int], ...]] = {}

    def add(self, kind: str, name: str, unit_no: int) -> None:
        for kept in (self._known, self._areas, self._told):
            kept.clear()
        for key in {normal(name), short(name)}:
            if key:
                self.names[kind].setdefault(key, set()).add(unit_no)
                if kind == "compound":
                    self.longest = max(self.longest, len(key))

    def _inside(self, kind: str, name: str, within: int) -> set[int]:
        """The units of a kind so called within a unit; not to be changed."""
        asked = (kind, name, within)
        units = self._known.get(asked)
        if units is None:
            units = self._known[asked] = self._called(kind, normal(name), within) or self._called(kind, short(name), within)
        return units

    def _called(self, kind: str, key: str, within: int) -> set[int]:
        there = self.names[kind].get(key)
        if not there:
            return set()
        last = self.last_no[within]
        return {no for no in there if within <= no <= last}

    def _compounds_in(self, text: str, within: int) -> set[int]:
        """Compounds a place text names: the whole text, else the longest name of three or more characters inside it."""
        told = self._told.get(text)
        if told is None:
            told = self._told[text] = tuple(self._named_by(text))
        last = self.last_no[within]
        for units in told:
            inside = {no for no in units if within <= no <= last}
            if inside:
                return inside
        return set()

    def _named_by(self, text: str) -> Iterator[set[int]]:
        """All compounds of each name that a place text holds, the likeliest name first."""
        cut, names = normal(text), self.names["compound"]
        yield from (names[key] for key in (cut, short(text)) if key in names)
        for length in range(min(len(cut), self.longest), 2, -1):
            yield from (names[cut[at : at + length]] for at in range(len(cut) - length + 1) if cut[at : at + length] in names)

    def find_any(self, name: str, root: int = 1) -> Found:
        """A name standing where a code should: the one unit of any level so called."""
        for kind in ("compound", "community", "street", "district"):
            units = self._inside(kind, name, root)
            if len(units) == 1:
                return Found(next(iter(units)), kind)
            if units:
                return Found(root, "none", "网格编码")
        return Found(root, "none")

    def find(self, district: str | None, street: str | None, community: str | None, place: str | None, root: int = 1) -> Found:
        """The deepest unit the four words name; the root with placed_by "none" when they name nothing."""
        asked = (district, street, community, root)
        area = self._areas.get(asked)
        if area is None:
            area = self._areas[asked] = self._area(district, street, community, root)
        if not place:
            return area.best
        compounds = self._compounds_in(place, area.scope)
        if len(compounds) > 1 and area.in_community:
            home = area.best.unit_no
            compounds = {no for no in compounds if home <= no <= self.last_no[home]} or compounds
        if len(compounds) == 1:
            return Found(next(iter(compounds)), "compound")
        if compounds:
            return replace(area.best, ambiguous="小区点位")
        return area.best

    def _area(self, district: str | None, street: str | None, community: str | None, root: int) -> "_Area":
        best, ambiguous, scope = Found(root, "none"), "", root
        for kind, header, name in (("district", "所属区", district), ("street", "所属街道", street)):
            units = self._inside(kind, name, scope) if name else set()
            if len(units) == 1:
                scope = next(iter(units))
                best = Found(scope, kind)
            elif units:
                ambiguous = header
        communities = self._inside("community", community, scope) if community else set()
        if len(communities) == 1:
            best = Found(next(iter(communities)), "community")
        elif communities:
            ambiguous = "所属社区"
        return _Area(scope, replace(best, ambiguous=ambiguous), len(communities) == 1)
