"""What the local rules hold (本地规则的各节): one record per section of the rules file, with its values' types."""

from dataclasses import dataclass
from typing import Any, Literal

Colour = Literal["green", "amber", "red"]
Bound = float | tuple[float, float]
NOISE = 1e-12  # what a difference of sums may be off by


@dataclass(frozen=True, slots=True)
class Grid:
    households_min: int
    households_max: int


@dataclass(frozen=True, slots=True)
class Org:
    rule: str
    group_members: int
    branch_groups: int
    committee_branches: int
    count_reported: bool


@dataclass(frozen=True, slots=True)
class Member:
    contact_days: int
    lost_days: int


@dataclass(frozen=True, slots=True)
class Case:
    response_hours: float
    group_persons: int
    pingpong_dispatches: int


@dataclass(frozen=True, slots=True)
class ThreeRate:
    response: float
    solve: float
    satisfy: float


@dataclass(frozen=True, slots=True)
class Repeat:
    days: int
    metres: float


@dataclass(frozen=True, slots=True)
class Placeholder:
    rows: int
    texts: int
    near_metres: float


@dataclass(frozen=True, slots=True)
class Hotspot:
    prior_households: int
    top_share: float
    min_cases: int
    months: int
    hot_months: int
    neighbours: int
    false_share: float
    cluster_cases: int
    cluster_callers: int
    cluster_days: int


@dataclass(frozen=True, slots=True)
class Mobilisation:
    hours: float


@dataclass(frozen=True, slots=True)
class Contract:
    publish_days: int
    appraise_days: int


@dataclass(frozen=True, slots=True)
class Fund:
    publish_working_days: int
    district_budget_yuan: int
    social_org_yuan: int
    paid_in_by_month: int
    cleared_by_month: int


@dataclass(frozen=True, slots=True)
class Premises:
    m2_per_100hh: float
    m2_min: float


@dataclass(frozen=True, slots=True)
class Figure:
    unstable_below: int
    rank_min_cases: int


@dataclass(frozen=True, slots=True)
class Privacy:
    public_k: int
    public_round: int
    public_rate_below: int
    public_days: int
    analyst_k: int
    vulnerable_k: int
    jitter_min_metres: float
    jitter_max_metres: float


@dataclass(frozen=True, slots=True)
class Work:
    start_hour: int
    end_hour: int


@dataclass(frozen=True, slots=True)
class Watch:
    """What the list of things to see to calls stale, due soon or sudden."""

    stale_days: int
    due_hours: float
    jump_cases: int
    jump_deviations: float
    jump_weeks: int
    wish_days: int


@dataclass(frozen=True, slots=True)
class Alliance:
    """Co-building: how many help a community (1+1+4 组团), how often delegates survey it a year."""

    givers_min: int
    surveys_min: int


@dataclass(frozen=True, slots=True)
class Reference:
    """Numbers of another city to hold the own ones against; 0 leaves one out."""

    name: str
    communities: int
    micro_grids: int
    stewards: int
    residents: int
    area_km2: float


@dataclass(frozen=True, slots=True)
class Governance:
    """Who leads, in the city's own words; empty: not shown."""

    convenor: str
    platform: str
    office: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """Traffic light of one indicator, in the unit of its value (rates as fractions); a pair is a band, ends included.

    `basis` says what is compared: the value; its multiple of the unit's own mean or of the time limit; or its distance
    from the part of the year that has passed. With `beyond` green begins past its bound, not at it (">0").
    """

    green: Bound
    amber: Bound
    basis: str = "value"
    beyond: bool = False

    def colour(self, value: float, better: str) -> Colour:
        """The light of `value` (already on this basis); `better` is the indicator's direction: up, down or band."""
        if self.is_green(value, better):
            return "green"
        return "amber" if self.is_amber(value, better) else "red"

    def is_green(self, value: Any, better: str) -> Any:
        """Whether a value, or each of an array of them, meets the standard."""
        if self.beyond and not isinstance(self.green, tuple):
            return value < self.green - NOISE if better == "down" else value > self.green + NOISE
        return _reaches(value, self.green, better)

    def is_amber(self, value: Any, better: str) -> Any:
        """The same for the nearer standard; what meets the first meets it too."""
        return _reaches(value, self.amber, better)


@dataclass(frozen=True, slots=True)
class Rules:
    """All local rules. `source` is the TOML text they were read from, kept in every build."""

    grid: Grid
    org: Org
    member: Member
    case: Case
    three_rate: ThreeRate
    repeat: Repeat
    placeholder: Placeholder
    hotspot: Hotspot
    mobilisation: Mobilisation
    contract: Contract
    fund: Fund
    premises: Premises
    figure: Figure
    privacy: Privacy
    work: Work
    watch: Watch
    alliance: Alliance
    reference: Reference
    governance: Governance
    thresholds: dict[str, Threshold]
    source: str


def _reaches(value: Any, bound: Bound, better: str) -> Any:
    if isinstance(bound, tuple):
        return (bound[0] <= value) & (value <= bound[1])
    return value <= bound if better == "down" else value >= bound
