"""One page run (一次页面运行): its build, reader, view and words, fixed from start to end."""

from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from dashboard.access.identity import MACHINE, Identity, current_identity, export_key
from dashboard.view.checked import PickedRow, checked
from dashboard.view.nav import PageInfo
from dashboard.view.state import ViewState, address, parse_view
from dashboard.view.words import say
from dashboard.web.exports import READER_COOKIE
from dashboard.web.serving import serving
from etl.model.indicators import Indicator
from etl.model.text import Lang, Text
from etl.query.accounts import reader_for
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.unit import Unit
from etl.query.units import units
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
    row: PickedRow | None = None

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
        return self.scope_by(*indicator.filters)

    def scope_by(self, *filters: str) -> Scope:
        """The scope with these filters alone, as far as they are asked for."""
        return replace(self.scope, where=tuple(pair for pair in self.scope.where if pair[0] in filters))

    def keeping(self, kind: str, scope: Scope) -> Scope:
        """The scope for the panel whose rows are of `kind`: a row picked in it does not take away the others."""
        return scope if self.picked_in(kind) is None or self.row is None else replace(scope, chosen=self.row.others)

    def picked_in(self, kind: str) -> str | None:
        """The value of the row picked in a panel; None when none is."""
        name, _, value = self.view.row.partition(":")
        return value if self.row is not None and name == kind else None

    @property
    def scope_without_filters(self) -> Scope:
        return replace(self.scope, where=())

    @property
    def reader_key(self) -> str:
        """The session to which exports are bound; "" when there is none (then no export can leave)."""
        return export_key(self.identity, st.context.cookies.get(READER_COOKIE, ""))


def reader_of(build: Build, identity: Identity) -> Reader:
    """The identity's role and the numbers its area has in this build. AtlasError when the build has no such unit."""
    return reader_for(build, identity.role, identity.unit_code, identity.account)


def open_run(page: PageInfo) -> Run:
    """Fix build, reader and view for this run. AtlasError when no build can be served."""
    build = serving().build()
    identity = current_identity()
    reader = reader_of(build, identity)
    view = parse_view(dict(st.query_params))
    found = checked(build, reader, view)
    return Run(page, build, reader, found.view, units(build).unit(found.unit_no), found.scope, found.notes, identity, found.row)


def current() -> Run:
    """The run of the page script now executing."""
    return st.session_state["atlas_run"]
