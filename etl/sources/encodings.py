"""Which encoding a text file is in (编码识别): the whole file is tried, not a sample, so nothing is garbled half-way."""

import codecs
import itertools
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from etl.model.errors import CallError

CHUNK = 1 << 22
# what people write for Chinese text is read as GB18030, which contains the others
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "utf-8": "utf-8-sig"}
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def canonical_encoding(name: str) -> str:
    """A codec name as Python spells it, widened to GB18030 for its subsets; "auto" stays. CallError when unknown."""
    if name.lower() == "auto":
        return "auto"
    try:
        found = codecs.lookup(name).name
    except LookupError as error:
        raise CallError(
            f"不认识的编码 encoding = “{name}”；可用 auto、utf-8、gb18030 等", f"unknown encoding “{name}”; use auto, utf-8, gb18030 …"
        ) from error
    return WIDER.get(found, found)


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, 4 MB at a time."""
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            yield block


def find_encoding(path: Path, declared: str = "auto") -> tuple[str, int]:
    """(codec name, characters that could not be decoded): the declared one, else by BOM, else UTF-8, else GB18030.

    An encoding that does not fit is passed over, a declared one too; when none fits, the one with the least damage is taken.
    """
    head = next(chunks(path), b"")
    bom = next((name for mark, name in BOMS if head.startswith(mark)), "")
    found: list[tuple[float, str, int]] = []
    if declared == "utf-16" and not bom:
        declared = "utf-16-le"
    for name in dict.fromkeys(name for name in (declared.replace("auto", ""), bom, "utf-8-sig", "gb18030") if name):
        if _fits(path, name):
            return name, 0
        damaged, beyond = _damage(path, name)
        share = damaged / beyond
        # a few broken characters are still UTF-8: GB18030 would accept most of its bytes and garble everything
        if name == "utf-8-sig" and share < 0.05:
            return name, damaged
        found.append((share, name, damaged))
    _, name, damaged = min(found)
    return name, damaged


def _fits(path: Path, encoding: str) -> bool:
    if encoding == "utf-8-sig":
        return _is_utf8(path)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in chunks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(path: Path) -> bool:
    """Arrow's check is three times faster than decoding, and every file goes through it."""
    rest = b""
    for block in chunks(path):
        block = rest + block
        whole = len(block) - _unfinished(block)
        offsets = pa.py_buffer((0).to_bytes(8, "little") + whole.to_bytes(8, "little"))
        try:
            pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(block)]).validate(full=True)
        except pa.ArrowInvalid:
            return False
        rest = block[whole:]
    return not rest


def _unfinished(block: bytes) -> int:
    """How many bytes at the end begin a UTF-8 character that goes on in the next block."""
    for back in range(1, min(4, len(block) + 1)):
        byte = block[-back]
        if byte >> 6 != 0b10:  # the first byte of a character says how long it is
            return back if (byte >= 0xF0 and back < 4) or (0xE0 <= byte < 0xF0 and back < 3) or (0xC0 <= byte < 0xE0 and back < 2) else 0
    return 0


def _damage(path: Path, encoding: str) -> tuple[int, int]:
    """(characters that cannot be decoded, at least 1; characters beyond ASCII) in the first 16 MB."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    damaged = beyond = 0
    for block in itertools.islice(chunks(path), 4):
        text = decoder.decode(block)
        if not text.isascii():
            damaged += text.count("\ufffd")
            beyond += len(text) - len(text.encode("ascii", "ignore"))
    return max(damaged, 1), max(beyond, 1)


def line_ends(path: Path) -> tuple[bool, int | None]:
    """(holds NUL bytes, number of lines) of an ASCII-compatible file.

    Blank lines at the end do not count, a last line without an end does; None when some lines end with \\r alone and others not.
    """
    has_nul, feeds, returns, pairs, trailing, last = False, 0, 0, 0, b"", b""
    for block in chunks(path):
        has_nul = has_nul or b"\0" in block
        feeds += block.count(b"\n")
        pairs += last == b"\r" and block[:1] == b"\n"
        if b"\r" in block:  # a look is ten times faster than the two counts
            returns += block.count(b"\r")
            pairs += block.count(b"\r\n")
        last = block[-1:]
        kept = block.rstrip(b"\r\n")
        trailing = block[len(kept) :] if kept else trailing + block
    if feeds and returns != pairs:
        return has_nul, None
    end = b"\n" if feeds else b"\r"
    return has_nul, (feeds or returns) - trailing.count(end) + (1 if last else 0)
