"""审计日志: who saw and exported what, and whether the log is whole. For the auditor and the administrator."""

from dashboard.audit.page import audit_page
from dashboard.view.run import current

audit_page(current())
