"""Text cells of files that spreadsheets open (单元格文本): none of them can become a formula."""

# what office programs take for the start of a formula (OWASP), also in full width
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """A cell that a spreadsheet cannot take for a formula: OWASP's leading apostrophe. Spaces before the sign do not help it,
    since some programs trim them."""
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip(" \u3000\xa0\ufeff").startswith(DANGEROUS) else text
