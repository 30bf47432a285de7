"""One feed (输入表) as one record; the readers, checks, DuckDB schema, templates and data dictionary all come from it."""

from dataclasses import dataclass
from typing import Literal

from etl.model.text import Text

# code/text: VARCHAR · count: INTEGER · number/area/coord: DOUBLE · money: DECIMAL(14,2) · date: DATE · time: TIMESTAMP
# (Asia/Shanghai wall time) · flag: BOOLEAN · word: VARCHAR holding one of `words` · list: VARCHAR[] split at ；
# period: VARCHAR "YYYY" or "YYYY-MM" · year: INTEGER
Kind = Literal["code", "text", "count", "number", "money", "date", "time", "flag", "word", "list", "period", "year"]

# drop: read for nothing and never written · hash: stored only as HMAC-SHA256 under `stored_as`
# scrub: free text, personal data masked before anything is written · place: used for placing, then kept only down to the compound
Personal = Literal["", "drop", "hash", "scrub", "place"]

SQL_TYPES: dict[Kind, str] = {
    "code": "VARCHAR", "text": "VARCHAR", "count": "INTEGER", "number": "DOUBLE", "money": "DECIMAL(14,2)",
    "date": "DATE", "time": "TIMESTAMP", "flag": "BOOLEAN", "word": "VARCHAR", "list": "VARCHAR[]",
    "period": "VARCHAR", "year": "INTEGER",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a feed. `header` is the standard Chinese header, `aliases` the further headers accepted."""

    name: str
    header: str
    kind: Kind
    doc: Text
    required: bool = False
    aliases: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] | None = None  # canonical value -> accepted local words (first: the standard Chinese word)
    personal: Personal = ""
    stored_as: str = ""  # the warehouse column when it is not `name` (phone -> caller_hash)
    day_end: bool = False  # a date without a time means the end of that day (due_at)
    minimum: float | None = None
    maximum: float | None = None

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """One feed. `key` columns identify a row; a later row with the same key replaces the earlier. Empty: no duplicates.

    `placed_on` is the column whose day decides which boundary version a row belongs to ("" = the data date).
    `unit_code_ref` says whether rows are placed in a unit at all.
    """

    name: str
    title: Text
    doc: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    placed_on: str = ""
    is_placed: bool = True
    need_one_of: tuple[tuple[str, ...], ...] = ()  # e.g. (("unit_code", "building_id"),): at least one must be filled

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError when the feed has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)
