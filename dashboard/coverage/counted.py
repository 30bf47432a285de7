"""Before the first count (首次统计之前): what says so instead of a nought."""

from dashboard.coverage.words import word
from dashboard.parts import charts
from dashboard.parts.feed_notes import connected
from dashboard.view.format import day
from dashboard.view.run import Run
from etl.query.first_days import first_count, is_counted


def counted(run: Run, *feeds: str) -> bool:
    """Whether the feeds are connected and their counts had begun by the as-of day; if not, says what is missing."""
    if not connected(run, *feeds):
        return False
    if is_counted(run.build, feeds, run.scope.as_of):
        return True
    first = first_count(run.build, feeds)
    charts.empty(run.lang, word(run, "not_counted", first=day(first, run.lang) if first else "", asked=day(run.scope.as_of, run.lang)))
    return False
