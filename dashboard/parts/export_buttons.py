"""The buttons that make files (导出按钮): small ones at once, large ones in the background with progress and a stop.

A file leaves by our own route, once, for this reader only.
"""

from html import escape

import streamlit as st

from dashboard.parts.export_files import KINDS, ExportTable, Kind, file_name, write_file
from dashboard.view.audited import audited_export
from dashboard.view.run import Run
from dashboard.web.export_jobs import BACKGROUND_ROWS, QUEUE, Job, Work, made_now
from etl.model.errors import AtlasError
from etl.model.text import Text

READY = Text("{name}（{n} 行）已生成，正在下载；如未开始请点此。", "{name} ({n} rows) is ready and downloading; click here if it does not start.")
FETCH = Text("下载 {name}（{n} 行）", "Download {name} ({n} rows)")
QUEUED = Text("{name}（{n} 行）排队中，前面还有 {ahead} 个", "{name} ({n} rows) is waiting, {ahead} before it")
MAKING = Text("{name} 正在生成：{done} / {n} 行", "{name} is being made: {done} of {n} rows")
BACKGROUND = Text("导出 {n} 行，与当前筛选一致；行数较多，在后台生成", "{n} rows, as filtered now; many rows, so it is made in the background")
STOP = Text("停止", "Stop")
EVERY_S = 1.5
ONCE = Text("链接仅限本人、仅一次，{n} 分钟内有效。", "The link works for you only, once, within {n} minutes.")


@st.fragment
def exports(run: Run, wanted: ExportTable) -> None:
    """One button per format of the main table. The file is made on the click."""
    count = len(wanted.table)
    note = run.word("export_note", n=f"{count:,}") if count <= BACKGROUND_ROWS else run.say(BACKGROUND.format(n=f"{count:,}"))
    with st.container(key="exports", horizontal=True, vertical_alignment="center", gap="small", width="content"):
        chosen = None
        for kind in KINDS:
            if st.button(kind.label, key=f"export-{kind.id}", help=note, icon=":material/download:"):
                chosen = kind
        if chosen is not None:
            offer(run, file_name(wanted, chosen), chosen.mime, count, _work(wanted, chosen))


def _work(wanted: ExportTable, kind: Kind) -> Work:
    return lambda path, tell: write_file(wanted, kind, path, tell)


def offer(run: Run, name: str, mime: str, count: int, work: Work) -> None:
    """Make the file now or queue it (the page is then drawn anew, with `pending`), and say how it stands."""
    try:
        audited_export(run, name, count)
        if count > BACKGROUND_ROWS:
            QUEUE.submit(name, mime, count, work, run.reader_key)
            st.rerun()
        link(run, made_now(name, mime, count, work, run.reader_key), name, READY.format(name=name, n=f"{count:,}"))
    except AtlasError as error:
        st.html(f'<p class="ga-notice" role="alert">{escape(run.say(error.text))}</p>')


def link(run: Run, token: str, name: str, text: Text, starts: bool = True) -> None:
    """The link of a prepared file; it starts by itself unless `starts` is False."""
    start = " data-download" if starts else ""
    st.html(
        f'<a class="ga-download" href="/export/{token}" download="{escape(name, quote=True)}" title="{escape(run.say(ONCE.format(n=10 if starts else 30)))}"{start}>{escape(run.say(text))}</a>'
    )


def pending(run: Run) -> None:
    """The reader's background exports, in a tray at the corner of every page, refreshed while any is under way. It stands on the page itself: timers must not be nested."""
    jobs = QUEUE.of(run.reader_key)
    if jobs:
        st.fragment(run_every=EVERY_S if any(not job.is_over for job in jobs) else None)(_jobs)(run)


def _jobs(run: Run) -> None:
    jobs = QUEUE.of(run.reader_key)
    with st.container(key="export-jobs"):
        for job in jobs:
            _job(run, job)
    under_way = tuple(job.id for job in jobs if not job.is_over)
    had, st.session_state["export-open"] = st.session_state.get("export-open", ()), under_way
    if had and not under_way:
        st.rerun()  # once more, without the timer


def _job(run: Run, job: Job) -> None:
    total = f"{job.rows:,}"
    if job.state == "ready":
        link(run, job.token, job.name, FETCH.format(name=job.name, n=total), starts=False)
    elif job.state == "failed":
        st.html(f'<p class="ga-notice" role="alert">{escape(job.name)} {escape(run.say(job.reason))}</p>')
    elif not job.is_over:
        if job.state == "waiting":
            text = QUEUED.format(name=job.name, n=total, ahead=QUEUE.ahead_of(job))
        else:
            text = MAKING.format(name=job.name, n=total, done=f"{job.done:,}")
        with st.container(key=f"job-{job.id}", horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f'<label class="ga-note">{escape(run.say(text))} <progress max="{max(job.rows, 1)}" value="{job.done}"></progress></label>')
            if st.button(run.say(STOP), key=f"stop-{job.id}"):
                QUEUE.stop(job.id, run.reader_key)
                st.rerun(scope="fragment")
