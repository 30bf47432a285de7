"""导入: how data are loaded, the templates, the builds there are."""

from dashboard.imports.control import desk
from dashboard.imports.page import builds_table, steps, template_list
from dashboard.view.chips import chips
from dashboard.view.run import current

run = current()
chips(run, "", (), has_period=False)
steps(run)
desk(run)
template_list(run)
builds_table(run)
