"""The evidence beside a figure (依据): asked of the server only when a reader opens it, so that no page waits for it."""

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from dashboard.parts.filters_said import filters_said
from dashboard.view.format import DASH, day, plain, span
from dashboard.view.state import address
from etl.model.indicators import BY_ID
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.query.evidence import Evidence, FeedSource, evidence

if TYPE_CHECKING:
    from dashboard.view.run import Run

WAYS: dict[str, Text] = {
    "point": Text("按坐标落格", "by point"), "code": Text("按网格编码", "by grid code"), "compound": Text("按小区名称", "by compound"),
    "community": Text("只到社区", "community only"), "street": Text("只到街道", "street only"), "district": Text("只到区", "district only"), "none": Text("未能落位", "nowhere"),
}  # fmt: skip
SOURCES, FILES = Text("数据来源", "Sources"), Text("文件 {n} 个：{names}{more}", "Files ({n}): {names}{more}")
NEWEST = Text("最新 {day}，入库 {n} 行", "newest {day}, {n} rows loaded")
ABSENT = Text("未接入", "not connected")
PLACED, LOCATED = Text("诉求落位", "How cases were placed"), Text("落到具体网格 {share}", "{share} in a grid")
FILTERS, NO_FILTERS = Text("筛选条件", "Filters"), Text("无", "none")
AS_OF, BUILD = Text("统计时点", "As of"), Text("数据版本", "Build")
SQL, COPY = Text("实际执行的查询（按单元分组，再逐级累加）", "The query that ran (grouped by unit, then rolled up)"), Text("复制", "Copy")
NO_SQL = Text("所需数据未接入，没有执行查询。", "The data are not connected; no query ran.")
OPEN = Text("正在取依据……", "Fetching the evidence …")
FAILED = Text("依据暂时取不到，请刷新后再试。", "The evidence cannot be fetched now; reload and try again.")


def evidence_slot(run: "Run", indicator_id: str) -> str:
    """The empty place the browser fills when the note around it is opened."""
    view = replace(run.view, unit=run.unit.code, ind=indicator_id)
    link = escape(address("evidence", view), quote=True)
    return f'<div class="ga-evidence" data-evidence="{link}" data-failed="{escape(run.say(FAILED))}"><p class="ga-note">{escape(run.say(OPEN))}</p></div>'


def basis_note(run: "Run", indicator_id: str, word: str = "") -> str:
    """A note of its own: the word, and below it definition and evidence. For table heads and rows of the profile."""
    indicator = BY_ID[indicator_id]
    return (
        f'<details class="ga-def"><summary>{escape(word or run.word("basis"))}</summary><div><p>{escape(run.say(indicator.definition))}</p>'
        f"{evidence_slot(run, indicator_id)}</div></details>"
    )


def evidence_html(run: "Run", indicator_id: str) -> str:
    """Everything behind the figure of the run's unit. CallError when the reader may not see it."""
    indicator = BY_ID[indicator_id]
    found = evidence(run.build, run.reader, indicator_id, run.scope_for(indicator), run.unit.unit_no)
    return f"{_facts(run, found)}{_sources(run, found.sources)}{_placed(run, found)}{_sql(run, found)}"


def _facts(run: "Run", found: Evidence) -> str:
    parts = [(run.say(found.top), found.figure.numerator)]
    if found.bottom is not None:
        parts.append((run.say(found.bottom), found.figure.denominator))
    rows = [(f"{run.word(key)} · {name}", _exact(value)) for key, (name, value) in zip(("numerator", "denominator"), parts, strict=False)]
    filters = filters_said(found.scope, run.lang) or run.say(NO_FILTERS)
    rows += [
        (run.word("period"), span(found.scope.date_from, found.scope.date_to, run.lang)), (run.say(AS_OF), day(found.scope.as_of, run.lang)),
        (run.say(FILTERS), filters), (run.word("data_to"), day(found.data_date, run.lang)), (run.say(BUILD), run.build.id),
    ]  # fmt: skip
    return "<dl>" + "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in rows) + "</dl>"


def _exact(value: float | None) -> str:
    return DASH if value is None else plain(value, 0 if value == int(value) else 2)


def _sources(run: "Run", sources: tuple[FeedSource, ...]) -> str:
    rows = "".join(f"<dt>{escape(run.say(BY_NAME[one.feed].title))}</dt><dd>{_source(run, one)}</dd>" for one in sources)
    return f"<h5>{escape(run.say(SOURCES))}</h5><dl>{rows}</dl>"


def _source(run: "Run", one: FeedSource) -> str:
    if not one.is_connected:
        return f'<span class="ga-mark ga-mark-none">{escape(run.say(ABSENT))}</span>'
    said = run.say(NEWEST.format(day=day(one.newest, run.lang) if one.newest else DASH, n=f"{one.rows:,}"))
    names = ("、" if run.lang == "zh" else ", ").join(one.files)
    more = "……" if one.files_n > len(one.files) else ""
    files = f"<small>{escape(run.say(FILES.format(n=one.files_n, names=names, more=more)))}</small>" if one.files else ""
    return f"{escape(said)}{files}"


def _placed(run: "Run", found: Evidence) -> str:
    whole = sum(n for _, n in found.placed)
    if not whole:
        return ""
    rows = "".join(
        f"<dt>{escape(run.say(WAYS[way]) if way in WAYS else way)}</dt><dd>{n:,}（{n / whole:.1%}）</dd>" if run.lang == "zh"
        else f"<dt>{escape(run.say(WAYS[way]) if way in WAYS else way)}</dt><dd>{n:,} ({n / whole:.1%})</dd>" for way, n in found.placed
    )  # fmt: skip
    located = "" if found.located is None else f' <span class="ga-note">{escape(run.say(LOCATED.format(share=f"{found.located:.1%}")))}</span>'
    return f"<h5>{escape(run.say(PLACED))}{located}</h5><dl>{rows}</dl>"


def _sql(run: "Run", found: Evidence) -> str:
    if not found.sql:
        return f'<p class="ga-note">{escape(run.say(NO_SQL))}</p>'
    text = ";\n\n".join(found.sql) + ";"
    return f'<h5>{escape(run.say(SQL))} <button type="button" class="ga-copy" data-copy>{escape(run.say(COPY))}</button></h5><pre data-own>{escape(text)}</pre>'
