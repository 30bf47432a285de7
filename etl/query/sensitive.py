"""Withheld classes (敏感类): ★ classes, of which even counts are counts of few persons in hardship, and their companions.

A reader who may see the total of a group and every other class of it would have the ★ class by subtraction. So one ordinary class of
each such group, its companion, is treated as the ★ classes are: not listed, not plotted, told by community with a threshold. What the
subtraction gives is then always a sum that holds an ordinary class as well.
"""

from dataclasses import replace

from etl.model.indicators.terms import WITHHELD
from etl.model.taxonomy import BY_CODE, OTHER, match_category
from etl.query.reader import Reader
from etl.query.scope import Scope

# of each group with ★ classes, those that are told together or not at all
TOGETHER: tuple[frozenset[str], ...] = tuple(
    frozenset(code for code in WITHHELD if code.startswith(code2)) for code2 in dict.fromkeys(code[:2] for code in WITHHELD)
)


# indicators of which the class of a case decides whether, or as what, it is counted
BY_BELONGING = ("upflow_rate", "major_in_community_rate")


HANDLERS = ("steward", "admin", "data_steward")


def handles_cases(reader: Reader) -> bool:
    """Whether the reader is told of withheld classes as of any other: the steward of their own grid, and who is not limited at all."""
    return reader.role in HANDLERS


def is_withheld(code4: str) -> bool:
    return code4 in BY_CODE and BY_CODE[code4].is_withheld


def asks_sensitive(scope: Scope) -> bool:
    """The filter picks withheld classes only, or some of those that go together and not all of them."""
    asked = asked_classes(scope)
    own = [value for field, value in scope.where if field == "own_class"]  # a source's own word counts as the class it means
    is_own = any(is_withheld(match_category(word) or OTHER) for word in own)
    return is_own or (bool(asked) and (asked <= set(WITHHELD) or bool(parts_asked(scope))))


def tells_classes(indicator_id: str, scope: Scope) -> bool:
    """An indicator that counts a case by the level its class belongs to, asked of a group: its own line would part the withheld classes."""
    return indicator_id in BY_BELONGING and bool(asked_classes(scope) & set(WITHHELD))


def goes_together(kind: str | None) -> bool:
    """Whether a kind of dispute (纠纷类型) is told together with others only: its words mean a class of a group that holds ★ classes, as
    家庭 does, or no known class. So what is left when all other kinds are taken away is never the one kind that is kept back."""
    code = match_category(kind or "")
    return code is None or any(code[:2] == one[:2] for group in TOGETHER for one in group)


def asks_dispute(scope: Scope) -> bool:
    """The filter picks mediations of a kind that is told together with others only."""
    return any(field == "dispute" and goes_together(value) for field, value in scope.where)


def asked_classes(scope: Scope) -> frozenset[str]:
    """The classes that the filter picks; none when it picks by something else."""
    asked = tuple(value for field, value in scope.where if field == "category")
    return frozenset(code for code in BY_CODE if code.startswith(asked)) if asked else frozenset()


def parts_asked(scope: Scope) -> tuple[frozenset[str], ...]:
    """The groups of which the filter picks some withheld classes but not all: told only where none of the group is kept back."""
    asked = asked_classes(scope)
    return tuple(group for group in TOGETHER if group & asked and not group <= asked)


def of_class(scope: Scope, code: str) -> Scope:
    """The scope of one class instead of all that its filter picks: added to a filter of the whole group it would still pick the group."""
    return replace(scope, where=tuple(sorted({("category", code), *(pair for pair in scope.where if pair[0] != "category")})))
