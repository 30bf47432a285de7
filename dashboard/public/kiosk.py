"""The lobby screen (公示大屏): one page that stays open for weeks, and the screens it turns through as one small file.

The page itself is never loaded again. It asks for the screens every minute and keeps the last good ones, so a server restart, a lost
network or a new build changes nothing on the wall but the figures.
"""

import logging
from html import escape
from urllib.parse import urlencode

import segno

from dashboard.assets import asset_version
from dashboard.public.map_svg import map_html, marks_key
from dashboard.public.pieces import columns, count_html, figures, not_connected, number, pair_bars, panel, table
from dashboard.public.settings import KioskSettings, kiosk_settings
from dashboard.public.tabs import case_figures, class_rows, grids_panel, money_figures, money_head, month_panel, service_figures
from dashboard.public.view import PublicView, area_of, period_said
from dashboard.public.words import STAGES, say
from dashboard.view.format import as_head, day
from etl.model.errors import CallError
from etl.model.text import Lang
from etl.query.public_build import PublicArea, PublicBuild

log = logging.getLogger("atlas.public")
PROJECTS, MOST_KINDS = 7, 8  # as many rows as the wall has room for
TALL = 400  # of column charts: the wall has room
_good = [KioskSettings()]


def settings_now() -> KioskSettings:
    """[kiosk] as it is now; a mistake made while the wall runs leaves the last good settings."""
    try:
        _good[0] = kiosk_settings()
    except CallError as error:
        log.error("%s", error.text.en)
    return _good[0]


def shell(lang: Lang, theme: str, unit: str) -> str:
    """The page of the wall: a bar, an empty stage, the script. It holds no figure, so it never grows old."""
    version = asset_version()
    query = urlencode({name: value for name, value in (("unit", unit), ("lang", lang)) if value})
    words = f'data-stale="{escape(say("stale", lang))}" data-offline="{escape(say("offline", lang))}"'
    return (
        f'<!doctype html><html lang="{"en" if lang == "en" else "zh-CN"}" translate="no" data-theme="{theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{say("title", lang)}</title><link rel="icon" type="image/svg+xml" href="/assets/favicon.svg?{version}"><link rel="stylesheet" href="/assets/public.css?{version}">'
        f'<link rel="stylesheet" href="/assets/kiosk.css?{version}"><script src="/assets/kiosk.js?{version}" defer></script></head>'
        f'<body class="gp-page gk" data-screens="/kiosk/screens.json?{escape(query)}" {words}><header class="gk-top"><div class="gk-name"><b id="gk-city">…</b><span>{say("title", lang)}</span></div>'
        f'<h1 id="gk-title"></h1><div class="gp-stamp st-key-data-stamp"><span id="gk-date" class="gk-date"></span></div></header><div id="gk-bands" class="gp-bands"></div>'
        f'<main id="gk-stage" aria-live="off"><p class="gk-wait">{say("no_build", lang)}</p></main><footer class="gk-foot"><ol id="gk-dots" aria-hidden="true"></ol><p id="gk-note" role="status"></p><div id="gk-qr"></div></footer></body></html>'
    )


def screens(build: PublicBuild, lang: Lang, unit: str, approval: str, origin: str) -> dict[str, object]:
    """Everything the wall shows, with seconds per screen. `origin` is where this server is reached, for the QR code."""
    settings, view = settings_now(), PublicView(unit=unit if unit in build.areas else "", lang=lang)
    area = area_of(build, view)
    bands = ([say("demo", lang)] if build.is_demo else []) + ([] if approval else [say("internal", lang)])
    shown = [] if area is None else [
        {"id": tab, "seconds": seconds, "title": f"{area.name} · {say(f'tab_{tab}', lang)}", "html": SCREENS[tab](build, view, area, approval)} for tab, seconds in settings.pages
    ]  # fmt: skip
    address = settings.address or f"{origin}{view.address()}"
    return {
        "build_id": build.id, "data_date": build.data_date.isoformat(), "date": f'{say("data_to", lang)} {day(build.data_date, lang)}', "stale_days": settings.stale_days,
        "city": build.city_name, "bands": bands, "screens": shown, "qr": qr(address, say("phone", lang)), "version": asset_version(),
    }  # fmt: skip


