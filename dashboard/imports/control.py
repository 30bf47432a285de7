"""The import desk (导入操作): try, load, go back, and what the command says while it runs. For whoever looks after the whole city's data."""

import re
from datetime import datetime
from html import escape

import streamlit as st

from dashboard.access.audit import record
from dashboard.imports.builds import builds
from dashboard.imports.process import Job, Kind, last_job, sources_file, start
from dashboard.imports.words import word
from dashboard.view.run import Run
from dashboard.web.serving import serving
from etl.model.errors import AtlasError
from etl.query.warehouse import current_id

EVERY_S = 1.0
MARKS = {"拒收": "ga-mark-none", "提醒": "ga-mark-warn", "说明": "ga-mark-info", "rejected": "ga-mark-none", "warning": "ga-mark-warn", "note": "ga-mark-info"}
LOOKS = ("ga-mark-none", "ga-mark-warn", "ga-mark-info")  # refused rows first
_STEP = re.compile(r"\[\s*[\d.]+s\]")


def may_load(run: Run) -> bool:
    """Loading changes everybody's figures: only roles for it, and only with the whole city in sight."""
    return run.reader.role in ("data_steward", "admin") and not run.identity.unit_code


def can_load_here(run: Run) -> bool:
    """Whether the buttons stand on the page: then they come first, the commands after them."""
    return may_load(run) and sources_file() is not None


def desk(run: Run) -> None:
    """Buttons and the last run; where the page may not start imports, how to allow it."""
    sources = sources_file()
    if not may_load(run):
        return
    if sources is None:
        st.html(f'<p class="ga-note">{escape(word(run, "how_to_allow"))}</p><pre class="ga-how">[import]\nsources = "data/sources.toml"</pre>')
        return
    st.html(f'<h2 class="ga-h2">{word(run, "here")} <span class="ga-note">{escape(word(run, "folder", path=str(sources.parent)))}</span></h2>')
    if not sources.is_file():
        st.html(f'<p class="ga-notice" role="status">{escape(word(run, "no_file", path=str(sources)))}</p>')
        return
    job = last_job()
    is_running = job is not None and not _is_settled(job)
    with st.container(key="import-buttons", horizontal=True, vertical_alignment="bottom", gap="small"):
        if st.button(word(run, "check"), key="import-check", icon=":material/rule:", disabled=is_running):
            _begin(run, "check")
        if st.button(word(run, "build"), key="import-build", icon=":material/publish:", type="primary", disabled=is_running):
            _begin(run, "build")
        allow = st.checkbox(word(run, "allow_jump"), key="import-jump", disabled=is_running)
    st.session_state["import-options"] = ("--allow-jump",) if allow else ()
    if job is not None:
        st.fragment(_told, run_every=EVERY_S if is_running else None)(run)
    _back(run, is_running)


def _begin(run: Run, kind: Kind, build_id: str = "") -> None:
    try:
        record(run.identity, "import", run.page.id, detail=f"{kind} {build_id}".strip())
        start(kind, run.identity.name or run.identity.account, run.lang, serving().warehouse, st.session_state.get("import-options", ()) if kind != "rollback" else (), build_id)
    except AtlasError as error:
        st.html(f'<p class="ga-notice" role="alert">{escape(run.say(error.text))}</p>')
        return
    st.rerun()


def _told(run: Run) -> None:
    """What the last run says; when it has ended the whole page follows."""
    job = last_job()
    if job is None:
        return
    if not _is_settled(job):
        st.session_state["import-seen-running"] = job
    elif st.session_state.get("import-seen-running") is job:
        st.session_state["import-seen-running"] = None
        st.rerun()
    kind, at = word(run, f"did_{job.kind}"), datetime.fromtimestamp(job.started_at)
    head = word(run, "state_running" if job.code is None else "state_done" if job.code == 0 else "state_refused", kind=kind, n=f"{job.seconds:.0f}")
    look = "" if job.code is None else " is-done" if job.code == 0 else " is-refused"
    by = word(run, "by", who=job.by, at=f"{at:%m-%d %H:%M}")
    st.html(f'<section class="ga-run{look}" role="status"><h3>{escape(head)} <span class="ga-note">{escape(by)}</span></h3>{_lines(run, job)}</section>')


def _is_settled(job: Job) -> bool:
    """Whether it has ended and what it published is served (a build is verified before it is)."""
    if job.code is None:
        return False
    service = serving()
    return job.code != 0 or job.kind == "check" or service.problem is not None or service.build().id == current_id(service.warehouse)


def _lines(run: Run, job: Job) -> str:
    """While it runs the last steps; at the end what was found and why it was refused, everything else folded away."""
    lines = [line.strip() for line in job.lines if line.strip()]
    if job.code is None:
        return _list(lines[-6:])
    findings = sorted((line for line in lines if _weight(line)), key=lambda line: LOOKS.index(_weight(line)))
    told = [line for line in lines if not _weight(line) and not _STEP.match(line)]
    first = told if job.code else [*told[:3], *findings]
    return _list(first) + ("" if len(first) == len(lines) else f'<details><summary>{escape(word(run, "all_lines", n=len(lines)))}</summary>{_list(lines)}</details>')


def _list(lines: list[str]) -> str:
    return f'<ul class="ga-run-lines">{"".join(_line(one) for one in lines)}</ul>'


def _weight(line: str) -> str:
    """The look of a finding's weight, "" for any other line."""
    return MARKS.get(line[1 : line.find("]")], "") if line.startswith("[") else ""


def _line(text: str) -> str:
    if mark := _weight(text):
        weight, _, rest = text[1:].partition("]")
        return f'<li><span class="ga-mark {mark}">{escape(weight)}</span> {escape(rest.strip())}</li>'
    return f"<li>{escape(text)}</li>"


def _back(run: Run, is_running: bool) -> None:
    """An earlier build in use again, asked twice."""
    earlier = {line.id: line for line in builds(serving().warehouse) if line.id != run.build.id and line.rows_read is not None}
    if not earlier:
        return
    with st.container(key="import-back", horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            word(run, "back_to"), list(earlier), key="import-back-to", width=420,
            format_func=lambda build: word(run, "back_line", at=earlier[build].built_at, day=earlier[build].data_date, n=f"{earlier[build].rows_loaded:,}"),
        )  # fmt: skip
        if st.button(word(run, "back"), key="import-back-ask", icon=":material/undo:", disabled=is_running):
            st.session_state["import-back-asked"] = chosen
        if chosen and st.session_state.get("import-back-asked") == chosen and st.button(word(run, "back_sure"), key="import-back-sure", type="primary", disabled=is_running):
            st.session_state["import-back-asked"] = None
            _begin(run, "rollback", chosen)
