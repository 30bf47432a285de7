"""The projects of the page 资金: how far they are, violations by name, the list, and one project's whole chain."""

from functools import partial
from html import escape

import streamlit as st

from dashboard.funds.money import yuan
from dashboard.funds.words import FUND, word
from dashboard.parts.charts import Step, chain, funnel, panel
from dashboard.parts.list_export import Made, list_head, only_picked
from dashboard.parts.list_table import Cell, choice, link, text
from dashboard.parts.paged_list import paged_list
from dashboard.parts.step_dots import step_dots
from dashboard.view.format import DASH, day, plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick, pick_link, pick_row
from dashboard.view.run import Run
from etl.model.indicators.funds import CHAIN
from etl.query.fund_chain import STEPS, Breach, Project, breach_counts, project, projects, step_counts
from etl.query.scope import Scope

SHOWN = 100
OPENED = "p."  # tab=p.<project_id> opens a project


def fund_choice(run: Run) -> None:
    """All funds, or one of them: 保障 and 激励 are separate books."""
    chosen = dict(run.view.where).get("fund", "")
    links = "".join(
        f'<a href="{run.href(where=run.view.with_filter("fund", fund).where)}" data-go role="tab" aria-selected="{str(fund == chosen).lower()}">'
        f"{word(run, 'all_funds') if not fund else escape(run.say(FUND[fund]))}</a>"
        for fund in ("", "guarantee", "incentive", "other")
    )
    st.html(f'<div class="ga-tabs ga-funds" role="tablist" aria-label="{word(run, "fund_choice")}">{links}</div>')


def violations_list(run: Run, scope: Scope) -> None:
    """The side panel: projects with violations, each with the reason."""
    if not has_feeds(run, "fund_project"):
        return
    found = [one for one in _listed(run, scope) if not one.in_order]
    lines = "".join(
        f'<li class="ga-watch-overdue"><a href="{run.href(tab=OPENED + one.id)}" data-go><b>{escape(one.name)}</b>'
        f"<span>{escape(_breach_names(run, [breach for breach in one.breaches if breach.counts]))}</span></a></li>"
        for one in found[:SHOWN]
    )
    with st.container(key="violations"):
        st.html(f'<ul class="ga-attention">{lines}</ul>' if lines else f'<p class="ga-empty">{word(run, "no_breach")}</p>')


def _breach_names(run: Run, breaches: list[Breach]) -> str:
    return ("、" if run.lang == "zh" else "; ").join(run.say(breach.name) for breach in breaches)


def _listed(run: Run, scope: Scope) -> tuple[Project, ...]:
    """The projects; of a step or violation that is picked those of it."""
    found = projects(run.build, run.reader, scope, run.unit.unit_no)
    step, breach = run.picked_in("fund_step"), run.picked_in("breach")
    return tuple(one for one in found if (step is None or one.has(step)) and (breach is None or breach in {name.en for name in one.breach_names}))


def project_panels(run: Run, scope: Scope) -> None:
    """How far the projects are, and violations by kind."""
    found, judged = (projects(run.build, run.reader, run.keeping(kind, scope), run.unit.unit_no) for kind in ("fund_step", "breach"))
    with st.container(key="panels-projects"):
        with panel("chain", word(run, "chain"), word(run, "chain_note", n=plain(len(found))) if "fund_project" in run.build.feeds else ""):
            if has_feeds(run, "fund_project"):
                counts = step_counts(found)
                funnel(run.lang, "fund-chain", [run.say(STEPS[name]) for name, _ in counts], [n for _, n in counts], alt=word(run, "chain"), picks=[pick_row("fund_step", name) for name, _ in counts])
        with panel("breaches", word(run, "breaches"), word(run, "breaches_note")):
            if has_feeds(run, "fund_project", "fund_ledger"):
                rows = "".join(
                    f'<tr><th scope="row">{pick_link(pick_row("breach", one.name.en), escape(run.say(one.name)))}</th><td class="n"><b>{plain(one.n)}</b></td><td>'
                    f'<span class="ga-mark {"ga-mark-warn" if one.counts else ""}">{word(run, "counted" if one.counts else "noted")}</span></td></tr>'
                    for one in breach_counts(judged)
                )
                st.html(f'<table class="ga-bars"><tbody>{rows}</tbody></table>' if rows else f'<p class="ga-empty">{word(run, "no_breach")}</p>')


