"""What attackers type (攻击载荷): names, values and paths that must arrive everywhere as plain text, or as nothing at all."""

from itertools import product
from urllib.parse import quote

CANARY = "window.__pwned=1"

_SCRIPT = [
    f"<script>{CANARY}</script>", f"<ScRiPt>{CANARY}</sCrIpT>", f"<script/x>{CANARY}</script>", f"<svg/onload={CANARY}>", f"<img src=x onerror={CANARY}>",
    f'"><img src=x onerror={CANARY}>', f"'><svg onload={CANARY}>", f"</title><script>{CANARY}</script>", f"</textarea><script>{CANARY}</script>",
    "<iframe srcdoc='<script>parent.__pwned=1</script>'>", f"<iframe src=javascript:{CANARY}>", f"<a href=javascript:{CANARY}>x</a>",
    f"<details open ontoggle={CANARY}>", f"<body onload={CANARY}>", f"<input autofocus onfocus={CANARY}>", f"<video><source onerror={CANARY}></video>",
    f"<math><mtext><script>{CANARY}</script></mtext></math>", f"<style>@import'javascript:{CANARY}'</style>", f"<link rel=stylesheet href=data:,x onload={CANARY}>",
    f"<object data=javascript:{CANARY}>", f"<embed src=javascript:{CANARY}>", f"<marquee onstart={CANARY}>", f"<form action=javascript:{CANARY}><button>",
    f"<base href=javascript:{CANARY}//>", f"<meta http-equiv=refresh content=0;url=javascript:{CANARY}>", f"';{CANARY};//", f'";{CANARY};//', f"`;{CANARY};`",
    f"${{{CANARY}}}", f"\\u003cscript\\u003e{CANARY}\\u003c/script\\u003e", f"&lt;script&gt;{CANARY}&lt;/script&gt;", f"<script>{CANARY}//", f"<<script>{CANARY}",
    f"--><script>{CANARY}</script>", f"]]><script>{CANARY}</script>", f"*/{CANARY}/*", f"javascript:{CANARY}", f"data:text/html,<script>{CANARY}</script>",
    f"<x style=animation-name:x onanimationstart={CANARY}>", f"<img/src=`x`onerror={CANARY}>", f"[x](javascript:{CANARY})", f"![x](x onerror={CANARY})",
]  # fmt: skip
XSS = tuple(dict.fromkeys([*_SCRIPT, *(quote(one) for one in _SCRIPT), *(f"锦绣花园{one}" for one in _SCRIPT), *(one.replace("=", "\t=\n") for one in _SCRIPT), *(one.replace("<", "＜").replace(">", "＞") for one in _SCRIPT)]))

SCRIPTS: tuple[str, ...] = tuple(_SCRIPT)

_ENDS = ["--", "-- -", "#", "/*", ";--", ""]
_QUOTES = ["'", '"', "')", "'))", "`", "\\'", "%27", "’", "＇"]
_SQL = [
    "; DROP TABLE unit", " OR 1=1", " OR '1'='1", " UNION SELECT * FROM meta", "; ATTACH '/etc/passwd'", "; COPY unit TO '/tmp/x'", "; PRAGMA database_list", " AND sleep(5)",
    " UNION SELECT content FROM read_text('/etc/passwd')", "; SET enable_external_access=true", "; INSTALL httpfs", " OR EXISTS(SELECT 1 FROM duckdb_settings())",
]  # fmt: skip
SQL = (*(f"{quoted}{body}{end}" for (quoted, body), end in zip(product(_QUOTES, _SQL), (_ENDS * 40)[: len(_QUOTES) * len(_SQL)], strict=True)),
    "'", '"', "\\", "1;", "NULL", "$1", "?", "unit_no", "1 OR 1=1", "x' || 'y", *(f"micro{one}" for one in ("' --", "'; --", "' OR ''='", "') --", "\" --", "%' --")), *(f"0101{one}" for one in ("' --", "' OR 1=1 --", "') OR (1=1")), "chr(39)", "E'\\''", "%", "_", "0x27", "{{1}}", "BETWEEN 0 AND 999999", "*", "(SELECT 1)",
)  # fmt: skip

FORMULA = tuple(
    f"{sign}{body}"
    for sign, body in product(
        ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "\u00a0="],
        ["cmd|' /C calc'!A0", "HYPERLINK(\"http://x\",\"y\")", "1+1", "SUM(A1:A9)", "IMPORTXML(\"http://x\")", "DDE(\"cmd\";\"x\")"],
    )
)

TEMPLATE = tuple(
    opened.replace("%", body)
    for opened, body in product(
        ["{{%}}", "${%}", "#{%}", "<%= % %>", "{%}", "{% % %}", "{{%|safe}}", "[[%]]"],
        ["7*7", "config", "''.__class__.__mro__", "self", "request.application", "cycler.__init__.__globals__", "0", "name"],
    )
)

_UP = ["../", "..\\", "%2e%2e/", "%2e%2e%2f", "..%2f", "..%5c", "%252e%252e%252f", "....//", "..;/", "%c0%ae%c0%ae/", "..%00/", "/", "//", "\\\\host\\share\\", "C:\\", "file:///"]
_AT = ["etc/passwd", "etc/shadow", "routes.py", "manifest.json", "warehouse.duckdb", "CURRENT", "../wh.key", "proc/self/environ"]
TRAVERSAL = tuple(f"{up * 4}{at}" if not up.startswith(("C:", "file", "\\\\")) else up + at for up, at in product(_UP, _AT))

ODD = ("\x00", "a\x00b", "\ud800".encode("utf-8", "replace").decode(), "\u202egnp.exe", "\u200b", "\ufeff", "A" * 5000, "💣" * 40, "\r\nSet-Cookie: x=1", "\r\n\r\n<html>", "..", ".", " ", "null", "undefined", "NaN", "-1", "1e999", "true", "[]", "{}")

ALL: tuple[str, ...] = tuple(dict.fromkeys((*XSS, *SQL, *FORMULA, *TEMPLATE, *TRAVERSAL, *ODD)))
assert len(ALL) >= 600, len(ALL)
NAMES: tuple[str, ...] = (  # what a careless or spiteful clerk puts where a name belongs; a few of every kind, for whole pages
    _SCRIPT[0], _SCRIPT[4], _SCRIPT[5], _SCRIPT[12], "{{constructor.constructor('window.__pwned=1')()}}", "${window.__pwned=1}", "'; DROP TABLE unit; --", '"; DROP TABLE unit; --',
    "=cmd|' /C calc'!A0", "＝1+1", "@SUM(1,1)", "+1+1", "-1+1", "]]>", "<b>粗</b>", "&lt;b&gt;", "\\u003cimg src=x onerror=window.__pwned=1\\u003e", "</script><script>window.__pwned=1</script>",
    "<!--", "%3Cscript%3E",
)  # fmt: skip
