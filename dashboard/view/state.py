"""The view (视图状态): which unit, period, level, indicator, filters and selection are shown. The URL is its single source.

Everything that changes the view is a link with a new query string, so a pasted link opens the same view and Back works.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from dashboard.view.drawn_area import Ring, parse_ring, ring_text
from dashboard.view.periods import BY_ID as PERIODS
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators.record import CASE_FILTERS
from etl.model.levels import LEVEL_IDS
from etl.model.text import Lang
from etl.query.row_units import ROW_KINDS

VERSION = "1"
FILTERS: tuple[str, ...] = (*CASE_FILTERS, *FEED_FILTERS)
ONE_VALUE: tuple[str, ...] = ("own_class", "lead_unit", "fund", *(one.name for one in FEED_FILTERS.values() if not one.values))  # free words: a comma in them parts nothing
LONGEST = 80  # characters of one value; longer ones are no code or word of ours
LONGEST_ROW = 200  # of a row of a panel: it may name two offices
LONGEST_LIST = 600  # of several codes
LONGEST_AREA = 1000  # of a drawn area
MOST_UNITS = 40
# a page's own parameters (lists of codes, class limits); they stay behind when another page is opened
OWN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("overview", "grids", "coverage", "hotspots", "response", "funds", "property", "cobuild", "volunteers"), ("paint",)),
    "quality": ("feed",),
    "explore": ("y", "weight", "brush", "pick", "method", "classes", "breaks", "by", "other", "set", "columns", "sort", "at", "find", "which", "only"),
    "audit": ("account", "action", "onpage", "at"),
    "department": ("dept",),
    "public": ("place", "p"),
    "steward": ("n_soon", "n_overdue", "n_rest", "n_confirm"),
}
OWN_KEYS: tuple[str, ...] = tuple(dict.fromkeys(name for names in OWN.values() for name in names))
LONGEST_OWN = 600
KEYS: tuple[str, ...] = ("unit", "from", "to", "period", "level", "ind", *FILTERS, "units", "area", "row", "tab", *OWN_KEYS, "lang", "type", "v")


@dataclass(frozen=True, slots=True)
class ViewState:
    """`unit` is a code ("" = the whole city); missing dates mean the default period; `level` "" follows the unit.

    `period` names a period that moves with the data ("" = the dates, or the default one). `units` are codes picked beside each
    other, `area` a ring drawn on the map, `row` a row of a panel (panel:value) whose units are meant: only what lies in all of them counts. `extra` are a page's own parameters; `ignored` names
    the parameters that could not be read, `version` is that of the link when it is not ours.
    """

    unit: str = ""
    date_from: date | None = None
    date_to: date | None = None
    period: str = ""
    level: str = ""
    ind: str = ""
    lang: Lang = "zh"
    where: tuple[tuple[str, str], ...] = ()
    units: tuple[str, ...] = ()
    area: Ring = ()
    row: str = ""
    tab: str = ""
    is_large: bool = False
    extra: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = field(default=(), compare=False)
    version: str = field(default="", compare=False)

    @property
    def category(self) -> str:
        """The one category asked for, "" when none is; of several the first."""
        return next(iter(self.values("category")), "")

    def values(self, name: str) -> tuple[str, ...]:
        """Everything asked for in one filter."""
        return tuple(value for field, value in self.where if field == name)

    def with_filter(self, name: str, *values: str) -> "ViewState":
        """The view with one filter set to any of `values`, or removed when there is none."""
        pairs = [pair for pair in self.where if pair[0] != name] + [(name, value) for value in dict.fromkeys(values) if value]
        return replace(self, where=tuple(sorted(pairs, key=lambda pair: FILTERS.index(pair[0]))))

    def without_filters(self) -> "ViewState":
        """The view of everything: no filter, no selection, the default period."""
        return replace(self, where=(), units=(), area=(), row="", date_from=None, date_to=None, period="")

    def own(self, name: str) -> str:
        """One of the page's own parameters, "" when the address has none."""
        return dict(self.extra).get(name, "")

    def with_own(self, **changes: str) -> "ViewState":
        """The view with some of the page's own parameters set, or removed when empty."""
        found = {**dict(self.extra), **changes}
        return replace(self, extra=tuple((name, found[name]) for name in OWN_KEYS if found.get(name)))

    def query(self) -> dict[str, str]:
        """The query string's parameters; what is default is left out, so that equal views have equal addresses."""
        found = {
            "unit": self.unit,
            "from": self.date_from.isoformat() if self.date_from else "",
            "to": self.date_to.isoformat() if self.date_to else "",
            "period": self.period,
            "level": self.level,
            "ind": self.ind,
            **{name: ",".join(self.values(name)) for name in FILTERS},
            "units": ",".join(self.units),
            "area": ring_text(self.area),
            "row": self.row,
            "tab": self.tab,
            **dict(self.extra),
            "lang": "en" if self.lang == "en" else "",
            "type": "large" if self.is_large else "",
        }
        found = {name: value for name, value in found.items() if value}
        return {**found, "v": VERSION} if found else {}


