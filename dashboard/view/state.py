"""The view (视图状态): which unit, period, level, indicator and filters are shown. The URL is its single source.

Everything that changes the view is a link with a new query string, so a pasted link opens the same view and Back works.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from etl.model.levels import LEVEL_IDS
from etl.model.text import Lang

VERSION = "1"
FILTERS: tuple[str, ...] = ("category", "source", "status", "lead_unit", "severity", "focus", "fund")
LONGEST = 80  # characters of one value; longer ones are no code or word of ours


@dataclass(frozen=True, slots=True)
class ViewState:
    """`unit` is a code ("" = the whole city); missing dates mean the default period; `level` "" follows the unit.

    `extra` are a page's own parameters; `ignored` names the parameters that could not be read.
    """

    unit: str = ""
    date_from: date | None = None
    date_to: date | None = None
    level: str = ""
    ind: str = ""
    lang: Lang = "zh"
    where: tuple[tuple[str, str], ...] = ()
    tab: str = ""
    ignored: tuple[str, ...] = field(default=(), compare=False)

    @property
    def category(self) -> str:
        return dict(self.where).get("category", "")

    def with_filter(self, name: str, value: str) -> "ViewState":
        """The view with one filter set, or removed when `value` is empty."""
        kept = {key: old for key, old in self.where if key != name}
        if value:
            kept[name] = value
        return replace(self, where=tuple((key, kept[key]) for key in FILTERS if key in kept))

    def query(self) -> dict[str, str]:
        """The query string's parameters; what is default is left out, so that equal views have equal addresses."""
        found = {
            "unit": self.unit,
            "from": self.date_from.isoformat() if self.date_from else "",
            "to": self.date_to.isoformat() if self.date_to else "",
            "level": self.level,
            "ind": self.ind,
            **dict(self.where),
            "tab": self.tab,
            "lang": "en" if self.lang == "en" else "",
        }
        found = {name: value for name, value in found.items() if value}
        return {**found, "v": VERSION} if found else {}


def parse_view(query: Mapping[str, str]) -> ViewState:
    """The view a query string asks for. What cannot be read is left at its default and named in `ignored`."""
    ignored: list[str] = []

    def text(name: str) -> str:
        value = query.get(name, "").strip()
        if len(value) > LONGEST or not value.isprintable():
            ignored.append(name)
            return ""
        return value

    def day(name: str) -> date | None:
        value = text(name)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            ignored.append(name)
            return None

    date_from, date_to = day("from"), day("to")
    if date_from and date_to and date_from > date_to:
        ignored += ["from", "to"]
        date_from = date_to = None
    level = text("level")
    if level and level not in LEVEL_IDS:
        ignored.append("level")
        level = ""
    where = tuple((name, value) for name in FILTERS if (value := text(name)))
    return ViewState(
        unit=text("unit"),
        date_from=date_from,
        date_to=date_to,
        level=level,
        ind=text("ind"),
        lang="en" if query.get("lang") == "en" else "zh",
        where=where,
        tab=text("tab"),
        ignored=tuple(ignored),
    )


def address(page_id: str, view: ViewState) -> str:
    """The address of a page showing this view, relative to the server's root."""
    query = urlencode(view.query())
    return f"/{page_id}?{query}" if query else f"/{page_id}"
