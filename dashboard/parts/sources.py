"""Channels a case came in by (来源渠道), by their canonical words."""

from dashboard.view.filter_words import SOURCES
from dashboard.view.run import Run
from etl.model.text import Text

NAMES = SOURCES | {"": Text("未注明", "Not said")}


def source_name(run: Run, source: str) -> str:
    """The channel's name in the run's language; a city's own word as it stands."""
    return NAMES[source].to(run.lang) if source in NAMES else source
