"""导入: how data are loaded, the templates, the builds there are."""

from dashboard.imports.page import builds_table, steps, template_list
from dashboard.view.run import current

run = current()
steps(run)
template_list(run)
builds_table(run)
