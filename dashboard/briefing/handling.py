"""二、办理情况: response, closing, solving and satisfaction against last year and the standard; overdue work; whistles; funds."""

from collections import Counter

from dashboard.briefing.basics import BARE, one_rate
from dashboard.briefing.document import Block, Fact, Heading, Paragraph, Pieces, TableBlock, fill, joined
from dashboard.briefing.teller import BANDS, STATES, Teller
from dashboard.view.drill import first_divided, levels_below
from dashboard.view.format import day
from etl.model.indicators import BY_ID
from etl.model.levels import BY_ID as LEVELS
from etl.model.text import Text
from etl.query.figures import figures
from etl.query.ranking import bands_of
from etl.query.series import Change

TITLE = Text("二、办理情况", "2. How cases were handled")
TITLE_RATES = Text("（一）办理成效。", "(1) Results. ")
TITLE_WORK = Text("（二）在办与协同。", "(2) Open work and co-operation. ")
TITLE_BANDS = Text("（三）分档情况。", "(3) Units by band. ")
TITLE_FUNDS = Text("（四）资金使用。", "(4) Funds. ")
HANDLING = ("response_rate", "close_rate", "ontime_close_rate", "solve_rate", "satisfy_rate")
WORK = ("overdue_open_n", "return_rate", "repeat_rate", "rework_rate", "whistle_arrive_rate")
FUNDS = ("fund_exec_rate", "fund_process_rate", "fund_residue_rate")
NOT_CONNECTED = Text("诉求工单未接入，办理情况无法统计。", "Cases are not connected, so this cannot be told.")
RATES = Text("{parts}。按本市达标线，{bands}。", "{parts}. By the city's standards: {bands}.")
RATE = Text("{name}{value}，同比{year}", "{name} {value}, {year} on the year before")
BAND_GROUP = Text("{names}{band}", "{names}: {band}")
NO_BANDS = Text("本期样本不足，不作达标判断", "too few cases to judge")
WORK_LINE = Text("截至{day}，{parts}。", "As of {day}: {parts}.")
UNIT_BANDS = Text("依按期结案率分档（不作排名），{n}个{level}中{parts}。", "By the rate closed on time (bands, no ranking), of {n} {level}: {parts}.")
UNIT_GROUP = Text("{band}{n}个", "{n} {band}")
FAR_NAMES = Text("未达标的为：{names}。", "Below standard: {names}.")
FAR_NAME = Text("{name}{value}", "{name} {value}")
TABLE = Text("表1　主要办理指标", "Table 1  Main figures")
HEADS = (Text("指标", "Figure"), Text("本期", "This period"), Text("分子/分母", "Parts"), Text("同比", "On the year"), Text("环比", "On the period"), Text("分档", "Band"))
NOTE = Text("注：“样本少”指分母不足十，仅供参考；无阈值的指标不分档。", "Few cases: a denominator under ten, to be read with care. Figures without a standard have no band.")
NAMED = 12


def handling(teller: Teller) -> list[Block]:
    """The second section without its pictures."""
    run, lang = teller.run, teller.run.lang
    blocks: list[Block] = [Heading(run.say(TITLE))]
    if not teller.connected("close_rate"):
        blocks.append(Paragraph((run.say(NOT_CONNECTED),)))
    else:
        changes = {name: (teller.year(name), teller.before(name)) for name in HANDLING if teller.connected(name)}
        blocks += [Heading(run.say(TITLE_RATES), 2), Paragraph(_rates(teller, changes)), _table(teller, changes)]
        work = joined((one_rate(teller, name) for name in WORK), "，" if lang == "zh" else ", ")
        blocks += [
            Heading(run.say(TITLE_WORK), 2), Paragraph(fill(lang, WORK_LINE, day=Fact(day(teller.scope.as_of, lang), "day"), parts=work)),
        ]  # fmt: skip
        bands = _unit_bands(teller)
        if bands:
            blocks += [Heading(run.say(TITLE_BANDS), 2), Paragraph(bands)]
    funds = joined((one_rate(teller, name) for name in FUNDS), "，" if lang == "zh" else ", ")
    title = TITLE_FUNDS if any(isinstance(block, Heading) and block.text == run.say(TITLE_BANDS) for block in blocks) else Text(TITLE_FUNDS.zh.replace("四", "三"), TITLE_FUNDS.en.replace("4", "3"))
    return [*blocks, Heading(run.say(title), 2), Paragraph((*funds, "。" if lang == "zh" else "."))]


