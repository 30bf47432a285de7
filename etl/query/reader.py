"""Who asks (读者): a role and the range of units it may see. Every query takes one."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["public", "steward", "analyst", "leader", "data_steward", "auditor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Reader:
    """A role with an area limit: units `first_no`..`last_no` of one build, both included (a unit and its descendants)."""

    role: Role
    first_no: int
    last_no: int
    name: str = ""

    def sees(self, unit_no: int) -> bool:
        return self.first_no <= unit_no <= self.last_no
