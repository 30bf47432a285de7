"""资金: not built yet; says what it will show and which feeds it needs."""

from dashboard.frame import current
from dashboard.placeholder import show_placeholder

show_placeholder(current())
