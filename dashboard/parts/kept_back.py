"""What stands where a filter by withheld classes leaves nothing to show (敏感类已隐去): the reason, never an empty frame or "none"."""

from html import escape

import streamlit as st

from dashboard.view.run import Run
from etl.model.text import Text
from etl.query.suppress import keeps_back

KEPT_BACK = Text(
    "所选分类属于敏感类（★）或与其一并保护的类别：只告知社区及以上、不少于 {k} 件的合计数，按小区、时间、事项、单位细分的内容已隐去。清除类别筛选后显示。",
    "The filter picks sensitive classes (★), or ones protected together with them: only totals of {k} or more, of communities and above, are told; "
    "what would part them by compound, time, class or office is suppressed. Clear the category filter to see it.",
)


def is_kept_back(run: Run) -> bool:
    """Whether the filter picks classes of which this reader is told totals only."""
    return keeps_back(run.reader, run.scope)


def kept_back(run: Run) -> bool:
    """`is_kept_back`; the sentence is then drawn in the panel's place."""
    if not is_kept_back(run):
        return False
    st.html(f'<p class="ga-empty">{escape(run.say(KEPT_BACK.format(k=run.build.rules.privacy.vulnerable_k)))}</p>')
    return True
