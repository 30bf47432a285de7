"""Second calculation of the indicators beyond the field's own list: order of grids, disputes, services, taking part."""

from tests.oracle_cases import solved_at
from tests.oracle_ground import ORDER, Answer, Ground


def answers(ground: Ground) -> dict[str, Answer]:
    cases = ground.cases()
    steps: dict[str, list] = {}
    for event in ground.rows["case_event"]:
        if event.at < ground.end:
            steps.setdefault(event.case_no, []).append(event)
    known = [(c, level) for c in cases if ground.closed(c) and (level := solved_at(ground, c, steps.get(c.case_no, [])))]

    def solved(severity: str, level: str, of_class: str = "") -> Answer:
        return ground.adds(
            (c.unit_no, ORDER.index(found) >= ORDER.index(level), 1) for c, found in known if c.severity == severity and c.code4.startswith(of_class)
        )

    found = {
        "major_all_in_community_rate": solved("major", "community"), "minor_dispute_in_grid_rate": solved("minor", "compound", "10"),
        "dispute_in_community_rate": solved("major", "community", "10"), "petition_rate": ground.adds((c.unit_no, c.source == "petition", 1) for c in cases),
    }  # fmt: skip
    funds = {value for field, value in ground.scope.where if field == "fund"}
    begun = [p for p in ground.rows["fund_project"] if ground.inside(p.start_on) and ground.past(p.start_on) and (not funds or p.fund in funds)]
    projects = {"resolved_first_rate": ground.adds((p.unit_no, p.resolved_on is not None and p.resolved_on <= p.start_on, 1) for p in begun)}
    if ground.scope.where:
        return projects if funds else found
    return found | projects | grids(ground) | services(ground)


def grids(ground: Ground) -> dict[str, Answer]:
    day, today = ground.day, ground.today
    staff = [(today(s.unit_no), s.role) for s in ground.rows["grid_staff"] if not (s.start_on and s.start_on > day) and not (s.end_on and s.end_on < day)]
    orgs = [(today(o.unit_no), o.type) for o in ground.rows["party_org"] if not (o.founded_on and o.founded_on > day) and not (o.ended_on and o.ended_on < day)]
    cells = ground.at("compound")
    vacant = [c for c in ground.at("community") if (c, "chief") not in staff]
    vacant += [c for c in cells if ground.unit[c]["kind"] != "exclusive" and (c, "general_head") not in staff]
    served = {ground.up(no, "compound") for no, role in staff if no and role in ("general_head", "steward")}
    led = {no for no, kind in orgs if kind != "group"}
    owned = {ground.up(k.unit_no, "compound") for k in ground.rows["compound"] if ground.past(k.owners_committee_on)}
    tasks = [t for t in ground.rows["grid_task"] if ground.inside(t.due_on) and ground.past(t.due_on)]
    return {
        "head_vacant_n": ground.counts(vacant), "trinity_rate": ground.adds((c, c in served and c in led and c in owned, 1) for c in cells),
        "grid_task_done_rate": ground.adds((t.unit_no, ground.past(t.done_on), 1) for t in tasks),
    }  # fmt: skip


def services(ground: Ground) -> dict[str, Answer]:
    rows, scope = ground.rows, ground.scope
    months = [s for s in rows["service_stat"] if f"{scope.date_from:%Y-%m}" <= s.month <= f"{scope.date_to:%Y-%m}"]
    checks = ground.adds((s.unit_no, s.n, 0) for s in months if "体检" in s.channel or "体检" in s.type)
    people = [
        (one.unit_no, n or 0, 0)
        for feed, name in (("service_log", "participants"), ("joint_activity", "participants"), ("deliberation", "attendees"))
        for one in rows[feed]
        if ground.inside(one.held_on) and ground.past(one.held_on)
        for n in (getattr(one, name),)
    ]
    taking = ground.adds(people)

    def adults(no: int) -> float:
        unit = ground.unit[no]
        if unit["population"] is not None:
            return unit["population"] - (unit["pop_u18"] or 0)
        return sum(adults(child) for child in ground.now if ground.unit[child]["parent_no"] == no)

    return {
        "mediation_ok_rate": ground.adds((m.unit_no, m.result == "success", 1) for m in rows["mediation"] if ground.inside(m.accepted_on) and m.result in ("success", "failed")),
        "wish_done_rate": ground.adds((w.unit_no, ground.past(w.done_on), 1) for w in rows["wish"] if ground.inside(w.made_on)),
        "first_time_rate": ground.adds((s.unit_no, s.first_time_n, s.n) for s in months if s.first_time_n is not None),
        "health_check_rate": lambda no: (checks(no)[0], ground.own_or_children(no, "pop_60p")),
        "participation_rate": lambda no: (taking(no)[0], adults(no)),
    }
