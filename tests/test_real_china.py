"""The whole of China 2023 by code: 664,903 units without a boundary; one province in every run, the whole in `make soak`."""

import re
from pathlib import Path

import pandas as pd
import pytest
from real_builds import TOML, RealBuild, build_real
from source_files import read

from etl.query.duck import open_build

PROVINCE = "64"
FILES = {"areas": "district", "streets": "street", "villages": "community"}


def raw_units(folder: Path) -> pd.DataFrame:
    """code, name, parent (None for counties), level of all three files, codes as text."""
    frames = []
    for (stem, level), parent in zip(FILES.items(), (None, "areaCode", "streetCode"), strict=True):
        rows = pd.read_csv(folder / f"{stem}.csv", dtype=str, keep_default_na=False)
        frames.append(pd.DataFrame({"code": rows.code, "name": rows.name, "parent": rows[parent] if parent else "000000", "level": level}))
    return pd.concat(frames, ignore_index=True)


def check(build: RealBuild, raw: pd.DataFrame) -> None:
    """Every unit of the files, its name, level and parent; ranges that nest; no orphan, no rejected row."""
    assert build.counts("unit") == (len(raw), len(raw), 0, 0)
    units = build.ask("SELECT unit_no, last_no, parent_no, unit_code, name, level, parent_code FROM unit ORDER BY unit_no")
    assert units.unit_no.tolist() == list(range(1, len(raw) + 2))
    assert (units.unit_code[0], units.level[0], units.last_no[0]) == ("000000", "city", len(raw) + 1)
    ours = units[1:].set_index("unit_code")
    theirs = raw.set_index("code").loc[ours.index]
    assert (ours.level == theirs.level).all() and (ours.parent_code == theirs.parent).all()
    assert (ours["name"] == theirs.name.map(plain)).all()
    parents = units.set_index("unit_no").loc[ours.parent_no.astype(int)]
    assert (parents.unit_code.to_numpy() == ours.parent_code.to_numpy()).all()
    # a range holds its own unit and exactly what hangs below it
    last = units.last_no.to_numpy()
    for level, digits in (("district", 6), ("street", 9)):
        some = units[units.level == level]
        under = units.unit_code[units.level != "city"].str[:digits].value_counts()
        sizes = (some.last_no - some.unit_no + 1).to_numpy()
        assert (sizes == under[some.unit_code].to_numpy()).all()
    assert (last[units.level == "community"] == units.unit_no[units.level == "community"]).all()
    assert build.ask("SELECT DISTINCT rule FROM finding ORDER BY 1").rule.tolist() == ["extra_column", "no_geometry", "root_made"]


def plain(name: str) -> str:
    """Names are stored tidy: half-width letters, digits and brackets, no stray spaces (幸福ｅ家社区 is 幸福e家社区)."""
    return re.sub(" +", " ", re.sub("[\uff01-\uff5e]", lambda c: c[0] if c[0] in "，！？；：" else chr(ord(c[0]) - 0xFEE0), name)).strip()


def test_rows_carry_their_line_numbers(real_data, tmp_path) -> None:
    path = real_data / "cn-division-codes" / "villages.csv"
    with open_build(tmp_path / "staging.duckdb") as con:
        read(con, path, "unit", columns={"unit_code": "code"})
        ours = con.execute("SELECT _row, c0 FROM raw ORDER BY _row").df()
    with open(path, encoding="utf-8") as file:
        codes = [line.split(",", 1)[0] for line in file][1:]
    assert ours._row.tolist() == list(range(2, len(codes) + 2)) and ours.c0.tolist() == codes


def test_one_province(real_data, tmp_path) -> None:
    for stem in FILES:
        lines = (real_data / "cn-division-codes" / f"{stem}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (tmp_path / f"{stem}.csv").write_text("".join([lines[0], *(line for line in lines if line.startswith(PROVINCE))]), encoding="utf-8")
    text = (TOML / "china2023.toml").read_text(encoding="utf-8").replace("../../../shared/data/cn-division-codes/", "")
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    check(build_real(tmp_path / "sources.toml", tmp_path / "w"), raw_units(tmp_path))


@pytest.mark.soak
def test_the_whole_country_in_two_minutes_and_4_gb(real_data, tmp_path) -> None:
    build = build_real(TOML / "china2023.toml", tmp_path / "w")
    raw = raw_units(real_data / "cn-division-codes")
    assert raw.level.value_counts().to_dict() == {"district": 2978, "street": 41352, "community": 620573}
    check(build, raw)
    print(f"{build.seconds:.0f} s, {build.peak_mb:.0f} MB")
    assert build.seconds < 120 and build.peak_mb < 4096
