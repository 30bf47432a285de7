"""Page views in the audit log (浏览留痕): one row for each view a reader opens, none for reruns of the same view."""

from urllib.parse import urlencode

import streamlit as st

from dashboard.access.audit import record
from dashboard.view.run import Run

NOT_A_VIEW = ("lang", "type", "v")  # the language and the address's version show nothing more of the data


def audited(run: Run) -> Run:
    """Record this run unless it shows what the session's last one showed. AuditError when it cannot be recorded: draw nothing then.

    A view outside the reader's range was already replaced by the reader's own; that it was asked for is recorded too.
    The public pages have no reader to record: everybody sees the same totals, and a lobby screen turns pages day and night.
    """
    if run.identity.provider == "public":
        return run
    asked = {name: value for name, value in sorted(dict(st.query_params).items()) if name not in NOT_A_VIEW}
    filters = urlencode(asked)
    shown = (run.identity.account, run.build.id, run.page.id, filters)
    if st.session_state.get("atlas_audited") == shown:
        return run
    if asked.get("unit", "").strip() not in ("", run.view.unit):
        record(run.identity, "refused", run.page.id, filters, detail="unit")
    else:
        record(run.identity, "view", run.page.id, filters)
    st.session_state["atlas_audited"] = shown
    return run


def audited_export(run: Run, name: str, rows: int) -> None:
    """Record that a file of this view is asked for; that it left is recorded by its route. AuditError: make nothing then."""
    if run.identity.provider != "public":
        asked = {name: value for name, value in sorted(run.view.query().items()) if name not in NOT_A_VIEW}
        record(run.identity, "export-made", run.page.id, urlencode(asked), rows, name)
