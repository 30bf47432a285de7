"""A short list of facts (要点): a name and what there is to say, in one grid."""

from collections.abc import Iterable
from html import escape


def facts_html(facts: Iterable[tuple[str, str]]) -> str:
    """Names and values as a definition list; both are plain text."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f'<dl class="ga-facts">{rows}</dl>'
