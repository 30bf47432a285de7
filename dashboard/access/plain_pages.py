"""Pages without Streamlit (登录页与提示页): sign-in, sign-out, refusal. Plain HTML, no script at all, the strictest policy."""

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from dashboard.access.words import word
from dashboard.assets import asset_version
from dashboard.web.atlas_file import Provider
from dashboard.web.settings import atlas

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
MARK = '<span class="mark" aria-hidden="true"><i></i><i></i><i></i><i></i></span>'


def page(body: str, title: str, lang: str, switch: str, status: int = 200) -> HTMLResponse:
    """The whole page around `body`. `switch` is the address of the same page in the other language, "" for none."""
    product, version = escape(word("product", lang)), asset_version()
    other = f'<a class="lang" href="{escape(switch)}" lang="{"zh-CN" if lang == "en" else "en"}">{word("other_language", lang)}</a>' if switch else ""
    html = (
        f'<!doctype html><html lang="{"en" if lang == "en" else "zh-CN"}" translate="no"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{escape(title)} · {product}</title>'
        f'<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg?{version}"><link rel="stylesheet" href="/assets/sign-in.css?{version}"></head>'
        f"<body><header>{MARK}<b>{product}</b>{other}</header><main>{body}</main></body></html>"
    )
    return HTMLResponse(
        html, status_code=status, headers={"Cache-Control": "no-store", "Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
    )


def sign_in_page(lang: str, after: str, token: str, message: str = "", account: str = "", status: int = 200) -> HTMLResponse:
    """The form for local accounts and the providers, whichever are configured."""
    settings = atlas()
    has_local = any(one.sign_in == "local" for one in settings.accounts.accounts)
    asked = urlencode({"next": after, "lang": lang})
    parts = [f"<h1>{word('sign_in', lang)}</h1>", f'<p class="message" role="alert">{escape(message)}</p>' if message else ""]
    if has_local:
        parts.append(_form(lang, after, token, account))
    if has_local and settings.providers:
        parts.append(f'<p class="or"><span>{word("or", lang)}</span></p>')
    parts += [_way(provider, asked, lang) for provider in settings.providers]
    if not has_local and not settings.providers:
        parts.append(f"<p>{word('by_proxy' if settings.proxy.addresses else 'no_way', lang)}</p>")
    if has_local:
        rules = settings.server
        parts.append(f'<p class="note">{word("lock_note", lang, n=rules.lock_after, m=f"{rules.lock_minutes:g}")}</p>')
    switch = "/sign-in?" + urlencode({"next": after, "lang": "zh" if lang == "en" else "en"})
    return page(f'<section class="card">{"".join(parts)}</section>', word("sign_in", lang), lang, switch, status)


def _form(lang: str, after: str, token: str, account: str) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in (("token", token), ("next", after), ("lang", lang))
    )
    focus = ("", " autofocus") if account else (" autofocus", "")
    return (
        f'<form method="post" action="/sign-in" accept-charset="utf-8">{hidden}'
        f'<label for="account">{word("account", lang)}</label><input id="account" name="account" value="{escape(account)}" autocomplete="username"'
        f' autocapitalize="none" spellcheck="false" maxlength="64" required{focus[0]}>'
        f'<label for="password">{word("password", lang)}</label><input id="password" name="password" type="password" autocomplete="current-password"'
        f' maxlength="200" required{focus[1]}><button type="submit">{word("sign_in", lang)}</button></form>'
    )


def _way(provider: Provider, asked: str, lang: str) -> str:
    return f'<a class="way" href="/oidc/{escape(provider.id)}/start?{escape(asked)}">{escape(provider.label.to(lang))}</a>'


def sign_out_page(lang: str, token: str, back: str) -> HTMLResponse:
    """Asked first where the browser does not say that the click came from our own page."""
    body = (
        f'<section class="card"><h1>{word("sign_out", lang)}</h1><p>{word("sign_out_ask", lang)}</p><form method="post" action="/sign-out">'
        f'<input type="hidden" name="token" value="{escape(token)}"><input type="hidden" name="lang" value="{lang}">'
        f'<button type="submit">{word("sign_out", lang)}</button></form><a class="way" href="{escape(back)}">{word("stay", lang)}</a></section>'
    )
    return page(body, word("sign_out", lang), lang, "")


def refused_page(lang: str, sentence: str, links: Iterable[tuple[str, str]], status: int = 403) -> HTMLResponse:
    """One calm sentence, and where one may go instead."""
    ways = "".join(f'<li><a href="{escape(address)}">{escape(name)}</a></li>' for address, name in links)
    body = (
        f'<section class="card"><h1>{word("refused_title", lang)}</h1><p>{escape(sentence)}</p><p class="note">{word("refused_note", lang)}</p>'
        + (f'<h2>{word("you_may", lang)}</h2><ul>{ways}</ul>' if ways else "")
        + f'<p class="note"><a href="/sign-out?lang={lang}">{word("sign_out", lang)}</a></p></section>'
    )
    return page(body, word("refused_title", lang), lang, "", status)
