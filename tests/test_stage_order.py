"""Large inputs: what is said of a row stays with that row. DuckDB may store a derived table in another order than its source."""

from pathlib import Path

import pytest

from etl.clean.columns import prepare
from etl.load.bad_cells import find_bad_cells
from etl.load.stage import clean_staged, create_stage
from etl.load.typed import SEQ_SHIFT, create_typed
from etl.model.tables import BY_NAME
from etl.query.duck import open_staging


@pytest.mark.parametrize("sizes", [(3_000, 130_000), (130_000, 5, 3_000)])
def test_typed_rows_keep_their_file_and_row(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    table = BY_NAME["unit"]
    with open_staging(tmp_path) as con:
        prepare(con, b"k" * 32)
        create_stage(con, table)
        for file_no, size in enumerate(sizes, 1):
            con.execute(f"""INSERT INTO x_unit BY NAME SELECT {file_no}::BIGINT * {SEQ_SHIFT} + range AS row_seq, {file_no} AS file_no, range AS src_row,
                ['旧编号'] AS xn, ['{file_no}-' || range] AS xv, '{file_no}-' || range AS r_unit_code, 'n' || range AS r_name, '社区' AS r_level,
                CASE WHEN {file_no} > 1 THEN '1-1' END AS r_parent_code FROM range({size})""")
        create_typed(con, table)
        clean_staged(con, table, {"unit_code", "name", "level", "parent_code"})
        find_bad_cells(con, table)
        assert con.execute("SELECT count(*) FROM t_unit").fetchone() == (sum(sizes),)
        apart = con.execute("""SELECT count(*) FROM t_unit WHERE unit_code <> file_no || '-' || src_row OR row_seq <> file_no::BIGINT * 4294967296 + src_row
            OR extra IS DISTINCT FROM '{"旧编号":"' || unit_code || '"}'""").fetchone()
        assert apart == (0,)
        told = con.execute("SELECT col, rule, count(*), any_value(file_no) FROM b_unit GROUP BY ALL").fetchall()
        assert told == [("上级编码", "missing_required", sizes[0], 1)]


def test_an_unknown_word_in_a_list_is_told_and_the_known_ones_stay(tmp_path: Path) -> None:
    table = BY_NAME["unit"]
    with open_staging(tmp_path) as con:
        prepare(con, b"k" * 32)
        create_stage(con, table)
        con.execute("""INSERT INTO x_unit BY NAME SELECT * FROM (VALUES (1::BIGINT, 1, 2::BIGINT, '1', '甲', '市', '老旧小区；胡说'),
            (2, 1, 3, '2', '乙', '市', '老旧小区；城中村')) v(row_seq, file_no, src_row, r_unit_code, r_name, r_level, r_focus_tags)""")
        create_typed(con, table)
        clean_staged(con, table, {"unit_code", "name", "level", "focus_tags"})
        find_bad_cells(con, table)
        assert [len(tags) for (tags,) in con.execute("SELECT focus_tags FROM t_unit ORDER BY row_seq").fetchall()] == [1, 2]
        told = con.execute("SELECT src_row, col, value FROM b_unit WHERE rule = 'unknown_word'").fetchall()
        assert told == [(2, "重点类型", "老旧小区；胡说")]
