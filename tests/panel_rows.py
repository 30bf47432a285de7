"""What the panels whose rows can be picked count in each row, as they are drawn: by kind and value of `etl.query.row_units`."""

from collections.abc import Callable

from etl.query.alliance import help_kinds
from etl.query.case_patterns import MERGE_STEPS, case_patterns
from etl.query.contracts import contracts
from etl.query.contracts import step_counts as contract_steps
from etl.query.deliberations import claimed_projects, suggestion_funnel
from etl.query.fund_chain import breach_counts, projects, step_counts
from etl.query.grid_order import checklist, trinity_counts
from etl.query.grids import size_classes
from etl.query.mobilisation import SPREAD, mobilised
from etl.query.org333 import gaps
from etl.query.premises import facility_kinds, service_name, services
from etl.query.reader import Reader
from etl.query.scope import Scope, default_scope
from etl.query.self_and_joint import GOVERNING, forms
from etl.query.volunteers import teams, wishes
from etl.query.warehouse import Build
from etl.query.whistles import pair_value, there_and_back

Asked = tuple[Build, Reader, Scope, int]
Counts = dict[str, float]


def _spread(*asked: *Asked) -> Counts:
    found = mobilised(*asked)
    assert found is not None
    return dict(zip(SPREAD, found.spread, strict=True))


def _orders(*asked: *Asked) -> Counts:
    found = mobilised(*asked)
    assert found is not None
    return dict(zip(found.orders["mob_id"], found.orders["targets"], strict=True))


def _suggestions(*asked: *Asked) -> Counts:
    found = suggestion_funnel(*asked)
    return {"raw": found.raw, "groups": found.groups, "adopted": found.adopted}


def _wishes(*asked: *Asked) -> Counts:
    found = wishes(*asked)
    return {"made": found.made, "claimed": found.claimed, "done": found.done}


def _pairs(*asked: *Asked) -> Counts:
    found = there_and_back(*asked, 10_000)
    assert found is not None
    return {pair_value(row.sender, row.receiver): row.n for row in found.itertuples()}


def _merging(*asked: *Asked) -> Counts:
    found = case_patterns(*asked)
    return {} if found is None else {name: getattr(found, name) for name in MERGE_STEPS}


PANELS: dict[str, Callable[[Build, Reader, Scope, int], Counts]] = {
    "micro_size": lambda *asked: {one.id: one.n for one in size_classes(*asked)},
    "trinity": lambda *asked: dict(trinity_counts(*asked)),
    "fund_step": lambda *asked: dict(step_counts(projects(*asked))),
    "breach": lambda *asked: {one.name.en: one.n for one in breach_counts(projects(*asked))},
    "contract_step": lambda *asked: dict(contract_steps(contracts(*asked))),
    "wish": _wishes,
    "suggestion": _suggestions,
    "governing": lambda *asked: {name: getattr(forms(*asked), name) or 0 for name in GOVERNING},
    "minutes": _spread,
    "order": _orders,
    "premises": lambda *asked: {row.kind: row.n for row in facility_kinds(*asked).itertuples()},
    "service": lambda *asked: {service_name(row.channel, row.type): row.n for row in services(*asked).itertuples()},
    "help": lambda *asked: {one.kind: one.times for one in help_kinds(*asked)},
    "claimed": lambda *asked: {one.word: one.n for one in claimed_projects(*asked)},
    "team": lambda *asked: {one.name: one.activities for one in teams(*asked, 10_000)[0]},
    "org_gap": lambda *asked: gaps(*asked).groupby("kind")["missing"].sum().to_dict(),
    "task": lambda *asked: {one.name: one.due - one.done for one in checklist(*asked)},
    "pair": _pairs,
    "merge": _merging,
}  # fmt: skip
ASKED_BY = {  # the kind whose values a function of etl.query knows
    "volunteers.wish_units": "wish", "volunteers.team_units": "team", "deliberations.suggestion_units": "suggestion", "deliberations.claimed_units": "claimed",
    "mobilisation.minutes_units": "minutes", "mobilisation.order_units": "order", "premises.facility_units": "premises", "premises.service_units": "service",
    "alliance.help_units": "help", "grid_order.undone_units": "task", "org333.missing_units": "org_gap", "whistles.pair_units": "pair", "case_patterns.merge_units": "merge",
}  # fmt: skip


def values(build: Build, kind: str) -> list[str]:
    """The rows of a panel of the whole city."""
    return [value for value, n in PANELS[kind](build, Reader("admin", 1, 10**9), default_scope(build), 1).items() if n and value]
