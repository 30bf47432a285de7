"""我的微网格: the steward's own ground today. Phone first."""

from dashboard.steward.today import today
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.run import current

run = current()
breadcrumb(run)
today(run)
