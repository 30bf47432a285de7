"""一、基本情况: what the unit is, how many cases came, by which channel, and how its grids are staffed."""

from dashboard.briefing.document import Block, Fact, Heading, Paragraph, Part, Pieces, fill, joined
from dashboard.briefing.teller import Teller
from dashboard.parts.sources import source_name
from dashboard.view.format import day, plain
from etl.model.indicators import BY_ID
from etl.model.levels import BY_ID as LEVELS
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.query.case_patterns import case_patterns
from etl.query.profile import counts_below, head_count

TITLE = Text("一、基本情况", "1. Overview")
UNIT = Text("{unit}辖{parts}", "{unit} comprises {parts}")
PART_ZH, PART_EN = "{n}个{level}", "{n} {level}"
HOMES = Text("，共{homes}户", ", with {homes} households")
PEOPLE = Text("、{people}人", " and {people} people")
NO_CASES = Text("诉求工单未接入，本期无法统计诉求及办理情况。", "Cases are not connected, so demands and how they were handled cannot be told.")
PARTIAL = Text("本期数据截至{day}，期间未满，以下比较均按已过天数与上期、上年同期相同天数进行。",
               "Data reach to {day}; the period is not over, and comparisons are with as many days of the earlier periods.")
CASES = Text("{period}，共受理诉求{raw}件，合并重复诉求后{merged}件，同比{year}，环比{before}；每千户诉求{rate}件，同比{rate_year}。",
             "In {period}, {raw} cases came in, {merged} with repeats merged: {year} on the year before and {before} on the period before. That is {rate} per 1,000 households, {rate_year} on the year before.")
CASES_ALONE = Text("{period}，共受理诉求{raw}件，合并重复诉求后{merged}件，同比{year}，环比{before}；户数未填报，不计算每千户诉求量。",
                   "In {period}, {raw} cases came in, {merged} with repeats merged: {year} on the year before and {before} on the period before. Households are not reported, so there is no rate per 1,000.")
CHANNELS = Text("从来源看，{parts}。", "By channel: {parts}.")
CHANNEL = Text("{name}{n}件，占{share}", "{name} {n} ({share})")
LOCATED = Text("其中{n}件落到具体网格，落格率{rate}。", "Of these {n} could be placed in a grid ({rate}).")
GRIDS = Text("网格力量方面，{parts}。", "Grids and staff: {parts}.")
GRID_IDS = ("grid_size_ok_rate", "steward_fill_rate", "member_cover_rate")
ONE = Text("{name}{value}（{top}/{bottom}）", "{name} {value} ({top} of {bottom})")
ONE_FEW = Text("{name}{value}（{top}/{bottom}，样本少）", "{name} {value} ({top} of {bottom}, few cases)")
YUAN = ("fund_exec_rate", "fund_residue_rate")  # both parts are money
YUAN_SIGN = Text("元", " yuan")
BARE = Text("{name}{value}", "{name}: {value}")


def basics(teller: Teller) -> list[Block]:
    """The first section without its pictures."""
    run, lang = teller.run, teller.run.lang
    blocks: list[Block] = [Heading(run.say(TITLE)), Paragraph(_unit(teller))]
    if teller.period.is_partial(run.build):
        blocks.append(Paragraph(fill(lang, PARTIAL, day=Fact(day(teller.scope.date_to, lang), "day"))))
    blocks += [Paragraph(pieces) for pieces in _cases(teller)]
    blocks.append(Paragraph(fill(lang, GRIDS, parts=joined((one_rate(teller, name) for name in GRID_IDS), "，" if lang == "zh" else ", "))))
    return blocks


