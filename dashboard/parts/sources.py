"""Channels a case came in by (来源渠道), by their canonical words."""

from dashboard.view.run import Run
from etl.model.text import Text

NAMES = {
    "12345": Text("12345 热线", "12345 hotline"),
    "steward": Text("网格员上报", "Grid stewards"),
    "city_mgmt": Text("数字城管", "City management"),
    "e_steward": Text("e管家", "e-steward"),
    "petition": Text("信访", "Petitions"),
    "other": Text("其他渠道", "Other"),
    "": Text("未注明", "Not said"),
}


def source_name(run: Run, source: str) -> str:
    """The channel's name in the run's language; a city's own word as it stands."""
    return NAMES[source].to(run.lang) if source in NAMES else source
