"""Second calculation of the fund, property, premises, co-building and pilot indicators, straight from the definitions."""

from collections import defaultdict
from datetime import date, timedelta

from tests.oracle_ground import Answer, Ground

CHAIN = ("suggested_on", "collated_on", "resolved_on", "published_on", "bid_on", "contract_on", "start_on", "accepted_on", "audited_on")
CENTRES = ("事务服务中心", "文化活动中心", "生活服务中心", "卫生服务中心", "综治维稳中心")
STEPS = ("talked_on", "signed_on", "published_on", "start_on", "appraised_on")


def answers(ground: Ground) -> dict[str, Answer]:
    funds = {value for field, value in ground.scope.where if field == "fund"}
    ledger = [e for e in ground.rows["fund_ledger"] if ground.past(e.on_date)]
    of_fund = [e for e in ledger if not funds or e.fund in funds]
    projects = [p for p in ground.rows["fund_project"] if not funds or p.fund in funds]
    year = ground.scope.date_to.year
    found = {
        "fund_exec_rate": ground.adds(
            (e.unit_no, {"expense": e.amt, "refund": -e.amt}.get(e.direction, 0), e.amt if e.direction == "received" else 0) for e in of_fund if e.year == year
        ),
        "fund_residue_rate": residue(ground, ledger, [e for e in of_fund if e.year == year - 1], projects, year - 1),
        "fund_process_rate": process(ground, ledger, projects),
    }  # fmt: skip
    return found if funds else found | other_feeds(ground)


def residue(ground: Ground, ledger: list, last_year: list, projects: list, year: int) -> Answer:
    sign = {"received": 1, "expense": -1, "refund": 1, "cleared": -1}
    pairs = [(e.unit_no, sign.get(e.direction, 0) * e.amt, e.amt if e.direction == "received" else 0) for e in last_year]
    paid: dict[str, float] = defaultdict(float)
    for e in ledger:
        paid[e.project_id] += {"expense": e.amt, "refund": -e.amt}.get(e.direction, 0)
    for p in projects:
        if ground.past(p.contract_on) and p.contract_on.year == year and p.contract_amt is not None:
            pairs.append((p.unit_no, -max(p.contract_amt - paid[p.project_id], 0), 0))
    sums = ground.adds(pairs)
    return lambda no: (max(sums(no)[0], 0), sums(no)[1])


def process(ground: Ground, ledger: list, projects: list) -> Answer:
    pairs = []
    for p in projects:
        days = [getattr(p, name) for name in CHAIN]
        first = p.suggested_on or min((d for d in (*days, p.end_on) if d), default=None)
        if not ground.inside(first):
            continue
        days = [d if ground.past(d) else None for d in days]
        if not any(days[1:]):
            continue
        held = [d for d in days if d]
        payments = [e.on_date for e in ledger if e.project_id == p.project_id and e.direction == "expense"]
        decided = not payments or all(d and d <= min(payments) for d in days[2:4])
        pairs.append((p.unit_no, held == sorted(held) and decided, 1))
    return ground.adds(pairs)


def touches(ground: Ground, period: str) -> bool:
    year, month = int(period[:4]), int(period[5:] or 0)
    first = date(year, month or 1, 1)
    last = date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1) - timedelta(days=1)
    return first <= ground.scope.date_to and last >= ground.scope.date_from


