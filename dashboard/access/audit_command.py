"""`python -m dashboard audit`: check the chain of the audit log, or print its rows as CSV."""

import argparse
import csv
import sys
from datetime import date
from pathlib import Path

from dashboard.access.audit import audit_folder
from dashboard.access.audit_chain import check
from dashboard.access.audit_read import Wanted, read
from dashboard.web.keys import subkey
from dashboard.web.serving import follow
from dashboard.web.settings import default_warehouse
from etl.model.cells import harmless
from etl.model.errors import AtlasError


def audit_command(arguments: list[str]) -> int:
    """Exit code: 0 done, 1 the log is damaged or unreadable, 2 wrong call."""
    parser = argparse.ArgumentParser(prog="python -m dashboard audit", description="审计日志 the audit log")
    parser.add_argument("--check", action="store_true", help="检查日志链，指出第一处改动 check the chain, name the first bad row")
    parser.add_argument("--warehouse", type=Path, default=default_warehouse(), help="数据仓目录 folder of builds (data/warehouse)")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="起始日期 first day (YYYY-MM-DD)")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, help="截止日期 last day")
    for name, meaning in (("account", "账号 account"), ("action", "操作 action"), ("page", "页面 page")):
        parser.add_argument(f"--{name}", default="", help=meaning)
    call = parser.parse_args(arguments)
    follow(call.warehouse.resolve())
    try:
        if call.check:
            return _check()
        found = read(audit_folder(), Wanted(call.first, call.last, call.account, call.action, call.page), most=10**9)
    except AtlasError as error:
        print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"日志无法读取：{error}\nThe log cannot be read: {error}", file=sys.stderr)
        return 1
    writer = csv.writer(sys.stdout, lineterminator="\n")
    heads = ("no", "at", "account", "role", "action", "page", "unit", "filters", "rows", "detail")
    writer.writerow(heads)
    for entry in found.rows:  # account names of failed sign-ins are whatever somebody typed
        row = entry.fields()
        writer.writerow([harmless(value) if isinstance(value := row[head], str) else value for head in heads])
    return 0


def _check() -> int:
    verdict = check(audit_folder(), subkey("audit"))
    if verdict.fault is None:
        print(f"完整 intact: {verdict.rows} 行 rows, {verdict.first_at or '—'} … {verdict.last_at or '—'}")
        return 0
    where = f"{verdict.fault.file}:{verdict.fault.line}" if verdict.fault.line else verdict.fault.file
    print(f"{where}：{verdict.fault.reason.zh}\n{where}: {verdict.fault.reason.en}", file=sys.stderr)
    print(f"此前 {verdict.rows} 行完好 · {verdict.rows} rows before it are intact", file=sys.stderr)
    return 1
