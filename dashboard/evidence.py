"""`GET /evidence?…`: what stands behind one figure, for the reader who asks. The query string is that of the page the figure is on."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from dashboard.access.audit import AuditError, record
from dashboard.access.identity import current_identity
from dashboard.access.roles import may_open
from dashboard.parts.evidence_panel import evidence_html
from dashboard.view.audited import NOT_A_VIEW
from dashboard.view.checked import checked
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.run import Run, reader_of
from dashboard.view.state import parse_view
from dashboard.web.serving import serving
from etl.model.errors import AtlasError
from etl.model.indicators import BY_ID
from etl.query.units import units


async def evidence(request: Request) -> Response:
    """A piece of HTML; 404 for an unknown indicator, a unit or a page the reader may not see, and everybody not signed in. One row of the
    audit log each: what is asked for here need not be the view of any page."""
    try:
        body = await run_in_threadpool(_html, dict(request.query_params))
    except AuditError as error:
        return PlainTextResponse(f"{error.text.zh}\n{error.text.en}", status_code=503, headers={"Cache-Control": "no-store"})
    if body is None:
        return PlainTextResponse("Not Found", status_code=404, headers={"Cache-Control": "no-store"})
    return HTMLResponse(body, headers={"Cache-Control": "no-store"})


def _html(query: dict[str, str]) -> str | None:
    try:
        build, identity = serving().build(), current_identity()
        reader = reader_of(build, identity)
    except AtlasError:
        return None
    if reader.role == "public" or serving().is_public:
        return None
    view = parse_view(query)
    if view.ind not in BY_ID:
        return None
    found, asked = checked(build, reader, view), urlencode({name: value for name, value in sorted(query.items()) if name not in NOT_A_VIEW})
    may_ask = may_open(reader.role, "overview") or may_open(reader.role, BY_ID[view.ind].page)
    if not may_ask or found.view.unit != view.unit:
        record(identity, "refused", "evidence", asked, detail="unit" if may_ask else "page")
        return None
    record(identity, "view", "evidence", asked)
    run = Run(PAGES["overview"], build, reader, found.view, units(build).unit(found.unit_no), found.scope, (), identity)
    return evidence_html(run, view.ind)
