"""The 27 probes of a database that should be a sandbox: what would reach files, settings or Python is refused by every opener that serves."""

from pathlib import Path

import duckdb
import pytest

from etl.query.duck import open_build, open_sealed

secret_of_this_module = [1, 2, 3]  # a query by this name must not find it
HARMFUL = {
    "read a file as CSV": "SELECT * FROM read_csv('/etc/passwd', header=false)",
    "read a file as text": "SELECT * FROM read_text('/etc/passwd')",
    "read a file as bytes": "SELECT * FROM read_blob('/etc/passwd')",
    "read a file by name": "SELECT * FROM '/etc/passwd.csv'",
    "read Parquet": "SELECT * FROM read_parquet('/tmp/*.parquet')",
    "read JSON": "SELECT * FROM read_json('/proc/self/environ')",
    "list files": "SELECT * FROM glob('/etc/*')",
    "read from the web": "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "copy out": "COPY (SELECT 1) TO '{tmp}/out.csv'",
    "copy in": "COPY t FROM '/etc/passwd'",
    "export": "EXPORT DATABASE '{tmp}/dump'",
    "import": "IMPORT DATABASE '{tmp}/dump'",
    "attach a file": "ATTACH '{tmp}/other.duckdb' AS other",
    "attach the secret store": "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "install": "INSTALL httpfs",
    "load": "LOAD '{tmp}/evil.duckdb_extension'",
    "raise memory": "SET memory_limit = '100GB'",
    "raise threads": "SET threads = 64",
    "move the spill": "SET temp_directory = '{tmp}'",
    "open files again": "SET enable_external_access = true",
    "unlock": "SET lock_configuration = false",
    "reset": "RESET enable_external_access",
    "python by name": "SELECT * FROM secret_of_this_module",
    "write": "CREATE TABLE stolen AS SELECT 1",
    "delete": "DELETE FROM t",
    "change": "UPDATE t SET a = 2",
    "log to a file": "SET log_query_path = '{tmp}/queries.log'",
}


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    file = tmp_path / "sealed.duckdb"
    with open_build(file) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS a")
    with open_build(tmp_path / "other.duckdb") as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS a")
    return file


def test_there_are_27() -> None:
    assert len(HARMFUL) == 27


@pytest.mark.parametrize("probe", HARMFUL)
def test_a_harmful_probe_is_refused(sealed: Path, probe: str) -> None:
    before = {path: path.read_bytes() for path in sealed.parent.iterdir() if path.is_file()}
    with open_sealed(sealed) as con:
        for one in (con, con.cursor()):  # pages use cursors
            with pytest.raises(duckdb.Error):
                one.execute(HARMFUL[probe].format(tmp=sealed.parent)).fetchall()
        assert con.cursor().execute("SELECT a FROM t").fetchall() == [(1,)]  # the connection still serves
    assert {path: path.read_bytes() for path in sealed.parent.iterdir() if path.is_file()} == before


def test_several_statements_in_one_do_not_help(sealed: Path) -> None:
    with open_sealed(sealed) as con, pytest.raises(duckdb.Error):
        con.execute("SELECT 1; SET lock_configuration = false; SELECT * FROM glob('/etc/*')")


def test_the_probes_would_work_on_a_plain_read_only_connection(sealed: Path) -> None:
    """Or their refusal above would show nothing."""
    found = 0
    with duckdb.connect(str(sealed), read_only=True) as con:
        for probe in ("read a file as text", "list files", "copy out", "raise memory", "move the spill", "attach a file"):
            try:
                con.execute(HARMFUL[probe].format(tmp=sealed.parent)).fetchall()
                found += 1
            except duckdb.Error:
                continue
    assert found >= 5
