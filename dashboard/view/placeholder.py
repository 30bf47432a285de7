"""A page not built yet (在建页面): its title, what it will show, which feeds it needs and whether they are connected."""

from html import escape

import streamlit as st

from dashboard.view.run import Run
from etl.model.tables import TABLES


def show_placeholder(run: Run) -> None:
    """Draws the page; never fails for want of a feed."""
    newest = {name: feed.get("newest") for name, feed in run.build.manifest["feeds"].items()}
    titles = {table.name: table.title for table in TABLES}
    rows = "".join(
        f'<tr><td>{escape(run.say(titles[feed]))}</td><td class="ga-code">{feed}</td><td>{_status(run, feed, newest)}</td></tr>'
        for feed in run.page.feeds
    )
    with st.container(key="placeholder"):
        st.html(
            f'<div class="ga-placeholder"><h2>{escape(run.say(run.page.title))}</h2><p>{escape(run.say(run.page.about))}</p>'
            f'<p class="ga-note">{run.word("not_built")}</p><h3>{run.word("needs_feeds")}</h3>'
            f'<table class="ga-table"><tbody>{rows}</tbody></table></div>'
        )


def _status(run: Run, feed: str, newest: dict[str, str | None]) -> str:
    if feed not in run.build.feeds:
        return f'<span class="ga-mark ga-mark-none">{run.word("not_connected")}</span>'
    day = str(newest.get(feed) or "—")[:10]
    return f'<span class="ga-mark ga-mark-ok">{run.word("connected", day=day)}</span>'