def projects_table(run: Run, scope: Scope) -> None:
    """Every project of the period with its chain in one line, those with violations first."""
    found = _listed(run, scope)
    note = only_picked(run, "fund_step", "breach") + word(run, "projects_note")
    list_head(run, "projects", word(run, "projects"), note, (lambda: _file(run, found)) if found else None)
    if not has_feeds(run, "fund_project"):
        return
    numbers = ("approved", "contract", "paid")
    heads = [(word(run, key), key in numbers) for key in ("project", "unit", "fund", "steps", "stage", *numbers, "problem")]
    paged_list(run, "projects", heads, found, partial(_row, run), word(run, "none"), word(run, "projects"))


def _row(run: Run, one: Project) -> list[Cell]:
    return [
        Cell(f'<a href="{run.href(tab=OPENED + one.id)}" data-go>{escape(one.name)}</a>'),
        link(run, one.unit_no),
        choice(pick(fund=one.fund), run.say(FUND[one.fund])),
        Cell(step_dots([(STEPS[name], when) for name, when in zip(CHAIN, one.dates, strict=True)], run.lang)),
        text(run.say(STEPS[one.reached])),
        *(Cell(yuan(amount), None if amount is None else float(amount), True) for amount in (one.approved, one.contract, one.paid)),
        Cell(" ".join(_mark(run, breach) for breach in one.breaches), may_break=True),
    ]


def _file(run: Run, found: tuple[Project, ...]) -> Made:
    """Every project with all its days, amounts and violations."""
    heads = [run.word("code"), *(word(run, key) for key in ("project", "unit", "fund", "theme", "target", "provider"))]
    heads += [run.say(name) for name in STEPS.values()] + [word(run, key) for key in ("approved", "contract", "paid", "first_paid", "score", "problem")]
    rows = [
        [
            one.id, one.name, one.unit_name, run.say(FUND[one.fund]), one.theme, one.target_group, one.provider, *one.dates,
            one.approved, one.contract, one.paid, one.paid_on, one.score, _breach_names(run, list(one.breaches)),
        ]
        for one in found
    ]  # fmt: skip
    return heads, rows


def _mark(run: Run, breach: Breach) -> str:
    return f'<span class="ga-mark {"ga-mark-warn" if breach.counts else ""}">{escape(run.say(breach.name))}</span>'


def opened_project(run: Run, scope: Scope) -> None:
    """The project named in the address: its chain with days, money, violations."""
    if not run.view.tab.startswith(OPENED) or "fund_project" not in run.build.feeds:
        return
    project_id = run.view.tab.removeprefix(OPENED)
    one = project(run.build, run.reader, scope, project_id)
    close = f'<a class="ga-up" href="{run.href(tab="")}" data-go>✕ {word(run, "close")}</a>'
    with st.container(key="panel-project"):
        if one is None:
            st.html(f'<p class="ga-note">{escape(word(run, "no_project", id=project_id))}{close}</p>')
            return
        fine = f'<span class="ga-mark ga-mark-ok">✓ {word(run, "in_order")}</span>' if one.is_judged and one.in_order else ""
        marks = " ".join((fine, *(_mark(run, breach) for breach in one.breaches)))
        st.html(f'<header class="ga-unit"><h2>{escape(one.name)}</h2><span class="ga-level">{escape(run.say(FUND[one.fund]))}</span><span class="ga-code">{escape(one.id)}</span>{marks}{close}</header>')
        chain(run.lang, _steps(run, one), alt=one.name)
        facts = (
            ("unit", one.unit_name), ("theme", one.theme or DASH), ("target", one.target_group or DASH), ("provider", one.provider or DASH),
            ("approved", yuan(one.approved)), ("contract", yuan(one.contract)), ("paid", yuan(one.paid)), ("unpaid", yuan(one.unpaid)),
            ("first_paid", day(one.paid_on, run.lang)), ("end_on", day(one.end_on, run.lang)),
            ("publish_days", DASH if one.publish_days is None else word(run, "days", n=one.publish_days)), ("score", plain(one.score, 1)),
        )  # fmt: skip
        st.html(f'<dl class="ga-facts ga-facts-wide">{"".join(f"<dt>{word(run, key)}</dt><dd>{escape(value)}</dd>" for key, value in facts)}</dl>')


def _steps(run: Run, one: Project) -> list[Step]:
    """Done, still open, or wrong: wrong is a step named in a violation that counts. Violations and notes stand under their step in words."""
    found = []
    for name, when in zip(CHAIN, one.dates, strict=True):
        about = [breach for breach in one.breaches if name in breach.steps]
        state = "wrong" if any(breach.counts for breach in about) else "done" if when else "open"
        found.append(Step(run.say(STEPS[name]), day(when, run.lang) if when else DASH, _breach_names(run, about), state))
    return found
