"""Second calculation of the staff, member, organisation and volunteer indicators, straight from the definitions."""

from collections import Counter, defaultdict
from types import SimpleNamespace

from tests.oracle_ground import Answer, Ground


def answers(ground: Ground) -> dict[str, Answer]:
    day, today = ground.day, ground.today
    staff = [(today(s.unit_no), s) for s in ground.rows["grid_staff"] if not (s.start_on and s.start_on > day) and not (s.end_on and s.end_on < day)]
    staff = [(no, s) for no, s in staff if no]
    micro, communities, cells = ground.at("micro"), ground.at("community"), ground.at("compound")
    orgs = [SimpleNamespace(**{**vars(o), "unit_no": today(o.unit_no)}) for o in ground.rows["party_org"]
            if not (o.founded_on and o.founded_on > day) and not (o.ended_on and o.ended_on < day)]  # fmt: skip
    orgs = [o for o in orgs if o.unit_no]
    newest = newest_members(ground)
    everybody, reported = members_of(ground, newest, lambda k: True), members_of(ground, newest, lambda k: k[1] == "reported")
    in_micro = {no: everybody(no)[0] for no in micro}
    floating = members_of(ground, newest, lambda k: k[0] == "floating")
    posts = ground.adds((today(p.unit_no), p.claimed, 0) for p in ground.rows["service_post"] if ground.past(p.as_of_on))
    logs = [log for log in ground.rows["service_log"] if ground.inside(log.held_on)]
    hours, own_hours = ground.adds((g.unit_no, g.hours, 0) for g in logs), ground.adds((g.unit_no, g.hours, 0) for g in logs if g.by == "member")
    covered = {cell for o in orgs if o.type in ("branch", "group") for cell in ground.lines[o.unit_no] if cell in cells}
    dual = {o.unit_no for o in orgs if o.is_one_shoulder is True}
    return before_first_counts(ground, {
        "steward_fill_rate": ground.adds((no, no in {at for at, s in staff if s.role == "steward"}, 1) for no in micro),
        "steward_per_grid": ground.adds([(no, 1, 0) for no, s in staff if s.role == "steward"] + [(no, 0, 1) for no in micro]),
        "head_match_rate": ground.adds((no, s.is_org_secretary is True, 1) for no, s in staff if s.role in ("chief", "general_head")),
        "grid_geom_cover": area(ground),
        "member_cover_rate": ground.adds((no, in_micro[no] >= 1, 1) for no in micro),
        "member_in_grid_rate": lambda no: (sum(n for at, n in in_micro.items() if at in ground.below(no)), everybody(no)[0]),
        "floating_contact_rate": lambda no: (floating(no)[1], floating(no)[0]),
        "post_claim_ratio": lambda no: (posts(no)[0], reported(no)[0]),
        "three_visit_rate": ground.adds(
            (v.unit_no, v.done_on is not None and v.done_on <= v.due_on, 1) for v in ground.rows["care_visit"] if ground.inside(v.due_on) and ground.past(v.due_on)
        ),
        "org_cover_rate": ground.adds((no, no in covered, 1) for no in cells),
        "one_shoulder_rate": ground.adds((no, no in dual, 1) for no in communities),
        "cross_post_rate": ground.adds((o.unit_no, o.crosspost_n, o.two_committee_n) for o in orgs if o.crosspost_n is not None and o.two_committee_n is not None),
        "org333_gap_n": gap333(ground, newest, orgs),
        "vol_hours_per_1000": lambda no: (hours(no)[0], ground.own_or_children(no, "population")),
        "member_hours_pc": lambda no: (own_hours(no)[0], reported(no)[0]),
        "worker_member_rate": workers(ground),
        "social_org_n": ground.counts(today(o.unit_no) for o in ground.rows["social_org"] if o.has_standard is True and o.is_active is True),
    })  # fmt: skip


