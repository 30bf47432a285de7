"""The indicator registry (指标表): one record per indicator, one file per theme. Every consumer loops over it."""

from etl.model.indicators import cases, grids, members
from etl.model.indicators.record import Indicator

INDICATORS: tuple[Indicator, ...] = (*grids.INDICATORS, *members.INDICATORS, *cases.INDICATORS)
BY_ID: dict[str, Indicator] = {indicator.id: indicator for indicator in INDICATORS}
