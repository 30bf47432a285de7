"""我的微网格: the steward's own ground today. Phone first."""

from dataclasses import replace

from dashboard.steward.today import today
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.chips import chips
from dashboard.view.run import current
from etl.query.scope import default_scope

run = current()
breadcrumb(run)
chips(run, "", (), has_period=False)
today(replace(run, scope=default_scope(run.build)))  # as at the end of the data, whatever period waits for other pages
