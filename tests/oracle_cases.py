"""Second calculation of the case, level, whistle and mobilisation indicators, straight from the definitions."""

from datetime import date, timedelta

from tests.oracle_ground import ORDER, Answer, Ground, middle

PROPER = {"0101": "compound", "0102": "community", "0107": "street", "0406": "district", "1001": "compound", "1003": "street", "1299": "community"}


def answers(ground: Ground) -> dict[str, Answer]:
    cases = ground.cases()
    closed = [case for case in cases if ground.closed(case)]
    scoped = [case for case in cases if case.is_in_scope is not False]
    due = [case for case in scoped if case.counted_at + timedelta(hours=24) <= ground.end]
    response = ground.adds((c.unit_no, c.first_contact_at is not None and c.first_contact_at <= c.counted_at + timedelta(hours=24), 1) for c in due)
    solve = ground.adds((c.unit_no, c.solved == "yes", 1) for c in scoped if c.solved)
    satisfy = ground.adds((c.unit_no, c.satisfied != "no", 1) for c in scoped if c.satisfied in ("yes", "mostly", "no"))

    def score(no: int) -> tuple:
        parts = [response(no), solve(no), satisfy(no)]
        least = min(bottom for _, bottom in parts)
        return None, least, sum(w * top / bottom for w, (top, bottom) in zip((30, 35, 35), parts, strict=True)) if least else None

    steps: dict[str, list] = {}
    for event in ground.rows["case_event"]:
        if event.at < ground.end:
            steps.setdefault(event.case_no, []).append(event)
    of = {case.case_no: steps.get(case.case_no, []) for case in cases}
    known = [(case, level) for case in closed if (level := solved_at(ground, case, of[case.case_no]))]

    def at_or_below(severity: str, level: str, proper: bool = False) -> Answer:
        return ground.adds(
            (case.unit_no, ORDER.index(solved) >= ORDER.index(level), 1) for case, solved in known
            if case.severity == severity and (not proper or ORDER.index(PROPER[case.code4]) >= ORDER.index(level))
        )  # fmt: skip

    def hours(no: int) -> tuple:
        below = ground.below(no)
        values = [(c.closed_at - c.counted_at).total_seconds() / 3600 for c in closed if c.closed_at is not None and c.unit_no in below]
        return None, len(values), middle(values)

    found = {
        "response_rate": response, "solve_rate": solve, "satisfy_rate": satisfy, "three_rate_score": score, "close_hours_p50": hours,
        "found_first_rate": ground.adds((c.unit_no, c.source == "steward", 1) for c in cases),
        "repeat_rate": ground.adds((c.unit_no, c.repeat_kind == "repeat", 1) for c in closed),
        "rework_rate": ground.adds((c.unit_no, any(e.type in ("check_fail", "reopen") for e in of[c.case_no]), 1) for c in cases),
        "return_rate": ground.adds((c.unit_no, e.type == "return", e.type == "dispatch") for c in cases for e in of[c.case_no]),
        "pingpong_n": ground.counts(c.unit_no for c in cases if sum(e.type == "dispatch" for e in of[c.case_no]) >= 3),
        "minor_in_compound_rate": at_or_below("minor", "compound"), "major_in_community_rate": at_or_below("major", "community", True),
        "group_in_street_rate": at_or_below("group", "street"),
        "upflow_rate": ground.adds((c.unit_no, ORDER.index(level) < ORDER.index(PROPER[c.code4]), 1) for c, level in known),
        "hotspot_n": hotspots(ground), "focus_gap": gap(ground, cases),
    }  # fmt: skip
    return found if ground.scope.where else found | other_feeds(ground, cases)


