"""Counters of this process (运行指标) in Prometheus text form."""

import sys
import time
from dataclasses import dataclass, field

from dashboard.web.exports import EXPORTS
from dashboard.web.serving import serving

STARTED_AT = time.time()


@dataclass
class Counters:
    """What only grows. `page_errors` counts runs that ended in an error sentence."""

    page_runs: int = 0
    page_errors: int = 0
    run_seconds: float = 0.0
    by_page: dict[str, int] = field(default_factory=dict)

    def ran(self, page_id: str, seconds: float) -> None:
        self.page_runs += 1
        self.run_seconds += seconds
        self.by_page[page_id] = self.by_page.get(page_id, 0) + 1


COUNTERS = Counters()


def peak_memory() -> list[str]:
    """The process's largest resident size; nothing on Windows, which has no such counter in the standard library."""
    if sys.platform == "win32":
        return []
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return ["# TYPE atlas_peak_memory_bytes gauge", f"atlas_peak_memory_bytes {peak}"]


def metrics_text(sessions: int) -> str:
    """One sample per line. Labels are our own page and build ids only."""
    service = serving()
    current = service.current
    lines = [
        "# HELP atlas_up Whether a build is served.",
        "# TYPE atlas_up gauge",
        f"atlas_up {int(current is not None)}",
        "# TYPE atlas_build_problem gauge",
        f"atlas_build_problem {int(service.problem is not None)}",
        "# TYPE atlas_sessions gauge",
        f"atlas_sessions {sessions}",
        "# TYPE atlas_page_runs_total counter",
        *(f'atlas_page_runs_total{{page="{page}"}} {n}' for page, n in sorted(COUNTERS.by_page.items())),
        "# TYPE atlas_page_run_seconds_total counter",
        f"atlas_page_run_seconds_total {COUNTERS.run_seconds:.3f}",
        "# TYPE atlas_page_errors_total counter",
        f"atlas_page_errors_total {COUNTERS.page_errors}",
        "# TYPE atlas_exports_total counter",
        f"atlas_exports_total {EXPORTS.sent}",
        *peak_memory(),
        "# TYPE atlas_started_seconds gauge",
        f"atlas_started_seconds {STARTED_AT:.0f}",
    ]
    if current is not None:
        lines.append(f'atlas_build_info{{build_id="{current.id}",data_date="{current.data_date.isoformat()}"}} 1')
    return "\n".join(lines) + "\n"
