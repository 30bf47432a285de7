"""Meetings, suggestions and joint activities (议事、建议、季度活动): what was said, resolved, carried out, and where a quarter stayed empty."""

from dataclasses import dataclass
from datetime import date

from etl.model.indicators.cobuild import quarters
from etl.model.text import Text
from etl.query.picked_rows import picked_rows, units_with
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import in_range, wholly
from etl.query.shared import shared
from etl.query.subtree import number_range, period_range
from etl.query.units import units
from etl.query.warehouse import Build

SUGGESTION_STEPS: dict[str, tuple[Text, str]] = {  # with the condition of a suggestion that has come so far
    "raw": (Text("原始建议", "Raw"), "true"), "groups": (Text("归并后", "Merged groups"), "group_id IS NOT NULL"),
    "adopted": (Text("采纳", "Adopted"), "group_id IS NOT NULL AND is_adopted"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """Meetings of one kind in the period. `resolutions` and `done` as `resolution_done_rate` counts them."""

    kind: str
    held: int
    attendees: int
    opinions: int
    resolutions: int
    done: int

    @property
    def rate(self) -> float | None:
        return self.done / self.resolutions if self.resolutions else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Suggestions of the period: raw, of those merged into a group, groups, groups adopted."""

    raw: int
    merged: int
    groups: int
    adopted: int

    @property
    def adopt_rate(self) -> float | None:
        return self.adopted / self.groups if self.groups else None


@dataclass(frozen=True, slots=True)
class Count:
    """A word of the data and how often it occurs; `adopted` of suggestions, persons of activities."""

    word: str
    n: int
    more: int


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """One community: joint activities per quarter, in the order of `Quarters.quarters`."""

    unit_no: int
    code: str
    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quarters:
    """Communities × quarters wholly inside the period; fewest quarters met first."""

    quarters: tuple[tuple[date, date], ...]
    rows: tuple[QuarterRow, ...]


@shared
def meeting_kinds(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[MeetingKind, ...]:
    """Meetings by kind, most frequent first."""
    rows = build.rows(
        "SELECT type, count(*), coalesce(sum(attendees), 0), coalesce(sum(opinions_n), 0), coalesce(sum(resolutions_n), 0), "
        "coalesce(sum(done_n) FILTER (resolutions_n IS NOT NULL), 0) FROM deliberation "
        f"WHERE {picked_rows(scope, 'deliberation')} AND held_on BETWEEN $start AND $until GROUP BY 1 ORDER BY 2 DESC, 1",
        period_range(build, reader, scope, under),
    )
    return tuple(MeetingKind(kind or "", *(int(n) for n in counts)) for kind, *counts in rows)


@shared
def suggestion_funnel(build: Build, reader: Reader, scope: Scope, under: int) -> Funnel:
    """Raw suggestions, merged ones, groups, adopted groups: 167 of 2,600 is merging, not adopting."""
    row = build.rows(
        "SELECT count(*), count(group_id), count(DISTINCT group_id), count(DISTINCT group_id) FILTER (is_adopted) FROM suggestion "
        f"WHERE {picked_rows(scope, 'suggestion')} AND made_on BETWEEN $start AND $until",
        period_range(build, reader, scope, under),
    )[0]
    return Funnel(*row)


@shared
def suggestion_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where suggestions of the period have come as far as the step `value`."""
    return units_with(build, scope, "suggestion", "made_on", SUGGESTION_STEPS[value][1], period_range(build, reader, scope, under))


@shared
def suggestion_counts(build: Build, reader: Reader, scope: Scope, under: int, column: str) -> tuple[Count, ...]:
    """Suggestions by `channel` or `theme` with the adopted among them, most frequent first."""
    if column not in ("channel", "theme"):
        raise KeyError(column)
    rows = build.rows(
        f"SELECT coalesce({column}, ''), count(*), count(*) FILTER (is_adopted) FROM suggestion "
        f"WHERE {picked_rows(scope, 'suggestion')} AND made_on BETWEEN $start AND $until GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12",
        period_range(build, reader, scope, under),
    )
    return tuple(Count(*row) for row in rows)


@shared
def claimed_projects(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Count, ...]:
    """Projects claimed by partners at joint activities, with the persons who came; most frequent first."""
    rows = build.rows(
        "SELECT project, count(*), coalesce(sum(participants), 0) FROM joint_activity "
        f"WHERE {in_range(scope)} AND held_on BETWEEN $start AND $until AND project IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12",
        period_range(build, reader, scope, under),
    )
    return tuple(Count(word, n, int(more)) for word, n, more in rows)


@shared
def claimed_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where the project `value` was claimed in the period."""
    return units_with(build, scope, "joint_activity", "held_on", "project = $project", period_range(build, reader, scope, under) | {"project": value})


@shared
def activity_quarters(build: Build, reader: Reader, scope: Scope, under: int) -> Quarters:
    """The quarterly joint activity of each community, as `joint_quarter_rate` counts it."""
    whole = quarters(scope.date_from, min(scope.date_to, scope.as_of))
    frame, (first, last) = units(build), number_range(build, reader, under)
    communities = wholly(scope, frame.at_level("community", scope.as_of, first, last))
    held = build.rows(
        f"SELECT unit_no, held_on FROM joint_activity WHERE {in_range(scope)} AND held_on BETWEEN $start AND $until",
        period_range(build, reader, scope, under),
    )
    counts = {no: [0] * len(whole) for no in communities}
    for unit_no, day in held:
        code = frame.code[unit_no - 1]
        now = frame.by_code(code, scope.as_of) or unit_no
        community = next((no for no in (now, *reversed(frame.ancestors(now))) if no in counts), None)
        quarter = next((place for place, (start, end) in enumerate(whole) if start <= day <= end), None)
        if community is not None and quarter is not None:
            counts[community][quarter] += 1
    rows = [QuarterRow(no, frame.code[no - 1], frame.name[no - 1], tuple(found)) for no, found in counts.items()]
    return Quarters(tuple(whole), tuple(sorted(rows, key=lambda row: (sum(n > 0 for n in row.counts), row.unit_no))))
