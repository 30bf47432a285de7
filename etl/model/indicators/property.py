"""Compounds, property management and common revenue (小区物业、公共收益). Fees and revenue: periods that touch the range asked for."""

import ibis

from etl.model.indicators.cases import COMMUNITIES, PERCENT, ones
from etl.model.indicators.funds import CENTS, cents
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text

COMPOUNDS = Text("小区", "compounds")
WITH_COMPOUND = (*COMMUNITIES, "compound")
OF_COMPOUNDS = ("property_mode", "income_item")


def _dividend(terms: Terms) -> Parts:
    paid = terms.touched(terms.rows("compound_revenue"))
    paid = paid.filter(paid.direction == "dividend", paid.basis_m2.notnull())
    rows = paid.select("unit_no", top=cents(paid.amt), bottom=paid.basis_m2)
    return Parts(Part(rows, "top", per=CENTS), Part(rows, "bottom"))


def _fees(terms: Terms) -> Parts:
    fees = terms.touched(terms.rows("property_fee"))
    rows = fees.select("unit_no", top=cents(fees.paid_amt), bottom=cents(fees.due_amt))
    return Parts(Part(rows, "top", per=CENTS), Part(rows, "bottom", per=CENTS))


def _trust(terms: Terms) -> Parts:
    compounds = terms.as_of_units(terms.rows("compound"))
    trust = compounds.filter(compounds.property_mode == "trust")
    complete = trust.has_joint_account & trust.has_supervisor & trust.has_supervision_group & (trust.open_budget_on <= terms.as_of)
    rows = trust.select("unit_no", top=ones(complete), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _committees(terms: Terms) -> Parts:
    compounds = terms.as_of_units(terms.rows("compound"))
    rows = compounds.select("unit_no", top=ones(compounds.owners_committee_on <= terms.as_of), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "dividend_per_m2", Text("公共收益分红", "Dividend per m²"),
        Text("期间内公共收益分红金额 ÷ 参与分红的面积；72 平方米、每平方米 4 元即 288 元。",
             "Dividends of common revenue in the period ÷ the area they are paid on; 72 m² at 4 yuan is 288 yuan."),
        Text("分红金额", "dividends"), Text("分红面积", "area, m²"), Text("元/平方米", "yuan per m²"),
        "ratio", "up", WITH_COMPOUND, "property", ("compound_revenue",), _dividend, Text("小区公共收益", "common revenue of compounds"), digits=2, filters=OF_COMPOUNDS,
    ),
    Indicator(
        "fee_collect_rate", Text("物业费收缴率", "Property fees paid"),
        Text("期间内物业费实收 ÷ 应收（金额）。", "Property fees paid ÷ due, in yuan, of the periods that touch the range."),
        Text("实收", "paid"), Text("应收", "due"), PERCENT,
        "ratio", "up", WITH_COMPOUND, "property", ("property_fee",), _fees, Text("物业费", "property fees"), is_percent=True, filters=OF_COMPOUNDS,
    ),
    Indicator(
        "trust_ok_rate", Text("信托制规范率", "Trust compounds complete"),
        Text("信托制小区中，共有基金账户、开放预算公示、物业监察人、监督小组四项齐全 ÷ 全部信托制小区。",
             "Trust-mode compounds with all four: joint account, published open budget, supervisor, supervision group ÷ all trust-mode compounds."),
        Text("四项齐全小区数", "complete compounds"), Text("信托制小区数", "trust compounds"), PERCENT,
        "ratio", "up", COMMUNITIES, "property", ("compound",), _trust, COMPOUNDS, is_percent=True, filters=OF_COMPOUNDS,
    ),
    Indicator(
        "oc_cover_rate", Text("业委会组建率", "Owners' committees"),
        Text("统计时点已成立业委会的小区 ÷ 全部小区。", "Compounds with an owners' committee formed by the as-of day ÷ all compounds."),
        Text("已成立业委会小区数", "compounds with a committee"), Text("小区数", "compounds"), PERCENT,
        "ratio", "up", COMMUNITIES, "property", ("compound",), _committees, COMPOUNDS, is_percent=True, filters=OF_COMPOUNDS,
    ),
)  # fmt: skip
