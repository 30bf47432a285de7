"""Picking in a chart or list (图表联动): what a bar, cell, flow or row stands for, as a change of the address; picked again it is taken back."""

from datetime import date, timedelta
from html import escape
from urllib.parse import parse_qsl, urlencode

from dashboard.view.choice import view_now
from dashboard.view.state import LONGEST, LONGEST_ROW, ViewState, parse_view
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID
from etl.query.series import add_months


def pick(**values: object) -> str:
    """What is picked, by the names of the address: pick(hour=8, weekday=1). "" when there is nothing to pick by, or a word that no address brings back."""
    found = {name: str(value) for name, value in values.items() if value not in (None, "") and _travels(name, str(value))}
    return urlencode(found) if len(found) == len(values) else ""


def _travels(name: str, value: str) -> bool:
    """Whether the address takes this value as it is: none too long, with spaces at its ends or with signs nobody sees."""
    return len(value) <= (LONGEST_ROW if name == "row" else LONGEST) and value.isprintable() and value == value.strip()


def pick_row(kind: str, value: str) -> str:
    """A row of a panel: the units it stands for (`etl.query.row_units`)."""
    return pick(row=f"{kind}:{value}") if value else ""


def pick_period(name: str) -> str:
    """A month (2026-10) or a year (2026) as the period."""
    year, _, month = name.partition("-")
    first = date(int(year), int(month or 1), 1)
    return pick(**{"from": first, "to": add_months(first, 1 if month else 12) - timedelta(days=1)})


def is_picked(view: ViewState, chosen: str) -> bool:
    """Whether the view shows just this."""
    query = view.query()
    return bool(chosen) and all(query.get(name) == value for name, value in parse_qsl(chosen))


def picked(view: ViewState, chosen: str) -> ViewState:
    """The view after picking it: set, or taken away when the view shows just this already."""
    query = view.query()
    wanted = dict(parse_qsl(chosen))
    if is_picked(view, chosen):
        return parse_view({name: value for name, value in query.items() if name not in wanted})
    if {"from", "to"} & wanted.keys():
        query = {name: value for name, value in query.items() if name not in ("from", "to", "period")}
    return parse_view({**query, **wanted, **_turned(view, chosen)})


def carried(view: ViewState, chosen: str) -> str:
    """A pick as it travels with a point of a chart, for the browser: with what else turns when it is set, behind a #."""
    turned = _turned(view, chosen)
    return f"{chosen}#{urlencode(turned)}" if turned else chosen


def _turned(view: ViewState, chosen: str) -> dict[str, str]:
    """The map follows: it turns to an indicator that is counted by what is picked, unless it shows one."""
    shown = BY_ID.get(view.ind)
    found = [FEED_FILTERS[name] for name, _ in parse_qsl(chosen) if name in FEED_FILTERS]
    return next(({"ind": one.shown_by} for one in found if shown is None or one.name not in shown.filters), {})


def pick_link(chosen: str, html: str, view: ViewState | None = None) -> str:
    """A link that picks; `html` is trusted markup. Without anything to pick by just that."""
    if not chosen:
        return html
    view = view or view_now()
    on = ' aria-current="true"' if is_picked(view, chosen) else ""
    return f'<a class="ga-pick" href="?{escape(urlencode(picked(view, chosen).query()), quote=True)}" data-go{on}>{html}</a>'
