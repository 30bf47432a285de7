"""Placeholder while being written."""

from dashboard.frame import current
from dashboard.placeholder import show_placeholder

show_placeholder(current())
