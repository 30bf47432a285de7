"""The calendar of activities, who is active, patrols (活动日历、参与) on the page 志愿与队伍."""

import streamlit as st

from dashboard.parts.chart_style import COLOURS, PALE, Series, month_labels
from dashboard.parts.chart_units import DAYS
from dashboard.parts.charts import bars, panel
from dashboard.parts.facts import facts_html
from dashboard.view.format import DASH, plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick_period
from dashboard.view.run import Run
from dashboard.volunteers.words import word
from etl.query.activity import FEEDS, bodies, calendar
from etl.query.figures import figure
from etl.query.scope import Scope


def activity_panels(run: Run, scope: Scope) -> None:
    """Days with something held by month, and who takes part."""
    with st.container(key="panels-activity"):
        with panel("calendar", word(run, "calendar"), word(run, "calendar_note")):
            if has_feeds(run, *FEEDS):
                found = calendar(run.build, run.reader, scope, run.unit.unit_no)
                labels = month_labels(run.lang, [one.month for one in found.months])
                picks = [pick_period(f"{one.month:%Y-%m}") for one in found.months]
                series = [
                    Series(word(run, "active_days"), [one.active for one in found.months], COLOURS[0], picks=picks),
                    Series(word(run, "empty_days"), [one.days - one.active for one in found.months], PALE, picks=picks),
                ]
                bars(run.lang, "calendar", labels, series, alt=word(run, "calendar"), is_stacked=True, is_upright=True, height=220, unit=DAYS)
                gaps = word(run, "gaps", days=plain(found.empty_days), of=plain(found.days), weeks=plain(found.empty_weeks), whole=plain(found.weeks), longest=plain(found.longest_gap))
                st.html(f'<p class="ga-note">{gaps}</p>')
        with panel("bodies", word(run, "bodies"), word(run, "bodies_note")):
            if has_feeds(run, "service_log"):
                who = bodies(run.build, run.reader, scope, run.unit.unit_no)
                rate = figure(run.build, run.reader, "participation_rate", scope, run.unit.unit_no)
                taking = run.word(f"state_{rate.state}") if rate.value is None else f"{plain(rate.value, 1)}{word(run, 'rate_of', n=plain(rate.numerator), of=plain(rate.denominator))}"
                absent = run.word("not_connected")
                facts = [
                    (word(run, "taking_part"), taking),
                    (word(run, "teams"), word(run, "teams_n", n=plain(who.teams))),
                    (word(run, "convenors"), word(run, "bodies_n", n=plain(who.convenors)) if "joint_activity" in run.build.feeds else absent),
                    (word(run, "organisations"), word(run, "bodies_n", n=plain(who.organisations)) if "social_org" in run.build.feeds else absent),
                    (word(run, "patrols"), word(run, "patrol_value", n=plain(who.patrol_times), h=plain(who.patrol_hours)) if who.patrol_times else DASH),
                ]
                st.html(facts_html(facts))
