"""双治联动 and 点线面 on the page 共建: where residents govern themselves, where partners govern with them, and what there is of each form."""

import streamlit as st

from dashboard.parts.charts import funnel, panel
from dashboard.parts.facts import facts_html
from dashboard.view.format import plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick_row
from dashboard.view.run import Run
from etl.model.text import Text
from etl.query.scope import Scope
from etl.query.self_and_joint import GOVERNING, Forms, forms

WORDS: dict[str, Text] = {
    "both": Text("双治联动：自治与共治", "Self-government and joint government"),
    "both_note": Text("自治：统计期内开过居民的会；共治：统计期内有共建活动，或有在履约的契约。", "Self: a residents' meeting in the period. Joint: a joint activity in the period, or a contract in force."),
    "forms": Text("点线面：组织点、自治线、团体面", "Points, lines and the surface"),
    "forms_note": Text("组织点为党组织，自治线为业委会和居民的会，团体面为社会组织、队伍和共建单位。", "Points: Party organisations. Lines: owners' committees and residents' meetings. Surface: social organisations, teams and partners."),
    "point": Text("组织点", "Points"), "line": Text("自治线", "Lines"), "face": Text("团体面", "Surface"),
    "point_said": Text("党委和党总支 {committees} · 党支部 {branches} · 党小组 {groups}", "{committees} committees and general branches · {branches} branches · {groups} groups"),
    "line_said": Text("业委会 {owners} · 居民的会 {meetings} 场", "{owners} owners' committees · {meetings} residents' meetings"),
    "face_said": Text("在运行社会组织 {societies} · 服务队伍 {teams} · 在约共建单位 {partners}", "{societies} active social organisations · {teams} teams · {partners} partners under contract"),
}  # fmt: skip


def forms_panels(run: Run, scope: Scope) -> None:
    """Two panels side by side."""
    found = forms(run.build, run.reader, scope, run.unit.unit_no)
    beside = forms(run.build, run.reader, run.keeping("governing", scope), run.unit.unit_no)
    with st.container(key="panels-two-forms"):
        with panel("self-and-joint", run.say(WORDS["both"]), run.say(WORDS["both_note"])):
            _governing(run, beside)
        with panel("forms", run.say(WORDS["forms"]), run.say(WORDS["forms_note"])):
            if _any(run, "party_org", "compound", "deliberation", "social_org", "service_log", "contract"):
                st.html(facts_html((run.say(WORDS[key]), _said(run, f"{key}_said", found)) for key in ("point", "line", "face")))


def _any(run: Run, *feeds: str) -> bool:
    """Whether any of the feeds is connected; without one, what to load."""
    return not run.build.feeds.isdisjoint(feeds) or has_feeds(run, *feeds)


def _governing(run: Run, found: Forms) -> None:
    if not _any(run, "deliberation", "joint_activity", "contract"):
        return
    counts = [(key, getattr(found, key)) for key in GOVERNING]
    told = [(key, n) for key, n in counts if n is not None]
    picks = [pick_row("governing", key) for key, _ in told]
    funnel(run.lang, "self-and-joint", [run.say(GOVERNING[key]) for key, _ in told], [n for _, n in told], alt=run.say(WORDS["both"]), picks=picks)
    if absent := [(run.say(GOVERNING[key]), run.word("not_connected")) for key, n in counts if n is None]:
        st.html(facts_html(absent))


def _said(run: Run, key: str, found: Forms) -> str:
    """The counts in words; what is not connected says so in its place."""
    names = ("committees", "branches", "groups", "owners", "meetings", "societies", "teams", "partners")
    values = {name: getattr(found, name) for name in names}
    return run.say(WORDS[key].format(**{name: run.word("not_connected") if n is None else plain(n) for name, n in values.items()}))