def qr(address: str, said: str) -> str:
    """The QR code of an address as SVG, dark on light whatever the theme: many readers know no other."""
    drawing = segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#0b1220", light="#ffffff", omitsize=True)
    return f'<figure class="gk-qr">{drawing}<figcaption>{escape(said)}</figcaption></figure>'


def _summary(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    heads = figures([*case_figures(build, view, area, period_said(build, view.lang)), *money_figures(build, view, area), *service_figures(build, view, area)])
    place = panel(area.name, map_html(build, view, area, approval))
    lang, rows = view.lang, class_rows(build, view, area)[:6]
    classes = panel(say("solved_title", lang), pair_bars(rows, lang, (say("received", lang), say("closed", lang)))) if rows else ""
    wide = f'<div class="gk-wide">{grids_panel(build, view, area)}</div>'
    return heads + f'<div class="gk-grid">{month_panel(build, view, area, TALL)}{place}{classes or grids_panel(build, view, area)}{wide if classes else ""}</div>'


def _solved(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    lang, rows = view.lang, class_rows(build, view, area)
    bars = panel(say("by_class", lang), pair_bars(rows[:10], lang, (say("received", lang), say("closed", lang)))) if rows else ""
    return figures(case_figures(build, view, area, period_said(build, lang))) + f'<div class="gk-grid">{bars}{month_panel(build, view, area, TALL)}</div>'


def _funds(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    lang, inside = view.lang, build.inside(area.code)
    newest = [one for one in build.projects if one.area in inside and one.provider][:PROJECTS]
    heads = [(say(key, lang), is_number) for key, is_number in (("project", False), ("area", False), ("provider", False), ("stage", False), ("approved_yuan", True))]
    rows = [
        (f"<b>{escape(one.name)}</b>", escape(build.areas[one.area].name), escape(one.provider), escape(STAGES[one.stage].to(lang)) if one.stage in STAGES else "—", number(one.approved))
        for one in newest
    ]
    listed = table(heads, rows, say("projects", lang), "list") if "fund_project" in build.feeds else not_connected(lang)
    return money_head(build, view, area) + panel(say("projects", lang), listed, classes="gk-table")


def _premises(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    lang, inside = view.lang, build.inside(area.code)
    mine = [one for one in build.premises if one.area in inside]
    numbers: dict[str, int] = {}
    for one in mine:
        numbers[one.type] = numbers.get(one.type, 0) + 1
    key = panel(say("premises", lang), f'<ul class="gp-marks">{marks_key(build, numbers)}</ul>' if "facility" in build.feeds else not_connected(lang))
    return f'<div class="gk-grid map">{panel(say("map_title", lang, name=area.name), map_html(build, view, area, approval, mine))}{key}</div>'


def _service(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    lang, top = view.lang, build.top
    heads = figures(service_figures(build, view, area))
    if top is None:
        return heads
    blocks = []
    for measure, title in (("participants", "volunteer_month"), ("services", "services_month")):
        counts = [build.count(measure, top.code, month) for month in build.months]
        if any(count.state != "none" for count in counts):
            blocks.append(panel(say(title, lang), columns(build.months, [(say(measure, lang), counts)], lang, say(title, lang), TALL), escape(top.name)))
    every = {category: build.count("services", top.code, "", category) for measure, code, month, category in build.counts if measure == "services" and code == top.code and category and not month}
    kinds = sorted(every, key=lambda kind: (-(every[kind].value or 0), kind))  # the wall shows the most asked for
    if kinds:
        titles = [(say("premise_type", lang), False), (as_head(say("cases_unit", lang)), True)]
        rows = [(escape(kind.partition("·")[2] or kind), count_html(every[kind], lang)) for kind in kinds[:MOST_KINDS]]
        blocks.append(panel(say("services_kind", lang), table(titles, rows, say("services_kind", lang)), escape(top.name)))
    return heads + f'<div class="gk-grid">{"".join(blocks)}</div>'

SCREENS = {"summary": _summary, "solved": _solved, "funds": _funds, "premises": _premises, "service": _service}
