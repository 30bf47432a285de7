"""Contracts on the page 共建: the five steps, give and get, partners, the list with its problems."""

from functools import partial
from html import escape

import streamlit as st

from dashboard.cobuild.words import KIND, PROBLEM, word
from dashboard.parts.charts import funnel, panel
from dashboard.parts.list_export import Made, list_head, only_picked
from dashboard.parts.list_table import Cell, choice, link, list_table, number, text
from dashboard.parts.paged_list import paged_list
from dashboard.parts.step_dots import step_dots
from dashboard.view.format import DASH, plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick, pick_link, pick_row
from dashboard.view.run import Run
from etl.model.indicators.cobuild import STEPS
from etl.query.contracts import STEP_WORDS, Contract, Items, contracts, item_totals, partner_kinds, step_counts
from etl.query.scope import Scope
from etl.query.units import units

SHOWN = 100


def late_contracts(run: Run, scope: Scope) -> None:
    """The side panel: contracts with a problem, each with the reason."""
    if not has_feeds(run, "contract"):
        return
    frame = units(run.build)
    found = [one for one in _listed(run, scope) if one.problems]
    lines = "".join(
        f'<li class="ga-watch-due_soon"><a href="{run.href(unit=frame.code[one.unit_no - 1], level="")}" data-go><b>{escape(one.partner)}</b>'
        f"<span>{escape(_problems(run, one))}</span></a></li>"
        for one in found[:SHOWN]
    )
    with st.container(key="contracts-late"):
        st.html(f'<ul class="ga-attention">{lines}</ul>' if lines else f'<p class="ga-empty">{word(run, "fine")}</p>')


def _listed(run: Run, scope: Scope) -> tuple[Contract, ...]:
    """The contracts; of a step that is picked those of it."""
    step = run.picked_in("contract_step")
    return tuple(one for one in contracts(run.build, run.reader, scope, run.unit.unit_no) if step is None or one.has(step))


def contract_panels(run: Run, scope: Scope) -> None:
    """Five steps, give and get items, partners by kind."""
    found = contracts(run.build, run.reader, run.keeping("contract_step", scope), run.unit.unit_no)
    due = [one for one in found if one.is_due]
    with st.container(key="panels-contracts"):
        note = word(run, "steps_note", n=plain(len(found)), due=plain(len(due)), ok=plain(sum(not one.problems for one in due)))
        with panel("steps", word(run, "steps"), note if "contract" in run.build.feeds else ""):
            if has_feeds(run, "contract"):
                counts = step_counts(found)
                funnel(run.lang, "contract-steps", [run.say(STEP_WORDS[name]) for name, _ in counts], [n for _, n in counts], alt=word(run, "steps"), picks=[pick_row("contract_step", name) for name, _ in counts])
        with panel("items", word(run, "items"), word(run, "items_note")):
            if has_feeds(run, "contract", "contract_item"):
                _items(run, scope)
        with panel("partners", word(run, "partners"), word(run, "partners_note")):
            if has_feeds(run, "contract"):
                heads = [(word(run, key), key != "kind") for key in ("kind", "contracts", "partner_n", "posts")]
                rows = [[choice(pick(partner_kind=one.kind), run.say(KIND[one.kind])), number(one.contracts), number(one.partners), number(one.posts)] for one in partner_kinds(contracts(run.build, run.reader, scope.without("partner_kind"), run.unit.unit_no))]
                st.html(list_table(heads, rows, word(run, "no_contract"), word(run, "partners")))


def _items(run: Run, scope: Scope) -> None:
    totals = item_totals(run.build, run.reader, scope.without("item_way"), run.unit.unit_no)
    if not any(one.agreed for one in totals.values()):
        st.html(f'<p class="ga-empty">{word(run, "nothing")}</p>')
        return
    st.html("".join(_way(run, way, one) for way, one in totals.items()))


def _way(run: Run, way: str, one: Items) -> str:
    """One direction: its name, a bar of done, due and not done, not yet due, and the three numbers beside their colours."""
    parts = (("done", one.done, "#2273b2"), ("late", one.late, "#e8963f"), ("to_come", one.to_come, "#b9c4d2"))
    bar = "".join(f'<i style="flex:{n};background:{colour}"></i>' for _, n, colour in parts if n)
    words = "　".join(f'<span><i class="ga-key" style="background:{colour}"></i>{word(run, key)} <b>{plain(n)}</b></span>' for key, n, colour in parts)
    return f'<h3 class="ga-h3">{pick_link(pick(item_way=way), word(run, way))} <span class="ga-note">{plain(one.agreed)}</span></h3><div class="ga-stack">{bar}</div><p class="ga-note">{words}</p>'


def contracts_table(run: Run, scope: Scope) -> None:
    """Every contract of the period on its five steps."""
    found = _listed(run, scope)
    note = only_picked(run, "contract_step") + word(run, "list_note")
    list_head(run, "contracts", word(run, "list"), note, (lambda: _file(run, found)) if found else None)
    if not has_feeds(run, "contract"):
        return
    heads = [(word(run, key), key in ("give_short", "get_short", "score")) for key in ("partner", "community", "kind", "five", "stage", "give_short", "get_short", "post", "score", "problem")]
    paged_list(run, "contracts", heads, found, partial(_row, run), word(run, "no_contract"), word(run, "list"))


def _row(run: Run, one: Contract) -> list[Cell]:
    stage = next((name for name, when in zip(reversed(STEPS), reversed(one.dates), strict=True) if when is not None), None)
    return [
        text(one.partner),
        link(run, one.unit_no),
        choice(pick(partner_kind=one.kind), run.say(KIND[one.kind])),
        Cell(step_dots([(STEP_WORDS[name], when) for name, when in zip(STEPS, one.dates, strict=True)], run.lang)),
        text(run.say(STEP_WORDS[stage]) if stage else DASH),
        _done(one.give),
        _done(one.get),
        text(one.post),
        number(one.score, 1),
        Cell(_marks(run, one), may_break=True),
    ]


def _file(run: Run, found: tuple[Contract, ...]) -> Made:
    """Every contract with its five days, items and problems."""
    heads = [run.word("code"), *(word(run, key) for key in ("partner", "community", "kind")), *(run.say(name) for name in STEP_WORDS.values())]
    heads += [word(run, key) for key in ("ends", "give_short", "get_short", "post", "score", "problem")]
    rows = [
        [
            one.id, one.partner, one.unit_name, run.say(KIND[one.kind]), *one.dates, one.end_on, f"{one.give.done} / {one.give.agreed}",
            f"{one.get.done} / {one.get.agreed}", one.post, one.score, _problems(run, one),
        ]
        for one in found
    ]  # fmt: skip
    return heads, rows


def _done(items: Items) -> Cell:
    return Cell(f"{items.done}/{items.agreed}", items.agreed, True)


def _marks(run: Run, one: Contract) -> str:
    marks = [f'<span class="ga-mark ga-mark-warn">{escape(run.say(PROBLEM[problem]))}</span>' for problem in one.problems]
    if not one.is_mutual and "contract_item" in run.build.feeds:
        marks.append(f'<span class="ga-mark">{word(run, "one_way")}</span>')
    return " ".join(marks)


def _problems(run: Run, one: Contract) -> str:
    return ("、" if run.lang == "zh" else "; ").join(run.say(PROBLEM[problem]) for problem in one.problems)
