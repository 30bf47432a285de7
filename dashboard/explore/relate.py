"""Two indicators side by side (两项指标): map and scatter plot under one selection, the coefficient, and what speaks against it."""

from html import escape

import numpy as np
import streamlit as st

from dashboard.explore.controls import choose, connected_ids
from dashboard.explore.picked import chips, frame_of, picks
from dashboard.explore.scatter import scatter
from dashboard.explore.stage import draw_stage
from dashboard.explore.unit_rows import unit_rows
from dashboard.explore.words import word
from dashboard.parts import charts
from dashboard.view.defaults import first_told
from dashboard.view.drill import Shown
from dashboard.view.format import DASH, listing, plain, signed, with_unit
from dashboard.view.run import Run
from etl.model.indicators import BY_ID, Indicator
from etl.query.correlation import Hint, Relation, Weight, relation

WEIGHTS: tuple[Weight, ...] = ("", "households", "base")
FIRST_CHOICES = ("ontime_close_rate", "case_per_1000hh", "satisfy_rate", "close_rate")
WEAK, MIDDLE, STRONG = 0.1, 0.3, 0.6


def second(run: Run, x: Indicator) -> Indicator:
    """The second indicator of the address, else one that usually tells something beside the first."""
    offered = connected_ids(run)
    asked = run.view.own("y")
    if asked in BY_ID and asked != x.id:
        return BY_ID[asked]
    return BY_ID[first_told(run, tuple(name for name in dict.fromkeys((*FIRST_CHOICES, *offered)) if name in offered and name != x.id) or (x.id,))]


def relate_panel(run: Run, x: Indicator, shown: Shown) -> None:
    """The whole part of the page."""
    y = second(run, x)
    weight: Weight = next((one for one in WEIGHTS if one == run.view.own("weight")), "")
    found = relation(run.build, run.reader, (x.id, run.scope_for(x)), (y.id, run.scope_for(y)), shown.level, shown.under, weight)
    frame, picked = frame_of(run.view), picks(run)
    framed = frame.holds(found.points) if frame is not None else np.zeros(found.n, dtype=bool)
    chosen = (*found.points.loc[framed, "unit_no"].tolist(), *picked)
    with st.container(key="explore-controls", horizontal=True, vertical_alignment="bottom", gap="small"):
        choose(run, "y", word(run, "other_axis"), tuple(name for name in connected_ids(run) if name != x.id), y.id, lambda name: run.say(BY_ID[name].name), width=260, forget=("brush",))
        choose(run, "weight", word(run, "weight"), WEIGHTS, weight, lambda name: word(run, f"weight_{name or 'none'}"), width=230)
        swap = f'<a class="ga-swap" href="{run.href(ind=y.id, extra=run.view.with_own(y=x.id, brush="").extra)}" data-go>⇄ {word(run, "swap")}</a>'
        st.html(swap, width="content")
    chips(run, int(framed.sum()) if frame is not None else None, word(run, "pick_hint"))
    with st.container(key="stage-explore"):
        draw_stage(run, x, shown, picked, found.points.loc[framed, "unit_no"].tolist() if frame is not None else None)
        with charts.panel("scatter", f"{run.say(x.name)} × {run.say(y.name)}"):
            if found.n:
                alt = word(run, "scatter_alt", x=run.say(x.name), y=run.say(y.name), n=f"{found.n:,}")
                drawn = scatter(run, found.points, x, y, framed, picked, frame, found.line, alt)
                if drawn < found.n:
                    st.html(f'<p class="ga-note">{word(run, "sampled", n=f"{drawn:,}")}</p>')
            else:
                charts.empty(run.lang)
    _verdict(run, found, x, y)
    unit_rows(run, (x, y), shown, chosen)


def _verdict(run: Run, found: Relation, x: Indicator, y: Indicator) -> None:
    """The numbers, then the sentences that this very pair needs."""
    facts = [("pearson", signed(found.pearson, 2)), ("interval", word(run, "from_to", low=signed(found.low, 2), high=signed(found.high, 2)) if found.low is not None else DASH), ("spearman", signed(found.spearman, 2)), ("units_n", plain(found.n))]
    cells = "".join(f"<div><dt>{word(run, key)}</dt><dd>{text}</dd></div>" for key, text in facts)
    hints = "".join(f"<li>{escape(word(run, f'hint_{hint.kind}', n=_hint_number(found, hint), name=hint.name))}</li>" for hint in found.hints)
    left = ""
    if found.left_out:
        why = listing((f"{run.word(f'state_{state}')} {n:,}" for state, n in found.left_out.items()), run.lang)
        left = f'<p class="ga-note">{escape(word(run, "left_out", n=f"{sum(found.left_out.values()):,}", why=why))}</p>'
    sentence = "" if found.pearson is None else f'<p class="ga-verdict">{escape(_sentence(run, found, x, y))}</p>'
    with charts.panel("verdict", word(run, "how_strong")):
        st.html(
            f'<dl class="ga-figures" data-pearson="{"" if found.pearson is None else repr(found.pearson)}" data-n="{found.n}">{cells}</dl>{sentence}'
            f'<ul class="ga-cautions">{hints}<li>{escape(word(run, "caution"))}</li></ul>{left}'
        )


def _sentence(run: Run, found: Relation, x: Indicator, y: Indicator) -> str:
    """How close, in words, and what the line says; nothing about the line where chance explains it all."""
    r = found.pearson or 0.0
    strength = "strong" if abs(r) >= STRONG else "middle" if abs(r) >= MIDDLE else "weak"
    told = word(run, "none_way") if abs(r) < WEAK else word(run, "strength", strength=word(run, strength), way=word(run, "positive" if r > 0 else "negative"))
    if found.line is None or any(hint.kind == "chance" for hint in found.hints):
        return told[:1].upper() + told[1:] + ("。" if run.lang == "zh" else ".")
    step = 10 ** np.floor(np.log10(max(float(found.points["x"].std()), 1e-9)))
    change = found.line[0] * step
    size = f"{abs(change) * 100:.2f}" + (" 个百分点" if run.lang == "zh" else " pp") if y.is_percent else f"{abs(change):.3g} {run.say(y.unit)}"
    across = f"{step * 100:g}" + (" 个百分点" if run.lang == "zh" else " pp") if x.is_percent else with_unit(x, float(step), run.lang)
    way = word(run, "more" if change > 0 else "less")
    return f"{told[:1].upper()}{told[1:]}{'：' if run.lang == 'zh' else ': '}{word(run, 'slope', step=across, way=way, n=size)}{'。' if run.lang == 'zh' else '.'}"


def _hint_number(found: Relation, hint: Hint) -> str:
    if hint.kind == "bend":  # of the two coefficients as they stand above
        return f"{abs(round(found.spearman or 0.0, 2) - round(found.pearson or 0.0, 2)):.2f}"
    return f"{hint.number:,.0f}" if hint.kind in ("few", "too_few", "unstable") else signed(hint.number, 2) if hint.kind in ("size_both", "size_x", "size_y") else f"{hint.number:.2f}"
