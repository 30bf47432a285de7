"""How large the city is beside another, who leads, and what pilots achieved (规模、机制、试点) on the overview."""

from html import escape

import streamlit as st

from dashboard.parts.charts import panel
from dashboard.parts.facts import facts_html
from dashboard.parts.list_table import Cell, date_cell, link, list_table, number, text
from dashboard.view.format import DASH, plain, short
from dashboard.view.needs import has_feeds
from dashboard.view.run import Run
from etl.model.indicators import BY_ID, Indicator
from etl.model.text import Text
from etl.query.figures import figure
from etl.query.pilot_results import Result, pilot_results
from etl.query.pilots import Pooled
from etl.query.scale_ratios import sizes

WORDS: dict[str, Text] = {
    "sizes": Text("规模与参照", "Size, beside another city"),
    "sizes_note": Text("与{name}的公开数对照，只作参考，不是标准。", "Beside the published numbers of {name}; for reference, no standard."),
    "given": Text("{name}：{counts}。", "{name}: {counts}."),
    "given_communities": Text("{n} 个社区", "{n} communities"), "given_micro_grids": Text("{n} 个微网格", "{n} micro-grids"), "given_stewards": Text("{n} 名微网格员", "{n} stewards"),
    "given_residents": Text("常住人口 {n}", "{n} residents"), "given_area_km2": Text("{n} 平方千米", "{n} km²"),
    "what": Text("比值", "Ratio"), "own": Text("本单元", "Here"),
    "micro_per_community": Text("每个社区的微网格", "Micro-grids per community"), "stewards_per_micro": Text("格均微网格员", "Stewards per micro-grid"),
    "residents_per_micro": Text("格均常住人口", "Residents per micro-grid"), "residents_per_steward": Text("每名微网格员服务人口", "Residents per steward"),
    "residents_per_km2": Text("每平方千米人口", "Residents per km²"),
    "leaders": Text("领导机制", "Who leads"), "convenor": Text("总召集人", "General convenor"), "platform": Text("议事协调平台", "Coordination platform"),
    "office": Text("牵头部门", "Lead department"),
    "leaders_none": Text("在规则文件 rules.toml 的 [governance] 一节填写后显示。", "Shown once filled in under [governance] of rules.toml."),
    "pilots": Text("试点成效", "What pilots achieved"),
    "pilots_note": Text("净效果 = 试点单元（后 − 前）− 对照单元（后 − 前）；“后”为开始日到统计期末，“前”为同样天数。比率每组满 30 件时附 95% 误差范围，落在范围内的不下结论。",
                        "Net effect = pilot units (after − before) less controls (after − before); after: from the first day to the period's end, before: as many days. "
                        "For rates of 30 and more cases in each group with a 95% margin; inside it nothing is concluded."),
    "pilot": Text("试点", "Pilot"), "watched": Text("所看指标", "Watched"), "since": Text("开始", "Since"), "here": Text("试点单元 前→后", "Pilot units, before → after"),
    "there": Text("对照单元 前→后", "Controls, before → after"), "net": Text("净效果", "Net effect"), "judged": Text("结论", "Verdict"),
    "better": Text("好于对照", "better than the controls"), "worse": Text("差于对照", "worse than the controls"), "open": Text("尚无定论", "open"),
    "unknown": Text("数据不足", "not enough data"), "none": Text("当前范围内没有试点。", "No pilot here."), "points": Text("点", "pp"),
}  # fmt: skip


def mechanism_panels(run: Run) -> None:
    """Size and leaders side by side, then the pilots."""
    with st.container(key="panels-mechanism"):
        _sizes(run)
        _leaders(run)
    _pilots(run)


def _word(run: Run, key: str, **values: object) -> str:
    return WORDS[key].format(**values).to(run.lang) if values else WORDS[key].to(run.lang)


