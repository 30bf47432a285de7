"""Community workers and social organisations on the page 志愿与队伍: aggregates only."""

from html import escape

import streamlit as st

from dashboard.parts.charts import panel
from dashboard.parts.list_table import Cell, choice, link, list_table, number, percent, text
from dashboard.view.format import DASH, plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick
from dashboard.view.run import Run
from dashboard.volunteers.words import TRAIT, word
from etl.query.scope import Scope
from etl.query.workforce import Organisations, Share, Workers, organisations, workers


def workers_panel(run: Run, scope: Scope) -> None:
    """Make-up, turnover, training of the community workers, at community level and above."""
    with panel("workers", word(run, "workers"), word(run, "workers_note")):
        if not has_feeds(run, "worker_stat"):
            return
        found = workers(run.build, run.reader, scope, run.unit.unit_no)
        if not found.n:
            st.html(f'<p class="ga-empty">{word(run, "workers_none")}</p>')
            return
        heads = [(word(run, "trait"), False), (word(run, "people"), True), (word(run, "share"), True)]
        rows = [[text(run.say(TRAIT[one.id])), _people(run, one), percent(one.rate)] for one in found.shares]
        title = word(run, "workers_n", n=plain(found.n), communities=plain(found.communities))
        st.html(f"<p><b>{escape(title)}</b></p>{list_table(heads, rows, '', word(run, 'workers'))}{_movement(run, found)}")


def _people(run: Run, one: Share) -> Cell:
    return Cell(escape(word(run, "few", k=run.build.rules.privacy.analyst_k)), None, True) if one.n is None else number(one.n)


def _movement(run: Run, found: Workers) -> str:
    rate = DASH if found.turnover is None else f"{found.turnover:.1%}"
    moved = "" if found.joined is None or found.left is None else word(run, "joined_left", joined=plain(found.joined), left=plain(found.left))
    hours = DASH if found.training_per_head is None else word(run, "training_h", n=plain(found.training_per_head, 1))
    facts = ((word(run, "turnover"), f"{rate}　{moved}"), (word(run, "training"), hours))
    return f'<dl class="ga-facts">{"".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)}</dl>'


def organisations_panels(run: Run, scope: Scope) -> None:
    """Fields, and communities against the number each should have."""
    found = organisations(run.build, run.reader, scope.without("org_field"), run.unit.unit_no)
    note = word(run, "orgs_note", registered=plain(found.registered), active=plain(found.active), ok=plain(found.with_standard), least=found.least)
    with panel("orgs", word(run, "orgs"), note if "social_org" in run.build.feeds else ""):
        if has_feeds(run, "social_org"):
            heads = [(word(run, "field"), False), (word(run, "active"), True), (word(run, "standard"), True)]
            rows = [[choice(pick(org_field=field), field or word(run, "no_field")), number(active), number(ok)] for field, active, ok in found.fields]
            st.html(list_table(heads, rows, word(run, "no_org"), word(run, "orgs")))


def organisations_list(run: Run, scope: Scope) -> None:
    """The side panel: communities by their organisations with a standard, fewest first."""
    if not has_feeds(run, "social_org"):
        return
    found = organisations(run.build, run.reader, scope, run.unit.unit_no)
    is_part = bool(scope.where)  # of one field alone no number is asked for
    heads = [(word(run, "community"), False), (word(run, "standard"), True), *([] if is_part else [(word(run, "against_least", least=found.least), False)])]
    rows = [[link(run, no), number(n), *([] if is_part else [_mark(run, n, found)])] for no, _, _, n in found.communities]
    reaching = "" if is_part else word(run, "reaching", n=found.reaching, all=len(found.communities))
    st.html(f'<p class="ga-note">{reaching}</p>{list_table(heads, rows, word(run, "no_org"), word(run, "orgs"))}')


def _mark(run: Run, n: int, found: Organisations) -> Cell:
    if n >= found.least:
        return Cell(f'<span class="ga-mark ga-mark-ok">✓ {word(run, "enough")}</span>')
    return Cell(f'<span class="ga-mark ga-mark-warn">{word(run, "short", n=found.least - n)}</span>')
