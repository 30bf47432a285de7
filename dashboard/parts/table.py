"""The table beside every map (明细表): the same figures, sortable, and its exports."""

from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.maps.scale import BAND_WORDS
from dashboard.parts.cards import state_mark
from dashboard.parts.evidence_panel import basis_note
from dashboard.parts.export_buttons import exports
from dashboard.parts.export_files import ExportTable
from dashboard.parts.light_mark import band_mark
from dashboard.view.drill import Shown, levels_below
from dashboard.view.format import as_head, headed, of_indicator, part_digits, plain
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID
from etl.query.figures import STATES, figures
from etl.query.ranking import bands_of
from etl.query.units import units

AS_HTML = 300  # rows written as HTML with links; longer tables go to the virtual grid
AT_ONCE = 4_000  # rows sent whole; of longer tables the browser asks for what it shows


def main_table(run: Run, indicator: Indicator, shown: Shown) -> None:
    """Heading with the number of rows, export buttons, table."""
    table = figures(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level, shown.under)
    table["band"] = bands_of(run.build, run.reader, indicator.id, run.scope_for(indicator), table).fillna("")
    with st.container(key="table-head", horizontal=True, vertical_alignment="center", gap="small"):
        title = f"{run.say(indicator.name)} · {run.say(BY_ID[shown.level].name)}"
        st.html(
            f'<h2 class="ga-h2">{run.word("table")} <span class="ga-note">{escape(title)} · {run.word("rows", n=f"{len(table):,}")}</span>{basis_note(run, indicator.id)}</h2>'
        )
        exports(run, ExportTable(run, indicator, shown, table))
    with st.container(key="table-main"):
        if len(table) <= AS_HTML:
            st.html(table_html(run, indicator, shown, table))
        else:
            _grid(run, indicator, table)


def table_html(run: Run, indicator: Indicator, shown: Shown, table: pd.DataFrame) -> str:
    """Sortable by its heads; cells carry the unrounded value for sorting and checking."""
    top, bottom = escape(as_head(run.say(indicator.top))), escape(as_head(run.say(indicator.bottom))) if indicator.bottom else ""
    cells = [
        (run.word("name"), ""),
        *([(run.word("belongs"), "")] if is_deep(run, shown, table) else []),
        (run.word("code"), "ga-code"),
        (escape(headed(indicator, run.lang)), "n"),
        (top, "n ga-void" if is_void(table) else "n"),
        *([(bottom, "n")] if bottom else []),
        *([(run.word("band"), "")] if has_marks(table) else []),
    ]
    head = "".join(f'<th class="{look}" scope="col"><button type="button">{word}</button></th>' for word, look in cells)
    marks, void, deep = has_marks(table), is_void(table), is_deep(run, shown, table)
    digits = (part_digits(table["numerator"]), part_digits(table["denominator"]))
    rows = "".join(_row(run, indicator, shown, row, digits, marks, void, deep) for row in table.itertuples())
    return f'<div class="ga-scroll"><table class="ga-table ga-sort"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def has_marks(table: pd.DataFrame) -> bool:
    """Whether any row has a band or a state worth a column."""
    return bool((table["band"] != "").any() or (table["state"] != "ok").any())


def is_void(table: pd.DataFrame) -> bool:
    """Whether no row has a numerator, as of medians and scores: the column is there for who reads the page by machine, not shown."""
    return bool(table["numerator"].isna().all() and table["denominator"].notna().any())


def _row(run: Run, indicator: Indicator, shown: Shown, row, digits: tuple[int, int], marks: bool, void: bool, deep: bool) -> str:
    parts = [row.numerator, *([row.denominator] if indicator.has_denominator else [])]
    numbers = "".join(
        f'<td class="{"n ga-void" if void and place == 0 else "n"}" data-sort="{_sort(part)}">{plain(part, digits[place])}</td>'
        for place, part in enumerate(parts)
    )
    mark = f"<td>{state_mark(run, row.state)}{band_mark(run, row.band)}</td>" if marks else ""
    chosen = ' class="is-chosen" aria-current="true"' if row.unit_no == shown.selected else ""
    return (
        f'<tr{chosen} data-code="{escape(row.code)}" data-state="{row.state}"><td><a href="{run.href(unit=row.code, level="")}" data-go>{escape(row.name)}</a></td>{_parent_cell(run, row.unit_no) if deep else ""}'
        f'<td class="ga-code">{escape(row.code)}</td><td class="n" data-sort="{_sort(row.value)}"><b>{of_indicator(indicator, row.value)}</b></td>{numbers}{mark}</tr>'
    )


def is_deep(run: Run, shown: Shown, table: pd.DataFrame) -> bool:
    """Whether the units shown are children of several units, so that their names need their parents'."""
    return shown.level not in levels_below(run, shown.under)[:1] and len(np.unique(units(run.build).parent_no[table["unit_no"].to_numpy() - 1])) > 1


def _parent_cell(run: Run, unit_no: int) -> str:
    frame = units(run.build)
    return f"<td>{escape(frame.name[frame.parent_no[unit_no - 1] - 1])}</td>"


def _parents(run: Run, table: pd.DataFrame) -> pd.Series:
    """The name of each unit's parent; empty for the root and for what the reader may not see. Of 120,000 rows in milliseconds."""
    frame = units(run.build)
    parents = frame.parent_no[table["unit_no"].to_numpy() - 1]
    names = frame.texts["name"].take(np.maximum(parents - 1, 0)).reset_index(drop=True)
    return names.where((parents >= max(run.reader.first_no, 1)) & (parents <= run.reader.last_no), "")


def _sort(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))


def _grid(run: Run, indicator: Indicator, table: pd.DataFrame) -> None:
    """The same columns in Streamlit's virtual grid, for hundreds of rows and more."""
    bands = {"": ""} | dict(zip(("red", "amber", "green"), (word.to(run.lang) for word in BAND_WORDS), strict=True))
    shown = pd.DataFrame(
        {
            run.word("name"): table["name"], run.word("belongs"): _parents(run, table), run.word("code"): table["code"],
            headed(indicator, run.lang): table["value"] * (100 if indicator.is_percent else 1),
            as_head(run.say(indicator.top)): table["numerator"], **({as_head(run.say(indicator.bottom)): table["denominator"]} if indicator.bottom else {}),
            run.word("state"): table["state"].map({state: run.word(f"state_{state}") for state in STATES}), run.word("band"): table["band"].map(bands),
        }
    )  # fmt: skip
    number = {name: st.column_config.NumberColumn(format=f"%.{indicator.digits}f") for name in shown.columns[3:4]}
    # 120,000 rows are 16 MB: beyond a few thousand only what is looked at is sent
    st.dataframe(shown, hide_index=True, height=460, column_config=number, placeholder="—", lazy=len(shown) > AT_ONCE)
