"""`python -m dashboard password`: the argon2 hash of a password, to be written into atlas.toml."""

import getpass
import sys

from dashboard.access.passwords import new_hash
from etl.model.errors import AtlasError


def password_command(arguments: list[str]) -> int:
    """Asked twice at a terminal, unseen; read from two lines of stdin otherwise. Exit code: 0 done, 2 refused."""
    if arguments:
        print("密码不能写在命令里，请直接运行后输入\nNever give a password on the command line; run this without anything and type it", file=sys.stderr)
        return 2
    try:
        first = _asked("密码 password: ")
        if first != _asked("再输一次 again: "):
            print("两次输入不一致\nThe two are not the same", file=sys.stderr)
            return 2
        print(new_hash(first))
    except AtlasError as error:
        print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
        return error.exit_code
    except (EOFError, KeyboardInterrupt):
        return 2
    return 0


def _asked(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")
