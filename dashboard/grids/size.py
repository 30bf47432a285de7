"""Size standard of micro-grids (规模达标): its picture on the map and its distribution."""

from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.maps.scale import Scale
from dashboard.maps.view import MapEvent, NumberFormat
from dashboard.parts.main_map import draw_view, map_view
from dashboard.view.drill import Shown
from dashboard.view.picks import pick_link, pick_row
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.model.text import Text
from etl.query.grids import SizeClass, households, size_classes

# Outside the standard on either side: two colours and two patterns; inside: one calm tone.
LOOKS = (("#e8963f", "dots"), ("#6fc6be", "plain"), ("#542788", "stripes"))
STANDARD = Text("达标", "In range")
NO_GRIDS = Text("当前范围内没有微网格。", "There are no micro-grids here.")


def draw_size_map(run: Run, indicator: Indicator, shown: Shown, height: int) -> MapEvent | None:
    """Micro-grids by their households: below, within, above the range, not reported."""
    low, high = run.build.rules.grid.households_min, run.build.rules.grid.households_max
    sizes = households(run.build, run.reader, run.scope_without_filters, run.reader.first_no)
    table = pd.DataFrame(
        {"unit_no": sizes["unit_no"], "value": sizes["households"], "state": np.where(sizes["households"].isna(), "no_data", "ok")}
    )
    words = (Text("偏小", "Too small"), STANDARD, Text("偏大", "Too big"))
    view = map_view(
        run, indicator, shown, table, height, scale=Scale((float(low), float(high + 1)), LOOKS, False, words),
        number=NumberFormat(1.0, 0, Text(" 户", " households")), name=Text("微网格户数", "Households of micro-grids"),
    )  # fmt: skip
    return draw_view(run, view, shown)


def size_bars(run: Run) -> None:
    """How many micro-grids are of which size, as bars with their numbers."""
    classes = size_classes(run.build, run.reader, run.keeping("micro_size", run.scope_without_filters), run.unit.unit_no)
    largest, total = max((one.n for one in classes), default=0) or 1, sum(one.n for one in classes)
    rows = "".join(_bar(run, one, largest, total) for one in classes)
    body = f'<table class="ga-bars"><tbody>{rows}</tbody></table>' if total else f'<p class="ga-empty">{escape(run.say(NO_GRIDS))}</p>'
    st.html(f'<section class="ga-panel"><h2 class="ga-h2">{run.word("size_title")} <span class="ga-note">{total:,}</span></h2>{body}</section>')


def _bar(run: Run, one: SizeClass, largest: int, total: int) -> str:
    name = pick_link(pick_row("micro_size", one.id) if one.n else "", escape(run.say(one.name)))
    share = f"{one.n / total * 100:.1f}%" if total else "—"
    mark = f'<span class="ga-mark ga-mark-ok">{run.say(STANDARD)}</span>' if one.is_standard else ""
    look = "is-standard" if one.is_standard else "is-unknown" if one.low is None else ""
    return (
        f'<tr><th scope="row">{name}</th><td class="ga-bar-cell"><i class="{look}" style="width:{max(one.n / largest * 100, 0.5 if one.n else 0):.1f}%"></i></td>'
        f'<td class="n"><b>{one.n:,}</b></td><td class="n">{share}</td><td>{mark}</td></tr>'
    )
