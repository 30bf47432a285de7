"""Vector tiles cut to a reader's area (辖区瓦片): the same archive with only the outlines of the own units and of those they lie in.

PMTiles 3 and Mapbox Vector Tiles are taken apart as far as needed: features are kept or dropped whole, geometry is never decoded.
"""

import gzip
import json
import math
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.query.once import Once
from etl.query.units import UnitFrame, units
from etl.query.warehouse import Build

HEADER = struct.Struct("<7sB11Q6B4iB2i")  # 127 bytes
GZIP = 2
LEAF_ENTRIES = 1000  # the root directory must end within the archive's first 16 KiB
NOTHING = b"\x20\x00"  # a value of a tile: the integer 0
_cut: Once[tuple, bytes] = Once(capacity=48)


@dataclass(frozen=True, slots=True)
class Entry:
    """Tiles `tile_id` … `tile_id + run - 1` share one body; run 0 points to a leaf directory."""

    tile_id: int
    offset: int
    length: int
    run: int


def limited_tiles(build: Build, level: str, first_no: int, last_no: int) -> bytes:
    """The archive of one level for a reader of units `first_no`..`last_no`; made once per build and area."""
    return _cut.get((build.key, level, first_no, last_no), lambda: _made(build, level, first_no, last_no))


def _made(build: Build, level: str, first_no: int, last_no: int) -> bytes:
    frame = units(build)
    kept = {*range(first_no, last_no + 1), *frame.ancestors(first_no)}
    archive = Archive(build.folder / "tiles" / f"{level}.pmtiles")
    bodies = []
    for tile_id in _tiles_of(frame, archive, first_no, last_no):
        body = archive.tile(tile_id)
        if body is not None and (left := _filtered(body, kept)):
            bodies.append((tile_id, left))
    return archive.with_tiles(bodies)


def _tiles_of(frame: UnitFrame, archive: "Archive", first_no: int, last_no: int) -> list[int]:
    """Ids of the tiles in which a range of units may lie, ascending; what lies around an outline elsewhere is not the reader's."""
    edges = np.column_stack([frame.numbers[key][first_no - 1 : last_no] for key in ("west", "south", "east", "north")])
    edges = edges[~np.isnan(edges).any(axis=1)]
    if not len(edges):
        return []
    box = [*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist()]
    return sorted(tile for zoom in range(archive.min_zoom, archive.max_zoom + 1) for tile in _covering(zoom, box))


class Archive:
    """A PMTiles archive on the disk, read where asked."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self._head = HEADER.unpack_from(self._data)
        self._directories: dict[int, tuple[list[int], list[Entry]]] = {}
        (_, version, self._root_at, self._root_bytes, self._meta_at, self._meta_bytes, self._leaf_at, _, self._tiles_at) = self._head[:9]
        self._inner, self._outer, self.min_zoom, self.max_zoom = self._head[14], self._head[15], self._head[17], self._head[18]
        if version != 3 or self._inner != GZIP or self._outer != GZIP:
            raise ValueError(f"{path.name}: not a PMTiles 3 archive as this product writes them")

    def tile(self, tile_id: int) -> bytes | None:
        """A tile's body, unpacked; None where there is none."""
        at, length = self._root_at, self._root_bytes
        for _ in range(4):
            entry = self._last_before(at, length, tile_id)
            if entry is None:
                return None
            if entry.run:
                start = self._tiles_at + entry.offset
                return gzip.decompress(self._data[start : start + entry.length]) if tile_id < entry.tile_id + entry.run else None
            at, length = self._leaf_at + entry.offset, entry.length
        raise ValueError("directories nested too deep")

    def _last_before(self, at: int, length: int, tile_id: int) -> Entry | None:
        """The last entry of a directory that does not begin after a tile."""
        if at not in self._directories:
            entries = _entries(gzip.decompress(self._data[at : at + length]))
            self._directories[at] = ([entry.tile_id for entry in entries], entries)
        ids, entries = self._directories[at]
        place = bisect_right(ids, tile_id)
        return entries[place - 1] if place else None

    def with_tiles(self, bodies: list[tuple[int, bytes]]) -> bytes:
        """An archive of the same kind with these tiles only, in ascending order."""
        entries: list[Entry] = []
        packed: list[bytes] = []
        offset = 0
        for tile_id, body in bodies:
            packed.append(gzip.compress(body, 6, mtime=0))
            entries.append(Entry(tile_id, offset, len(packed[-1]), 1))
            offset += len(packed[-1])
        leaves: list[bytes] = []
        pointers: list[Entry] = []
        for start in range(0, len(entries), LEAF_ENTRIES) if len(entries) > LEAF_ENTRIES else ():
            part = gzip.compress(_directory(entries[start : start + LEAF_ENTRIES]), mtime=0)
            pointers.append(Entry(entries[start].tile_id, sum(len(one) for one in leaves), len(part), 0))
            leaves.append(part)
        root, leaf, tiles = gzip.compress(_directory(pointers or entries), mtime=0), b"".join(leaves), b"".join(packed)
        meta = gzip.compress(json.dumps(self._layers()).encode(), mtime=0)
        at = [HEADER.size, HEADER.size + len(root), HEADER.size + len(root) + len(meta), HEADER.size + len(root) + len(meta) + len(leaf)]
        sizes = [len(root), len(meta), len(leaf), len(tiles)]
        places = [number for pair in zip(at, sizes, strict=True) for number in pair]
        head = HEADER.pack(b"PMTiles", 3, *places, len(entries), len(entries), len(entries), *self._head[13:])
        return head + root + meta + leaf + tiles

    def _layers(self) -> dict[str, object]:
        """The description of the layers; counts and extents of the whole city are left out."""
        found = json.loads(gzip.decompress(self._data[self._meta_at : self._meta_at + self._meta_bytes]))
        return {key: found[key] for key in ("name", "format", "vector_layers") if key in found}


