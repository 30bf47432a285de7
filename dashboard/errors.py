"""What a reader sees when a page fails (页面出错): a sentence, a number and the build id. Details go to the log only."""

import logging
import secrets
from html import escape

import streamlit as st

from dashboard.view.state import parse_view
from dashboard.view.words import say
from dashboard.web.metrics import COUNTERS
from dashboard.web.serving import serving
from etl.model.errors import AtlasError
from etl.model.text import Lang

log = logging.getLogger("atlas.pages")


def on_script_error(error: Exception) -> bool:
    """Hook of st.App: show our sentence instead of Streamlit's box. Returns True: nothing else is to be shown."""
    lang = parse_view(dict(st.query_params)).lang
    COUNTERS.page_errors += 1
    if isinstance(error, AtlasError):
        show_sentence(error.text.to(lang), "")
        return True
    number = secrets.token_hex(4)
    log.error("page error %s", number, exc_info=error)
    run = st.session_state.get("atlas_run")
    show_sentence(say("page_error", lang), say("error_id", lang, id=number, build=run.build.id if run else "—"))
    return True


def wait_for_data(lang: Lang, error: AtlasError) -> None:
    """No build can be served: what is wrong, what whoever runs the server types, and the page itself as soon as there is one."""
    zh = lang != "en"
    rows = [("先看演示：一座虚构的城市", "a first look: a fictional city", "python -m etl demo --scale small --out demo && python -m etl build demo/sources.toml"), ("导入自己的数据：", "load your own data:", "python -m etl build sources.toml"), ("刚导入的数据有问题，换回上一个版本：", "the newest data are faulty, go back to the build before:", "python -m etl rollback")]
    steps = "".join(f"<li>{escape(zh_word if zh else en_word)} <code>{escape(command)}</code></li>" for zh_word, en_word, command in rows)
    title, note = ("暂时没有可显示的数据", "有了数据，本页会自动打开，不用刷新。服务器上可以运行：") if zh else ("No data to show yet", "This page opens by itself as soon as there are data. On the server one may run:")
    st.html(f'<div class="ga-error" role="alert"><h2>{escape(title)}</h2><p>{escape(error.text.to(lang))}</p><p class="ga-note">{escape(note)}</p><ul class="ga-note">{steps}</ul></div>')

    @st.fragment(run_every=3.0)
    def look() -> None:
        serving().refresh()
        if serving().current is not None:
            st.rerun()

    look()


def show_sentence(sentence: str, detail: str) -> None:
    """A quiet panel with one sentence and a line below it."""
    st.html(f'<div class="ga-error" role="alert"><p>{escape(sentence)}</p><p class="ga-note">{escape(detail)}</p></div>')
