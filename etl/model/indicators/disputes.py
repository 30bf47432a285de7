"""Disputes and what was not solved at the root (矛盾纠纷): the other readings of the sayings, petitions, mediation."""

import ibis

from etl.model.indicators.case_flow import closed_cases
from etl.model.indicators.cases import CASES, COMMUNITIES, PERCENT, STREETS, ones, pair
from etl.model.indicators.escalation import WHO, with_ranks
from etl.model.indicators.record import CASE_FILTERS, Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.levels import BY_ID
from etl.model.text import Text

DISPUTES = "10"  # 矛盾纠纷, first-level class


def _solved_at(terms: Terms, severity: str, level: str, of_class: str = "") -> Parts:
    """Closed cases of a severity (and class) with a known level, whatever level they belong to: solved at `level` or finer."""
    cases = with_ranks(terms, closed_cases(terms))  # of all severities and classes: indicators of one page share the table
    cases = cases.filter(cases.severity == severity, cases.code4.startswith(of_class), cases.solved_rank.notnull())
    return pair(cases, cases.solved_rank >= BY_ID[level].rank)


def _all_major(terms: Terms) -> Parts:
    return _solved_at(terms, "major", "community")


def _minor_disputes(terms: Terms) -> Parts:
    return _solved_at(terms, "minor", "compound", DISPUTES)


def _major_disputes(terms: Terms) -> Parts:
    return _solved_at(terms, "major", "community", DISPUTES)


def _petitions(terms: Terms) -> Parts:
    cases = terms.where_told(terms.cases(), "source")
    return pair(cases, cases["source"] == "petition")


def _mediated(terms: Terms) -> Parts:
    found = terms.on_days(terms.rows("mediation"), "accepted_on")
    found = found.filter(found.result.isin(("success", "failed")))
    rows = found.select("unit_no", top=ones(found.result == "success"), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


KNOWN = Text("层级已知件数", "cases with a known level")
INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "major_all_in_community_rate", Text("大事不出社区率（全部大事）", "Major matters solved in the community (all)"),
        Text("已结案的全部大事中（不论应办层级），在社区及以下解决 ÷ 办结层级已知的全部；与“大事不出社区率”对照看。",
             "All closed major cases, wherever they belong: solved at the community or below ÷ those whose level is known; to be read beside the other."),
        Text("社区及以下解决件数", "solved at community or below"), KNOWN, PERCENT,
        "ratio", "up", STREETS, "response", ("case",), _all_major, WHO, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "minor_dispute_in_grid_rate", Text("小矛盾不出网格率", "Minor disputes solved in the grid"),
        Text("已结案的矛盾纠纷类小事中，在小区网格或微网格解决 ÷ 办结层级已知的全部。",
             "Closed minor cases of the class disputes: solved at compound grid or micro-grid ÷ those whose level is known."),
        Text("网格内解决件数", "solved in the grid"), KNOWN, PERCENT,
        "ratio", "up", COMMUNITIES, "response", ("case",), _minor_disputes, WHO, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "dispute_in_community_rate", Text("大纠纷不出社区率", "Major disputes solved in the community"),
        Text("已结案的矛盾纠纷类大事中，在社区及以下解决 ÷ 办结层级已知的全部。",
             "Closed major cases of the class disputes: solved at the community or below ÷ those whose level is known."),
        Text("社区及以下解决件数", "solved at community or below"), KNOWN, PERCENT,
        "ratio", "up", STREETS, "response", ("case",), _major_disputes, WHO, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "petition_rate", Text("信访占比", "Share of petitions"),
        Text("统计期内立案的诉求中，由信访渠道来的 ÷ 全部；来源从不填受理渠道的不计算。",
             "Cases that came as petitions ÷ all cases filed in the period; not told by a source that never gives the channel."),
        Text("信访件数", "petitions"), Text("诉求件数", "cases"), PERCENT,
        "ratio", "down", COMMUNITIES, "response", ("case",), _petitions, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "mediation_ok_rate", Text("调解成功率", "Mediation succeeded"),
        Text("统计期内受理的调解中，成功 ÷（成功＋不成功）；在办的不计。", "Mediations accepted in the period: succeeded ÷ (succeeded + failed); open ones left out."),
        Text("调解成功件数", "succeeded"), Text("已有结果件数", "with a result"), PERCENT,
        "ratio", "up", COMMUNITIES, "response", ("mediation",), _mediated, Text("调解", "mediation"), is_percent=True, filters=("dispute", "mediation_result"),
    ),
)  # fmt: skip
