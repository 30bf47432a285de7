"""A file's columns → the text of a feed's columns (列对应): headers, constants, local words, as SQL over raw cells."""

from dataclasses import dataclass

from etl.model.errors import AtlasError
from etl.model.table import Column, Table
from etl.sources.headers import Mapping, map_columns
from etl.sources.raw_file import RawFile


@dataclass(frozen=True)
class Mapped:
    """SQL over raw cells c0, c1, … and `_row`: the text of each column of the feed that is read, in order, and of what the feed does not know."""

    mapping: Mapping
    texts: dict[str, str]
    extra: tuple[tuple[str, str], ...]  # (name, SQL)

    @property
    def given(self) -> set[str]:
        """The columns that the file has."""
        return {*self.mapping.columns, *self.mapping.constants}


def quoted(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def kept_columns(table: Table) -> list[Column]:
    """The columns that are read at all."""
    return [column for column in table.columns if column.personal != "drop"]


def mapped(table: Table, raw: RawFile) -> Mapped:
    """How a raw file's cells come into the feed. AtlasError when a column the feed cannot do without is missing."""
    mapping = map_columns(table, raw)
    if table.name != "unit":
        _check_need(table, raw, mapping)
    texts = {}
    for column in kept_columns(table):
        if column.name in mapping.columns:
            sql = _joined(mapping.columns[column.name])
        elif column.name in mapping.constants:
            sql = _constant(mapping.constants[column.name], raw)
        else:
            sql = "NULL"
        texts[column.name] = _mapped_words(sql, raw.source.values.get(column.name, {}))
    return Mapped(mapping, texts, _extra(raw, mapping))


def _joined(indexes: tuple[int, ...]) -> str:
    parts = [f"c{i}" for i in indexes]
    return parts[0] if len(parts) == 1 else f"nullif(concat_ws('/', {', '.join(f'nullif(trim({p}), ' + quoted('') + ')' for p in parts)}), '')"


def _constant(text: str, raw: RawFile) -> str:
    stem = raw.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    pieces = text.replace("{stem}", stem).split("{row}")
    return " || _row::VARCHAR || ".join(quoted(piece) for piece in pieces)


def _mapped_words(sql: str, words: dict[str, str]) -> str:
    if not words:
        return sql
    cases = " ".join(f"WHEN {quoted(local.strip())} THEN {quoted(canonical)}" for local, canonical in words.items())
    return f"CASE trim({sql}) {cases} ELSE {sql} END"


def _extra(raw: RawFile, mapping: Mapping) -> tuple[tuple[str, str], ...]:
    names: list[str] = []
    for at in mapping.extra:
        name = raw.headers[at] or f"#{at + 1}"
        names.append(name if name not in names else f"{name}#{at + 1}")
    return tuple(zip(names, (f"c{at}" for at in mapping.extra), strict=True))


def _check_need(table: Table, raw: RawFile, mapping: Mapping) -> None:
    for names in table.need_one_of:
        if not any(name in mapping.columns or name in mapping.constants for name in names):
            words = "、".join(table.column(name).header for name in names)
            raise AtlasError(
                f"文件 {raw.name} 至少需要以下一列：{words}。请补充，或在 sources.toml 的 columns 中写明对应的表头。",
                f"File {raw.name} needs at least one of the columns {', '.join(names)}. Add one, or name its header under columns in sources.toml.",
            )
