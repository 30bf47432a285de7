"""Services month by month (便民服务): by channel, for 12349 and the like."""

import ibis.expr.types as ir

from etl.model.indicators.participation import reports
from etl.model.indicators.terms import Terms
from etl.query.coverage import terms_of
from etl.query.reader import Reader
from etl.query.run import rows_of
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.warehouse import Build


@shared
def service_months(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[tuple[str, ...], dict[str, list[int | None]]]:
    """The months with reports, oldest first, and per channel (most services first) the number in each, None where it reported nothing."""
    found = rows_of(build, _by_month, terms_of(build, reader, scope, under))
    months = tuple(sorted({month for month, _, _ in found}))
    sums: dict[str, dict[str, int]] = {}
    for month, channel, n in found:
        sums.setdefault(channel, {})[month] = int(n)
    order = sorted(sums, key=lambda channel: (-sum(sums[channel].values()), channel))
    return months, {channel: [sums[channel].get(month) for month in months] for channel in order}


def _by_month(terms: Terms) -> ir.Table:
    rows = reports(terms)
    return rows.group_by("month", "channel").agg(n=rows.n.sum())
