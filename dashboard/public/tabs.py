"""The five public pages (公示栏目), each a function from the public tables to HTML."""

from collections import Counter
from decimal import Decimal
from html import escape

from dashboard.public.map_svg import map_html, marks_key
from dashboard.public.pieces import columns, count_html, figure, figures, not_connected, number, pair_bars, panel, rate, table
from dashboard.public.view import PublicView
from dashboard.public.words import STAGES, WORDS, say
from dashboard.view.format import as_head
from etl.model.taxonomy import BY_CODE
from etl.query.public_build import Count, PublicArea, PublicBuild, PublicProject

PER_PAGE = 25
FIRST = {category.code2: category.l1 for category in BY_CODE.values()}


def summary(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    """Everything in one look: cases, months, map, classes, money, grids."""
    lang = view.lang
    head = figures([*case_figures(build, view, area), *money_figures(build, view, area), *service_figures(build, view, area)])
    top = class_rows(build, view, area)[:6]
    classes = panel(say("solved_title", lang), pair_bars(top, lang, (say("received", lang), say("closed", lang))), more=_more(view, "solved")) if top else ""
    months = month_panel(build, view, area)
    place = panel(area.name, map_html(build, view, area, approval), more=_more(view, "premises"))
    return head + f'<div class="gp-grid two">{months or classes}{place}</div><div class="gp-grid two">{classes if months else ""}{grids_panel(build, view, area)}</div>'


def solved(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    """Requests by class and month; second-level classes for the whole city only."""
    lang = view.lang
    rows = class_rows(build, view, area)
    classes = panel(say("by_class", lang), pair_bars(rows, lang, (say("received", lang), say("closed", lang)))) if rows else ""
    finer = panel(say("finer", lang), f'<div class="gp-classes">{_finer(build, view)}</div>', say("finer_note", lang)) if build.top is not None and rows else ""
    return figures(case_figures(build, view, area)) + f'<div class="gp-grid two">{classes}{month_panel(build, view, area)}</div>{finer}'


def _finer(build: PublicBuild, view: PublicView) -> str:
    """Second-level classes of the whole city, a small table for each first-level class."""
    lang, top = view.lang, build.top
    blocks = []
    for first, name in FIRST.items():
        cells = [
            (escape(as_head(category.l2.to(lang))), count_html(received, lang), count_html(build.count("closed", top.code, "", code), lang))
            for code, category in BY_CODE.items()
            if top is not None and category.code2 == first and (received := build.count("received", top.code, "", code)).state != "none"
        ]
        heads = [(name.to(lang), False), (say("received_short", lang), True), (say("closed_short", lang), True)]
        blocks.append(table(heads, cells, name.to(lang)) if cells else "")
    return "".join(blocks)


def funds(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    """公示: money by year, projects by stage, every project with provider and result, dividends."""
    lang = view.lang
    if "fund_project" not in build.feeds:
        return money_head(build, view, area) + panel(say("by_year", lang), _years(build, view, area)) + _dividends(build, view, area)
    inside = build.inside(area.code)
    mine = [one for one in build.projects if one.area in inside]
    stages = Counter(one.stage for one in mine)
    longest = max(stages.values(), default=1)
    steps = "".join(
        f'<li><span class="gp-bar-name">{escape(name.to(lang))}</span><svg class="gp-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="part" width="{100 * stages[stage] / longest:.1f}" height="10"/></svg>'
        f'<span class="gp-bar-n">{stages[stage]:,}</span></li>'
        for stage, name in STAGES.items()
    )
    pages = max(1, -(-len(mine) // PER_PAGE))
    page = min(view.page, pages)
    listed = mine[(page - 1) * PER_PAGE : page * PER_PAGE]
    heads = [(say(key, lang), is_number) for key, is_number in (("project", False), ("area", False), ("fund", False), ("provider", False), ("stage", False), ("approved_yuan", True), ("contract_yuan", True), ("paid_yuan", True), ("result", True))]
    listing = table(heads, [_project(build, view, one) for one in listed], say("projects", lang)) + _paging(view, page, pages, len(mine))
    blocks = f'<div class="gp-grid two">{panel(say("by_year", lang), _years(build, view, area))}{panel(say("by_stage", lang), f"""<ul class="gp-bars one">{steps}</ul>""")}</div>'
    head = money_head(build, view, area)
    return head + blocks + panel(say("projects", lang), listing) + _dividends(build, view, area)


def premises(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    """Map and list of premises."""
    lang = view.lang
    inside = build.inside(area.code)
    mine = [one for one in build.premises if one.area in inside]
    numbers = Counter(one.type for one in mine)
    title = say("map_title", lang, name=area.name)
    drawn = panel(title, map_html(build, view, area, approval, mine))
    if "facility" not in build.feeds:
        return drawn + panel(say("premises", lang), not_connected(lang))
    key = panel(say("premises", lang), f'<ul class="gp-marks">{marks_key(build, numbers)}</ul>')
    heads = [(say("premise_name", lang), False), (say("premise_type", lang), False), (say("area", lang), False), (say("size", lang), True)]
    page, pages = min(view.page, max(1, -(-len(mine) // PER_PAGE))), max(1, -(-len(mine) // PER_PAGE))
    rows = [(escape(one.name), escape(one.type), escape(build.areas[one.area].name), number(one.area_m2)) for one in mine[(page - 1) * PER_PAGE : page * PER_PAGE]]
    listing = panel(say("premises_list", lang), table(heads, rows, title, "list") + _paging(view, page, pages, len(mine)))
    return f'<div class="gp-grid wide">{drawn}{key}</div>{listing}'


def service(build: PublicBuild, view: PublicView, area: PublicArea, approval: str) -> str:
    """Volunteers by month, hotline and one-stop services by kind."""
    lang, top = view.lang, build.top
    head = figures(service_figures(build, view, area))
    if top is None:
        return head
    people = [build.count("participants", top.code, month) for month in build.months]
    blocks = ""
    if any(count.state != "none" for count in people):
        chart = columns(build.months, [(say("participants", lang), people)], lang, say("volunteer_month", lang))
        blocks += panel(say("volunteer_month", lang), chart, escape(top.name))
    kinds = sorted({category for measure, code, month, category in build.counts if measure == "services" and code == top.code and category and not month})
    if kinds:
        monthly = columns(build.months, [(say("services", lang), [build.count("services", top.code, month) for month in build.months])], lang, say("services_month", lang))
        heads = [(say("premise_type", lang), False), (as_head(say("cases_unit", lang)), True)]
        listed = table(heads, [(escape(kind.replace("·", " · ")), count_html(build.count("services", top.code, "", kind), lang)) for kind in kinds], say("services_kind", lang))
        blocks += panel(say("services_month", lang), monthly, escape(top.name)) + panel(say("services_kind", lang), listed, escape(top.name))
    if blocks:
        blocks += grids_panel(build, view, area)
    return f'{head}<div class="gp-grid two">{blocks}</div>'


TAB_PAGES = {"summary": summary, "solved": solved, "funds": funds, "premises": premises, "service": service}


def case_figures(build: PublicBuild, view: PublicView, area: PublicArea, note: str = "") -> list[str]:
    """Received (with a note, if any), closed, closed in time."""
    lang, code = view.lang, area.code
    received, closed, on_time = (build.count(measure, code) for measure in ("received", "closed", "on_time"))
    in_time, done = rate(on_time, closed), rate(closed, received)
    return [
        figure(say("received", lang), count_html(received, lang), say("cases_unit", lang), note, "received"),
        figure(say("closed", lang), count_html(closed, lang), say("cases_unit", lang), say("close_share", lang, n=done) if done is not None else "", "closed"),
        figure(say("on_time", lang), f"{in_time}%" if in_time is not None else '<span class="gp-none">—</span>', "", say("on_time_note", lang), "on_time"),
    ]


def money_figures(build: PublicBuild, view: PublicView, area: PublicArea) -> list[str]:
    """Number of projects, approved and paid sums."""
    lang = view.lang
    if "fund_project" not in build.feeds:
        return [figure(say("projects", lang), f'<span class="gp-none">{say("none", lang)}</span>')]
    inside = build.inside(area.code)
    mine = [one for one in build.projects if one.area in inside]
    approved = sum((one.approved for one in mine if one.approved is not None), Decimal(0))
    note = say("approved_all_years", lang, n=_wan(approved, lang))
    return [figure(say("projects", lang), number(len(mine)), say("items", lang), note, "projects")]


def money_head(build: PublicBuild, view: PublicView, area: PublicArea) -> str:
    """Number of projects, and each sum as a figure of its own."""
    lang = view.lang
    if "fund_project" not in build.feeds:
        return figures(money_figures(build, view, area))
    inside = build.inside(area.code)
    mine = [one for one in build.projects if one.area in inside]
    sums = [(name, sum((amount for one in mine if (amount := getattr(one, name)) is not None), Decimal(0))) for name in ("approved", "contract", "paid")]
    shown = [figure(say(name, lang), *_wan_parts(amount, lang), key=name) for name, amount in sums]
    return figures([figure(say("projects", lang), number(len(mine)), say("items", lang), say("all_years", lang), "projects"), *shown])


def service_figures(build: PublicBuild, view: PublicView, area: PublicArea) -> list[str]:
    """Volunteers and services to residents."""
    lang, top = view.lang, build.top
    activities, hours = build.volunteers.get((area.code, ""), (0, None))
    note = say("activities", lang, n=number(activities), h=number(hours)) if hours is not None else say("activities_only", lang, n=number(activities)) if activities else ""
    found = [figure(say("participants", lang), count_html(build.count("participants", area.code), lang), say("times", lang), note, "participants")]
    if top is not None:
        count = build.count("services", top.code)
        if count.state != "none":
            found.append(figure(say("services", lang), count_html(count, lang), say("cases_unit", lang), say("services_city", lang), "services"))
    return found


def class_rows(build: PublicBuild, view: PublicView, area: PublicArea) -> list[tuple[str, Count, Count]]:
    """First-level classes, most received first; for a community the classes are those of no smaller place, so there are none."""
    rows = [
        (name.to(view.lang), received, build.count("closed", area.code, "", code))
        for code, name in FIRST.items()
        if (received := build.count("received", area.code, "", code)).state != "none"
    ]
    return sorted(rows, key=lambda row: (-(row[1].value or 0), row[1].state != "withheld"))


def month_panel(build: PublicBuild, view: PublicView, area: PublicArea, height: int = 290) -> str:
    """Received and closed by month; nothing for communities, whose months are not told."""
    lang = view.lang
    received, closed = ([build.count(measure, area.code, month) for month in build.months] for measure in ("received", "closed"))
    if not any(count.state != "none" for count in received):
        return ""
    return panel(say("by_month", lang), columns(build.months, [(say("received", lang), received), (say("closed", lang), closed)], lang, say("by_month", lang), height))


def grids_panel(build: PublicBuild, view: PublicView, area: PublicArea) -> str:
    """How many grids there are (exact) and how many stewards (a public count)."""
    lang = view.lang
    rows = [(say(key, lang), number(value)) for key, value in (("streets", area.streets), ("communities", area.communities), ("compounds", area.compounds), ("micros", area.micros)) if value]
    stewards = build.count("stewards", area.code)
    if stewards.state != "none":
        rows.append((say("stewards", lang), count_html(stewards, lang)))
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in rows)
    return panel(say("grids_title", lang), f'<dl class="gp-facts">{items}</dl>')


def _more(view: PublicView, tab: str) -> str:
    return f'<a class="gp-more" href="{escape(view.address(tab=tab))}">{say("more", view.lang)}</a>'


def _wan_parts(amount: Decimal, lang: str) -> tuple[str, str]:
    return (f"{amount / 10_000:,.1f}", "万元") if lang == "zh" else (f"¥{amount:,.0f}", "")


def _wan(amount: Decimal, lang: str) -> str:
    return f"{amount / 10_000:,.1f} 万元" if lang == "zh" else f"¥{amount:,.0f}"


def _project(build: PublicBuild, view: PublicView, one: PublicProject) -> tuple[str, ...]:
    lang = view.lang
    fund = WORDS[one.fund].to(lang) if one.fund in ("guarantee", "incentive", "other") else escape(one.fund or "—")
    name = f"<b>{escape(one.name)}</b>" + (f'<i class="gp-theme">{escape(one.theme)}</i>' if one.theme else "")
    provider = escape(one.provider) if one.provider else f'<span class="gp-none">{say("none_yet", lang)}</span>'
    stage = f'<span class="gp-stage">{escape(STAGES[one.stage].to(lang))}</span>' if one.stage in STAGES else "—"
    score = say("score", lang, n=f"{one.score:g}") if one.score is not None else "—"
    return name, escape(build.areas[one.area].name), fund, provider, stage, number(one.approved), number(one.contract), number(one.paid), score


def _years(build: PublicBuild, view: PublicView, area: PublicArea) -> str:
    lang, names = view.lang, {"budget": "budget", "received": "received_amt", "expense": "expense", "refund": "refund", "cleared": "cleared"}
    years = sorted({year for code, year, _ in build.money if code == area.code}, reverse=True)[:6]
    if not years:
        return not_connected(lang)
    used = [kind for kind in names if any((area.code, year, kind) in build.money for year in years)]
    heads = [(say("year", lang), False), *((say(names[kind], lang), True) for kind in used)]
    return table(heads, [(str(year), *(number(build.money.get((area.code, year, kind))) for kind in used)) for year in years], say("by_year", lang))


def _dividends(build: PublicBuild, view: PublicView, area: PublicArea) -> str:
    lang, inside = view.lang, build.inside(area.code)
    mine = [one for one in build.dividends if one.area in inside][:12]
    if not mine:
        return ""
    heads = [(say("compound", lang), False), (say("area", lang), False), (say("year", lang), False), (say("amount", lang), True), (say("per_m2", lang), True)]
    rows = [(escape(one.compound), escape(build.areas[one.area].name), escape(one.period), number(one.amt), number(one.per_m2, 2)) for one in mine]
    return panel(say("dividends", lang), table(heads, rows, say("dividends", lang)), say("dividends_note", lang))


def _paging(view: PublicView, page: int, pages: int, n: int) -> str:
    lang = view.lang
    if pages == 1:
        return ""
    before = f'<a href="{escape(view.address(page=page - 1))}">{say("before", lang)}</a>' if page > 1 else ""
    after = f'<a href="{escape(view.address(page=page + 1))}">{say("after", lang)}</a>' if page < pages else ""
    return f'<nav class="gp-paging">{before}<span>{say("page_of", lang, page=page, pages=pages, n=n)}</span>{after}</nav>'
