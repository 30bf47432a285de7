"""Clusters found with arrays against the definition read aloud: for every case the cases and callers of the days from it on, counted one by one."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import etl.query.cluster_spans as spans_module
from etl.query.cluster_spans import DAY_MS, find_spans

DAYS = 3
HALF = DAY_MS // 2


@dataclass(frozen=True)
class Case:
    """One case: group, half-days since the start, caller (None = unknown)."""

    group: int
    at: int
    caller: int | None


def by_definition(cases: list[Case], least_cases: int, least_callers: int) -> list[tuple[int, int, int, int, int]]:
    """(group, first moment, last moment, cases, callers) of each cluster."""
    found = []
    for group in sorted({case.group for case in cases}):
        rows = sorted((case for case in cases if case.group == group), key=lambda case: case.at)
        anchors = []
        for case in rows:
            near = [other for other in rows if case.at <= other.at <= case.at + 2 * DAYS]
            if len(near) >= least_cases and len({other.caller for other in near} - {None}) >= least_callers:
                anchors.append(case.at)
        chains: list[list[int]] = []
        for at in anchors:
            if chains and at - chains[-1][-1] <= 2 * DAYS:
                chains[-1].append(at)
            else:
                chains.append([at])
        for chain in chains:
            inside = [case for case in rows if chain[0] <= case.at <= chain[-1] + 2 * DAYS]
            found.append((group, chain[0], inside[-1].at, len(inside), len({case.caller for case in inside} - {None})))
    return found


CASES = st.lists(st.builds(Case, st.integers(0, 3), st.integers(0, 40), st.one_of(st.none(), st.integers(0, 4))), max_size=60)


@settings(max_examples=300, deadline=None)
@given(CASES, st.integers(1, 4), st.integers(0, 3), st.sampled_from([1, 2, 64]), st.sampled_from([5, 4_000_000]))
def test_clusters_are_what_the_definition_says(cases: list[Case], least_cases: int, least_callers: int, look: int, chunk: int) -> None:
    kept = spans_module.FIRST_LOOK, spans_module.CHUNK
    spans_module.FIRST_LOOK, spans_module.CHUNK = look, chunk
    try:
        group = np.array([case.group for case in cases], dtype=np.int64)
        at = np.array([case.at * HALF for case in cases], dtype=np.int64) + 1_700_000_000_000
        caller = np.array([case.caller or 0 for case in cases], dtype=np.uint64)
        known = np.array([case.caller is not None for case in cases], dtype=bool)
        spans = find_spans(group, at, caller, known, DAYS, least_cases, least_callers)
    finally:
        spans_module.FIRST_LOOK, spans_module.CHUNK = kept
    expected = by_definition(cases, least_cases, least_callers)
    rows = [spans.order[begin:end] for begin, end in zip(spans.begin, spans.end, strict=True)]
    moments = (at - 1_700_000_000_000) // HALF
    got = [(int(group[one[0]]), int(moments[one[0]]), int(moments[one[-1]]), len(one), int(n)) for one, n in zip(rows, spans.callers, strict=True)]
    assert got == expected
    assert spans.sums(known).tolist() == [int(known[one].sum()) for one in rows]
    home = np.full(len(cases), -1)
    for number, one in enumerate(rows):
        home[one] = number
    assert spans.holding(group, at).tolist() == home.tolist()
