"""Keys of this installation (密钥): one secret outside every database, from which each purpose takes a key of its own."""

import hmac
from hashlib import sha256

from dashboard.web.serving import serving
from dashboard.web.state_folder import state_folder
from etl.model.errors import AtlasError
from etl.model.key_file import LEAST_KEY, given_key, kept_key


def subkey(purpose: str) -> bytes:
    """32 bytes for one purpose; who learns one of them knows none of the others. AtlasError when the secret cannot be read."""
    return hmac.new(master_key(), f"grid-atlas/{purpose}".encode(), sha256).digest()


def master_key() -> bytes:
    """`ATLAS_KEY`, else `<warehouse>.key` as the builds made it, else one made once in the state folder with mode 0600.

    A key once made in the state folder stays in use: otherwise the first build after it would make every older log unreadable.
    """
    if given := given_key():
        return given
    warehouse = serving().warehouse
    try:
        own = state_folder() / "server.key"
        built = warehouse.with_name(warehouse.name + ".key")
        file = built if built.exists() and not own.exists() else own
        key = kept_key(file)
    except OSError as error:
        raise AtlasError(
            f"密钥文件无法读写（{error.strerror}）：请检查 {warehouse}.state 的权限，或设置 ATLAS_KEY",
            f"the key file cannot be read or written ({error.strerror}): check the permissions of {warehouse}.state or set ATLAS_KEY",
        ) from error
    if len(key) < LEAST_KEY:
        raise AtlasError(f"密钥文件 {file} 不完整：请从备份恢复", f"the key file {file} is incomplete: restore it from a backup")
    return key
