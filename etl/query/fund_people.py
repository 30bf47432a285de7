"""Whom the money reaches (资金惠及): per household, by target group against its share of residents, and the yearly floors of the rules."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from etl.query.fund_money import NOTHING, Account, accounts, ledger_params
from etl.query.picked_rows import picked, picked_rows
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.subtree import stock_in
from etl.query.units import units
from etl.query.warehouse import Build

# words of the free column 服务对象 -> column of `unit` that counts those people; the first that fits
PEOPLE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("18岁|未成年|儿童|青少年|少儿|学生|托育"), "pop_u18"),
    (re.compile("老年|老人|60岁|长者|高龄|养老"), "pop_60p"),
    (re.compile("全体|全部|所有|^居民$"), "population"),
)
FloorId = Literal["district_budget", "social_org", "paid_in", "cleared"]


@dataclass(frozen=True, slots=True)
class Group:
    """Money spent on one target group. Shares 0–1 of all spent and of all residents; None when the residents are not known."""

    name: str
    projects: int
    paid: Decimal
    share: float
    people: float | None
    people_share: float | None

    @property
    def index(self) -> float | None:
        """Share of money ÷ share of residents; 1 = in proportion. None for a group that is everybody."""
        return self.share / self.people_share if self.people_share and self.people_share < 1 else None


@dataclass(frozen=True, slots=True)
class PerHousehold:
    """Yuan per household of the year's money; None without households."""

    households: float
    received: float | None
    paid: float | None


@dataclass(frozen=True, slots=True)
class Floor:
    """One yearly floor of the local rules: what is, what must be, whether it is met (None: cannot be judged yet)."""

    id: FloorId
    unit_name: str
    value: Decimal
    least: Decimal
    is_met: bool | None
    by: date | None = None


def per_household(build: Build, scope: Scope, unit_no: int, account: Account) -> PerHousehold:
    """The account's money divided by the unit's households."""
    homes = stock_in(build, "households", scope, unit_no)
    return PerHousehold(homes, float(account.received) / homes if homes else None, float(account.paid) / homes if homes else None)


@shared
def target_groups(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Group, ...]:
    """The year's spending (支出 − 退回) by 服务对象 of its project, most money first; "" for money of no project or group."""
    if not reader.sees(under):
        return ()
    rows = build.rows(
        "SELECT coalesce(p.target_group, ''), count(DISTINCT l.project_id), sum(CASE l.direction WHEN 'expense' THEN l.amt ELSE -l.amt END) "
        "FROM fund_ledger l LEFT JOIN fund_project p ON p.project_id = l.project_id "
        f"WHERE {picked_rows(scope, 'fund_ledger', 'l')} AND {picked(scope.without('fund'), 'fund_project', 'p')} AND l.on_date <= $as_of "
        "AND l.year = $year AND l.direction IN ('expense', 'refund') GROUP BY 1 ORDER BY 3 DESC, 1",
        ledger_params(build, reader, scope, under) | {"year": scope.date_to.year},
    )
    total = sum((paid for _, _, paid in rows), NOTHING)
    residents = stock_in(build, "population", scope, under)
    found = []
    for name, n, paid in rows:
        column = next((column for words, column in PEOPLE if words.search(name)), None)
        people = stock_in(build, column, scope, under) if column and residents else None
        found.append(Group(name, n, paid, float(paid / total) if total else 0.0, people or None, people / residents if people else None))
    return tuple(found)


@shared
def floors(build: Build, reader: Reader, scope: Scope, unit_no: int) -> tuple[Floor, ...]:
    """The floors of the district(s) at, above or below a unit, and the two deadlines for the unit itself; all funds, whatever the filter."""
    if not reader.sees(unit_no):
        return ()
    frame, rules, year = units(build), build.rules.fund, scope.date_to.year
    whole = Scope(scope.date_from, scope.date_to, scope.as_of)
    first, last = max(unit_no, reader.first_no), min(int(frame.last_no[unit_no - 1]), reader.last_no)
    above = [no for no in frame.ancestors(unit_no) if frame.level[no - 1] == 1 and reader.sees(no)]
    found: list[Floor] = []
    for no in (int(no) for no in (above or frame.at_level("district", scope.as_of, first, last))):
        account = accounts(build, reader, whole, no)[-1]
        least = Decimal(rules.district_budget_yuan)
        found.append(Floor("district_budget", frame.name[no - 1], account.budget, least, account.budget >= least))
        if build.feeds.issuperset({"social_org", "fund_project"}):
            paid, least = _to_social_orgs(build, reader, whole, no), Decimal(rules.social_org_yuan)
            found.append(Floor("social_org", frame.name[no - 1], paid, least, paid >= least or (None if scope.as_of < date(year, 12, 31) else False)))
    found.append(_by_month(build, reader, whole, unit_no, "paid_in", year, rules.paid_in_by_month))
    found.append(_by_month(build, reader, whole, unit_no, "cleared", year, rules.cleared_by_month))
    return tuple(found)


def _to_social_orgs(build: Build, reader: Reader, scope: Scope, no: int) -> Decimal:
    """Paid in the year on projects whose provider is in the register of social organisations."""
    sql = (
        "SELECT coalesce(sum(CASE l.direction WHEN 'expense' THEN l.amt ELSE -l.amt END), 0) FROM fund_ledger l "
        "JOIN fund_project p ON p.project_id = l.project_id WHERE l.unit_no BETWEEN $first AND $last AND l.on_date <= $as_of "
        "AND l.year = $year AND l.direction IN ('expense', 'refund') AND p.provider IN (SELECT name FROM social_org)"
    )
    return Decimal(build.rows(sql, ledger_params(build, reader, scope, no) | {"year": scope.date_to.year})[0][0])


def _by_month(build: Build, reader: Reader, scope: Scope, no: int, what: FloorId, year: int, month: int) -> Floor:
    """Money of the year received, or last year's leftover cleared, by the end of a month, against all of it."""
    by = date(year, month, monthrange(year, month)[1])
    if what == "paid_in":
        this_year = accounts(build, reader, scope, no)[-1]
        column, of_year, whole = "received", year, max(this_year.budget, this_year.received)
    else:
        last_year = accounts(build, reader, scope, no, year - 1)[-1]
        column, of_year, whole = "cleared", year - 1, last_year.free + last_year.cleared
    sql = (
        "SELECT coalesce(sum(amt), 0) FROM fund_ledger WHERE unit_no BETWEEN $first AND $last AND on_date <= least($as_of, $by) "
        "AND year = $year AND direction = $column"
    )
    done = Decimal(build.rows(sql, ledger_params(build, reader, scope, no) | {"year": of_year, "by": by, "column": column})[0][0])
    least = max(whole, NOTHING)
    is_met = None if not least or (by > scope.as_of and done < least) else done >= least
    return Floor(what, units(build).name[no - 1], done, least, is_met, by)
