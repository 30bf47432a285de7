"""How the data of a build stand (数据质量): rows per feed, findings by rule, the rows behind one rule."""

from dataclasses import dataclass
from datetime import datetime

from etl.model.checks import BY_ID, CheckRule
from etl.query.warehouse import Build

ORDER = {"reject": 0, "warn": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class FeedRows:
    """What happened to the rows of one feed; read = loaded + rejected + duplicate."""

    feed: str
    files: int
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rows_duplicate: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often one rule was broken in one feed. `rule` is None for a rule this version does not know."""

    id: str
    rule: CheckRule | None
    severity: str
    feed: str
    n: int


def feed_rows(build: Build) -> tuple[FeedRows, ...]:
    """One record per connected feed, most rows first."""
    sql = "SELECT feed, files, rows_read, rows_loaded, rows_rejected, rows_duplicate, newest FROM meta_feed ORDER BY rows_read DESC NULLS LAST, feed"
    return tuple(
        FeedRows(feed, int(files or 0), int(read or 0), int(loaded or 0), int(rejected or 0), int(duplicate or 0), newest)
        for feed, files, read, loaded, rejected, duplicate, newest in build.rows(sql)
    )


def rule_counts(build: Build) -> tuple[RuleCount, ...]:
    """Findings by rule and feed: refusals first, then warnings, then what is only said."""
    rows = build.rows("SELECT rule, severity, feed, count(*) FROM finding GROUP BY ALL")
    found = [RuleCount(rule, BY_ID.get(rule), severity or "info", feed or "", int(n)) for rule, severity, feed, n in rows]
    return tuple(sorted(found, key=lambda one: (ORDER.get(one.severity, 3), -one.n, one.id, one.feed)))


def finding_rows(build: Build, rule: str, feed: str, limit: int = 100) -> list[tuple[str, int | None, str, str, str]]:
    """(file, row, column, value, note) of one rule in one feed, in file order; values are scrubbed already."""
    sql = 'SELECT file, "row", "column", value, note FROM finding WHERE rule = $rule AND feed = $feed ORDER BY file, "row" LIMIT $limit'
    return [
        (file or "", row, column or "", value or "", note or "")
        for file, row, column, value, note in build.rows(sql, {"rule": rule, "feed": feed, "limit": limit})
    ]
