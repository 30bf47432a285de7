"""Large text files cleaned as they are read (边读边清洗): many files of one shape are one statement, with no table in between.

DuckDB compiles the patterns of a statement once for each of its pipelines, so files are not cleaned one by one; and files are read
again with all care when they turn out not to be plain.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa

from etl.clean.columns import scrubbed
from etl.load.mapped import Mapped, kept_columns, mapped, quoted
from etl.load.state import Job
from etl.load.typed import SEQ_SHIFT, insert_typed
from etl.model.checks import Finding
from etl.model.table import Table
from etl.model.tables import BY_NAME
from etl.sources.raw_file import RawFile
from etl.sources.raw_table import is_blank_row
from etl.sources.text_file import encoding_findings
from etl.sources.text_shape import TextShape, shape_of
from etl.sources.text_stream import NotPlain, batches, can_stream, opening

LARGE = 32 << 20  # bytes; less than this of one shape takes no longer as a table, and planning a statement takes a second
VIEW = "text_rows"


@dataclass
class Stream:
    """Files of one feed whose rows become the feed's columns in the same way. Each RawFile is as yet unread: rows 0, no table."""

    table: Table
    mapped: Mapped
    width: int
    files: list[tuple[Job, RawFile, TextShape]] = field(default_factory=list)
    not_plain: set[int] = field(default_factory=set)  # numbers of files that have to be read in another way

    @property
    def size(self) -> int:
        return sum(job.path.stat().st_size for job, _, _ in self.files)


def streams_of(jobs: list[Job]) -> list[Stream]:
    """The large streams among the files, in order of their first file. AtlasError when a file lacks a column its feed needs."""
    by_source: dict[int, int] = {}
    for job in jobs:
        if not job.source.url and job.path.is_file():
            by_source[job.source.index] = by_source.get(job.source.index, 0) + job.path.stat().st_size
    streams: dict[tuple, Stream] = {}
    for job in jobs:
        if by_source.get(job.source.index, 0) < LARGE or job.source.feed == "unit" or not (opened := opening(job.path, job.source.encoding)):
            continue
        encoding, text = opened
        shape = shape_of(job.source, text)
        if not can_stream(shape):
            continue
        raw = RawFile(job.source, job.name, VIEW, shape.names, shape.skip + 1, 0, encoding, job.source.crs, False, tuple(_findings(job, shape, encoding)))
        found = mapped(BY_NAME[job.source.feed], raw)
        alike = (job.source.feed, shape.width, *found.texts.items(), *found.extra)
        streams.setdefault(alike, Stream(BY_NAME[job.source.feed], found, shape.width)).files.append((job, raw, shape))
    return [stream for stream in streams.values() if stream.size >= LARGE]


def _findings(job: Job, shape: TextShape, encoding: str) -> Iterator[Finding]:
    yield from encoding_findings(job.source, job.name, encoding, 0)
    if shape.header_row:
        yield Finding("header_found", job.source.feed, job.name, row=shape.header_row)


def clean_stream(con: duckdb.DuckDBPyConnection, stream: Stream) -> None:
    """The rows of all plain files of the stream into `t_<feed>`, blank ones left out; `not_plain` names the others, of which no row stays."""
    schema = pa.schema([("file_no", pa.int32()), ("_row", pa.int64()), *((f"c{i}", pa.string()) for i in range(stream.width))])
    texts = stream.mapped.texts
    fields = ", ".join(f'{texts[column.name]} AS "r_{column.name}"' for column in kept_columns(stream.table))
    rows = f"""SELECT file_no::BIGINT * {SEQ_SHIFT} + _row AS row_seq, file_no, _row AS src_row, NULL::BLOB AS _geom, {_extra(stream.mapped)} AS extra, {fields}
        FROM {VIEW} WHERE NOT ({is_blank_row(stream.width)})"""
    constants = {name: sql for name, sql in texts.items() if name in stream.mapped.mapping.constants and "_row" not in sql}
    reader = pa.RecordBatchReader.from_batches(schema, _numbered(stream, schema))
    con.register(VIEW, reader)
    try:
        insert_typed(con, stream.table, rows, stream.mapped.given, constants)
    finally:
        con.unregister(VIEW)
    if stream.not_plain:
        con.execute(f"DELETE FROM t_{stream.table.name} WHERE file_no IN ({', '.join(map(str, stream.not_plain))})")


def _numbered(stream: Stream, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows of the files, one file after the other, each with its file's number and its own."""
    for job, raw, shape in stream.files:
        row = raw.first_row
        try:
            for batch in batches(job.path, raw.encoding, shape):
                numbers = np.arange(row, row + batch.num_rows)
                yield pa.RecordBatch.from_arrays([pa.array(np.full(batch.num_rows, job.file_no, "int32")), pa.array(numbers), *batch.columns], schema=schema)
                row += batch.num_rows
        except NotPlain:
            stream.not_plain.add(job.file_no)


def _extra(found: Mapped) -> str:
    """SQL: the columns the feed does not know, scrubbed, as JSON; NULL when all are empty."""
    if not found.extra:
        return "NULL::VARCHAR"
    entries = ", ".join(f"{quoted(name)}, {scrubbed(sql)}" for name, sql in found.extra)
    return f"nullif(json_merge_patch('{{}}', json_object({entries}))::VARCHAR, '{{}}')"  # merging leaves out what is null
