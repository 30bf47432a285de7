"""A real dashboard process on a free port, for tests that open pages."""

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 120  # a start, an answer: on a loaded machine


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def health(address: str) -> tuple[int, dict]:
    """Status and body of /healthz; (0, {}) while nothing listens."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0, {}


def answers(address: str) -> bool:
    """Whether anything speaks HTTP there, whatever it says."""
    try:
        urllib.request.urlopen(address, timeout=30).close()
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


@contextlib.contextmanager
def running(command: Callable[[int], Sequence[str]], path: str = "/healthz", cwd: Path = ROOT, env: dict[str, str] | None = None, log: Path | None = None) -> Iterator[int]:
    """The port of a server process that answers at `path`; stopped at the end.

    A free port may be taken by another process before the server binds it: then the server ends, and the next port is tried.
    What it writes goes to a file: a pipe that nobody reads would fill up and stop it.
    """
    with contextlib.ExitStack() as stack:
        written = stack.enter_context(log.open("wb") if log else tempfile.TemporaryFile())  # noqa: SIM115
        for _ in range(3):
            port = free_port()
            process = subprocess.Popen(command(port), cwd=cwd, env=env, stdout=written, stderr=written)
            stack.callback(_stop, process)
            until = time.monotonic() + PATIENCE_S
            while process.poll() is None and time.monotonic() < until:
                if answers(f"http://127.0.0.1:{port}{path}") and process.poll() is None:
                    yield port
                    return
                time.sleep(0.1)
        said = log.read_bytes() if log else written.seek(0) or written.read()  # type: ignore[attr-defined]
        raise AssertionError(f"the server did not start: {said.decode('utf-8', 'replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def served(warehouse: Path, *options: str) -> Iterator[str]:
    """The address of `python -m dashboard` on `warehouse`, ready to answer; stopped at the end."""
    with running(lambda port: [sys.executable, "-m", "dashboard", "--port", str(port), "--warehouse", str(warehouse), *options]) as port:
        yield f"http://127.0.0.1:{port}"
