"""The page 简报: choose unit and period, read the text, take it as Word, PDF or slides."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

import streamlit as st

from dashboard.briefing.document import Briefing
from dashboard.briefing.docx_file import docx_bytes
from dashboard.briefing.make import make_briefing
from dashboard.briefing.pdf_file import pdf_bytes
from dashboard.briefing.period import Period, parse_period, period_of, periods, usual
from dashboard.briefing.pptx_file import pptx_bytes
from dashboard.briefing.preview import preview_html
from dashboard.briefing.topic import FIELDS as TOPICS
from dashboard.briefing.topic import MARK, REASON
from dashboard.parts.export_buttons import READY, link
from dashboard.view.audited import audited_export
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.chips import chips
from dashboard.view.choice import choosing, hold, select, view_now
from dashboard.view.finest import unit_at
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from dashboard.web.export_jobs import made_now
from dashboard.web.print_settings import print_font
from etl.model.errors import AtlasError
from etl.model.levels import BY_ID as LEVELS
from etl.model.text import Text
from etl.query.series import first_day
from etl.query.units import units

UNIT, KIND, PERIOD = Text("单元", "Unit"), Text("期间类型", "Kind of period"), Text("期间", "Period")
KINDS = {"month": Text("月度", "Month"), "quarter": Text("季度", "Quarter")}
UNFINISHED = Text("（未满）", " (not over)")
PARENT = Text("↑ {name}", "↑ {name}")
ABOVE = Text("简报按社区及以上编写，以下为{name}的内容。", "Briefings are written for communities and above; below is that of {name}.")
WRITING = Text("正在编写……", "Writing …")
TAKE = Text("下载", "Download")
ABOUT = Text("文中引用 {n} 项数据，与各页面和命令行同一算法、同一数据版本；校验码 {sum}。Word 版可继续修改。",
             "{n} figures are quoted, by the same functions and build as pages and command line; checksum {sum}. The Word file can be edited.")
PICTURES = Text("文件中另有地图和图表：逐月走势、分布图、办理指标、热点事项。", "The files also hold the map and charts: trend, map, rates, classes.")
BATCH = Text("每月为所有街道各做一份：", "One for every street, each month:")
RULES = Text("建议由规则给出，每条注明依据：哪项指标未达标、哪里持续为热点、资金项目违反哪条程序。没有触发规则的不写。",
             "Suggestions come from rules, each named: which figure is below standard, which place stays a hotspot, which rule a fund project breaks. What no rule finds is not written.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file."""

    id: str
    label: Text
    mime: str
    make: Callable[[Briefing], bytes]


OFFICE = "application/vnd.openxmlformats-officedocument"
FILES: tuple[Kind, ...] = (
    Kind("docx", Text("Word（可修改）", "Word (editable)"), f"{OFFICE}.wordprocessingml.document", docx_bytes),
    Kind("pdf", Text("PDF", "PDF"), "application/pdf", lambda briefing: pdf_bytes(briefing, print_font())),
    Kind("pptx", Text("PPT（五页）", "PPT (five slides)"), f"{OFFICE}.presentationml.presentation", pptx_bytes),
)


def briefing_page(run: Run) -> None:
    """Bar, the text as on paper, and beside it the files."""
    local = _unit_run(run)
    first = first_day(run.build, "close_rate") if "case" in run.build.feeds else None
    period = chosen_period(local, first)
    with st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        breadcrumb(replace(local, view=replace(run.view, unit=local.view.unit)))  # its links keep what waits for other pages
        with st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="small"):
            _choose_unit(local)
            _choose_period(local, period, periods(run.build, "quarter" if period.kind == "quarter" else "month", first))
        chips(run, "", (), told=dict.fromkeys(TOPICS, (MARK, REASON)))
    if local.unit.unit_no != run.unit.unit_no:
        st.html(f'<p class="ga-notice" role="status">{escape(run.say(ABOVE.format(name=local.unit.name)))}</p>')
    with st.container(key="briefing"):
        with st.container(key="briefing-paper"):
            paper = st.empty()
        paper.html(f'<p class="ga-empty" role="status">{escape(run.say(WRITING))}</p>')
        made = make_briefing(local, period, has_pictures=False, about=run.scope.where)
        paper.html(preview_html(made))
        with st.container(key="briefing-side"):
            _files(local, period, run.scope.where)
            count, digest = made.checksum()
            st.html("".join(f'<p class="ga-note">{escape(run.say(text))}</p>' for text in (ABOUT.format(n=count, sum=digest), PICTURES, RULES, BATCH)))
            st.code(f"python -m dashboard.briefing --month {period.id} --level street --out DIR", language=None, wrap_lines=True)


