"""Second calculation of the effect of pilots, from the other oracles' figures of the four groups."""

from datetime import date, timedelta

from etl.query.scope import Scope
from tests import oracle_cases
from tests.oracle_ground import Answer, Ground

SCALES = {"close_rate": 1, "geo_match_rate": 1}


def watched(ground: Ground, indicator: str) -> Answer:
    """Closing and placing are no part of the other oracles here: counted afresh."""
    if indicator == "close_hours_p50":
        return oracle_cases.answers(ground)["close_hours_p50"]
    cases = ground.cases()
    if indicator == "geo_match_rate":
        return ground.adds((c.unit_no, c.placed_by in ("point", "code", "compound"), 1) for c in cases)
    running = [c for c in cases if c.status != "suspended"]
    late = [c for c in running if not ground.closed(c) and c.limit_at is not None and c.limit_at < ground.end - timedelta(microseconds=1)]
    if indicator == "overdue_open_n":
        return ground.counts(c.unit_no for c in late)
    due = [c for c in running if ground.closed(c) or (c.limit_at is not None and c.limit_at <= ground.end)]
    return ground.adds((c.unit_no, ground.closed(c), 1) for c in due)


def pooled(ground: Ground, codes: list[str], indicator: str) -> float | None:
    """Of a rate the quotient of sums, of counts and medians the mean of the units; each code in its version of that time."""
    answer = watched(ground, indicator)
    found = [answer(no) for no in ground.now if ground.unit[no]["unit_code"] in codes]
    if not found:
        return None
    if indicator in SCALES:
        bottom = sum(b for _, b in found)
        return sum(t for t, _ in found) / bottom if bottom else None
    values = [one[2] if len(one) == 3 else one[0] for one in found]
    return None if None in values else sum(values) / len(values)


def effect(units: list, rows: dict, scope: Scope, pilot) -> float | None:
    start: date = pilot.start_on
    if pilot.indicator == "no_such" or start > scope.date_to:
        return None
    eve = start - timedelta(days=1)
    after = Ground(units, rows, Scope(start, scope.date_to, scope.as_of))
    before = Ground(units, rows, Scope(eve - (scope.date_to - start), eve, eve))
    values = [pooled(ground, codes or [], pilot.indicator) for codes in (pilot.unit_codes, pilot.control_codes) for ground in (after, before)]
    return None if None in values else values[0] - values[1] - (values[2] - values[3])


def answers(ground: Ground, units: list) -> dict[str, Answer]:
    known = []
    for pilot in ground.rows["pilot"]:
        at = [no for no in ground.now if ground.unit[no]["unit_code"] in pilot.unit_codes]
        net = effect(units, ground.rows, ground.scope, pilot)
        if at and net is not None:
            known.append((at, pilot.indicator, net))

    def answer(no: int) -> tuple:
        inside = [(indicator, net) for at, indicator, net in known if set(at) <= ground.below(no)]
        total = sum(net for _, net in inside)
        return total, len(inside), total / len(inside) if len({indicator for indicator, _ in inside}) == 1 else None

    return {"pilot_effect": answer}
