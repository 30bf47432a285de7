"""One page run (一次页面运行): its build, reader, view and words, fixed from start to end."""

from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from dashboard.access.identity import MACHINE, Identity, current_identity
from dashboard.view.nav import PageInfo
from dashboard.view.state import ViewState, address, parse_view
from dashboard.view.words import say
from dashboard.web.exports import READER_COOKIE
from dashboard.web.serving import serving
from etl.model.errors import CallError
from etl.model.indicators import Indicator
from etl.model.text import Lang, Text
from etl.query.reader import Reader
from etl.query.scope import Scope, parse_scope
from etl.query.units import Unit, units
from etl.query.warehouse import Build


@dataclass(frozen=True)
class Run:
    """What a page needs. `unit` is the unit looked at (the root of the reader's range when the URL names none)."""

    page: PageInfo
    build: Build
    reader: Reader
    view: ViewState
    unit: Unit
    scope: Scope
    notes: tuple[str, ...] = ()
    identity: Identity = MACHINE

    @property
    def lang(self) -> Lang:
        return self.view.lang

    def say(self, text: Text) -> str:
        return text.to(self.lang)

    def word(self, key: str, **values: object) -> str:
        return say(key, self.lang, **values)

    def href(self, page: str = "", **changes: object) -> str:
        """The address of this view with changes, escaped for an HTML attribute."""
        return escape(address(page or self.page.id, replace(self.view, **changes)), quote=True)  # type: ignore[arg-type]

    def scope_for(self, indicator: Indicator) -> Scope:
        """The scope without the filters that the indicator's feed lacks; such filters leave it as it is."""
        return replace(self.scope, where=tuple(pair for pair in self.scope.where if pair[0] in indicator.filters))

    @property
    def scope_without_filters(self) -> Scope:
        return replace(self.scope, where=())

    @property
    def reader_key(self) -> str:
        """The browser session to which exports are bound; "" when there is none (then no export can leave)."""
        return st.context.cookies.get(READER_COOKIE, "")


def reader_of(build: Build, identity: Identity) -> Reader:
    """The identity's role and the numbers its area has in this build."""
    return Reader(identity.role, 1, len(units(build)), identity.account)


def open_run(page: PageInfo) -> Run:
    """Fix build, reader and view for this run. AtlasError when no build can be served."""
    build = serving().build()
    identity = current_identity()
    reader = reader_of(build, identity)
    view = parse_view(dict(st.query_params))
    notes = [say("ignored", view.lang, names="、".join(view.ignored))] if view.ignored else []
    unit_no = units(build).by_code(view.unit) if view.unit else reader.first_no
    if unit_no is None or not reader.sees(unit_no):
        notes.append(say("unknown_unit", view.lang, code=view.unit))
        view, unit_no = replace(view, unit=""), reader.first_no
    try:
        scope = scope_of(build, view)
    except CallError as error:
        notes.append(error.text.to(view.lang))
        view = replace(view, where=(), date_from=None, date_to=None)
        scope = scope_of(build, view)
    return Run(page, build, reader, view, units(build).unit(unit_no), scope, tuple(notes), identity)


def scope_of(build: Build, view: ViewState) -> Scope:
    """The period and filters of a view, as the command line would read them. CallError on a filter that cannot be."""
    from_ = view.date_from.isoformat() if view.date_from else None
    to = view.date_to.isoformat() if view.date_to else None
    return parse_scope(build, from_, to, None, [f"{field}={value}" for field, value in view.where])


def current() -> Run:
    """The run of the page script now executing."""
    return st.session_state["atlas_run"]
