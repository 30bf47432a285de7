"""The builds in the warehouse (数据版本), as their manifests tell."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BuildLine:
    """One build: rows over all feeds, None where the manifest cannot be read."""

    id: str
    built_at: str
    data_date: str
    rows_read: int | None
    rows_loaded: int | None
    rows_rejected: int | None
    rows_duplicate: int | None


def builds(warehouse: Path) -> list[BuildLine]:
    """Every folder with a manifest, newest first. A manifest that cannot be read is listed with dashes, not hidden."""
    lines = []
    for manifest in sorted(warehouse.glob("*/manifest.json"), reverse=True):
        name = manifest.parent.name
        if name.startswith((".", "_")):
            continue
        try:
            facts = json.loads(manifest.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError):
            lines.append(BuildLine(name, "", "", None, None, None, None))
            continue
        feeds = facts.get("feeds", {}).values()
        sums = [sum(int(feed.get(key) or 0) for feed in feeds) for key in ("rows_read", "rows_loaded", "rows_rejected", "rows_duplicate")]
        lines.append(BuildLine(name, str(facts.get("built_at", ""))[:16].replace("T", " "), str(facts.get("data_date", ""))[:10], *sums))
    return lines
