"""Chicago's spending by ward against a parser of its own: every row and every cent."""

import csv
import re
from collections import defaultdict
from decimal import Decimal

import pytest
from real_builds import TOML, RealBuild, build_real

AMOUNT = re.compile(r"\$?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{0,2})?)")


@pytest.fixture(scope="module")
def chicago(real_data, tmp_path_factory) -> RealBuild:
    return build_real(TOML / "chicago.toml", tmp_path_factory.mktemp("chicago") / "w")


@pytest.fixture(scope="module")
def lines(real_data) -> list[dict[str, str]]:
    with open(real_data / "us-chicago-wards" / "menu.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def amount(text: str) -> Decimal | None:
    found = AMOUNT.fullmatch(text.strip())
    return Decimal(found.group(1).replace(",", "")) if found else None


def test_every_line_is_accounted_for(chicago, lines) -> None:
    empty = [at for at, line in enumerate(lines, 2) if not line["est_cost"].strip()]
    garbled = [at for at, line in enumerate(lines, 2) if line["est_cost"].strip() and amount(line["est_cost"]) is None]
    assert (len(lines), len(empty), len(garbled)) == (20160, 18, 2)
    assert chicago.counts("fund_ledger") == (20160, 20140, 20, 0)
    assert chicago.findings("missing_required")["row"].tolist() == empty
    assert chicago.findings("bad_required")["row"].tolist() == garbled


def test_equal_lines_are_payments_of_their_own(chicago, lines) -> None:
    assert len(lines) - len({tuple(line.values()) for line in lines}) == 51
    assert chicago.one("SELECT count(DISTINCT entry_id) FROM fund_ledger") == 20140


def test_amounts_to_the_cent(chicago, lines) -> None:
    each = chicago.ask("SELECT entry_id, amt::VARCHAR AS amt FROM fund_ledger")
    ours = {entry: Decimal(amt) for entry, amt in each.itertuples(index=False)}
    theirs = {f"menu-{at}": value for at, line in enumerate(lines, 2) if (value := amount(line["est_cost"])) is not None}
    assert ours == theirs
    sums: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line["ward"], int(line["year"])] += amount(line["est_cost"]) or 0
    grouped = chicago.ask("SELECT u.unit_code, year, sum(amt)::VARCHAR AS amt FROM fund_ledger JOIN unit u USING (unit_no) WHERE placed_by = 'code' GROUP BY ALL")
    assert {(ward, int(year)): Decimal(amt) for ward, year, amt in grouped.itertuples(index=False)} == dict(sums)
