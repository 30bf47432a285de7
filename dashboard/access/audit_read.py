"""Reading the audit log (查阅日志): rows by day, account, action and page, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dashboard.access.audit_chain import Entry, months, read_line
from etl.model.text import Text

# what the log records; an action not named here is shown as it is
ACTIONS: dict[str, Text] = {
    "view": Text("查看页面", "Page viewed"),
    "export-made": Text("生成导出", "Export made"),
    "export": Text("导出离开", "Export left"),
    "write": Text("保存", "Saved"),
    "refused": Text("被拒绝", "Refused"),
    "sign-in": Text("登录", "Signed in"),
    "sign-out": Text("退出", "Signed out"),
    "import": Text("导入操作", "Data loading"),
    "audit-read": Text("取走日志", "Log taken"),
    "torn": Text("异常中断的记录", "Row cut short by a crash"),
    "retention": Text("到期清理", "Months past their time removed"),
}
MOST = 30_000  # rows read for one answer; a narrower choice shows the rest


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: days both included; "" and None mean all."""

    first: date | None = None
    last: date | None = None
    account: str = ""
    action: str = ""
    page: str = ""

    def takes(self, entry: Entry) -> bool:
        day = entry.at[:10]
        return (
            (self.first is None or day >= self.first.isoformat())
            and (self.last is None or day <= self.last.isoformat())
            and self.account in ("", entry.account)
            and self.action in ("", entry.action)
            and self.page in ("", entry.page)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Rows newest first, whether older ones were left out (`MOST`), and the words to choose from in these days."""

    rows: tuple[Entry, ...]
    is_cut: bool
    accounts: tuple[str, ...]
    actions: tuple[str, ...]
    pages: tuple[str, ...]


def read(folder: Path, wanted: Wanted, most: int = MOST) -> Found:
    """The rows of the log in `folder` that are wanted. Lines that cannot be read are the check's business, not shown here."""
    days = Wanted(wanted.first, wanted.last)
    rows: list[Entry] = []
    words: tuple[set[str], set[str], set[str]] = (set(), set(), set())
    n, is_cut = 0, False
    for entry in _newest_first(folder, wanted.first):
        if not days.takes(entry):
            continue
        if n >= most:
            is_cut = True
            break
        n += 1
        for known, word in zip(words, (entry.account, entry.action, entry.page), strict=True):
            known.add(word)
        if wanted.takes(entry):
            rows.append(entry)
    accounts, actions, pages = (tuple(sorted(known - {""})) for known in words)
    return Found(tuple(rows), is_cut, accounts, actions, pages)


def _newest_first(folder: Path, first: date | None) -> Iterator[Entry]:
    for file in reversed(months(folder)):
        if first is not None and file.stem < f"{first:%Y-%m}":
            return
        for line in reversed(file.read_bytes().splitlines()):
            if (entry := read_line(line)) is not None:
                yield entry
