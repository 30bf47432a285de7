"""Large text files are cleaned as they are read. Whatever a file holds, the result is that of reading it with all care."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.clean.columns import prepare
from etl.load import streams
from etl.load.findings import FindingLog
from etl.load.progress import Progress
from etl.load.reading import read_files
from etl.load.state import Job, State, create_file_table
from etl.model.rules import load_rules
from etl.query.duck import open_staging
from etl.sources.config import Config, read_config

HEADER = "工单编号,来电时间,来电人电话,小区点位,主要内容,涉及人数,经度,纬度,不认识的列,备注二\n"
PLAIN = ("DH1", "2026-07-01 08:00:00", "13800138000", "阳光花园3栋", "王女士反映，电话13900139000", "3", "104.05", "30.6", "甲", "乙丙")
# what a cell may hold to go wrong in one way or another
ODD = ("", " ", "\u3000", "-", "无", "昨天", "2026年7月1日", "1e9", "-5", "二三", "O'Brien", "x" * 3000, "𠮷", "3栋2单元", "\t", "a|b;c", "'；--", "1,000")
RAW = ('"', "\n", "\r\n", "\r", ",", ",,,,,,,,,,,,", "\n\n", '"a"b,', "\x00", ",,,,,,,,,\n", '"\n"')


def _tables(config: Config, folder: Path) -> dict[str, list[tuple]]:
    """What reading gives: typed rows, bad cells, findings, files."""
    with open_staging(folder / "spill") as con:
        prepare(con, b"k" * 32)
        create_file_table(con)
        state = State(config, load_rules(None), con, con, FindingLog(con), Progress(quiet=True))
        files = sorted(folder.glob("*.csv"))
        read_files(state, [Job(no, config.sources[0], path, path.name) for no, path in enumerate(files, 1)])
        state.log.flush()
        orders = {"t_case": "row_seq", "b_case": "ALL", "found": "ALL", "file": "ALL"}
        return {name: con.execute(f"SELECT * FROM {name} ORDER BY {order}").fetchall() for name, order in orders.items()}


def _both(folder: Path, files: list[bytes], monkeypatch: pytest.MonkeyPatch, encoding: str = "auto") -> tuple[dict, dict, set[int]]:
    """The tables of one reading as streams and one without, and the numbers of the files that were no plain ones."""
    for old in folder.glob("*.csv"):
        old.unlink()
    for no, data in enumerate(files):
        (folder / f"{no}.csv").write_bytes(data)
    document = folder / "sources.toml"
    document.write_text(
        f'[city]\nname = "市"\ncode = "590100"\n[[source]]\nfeed = "case"\npath = "*.csv"\ncrs = "EPSG:4490"\nencoding = "{encoding}"\n[source.constant]\nsource = "12345"\n',
        encoding="utf-8")
    config = read_config(document)
    careful: set[int] = set()
    told = streams.clean_stream

    def noting(con, stream):
        told(con, stream)
        careful.update(stream.not_plain)

    monkeypatch.setattr("etl.load.reading.clean_stream", noting)
    monkeypatch.setattr(streams, "LARGE", 1)
    streamed = _tables(config, folder)
    monkeypatch.setattr(streams, "LARGE", 1 << 60)
    return streamed, _tables(config, folder), careful


def _line(cells: tuple[str, ...]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n\r') else cell for cell in cells) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_plain_files_are_streamed_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    lines = [_line((f"DH{at}", *PLAIN[1:4], PLAIN[4] + "很长" * (at % 90), *PLAIN[5:])) for at in range(30_000)]  # several blocks
    files = [(HEADER + "".join(part)).encode(encoding) for part in (lines[:100], lines[100:])]
    streamed, read, careful = _both(tmp_path, files, monkeypatch)
    assert careful == set()
    assert len(streamed["t_case"]) == 30_000
    assert streamed == read
    assert [row[:3] for row in streamed["t_case"][98:101]] == [(4294967296 + 100, 1, 100), (4294967296 + 101, 1, 101), (2 * 4294967296 + 2, 2, 2)]


@pytest.mark.parametrize(("what", "tail"), [
    ("a blank line", b"\n" + _line(PLAIN).encode()), ("a line end in a cell", _line((*PLAIN[:4], "a\nb", *PLAIN[5:])).encode()),
    ("too few cells", b"D2,2026-07-01\n"), ("too many cells", b"D2,,,,,,,,,,,,,,x\n"),
    ("a quote that never ends", b'D2,"2026-07-01\n' * 5), ("another encoding", "D2,,,花园,,,,,,\n".encode("gb18030")), ("a NUL", b"D2,\x00,,,,,,,,\n"),
    ("two kinds of line ends", b"D2,,,,,,,,,\rD3,,,,,,,,,\n"), ("broken UTF-8 at the very end", b"D2,,,\xe8\x8a"),
])  # fmt: skip
def test_a_file_that_is_not_plain_is_read_with_care_and_its_neighbours_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, tail: bytes) -> None:
    good = (HEADER + "".join(_line((f"G{at}", *PLAIN[1:])) for at in range(50))).encode()
    bulk = "".join(_line((f"B{at}", *PLAIN[1:4], "长" * 200, *PLAIN[5:])) for at in range(20_000)).encode()  # rows are in before the fault is seen
    streamed, read, careful = _both(tmp_path, [good, HEADER.encode() + bulk + tail, good.replace(b"G", b"H")], monkeypatch)
    assert careful == {2}, what
    assert streamed == read


def test_a_quote_that_closes_too_early_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrow and the careful reader agree on what "2026-07-01"x is; DuckDB refuses it."""
    streamed, read, careful = _both(tmp_path, [HEADER.encode() + b'D2,"2026-07-01"x,,,,"1""2",,,,\nD3,a"b",,,,,,,,\n'], monkeypatch)
    assert careful == set()
    assert streamed == read


def test_blank_rows_are_left_out_and_counted_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streamed, read, careful = _both(tmp_path, [(HEADER + _line(PLAIN) + ",,,,,,,,,\n" + " ,\u3000,\t,,,,,,,\n" + _line(PLAIN)).encode()], monkeypatch)
    assert careful == set()
    assert streamed == read
    assert [row[2] for row in streamed["t_case"]] == [2, 5]
    assert streamed["file"][0][3] == 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_file_gives_the_same_either_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    cell = st.sampled_from((*ODD, *PLAIN))
    lines = data.draw(st.lists(st.one_of(st.tuples(*[cell] * 10).map(_line), st.just(_line(PLAIN)), st.sampled_from(RAW)), max_size=6))
    encoding = data.draw(st.sampled_from(("utf-8", "utf-8-sig", "gb18030")))
    end = data.draw(st.sampled_from(("\n", "\r\n", "\r")))
    text = HEADER + "".join(lines)
    files = [text.replace("\n", end).encode(encoding), (HEADER + _line(PLAIN) * 2).encode(encoding)]
    streamed, read, _ = _both(tmp_path, files, monkeypatch, data.draw(st.sampled_from(("auto", "utf-8", "gb18030"))))
    assert streamed == read
