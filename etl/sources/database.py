"""A query against an SQL database (数据库查询). SQLite works out of the box; others need their driver installed."""

import importlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from duckdb import DuckDBPyConnection

from etl.model.errors import AtlasError
from etl.sources.cells import cell_text
from etl.sources.config import Source
from etl.sources.raw_file import RawFile
from etl.sources.raw_table import BATCH, RawTable

# scheme -> drivers in order of preference
DRIVERS = {
    "postgresql": ("psycopg", "psycopg2"),
    "postgres": ("psycopg", "psycopg2"),
    "mysql": ("pymysql", "MySQLdb"),
    "mariadb": ("pymysql", "MySQLdb"),
}
MYSQL = ("mysql", "mariadb")
BIT = 16  # MySQL's type of 是/否 columns written BIT(1): the driver hands over bytes


def read_database(con: DuckDBPyConnection, source: Source, folder: Path, name: str, table: str) -> RawFile:
    """Run the source's query in a read-only session. `_row` counts result rows from 1; `folder` is where a relative SQLite path starts.

    AtlasError: no driver, no connection, or the query fails; the password is never part of a message.
    """
    url = urlsplit(source.url)
    scheme = url.scheme.split("+")[0]
    if scheme == "sqlite":
        driver: ModuleType = sqlite3
        path = _sqlite_path(source.url, folder, name)
    elif scheme in DRIVERS:
        driver = _driver(scheme)
    else:
        known = "、".join(("sqlite", *DRIVERS))
        raise AtlasError(f"不支持的数据库类型“{scheme}”；可用：{known}。", f"Unsupported database “{scheme}”; use one of: {known}.")
    try:
        link = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) if scheme == "sqlite" else _connect(driver, scheme, url)
        with closing(link), closing(link.cursor()) as cursor:
            cursor.execute(source.query)
            headers = tuple(str(column[0]) for column in cursor.description or ())
            raw = RawTable(con, table, len(headers))
            raw.add_rows(_rows(cursor, scheme))
    except driver.Error as error:
        said = _without_password(str(error), url)
        raise AtlasError(f"{name} 查询失败：{said}", f"{name}: the query failed: {said}") from None
    return RawFile(source, name, table, headers, 1, raw.rows, "", source.crs, False, ())


def _rows(cursor: Any, scheme: str) -> Iterator[tuple[int, list[str | None]]]:
    is_bit = [scheme in MYSQL and column[1] == BIT for column in cursor.description or ()]
    number = 0
    while batch := cursor.fetchmany(BATCH):
        for row in batch:
            number += 1
            yield number, [cell_text(int.from_bytes(value) if bit and value is not None else value) for value, bit in zip(row, is_bit, strict=True)]


def _sqlite_path(url: str, folder: Path, name: str) -> Path:
    # sqlite:///relative.db, sqlite:////absolute.db
    text = unquote(url.removeprefix("sqlite://").removeprefix("/").split("?")[0])
    path = (folder / text).resolve()
    if not path.is_file():
        raise AtlasError(f"{name}：找不到数据库文件 {path}", f"{name}: no such database file {path}")
    return path


def _driver(scheme: str) -> ModuleType:
    for module in DRIVERS[scheme]:
        try:
            return importlib.import_module(module)
        except ImportError:
            continue
    wanted = DRIVERS[scheme][0]
    raise AtlasError(
        f"读取 {scheme} 数据库需要驱动 {wanted}：请运行 pip install {wanted}，或先把数据导出为 CSV。",
        f"Reading {scheme} needs the driver {wanted}: run pip install {wanted}, or export the data as CSV first.",
    )


def _connect(driver: ModuleType, scheme: str, url: SplitResult) -> Any:
    about = {
        "host": url.hostname or "localhost",
        "user": unquote(url.username or ""),
        "password": unquote(url.password or os.environ.get("ATLAS_DB_PASSWORD", "")),
    }
    database = unquote(url.path.lstrip("/"))
    if scheme.startswith("postgres"):
        # a build never writes to the city's systems
        options = "-c default_transaction_read_only=on"
        return driver.connect(**about, port=url.port or 5432, dbname=database, options=options)
    rows_as_they_come = importlib.import_module(f"{driver.__name__}.cursors").SSCursor  # the other kind holds the whole table in memory
    link = driver.connect(**about, port=url.port or 3306, database=database, charset="utf8mb4", cursorclass=rows_as_they_come)
    with closing(link.cursor()) as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
    return link


def _without_password(said: str, url: SplitResult) -> str:
    for secret in {url.password or "", unquote(url.password or ""), os.environ.get("ATLAS_DB_PASSWORD", "")}:
        said = said.replace(secret, "***") if secret else said
    return said
