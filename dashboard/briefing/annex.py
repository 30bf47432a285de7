"""附件: the figures of every unit below, what each figure means, and which data stand behind it."""

from dashboard.briefing.document import Block, Fact, Heading, PageBreak, Paragraph, Pieces, TableBlock, fill
from dashboard.briefing.handling import FUNDS, HANDLING, WORK, child_level
from dashboard.briefing.teller import Teller
from dashboard.view.format import DASH, day
from etl.model.indicators import BY_ID
from etl.model.levels import BY_ID as LEVELS
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.query.figures import Figure, figures

UNITS = Text("附件一　各{level}主要指标", "Annex A  Main figures by {level}")
MEANING = Text("附件二　口径说明", "Annex B  What the figures mean")
SOURCES = Text("附件三　数据来源", "Annex C  Data")
COLUMNS: tuple[tuple[str, str, Text], ...] = (
    ("case_per_1000hh", "numerator", Text("诉求量（件）", "Cases")), ("case_per_1000hh", "value", Text("千户诉求量", "Per 1,000 homes")),
    ("close_rate", "value", Text("结案率", "Closed")), ("ontime_close_rate", "value", Text("按期结案率", "On time")),
    ("solve_rate", "value", Text("解决率", "Solved")), ("satisfy_rate", "value", Text("满意率", "Satisfied")),
    ("overdue_open_n", "value", Text("超期未结（件）", "Overdue")),
)  # fmt: skip
UNIT_HEAD = Text("单元", "Unit")
TOTAL = Text("合计", "All")
CUT = Text("共{n}个{level}，篇幅所限列出前{m}个，全部见系统导出的明细表。", "{n} {level}; the first {m} are listed, all of them are in the exported table.")
NOTE = Text("按编码排列，不作排名；各率单位为%；*为样本少，“—”为无数据。", "In the order of codes, no ranking; rates in %; * few cases, — no data.")
MEANING_HEADS = (Text("指标", "Figure"), Text("口径", "Definition"))
SOURCE_HEADS = (Text("数据", "Data"), Text("最新日期", "Newest"), Text("入库行数", "Rows"))
ABSENT = Text("未接入", "not connected")
CHECK = Text("本文引用数据{n}项，均取自数据版本{build}，统计时点{as_of}；校验码{sum}。每项均可在系统中查看口径、分子分母、数据来源和查询语句。",
             "{n} figures are quoted, all from build {build} as of {as_of}; checksum {sum}. For each the system shows definition, parts, sources and query.")
MOST = 60


def annex(teller: Teller) -> list[Block]:
    """Tables at the end, on pages of their own."""
    run = teller.run
    blocks: list[Block] = [PageBreak()]
    if (level := child_level(teller)) is not None and teller.connected("case_per_1000hh"):
        blocks += _units(teller, level)
    used = [name for name in ("case_per_1000hh", *HANDLING, *WORK, "hotspot_n", *FUNDS) if teller.connected(name)]
    rows = tuple(((Fact(run.say(BY_ID[name].name), "name"),), (Fact(run.say(BY_ID[name].definition), "rule"),)) for name in used)
    blocks += [Heading(run.say(MEANING)), TableBlock("", tuple(run.say(head) for head in MEANING_HEADS), rows, (1, 4.2), first=2)]
    return [*blocks, Heading(run.say(SOURCES)), _sources(teller)]


def check_line(teller: Teller, count: int, digest: str) -> Paragraph:
    """The line that proves where the numbers come from."""
    lang = teller.run.lang
    facts = {"n": str(count), "build": teller.run.build.id, "as_of": day(teller.scope.as_of, lang), "sum": digest}
    return Paragraph(fill(lang, CHECK, **{key: Fact(value, "source") for key, value in facts.items()}), "note")


def _units(teller: Teller, level: str) -> list[Block]:
    run, lang = teller.run, teller.run.lang
    tables = {name: figures(run.build, run.reader, name, teller.scope, level, run.unit.unit_no) for name in dict.fromkeys(column[0] for column in COLUMNS)}
    first = next(iter(tables.values()))
    rows: list[tuple[Pieces, ...]] = []
    for at in range(min(len(first), MOST)):
        cells: list[Pieces] = [(Fact(str(first["name"].iloc[at]), "name"),)]
        for name, part, _ in COLUMNS:
            row = tables[name].iloc[at]
            found = Figure(int(row["unit_no"]), row["code"], row["name"], _known(row["numerator"]), _known(row["denominator"]), _known(row["value"]), row["state"])
            cells.append(_cell(teller, found, name, part))
        rows.append(tuple(cells))
    total: list[Pieces] = [(run.say(TOTAL),)]
    total += [_cell(teller, teller.figure(name), name, part) for name, part, _ in COLUMNS]
    heads = (run.say(UNIT_HEAD), *(run.say(head) for _, _, head in COLUMNS))
    note = run.say(NOTE)
    if len(first) > MOST:
        note += run.say(CUT.format(n=f"{len(first):,}", m=MOST, level=LEVELS[level].plural.to(lang)))
    table = TableBlock("", heads, (*rows, tuple(total)), (1.8, 1, 1.05, 0.95, 1.15, 0.95, 0.95, 1.15) if lang == "zh" else (1.8, 0.85, 1.15, 0.95, 1, 0.95, 1.15, 1.1), note=note)
    return [Heading(run.say(UNITS.format(level=(LEVELS[level].plural if lang == "zh" else LEVELS[level].name).to(lang)))), table]


def _cell(teller: Teller, found: Figure, indicator_id: str, part: str) -> Pieces:
    if found.state == "no_data" and part == "value":
        return (DASH,)
    pieces = teller.told(found, indicator_id, part, teller.scope, bare=True)  # type: ignore[arg-type]
    return (*pieces, "*") if found.state == "unstable" and part == "value" else pieces


def _known(value: float) -> float | None:
    return None if value is None or value != value else float(value)


def _sources(teller: Teller) -> TableBlock:
    run = teller.run
    feeds = dict.fromkeys(feed for name in ("case_per_1000hh", *HANDLING, *WORK, "hotspot_n", *FUNDS) for feed in BY_ID[name].feeds)
    rows: list[tuple[Pieces, ...]] = []
    for feed in feeds:
        title: Pieces = (Fact(run.say(BY_NAME[feed].title), "name"),)
        if feed not in run.build.feeds:
            rows.append((title, (Fact(run.say(ABSENT), "state"),), (DASH,)))
            continue
        facts = run.build.manifest["feeds"].get(feed, {})
        newest = run.build.newest.get(feed)
        loaded = facts.get("rows_loaded")
        rows.append((title, (Fact(day(newest, run.lang), "day") if newest else DASH,), (Fact(f"{loaded:,}", "source") if loaded is not None else DASH,)))
    return TableBlock("", tuple(run.say(head) for head in SOURCE_HEADS), tuple(rows), (2, 1.5, 1), first=2)
