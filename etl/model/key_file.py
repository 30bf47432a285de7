"""The key of an installation (密钥): `ATLAS_KEY`, or a file with mode 0600 that lies outside every database. Standard library only."""

import os
import secrets
from pathlib import Path

from etl.model.errors import CallError

LEAST_KEY = 16


def given_key() -> bytes:
    """`ATLAS_KEY`, empty when it is not set. CallError when it is shorter than 16 bytes."""
    key = os.environ.get("ATLAS_KEY", "").encode()
    if key and len(key) < LEAST_KEY:
        raise CallError(f"环境变量 ATLAS_KEY 太短：至少 {LEAST_KEY} 个字节", f"ATLAS_KEY is too short: at least {LEAST_KEY} bytes are needed")
    return key


def kept_key(file: Path) -> bytes:
    """The key in a file, made once; shorter than `LEAST_KEY` when the file is damaged. OSError when it cannot be read or written."""
    if not file.exists():
        _make_key(file)
    return file.read_bytes().strip()


def _make_key(file: Path) -> None:
    """Written aside and linked into place: two processes starting together end with one key, and never with half of one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_hex(32).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(part, file)
        except FileExistsError:
            return
        except OSError:
            # a file system without hard links (FAT, some shares)
            os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
