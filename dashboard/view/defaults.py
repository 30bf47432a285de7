"""Which indicator a page opens with (默认指标): the first that has something to say here, so that no page opens on an empty map."""

from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.query.figures import figure


def first_told(run: Run, ids: tuple[str, ...]) -> str:
    """The first of `ids` with a value for the reader's whole range; the first of all when none has one."""
    scope = {name: run.scope_for(BY_ID[name]) for name in ids}
    return next((name for name in ids if figure(run.build, run.reader, name, scope[name], run.reader.first_no).value is not None), ids[0])
