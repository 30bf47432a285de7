"""What the page 数据质量 shows: feeds with their rows, feeds not connected, findings by rule and the rows behind one of them.

All three leave with the lists of the page, the rows behind a rule every one of them."""

from html import escape

import streamlit as st

from dashboard.parts.list_table import Cell, date_cell, number, text
from dashboard.parts.page_tables import cells_of, offered
from dashboard.view.format import listing, plain
from dashboard.view.picks import pick, pick_link
from dashboard.view.run import Run
from etl.model.checks import BY_ID as RULES
from etl.model.tables import BY_NAME, TABLES
from etl.model.text import Text
from etl.query.quality import RuleCount, feed_rows, finding_rows, rule_counts

ALL_FEEDS = Text("查看全部数据", "Show all feeds")
LOOKS = {"reject": "ga-mark-none", "warn": "ga-mark-warn", "info": ""}


def feeds_table(run: Run) -> None:
    """Connected feeds with read = loaded + refused + repeated, then the names of those not connected."""
    rows = ""
    for feed in feed_rows(run.build):
        title = run.say(BY_NAME[feed.feed].title) if feed.feed in BY_NAME else feed.feed
        numbers = "".join(
            f'<td class="n" data-sort="{n}">{plain(n)}</td>'
            for n in (feed.files, feed.rows_read, feed.rows_loaded, feed.rows_rejected, feed.rows_duplicate)
        )
        here = ' aria-current="true"' if feed.feed == run.view.own("feed") else ""
        rows += f'<tr data-feed="{escape(feed.feed)}"{here}><td>{pick_link(pick(feed=feed.feed), escape(title), run.view)}</td><td class="ga-code">{escape(feed.feed)}</td>{numbers}<td>{date_cell(feed.newest).html}</td></tr>'
    heads = [
        ("feed", ""),
        ("code", "ga-code"),
        ("files", "n"),
        ("rows_read", "n"),
        ("rows_loaded", "n"),
        ("rows_rejected", "n"),
        ("rows_duplicate", "n"),
        ("newest", ""),
    ]
    head = _head(run, heads)
    _offer(run, "feeds_title", heads, rows)
    absent = listing((run.say(table.title) for table in TABLES if table.name not in run.build.feeds), run.lang)
    note = f'<p class="ga-note">{run.word("not_connected_list")}{escape(absent)}</p>' if absent else ""
    with st.container(key="table-main"):
        st.html(
            f'<h2 class="ga-h2">{run.word("feeds_title")} <span class="ga-note">{run.word("sum_note")}</span></h2><div class="ga-scroll">'
            f'<table class="ga-table ga-sort"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}'
        )


def findings_table(run: Run) -> None:
    """One line per rule and feed; a line opens the rows behind it."""
    counts, only = rule_counts(run.build), run.view.own("feed")
    if only in BY_NAME:
        counts = tuple(one for one in counts if one.feed == only)
    rows = "".join(_line(run, one) for one in counts)
    heads = [("severity", ""), ("finding", ""), ("feed", ""), ("count", "n"), ("fix", "")]
    head = _head(run, heads)
    _offer(run, "findings", heads, rows)
    body = (
        f'<div class="ga-scroll"><table class="ga-table ga-sort"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        if rows
        else f'<p class="ga-note">{run.word("no_findings")}</p>'
    )
    every = f' · {escape(run.say(BY_NAME[only].title))} <a href="{run.href(extra=run.view.with_own(feed="").extra)}" data-go>{escape(run.say(ALL_FEEDS))}</a>' if only in BY_NAME else ""
    st.html(f'<h2 class="ga-h2">{run.word("findings")} <span class="ga-note">{plain(sum(one.n for one in counts))}{every}</span></h2>{body}')
    rule, _, feed = run.view.tab.partition(".")
    if rule in RULES and feed in BY_NAME:
        _rows(run, rule, feed, sum(one.n for one in counts if (one.id, one.feed) == (rule, feed)))


def _head(run: Run, heads: list[tuple[str, str]]) -> str:
    return "".join(f'<th scope="col" class="{look}"><button type="button">{run.word(key)}</button></th>' for key, look in heads)


def _offer(run: Run, title: str, heads: list[tuple[str, str]], rows: str) -> None:
    """A table written above, among the page's lists."""
    told = [(run.word(key), look == "n") for key, look in heads]
    offered(run.word(title), told, rows.count("<tr"), lambda: cells_of(told, rows))


def _line(run: Run, one: RuleCount) -> str:
    title = run.say(one.rule.title) if one.rule else one.id
    fix = run.say(one.rule.fix) if one.rule else ""
    feed = run.say(BY_NAME[one.feed].title) if one.feed in BY_NAME else one.feed
    link = (
        f'<a href="{run.href(tab=f"{one.id}.{one.feed}")}" data-go>{escape(title)}</a>'
        if one.rule and one.feed in BY_NAME
        else escape(title)
    )
    severity = run.word(f"severity_{one.severity}")
    return (
        f'<tr data-rule="{escape(one.id)}"><td><span class="ga-mark {LOOKS.get(one.severity, "")}">{severity}</span></td><td>{link}</td><td>{escape(feed)}</td>'
        f'<td class="n" data-sort="{one.n}"><b>{plain(one.n)}</b></td><td class="ga-note">{escape(fix)}</td></tr>'
    )


def _rows(run: Run, rule: str, feed: str, count: int) -> None:
    found = finding_rows(run.build, rule, feed)
    body = "".join(
        f'<tr><td>{escape(file)}</td><td class="n">{plain(row)}</td><td>{escape(column)}</td><td>{escape(value)}</td><td>{escape(note)}</td></tr>'
        for file, row, column, value, note in found
    )
    heads = [("file", ""), ("row_no", "n"), ("column", ""), ("value", ""), ("note", "")]
    head = "".join(f'<th scope="col" class="{look}">{run.word(key)}</th>' for key, look in heads)
    title = f"{run.say(RULES[rule].title)} · {run.say(BY_NAME[feed].title)}"

    def every_row() -> list[list[Cell]]:
        return [[text(file), number(row), text(column), text(value), text(note)] for file, row, column, value, note in finding_rows(run.build, rule, feed, count)]

    offered(title, [(run.word(key), look == "n") for key, look in heads], count, every_row)
    st.html(
        f'<h2 class="ga-h2">{escape(title)} <span class="ga-note">{run.word("first_rows", n=len(found))}</span></h2><div class="ga-scroll">'
        f'<table class="ga-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )
