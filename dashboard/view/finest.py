"""How deep a page goes (统计到哪一级): the finest level at which an indicator says something and may be shown.

Members by number, floating members and care visits stop at the community (domain rule E6); a looked-at unit below is answered
for by the unit above it at that level.
"""

from dashboard.view.drill import Shown, shown
from dashboard.view.run import Run
from etl.model.levels import BY_ID
from etl.query.unit import Unit
from etl.query.units import units

FINEST: dict[str, str] = {
    "member_cover_rate": "micro", "org_cover_rate": "compound", "org333_gap_n": "compound",
    "member_in_grid_rate": "community", "post_claim_ratio": "community", "one_shoulder_rate": "community", "cross_post_rate": "community",
    "floating_contact_rate": "community", "three_visit_rate": "community",
    "fee_collect_rate": "compound", "oc_cover_rate": "compound", "trust_ok_rate": "compound", "dividend_per_m2": "compound",
    "premises_per_100hh": "community", "premises_ok_rate": "community", "five_centre_rate": "community",
    "fund_exec_rate": "community", "fund_residue_rate": "community", "fund_process_rate": "community", "suggest_adopt_rate": "community",
    "contract_fulfil_rate": "community", "contract_step_rate": "community", "contract_mutual_rate": "community", "joint_quarter_rate": "community",
    "resolution_done_rate": "compound", "vol_hours_per_1000": "community", "member_hours_pc": "community", "social_org_n": "community",
    "worker_member_rate": "street", "resolved_first_rate": "community", "first_time_rate": "community", "health_check_rate": "community",
    "participation_rate": "community", "wish_done_rate": "community",
}  # fmt: skip


def unit_at(run: Run, level: str) -> Unit | None:
    """The unit looked at, or the one above it at `level` (else the next coarser) when it lies below; None when the reader may not see that one."""
    if BY_ID[run.unit.level].rank <= BY_ID[level].rank:
        return run.unit
    frame = units(run.build)
    above = [no for no in frame.ancestors(run.unit.unit_no) if frame.level[no - 1] <= BY_ID[level].rank]
    return frame.unit(above[-1]) if above and run.reader.sees(above[-1]) else None


def reaches(run: Run, indicator_id: str) -> bool:
    """Whether an indicator may be shown for the unit looked at."""
    return BY_ID[run.unit.level].rank <= BY_ID[FINEST[indicator_id]].rank


def shown_for(run: Run, indicator_id: str) -> Shown:
    """What the view shows, no finer than the indicator goes."""
    usual, finest = shown(run), BY_ID[FINEST[indicator_id]]
    if BY_ID[usual.level].rank <= finest.rank:
        return usual
    frame = units(run.build)
    chain = [no for no in (*frame.ancestors(run.unit.unit_no), run.unit.unit_no) if run.reader.sees(no)]
    coarser = [no for no in chain if frame.level[no - 1] < finest.rank]
    selected = next((no for no in chain if frame.level[no - 1] == finest.rank), None)
    return Shown(finest.id, coarser[-1] if coarser else run.unit.unit_no, selected)
