"""Pseudonyms (假名化): HMAC-SHA256 of phones and staff numbers, in pure SQL, with a key that lies outside the database."""

from hashlib import sha256
from pathlib import Path

from etl.model.errors import AtlasError
from etl.model.key_file import LEAST_KEY, given_key, kept_key

BLOCK = 64
MOBILE = "1[3-9][0-9]{9}"


def load_key(warehouse: Path) -> bytes:
    """The hashing key: `ATLAS_KEY`, else `<warehouse>.key`, made once with mode 0600 (data/warehouse → data/warehouse.key).

    CallError when ATLAS_KEY is shorter than 16 bytes; AtlasError when the file is damaged or cannot be written.
    """
    if given := given_key():
        return given
    file = warehouse.with_name(warehouse.name + ".key")
    try:
        key = kept_key(file)
    except OSError as error:
        raise AtlasError(
            f"密钥文件 {file} 无法读写（{error.strerror}）：请检查权限，或设置 ATLAS_KEY",
            f"the key file {file} cannot be read or written ({error.strerror}): check its permissions or set ATLAS_KEY",
        ) from error
    if len(key) < LEAST_KEY:
        raise AtlasError(
            f"密钥文件 {file} 不完整：请从备份恢复；若删除重建，来电散列值将全部改变",
            f"the key file {file} is incomplete: restore it from a backup; a new key changes every caller hash",
        )
    return key


def _blob(data: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in data) + "'::BLOB"


def macros(key: bytes) -> tuple[str, ...]:
    """`atlas_hmac` (32 hex characters), `atlas_phone` (digits of one phone or NULL), `atlas_phone_hash`, `atlas_code_hash`."""
    block = key.ljust(BLOCK, b"\0") if len(key) <= BLOCK else sha256(key).digest().ljust(BLOCK, b"\0")
    inner, outer = _blob(bytes(b ^ 0x36 for b in block)), _blob(bytes(b ^ 0x5C for b in block))
    run = r"[+(]?[0-9][0-9 ().+_·-]{5,}"
    digits = rf"regexp_replace(regexp_replace(regexp_extract(h, '{run}'), '[.]0$', ''), '[^0-9]', '', 'g')"
    # +86 and 0086 go; a bare 86 only where too many digits follow for it to begin a local number
    national = rf"regexp_replace(regexp_replace({digits}, '^(?:0086|86([0-9]{{9,}})$)', '\1'), '^0+', '')"
    one = rf"CASE WHEN regexp_matches(d, '^{MOBILE}') THEN left(d, 11) WHEN strlen(d) BETWEEN 7 AND 15 AND d <> repeat(left(d, 1), strlen(d)) THEN d END"
    return (
        f"atlas_hmac(x) AS left(sha256({outer} || unhex(sha256({inner} || encode(x)))), 32)",
        # a masked phone (138****5678) is many people's, so it identifies nobody
        f"atlas_digits(x) AS list_transform([atlas_half(x)], lambda h: CASE WHEN NOT regexp_matches(h, '[*#]|[0-9][xX]{{2}}') THEN {national} END)[1]",
        f"atlas_phone(x) AS list_transform([atlas_digits(x)], lambda d: {one})[1]",
        f"atlas_phone_hash(x) AS CASE WHEN regexp_full_match(x, '{MOBILE}') THEN atlas_hmac(x) WHEN x = '' THEN NULL ELSE atlas_hmac(atlas_phone(x)) END",
        "atlas_code_hash(x) AS atlas_hmac(atlas_code(x))",
    )