def before_first_counts(ground: Ground, told: dict[str, Answer]) -> dict[str, Answer]:
    """Before members (or posts, or workers) were counted for the first time, nothing counted by them is known: no data."""
    needs = {"worker_member_rate": ["worker_stat"], "post_claim_ratio": ["member_stat", "service_post"]}
    needs |= {name: ["member_stat"] for name in ("member_cover_rate", "member_in_grid_rate", "floating_contact_rate", "org333_gap_n", "member_hours_pc")}
    begun = {feed: any(ground.past(row.as_of_on) for row in ground.rows[feed]) for feed in ("member_stat", "service_post", "worker_stat")}
    return {name: answer if all(begun[feed] for feed in needs.get(name, [])) else lambda no: (0, 0, None) for name, answer in told.items()}


def newest_members(ground: Ground) -> dict[tuple, SimpleNamespace]:
    """(category, relation, is a building, place) → the newest row not after the day."""
    found: dict[tuple, SimpleNamespace] = {}
    for row in sorted(ground.rows["member_stat"], key=lambda r: (r.as_of_on, r.src_row)):
        if ground.past(row.as_of_on):
            place = row.building_id or ground.unit[row.unit_no]["unit_code"]
            found[row.category, row.relation, row.building_id is not None, place] = row
    return found


def members_of(ground: Ground, newest: dict[tuple, SimpleNamespace], wanted) -> Answer:
    """Members and how many were contacted: of each category and relation the unit's own row, else buildings' and children's."""
    own, built = {}, defaultdict(list)
    for (category, relation, is_building, _), row in newest.items():
        no = ground.today(row.unit_no)
        if no and wanted((category, relation)):
            if is_building:
                built[category, relation, no].append(row)
            else:
                own[category, relation, no] = row
    kinds = {key[:2] for key in [*own, *built]}

    def of(kind: tuple, no: int) -> tuple[int, int]:
        if (*kind, no) in own:
            return own[*kind, no].n, own[*kind, no].contacted_n or 0
        rows = [(row.n, row.contacted_n or 0) for row in built[*kind, no]]
        rows += [of(kind, child) for child in ground.now if ground.unit[child]["parent_no"] == no]
        return sum(n for n, _ in rows), sum(m for _, m in rows)

    def answer(no: int) -> tuple[int, int]:
        found = [of(kind, no) for kind in kinds]
        return sum(n for n, _ in found), sum(m for _, m in found)

    return answer


def gap333(ground: Ground, newest: dict[tuple, SimpleNamespace], orgs: list) -> Answer:
    """3 registered members → group; 3 such buildings → branch; 3 such compounds → committee or general branch."""
    members: Counter[str] = Counter()
    for (_, relation, is_building, place), row in newest.items():
        if is_building and relation == "registered":
            members[place] += row.n
    pairs, per_compound, per_community = [], Counter(), Counter()
    for building in ground.rows["building"]:
        no = ground.today(building.unit_no)
        if no and members[building.building_id] >= 3:
            there = any(
                o.type == "group" and (o.building_id == building.building_id or (o.building_id is None and o.unit_no == no and no in ground.at("micro"))) for o in orgs
            )
            pairs.append((no, not there, 1))
            per_compound[ground.up(no, "compound")] += 1
    for cell, n in per_compound.items():
        if cell and n >= 3:
            pairs.append((cell, not any(o.unit_no == cell and o.type != "group" for o in orgs), 1))
            per_community[ground.up(cell, "community")] += 1
    for community, n in per_community.items():
        if community and n >= 3:
            pairs.append((community, not any(o.unit_no == community and o.type in ("committee", "general_branch") for o in orgs), 1))
    sums = ground.adds(pairs)
    return lambda no: (*sums(no), sums(no)[0])


def area(ground: Ground) -> Answer:
    pairs = []
    for community in ground.at("community"):
        own = ground.unit[community]["area_m2"]
        if own:
            inside = sum(ground.unit[no]["area_m2"] or 0 for no in ground.at("micro") if community in ground.lines[no])
            pairs.append((community, min(inside, own), own))
    return ground.adds(pairs)


def workers(ground: Ground) -> Answer:
    newest = {}
    for row in sorted(ground.rows["worker_stat"], key=lambda r: (r.as_of_on, r.src_row)):
        if ground.past(row.as_of_on):
            newest[ground.unit[row.unit_no]["unit_code"]] = row
    return ground.adds((ground.today(r.unit_no), r.n_member, r.n) for r in newest.values() if r.n_member is not None)
