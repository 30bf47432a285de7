"""The indicator registry (指标表): one record per indicator, one file per theme. Every consumer loops over it."""

from etl.model.indicators import (
    case_flow,
    cases,
    cobuild,
    escalation,
    funds,
    grids,
    hotspots,
    members,
    organisations,
    pilots,
    premises,
    property,
    response,
    three_rates,
    volunteers,
)
from etl.model.indicators.record import Indicator

THEMES = (
    grids, members, organisations, cases, three_rates, case_flow, hotspots, escalation, response, funds, property, premises, cobuild,
    volunteers, pilots,
)  # fmt: skip
INDICATORS: tuple[Indicator, ...] = tuple(indicator for theme in THEMES for indicator in theme.INDICATORS)
BY_ID: dict[str, Indicator] = {indicator.id: indicator for indicator in INDICATORS}