def _covering(zoom: int, box: list[float]) -> list[int]:
    """Ids of the tiles of one zoom that touch a box (west, south, east, north), with one tile around for their margins."""
    west, south, east, north = box
    n = 1 << zoom

    def row(lat: float) -> int:
        rad = math.radians(max(-85.0, min(85.0, lat)))
        return int((1 - math.asinh(math.tan(rad)) / math.pi) / 2 * n)

    columns = range(max(0, int((west + 180) / 360 * n) - 1), min(n - 1, int((east + 180) / 360 * n) + 1) + 1)
    rows = range(max(0, row(north) - 1), min(n - 1, row(south) + 1) + 1)
    return [tile_number(zoom, x, y) for x in columns for y in rows]


def tile_number(zoom: int, x: int, y: int) -> int:
    """The place of a tile on the Hilbert curve through all zooms."""
    found, side = ((1 << 2 * zoom) - 1) // 3, 1 << zoom >> 1
    while side:
        right, down = int(x & side > 0), int(y & side > 0)
        found += side * side * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = side - 1 - (x & side - 1), side - 1 - (y & side - 1)
            x, y = y, x
        side >>= 1
    return found


def _filtered(tile: bytes, kept: set[int]) -> bytes:
    """A tile without the features whose number is not among `kept`; b"" when nothing is left."""
    layers = [_layer(body, kept) for field, body in _fields(tile) if field == 3 and isinstance(body, bytes)]
    return b"".join(b"\x1a" + _varint(len(layer)) + layer for layer in layers if layer)


def _layer(layer: bytes, kept: set[int]) -> bytes:
    parts = list(_fields(layer))
    keys = [body for field, body in parts if field == 3]
    values = [next((value for at, value in _fields(body) if at in (4, 5)), 0) for field, body in parts if field == 4 and isinstance(body, bytes)]
    wanted, used, features = keys.index(b"n"), set(), []
    for field, body in parts:
        if field != 2 or not isinstance(body, bytes):
            continue
        tags = list(_varints(next(part for at, part in _fields(body) if at == 2 and isinstance(part, bytes))))
        pairs = dict(zip(tags[::2], tags[1::2], strict=True))
        if values[pairs[wanted]] in kept:
            used.add(pairs[wanted])
            features.append(_without_id(body))
    if not features:
        return b""
    made, at_value = b"", -1
    for field, body in parts:
        if field == 2:
            continue
        if field == 4:
            at_value += 1
            body = body if at_value in used else NOTHING
        made += _varint(field << 3 | 2) + _varint(len(body)) + body if isinstance(body, bytes) else _varint(field << 3) + _varint(body)
    return made + b"".join(b"\x12" + _varint(len(body)) + body for body in features)


def _without_id(feature: bytes) -> bytes:
    """A feature without its running number, which would tell how many others there are."""
    parts = [(field, body) for field, body in _fields(feature) if field != 1]
    return b"".join(
        _varint(field << 3 | 2) + _varint(len(body)) + body if isinstance(body, bytes) else _varint(field << 3) + _varint(body) for field, body in parts
    )


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and content of each field of a protobuf message of integers and byte strings."""
    at = 0
    while at < len(message):
        tag, at = _read(message, at)
        number, at = _read(message, at)
        if tag & 7 == 2:
            yield tag >> 3, message[at : at + number]
            at += number
        elif tag & 7 == 0:
            yield tag >> 3, number
        else:
            raise ValueError("a tile of another kind than this product writes")


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        number, at = _read(body, at)
        yield number


def _read(body: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = body[at]
        found |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return found, at
        shift += 7


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _entries(directory: bytes) -> list[Entry]:
    numbers = list(_varints(directory))
    n = numbers[0]
    deltas, runs, lengths, offsets = (numbers[1 + i * n : 1 + (i + 1) * n] for i in range(4))
    found: list[Entry] = []
    tile_id = 0
    for delta, run, length, offset in zip(deltas, runs, lengths, offsets, strict=True):
        tile_id += delta
        found.append(Entry(tile_id, offset - 1 if offset else found[-1].offset + found[-1].length, length, run))
    return found


def _directory(entries: list[Entry]) -> bytes:
    before = [0, *(entry.tile_id for entry in entries)]
    numbers = [len(entries), *(entry.tile_id - old for entry, old in zip(entries, before, strict=False)), *(entry.run for entry in entries)]
    numbers += [*(entry.length for entry in entries), *(entry.offset + 1 for entry in entries)]
    return b"".join(_varint(number) for number in numbers)

