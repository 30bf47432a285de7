"""What needs attention (需要关注): reason, number, unit and where to look. Only feeds that are connected speak."""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from etl.model.indicators import BY_ID
from etl.model.indicators.cases import due_before
from etl.model.indicators.funds import judged_projects
from etl.model.indicators.record import Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text
from etl.query.jumps import Jump, jumps
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.rollup import Floats, roll_sum, spread
from etl.query.run import by_unit, plan_of
from etl.query.scope import Scope
from etl.query.subtree import divided
from etl.query.suppress import keeps_back
from etl.query.units import units
from etl.query.warehouse import Build


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing watched. `rows` gives unit_no of every instance; `reason` takes {n}; `indicator` is what the link shows."""

    id: str
    feeds: tuple[str, ...]
    rows: Callable[[Terms], ir.Table]
    reason: Text
    page: str
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list. `page` and `query` make the link; `unit_no` 0 when the whole build is meant (a stale feed)."""

    watch: str
    reason: Text
    count: int
    unit_no: int
    code: str
    name: str
    page: str
    query: tuple[tuple[str, str], ...]


def _overdue(terms: Terms) -> ir.Table:
    return BY_ID["overdue_open_n"].parts(terms).numerator.rows


def _due_soon(terms: Terms) -> ir.Table:
    return due_before(terms, terms.last_moment, terms.until + ibis.interval(seconds=round(terms.rules.watch.due_hours * 3600)))


def _whistles(terms: Terms) -> ir.Table:
    """Department calls of the period refused, or not there by the time due, as far as that time has passed."""
    calls = terms.at_times(terms.rows("whistle"), "blown_at")
    is_late = (calls.due_arrive_at < terms.last_moment) & ibis.coalesce(calls.arrived_at > calls.due_arrive_at, True)
    return calls.filter(ibis.coalesce(calls.is_refused, False) | is_late)


def _missing(indicator_id: str) -> Callable[[Terms], ir.Table]:
    """Micro-grids below the line of a micro-grid indicator and not above it."""

    def rows(terms: Terms) -> ir.Table:
        parts = BY_ID[indicator_id].parts(terms)
        micro = terms.units("micro")
        return micro.anti_join(parts.numerator.rows, "unit_no")

    return rows


def _out_of_order(terms: Terms) -> ir.Table:
    projects = judged_projects(terms)
    return projects.filter(~(projects.in_order & projects.decided_first))


def _not_done(feed: str, done: str) -> Callable[[Terms], ir.Table]:
    """Rows of a feed due in the period and by the as-of day that are not done by then."""

    def rows(terms: Terms) -> ir.Table:
        due = terms.on_days(terms.rows(feed), "due_on")
        return due.filter(due.due_on <= terms.as_of, ibis.coalesce(due[done] > terms.as_of, True))

    return rows


WATCHES: tuple[Watch, ...] = (
    Watch("overdue", ("case",), _overdue, Text("{n} 件诉求超期未结", "overdue and open: {n}"), "response", "overdue_open_n"),
    Watch("due_soon", ("case",), _due_soon, Text("{n} 件诉求 {hours} 小时内到期", "due within {hours} hours: {n}"), "response", "ontime_close_rate"),
    Watch("whistle", ("whistle",), _whistles, Text("{n} 次吹哨被拒绝或逾期未到", "department calls refused or late: {n}"), "response",
          "whistle_arrive_rate"),
    Watch("fund", ("fund_project", "fund_ledger"), _out_of_order,
          Text("{n} 个资金项目程序不合规", "fund projects out of order: {n}"), "funds", "fund_process_rate"),
    Watch("uncovered", ("unit", "member_stat"), _missing("member_cover_rate"),
          Text("{n} 个微网格没有党员", "micro-grids without a Party member: {n}"), "coverage", "member_cover_rate"),
    Watch("unstaffed", ("unit", "grid_staff"), _missing("steward_fill_rate"),
          Text("{n} 个微网格没有在岗微网格员", "micro-grids without a steward: {n}"), "grids", "steward_fill_rate"),
    Watch("meeting", ("meeting_issue",), _not_done("meeting_issue", "closed_on"),
          Text("{n} 个联席会议议题到期未办结", "issues of joint meetings due and open: {n}"), "response", "level_match_rate"),
    Watch("contract", ("contract_item",), _not_done("contract_item", "done_on"),
          Text("{n} 项共建契约项目到期未完成", "contract items due and not done: {n}"), "cobuild", "contract_fulfil_rate"),
    Watch("task", ("grid_task",), _not_done("grid_task", "done_on"),
          Text("{n} 项网格清单事项到期未完成", "grid tasks due and not done: {n}"), "grids"),
)  # fmt: skip

