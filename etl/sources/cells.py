"""A value of a workbook, a database or an attribute table → the text a raw table holds."""

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

SHANGHAI = timezone(timedelta(hours=8))


def cell_text(value: object) -> str | None:
    """The text of a cell, None when empty: whole floats as integers, dates as YYYY-MM-DD, times as YYYY-MM-DD HH:MM:SS.

    A date without a time of day stays a date, because a date-only limit ends at 24:00. Numbers show 15 digits, as in Excel.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        if value.tzinfo is not None:  # a database's moment with a zone: wall time here
            value = value.astimezone(SHANGHAI)
        # Excel keeps days as floats: 08:00 may arrive as 07:59:59.999997
        rounded = value + timedelta(microseconds=500_000)
        return rounded.replace(microsecond=0, tzinfo=None).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=cell_text)
    return str(value)


def _number(value: float) -> str | None:
    if value != value:
        return None
    if value.is_integer():
        return format(float(f"{value:.15g}"), ".0f")
    return f"{value:.15g}"
