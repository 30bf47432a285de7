"""What a public page is asked for (公示视图): a tab, an area, a language. No filter, no date: what can be asked is fixed when a build is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from dashboard.public.words import say
from etl.model.text import Lang
from etl.query.public_build import PublicArea, PublicBuild

TABS = ("summary", "solved", "funds", "premises", "service")
OF_A_PERIOD = ("summary", "solved", "service")  # projects are of all years, premises of today
LONGEST = 64


@dataclass(frozen=True, slots=True)
class PublicView:
    """`unit` is an area's code, "" for the whole city; `page` is for the list of projects."""

    tab: str = "summary"
    unit: str = ""
    lang: Lang = "zh"
    page: int = 1
    unknown: str = ""
    base: str = "/public"  # in the internal frame the links stay in the frame

    def address(self, **changes: object) -> str:
        """The address of this view with changes; a change of tab or unit begins at page 1."""
        view = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        asked = {"tab": "" if view.tab == "summary" else view.tab, "unit": view.unit, "p": str(view.page) if view.page > 1 else "", "lang": "en" if view.lang == "en" else ""}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{self.base}?{query}" if query else self.base


def parse_public(build: PublicBuild, query: Mapping[str, str], base: str = "/public") -> PublicView:
    """The view of a query string. What cannot be is left at its default; an unknown area is named in `unknown`."""
    unit, tab, page = query.get("unit", "").strip(), query.get("tab", ""), query.get("p", "")
    known = unit in build.areas
    unknown = "" if known or not unit or len(unit) > LONGEST or not unit.isprintable() else unit
    top = build.top
    return PublicView(
        tab=tab if tab in TABS else "summary",
        unit=unit if known and top is not None and unit != top.code else "",
        lang="en" if query.get("lang") == "en" else "zh",
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) > 0 else 1,
        unknown=unknown,
        base=base,
    )


def area_of(build: PublicBuild, view: PublicView) -> PublicArea | None:
    """The area looked at; None when the build has none at all."""
    return build.areas.get(view.unit) or build.top


def period_said(build: PublicBuild, lang: Lang) -> str:
    """The months the counts are of: 2025年11月至2026年10月."""
    first, last = (f"{month[:4]}年{int(month[5:])}月" if lang == "zh" else month for month in (build.months[0], build.months[-1]))
    return say("period", lang, first=first, last=last)