def _sizes(run: Run) -> None:
    name = run.build.rules.reference.name
    found = sizes(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
    with panel("sizes", _word(run, "sizes"), _word(run, "sizes_note", name=name) if name else ""):
        numbers = {
            "communities": plain(found.communities or None), "micro_grids": plain(found.micro_grids or None), "stewards": plain(found.stewards),
            "residents": short(found.residents or None, run.lang), "area_km2": plain(found.area_km2 or None, 1),
        }  # fmt: skip
        said = _listed(run, {key: n for key, n in numbers.items() if n != DASH})
        rows = [[text(_word(run, one.id)), _ratio(one.own), _ratio(one.reference)] for one in found.lines]
        heads = [(_word(run, "what"), False), (_word(run, "own"), True), *([(name, True)] if name else [])]
        st.html(f"<p>{escape(said + ('。' if run.lang == 'zh' else '.'))}</p>{list_table(heads, [row[: len(heads)] for row in rows], '', _word(run, 'sizes'))}{_given(run)}")


def _given(run: Run) -> str:
    """The other city's own numbers, from which its ratios come."""
    rule = run.build.rules.reference
    numbers = {
        "communities": plain(rule.communities), "micro_grids": plain(rule.micro_grids), "stewards": plain(rule.stewards),
        "residents": short(rule.residents, run.lang), "area_km2": plain(rule.area_km2),
    }  # fmt: skip
    said = _listed(run, {key: n for key, n in numbers.items() if getattr(rule, key)})
    return f'<p class="ga-note">{escape(_word(run, "given", name=rule.name, counts=said))}</p>' if rule.name and said else ""


def _listed(run: Run, numbers: dict[str, str]) -> str:
    """What is known of a city's size, in a line; what is not known is left out."""
    return ("，" if run.lang == "zh" else ", ").join(_word(run, f"given_{key}", n=n) for key, n in numbers.items())


def _ratio(value: float | None) -> Cell:
    return number(value, 2 if value is not None and value < 10 else 0)


def _leaders(run: Run) -> None:
    rule = run.build.rules.governance
    said = [(_word(run, key), value) for key, value in (("convenor", rule.convenor), ("platform", rule.platform), ("office", rule.office)) if value]
    with panel("leaders", _word(run, "leaders")):
        if not said:
            st.html(f'<p class="ga-empty">{escape(_word(run, "leaders_none"))}</p>')
        posts = [(run.say(BY_ID[name].name), _share(run, name)) for name in ("one_shoulder_rate", "cross_post_rate", "head_match_rate")]
        st.html(facts_html([*said, *posts]))


def _share(run: Run, name: str) -> str:
    found = figure(run.build, run.reader, name, run.scope_without_filters, run.unit.unit_no)
    if found.value is None:
        return run.word(f"state_{found.state}")
    return f"{found.value:.1%}　{plain(found.numerator)} / {plain(found.denominator)}"


def _pilots(run: Run) -> None:
    with panel("pilots", _word(run, "pilots"), _word(run, "pilots_note")):
        if has_feeds(run, "pilot"):
            rows = [_row(run, one) for one in pilot_results(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)]
            heads = [(_word(run, key), key == "net") for key in ("pilot", "watched", "since", "here", "there", "net", "judged")]
            st.html(list_table(heads, rows, _word(run, "none"), _word(run, "pilots")))


def _row(run: Run, one: Result) -> list[Cell]:
    head = [link(run, one.unit_no, one.pilot.name), Cell(escape(one.pilot.indicator)), date_cell(one.start_on)]
    if one.effect is None:
        return [*head, Cell(DASH), Cell(DASH), Cell(DASH, None, True), Cell(f'<span class="ga-mark ga-mark-none">{escape(_word(run, "unknown"))}</span>')]
    watched, effect = one.effect.watched, one.effect
    look = {"better": "ga-mark-ok", "worse": "ga-mark-warn", "open": "ga-mark-none"}[one.judgement]
    margin = f" ± {_size(run, watched, effect.margin)}" if effect.margin is not None else ""
    sign = "+" if effect.net > 0 else "−" if effect.net < 0 else ""
    return [
        head[0], Cell(f'<a href="{run.href(ind=watched.id)}" data-go>{escape(run.say(watched.name))}</a>'), head[2], _way(watched, effect.before, effect.after), _way(watched, effect.control_before, effect.control_after),
        Cell(f'<b data-net="{effect.net!r}">{sign}{_size(run, watched, abs(effect.net))}</b>{margin}', effect.net, True),
        Cell(f'<span class="ga-mark {look}">{escape(_word(run, one.judgement))}</span>'),
    ]  # fmt: skip


def _way(watched: Indicator, before: Pooled, after: Pooled) -> Cell:
    scale, sign = (100, "%") if watched.is_percent else (1, "")
    return Cell(f"{before.value * scale:,.1f}{sign} → {after.value * scale:,.1f}{sign}")


def _size(run: Run, watched: Indicator, value: float) -> str:
    return f"{value * 100:,.1f} {_word(run, 'points')}" if watched.is_percent else f"{value:,.1f} {run.say(watched.unit)}"
