"""Where the product keeps what it writes itself (运行记录): audit log, saved views, notes. Outside the warehouse, so that builds may go."""

from pathlib import Path

from dashboard.web.serving import serving


def state_folder() -> Path:
    """`<warehouse>.state`, made on first use, readable by the server's user only. OSError when it cannot be made."""
    folder = serving().warehouse.with_name(serving().warehouse.name + ".state")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
