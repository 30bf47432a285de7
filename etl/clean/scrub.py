"""Free text without personal data (脱敏): the patterns of `personal`, once as SQL for columns, once in Python for single strings."""

import re
from functools import cache

from etl.clean.personal import CODES, GROUPS, HOUSES, INSIDE, NAMES, Group
from etl.clean.text import UNTIDY, prose, quoted

ANY = "|".join(group.gate for group in GROUPS)


def _chain(group: Group, argument: str) -> str:
    for pattern in group.patterns:
        for _ in range(2 if pattern.twice else 1):
            argument = f"regexp_replace({argument}, {quoted(pattern.find)}, {quoted(pattern.put)}, 'g')"
    return argument


def macros() -> tuple[str, ...]:
    """`atlas_scrub` (clean prose, masked) and `atlas_compound` (a place down to the compound).

    The gates look at the text as it came, because binding it once needs a lambda, and DuckDB compiles the patterns in a
    lambda anew for every 2,048 rows. So text that tidying would change takes the whole chain.
    """

    def seen(pattern: str) -> str:
        return f"regexp_matches(x, {quoted(pattern)})"

    whole = _chain(NAMES, _chain(HOUSES, _chain(CODES, "atlas_prose(x)")))
    masked = (
        f"CASE WHEN {seen(f'{UNTIDY}|{CODES.gate}')} THEN {whole} WHEN NOT {seen(HOUSES.gate)} THEN {_chain(NAMES, 'x')} "
        f"WHEN NOT {seen(NAMES.gate)} THEN {_chain(HOUSES, 'x')} ELSE {_chain(NAMES, _chain(HOUSES, 'x'))} END"
    )
    # phones first: the cut could leave half of one
    def cut(argument: str) -> str:
        return f"rtrim(regexp_replace({argument}, {quoted(f'(?:{INSIDE}).*$')}, ''), ' ,，、;；:：(（-—')"

    return (
        # most text is clean and harmless: one scan finds that out
        f"atlas_scrub(x) AS CASE WHEN x IS NULL THEN NULL WHEN NOT {seen(f'{UNTIDY}|{ANY}')} THEN CASE WHEN NOT atlas_empty(x) THEN x END ELSE {masked} END",
        f"atlas_compound(x) AS CASE WHEN atlas_empty(x) THEN NULL WHEN NOT {seen(f'{UNTIDY}|{ANY}|{INSIDE}')} THEN x "
        f"WHEN NOT {seen(f'{UNTIDY}|{CODES.gate}|{NAMES.gate}')} THEN nullif({cut('x')}, '') "
        f"ELSE nullif({_chain(NAMES, cut(_chain(CODES, 'atlas_prose(x)')))}, '') END",
    )


def to_compound(raw: str) -> str:
    """SQL: a place text cut before the first building, unit, floor or room (阳光花园3栋2单元501 → 阳光花园), NULL when nothing is left.

    The number of a house or a yard in a street stays (幸福路12号院3号楼 → 幸福路12号院).
    """
    return f"atlas_compound({raw})"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def scrub_text(text: str) -> str:
    """The Python twin of `atlas_scrub` for single strings, such as the value of a finding. Blank text gives ""."""
    text = prose(text)
    if not _compiled(ANY).search(text):
        return text
    for group in GROUPS:
        if _compiled(group.gate).search(text):
            for pattern in group.patterns:
                for _ in range(2 if pattern.twice else 1):
                    text = _compiled(pattern.find).sub(pattern.put, text)
    return text
