"""Text cells of files that spreadsheets open (单元格文本): none of them can become a formula."""

import re

# what office programs take for the start of a formula (OWASP), also in full width
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a CSV is opened with other separators than its own (LibreOffice offers comma, semicolon and tab together, Excel takes the semicolon
# in many languages), the rest of a text begins a cell of its own.
_INSIDE = re.compile(r"([;\t\r\n][\"\s\ufeff]*)(?=[=+\-@＝＋－＠])")


def harmless(text: str) -> str:
    """A cell that a spreadsheet cannot take for a formula: OWASP's leading apostrophe. Spaces before the sign do not help it,
    since some programs trim them."""
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip(" \u3000\xa0\ufeff").startswith(DANGEROUS) else text
