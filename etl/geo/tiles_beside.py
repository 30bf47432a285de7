"""Tiles drawn by a process of its own (另一进程生成瓦片): a city's take half a minute, which the reading of its cases need not wait for.

Run as a module it reads the outlines from its standard input, draws, and ends at once when that input closes: it never outlives a killed import.
"""

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import shapely
from geopandas import GeoDataFrame

from etl.geo.tiles import write_tiles

ROOT = Path(__file__).resolve().parents[2]


class TilesBeside:
    """`shapes` (`unit_no`, `level`, `geometry`; as `write_tiles` takes them) on their way into `folder`."""

    def __init__(self, shapes: GeoDataFrame, folder: Path) -> None:
        table = pa.table({
            "unit_no": pa.array(shapes["unit_no"], pa.int64()), "level": pa.array(shapes["level"], pa.string()),
            "outline": pa.array(shapely.to_wkb(shapes.geometry.to_numpy()), pa.large_binary()),
        })  # fmt: skip
        paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "etl.geo.tiles_beside", str(folder.absolute())], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": paths})
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError), pa.ipc.new_stream(self._process.stdin, table.schema) as stream:  # a dead process is told by `is_done`
            stream.write_table(table)
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.flush()

    def is_done(self) -> bool:
        """Wait for it; False when it failed and left nothing that may be used."""
        done = self._process.wait() == 0
        self.stop()
        return done

    def stop(self) -> None:
        """End it, now."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(BrokenPipeError):
            assert self._process.stdin
            self._process.stdin.close()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main(folder: Path) -> None:
    if hasattr(os, "nice"):  # in the moments when the import keeps one core only
        os.nice(5)
    table = pa.ipc.open_stream(sys.stdin.buffer).read_all()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    shapes = shapely.from_wkb(table["outline"].to_numpy())
    write_tiles(GeoDataFrame({"unit_no": table["unit_no"].to_numpy(), "level": table["level"].to_pylist()}, geometry=shapes, crs=4490), folder)
    os._exit(0)  # the thread above holds the standard input


if __name__ == "__main__":
    main(Path(sys.argv[1]))
