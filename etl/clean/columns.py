"""One column's cells to typed values (按字段类型清洗): which SQL serves which kind of column."""

from duckdb import DuckDBPyConnection

from etl.clean import dates, hashing, numbers, scrub, text, words
from etl.model.table import Column

MACRO_OF = {
    "code": "atlas_code", "text": "atlas_prose", "count": "atlas_count", "number": "atlas_number", "money": "atlas_money",
    "date": "atlas_date", "time": "atlas_time", "period": "atlas_month", "year": "atlas_year",
}  # fmt: skip


def prepare(con: DuckDBPyConnection, key: bytes) -> None:
    """Give this connection the cleaning macros; `key` is the hashing key.

    They are TEMP: they live in this connection's memory, never in the database file, and a cursor of it needs its own `prepare`.
    """
    # DuckDB turns a long IN list of a projection into a join, which works the expression out for every row, also behind a CASE
    # that would have skipped it: scrubbing a text then takes 14 µs instead of 1 µs, and planning a cleaning statement many times longer.
    con.execute("SET disabled_optimizers = 'in_clause'")
    for macro in (*text.macros(), *dates.macros(), *numbers.macros(), *words.macros(), *scrub.macros(), *hashing.macros(key)):
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")


def cleaned(column: Column, raw: str) -> str:
    """SQL: the typed value (`column.sql_type`) of the VARCHAR expression `raw`; NULL when empty or unreadable.

    A hashed column gives 32 hex characters, a dropped one NULL, a place what is left of it down to the compound.
    """
    if column.personal == "drop":
        return f"CAST(NULL AS {column.sql_type})"
    if column.personal == "hash":
        return f"atlas_phone_hash({raw})" if "phone" in column.name else f"atlas_code_hash({raw})"
    if column.kind == "word":
        return words.word(column.words or {}, raw)
    if column.kind == "flag":
        return words.flag(column.words, raw)
    if column.kind == "list":
        return words.items(column.words, raw)
    if column.personal == "place":
        return scrub.to_compound(raw)
    if column.personal == "scrub":
        return scrubbed(raw)
    if column.kind == "time" and column.day_end:
        return f"atlas_day_end({raw})"
    return f"{MACRO_OF[column.kind]}({raw})"


def filled(raw: str, column: Column | None = None) -> str:
    """SQL predicate: the cell holds something. Blanks, "-", "/", "null", "nan" and the like hold nothing.

    With `column`, 无, 未知 and the like hold nothing either, unless such a word is an answer there (kinds flag, word, list, text).
    """
    something = f"(NOT atlas_empty({raw}))"
    if column is None or column.kind in ("flag", "text", "list"):
        return something
    accepted = {words.normal_word(word) for local in (column.words or {}).values() for word in local}
    nothing = ", ".join(text.quoted(word) for word in text.NOTHING_WORDS if word not in accepted)
    return f"({something} AND atlas_word({raw}) NOT IN ({nothing}))"


def scrubbed(raw: str) -> str:
    """SQL: free text without phones, identity numbers, plates, house details and names; NULL when empty."""
    return f"atlas_scrub({raw})"
