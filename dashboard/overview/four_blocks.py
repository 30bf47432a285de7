"""The four-block score (四有) of the unit looked at: one block each with its score, its indicators and how the score is made."""

from html import escape

import streamlit as st

from dashboard.parts.cards import STATE_NOTES
from dashboard.parts.feed_notes import to_load
from dashboard.view.format import DASH, plain, with_unit
from dashboard.view.run import Run
from etl.model.text import Text
from etl.query.four_blocks import Block, Line, four_blocks

TITLE = Text("四有得分", "The four blocks")
NOTE = Text("各块为所含指标达标程度（指标值 ÷ 达标线，最高 100%）的平均；执行率以时间进度为线，未接入的不计。",
            "Each block is the mean of how far its indicators reach their standards (value ÷ threshold, at most 100%); spending is judged by the time of year, indicators not connected are left out.")  # fmt: skip
POINTS = Text("分", "pts")
COUNTED = Text("按 {known}/{all} 项计", "of {known}/{all}")


def four_blocks_panel(run: Run) -> None:
    """Four small blocks side by side; an indicator's name shows it on the map."""
    found = four_blocks(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
    body = "".join(_block(run, block) for block in found)
    with st.container(key="four-blocks"):
        st.html(f'<h2 class="ga-h2">{run.say(TITLE)} <span class="ga-note">{escape(run.say(NOTE))}</span></h2><div class="ga-blocks">{body}</div>')


def _block(run: Run, block: Block) -> str:
    score = f"<b>{plain(block.score)}<small> {run.say(POINTS)}</small></b>" if block.score is not None else f'<span class="ga-mark ga-mark-none">{run.word("state_no_data" if any(line.figure.state != "no_feed" for line in block.lines) else "not_connected")}</span>'
    counted = run.say(COUNTED.format(known=block.known, all=len(block.lines))) if 0 < block.known < len(block.lines) else ""
    missing = to_load(run, *(feed for line in block.lines for feed in line.indicator.feeds))
    lines = "".join(_line(run, line) for line in block.lines)
    return (
        f'<section class="ga-block" data-block="{block.id}" data-score="{"" if block.score is None else repr(block.score)}"><header><h3>{escape(run.say(block.name))}</h3>{score}</header>'
        f'<div class="ga-block-bar"><i style="width:{block.score or 0:.1f}%"></i></div><ul>{lines}</ul><p class="ga-note">{"<br>".join(filter(None, (escape(counted), missing)))}</p></section>'
    )


def _line(run: Run, line: Line) -> str:
    value = with_unit(line.indicator, line.figure.value, run.lang)
    told = value if value != DASH else escape(run.word(f"state_{line.figure.state}"))
    note = escape(run.word(STATE_NOTES[line.figure.state])) if line.figure.state in STATE_NOTES else escape(run.say(line.indicator.definition))
    return f'<li><a href="{run.href(ind=line.indicator.id)}" data-go title="{note}">{escape(run.say(line.indicator.name))}</a><span>{told}</span></li>'
