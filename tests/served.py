"""A real dashboard process on a free port, for tests that open pages."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def health(address: str) -> tuple[int, dict]:
    """Status and body of /healthz; (0, {}) while nothing listens."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0, {}


@contextlib.contextmanager
def served(warehouse: Path, *options: str) -> Iterator[str]:
    """The address of `python -m dashboard` on `warehouse`, ready to answer; stopped at the end."""
    port = free_port()
    command = [sys.executable, "-m", "dashboard", "--port", str(port), "--warehouse", str(warehouse), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while not health(address)[0]:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise AssertionError(f"the dashboard did not start: {process.stderr.read() if process.stderr else ''}")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
