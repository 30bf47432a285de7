"""sources.toml: what is accepted, and that every mistake is named with its cure."""

from datetime import date
from pathlib import Path

import pytest

from etl.model.errors import AtlasError, CallError
from etl.sources.config import Config, files_of, name_of, read_config


def config(folder: Path, text: str) -> Config:
    file = folder / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return read_config(file)


def test_a_full_file_is_read(tmp_path: Path) -> None:
    found = config(
        tmp_path,
        """
        [city]
        name = "示范市"
        code = "510100"
        data_date = 2026-10-31
        [[source]]
        feed = "case"
        path = "cases/*.csv"
        encoding = "GBK"
        crs = "gcj02"
        [source.columns]
        reported_at = "open_dt"
        raw_category = ["大类", "小类"]
        [source.values.status]
        "Closed" = "closed"
        [source.constant]
        source = "12345"
        case_no = "{stem}-{row}"
        [[source]]
        feed = "unit"
        url = "sqlite:///a.db"
        query = "select 1"
        header = true
        """,
    )
    assert found.city.data_date == date(2026, 10, 31)
    case, unit = found.sources
    assert (case.encoding, case.crs, case.header, case.sheet) == ("gb18030", "GCJ-02", True, "")
    assert case.columns["raw_category"] == ["大类", "小类"]
    assert case.values == {"status": {"Closed": "closed"}}
    assert case.constant["case_no"] == "{stem}-{row}"
    assert (unit.index, unit.url) == (2, "sqlite:///a.db")
    assert not found.allow_outside


HEAD = '[[source]]\nfeed = "case"\npath = "a.csv"\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[citty]\nname = "x"\n' + HEAD, "city"),
        ('[city]\nnmae = "x"\n' + HEAD, "name"),
        (HEAD + 'enconding = "utf-8"\n', "encoding"),
        ('[[source]]\nfeed = "cases"\npath = "a"\n', "case"),
        (HEAD + '[source.columns]\nreport_at = "x"\n', "reported_at"),
        (HEAD + '[source.values.status]\n"Shut" = "close"\n', "closed"),
        (HEAD + '[source.values.statsu]\n"Shut" = "closed"\n', "status"),
        (HEAD + '[source.constant]\nsuorce = "x"\n', "source"),
        (HEAD + 'crs = "Chengdu1970"\n', "GCJ-02"),
        (HEAD + 'encoding = "utf-99"\n', "gb18030"),
        (HEAD + "header = 1\n", "true"),
        (HEAD + "[source.columns]\ncase_no = 1.5\n", "case_no"),
        (HEAD + 'header = false\n[source.columns]\ncase_no = "编号"\n', "header = false"),
        ('[[source]]\nfeed = "case"\n', "path"),
        ('[[source]]\nfeed = "case"\nurl = "sqlite:///x"\n', "query"),
        ("[city]\n", "[[source]]"),
        ("[city\n", "TOML"),
        ('[city]\ndata_date = "soon"\n' + HEAD, "2026-10-31"),
    ],
)
def test_every_mistake_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(CallError) as caught:
        config(tmp_path, text)
    assert named in caught.value.text.zh
    assert named in caught.value.text.en


def test_a_missing_file_is_a_call_error(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"none\.toml"):
        read_config(tmp_path / "none.toml")


def test_files_are_sorted_and_kept_inside(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("b.csv", "a.csv"):
        (folder / name).touch()
    (tmp_path / "c.csv").touch()
    found = config(folder, '[[source]]\nfeed = "case"\npath = "*.csv"\n')
    assert [path.name for path in files_of(found, found.sources[0])] == ["a.csv", "b.csv"]
    assert name_of(found, found.sources[0], folder / "a.csv") == "a.csv"
    outside = '[[source]]\nfeed = "case"\npath = "../c.csv"\n'
    refused = config(folder, outside)
    with pytest.raises(AtlasError, match="allow_outside"):
        files_of(refused, refused.sources[0])
    allowed = config(folder, "allow_outside = true\n" + outside)
    assert [path.name for path in files_of(allowed, allowed.sources[0])] == ["c.csv"]


def test_a_link_that_leads_outside_is_outside(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "c.csv").touch()
    (folder / "link.csv").symlink_to(tmp_path / "c.csv")
    found = config(folder, '[[source]]\nfeed = "case"\npath = "*.csv"\n')
    with pytest.raises(AtlasError, match="allow_outside"):
        files_of(found, found.sources[0])


def test_nothing_matching_is_refused(tmp_path: Path) -> None:
    found = config(tmp_path, HEAD)
    with pytest.raises(AtlasError, match=r"a\.csv"):
        files_of(found, found.sources[0])


def test_a_database_name_hides_user_and_password(tmp_path: Path) -> None:
    found = config(tmp_path, '[[source]]\nfeed = "case"\nurl = "postgresql://u:geheim@db.local/x"\nquery = "select 1"\n')
    assert name_of(found, found.sources[0], found.file) == "postgresql://db.local/x"