def other_feeds(ground: Ground) -> dict[str, Answer]:
    rows, today = ground.rows, ground.today
    compounds = [(today(k.unit_no), k) for k in rows["compound"]]
    facilities = [(today(f.unit_no), f) for f in rows["facility"]]
    area = ground.adds((no, f.area_m2 or 0, 0) for no, f in facilities)
    standing = {c: {word for no, f in facilities for word in CENTRES if word in f.type and no and ground.up(no, "community") == c} for c in ground.at("community")}
    good = {c for c in ground.at("community") if area(c)[0] >= 1000 and (hh := ground.own_or_children(c, "households")) and area(c)[0] / hh * 100 >= 30 - 1e-9}
    said = [s for s in rows["suggestion"] if ground.inside(s.made_on) and s.group_id]

    def adopted(no: int) -> tuple:
        here = [s for s in said if s.unit_no in ground.below(no)]
        return len({s.group_id for s in here if s.is_adopted}), len({s.group_id for s in here})

    return {
        "dividend_per_m2": ground.adds(
            (r.unit_no, r.amt, r.basis_m2) for r in rows["compound_revenue"] if r.direction == "dividend" and r.basis_m2 is not None and touches(ground, r.period)
        ),
        "fee_collect_rate": ground.adds((r.unit_no, r.paid_amt, r.due_amt) for r in rows["property_fee"] if touches(ground, r.period)),
        "trust_ok_rate": ground.adds(
            (no, k.has_joint_account is True and k.has_supervisor is True and k.has_supervision_group is True and ground.past(k.open_budget_on), 1)
            for no, k in compounds if k.property_mode == "trust"
        ),
        "oc_cover_rate": ground.adds((no, ground.past(k.owners_committee_on), 1) for no, k in compounds),
        "premises_per_100hh": lambda no: (area(no)[0], ground.own_or_children(no, "households")),
        "premises_ok_rate": ground.adds((c, c in good, 1) for c in ground.at("community")),
        "five_centre_rate": ground.adds((c, len(standing[c]) == 5, 1) for c in ground.at("community")),
        "contract_fulfil_rate": ground.adds(
            (i.unit_no, ground.past(i.done_on), 1) for i in rows["contract_item"] if ground.inside(i.due_on) and ground.past(i.due_on)
        ),
        "contract_step_rate": ground.adds(five_steps(ground)), "contract_mutual_rate": ground.adds(mutual(ground)),
        "joint_quarter_rate": ground.adds(quarters(ground)),
        "resolution_done_rate": ground.adds((d.unit_no, d.done_n or 0, d.resolutions_n) for d in rows["deliberation"] if ground.inside(d.held_on) and d.resolutions_n is not None),
        "suggest_adopt_rate": adopted,
    }  # fmt: skip


def of_period(ground: Ground) -> list:
    def first(c) -> date | None:
        return c.signed_on or min((d for d in (*(getattr(c, name) for name in STEPS), c.end_on) if d), default=None)

    return [c for c in ground.rows["contract"] if ground.inside(first(c))]


def five_steps(ground: Ground) -> list:
    pairs, month = [], timedelta(days=30)
    for c in of_period(ground):
        if c.signed_on is None or c.signed_on + month > ground.day:
            continue
        held = [d for name in STEPS if (d := getattr(c, name))]
        ok = held == sorted(held) and bool(c.talked_on and c.start_on and c.published_on) and c.published_on <= c.signed_on + month
        if c.end_on and c.end_on + month <= ground.day:
            ok = ok and c.appraised_on is not None and c.appraised_on <= c.end_on + month
        pairs.append((c.unit_no, ok, 1))
    return pairs


def mutual(ground: Ground) -> list:
    sides = defaultdict(set)
    for item in ground.rows["contract_item"]:
        sides[item.contract_id].add(item.direction)
    return [(c.unit_no, len(sides[c.contract_id]) == 2, 1) for c in of_period(ground)]


def quarters(ground: Ground) -> list:
    last = min(ground.scope.date_to, ground.day)
    whole = []
    for year in range(2024, 2028):
        for month in (1, 4, 7, 10):
            start = date(year, month, 1)
            after = date(year, month + 3, 1) if month < 10 else date(year + 1, 1, 1)
            if ground.scope.date_from <= start and after - timedelta(days=1) <= last:
                whole.append((start, after))
    held = {(ground.up(a.unit_no, "community"), start) for a in ground.rows["joint_activity"] for start, after in whole if start <= a.held_on < after}
    return [(c, (c, start) in held, 1) for c in ground.at("community") for start, _ in whole]
