"""A sealed build opened for reading (成品库): checked once, then shared by all sessions through cursors."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb

from etl.model.errors import AtlasError
from etl.model.indicators.terms import TELLING
from etl.model.rules import Rules, parse_rules
from etl.query.duck import open_sealed
from etl.query.schema import expected_columns

_verified: dict[tuple[str, int, int], str] = {}
_verified_lock = Lock()


@dataclass(frozen=True, eq=False)
class Build:
    """One published build. Equality is identity; Open each build once and share it."""

    id: str
    folder: Path
    manifest: dict[str, Any]
    data_date: date
    city_name: str
    is_demo: bool
    rules: Rules
    feeds: frozenset[str]
    newest: dict[str, datetime | None]
    connection: duckdb.DuckDBPyConnection = field(repr=False)
    serial: int = field(default_factory=count().__next__)
    lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def key(self) -> str:
        """What tells this opened build from every other one in this process; caches carry it, not the clock."""
        return f"{self.folder}#{self.serial}"

    @cached_property
    def silent(self) -> frozenset[str]:
        """Columns of cases that no row fills, of those with indicators made of them."""
        filled = self.rows(f"SELECT {', '.join(f'bool_or({name} IS NOT NULL)' for name in TELLING)} FROM \"case\"")[0]
        return frozenset(name for name, is_filled in zip(TELLING, filled, strict=True) if not is_filled)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of one's own: one connection is not safe across threads, its cursors are."""
        with self.lock:
            return self.connection.cursor()

    def rows(self, sql: str, params: list[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of one query."""
        with self.cursor() as cursor:
            return cursor.execute(sql, params).fetchall()

    def arrays(self, sql: str, params: list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
        """One query as NumPy arrays by column (masked where NULL)."""
        with self.cursor() as cursor:
            return cursor.execute(sql, params).fetchnumpy()

    def close(self) -> None:
        self.connection.close()


def current_id(warehouse: Path) -> str | None:
    """The build that is served, None before the first one."""
    pointer = warehouse / "CURRENT"
    return (pointer.read_text("utf-8").strip() or None) if pointer.is_file() else None


def open_build(warehouse: Path, build_id: str | None = None, verify: bool = True) -> Build:
    """The build `build_id` (default: the current one), its files' SHA-256 checked once per process. AtlasError when absent or damaged."""
    build_id = build_id or current_id(warehouse)
    if build_id is None:
        raise AtlasError(f"{warehouse} 中还没有成品库，请先运行 etl build", f"there is no build in {warehouse} yet; run etl build first")
    folder = (warehouse / build_id).resolve()
    manifest = read_manifest(warehouse, build_id)
    if verify:
        _verify(folder, manifest)
    try:
        connection = open_sealed(folder / "warehouse.duckdb")
        meta = dict(connection.execute('SELECT "key", "value" FROM meta').fetchall())
        newest = dict(connection.execute("SELECT feed, newest FROM meta_feed").fetchall())
        columns = set(connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
    except duckdb.Error as error:
        raise _damaged(build_id, "warehouse.duckdb", str(error)) from error
    if missing := sorted(expected_columns() - columns):
        connection.close()
        names = "、".join(".".join(one) for one in missing[:3])
        raise AtlasError(f"成品库 {build_id} 由旧版本程序生成，缺少 {names} 等 {len(missing)} 列。请重新运行 etl build",
                         f"build {build_id} was made by an older version: {len(missing)} columns are missing ({names}). Run etl build again")
    return Build(
        id=build_id, folder=folder, manifest=manifest, data_date=date.fromisoformat(meta["data_date"][:10]), city_name=meta["city_name"],
        is_demo=meta.get("is_demo") == "1", rules=parse_rules(meta["rules"]), feeds=frozenset(newest), newest=newest, connection=connection,
    )  # fmt: skip


def read_manifest(warehouse: Path, build_id: str) -> dict[str, Any]:
    """The manifest of a sealed build. AtlasError when it is absent or unreadable."""
    try:
        return json.loads((warehouse / build_id / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        raise AtlasError(f"找不到成品库 {build_id}", f"there is no build {build_id}") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _damaged(build_id, "manifest.json", str(error)) from error


def _verify(folder: Path, manifest: dict[str, Any]) -> None:
    """Every file of the manifest has its SHA-256: a damaged database often opens and answers small queries."""
    for name, facts in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise _damaged(folder.name, name, "missing")
        stat = path.stat()
        key = (str(path), stat.st_mtime_ns, stat.st_size)
        with _verified_lock:
            digest = _verified.get(key)
        if digest is None:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            with _verified_lock:
                _verified[key] = digest
        if digest != facts["sha256"]:
            raise _damaged(folder.name, name, "SHA-256")


def _damaged(build_id: str, name: str, reason: str) -> AtlasError:
    return AtlasError(
        f"成品库 {build_id} 的文件 {name} 已损坏（{reason}），请用 etl rollback 改用较早的版本，或重新构建",
        f"file {name} of build {build_id} is damaged ({reason}); use etl rollback to serve an earlier one, or build again",
    )
