"""导入: how data are loaded, the templates, the builds there are."""

from dashboard.imports.control import can_load_here, desk
from dashboard.imports.page import builds_table, steps, template_list
from dashboard.view.chips import chips
from dashboard.view.run import current

run = current()
chips(run, "", (), has_period=False)
for part in (desk, template_list, steps) if can_load_here(run) else (steps, desk, template_list):
    part(run)
builds_table(run)
