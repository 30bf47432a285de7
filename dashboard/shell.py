"""The HTML page around the app: Streamlit's own index.html with our language, title, style and script.

Served instead of Streamlit's, because there the language is fixed to English, an inline script would break the content
policy, and the style would only arrive with the first run of the page.
"""

import html
import json
import re
import secrets
from functools import cache, lru_cache
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboard.access.audit import record
from dashboard.access.cookies import is_https
from dashboard.access.identity import Identity, current_identity
from dashboard.access.plain_pages import refused_page
from dashboard.access.roles import NAMES, may_open
from dashboard.assets import asset_version
from dashboard.view.nav import BY_ID, pages_for
from dashboard.view.words import WORDS
from dashboard.web.exports import COOKIE_S, READER_COOKIE
from dashboard.web.packed import known_files

STREAMLIT_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
# Parts of Streamlit that every page draws. Streamlit asks for them only when the first run's messages name them, half a second later.
DRAWN = ("Html", "TextInput", "Selectbox", "DateInput", "ComponentInstance", "Button")
MAP_PAGES = ("overview", "grids", "coverage", "hotspots", "response", "funds", "property", "cobuild", "volunteers", "explore")


@cache
def drawn_modules() -> tuple[str, ...]:
    """Files of the parts named in `DRAWN` and of all they import, as Streamlit's manifest lists them."""
    manifest = json.loads(STREAMLIT_INDEX.with_name("manifest.json").read_text("utf-8"))
    wanted = [key for key, part in manifest.items() if part.get("isDynamicEntry") and part.get("name") in DRAWN]
    found: dict[str, None] = {}
    while wanted:
        part = manifest[wanted.pop(0)]
        if part["file"] not in found:
            found[part["file"]] = None
            wanted += part.get("imports", ())
    return tuple(found)


def _early(page_id: str, text: str) -> str:
    """Links by which the browser asks at once for what it will need: Streamlit's parts, and the scripts of the map's frame."""
    modules = "".join(f'<link rel="modulepreload" crossorigin href="./{file}">' for file in drawn_modules() if file not in text)
    if page_id not in MAP_PAGES:
        return modules
    frame = [path for path in known_files() if path.startswith("/component/") and "/static/js/main." in path and path.endswith(".js")]
    scripts = "".join(f'<link rel="preload" as="script" fetchpriority="low" href="{path}">' for path in (*frame, f"/assets/map.js?{asset_version()}"))
    return modules + scripts


@lru_cache(maxsize=64)
def shell_html(page_id: str, lang: str) -> str:
    """The whole page for one route and language. Raises RuntimeError when Streamlit's index.html changed its shape."""
    text = re.sub(r"<!--.*?-->", "", STREAMLIT_INDEX.read_text("utf-8"), flags=re.S)
    text, scripts = re.subn(r"<script>.*?</script>", "", text, flags=re.S)
    text = re.sub(r"<noscript>.*?</noscript>", "", text, flags=re.S)
    text = re.sub(r'<link\s+rel="(preload|service-desc|shortcut icon)".*?/>', "", text, flags=re.S)
    head = re.search(r"<title>.*?</title>", text)
    if scripts != 1 or head is None or '<div id="root"></div>' not in text or '<html lang="en">' not in text:
        raise RuntimeError("Streamlit's index.html has another shape than this version of Grid Atlas expects")
    product = html.escape(WORDS["product"].to(lang))
    title = html.escape(BY_ID[page_id].title.to(lang))
    opening = html.escape(WORDS["opening"].to(lang))
    version = asset_version()
    ours = (
        f"<title>{title} · {product}</title>"
        f'<link rel="icon" type="image/svg+xml" href="./assets/favicon.svg?{version}">'
        f'<link rel="stylesheet" href="./assets/atlas.css?{version}"><script src="./assets/atlas.js?{version}" defer fetchpriority="high"></script>'
        f'<script src="./assets/chart-names.js?{version}" defer fetchpriority="low"></script>'
    )
    # `translate=no`: browsers that offer to translate would rewrite React's text nodes and break the page.
    text = text.replace('<html lang="en">', f'<html lang="{"en" if lang == "en" else "zh-CN"}" translate="no">')
    text = text.replace(head.group(0), ours).replace("</head>", _early(page_id, text) + "</head>")
    skeleton = f'<div class="ga-opening"><div class="ga-opening-bar">{product}</div><p>{opening}</p></div>'
    return text.replace(
        '<div id="root"></div>', f'<div id="root">{skeleton}</div><noscript><p>{html.escape(WORDS["noscript"].to(lang))}</p></noscript>'
    )


async def page_shell(request: Request) -> HTMLResponse:
    """GET of a page. Gives the browser a reader cookie, to which its exports are bound."""
    page_id = request.url.path.strip("/")
    lang = "en" if request.query_params.get("lang") == "en" else "zh"
    who = await run_in_threadpool(current_identity)
    if not may_open(who.role, page_id):
        return await run_in_threadpool(refused, who, page_id, lang)
    text = shell_html(page_id, lang)
    if who.provider not in ("machine", "public"):
        text = text.replace("</head>", f'<script src="./assets/session.js?{asset_version()}" defer></script></head>')
    answer = HTMLResponse(text, headers={"Cache-Control": "no-store" if who.session else "no-cache"})
    if not request.cookies.get(READER_COOKIE):
        answer.set_cookie(
            READER_COOKIE,
            secrets.token_urlsafe(32),
            max_age=COOKIE_S,
            path="/",
            httponly=True,
            samesite="lax",
            secure=is_https(),
        )
    return answer


def refused(who: Identity, page_id: str, lang: str) -> HTMLResponse:
    """403 in plain words, with the pages the role may open. It is recorded."""
    record(who, "refused", page_id, detail="page")
    sentence = WORDS["refused"].to(lang).format(role=NAMES[who.role].to(lang), page=BY_ID[page_id].title.to(lang))
    ways = [(f"/{page.id}" + ("?lang=en" if lang == "en" else ""), page.title.to(lang)) for page in pages_for(who.role)]
    return refused_page(lang, sentence, ways)
