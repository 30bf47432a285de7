"""A chain of steps in one table cell (步骤点): reached, skipped or not yet, each with its day on hover; words stand beside it."""

from collections.abc import Sequence
from datetime import date
from html import escape

from dashboard.view.format import day
from etl.model.text import Text


def step_dots(steps: Sequence[tuple[Text, date | None]], lang: str) -> str:
    """`steps` in order with their days. A missing step before a reached one is hollow amber, one still to come grey."""
    last = max((place for place, (_, when) in enumerate(steps) if when is not None), default=-1)
    dots = "".join(
        f'<i class="is-{"done" if when else "skipped" if place < last else "open"}" title="{escape(name.to(lang))} {day(when, lang)}"></i>'
        for place, (name, when) in enumerate(steps)
    )
    reached = f"{sum(when is not None for _, when in steps)}/{len(steps)}"
    return f'<span class="ga-dots" role="img" aria-label="{reached}">{dots}</span>'
