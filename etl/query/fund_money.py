"""The money of the community funds (资金收支): exact sums in yuan and cents, by fund, source, year, target group, and entry by entry.

`year` is the year of the period's end; entries count up to the as-of day. Everything is DECIMAL: no float touches an amount.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from etl.query.picked_rows import picked_rows
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.subtree import number_range
from etl.query.units import units
from etl.query.warehouse import Build

FUNDS = ("guarantee", "incentive", "other")
ORIGINS = ("government", "society", "enterprise", "space")
NOTHING = Decimal("0.00")
# what an entry does to the money in hand; a budget is a plan and moves nothing
_SIGNED = "CASE direction WHEN 'received' THEN amt WHEN 'refund' THEN amt WHEN 'expense' THEN -amt WHEN 'cleared' THEN -amt ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Account:
    """One fund's money of one year ("" = all funds), yuan. `committed`: contracts signed in the year and not yet paid."""

    fund: str
    year: int
    budget: Decimal = NOTHING
    received: Decimal = NOTHING
    expense: Decimal = NOTHING
    refund: Decimal = NOTHING
    cleared: Decimal = NOTHING
    committed: Decimal = NOTHING

    @property
    def paid(self) -> Decimal:
        return self.expense - self.refund

    @property
    def balance(self) -> Decimal:
        """In hand: received − paid − cleared."""
        return self.received - self.paid - self.cleared

    @property
    def free(self) -> Decimal:
        """In hand and bound by no contract (沉淀)."""
        return self.balance - self.committed

    @property
    def executed(self) -> Decimal | None:
        """Paid ÷ received, None when nothing was received."""
        return self.paid / self.received if self.received else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger; `balance` is the money in hand after it."""

    id: str
    on_date: date
    unit_name: str
    fund: str
    direction: str
    origin: str
    project_id: str
    amt: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """The newest entries of a year, and the proof that they add up: the same balance entry by entry, by unit and by fund."""

    entries: tuple[Entry, ...]
    n: int
    by_entry: Decimal
    by_unit: Decimal
    by_fund: Decimal

    @property
    def adds_up(self) -> bool:
        return self.by_entry == self.by_unit == self.by_fund


@shared
def accounts(build: Build, reader: Reader, scope: Scope, under: int, year: int | None = None) -> tuple[Account, ...]:
    """The year's account of each fund with any entry or contract, then of all together (fund "")."""
    year = year or scope.date_to.year
    params = ledger_params(build, reader, scope, under) | {"year": year}
    sums: dict[str, dict[str, Decimal]] = {}
    for fund, direction, total in build.rows(
        f"SELECT fund, direction, sum(amt) FROM fund_ledger WHERE {_ours(scope)} AND year = $year GROUP BY ALL", params
    ):
        sums.setdefault(fund, {})[direction] = total
    for fund, total in _committed(build, scope, params):
        sums.setdefault(fund, {})["committed"] = total
    found = [Account(fund, year, **sums[fund]) for fund in FUNDS if fund in sums]
    columns = ("budget", "received", "expense", "refund", "cleared", "committed")
    return (*found, Account("", year, **{name: sum((getattr(one, name) for one in found), NOTHING) for name in columns}))


def _committed(build: Build, scope: Scope, params: dict[str, Any]) -> list[tuple[str, Decimal]]:
    """By fund: contracts signed in the year, less what was paid on them up to the as-of day."""
    return build.rows(
        "WITH paid AS (SELECT project_id, sum(CASE direction WHEN 'expense' THEN amt WHEN 'refund' THEN -amt ELSE 0 END) AS paid "
        "FROM fund_ledger WHERE on_date <= $as_of AND project_id IS NOT NULL GROUP BY 1), "
        "open AS (SELECT p.fund, p.contract_amt - coalesce(paid.paid, 0) AS rest FROM fund_project p "
        f"LEFT JOIN paid ON paid.project_id = p.project_id WHERE {picked_rows(scope, 'fund_project', 'p')} AND year(p.contract_on) = $year "
        "AND p.contract_on <= $as_of) "
        "SELECT fund, sum(rest) FROM open WHERE rest > 0 GROUP BY 1",
        params,
    )


@shared
def by_year(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Account, ...]:
    """All funds together, one account per year with entries, oldest first."""
    params = ledger_params(build, reader, scope, under)
    years = [year for (year,) in build.rows(f"SELECT DISTINCT year FROM fund_ledger WHERE {_ours(scope)} ORDER BY 1", params)]
    return tuple(accounts(build, reader, scope, under, year)[-1] for year in years if year <= scope.date_to.year)


@shared
def sources(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[tuple[str, Decimal, Decimal], ...]:
    """(origin, received, share of all received 0–1) in the order government, society, enterprise, space; "" when an entry names none."""
    params = ledger_params(build, reader, scope, under) | {"year": scope.date_to.year}
    sql = f"SELECT coalesce(origin, ''), sum(amt) FROM fund_ledger WHERE {_ours(scope)} AND year = $year AND direction = 'received' GROUP BY 1"
    found = dict(build.rows(sql, params))
    total = sum(found.values(), NOTHING)
    return tuple((origin, found[origin], found[origin] / total if total else NOTHING) for origin in (*ORIGINS, "") if origin in found)


def ledger(build: Build, reader: Reader, scope: Scope, under: int, limit: int = 200, skip: int = 0) -> Ledger:
    """The year's entries, newest first, `limit` of them after the first `skip`, each with the running balance since the year's first entry.

    The proof of the sums holds for the page that begins with the newest."""
    params = ledger_params(build, reader, scope, under) | {"year": scope.date_to.year}
    names = units(build).name
    rows = build.rows(
        f"SELECT entry_id, on_date, unit_no, fund, direction, coalesce(origin, ''), coalesce(project_id, ''), amt, "
        f"sum({_SIGNED}) OVER (ORDER BY on_date, entry_id ROWS UNBOUNDED PRECEDING) AS balance, count(*) OVER () AS n "
        f"FROM fund_ledger WHERE {_ours(scope)} AND year = $year ORDER BY on_date DESC, entry_id DESC LIMIT $limit OFFSET $skip",
        params | {"limit": limit, "skip": skip},
    )
    totals = [
        sum((total for (total,) in build.rows(f"SELECT sum({_SIGNED}) FROM fund_ledger WHERE {_ours(scope)} AND year = $year GROUP BY {key}", params)), NOTHING)
        for key in ("unit_no", "fund")
    ]
    entries = tuple(Entry(id_, day, names[no - 1], fund, way, origin, of, amt, left) for id_, day, no, fund, way, origin, of, amt, left, _ in rows)
    return Ledger(entries, rows[0][-1] if rows else 0, entries[0].balance if entries else NOTHING, *totals)


def _ours(scope: Scope) -> str:
    """Entries asked for up to the as-of day; used with `ledger_params`."""
    return f"{picked_rows(scope, 'fund_ledger')} AND on_date <= $as_of"


def ledger_params(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, Any]:
    """Unit range and as-of day, as every query on the ledger takes them."""
    first, last = number_range(build, reader, under)
    return {"first": first, "last": last, "as_of": scope.as_of}
