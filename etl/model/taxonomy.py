"""The taxonomy of cases (诉求分类): classes with their level, limit and severity, and the words that map onto them.

Both tables are local and editable: `data/categories.csv` and `data/category_aliases.csv`. Standard library only.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from etl.model.errors import CallError
from etl.model.levels import LEVEL_IDS
from etl.model.text import Text

DATA = Path(__file__).resolve().parents[2] / "data"
OTHER = "1299"

LimitUnit = Literal["hour", "day", "working_hour", "working_day"]
LIMIT_UNITS: tuple[LimitUnit, ...] = ("hour", "day", "working_hour", "working_day")
SEVERITIES = ("minor", "major", "group")
COLUMNS = ("code4", "l1_zh", "l1_en", "l2_zh", "l2_en", "proper_level", "limit_value", "limit_unit", "sensitive", "severity")
ALIAS_COLUMNS = ("text", "code4", "scope")

_SEPARATORS = re.compile(r"->|=>|[→>/\\|_;:\-—–]+")
_NOISE = re.compile(r"[\s()\[\]【】《》“”\"'*,。.、·]+")


@dataclass(frozen=True, slots=True)
class Category:
    """One second-level class. `proper_level` should solve it; no limit: `limit_value` and `limit_unit` None;
    `is_sensitive` (★): never shown as a point to anyone but the handler. `goes_with_sensitive`: kept back together with the ★
    classes of its group, because the group's total less all its other classes would tell them."""

    code4: str
    l1: Text
    l2: Text
    proper_level: str
    limit_value: int | None
    limit_unit: LimitUnit | None
    is_sensitive: bool
    severity: str
    goes_with_sensitive: bool = False

    @property
    def is_withheld(self) -> bool:
        """★, or its companion: not told one by one, nor by anything finer than the community."""
        return self.is_sensitive or self.goes_with_sensitive

    @property
    def code2(self) -> str:
        return self.code4[:2]


def parts(text: str) -> list[str]:
    """A category text cut at its separators and normalised: full width to half width, lower case, no blanks or brackets."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return [part for piece in _SEPARATORS.split(plain) if (part := _NOISE.sub("", piece))]


@dataclass(frozen=True)
class Taxonomy:
    """All classes by code, and three tables of normalised words: those that count alone or inside a longer text (`inside`),
    these and the classes' names alone (`alone`), and weak ones that decide only when nothing else does (`weak`)."""

    categories: dict[str, Category]
    inside: dict[str, str]
    alone: dict[str, str]
    weak: dict[str, str]
    longest: int

    def match_category(self, raw: str) -> str | None:
        """The class a category text means, or None. Texts like `一级->二级->三级` are read from the finest part up.

        A part is looked up alone, then for the longest alias inside it; two aliases of that length with different
        classes decide nothing. Weak words (咨询, 建议) come last, and 其他 counts only as the whole text.
        """
        pieces = parts(raw)
        whole = "".join(pieces)
        code = self.alone.get(whole) or self.weak.get(whole)
        if code:
            return code
        for piece in reversed(pieces):
            code = self.alone.get(piece) or self._longest_inside(piece)
            if code:
                return code
        return next((code for piece in reversed(pieces) if (code := self.weak.get(piece)) and code != OTHER), None)

    def _longest_inside(self, part: str) -> str | None:
        for length in range(min(self.longest, len(part)), 1, -1):
            windows = (part[start : start + length] for start in range(len(part) - length + 1))
            found = {self.inside[window] for window in windows if window in self.inside}
            if found:
                return found.pop() if len(found) == 1 else None
        return None


