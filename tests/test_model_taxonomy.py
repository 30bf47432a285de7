"""The taxonomy says what the domain says, and local category texts find their class."""

from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from etl.model.errors import CallError
from etl.model.taxonomy import BY_CODE, CATEGORIES, DATA, OTHER, load_taxonomy, match_category


def test_classes_and_limits() -> None:
    assert len(CATEGORIES) == len(BY_CODE) == 67
    assert Counter(category.code2 for category in CATEGORIES) == dict(zip(
        [f"{n:02d}" for n in range(1, 13)], [7, 6, 5, 6, 6, 5, 5, 5, 5, 5, 6, 6], strict=True
    ))  # fmt: skip
    limits = {category.code4: (category.limit_value, category.limit_unit) for category in CATEGORIES}
    assert (limits["0106"], limits["0302"], limits["0406"]) == ((2, "hour"), (24, "hour"), (15, "day"))
    assert [code for code, limit in limits.items() if limit == (None, None)] == ["1205", OTHER]
    assert {category.code4 for category in CATEGORIES if category.is_sensitive} == {"1002", "1101", "1102", "1103", "1105", "1204"}


def test_severity_follows_the_level() -> None:
    for code, category in BY_CODE.items():
        expected = "group" if code == "1005" else "minor" if category.proper_level == "compound" else "major"
        assert category.severity == expected


def test_names_map_to_themselves() -> None:
    for code, category in BY_CODE.items():
        assert match_category(category.l2.zh) == code
        assert match_category(f"{category.l1.zh}->{category.l2.zh}") == code, "咨询建议->其他 is 其他, not 意见建议"
        alone = match_category(category.l1.zh)
        assert alone and alone[:2] == category.code2


@pytest.mark.parametrize(("raw", "code"), [
    ("城乡建设->住房保障与房地产->物业服务", "0101"),
    ("环境保护/环境污染/噪音污染", "0301"),
    ("市容环境—暴露垃圾", "0201"),
    ("公用事业 -> 供水 -> 停水", "0501"),
    ("Ａ类：【电梯困人】", "0106"),
    ("小区里电瓶车上楼充电问题", "0902"),
    ("物业管理->加装电梯->其他", "0107"),
    ("供水->咨询", "0501"),
    ("某某局->咨询", "1201"),
    ("其他", OTHER),
    ("某某局->其他", None),
    ("", None),
    ("->/ ", None),
    ("Missed Trash", None),
    ("噪声和漏水", None),  # two classes, equally long: undecided
])  # fmt: skip
def test_local_texts(raw: str, code: str | None) -> None:
    assert match_category(raw) == code


def test_real_category_tree(real_data: Path) -> None:
    rows = CalamineWorkbook.from_path(real_data / "cn-complaints" / "附件1.xlsx").get_sheet_by_index(0).to_python(skip_empty_area=True)
    leaves = ["->".join(map(str, row[:3])) for row in rows[1:]]
    found = [match_category(leaf) for leaf in leaves]
    # the rest is work of state a grid never sees: agriculture, mining, defence, courts …
    assert sum(code is not None for code in found) / len(found) > 0.6


def broken(tmp_path: Path, file: str, old: str, new: str) -> Path:
    for name in ("categories.csv", "category_aliases.csv"):
        text = (DATA / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(old, new, 1) if name == file else text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("file", "old", "new", "said"), [
    ("categories.csv", "compound,24,hour,0,minor", "compound,24,weeks,0,minor", "limit_unit"),
    ("categories.csv", "0102,", "0101,", "0101"),
    ("categories.csv", "0105,", "105,", "code4"),
    ("categories.csv", "code4,l1_zh", "code,l1_zh", "表头"),
    ("category_aliases.csv", "物业费,0102", "物业费,0199", "0199"),
    ("category_aliases.csv", "物业费,0102", "物业服务,0102", "物业服务"),
])  # fmt: skip
def test_wrong_tables_are_refused(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(CallError) as caught:
        load_taxonomy(broken(tmp_path, file, old, new))
    assert said in caught.value.text.zh and file in caught.value.text.en