class _Reading:
    """Reads parameters one by one and remembers which could not be."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.query = query
        self.ignored: list[str] = [name for name in query if name not in KEYS]

    def refuse(self, name: str) -> None:
        if name not in self.ignored:
            self.ignored.append(name)

    def text(self, name: str, longest: int = LONGEST) -> str:
        value = self.query.get(name, "").strip()
        if len(value) > longest or not value.isprintable():
            self.refuse(name)
            return ""
        return value

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        value = self.text(name)
        if value and value not in known:
            self.refuse(name)
            return ""
        return value

    def list(self, name: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(part.strip() for part in self.text(name, LONGEST_LIST).split(",") if part.strip()))
        if any(len(value) > LONGEST for value in found):
            self.refuse(name)
            return ()
        return found

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.refuse(name)
            return None

    def days(self) -> tuple[date | None, date | None]:
        first, last = self.day("from"), self.day("to")
        if first and last and first > last:
            self.refuse("from")
            self.refuse("to")
            return None, None
        return first, last

    def row(self, name: str) -> str:
        value = self.text(name, LONGEST_ROW)
        if value and value.partition(":")[0] not in ROW_KINDS:
            self.refuse(name)
            return ""
        return value

    def ring(self, name: str) -> Ring:
        text = self.text(name, LONGEST_AREA)
        ring = parse_ring(text)
        if text and not ring:
            self.refuse(name)
        return ring


def parse_view(query: Mapping[str, str]) -> ViewState:
    """The view a query string asks for. What cannot be read is left at its default and named in `ignored`."""
    read = _Reading(query)
    date_from, date_to = read.days()
    period = read.one_of("period", tuple(PERIODS))
    where = [(name, value) for name in FILTERS for value in ((read.text(name),) if name in ONE_VALUE else read.list(name)) if value]
    picked = read.list("units")
    if len(picked) > MOST_UNITS:
        read.refuse("units")
        picked = ()
    version = read.text("v")
    return ViewState(
        unit=read.text("unit"), date_from=date_from, date_to=date_to, period="" if date_from or date_to else period,
        level=read.one_of("level", LEVEL_IDS), ind=read.text("ind"), lang="en" if query.get("lang") == "en" else "zh", where=tuple(where),
        units=picked, area=read.ring("area"), row=read.row("row"), tab=read.text("tab"), is_large=query.get("type") == "large",
        extra=tuple((name, value) for name in OWN_KEYS if (value := read.text(name, LONGEST_OWN))),
        ignored=tuple(read.ignored), version="" if version in ("", VERSION) else version,
    )  # fmt: skip


def address(page_id: str, view: ViewState) -> str:
    """The address of a page showing this view, relative to the server's root."""
    kept = OWN.get(page_id, ())
    query = urlencode(replace(view, extra=tuple(pair for pair in view.extra if pair[0] in kept)).query())
    return f"/{page_id}?{query}" if query else f"/{page_id}"