def other_feeds(ground: Ground, cases: list) -> dict[str, Answer]:
    whistles = [call for call in ground.rows["whistle"] if ground.inside(call.blown_at)]
    orders = [order for order in ground.rows["mobilisation"] if ground.inside(order.issued_at)]
    issues = [(i, i.proper_level or PROPER.get(i.code4)) for i in ground.rows["meeting_issue"] if ground.inside(i.held_on)]

    def blown(no: int) -> tuple:
        below = ground.below(no)
        return len({call.whistle_id for call in whistles if call.unit_no in below}), sum(case.unit_no in below for case in cases)

    def minutes(no: int) -> tuple:
        below = ground.below(no)
        values = [(o.first_hh_at - o.issued_at).total_seconds() / 60 for o in orders if o.unit_no in below and o.first_hh_at and o.first_hh_at < ground.end]
        return None, len(values), middle(values)

    return {
        "whistle_rate": blown, "mobil_min_p50": minutes,
        "whistle_arrive_rate": ground.adds(
            (c.unit_no, c.arrived_at is not None and c.arrived_at <= c.due_arrive_at and c.is_refused is not True, 1) for c in whistles if c.due_arrive_at <= ground.end
        ),
        "mobil_3h_rate": ground.adds((o.unit_no, o.done_at is not None and o.done_at < ground.end and o.done_at - o.issued_at <= timedelta(hours=3), 1) for o in orders),
        "level_match_rate": ground.adds((i.unit_no, i.handled_level == proper, 1) for i, proper in issues if proper and i.handled_level),
    }  # fmt: skip


def solved_at(ground: Ground, case, steps: list) -> str | None:
    if case.resolved_level:
        return case.resolved_level
    steps = sorted((e for e in steps if e.type in ("feedback", "close")), key=lambda e: e.at)
    if not steps:
        return None
    who = steps[-1].from_unit or steps[-1].to_unit
    levels = {org.level for org in ground.rows["org"] if org.level and who in (org.name, *(org.aliases or ()))}
    return levels.pop() if len(levels) == 1 else None


def month_before(day: date) -> date:
    """A day one month earlier, the first of a month in these tests."""
    return (day - timedelta(days=1)).replace(day=1)


def hotspots(ground: Ground) -> Answer:
    """Only for periods that end with a month: compounds hot in three of the last four months."""
    cells, hot = sorted(ground.at("compound")), dict.fromkeys(ground.at("compound"), 0)
    homes = {cell: ground.own_or_children(cell, "households") for cell in cells}
    wanted = [value for field, value in ground.scope.where if field == "category"]
    end = min(ground.scope.date_to, ground.day) + timedelta(days=1)
    for _ in range(4):
        start = month_before(end)
        month = [
            c for c in ground.rows["case"]
            if start <= c.counted_at.date() < end and c.status != "void" and c.voided_at is None and not c.repeat_of and (not wanted or c.code4[:2] in wanted)
        ]  # fmt: skip
        n = {cell: sum(c.unit_no in ground.below(cell) for c in month) for cell in cells}
        mean = sum(n.values()) / sum(homes.values()) if sum(homes.values()) else 0
        rate = {cell: (n[cell] + 100 * mean) / (homes[cell] + 100) for cell in cells}
        for cell in cells:
            hot[cell] += n[cell] >= 5 and sum(other > rate[cell] for other in rate.values()) < len(cells) / 10
        end = start
    return ground.counts(cell for cell in cells if hot[cell] >= 3)


def gap(ground: Ground, cases: list) -> Answer:
    """Any focus tag on the unit or above it, against the rest."""
    focus = {no for no, line in ground.lines.items() if any(ground.unit[up]["focus_tags"] for up in line)}

    def focus_homes(no: int) -> float:
        if no in focus and ground.unit[no]["households"] is not None:
            return ground.unit[no]["households"]
        return sum(focus_homes(child) for child in ground.now if ground.unit[child]["parent_no"] == no)

    def answer(no: int) -> tuple:
        merged = [c for c in cases if c.unit_no in ground.below(no) and not c.repeat_of]
        inside, homes = sum(c.unit_no in focus for c in merged), focus_homes(no)
        rest = max(ground.own_or_children(no, "households") - homes, 0)
        top, bottom = inside / homes if homes else None, (len(merged) - inside) / rest if rest else None
        return top, bottom, top / bottom if top is not None and bottom else None

    return answer
