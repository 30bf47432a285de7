"""Pseudonyms: the same as Python's hmac, and no trace of the key in the file."""

import hmac
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from etl.clean.columns import cleaned, prepare
from etl.clean.hashing import load_key
from etl.model.errors import AtlasError, CallError
from etl.model.table import Column
from etl.model.text import Text
from etl.query.duck import open_build

KEY = b"only-for-this-test-0123456789"
PHONE = Column("phone", "联系电话", "text", Text("", ""), personal="hash", stored_as="caller_hash")
STAFF = Column("staff_id", "人员编号", "code", Text("", ""), personal="hash", stored_as="staff_id")


def expected(text: str, key: bytes = KEY) -> str:
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:32]


@pytest.fixture
def con(tmp_path):
    con = open_build(tmp_path / "d.duckdb")
    prepare(con, KEY)
    return con


def hashes(con, column, texts):
    return [con.execute(f"SELECT {cleaned(column, '$x::VARCHAR')}", {"x": text}).fetchone()[0] for text in texts]


def test_one_phone_one_hash(con):
    mobile = ["13812345678", "+86 138-1234-5678", "008613812345678", "013812345678", "１３８１２３４５６７８", "8613812345678", "13812345678.0", "手机：13812345678", "13812345678/13912345678"]
    assert set(hashes(con, PHONE, mobile)) == {expected("13812345678")}
    assert set(hashes(con, PHONE, ["028-87654321", "02887654321", "(028) 8765 4321", "+86 28 8765 4321"])) == {expected("2887654321")}
    assert hashes(con, PHONE, ["86765432"]) == [expected("86765432")]


def test_no_phone_no_hash(con):
    assert set(hashes(con, PHONE, ["", None, "匿名", "12345", "00000000000", "11111111", "138****5678", "1381234****", "1.38E+10", "-"])) == {None}


def test_staff_codes(con):
    assert set(hashes(con, STAFF, ["007", " 007 ", "'007", "００７"])) == {expected("007")}
    assert hashes(con, STAFF, ["-", None]) == [None, None]


@pytest.mark.parametrize("length", [16, 63, 64, 65, 200])
def test_keys_of_any_length(tmp_path, length):
    con = open_build(tmp_path / "d.duckdb")
    prepare(con, b"\x00'\\x" + b"k" * (length - 4))
    assert hashes(con, PHONE, ["13812345678"]) == [expected("13812345678", b"\x00'\\x" + b"k" * (length - 4))]


def test_the_key_is_not_in_the_file(con, tmp_path):
    con.execute(f"CREATE TABLE c AS SELECT {cleaned(PHONE, 'x')} AS caller_hash FROM (VALUES ('13812345678'), ('13987654321')) v(x)")
    con.execute("CHECKPOINT")
    con.execute(f"INSERT INTO c SELECT {cleaned(PHONE, 'x')} FROM (VALUES ('13712345678')) v(x)")
    waiting = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    con.close()
    stored = waiting + b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    block = KEY.ljust(64, b"\0")
    traces = [KEY, KEY.hex().encode(), bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block), b"atlas_hmac", b"13812345678"]
    assert expected("13812345678").encode() in stored
    assert [trace for trace in traces if trace in stored] == []


def test_key_file_is_made_once(tmp_path, monkeypatch):
    monkeypatch.delenv("ATLAS_KEY", raising=False)
    warehouse = tmp_path / "data" / "warehouse"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_key(warehouse), range(16)))
    file = tmp_path / "data" / "warehouse.key"
    assert len(keys) == 1 and len(keys.pop()) >= 16
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["warehouse.key"]
    file.write_bytes(b"")
    with pytest.raises(AtlasError):
        load_key(warehouse)


def test_key_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("ATLAS_KEY", "x" * 16)
    assert load_key(tmp_path / "w") == b"x" * 16
    monkeypatch.setenv("ATLAS_KEY", "short")
    with pytest.raises(CallError):
        load_key(tmp_path / "w")
    assert not (tmp_path / "w.key").exists()
