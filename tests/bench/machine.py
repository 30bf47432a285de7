"""What machine this is, in one line of a table."""

import os
import platform
from datetime import date
from pathlib import Path


def describe() -> str:
    """Date, processor, cores, memory, Python."""
    model = next((line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), platform.processor() or "?")
    memory = next((int(line.split()[1]) // 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return f"{date.today()} · {model} · {os.cpu_count()} cores · {memory} GiB · Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:  # not this system, or a process that has just ended
        return []


def memory_gib(pid: int) -> float:
    """What a process and all it has started hold now; pages they share count for each."""
    held = sum(int(line.split()[1]) for line in _lines(f"/proc/{pid}/status") if line.startswith("VmRSS")) / 2**20
    return held + sum(memory_gib(int(child)) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in " ".join(_lines(str(file))).split())


def table(title: str, headers: tuple[str, ...], rows: list[tuple]) -> None:
    """A Markdown table on stdout."""
    print(f"\n### {title}\n\n| {' | '.join(headers)} |\n|{'---|' * len(headers)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