def one_rate(teller: Teller, indicator_id: str) -> Pieces:
    """解决率79.8%（323/405）; the state's word where there is nothing to say."""
    lang, name = teller.run.lang, teller.run.say(BY_ID[indicator_id].name)
    found = teller.figure(indicator_id)
    value = teller.told(found, indicator_id, "value", teller.scope)
    if found.value is None or not BY_ID[indicator_id].has_denominator or found.numerator is None:
        return fill(lang, BARE, name=Fact(name, "name"), value=value)
    places: tuple[tuple[str, Part], ...] = (("top", "numerator"), ("bottom", "denominator"))
    sign = (teller.run.say(YUAN_SIGN),) if indicator_id in YUAN else ()
    parts = {name: (*teller.told(found, indicator_id, place, teller.scope), *sign) for name, place in places}
    if found.state == "unstable":
        return fill(lang, ONE_FEW, name=Fact(name, "name"), value=value[:1], **parts)
    return fill(lang, ONE, name=Fact(name, "name"), value=value, **parts)


def _unit(teller: Teller) -> Pieces:
    run, lang = teller.run, teller.run.lang
    level_parts = []
    for level, n in counts_below(run.build, run.reader, run.unit.unit_no, teller.scope.as_of):
        word = LEVELS[level].plural.zh if lang == "zh" else (LEVELS[level].plural.en if n != 1 else LEVELS[level].name.en.lower())
        level_parts.append((Fact((PART_ZH if lang == "zh" else PART_EN).format(n=plain(n), level=word), "count"),))
    pieces = fill(lang, UNIT, unit=Fact(run.unit.name, "name"), parts=joined(level_parts, "、" if lang == "zh" else ", ")) if level_parts else (Fact(run.unit.name, "name"),)
    homes, people = (head_count(run.build, run.reader, run.unit.unit_no, key, teller.scope.as_of)[0] for key in ("households", "population"))
    if homes:
        said = teller.said("case_per_1000hh", "denominator") if teller.connected("case_per_1000hh") else (Fact(plain(homes), "source"),)
        pieces += fill(lang, HOMES, homes=said)
    if homes and people:
        pieces += fill(lang, PEOPLE, people=Fact(plain(people), "source"))
    return (*pieces, "。" if lang == "zh" else ".")


def _cases(teller: Teller) -> list[Pieces]:
    run, lang = teller.run, teller.run.lang
    if not teller.connected("geo_match_rate"):
        return [(run.say(NO_CASES),)]
    year, before = teller.year("case_per_1000hh"), teller.before("case_per_1000hh")
    found = [
        fill(
            lang, CASES_ALONE if year.current.value is None else CASES, period=Fact(run.say(teller.period.name), "day"), raw=teller.said("geo_match_rate", "denominator"),
            merged=teller.said("case_per_1000hh", "numerator"), year=teller.count_change(year, "case_per_1000hh"), before=teller.count_change(before, "case_per_1000hh"),
            rate=teller.said("case_per_1000hh"), rate_year=teller.rate_change(year, "case_per_1000hh"),
        )
    ]  # fmt: skip
    channels = _channels(teller)
    if channels:
        found.append(
            fill(lang, CHANNELS, parts=joined(channels, "；" if lang == "zh" else "; "))
            + ((" ",) if lang == "en" else ())
            + fill(lang, LOCATED, n=teller.said("geo_match_rate", "numerator"), rate=teller.said("geo_match_rate"))
        )
    return found


def _channels(teller: Teller) -> list[Pieces]:
    """Channels by number of cases; those the feed does not name have no filter and are told apart from the rest only by what is missing."""
    run, lang, whole = teller.run, teller.run.lang, teller.figure("geo_match_rate")
    patterns = case_patterns(run.build, run.reader, teller.scope, run.unit.unit_no)
    known = BY_NAME["case"].column("source").words or {}
    found = []
    for source, n in patterns.sources if patterns is not None else ():
        if source in known and n:
            number = teller.said("geo_match_rate", "denominator", source=source)
            found.append(
                fill(lang, CHANNEL, name=Fact(source_name(run, source), "name"), n=number, share=teller.share("geo_match_rate", "denominator", whole, source=source))
            )
    return found
