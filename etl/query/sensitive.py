"""Sensitive classes (★ 敏感类) in a question: of them even counts are counts of few persons in hardship."""

from etl.model.taxonomy import BY_CODE, OTHER, match_category
from etl.query.scope import Scope


def asks_sensitive(scope: Scope) -> bool:
    """The filter picks sensitive classes (★) only."""
    asked = [value for field, value in scope.where if field == "category"]
    own = [value for field, value in scope.where if field == "own_class"]  # a source's own word counts as the class it means
    return (bool(asked) and all(_is_sensitive(code) for code in asked)) or (bool(own) and all(_is_sensitive(match_category(word) or OTHER) for word in own))


def _is_sensitive(code: str) -> bool:
    below = [category for code4, category in BY_CODE.items() if code4.startswith(code)]
    return bool(below) and all(category.is_sensitive for category in below)
