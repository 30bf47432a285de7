"""The sources' own classes (来源类别): what cases are told apart by where a city's words fit no standard class."""

from collections import Counter
from datetime import timedelta

from etl.model.indicators.case_filters import OWN_CLASS_ENDS
from etl.model.indicators.terms import midnight
from etl.model.taxonomy import BY_CODE, OTHER
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import units
from etl.query.warehouse import Build

MOST = 300
MOSTLY = 0.5  # share of the period's cases without a standard class from which on the own classes are what people look for
_found: Once[tuple, tuple[str, ...]] = Once(capacity=16)
_used: Once[tuple, frozenset[str]] = Once(capacity=16)


def own_classes(build: Build, reader: Reader, scope: Scope, only_where_usual: bool = True) -> tuple[str, ...]:
    """Own classes of the reader's cases in the period, groups before what they hold, the most frequent first; empty for readers who see
    no cases and, `only_where_usual`, where most cases have a standard class.

    Only words of cases without a standard class: those of sensitive classes (★) are told under the standard ones.
    """
    if "case" not in build.feeds or reader.role == "public":
        return ()
    first, last = max(reader.first_no, 1), min(reader.last_no, len(units(build)))

    def ask() -> tuple[str, ...]:
        rows = build.rows(
            'SELECT coalesce(raw_category, \'\'), count(*) FILTER (code4 IS NULL OR code4 = $other), count(*) FROM "case" WHERE unit_no BETWEEN $first AND $last '
            "AND counted_at >= $start AND counted_at < $end GROUP BY 1",
            {"first": first, "last": last, "start": midnight(scope.date_from), "end": midnight(scope.date_to + timedelta(days=1)), "other": OTHER},
        )
        if only_where_usual and sum(row[1] for row in rows) <= MOSTLY * sum(row[2] for row in rows):
            return ()
        return in_groups({str(word): int(n) for word, n, _ in rows if word and n})

    return _found.get((build.key, first, last, scope.date_from, scope.date_to, only_where_usual), ask)


def standard_classes(build: Build, reader: Reader, scope: Scope) -> frozenset[str]:
    """Standard classes, with those above them, that the reader's cases of the period have, and every sensitive one: whether there are
    any of these is told as figures only."""
    first, last = max(reader.first_no, 1), min(reader.last_no, len(units(build)))
    sensitive = {code for code, one in BY_CODE.items() if one.is_sensitive}

    def ask() -> frozenset[str]:
        rows = build.rows(
            'SELECT DISTINCT code4 FROM "case" WHERE unit_no BETWEEN $first AND $last AND counted_at >= $start AND counted_at < $end AND code4 IS NOT NULL',
            {"first": first, "last": last, "start": midnight(scope.date_from), "end": midnight(scope.date_to + timedelta(days=1))},
        )
        codes = sensitive.union(*rows)
        return frozenset(codes | {code[:2] for code in codes})

    return _used.get((build.key, first, last, scope.date_from, scope.date_to), ask)


def in_groups(counts: dict[str, int]) -> tuple[str, ...]:
    """Words like `a/b/c` with their groups `a/b` where a group holds several; groups by size, each followed by what it holds."""
    groups: Counter[str] = Counter()
    members: dict[str, list[str]] = {}
    for word, n in counts.items():
        group = group_of(word)
        groups[group] += n
        members.setdefault(group, []).append(word)
    found: list[str] = []
    for group, _ in sorted(groups.items(), key=lambda item: (-item[1], item[0])):
        words = sorted(members[group], key=lambda word: (-counts[word], word))
        found += [*([group] if len(words) > 1 else []), *(word for word in words if word != group or len(words) == 1)]
    return tuple(found[:MOST])


def group_of(word: str) -> str:
    """The word without its finest part; itself when it has one part only."""
    at = max((word.rfind(end), end) for end in OWN_CLASS_ENDS)[0]
    return word[:at] if at > 0 else word


def last_part(word: str) -> str:
    """The finest part, which is what people look for."""
    group = group_of(word)
    return word[len(group) :].lstrip("/->").strip() if group != word else word