def _rates(teller: Teller, changes: dict[str, tuple[Change, Change]]) -> Pieces:
    run, lang = teller.run, teller.run.lang
    parts = [
        fill(lang, BARE if year.current.value is None else RATE, name=Fact(run.say(BY_ID[name].name), "name"), value=teller.told(year.current, name, "value", year.current_scope), year=teller.rate_change(year, name))
        for name, (year, _) in changes.items()
    ]
    groups: dict[str, list[str]] = {}
    for name, (year, _) in changes.items():
        if (band := teller.band(name, year.current)) is not None:
            groups.setdefault(band, []).append(run.say(BY_ID[name].name))
    bands = [
        fill(lang, BAND_GROUP, names=Fact(("、" if lang == "zh" else ", ").join(groups[band]), "name"), band=run.say(BANDS[band]))
        for band in ("green", "amber", "red") if band in groups
    ]  # fmt: skip
    between = "；" if lang == "zh" else "; "
    return fill(lang, RATES, parts=joined(parts, between), bands=joined(bands, "，" if lang == "zh" else "; ") or (run.say(NO_BANDS),))


def _table(teller: Teller, changes: dict[str, tuple[Change, Change]]) -> TableBlock:
    run = teller.run
    rows = []
    for name, (year, before) in changes.items():
        found, scope = year.current, year.current_scope
        parts = (*teller.told(found, name, "numerator", scope), "/", *teller.told(found, name, "denominator", scope)) if found.denominator is not None else ("—",)
        band = teller.band(name, found)
        rows.append(
            (
                (Fact(run.say(BY_ID[name].name), "name"),), teller.told(found, name, "value", scope), parts, teller.rate_change(year, name),
                teller.rate_change(before, name), (run.say(BANDS[band]) if band else "—",),
            )
        )  # fmt: skip
    return TableBlock(run.say(TABLE), tuple(run.say(head) for head in HEADS), tuple(rows), (1.25, 1.05, 1.55, 2.0, 2.0, 1.15) if run.lang == "zh" else (1.35, 0.95, 1.45, 1.7, 1.7, 1.7), note=run.say(NOTE))


def child_level(teller: Teller) -> str | None:
    """The level whose units stand side by side in this briefing; None below the community (grids are no units to compare in public)."""
    below = levels_below(teller.run, teller.run.unit.unit_no)
    level = first_divided(teller.run, teller.run.unit.unit_no, below) if below else None
    return level if level is not None and LEVELS[level].rank <= LEVELS["compound"].rank else None


def _unit_bands(teller: Teller) -> Pieces:
    run, lang, level = teller.run, teller.run.lang, child_level(teller)
    if level is None:
        return ()
    name = "ontime_close_rate"
    table = figures(run.build, run.reader, name, teller.scope, level, run.unit.unit_no)
    table["band"] = bands_of(run.build, run.reader, name, teller.scope, table)
    kinds = [row.band if row.state == "ok" else row.state for row in table.itertuples()]
    tally = Counter(kinds)
    words = {**BANDS, "unstable": Text("样本少", "with few cases"), "no_data": Text("无数据", "without data"), "suppressed": STATES["suppressed"]}
    parts = [
        fill(lang, UNIT_GROUP, band=run.say(words[kind]), n=Fact(str(tally[kind]), "count")) for kind in ("green", "amber", "red", "unstable", "no_data", "suppressed") if tally[kind]
    ]  # fmt: skip
    if not parts:
        return ()
    pieces = fill(lang, UNIT_BANDS, n=Fact(str(len(table)), "count"), level=LEVELS[level].plural.to(lang), parts=joined(parts, "、" if lang == "zh" else ", "))
    far = [row for row, kind in zip(table.itertuples(), kinds, strict=True) if kind == "red"]
    if far and len(far) <= NAMED:
        names = [
            fill(lang, FAR_NAME, name=Fact(row.name, "name"), value=teller.said(name, unit_no=int(row.unit_no))) for row in far
        ]  # fmt: skip
        pieces += ((" ",) if lang == "en" else ()) + fill(lang, FAR_NAMES, names=joined(names, "、" if lang == "zh" else ", "))
    return pieces
