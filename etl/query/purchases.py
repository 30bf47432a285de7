"""What is bought from whom (政府购买服务): the year's payments by field, and how much of them went to social organisations."""

from dataclasses import dataclass
from decimal import Decimal

from etl.query.fund_money import ledger_params
from etl.query.picked_rows import picked, picked_rows
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.warehouse import Build


@dataclass(frozen=True, slots=True)
class Field:
    """One field (类别): projects paid in the year, all they were paid, of it to providers in the register of social organisations."""

    name: str
    projects: int
    paid: Decimal
    to_social: Decimal

    @property
    def share(self) -> float | None:
        return float(self.to_social / self.paid) if self.paid else None


@shared
def purchases(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Field, ...]:
    """The year's spending (支出 − 退回) of projects with a provider, most money first."""
    rows = build.rows(
        "SELECT coalesce(p.theme, ''), count(DISTINCT p.project_id), sum(v), coalesce(sum(v) FILTER (p.provider IN (SELECT name FROM social_org)), 0) FROM ("
        f"SELECT project_id, CASE direction WHEN 'expense' THEN amt ELSE -amt END AS v FROM fund_ledger WHERE {picked_rows(scope, 'fund_ledger')} "
        "AND on_date <= $as_of AND year = $year AND direction IN ('expense', 'refund')) l "
        f"JOIN fund_project p ON p.project_id = l.project_id WHERE p.provider IS NOT NULL AND {picked(scope.without('fund'), 'fund_project', 'p')} GROUP BY 1 ORDER BY 3 DESC, 1",
        ledger_params(build, reader, scope, under) | {"year": scope.date_to.year},
    )
    return tuple(Field(name, int(n), Decimal(paid), Decimal(social)) for name, n, paid, social in rows)
