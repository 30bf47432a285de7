"""Keys of this installation (密钥): one secret outside every database, from which each purpose takes a key of its own."""

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from dashboard.web.serving import serving
from dashboard.web.state_folder import state_folder
from etl.model.errors import AtlasError, CallError

LEAST_KEY = 16


def subkey(purpose: str) -> bytes:
    """32 bytes for one purpose; who learns one of them knows none of the others. AtlasError when the secret cannot be read."""
    return hmac.new(master_key(), f"grid-atlas/{purpose}".encode(), sha256).digest()


def master_key() -> bytes:
    """`ATLAS_KEY`, else `<warehouse>.key` as the builds made it, else one made once in the state folder with mode 0600.

    A key once made in the state folder stays in use: otherwise the first build after it would make every older log unreadable.
    """
    given = os.environ.get("ATLAS_KEY", "").encode()
    if given:
        if len(given) < LEAST_KEY:
            raise CallError(f"环境变量 ATLAS_KEY 太短：至少 {LEAST_KEY} 个字节", f"ATLAS_KEY is too short: at least {LEAST_KEY} bytes are needed")
        return given
    warehouse = serving().warehouse
    try:
        own = state_folder() / "server.key"
        built = warehouse.with_name(warehouse.name + ".key")
        file = built if built.exists() and not own.exists() else own
        if not file.exists():
            _make(file)
        key = file.read_bytes().strip()
    except OSError as error:
        raise AtlasError(
            f"密钥文件无法读写（{error.strerror}）：请检查 {warehouse}.state 的权限，或设置 ATLAS_KEY",
            f"the key file cannot be read or written ({error.strerror}): check the permissions of {warehouse}.state or set ATLAS_KEY",
        ) from error
    if len(key) < LEAST_KEY:
        raise AtlasError(f"密钥文件 {file} 不完整：请从备份恢复", f"the key file {file} is incomplete: restore it from a backup")
    return key


def _make(file: Path) -> None:
    """Made aside and linked into place, so that two processes starting together end with one key."""
    part = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_hex(32).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(part, file)
    except FileExistsError:
        pass
    except OSError:
        os.replace(part, file)  # a file system without hard links
    part.unlink(missing_ok=True)
