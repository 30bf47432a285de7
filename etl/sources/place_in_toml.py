"""Checked access to one place of sources.toml, which names itself in every message (配置检查)."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from etl.model.errors import CallError
from etl.model.table import Table

ColumnSpec = str | int | list[str | int]


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, "" when none is like it."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


@dataclass(frozen=True)
class Place:
    """Where in the file we are, to name it in messages."""

    name: str

    def at(self, part: str) -> "Place":
        return Place(f"{self.name} {part}")

    def wrong(self, zh: str, en: str) -> CallError:
        return CallError(f"{self.name}：{zh}", f"{self.name}: {en}")

    def unknown(self, zh: str, en: str, word: str, known: Iterable[str]) -> CallError:
        near = nearest(word, known)
        hint = (f"，是否想写 {near}？", f"; did you mean {near}?")
        if not near:
            hint = (f"，可用：{'、'.join(known)}", f"; known: {', '.join(known)}")
        return self.wrong(f"不认识的 {zh} “{word}”{hint[0]}", f"unknown {en} “{word}”{hint[1]}")

    def keys(self, values: dict[str, object], known: tuple[str, ...]) -> None:
        for key in values:
            if key not in known:
                raise self.unknown("键", "key", key, known)

    def table(self, value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self.wrong("应为一个表（[名称] 加若干行 键 = 值）", "must be a table ([name] and lines key = value)")
        return value

    def text(self, values: dict[str, object], key: str) -> str:
        value = values.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(f"{key} 应为带引号的文本", f"{key} must be a quoted text")
        return value.strip()

    def flag(self, values: dict[str, object], key: str, default: bool) -> bool:
        value = values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} 应为 true 或 false", f"{key} must be true or false")
        return value

    def day(self, value: object) -> date | None:
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError as error:
                raise self.wrong("data_date 应写成 2026-10-31", "data_date must look like 2026-10-31") from error
        if isinstance(value, datetime):
            value = value.date()
        if value is not None and not isinstance(value, date):
            raise self.wrong("data_date 应写成 2026-10-31", "data_date must look like 2026-10-31")
        return value

    def _checked(self, part: object, table: Table, name: str) -> dict[str, object]:
        content = self.at(f"[source.{name}]").table(part)
        known = [column.name for column in table.columns]
        for key in content:
            if key not in known:
                raise self.at(f"[source.{name}]").unknown(f"列（{table.title.zh}）", f"column of {table.name}", key, known)
        return content

    def columns(self, part: object, table: Table, header: bool) -> dict[str, ColumnSpec]:
        result: dict[str, ColumnSpec] = {}
        for name, value in self._checked(part, table, "columns").items():
            items = value if isinstance(value, list) else [value]
            numbers = all(isinstance(item, int) and not isinstance(item, bool) and item >= 1 for item in items)
            texts = all(isinstance(item, str) and item.strip() for item in items)
            if not items or not (numbers or (texts and header)):
                raise self.at("[source.columns]").wrong(
                    f"{name} 应为{'表头文字（或若干个）' if header else ' 1 起的列号，因为 header = false'}",
                    f"{name} must be {'a header text, or a list of them' if header else '1-based column numbers, because header = false'}",
                )
            result[name] = value if isinstance(value, list | str | int) else ""
        return result

    def words(self, part: object, table: Table) -> dict[str, dict[str, str]]:
        result: dict[str, dict[str, str]] = {}
        for name, content in self._checked(part, table, "values").items():
            place = self.at(f"[source.values.{name}]")
            allowed = table.column(name).words
            pairs = {}
            for local, value in place.table(content).items():
                value = str(value).lower() if isinstance(value, bool) else str(value)
                if allowed is not None and value not in allowed and not any(value in accepted for accepted in allowed.values()):
                    raise place.unknown("标准值", "canonical value", value, allowed)
                pairs[local] = value
            result[name] = pairs
        return result

    def constants(self, part: object, table: Table) -> dict[str, str]:
        content = self._checked(part, table, "constant")
        return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in content.items()}
