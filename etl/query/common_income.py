"""Common income of compounds (公共收益): income by item, outlay, dividends with the owners' vote, and what does not fit."""

from dataclasses import dataclass

import pandas as pd

from etl.model.indicators.cobuild import quarters
from etl.query.coverage import terms_of
from etl.query.reader import Reader
from etl.query.run import sql_of
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

ITEMS = ("parking", "advert", "site", "other")
# what may be wrong with a dividend, in the order it is told
CHECKS = ("over_balance", "no_vote", "not_published", "no_area")
DIVIDENDS = (
    "compound_id", "unit_no", "name", "path", "period", "dividend", "basis_m2", "owners_n", "per_m2", "per_owner", "voted_on", "published_on",
    "balance", "checks",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Income:
    """Yuan of the period. `items`: income by item, most first. `compounds` have any entry, `published` of them a publication date on every one."""

    items: tuple[tuple[str, float], ...]
    income: float
    expense: float
    dividend: float
    basis_m2: float
    owners: int
    compounds: int
    published: int

    @property
    def balance(self) -> float:
        """Income less outlay and dividend."""
        return round(self.income - self.expense - self.dividend, 2)


def _entries(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    terms = terms_of(build, reader, scope, under)
    rows = terms.touched(terms.rows("compound_revenue"))
    compounds = terms.rows("compound")
    names = compounds.group_by(known_id="compound_id").agg(name=compounds.name.max())
    rows = rows.left_join(names, [rows.compound_id == names.known_id])
    wanted = ("compound_id", "unit_no", "name", "period", "direction", "item", "amt", "voted_on", "basis_m2", "owners_n", "published_on")
    table = pd.DataFrame(build.rows(sql_of(rows.select(*wanted))), columns=list(wanted))
    table["cents"] = [round(amount * 100) for amount in table.pop("amt")]
    return table


@shared
def common_income(build: Build, reader: Reader, scope: Scope, under: int) -> Income:
    """The sums of the periods that touch the scope. Dividend per m² is the indicator's: only dividends with an area count there."""
    table = _entries(build, reader, scope, under)
    income, paid = table[table["direction"] == "income"], table[table["direction"] == "dividend"]
    by_item = income.groupby(income["item"].fillna("other"))["cents"].sum().sort_values(ascending=False)
    shared = paid[paid["basis_m2"].notna()]
    is_published = table["published_on"].notna().groupby(table["compound_id"]).all()
    return Income(
        tuple((str(item), cents / 100) for item, cents in by_item.items()), _yuan(income),
        _yuan(table[table["direction"] == "expense"]), _yuan(paid), float(shared["basis_m2"].sum()),
        int(paid["owners_n"].fillna(0).sum()), len(is_published), int(is_published.sum()),
    )  # fmt: skip


@shared
def published_quarters(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[int, int]:
    """Compound quarters in which anything of the accounts was published, and all of them: whole quarters × compounds with an entry.

    An account may be published after the period it is about, so every entry's day of publication counts.
    """
    terms, whole = terms_of(build, reader, scope, under), quarters(scope.date_from, min(scope.date_to, scope.as_of))
    compounds = set(_entries(build, reader, scope, under)["compound_id"])
    rows = terms.rows("compound_revenue")
    days = build.rows(sql_of(rows.filter(rows.published_on.notnull()).select("compound_id", "published_on").distinct()))
    met = {(compound, first) for compound, day in days if compound in compounds for first, last in whole if first <= day <= last}
    return len(met), len(whole) * len(compounds)


def _yuan(entries: pd.DataFrame) -> float:
    return int(entries["cents"].sum()) / 100


@shared
def dividends(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """One row per dividend of the period, highest per m² first, `DIVIDENDS`; `balance` is income − outlay of that compound and period.

    `checks` (from `CHECKS`): more than the balance; no day of the owners' vote; not published; no area.
    """
    table = _entries(build, reader, scope, under)
    sums = table.pivot_table(index=["compound_id", "period"], columns="direction", values="cents", aggfunc="sum", fill_value=0)
    sums = sums.reindex(columns=["income", "expense", "dividend"], fill_value=0)
    paid = table[table["direction"] == "dividend"].copy()
    frame, rows = units(build), []
    for row in paid.itertuples():
        money = sums.loc[(row.compound_id, row.period)]
        balance, area = (
            (money["income"] - money["expense"]) / 100,
            None if pd.isna(row.basis_m2) or not row.basis_m2 else float(row.basis_m2),
        )
        owners = None if pd.isna(row.owners_n) or not row.owners_n else int(row.owners_n)
        amount = row.cents / 100
        found = {
            "over_balance": money["dividend"] / 100 > balance, "no_vote": pd.isna(row.voted_on), "not_published": pd.isna(row.published_on),
            "no_area": area is None,
        }  # fmt: skip
        rows.append(
            (
                row.compound_id, int(row.unit_no), row.name or row.compound_id, frame.path(int(row.unit_no), reader), row.period, amount, area, owners,
                amount / area if area else None, amount / owners if owners else None, None if pd.isna(row.voted_on) else row.voted_on,
                None if pd.isna(row.published_on) else row.published_on, balance, tuple(check for check in CHECKS if found[check]),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(DIVIDENDS)).sort_values(["per_m2", "unit_no"], ascending=[False, True]).reset_index(drop=True)
