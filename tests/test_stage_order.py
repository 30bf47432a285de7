"""Large inputs: what is said of a row stays with that row. DuckDB may store a derived table in another order than its source."""

import pytest

from etl.clean.columns import prepare
from etl.load.stage import build_typed
from etl.model.tables import BY_NAME
from etl.query.duck import open_build


@pytest.mark.parametrize("sizes", [(3_000, 130_000), (130_000, 5, 3_000)])
def test_typed_rows_keep_their_file_and_row(tmp_path, sizes) -> None:
    with open_build(tmp_path / "staging.duckdb") as con:
        prepare(con, b"k" * 32)
        selects = []
        for file_no, size in enumerate(sizes, 1):
            con.execute(f"""CREATE TABLE raw_{file_no} AS SELECT {file_no} AS file_no, range AS src_row, NULL::BLOB AS _geom, '{file_no}-' || range AS extra,
                '{file_no}-' || range AS unit_code, 'n' || range AS name, '社区' AS level, CASE WHEN {file_no} > 1 THEN '1-1' END AS parent_code FROM range({size})""")
            selects.append(f"SELECT * FROM raw_{file_no}")
        assert build_typed(con, BY_NAME["unit"], selects, {"unit_code", "name", "level", "parent_code"}) == sum(sizes)
        apart = con.execute("SELECT count(*) FROM t_unit WHERE unit_code <> file_no || '-' || src_row OR extra <> unit_code").fetchone()
        assert apart == (0,)
        told = con.execute("SELECT DISTINCT cell.col, cell.rule FROM (SELECT unnest(bad) AS cell FROM t_unit)").fetchall()
        assert told == [("上级编码", "missing_required")]
