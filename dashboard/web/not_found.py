"""An address that does not exist (没有这个地址): plain words and the way back for a person, two words for a program."""

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response

PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
    '<title>没有这个页面 · Not found</title><link rel="stylesheet" href="/assets/{style}"></head><body class="gp-page"><main><section class="card gp-panel"><h1>没有这个页面</h1>'
    '<p>地址可能写错了，或页面已经换了位置。</p><p lang="en">There is no such page; the address may be mistyped.</p><p><a class="way" href="/">返回首页 · Home</a></p></section></main></body></html>'
)


def not_found(headers: Headers, style: str = "sign-in.css") -> Response:
    """404 in the form the asker reads. `style` is a style sheet this server has."""
    if "text/html" in headers.get("accept", ""):
        return HTMLResponse(PAGE.replace("{style}", style), 404, {"Cache-Control": "no-store"})
    return PlainTextResponse("Not Found", 404)
