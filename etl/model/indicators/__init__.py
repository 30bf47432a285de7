"""The indicator registry (指标表): one record per indicator, one file per theme. Every consumer loops over it."""

from etl.model.indicators import (
    case_flow,
    cases,
    cobuild,
    disputes,
    escalation,
    funds,
    grid_order,
    grids,
    hotspots,
    members,
    organisations,
    participation,
    pilots,
    premises,
    property,
    response,
    three_rates,
    volunteers,
)
from etl.model.indicators.record import Indicator

THEMES = (
    grids, grid_order, members, organisations, cases, three_rates, case_flow, hotspots, escalation, disputes, response, funds, property, premises,
    cobuild, volunteers, participation, pilots,
)  # fmt: skip
INDICATORS: tuple[Indicator, ...] = tuple(indicator for theme in THEMES for indicator in theme.INDICATORS)
BY_ID: dict[str, Indicator] = {indicator.id: indicator for indicator in INDICATORS}
