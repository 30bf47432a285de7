"""分析: not built yet; says what it will show and which feeds it needs."""

from dashboard.view.placeholder import show_placeholder
from dashboard.view.run import current

show_placeholder(current())
