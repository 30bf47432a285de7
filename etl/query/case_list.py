"""The cases behind a figure, one by one (诉求清单): paged by key, searched by words in the background, no more of each than the role allows.

A page is a small top-n over the few columns that order it; the texts are read for the rows shown only. Nothing here counts pages:
the place of a page is the key of its last row, so rows loaded meanwhile shift nothing and equal times cannot repeat or skip a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from etl.query.case_rows import KEY, NEVER, Wanted, case_sql, told_unit
from etl.query.masking import mask_text
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.search import SEARCHED, Found, Key, matching, search
from etl.query.suppress import is_limited
from etl.query.units import units
from etl.query.warehouse import Build

PAGE = 50
SHOWN = (
    "case_no", "source_system", "counted_at", "unit_no", "code4", "raw_category", "source", "status", "lead_unit", "severity", "limit_at", "closed_at",
    "solved", "satisfied", "repeat_kind", "title", "body", "placed_by",
)  # fmt: skip
_counts: Once[tuple, int] = Once(capacity=256)


@dataclass(frozen=True, slots=True)
class Case:
    """One case as the reader may see it, texts masked; `unit_no` is no finer than that (the compound, unless the reader handles the case)."""

    case_no: str
    source_system: str
    counted_at: datetime
    unit_no: int
    code4: str
    raw_category: str
    source: str
    status: str
    lead_unit: str
    severity: str
    limit_at: datetime | None
    closed_at: datetime | None
    solved: str
    satisfied: str
    repeat_kind: str
    title: str
    body: str
    placed_by: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """`total` rows in all (at least so many where the search is cut); `before` and `after` are the keys from which the neighbouring
    pages start, None where there is none. `is_cut`: the search has got no further than `searched_to`, and goes on if `is_searching`."""

    rows: tuple[Case, ...]
    total: int
    before: Key | None = None
    after: Key | None = None
    is_cut: bool = False
    is_searching: bool = False
    searched_to: date | None = None


def case_page(build: Build, reader: Reader, wanted: Wanted, after: Key | None = None, before: Key | None = None, size: int = PAGE) -> CasePage:
    """One page: the first, the one after a key, or the one before a key. CallError when the role may see no cases."""
    if "case" not in build.feeds:
        return CasePage((), 0)
    found: Found | None = None
    if wanted.text.strip():
        found = search(build, reader, wanted)
        keys = found.page(after, before, size + 1) if found.reaches(after, before, size + 1) else _keys(build, reader, wanted, after, before, size + 1)
        total = found.total
    else:
        keys, total = _keys(build, reader, wanted, after, before, size + 1), case_count(build, reader, wanted)
    more = len(keys) > size  # the one key too many tells whether there is more
    if before is not None:
        keys = keys[1:] if more else keys
        has_before, has_after = more, True
    else:
        keys = keys[:size]
        has_before, has_after = after is not None, more
    page = CasePage(_read(build, reader, wanted, keys), total, keys[0] if has_before and keys else None, keys[-1] if has_after and keys else None)
    return page if found is None or found.is_complete else replace(page, is_cut=True, is_searching=found.is_running, searched_to=found.until)


def case_count(build: Build, reader: Reader, wanted: Wanted) -> int:
    """How many cases there are, searched to the end however long that takes."""

    def count() -> int:
        condition, params = matching(wanted.text)
        return int(build.rows(f"SELECT count(*) FROM ({case_sql(build, reader, wanted, SEARCHED if params else ('unit_no',))}) WHERE {condition}", params)[0][0])

    return _counts.get((build.key, reader, replace(wanted, order="newest")), count)


def every_case(build: Build, reader: Reader, wanted: Wanted, size: int = 20_000) -> Iterator[Case]:
    """All the cases in their order, page after page by key, for a file."""
    keys = _keys(build, reader, wanted, None, None, size)
    while keys:
        yield from _read(build, reader, wanted, keys)
        keys = _keys(build, reader, wanted, keys[-1], None, size) if len(keys) == size else []


def hides_classes(reader: Reader) -> bool:
    """Whether some classes may be left out of the reader's list, so that it may be shorter than the figure."""
    return is_limited(reader) or reader.role == "steward"


def _keys(build: Build, reader: Reader, wanted: Wanted, after: Key | None, before: Key | None, size: int) -> list[Key]:
    """Keys of the rows after (or before, nearest last) a key, in the order shown."""
    back = before is not None
    sign, way = ("<", "DESC") if (wanted.order == "newest") != back else (">", "ASC")
    bound = before if back else after
    condition, words = matching(wanted.text)
    params: dict[str, Any] = {"n": size, **words}
    if bound is not None:
        condition += f" AND key_at {sign}= $at AND (key_at {sign} $at OR key_no {sign} $no OR (key_no = $no AND key_system {sign} $system))"
        params |= dict(zip(("at", "no", "system"), bound, strict=True))
    order = ", ".join(f"{name} {way}" for name in KEY)
    sql = f"SELECT {', '.join(KEY)} FROM ({case_sql(build, reader, wanted, (*KEY, *SEARCHED) if words else KEY)}) WHERE {condition} ORDER BY {order} LIMIT $n"
    found = [(row[0], row[1], row[2]) for row in build.rows(sql, params)]
    return found[::-1] if back else found


def _read(build: Build, reader: Reader, wanted: Wanted, keys: list[Key]) -> tuple[Case, ...]:
    """The rows of some keys in their order."""
    if not keys:
        return ()
    sql = f"SELECT * FROM ({case_sql(build, reader, replace(wanted, which=''), SHOWN)}) WHERE case_no IN (SELECT unnest($numbers))"
    params: dict[str, Any] = {"numbers": [no for _, no, _ in keys]}
    first, last = min(keys[0][0], keys[-1][0]), max(keys[0][0], keys[-1][0])
    if last < NEVER:  # the times between which they lie: most of the table need not be looked at
        sql += f" AND {'limit_at' if wanted.order == 'due' else 'counted_at'} BETWEEN $first AND $last"
        params |= {"first": first, "last": last}
    found = {(row[1] or "", row[0]): row for row in build.rows(sql, params)}
    return tuple(_case(build, reader, found[(system, no)]) for _, no, system in keys)


def _case(build: Build, reader: Reader, row: tuple[Any, ...]) -> Case:
    values = dict(zip(SHOWN, row, strict=True))
    missing = {name: "" for name, value in values.items() if value is None and name not in ("limit_at", "closed_at")}
    case = Case(**{**values, **missing})
    return replace(case, unit_no=_shown_unit(build, reader, case.unit_no), title=mask_text(case.title), body=mask_text(case.body))


def _shown_unit(build: Build, reader: Reader, unit_no: int) -> int:
    return told_unit(build, reader, min(unit_no, len(units(build))))