_counts: Once[tuple, Floats] = Once(capacity=48)


def attention(build: Build, reader: Reader, scope: Scope, under: int = 1, per_watch: int = 3) -> list[Item]:
    """The list for a unit and what lies below: for each thing watched the worst `per_watch` children (or the unit itself for
    what no child has): sudden rises first, then in the order of `WATCHES`, then feeds that have gone stale."""
    items = [_jumped(build, jump) for jump in jumps(build, reader, scope, under)[:per_watch]]
    for watch in WATCHES:
        if build.feeds.issuperset(watch.feeds) and not ("case" in watch.feeds and keeps_back(reader, scope)):
            counts = sorted(_by_child(build, reader, watch, scope, under).items(), key=lambda item: (-item[1], item[0]))
            items += [_item(build, watch, no, count) for no, count in counts[:per_watch]]
    return items + stale_feeds(build)


def stale_feeds(build: Build) -> list[Item]:
    """Feeds whose newest row lies more than `watch.stale_days` before the data date, the stalest first. Feeds without dates cannot be judged."""
    ages = {feed: (build.data_date - newest.date()).days for feed, newest in build.newest.items() if newest is not None}
    stale = sorted(((age, feed) for feed, age in ages.items() if age > build.rules.watch.stale_days), reverse=True)
    reason = Text("{feed} 已 {n} 天没有新数据", "no new data in {feed} for {n} days")
    return [Item("stale", reason.format(feed=feed, n=age), age, 0, "", feed, "quality", (("feed", feed),)) for age, feed in stale]


def _by_child(build: Build, reader: Reader, watch: Watch, scope: Scope, under: int) -> dict[int, int]:
    """Counts above 0 of the children the reader sees, and of the unit itself for what belongs to none of them."""
    frame = units(build)
    totals = _totals(build, reader, watch, scope)
    children = [int(no) for no in frame.children(divided(build, under, scope.as_of), scope.as_of) if reader.sees(int(no))]
    counts = {no: int(totals[no - 1]) for no in children}
    if reader.sees(under):
        counts[under] = int(totals[under - 1]) - sum(counts.values())
    return {no: count for no, count in counts.items() if count > 0}


def _totals(build: Build, reader: Reader, watch: Watch, scope: Scope) -> Floats:
    frame = units(build)
    first, last = max(reader.first_no, 1), min(reader.last_no, len(frame))

    def make() -> Floats:
        terms = Terms(scope.date_from, scope.date_to, scope.as_of, scope.where, first, last, build.rules, scope.chosen, build.silent)
        found = by_unit(build, plan_of(_ones, terms, watch))[0]
        return roll_sum(spread(*found, len(frame)), frame.last_no, frame.parent_no)

    return _counts.get((build.key, watch.id, scope, first, last), make)


def _ones(terms: Terms, watch: Watch) -> Parts:
    return Parts(Part(watch.rows(terms).select("unit_no", n=ibis.literal(1, "int64")), "n"))


def _jumped(build: Build, jump: Jump) -> Item:
    unit = units(build).unit(jump.unit_no)
    weeks = build.rules.watch.jump_weeks
    reason = Text("近 7 天诉求 {n} 件，此前 {weeks} 周周均 {mean} 件", "{n} requests in 7 days, {mean} a week in the {weeks} weeks before").format(
        n=f"{jump.n:,}", mean=f"{jump.mean:,.1f}", weeks=weeks
    )
    return Item("jump", reason, jump.n, unit.unit_no, unit.code, unit.name, "hotspots", (("unit", unit.code), ("ind", "case_per_1000hh")))


def _item(build: Build, watch: Watch, unit_no: int, count: int) -> Item:
    unit = units(build).unit(unit_no)
    query = (("unit", unit.code), *((("ind", watch.indicator),) if watch.indicator else ()))
    reason = watch.reason.format(n=f"{count:,}", hours=f"{build.rules.watch.due_hours:g}")
    return Item(watch.id, reason, count, unit_no, unit.code, unit.name, watch.page, query)

