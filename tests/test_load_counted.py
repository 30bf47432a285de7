"""From which day a newer count holds: worked out at the import, over all versions of a unit, and again when a day's file comes."""

from datetime import date

import pytest

from etl.load.counted import mark_replaced
from etl.query.duck import open_staging

DAYS = {1: date(2026, 1, 31), 2: date(2026, 2, 28), 3: date(2026, 3, 31)}


@pytest.fixture
def con(tmp_path):
    con = open_staging(tmp_path)
    con.execute("ATTACH ':memory:' AS w")
    con.execute("CREATE TABLE w.unit (unit_no INTEGER, unit_code VARCHAR)")
    con.execute("INSERT INTO w.unit VALUES (1, 'M1'), (2, 'M1'), (3, 'M2')")  # M1 has two versions
    con.execute("CREATE TABLE w.member_stat (unit_no INTEGER, building_id VARCHAR, category VARCHAR, relation VARCHAR, as_of_on DATE, file_no INTEGER, src_row BIGINT, until_on DATE)")
    yield con
    con.close()


def _add(con, *rows: tuple) -> None:
    con.executemany("INSERT INTO w.member_stat VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", [(*row[:4], DAYS[row[4]], *row[5:]) for row in rows])
    mark_replaced(con, "member_stat")


def _until(con) -> list:
    return [day for (day,) in con.execute("SELECT until_on FROM w.member_stat ORDER BY file_no, src_row").fetchall()]


def test_a_count_holds_until_the_next_of_the_same_thing(con) -> None:
    _add(con, (1, None, "retired", "registered", 1, 1, 1), (2, None, "retired", "registered", 2, 1, 2), (3, None, "retired", "registered", 2, 1, 3),
         (1, None, "retired", "reported", 3, 1, 4), (1, "B1", "retired", "registered", 3, 1, 5), (3, "B1", "retired", "registered", 1, 1, 6))  # fmt: skip
    # the second version of M1 takes over; another unit, relation or a building is another thing; a building is one thing wherever it lies
    assert _until(con) == [DAYS[2], None, None, None, None, DAYS[3]]


def test_of_two_counts_of_a_day_the_later_row_holds(con) -> None:
    _add(con, (3, None, "retired", "registered", 1, 1, 1), (3, None, "retired", "registered", 1, 2, 1), (3, None, "retired", "registered", 2, 2, 2))
    assert _until(con) == [DAYS[1], DAYS[2], None]  # from its own first day the first one never held


def test_a_later_file_goes_between(con) -> None:
    _add(con, (3, None, "retired", "registered", 1, 1, 1), (3, None, "retired", "registered", 3, 1, 2))
    assert _until(con) == [DAYS[3], None]
    _add(con, (3, None, "retired", "registered", 2, 2, 1))
    assert _until(con) == [DAYS[2], None, DAYS[3]]
    con.execute("DELETE FROM w.member_stat WHERE file_no = 1 AND src_row = 2")  # replaced by a row of another key
    mark_replaced(con, "member_stat")
    assert _until(con) == [DAYS[2], None]