def _plain(text: str) -> str:
    return "".join(parts(text))


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """(line, row) of a table under `data/`; CallError when its header is not `columns`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise CallError(
                f"{path.name} 的表头应为：{','.join(columns)}", f"the header of {path.name} must be: {','.join(columns)}"
            )
        return [(line, row) for line, row in enumerate(reader, start=2) if any(row.values())]


def _refuse(path: Path, line: int, column: str, value: str, allowed: str) -> CallError:
    return CallError(
        f"{path.name} 第 {line} 行 {column}“{value}”无效，可用：{allowed}",
        f"{path.name} line {line}: {column} {value!r} is not valid; allowed: {allowed}",
    )


def _category(path: Path, line: int, row: dict[str, str]) -> Category:
    checks = {
        "code4": (re.fullmatch(r"\d{4}", row["code4"]), "4 位数字 / 4 digits"),
        "l1_zh": (row["l1_zh"] and row["l1_en"], "中英文名称 / names in both languages"),
        "l2_zh": (row["l2_zh"] and row["l2_en"], "中英文名称 / names in both languages"),
        "proper_level": (row["proper_level"] in LEVEL_IDS, " ".join(LEVEL_IDS)),
        "limit_value": (re.fullmatch(r"[1-9]\d{0,4}|", row["limit_value"]), "正整数或空 / a positive whole number or nothing"),
        "limit_unit": (row["limit_unit"] in LIMIT_UNITS if row["limit_value"] else not row["limit_unit"], " ".join(LIMIT_UNITS)),
        "sensitive": (row["sensitive"] in ("0", "1", "with"), "0 1 with"),
        "severity": (row["severity"] in SEVERITIES, " ".join(SEVERITIES)),
    }
    for column, (is_right, allowed) in checks.items():
        if not is_right:
            raise _refuse(path, line, column, row[column], allowed)
    unit = next((unit for unit in LIMIT_UNITS if unit == row["limit_unit"]), None)
    return Category(
        row["code4"], Text(row["l1_zh"], row["l1_en"]), Text(row["l2_zh"], row["l2_en"]), row["proper_level"],
        int(row["limit_value"]) if unit else None, unit, row["sensitive"] == "1", row["severity"], row["sensitive"] == "with",
    )  # fmt: skip


def _check_companions(path: Path, categories: dict[str, Category]) -> None:
    """A group of some ★ classes and some others needs a companion, or a subtraction gives the ★ ones."""
    for code2 in dict.fromkeys(category.code2 for category in categories.values()):
        group = [category for category in categories.values() if category.code2 == code2]
        is_mixed = any(one.is_sensitive for one in group) and not all(one.is_sensitive for one in group)
        if is_mixed and not any(one.goes_with_sensitive for one in group):
            raise CallError(
                f"{path.name}：{code2} 类有敏感事项（sensitive=1），请把同类的一个普通事项写成 sensitive=with，与它一并保护",
                f"{path.name}: group {code2} has sensitive classes; mark one ordinary class of it sensitive=with, to be kept back with them",
            )


def load_taxonomy(folder: Path = DATA) -> Taxonomy:
    """The taxonomy of `folder`; CallError naming file, line and column when a table is wrong."""
    path = folder / "categories.csv"
    categories: dict[str, Category] = {}
    for line, row in _rows(path, COLUMNS):
        category = _category(path, line, row)
        if category.code4 in categories:
            raise _refuse(path, line, "code4", category.code4, "不可重复 / each code once")
        categories[category.code4] = category
    if OTHER not in categories:
        raise CallError(f"{path.name} 缺少 {OTHER} 其他", f"{path.name} lacks {OTHER} other")
    _check_companions(path, categories)
    path = folder / "category_aliases.csv"
    tables: dict[str, dict[str, str]] = {"": {}, "whole": {}}
    for line, row in _rows(path, ALIAS_COLUMNS):
        word = _plain(row["text"])
        if row["code4"] not in categories:
            raise _refuse(path, line, "code4", row["code4"], "categories.csv")
        if row["scope"] not in tables:
            raise _refuse(path, line, "scope", row["scope"], "(空 / empty) whole")
        if not word or any(table.get(word, row["code4"]) != row["code4"] for table in tables.values()):
            raise _refuse(path, line, "text", row["text"], "非空且不与其他行冲突 / filled, and no other line maps it elsewhere")
        tables[row["scope"]][word] = row["code4"]
    inside = tables[""]
    names = {_plain(category.l2.zh): code for code, category in categories.items() if code != OTHER}
    paths = {_plain(category.l1.zh) + _plain(category.l2.zh): code for code, category in categories.items()}  # 咨询建议->其他 is that class
    return Taxonomy(categories, inside, names | inside | paths, tables["whole"], max(map(len, inside), default=0))


TAXONOMY = load_taxonomy()
BY_CODE: dict[str, Category] = TAXONOMY.categories
CATEGORIES: tuple[Category, ...] = tuple(BY_CODE.values())


def match_category(raw: str) -> str | None:
    """The class a local category text means by the project's own tables, or None; see `Taxonomy.match_category`."""
    return TAXONOMY.match_category(raw)
