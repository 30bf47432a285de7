"""What a steward sees while a build runs (进度): one line per step on stderr, bars for long ones."""

import sys
import time
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

from etl.model.text import Text

Item = TypeVar("Item")


class Progress:
    """Steps and bars in one language; `quiet` says nothing (tests, dry runs of the page)."""

    def __init__(self, lang: str = "zh", quiet: bool = False) -> None:
        self.lang, self.quiet, self.started = lang, quiet, time.monotonic()
        self.steps: list[tuple[str, float]] = []

    def step(self, title: Text) -> None:
        """A new step begins. Its start is kept, so that the summary can say what took long."""
        self.steps.append((title.to(self.lang), time.monotonic()))
        if not self.quiet:
            print(f"[{time.monotonic() - self.started:6.1f}s] {title.to(self.lang)}", file=sys.stderr, flush=True)

    def each(self, items: Iterable[Item], title: Text, total: int | None = None) -> Iterable[Item]:
        """A bar over items; `total` where they are not a collection."""
        return tqdm(items, desc=title.to(self.lang), total=total, file=sys.stderr, disable=self.quiet or None, leave=False, ncols=80)
