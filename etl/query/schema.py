"""DDL of a build (建表语句), made from the registry. The build runs it; nothing else creates tables."""

from collections.abc import Iterable

from etl.model.stored import OWN, Stored, stored_columns
from etl.model.table import Table
from etl.model.tables import TABLES
from etl.model.text import Text

OWN_TITLES: dict[str, Text] = {
    "finding": Text("检查结果", "findings of the checks"),
    "meta_file": Text("来源文件", "source files"),
    "meta": Text("成品库信息", "facts about the build"),
    "meta_feed": Text("各输入表的装载情况", "how each feed was loaded"),
}
# Nearly every row has its own text: a dictionary of them does not pay. zstd is written in a third of the time, in less than half of the
# room, and searched as fast (docs/benchmarks.md); one single row of it takes longer to fetch, so columns that are grouped by stay as they are.
OWN_TEXTS = {"case": ("case_no", "title", "body", "caller_hash")}


def create_sql(table: Table) -> str:
    """CREATE TABLE of one feed (the feed `unit` in its numbered shape), followed by its comments; several statements."""
    return _create(table.name, table.title, stored_columns(table))


def create_own_sql(name: str) -> str:
    """CREATE TABLE of one of the product's own tables."""
    return _create(name, OWN_TITLES[name], OWN[name])


def create_all_sql(tables: Iterable[Table]) -> str:
    """Every table a build holds: all feeds, connected or not, and the product's own."""
    return "\n".join([*(create_sql(table) for table in tables), *(create_own_sql(name) for name in OWN)])


def column_names(table: Table) -> tuple[str, ...]:
    """The warehouse columns of a feed, in the order of its CREATE TABLE."""
    return tuple(column.name for column in stored_columns(table))


def expected_columns() -> frozenset[tuple[str, str]]:
    """Every (table, column) that queries of this version may ask a build for."""
    feeds = {(table.name, column.name) for table in TABLES for column in stored_columns(table)}
    return frozenset(feeds | {(name, column.name) for name, columns in OWN.items() for column in columns})


def _create(name: str, title: Text, columns: tuple[Stored, ...]) -> str:
    packed = OWN_TEXTS.get(name, ())
    body = ",\n".join(f'    "{column.name}" {column.sql_type}{" USING COMPRESSION zstd" if column.name in packed else ""}' for column in columns)
    comments = [f'COMMENT ON COLUMN "{name}"."{column.name}" IS {_quoted(column.doc)};' for column in columns]
    return "\n".join([f'CREATE TABLE "{name}" (\n{body}\n);', f'COMMENT ON TABLE "{name}" IS {_quoted(title)};', *comments])


def _quoted(text: Text) -> str:
    both = f"{text.zh} · {text.en}".replace("'", "''")
    return f"'{both}'"
