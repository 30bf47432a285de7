"""A web page saved as .xls (网页表格), as many systems export: the rows of its largest table."""

from html.parser import HTMLParser
from pathlib import Path

from etl.sources.encodings import find_encoding


class _Tables(HTMLParser):
    """Collects every table as rows of cells; a cell over several columns fills its first, as a merged cell in a workbook does."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str | None]]] = []
        self.row: list[str | None] | None = None
        self.cell: list[str] | None = None
        self.span = 1
        self.held: dict[int, int] = {}  # column -> rows a cell from above still covers

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
            self.held = {}
        elif tag == "tr" and self.tables:
            self._end_row()
            self.row = []
        elif tag in ("td", "th") and self.row is not None:
            self._end_cell()
            self._skip_held()
            given = dict(attrs)
            self.span = _count(given.get("colspan"))
            down = _count(given.get("rowspan")) - 1
            if down:
                self.held |= {len(self.row) + i: down for i in range(self.span)}
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _skip_held(self) -> None:
        assert self.row is not None
        while self.held.get(len(self.row), 0):
            self.held[len(self.row)] -= 1
            self.row.append(None)

    def _end_cell(self) -> None:
        if self.cell is not None and self.row is not None:
            self.row += [("".join(self.cell).strip() or None), *[None] * (self.span - 1)]
        self.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.row is not None:
            self.tables[-1].append(self.row)
        self.row = None


def _count(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdigit() and int(text) > 0 else 1


def html_rows(path: Path, encoding: str) -> list[list[str | None]]:
    """The rows of the table with most rows; empty when the page has none."""
    found, _ = find_encoding(path, encoding)
    parser = _Tables()
    parser.feed(path.read_text(encoding=found, errors="replace"))
    parser.close()
    return max(parser.tables, key=len, default=[])