def _unit_run(run: Run) -> Run:
    """The run for the unit a briefing can be about; filters and selections do not apply."""
    unit = unit_at(run, "community")
    clean = replace(run, view=replace(run.view, where=(), units=(), area=()))
    return clean if unit is None else replace(clean, unit=unit, view=replace(clean.view, unit=unit.code if unit.unit_no != run.reader.first_no else ""))


def chosen_period(run: Run, first) -> Period:
    """The month or quarter of the address, or the days it names; without any the newest whole month."""
    start, end = (run.scope.date_from, run.scope.date_to) if run.view.period else (run.view.date_from, run.view.date_to)
    if start is not None and end is not None and start <= run.build.data_date:
        return period_of(start, end)
    return usual(run.build, periods(run.build, "month", first))


def _choose_unit(run: Run) -> None:
    """The units below, and the way up."""
    frame, here = units(run.build), run.unit
    names = {here.code: here.name}
    if run.reader.sees(here.parent_no):
        names[frame.code[here.parent_no - 1]] = run.say(PARENT.format(name=frame.name[here.parent_no - 1]))
    for no in frame.children(here.unit_no, run.build.data_date):
        if run.reader.sees(int(no)) and frame.level[no - 1] <= LEVELS["community"].rank:
            names[frame.code[no - 1]] = f"　{frame.name[no - 1]}"

    def changed(code: str) -> ViewState:
        return replace(view_now(), unit="" if frame.by_code(code) == run.reader.first_no else code, level="")

    select(run, "briefing-unit", run.say(UNIT), tuple(names), here.code, lambda code: names.get(code, code), changed, width=220, filter_mode="fuzzy")


def _choose_period(run: Run, period: Period, offered: tuple[Period, ...]) -> None:
    if period.id not in {one.id for one in offered}:
        offered = (period, *offered)

    def kind_changed() -> ViewState:
        kind: Literal["month", "quarter"] = "quarter" if (st.session_state["briefing-kind"] or period.kind) == "quarter" else "month"
        other = usual(run.build, periods(run.build, kind, None))
        return replace(view_now(), date_from=other.first, date_to=other.last, period="")

    def changed(chosen: str) -> ViewState:
        other = parse_period(chosen)
        return replace(view_now(), date_from=other.first, date_to=other.last, period="")

    words = {one.id: run.say(one.name) + (run.say(UNFINISHED) if one.is_partial(run.build) else "") for one in offered}
    hold(run, "briefing-kind", period.kind if period.kind in KINDS else None)
    st.segmented_control(run.say(KIND), tuple(KINDS), key="briefing-kind", format_func=lambda kind: run.say(KINDS[kind]), on_change=choosing(kind_changed))
    select(run, "briefing-period", run.say(PERIOD), tuple(words), period.id, lambda one: words.get(one, one), changed, width=190 if run.lang == "zh" else 250, filter_mode=None)


@st.fragment
def _files(run: Run, period: Period, about: tuple[tuple[str, str], ...]) -> None:
    """Three buttons; the file is made on the click and leaves once, for this reader only."""
    st.html(f'<h2 class="ga-h2">{escape(run.say(TAKE))}</h2>')
    chosen = None
    for kind in FILES:
        is_first = kind.id == "docx"
        if st.button(run.say(kind.label), key=f"briefing-{kind.id}", icon=":material/download:", width="stretch", type="primary" if is_first else "secondary"):
            chosen = kind
    if chosen is None:
        return
    try:
        made = make_briefing(run, period, font=print_font(), about=about)
        body = chosen.make(made)
        name = f"{made.file_name}.{chosen.id}"
        audited_export(run, name, made.checksum()[0])
        token = made_now(name, chosen.mime, made.checksum()[0], lambda path, tell: _write(path, body), run.reader_key)
    except AtlasError as error:
        st.html(f'<p class="ga-notice" role="alert">{escape(run.say(error.text))}</p>')
        return
    link(run, token, name, Text(READY.zh.replace("（{n} 行）", ""), READY.en.replace(" ({n} rows)", "")).format(name=name))


def _write(path, body: bytes) -> None:
    path.write_bytes(body)
