"""What the page 导入 shows: three steps, a template per feed, the builds and how each went."""

from html import escape

import streamlit as st

from dashboard.imports.builds import builds
from dashboard.imports.templates import template_of
from dashboard.parts.export_files import KINDS
from dashboard.view.format import plain
from dashboard.view.run import Run
from dashboard.web.exports import EXPORTS
from dashboard.web.serving import serving
from etl.model.errors import AtlasError
from etl.model.tables import TABLES

CHECK_BUILD = (("step_check", "python -m etl build sources.toml --dry-run"), ("step_build", "python -m etl build sources.toml"))
STEPS = {"zh": (("step_files", "python -m etl templates --out 模板"), *CHECK_BUILD), "en": (("step_files", "python -m etl templates --out templates"), *CHECK_BUILD)}


def steps(run: Run) -> None:
    """Three commands, each with a sentence."""
    items = "".join(f"<li><p>{escape(run.word(key))}</p><code>{escape(command)}</code></li>" for key, command in STEPS[run.lang])
    st.html(
        f'<h2 class="ga-h2">{run.word("import_title")}</h2><p class="ga-note">{escape(run.word("import_note"))}</p><ol class="ga-steps">{items}</ol>'
    )


@st.fragment
def template_list(run: Run) -> None:
    """Choose a feed, get its workbook by our own route."""
    st.html(f'<h2 class="ga-h2">{run.word("templates")} <span class="ga-note">{len(TABLES)}</span></h2>')
    names = {table.name: table for table in TABLES}
    with st.container(key="templates", horizontal=True, vertical_alignment="bottom", gap="small"):
        feed = st.selectbox(
            run.word("feed"), list(names), format_func=lambda name: f"{run.say(names[name].title)}　{name}", key="template-feed", width=320
        )
        is_wanted = st.button(run.word("download_template"), key="template-get", icon=":material/download:")
    comma, between = ("、", "：") if run.lang == "zh" else (", ", ": ")
    required = comma.join(column.header for column in names[feed].required)
    st.html(f'<p class="ga-note">{escape(run.say(names[feed].doc))}　{run.word("required")}{between}{escape(required)}</p>')
    if is_wanted:
        try:
            name, body = template_of(feed)
        except AtlasError as error:
            st.html(f'<p class="ga-notice">{escape(run.say(error.text))}</p>')
            return
        token = EXPORTS.prepare(name, KINDS[0].mime, body, run.reader_key)
        st.html(
            f'<a class="ga-download" href="/export/{token}" download="{escape(name)}" data-download>{escape(run.word("template_ready", name=name))}</a>'
        )


def builds_table(run: Run) -> None:
    """Every build in the warehouse with its rows and whether it is the one served."""
    problem = serving().problem
    rows = ""
    for line in builds(serving().warehouse):
        state = f'<span class="ga-mark ga-mark-ok">{run.word("served")}</span>' if line.id == run.build.id else ""
        numbers = "".join(
            f'<td class="n">{plain(n)}</td>' for n in (line.rows_read, line.rows_loaded, line.rows_rejected, line.rows_duplicate)
        )
        rows += f'<tr><td class="ga-code" style="white-space:nowrap">{escape(line.id)}</td><td style="white-space:nowrap">{escape(line.built_at)}</td><td style="white-space:nowrap">{escape(line.data_date)}</td>{numbers}<td>{state}</td></tr>'
    heads = [
        ("build", ""),
        ("built_time", ""),
        ("data_to", ""),
        ("rows_read", "n"),
        ("rows_loaded", "n"),
        ("rows_rejected", "n"),
        ("rows_duplicate", "n"),
        ("state", ""),
    ]
    head = "".join(f'<th scope="col" class="{look}">{run.word(key)}</th>' for key, look in heads)
    note = f'<p class="ga-notice">{escape(run.say(problem.text))}</p>' if problem else ""
    st.html(
        f'<h2 class="ga-h2">{run.word("builds")}</h2>{note}<div class="ga-scroll"><table class="ga-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )
