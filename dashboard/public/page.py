"""The whole public page (公示页面): the same content for the plain page of a public server and inside the internal frame."""

from html import escape

from dashboard.assets import asset_version
from dashboard.public.tabs import TAB_PAGES
from dashboard.public.view import OF_A_PERIOD, TABS, PublicView, area_of, period_said
from dashboard.public.words import say
from dashboard.view.format import day
from etl.query.public_build import PublicBuild


def content(build: PublicBuild, view: PublicView, approval: str) -> str:
    """Tabs, area, figures: all that the public sees, without the bar around it."""
    lang, area = view.lang, area_of(build, view)
    if area is None:
        return f'<div class="gp"><p class="gp-none">{say("none", lang)}</p></div>'
    tabs = "".join(
        f'<a href="{escape(view.address(tab=tab))}"{_current(tab == view.tab)}>{say(f"tab_{tab}", lang)}</a>' for tab in TABS
    )
    unknown = f'<p class="gp-note" role="status">{escape(say("unknown_area", lang, code=view.unknown))}</p>' if view.unknown else ""
    body = TAB_PAGES[view.tab](build, view, area, approval)
    return (
        f'<div class="gp"><nav class="gp-tabs" aria-label="{say("pages", lang)}">{tabs}</nav>{unknown}{_place(build, view, area.code)}'
        f'{body}<p class="gp-rule">{say("rule", lang)}</p></div>'
    )


def _current(is_it: bool) -> str:
    return ' aria-current="page"' if is_it else ""


def _place(build: PublicBuild, view: PublicView, code: str) -> str:
    """Where we are, what lies below, and the period where the tab has one."""
    lang, path = view.lang, build.path(code)
    crumbs = "<span aria-hidden=\"true\">›</span>".join(
        f'<a href="{escape(view.address(unit="" if i == 0 else one.code))}"{_current(one.code == code)}>{escape(one.name)}</a>' for i, one in enumerate(path)
    )
    below = build.divided(code)
    links = "".join(f'<a href="{escape(view.address(unit=one.code))}">{escape(one.name)}</a>' for one in below)
    choose = f'<details class="gp-choose"><summary>{say("choose", lang)} <b>{len(below)}</b></summary><div>{links}</div></details>' if below else ""
    period = f'<span class="gp-period">{period_said(build, lang)}</span>' if view.tab in OF_A_PERIOD else ""
    return f'<div class="gp-place"><nav aria-label="{say("here", lang)}">{crumbs}</nav>{choose}{period}</div>'


def document(build: PublicBuild, view: PublicView, approval: str, is_framed: bool = False) -> str:
    """The plain page. `is_framed`: for the internal reader, whose page has a bar and bands of its own."""
    lang, version = view.lang, asset_version()
    other = view.address(lang="zh" if lang == "en" else "en", page=view.page)
    bands = [f"<span>{say('demo', lang)}</span>"] if build.is_demo else []
    if not approval:
        bands.append(f"<span>{say('internal', lang)}</span>")
    bar = (
        f'<header class="gp-bar-top"><a class="gp-home" href="{"/public?lang=en" if lang == "en" else "/public"}">'
        f'<span class="gp-mark-logo" aria-hidden="true"><i></i><i></i><i></i><i></i></span><b>{escape(build.city_name)}</b><span>{say("title", lang)}</span></a>'
        f'<div class="gp-stamp st-key-data-stamp">{stamp(build, lang)}<a href="{escape(other)}" lang="{"zh-CN" if lang == "en" else "en"}">{say("other_language", lang)}</a></div></header>'
        f'{f"""<div class="gp-bands">{"".join(bands)}</div>""" if bands else ""}'
    )
    return (
        f'<!doctype html><html lang="{"en" if lang == "en" else "zh-CN"}" translate="no"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{say(f"tab_{view.tab}", lang)} · {escape(build.city_name)} · {say("title", lang)}</title><link rel="icon" type="image/svg+xml" href="/assets/favicon.svg?{version}">'
        f'<link rel="stylesheet" href="/assets/public.css?{version}"></head><body class="gp-page">{"" if is_framed else bar}<main>{content(build, view, approval)}</main></body></html>'
    )


def stamp(build: PublicBuild, lang: str) -> str:
    """Data date; the kiosk's script turns it amber when it is old."""
    said = say("data_to", "en" if lang == "en" else "zh")
    return f'<span class="gp-date" data-date="{build.data_date.isoformat()}">{said} <b>{day(build.data_date, lang)}</b></span>'
