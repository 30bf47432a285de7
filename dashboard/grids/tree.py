"""The three-level tree (三级网格体系): 1 community / so many grids / so many micro-grids, and where organisation and grid do not match."""

from html import escape

import streamlit as st

from dashboard.parts.page_tables import cells_of, offered
from dashboard.parts.paged_list import paged
from dashboard.view.format import plain
from dashboard.view.run import Run
from etl.query.figures import figure
from etl.query.grids import tree
from etl.query.profile import staff_in_post


def tree_table(run: Run) -> None:
    """One line per community, most mismatches first."""
    table = tree(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
    heads = [run.word(key) for key in ("tree_community", "tree_counts", "tree_org_s", "tree_org_x", "tree_org_m", "tree_mismatch")]
    head = "".join(
        f'<th scope="col"{" class=n" if i in (1, 5) else ""}><button type="button">{escape(text)}</button></th>'
        for i, text in enumerate(heads)
    )
    total = int(table["mismatches"].sum()) if table["mismatches"].notna().any() else None
    note = run.word("tree_note", n=f"{len(table):,}", m=plain(total)) if total is not None else run.word("tree_no_org")
    st.html(f'<h2 class="ga-h2">{run.word("tree_title")}</h2><p class="ga-note">{escape(note)}</p>')

    def draw(start: int, stop: int) -> str:
        rows = "".join(_row(run, row) for row in table.iloc[start:stop].itertuples())
        body = rows or f'<tr><td colspan="6" class="ga-note">{run.word("tree_none")}</td></tr>'
        return f'<div class="ga-scroll"><table class="ga-table ga-sort"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'

    paged(run, "tree", len(table), draw)
    words = [(text, i == 5) for i, text in enumerate(heads)]
    offered(run.word("tree_title"), words, len(table), lambda: cells_of(words, "".join(_row(run, row) for row in table.itertuples())))


def _row(run: Run, row) -> str:
    counts = f"1/{row.compounds}/{row.micros}"
    name = f'<a href="{run.href(unit=row.code, level="")}" data-go>{escape(row.name)}</a>'
    if not isinstance(row.community_match, str):
        blank = f'<td><span class="ga-mark ga-mark-none">{run.word("not_connected")}</span></td>'
        return f'<tr><td>{name}</td><td class="n" data-sort="{row.micros}">{counts}</td>{blank * 3}<td class="n" data-sort="">—</td></tr>'
    own = f'<span class="ga-mark {"ga-mark-ok" if row.community_match == "ok" else "ga-mark-warn"}">{run.word(f"match_{row.community_match}")}</span>'
    return (
        f'<tr data-code="{escape(row.code)}"><td>{name}</td><td class="n" data-sort="{row.micros}"><b>{counts}</b></td><td>{own}</td>'
        f"<td>{_levels(run, row.compound_ok, row.compound_wrong, row.compound_none)}</td><td>{_levels(run, row.micro_ok, row.micro_wrong, row.micro_none)}</td>"
        f'<td class="n" data-sort="{row.mismatches}">{plain(row.mismatches)}</td></tr>'
    )


def _levels(run: Run, ok: float, wrong: float, none: float) -> str:
    """Matched of all, and what is missing in words."""
    marks = [
        f'<span class="ga-mark ga-mark-warn">{run.word(f"match_{kind}")} {plain(n)}</span>'
        for kind, n in (("none", none), ("wrong", wrong))
        if n
    ]
    return f"{plain(ok)} / {plain(ok + wrong + none)} {' '.join(marks)}"


def staffing(run: Run) -> None:
    """Posts filled, against the grids that need them."""
    staff = staff_in_post(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
    if staff is None:
        body = f'<p class="ga-empty"><span><span class="ga-mark ga-mark-none">{run.word("not_connected")}</span> {run.word("staff_needs")}</span></p>'
    else:
        body = _staff_table(run, staff)
    st.html(f'<section class="ga-panel"><h2 class="ga-h2">{run.word("staff_title")}</h2>{body}</section>')


def _staff_table(run: Run, staff: dict[str, int]) -> str:
    filled, per_grid = (figure(run.build, run.reader, one, run.scope_without_filters, run.unit.unit_no) for one in ("steward_fill_rate", "steward_per_grid"))
    rows = [(run.word(f"role_{role}"), f"{staff.get(role, 0):,}") for role in ("chief", "general_head", "steward", "reserve", "full_time")]
    rows += [
        (run.word("stewards_per_grid"), "—" if per_grid.value is None else f"{per_grid.value:.2f}"),
        (run.word("grids_without"), plain((filled.denominator or 0) - (filled.numerator or 0))),
    ]
    return f'<table class="ga-table"><tbody>{"".join(f"<tr><td>{escape(name)}</td><td class=n><b>{value}</b></td></tr>" for name, value in rows)}</tbody></table>'
