"""A TOML file read by people (配置文件): every mistake is collected with its line and said in one sentence."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from etl.model.errors import CallError
from etl.model.text import Text

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+)\s*=")
_LONG = ('"""', "'''")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, "" when none is like it."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. `line` counts from 1."""

    line: int
    text: Text


@dataclass
class TomlFile:
    """A file's content and what was found wrong in it so far. `lines`: (table, its place among equals, key or "") → line."""

    path: Path
    content: dict[str, object]
    lines: dict[tuple[str, int, str], int]
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def top(self) -> "TomlTable":
        return TomlTable(self, "", 0, self.content)

    def table(self, name: str) -> "TomlTable":
        """The table `[name]`, empty when the file has none."""
        value = self.content.get(name, {})
        if isinstance(value, dict):
            return TomlTable(self, name, 0, value)
        self.top.wrong(name, f"{name} 应写成一个表：[{name}]", f"{name} must be a table: [{name}]")
        return TomlTable(self, name, 0, {})

    def tables(self, name: str) -> "list[TomlTable]":
        """The tables `[[name]]` in their order."""
        value = self.content.get(name, [])
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return [TomlTable(self, name, place, one) for place, one in enumerate(value)]
        self.top.wrong(name, f"{name} 应写成 [[{name}]]，可写多段", f"{name} must be written [[{name}]], as often as needed")
        return []

    def raise_first(self) -> None:
        """CallError with the first mistake by line, and how many more there are; nothing when there is none."""
        if not self.mistakes:
            return
        first, more = min(self.mistakes, key=lambda one: one.line), len(self.mistakes) - 1
        zh, en = (f"（另有 {more} 处）", f" ({more} more)") if more else ("", "")
        raise CallError(first.text.zh + zh, first.text.en + en)


@dataclass(frozen=True)
class TomlTable:
    """One table of a file; what is asked of it and is wrong becomes a mistake of the file, and the default is given."""

    file: TomlFile
    name: str
    place: int
    values: Mapping[str, object]

    def line(self, key: str = "") -> int:
        """The line of a key, else of the table's header."""
        known = self.file.lines
        return known.get((self.name, self.place, key)) or known.get((self.name, self.place, "")) or 1

    def wrong(self, key: str, zh: str, en: str) -> None:
        line, name = self.line(key), self.file.path.name
        self.file.mistakes.append(Mistake(line, Text(f"{name} 第 {line} 行：{zh}", f"{name}, line {line}: {en}")))

    def keys(self, known: tuple[str, ...]) -> None:
        """Every key must be known; an unknown one is told the nearest."""
        for key in self.values:
            if key not in known:
                self.unknown(key, Text("键", "key"), key, known)

    def unknown(self, key: str, kind: Text, word: str, known: Iterable[str]) -> None:
        known = tuple(known)
        near = nearest(word, known)
        zh, en = (f"，是否想写 {near}？", f"; did you mean {near}?") if near else (f"，可用：{'、'.join(known)}", f"; known: {', '.join(known)}")
        self.wrong(key, f"不认识的{kind.zh}“{word}”{zh}", f"unknown {kind.en} “{word}”{en}")

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key, default)
        if isinstance(value, str):
            return value.strip()
        self.wrong(key, f"{key} 应为带引号的文字", f"{key} must be a quoted text")
        return default

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, f"{key} 应为 true 或 false", f"{key} must be true or false")
        return default

    def number(self, key: str, default: float, least: float, most: float) -> float:
        value = self.values.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong(key, f"{key} 应为 {least:g} 到 {most:g} 之间的数", f"{key} must be a number from {least:g} to {most:g}")
        return default

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(one.strip() for one in value if one.strip())
        self.wrong(key, f'{key} 应为文字的列表，如 ["甲", "乙"]', f'{key} must be a list of texts, as in ["a", "b"]')
        return ()

    def one_of(self, key: str, default: str, known: tuple[str, ...], kind: Text) -> str:
        word = self.text(key, default)
        if word in known:
            return word
        self.unknown(key, kind, word, known)
        return default


def read_toml(path: Path) -> TomlFile:
    """Read a file; CallError when it cannot be read at all. Mistakes within are collected by what is asked of it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise CallError(f"找不到配置文件 {path}", f"No such settings file: {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(f"无法读取 {path}，请存为 UTF-8 文本：{error}", f"Cannot read {path}; save it as UTF-8 text: {error}") from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CallError(f"{path.name} 的 TOML 格式有误：{error}", f"{path.name} is no valid TOML: {error}") from error
    return TomlFile(path, content, _lines(text))


def _lines(text: str) -> dict[tuple[str, int, str], int]:
    """Where tables and keys stand. tomllib does not tell, so headers and keys are looked for; texts over several lines are skipped."""
    found: dict[tuple[str, int, str], int] = {}
    seen: dict[str, int] = {}
    table, place, inside = "", 0, ""
    for line, row in enumerate(text.splitlines(), 1):
        if inside:
            inside = "" if inside in row else inside
            continue
        if header := _HEADER.match(row):
            table = header.group(2)
            place = seen.get(table, -1) + 1 if header.group(1) == "[[" else 0
            seen[table] = place
            found.setdefault((table, place, ""), line)
        elif key := _KEY.match(row):
            found.setdefault((table, place, key.group(1)), line)
            inside = next((mark for mark in _LONG if row.count(mark) == 1), "")
    return found
