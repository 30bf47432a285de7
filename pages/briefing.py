"""简报: a unit's month or quarter as text, and as Word, PDF and slides."""

from dashboard.briefing.page import briefing_page
from dashboard.view.run import current

briefing_page(current())
