"""Passwords of local accounts (口令): argon2id, and the same time spent whether or not the account exists."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from etl.model.errors import CallError

LEAST, MOST = 10, 200  # characters
HASHER = PasswordHasher()  # RFC 9106, low-memory profile: 64 MiB, 3 passes
# Verified when there is no hash to compare with, so that an unknown account takes as long as a known one.
NOBODY = HASHER.hash("nobody has this password")
_at_once = threading.Semaphore(2)  # 64 MiB each: a flood of guesses waits instead of filling the memory


def matches(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash; "" belongs to nobody, and costs the same."""
    with _at_once:
        try:
            found = HASHER.verify(password_hash or NOBODY, password[:MOST])
        except (VerificationError, InvalidHashError):
            return False
    return found and bool(password_hash) and len(password) <= MOST


def new_hash(password: str) -> str:
    """The hash to write into atlas.toml. CallError when the password is too short, too long or too plain."""
    if not LEAST <= len(password) <= MOST or len(set(password)) < 5:
        raise CallError(
            f"密码应为 {LEAST}–{MOST} 个字符，且至少有 5 个不同的字符", f"a password has {LEAST}–{MOST} characters, at least 5 of them different"
        )
    return HASHER.hash(password)
