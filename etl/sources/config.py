"""sources.toml (数据来源说明): which file feeds which table. The format is contract 3; everything wrong in it is a CallError."""

import os
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from etl.geo.crs import crs_name
from etl.model.errors import AtlasError, CallError
from etl.model.tables import BY_NAME
from etl.sources.encodings import canonical_encoding
from etl.sources.place_in_toml import ColumnSpec, Place

TOP_KEYS = ("city", "source", "allow_outside")
CITY_KEYS = ("name", "code", "data_date")
SOURCE_KEYS = ("feed", "path", "url", "query", "encoding", "sheet", "header", "crs", "columns", "values", "constant")


@dataclass(frozen=True)
class City:
    """The city of the build. `code` "" and `data_date` None mean: not given."""

    name: str
    code: str
    data_date: date | None


@dataclass(frozen=True)
class Source:
    """One [[source]]. `index` is its 1-based place in the file; either `path` or `url` and `query` are given."""

    index: int
    feed: str
    path: str
    url: str
    query: str
    encoding: str  # "auto" or a Python codec name
    sheet: str
    header: bool
    crs: str
    columns: dict[str, ColumnSpec]
    values: dict[str, dict[str, str]]
    constant: dict[str, str]


@dataclass(frozen=True)
class Config:
    """A whole sources.toml; paths are relative to the folder of `file`."""

    file: Path
    city: City
    sources: tuple[Source, ...]
    allow_outside: bool


def read_config(file: Path) -> Config:
    """Read and check sources.toml. CallError: unreadable, an unknown key, feed or column (naming the nearest), a wrong type."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise CallError(f"找不到来源说明文件 {file}", f"No such sources file: {file}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(f"无法读取 {file}，请存为 UTF-8 文本：{error}", f"Cannot read {file}; save it as UTF-8 text: {error}") from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CallError(f"{file.name} 的 TOML 格式有误：{error}", f"{file.name} is no valid TOML: {error}") from error
    where = Place(file.name)
    where.keys(content, TOP_KEYS)
    city = where.at("[city]").table(content.get("city", {}))
    where.at("[city]").keys(city, CITY_KEYS)
    entries = content.get("source")
    if not isinstance(entries, list) or not entries:
        raise where.wrong("至少需要一个 [[source]]", "at least one [[source]] is needed")
    return Config(
        file=file,
        city=City(
            where.at("[city]").text(city, "name"), where.at("[city]").text(city, "code"), where.at("[city]").day(city.get("data_date"))
        ),
        sources=tuple(_source(where.at(f"[[source]] {i}"), i, entry) for i, entry in enumerate(entries, 1)),
        allow_outside=where.flag(content, "allow_outside", False),
    )


def _source(where: Place, index: int, entry: object) -> Source:
    values = where.table(entry)
    where.keys(values, SOURCE_KEYS)
    feed = where.text(values, "feed")
    if feed not in BY_NAME:
        raise where.unknown("feed", "feed", feed, BY_NAME)
    where = where.at(f"({feed})")
    table = BY_NAME[feed]
    path, url, query = (where.text(values, key) for key in ("path", "url", "query"))
    if bool(path) == bool(url) or bool(url) != bool(query):
        raise where.wrong("需要 path，或者 url 和 query 两项", "give either path, or url together with query")
    header = where.flag(values, "header", True)
    crs = where.text(values, "crs")
    return Source(
        index, feed, path, url, query, canonical_encoding(where.text(values, "encoding") or "auto"), where.text(values, "sheet"), header,
        crs_name(crs) if crs else "",
        columns=where.columns(values.get("columns", {}), table, header),
        values=where.words(values.get("values", {}), table),
        constant=where.constants(values.get("constant", {}), table),
    )  # fmt: skip


def files_of(config: Config, source: Source) -> list[Path]:
    """The files of a source, sorted by name; for a database: the sources file itself, which stands for its folder.

    AtlasError: nothing matches, or a file lies outside the folder without allow_outside.
    """
    folder = config.file.parent.resolve()
    if source.url:
        return [config.file]
    pattern = Path(source.path)
    base = Path(pattern.anchor) if pattern.is_absolute() else folder
    parts = pattern.relative_to(pattern.anchor) if pattern.is_absolute() else pattern
    exact = base / parts
    try:
        found = [exact] if exact.is_file() else sorted(path for path in base.glob(str(parts)) if path.is_file())
    except ValueError as error:
        raise CallError(f"path 的写法有误：{source.path}", f"cannot read the path {source.path}: {error}") from error
    if not found:
        raise AtlasError(
            f"来源 {source.index}（{source.feed}）：没有文件与 “{source.path}” 相符（在 {folder} 中查找）。请核对路径，或补上文件。",
            f"Source {source.index} ({source.feed}): no file matches “{source.path}” (looked in {folder}). Check the path or add the file.",
        )
    if not config.allow_outside:
        for path in found:
            if not path.resolve().is_relative_to(folder):
                raise AtlasError(
                    f"来源 {source.index}（{source.feed}）：“{source.path}” 在 {config.file.name} 所在文件夹之外。"
                    "如确需读取，请在文件开头写 allow_outside = true。",
                    f"Source {source.index} ({source.feed}): “{source.path}” lies outside the folder of {config.file.name}. "
                    "If it is meant, write allow_outside = true at the top of that file.",
                )
    return found


def name_of(config: Config, source: Source, path: Path) -> str:
    """The name of a file in findings: relative to the config's folder, posix; for a database its address without user and password."""
    if source.url:
        parts = urlsplit(source.url)
        return f"{parts.scheme}://{parts.hostname or ''}{unquote(parts.path)}"
    return Path(os.path.relpath(path.resolve(), config.file.parent.resolve())).as_posix()
