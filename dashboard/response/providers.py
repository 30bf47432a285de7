"""Water, power, gas, heat (水电气热) by who provides them, and disputes, on the page 吹哨与层级: figures by unit in charge, from the indicators."""

from dataclasses import replace

import streamlit as st

from dashboard.parts.charts import panel
from dashboard.parts.list_table import Cell, choice, number, percent
from dashboard.parts.paged_list import paged_list
from dashboard.response.words import word
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.model.taxonomy import BY_CODE
from etl.query.figures import figures_by_lead

UTILITIES = "05"
RATES = ("close_rate", "ontime_close_rate", "solve_rate", "satisfy_rate")


def utility_panel(run: Run) -> None:
    """Cases of class 05 by provider, most first; bands of nobody: a provider is compared with the limits, not with the others."""
    with panel("utilities", word(run, "utilities_title"), word(run, "utilities_note")):
        if not has_feeds(run, "case"):
            return
        asked = run.scope_for(BY_ID["close_rate"]).without("lead_unit")
        wanted = [value for field, value in asked.where if field == "category"]
        if wanted and not any(value.startswith(UTILITIES) for value in wanted):
            st.html(f'<p class="ga-empty">{word(run, "utilities_filtered")}</p>')
            return
        where = asked.where if wanted else (*asked.where, ("category", UTILITIES))
        scope = replace(asked, where=tuple(sorted(where)))
        tables = {name: figures_by_lead(run.build, run.reader, name, scope, run.unit.unit_no).set_index("code") for name in ("geo_match_rate", *RATES)}
        counts = tables["geo_match_rate"].sort_values("denominator", ascending=False)
        heads = [(word(run, "provider"), False), (word(run, "cases"), True), *((run.say(BY_ID[name].name), True) for name in RATES)]

        def made(code: str) -> list[Cell]:
            picks = pick(lead_unit=code, category=",".join(wanted) or UTILITIES)
            return [choice(picks, str(counts.loc[code, "name"])), number(counts.loc[code, "denominator"]), *(_rate(run, tables[name].loc[code]) for name in RATES)]

        paged_list(run, "utilities", heads, list(counts.index), made, word(run, "utilities_none"), word(run, "utilities_title"))


def _rate(run: Run, row) -> Cell:
    if row["state"] in ("no_data", "suppressed"):
        return Cell(f'<span class="ga-none">{run.word("state_" + row["state"])}</span>', None, True)
    return percent(float(row["value"]))


assert any(code.startswith(UTILITIES) for code in BY_CODE)
