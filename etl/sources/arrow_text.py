"""Typed Arrow columns → the text a raw table holds; nested records become columns "a.b" (嵌套字段展开)."""

import pyarrow as pa
import pyarrow.compute as pc

from etl.sources.cells import cell_text

LOCAL_TIME = "Asia/Shanghai"


def flat_columns(batch: pa.RecordBatch | pa.Table, without: frozenset[str] = frozenset()) -> dict[str, pa.Array]:
    """The columns of a batch by name, records taken apart as "a.b"."""
    result: dict[str, pa.Array] = {}
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if field.name not in without:
            _flatten(field.name, column, result)
    return result


def _flatten(name: str, column: pa.Array, result: dict[str, pa.Array]) -> None:
    if pa.types.is_struct(column.type):
        for field, child in zip(column.type, column.flatten(), strict=True):
            _flatten(f"{name}.{field.name}", child, result)
    else:
        result[name] = column


def text_column(column: pa.Array) -> pa.Array:
    """The column as strings: whole floats as integers, moments as Asia/Shanghai wall time, lists as JSON, "" as null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return text_column(column.cast(kind.value_type))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = column.cast(pa.string())
        return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    if pa.types.is_integer(kind) or pa.types.is_date(kind):
        return column.cast(pa.string())
    if pa.types.is_timestamp(kind) and kind.tz:
        column = pc.local_timestamp(column.cast(pa.timestamp("us", LOCAL_TIME)))
    return pa.array([cell_text(value) for value in column.to_pylist()], pa.string())
