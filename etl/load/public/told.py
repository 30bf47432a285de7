"""What the public was told, edition after edition (公示底账): the true counts beside what was said of them, inside the warehouse, never in public.duckdb.

A new edition is audited together with these, also long after the builds that told them have been pruned: whoever kept the pages has them still.
"""

import gzip
import json
import zlib
from pathlib import Path

import duckdb
import numpy as np

from etl.load.mapped import quoted
from etl.load.public.audit import Published
from etl.load.public.cells import Cells, Group, Key
from etl.load.public.protect import Shape
from etl.load.publish import builds

TABLE = "CREATE TABLE IF NOT EXISTS w.public_told (edition VARCHAR, body BLOB)"
MOST_COUNTS = 40_000  # of all editions together: what one audit can weigh in minutes; the oldest go first

Editions = dict[str, Published]


def editions(con: duckdb.DuckDBPyConnection, warehouse: Path) -> Editions:
    """What the kept builds know to have been told, newest first. A damaged build, or one of a version without this table, knows nothing."""
    found: Editions = {}
    for build_id in reversed(builds(warehouse)):
        try:
            con.execute(f"ATTACH {quoted(str(warehouse / build_id / 'warehouse.duckdb'))} AS earlier (READ_ONLY)")
        except duckdb.Error:
            continue
        try:
            for edition, body in con.execute("SELECT edition, body FROM earlier.public_told").fetchall():
                if edition not in found:
                    found[edition] = _read(bytes(body))
        except (duckdb.Error, OSError, EOFError, zlib.error, ValueError, KeyError):
            continue
        finally:
            con.execute("DETACH earlier")
    return _bounded(dict(sorted(found.items(), reverse=True)))


def remember(con: duckdb.DuckDBPyConnection, known: Editions) -> None:
    """Write what is known, newest first, into the warehouse attached as `w`, for the builds to come. What tells the very same as the
    edition before it is no edition of its own."""
    con.execute(TABLE)
    con.execute("DELETE FROM w.public_told")
    con.executemany("INSERT INTO w.public_told VALUES (?, ?)", list(_differing({edition: _written(one) for edition, one in _bounded(known).items()}).items()))


def _differing(bodies: dict[str, bytes]) -> dict[str, bytes]:
    older = [*list(bodies.values())[1:], b""]
    return {edition: body for (edition, body), before in zip(bodies.items(), older, strict=True) if body != before}


def _bounded(known: Editions) -> Editions:
    kept: Editions = {}
    counts = 0
    for edition, one in known.items():
        counts += len(one.cells.keys)
        if kept and counts > MOST_COUNTS:
            break
        kept[edition] = one
    return kept


def _written(one: Published) -> bytes:
    cells = one.cells
    body = {
        "window": cells.window, "keys": cells.keys, "n": cells.n, "is_told": cells.is_told, "groups": [(group.total, group.parts, group.rest) for group in cells.groups],
        "at_most": cells.at_most, "state": one.state.tolist(), "shown": one.shown.tolist(), "shape": None if one.shape is None else [one.shape.k, one.shape.step],
    }  # fmt: skip
    return gzip.compress(json.dumps(body, ensure_ascii=False).encode(), mtime=0)


def _read(packed: bytes) -> Published:
    body = json.loads(gzip.decompress(packed))
    keys = [Key(*key) for key in body["keys"]]
    groups = [Group(total, tuple(parts), rest) for total, parts, rest in body["groups"]]
    cells = Cells(body["window"], keys, body["n"], body["is_told"], groups, [(small, large) for small, large in body["at_most"]], {key: at for at, key in enumerate(keys)})
    return Published(cells, np.array(body["state"], dtype=np.int8), np.array(body["shown"], dtype=np.int64), Shape(*body["shape"]) if body["shape"] else None)
