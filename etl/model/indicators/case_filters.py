"""Filters on cases (诉求筛选) by a column of the case or a plain function of it, as conditions."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators import placeholders
from etl.model.indicators.placeholders import CLASSES
from etl.model.taxonomy import CATEGORIES, match_category

OWN_CLASS_ENDS = ("/", "->")  # what parts the levels of a source's own class
WITHHELD = tuple(sorted(category.code4 for category in CATEGORIES if category.is_withheld))  # ★ classes and the ordinary ones kept back beside them


def matches(table: ir.Table, field: str, values: tuple[str, ...]) -> ir.BooleanValue:
    """The row has one of `values` in `field`; a category may be given by its first two digits."""
    if field == "category":
        groups = (placeholders.text(value) if value in CLASSES else value for value in values if len(value) != 4)
        return ibis.or_(*(table.code4 == value for value in values if len(value) == 4), *(table.code4.startswith(group) for group in groups))
    if field == "own_class":  # a group of the source's classes holds all whose words go on after its own
        word = table.raw_category
        found = ibis.or_(*((word == value) | ibis.or_(*(word.startswith(value + end) for end in OWN_CLASS_ENDS)) for value in values))
        if any(match_category(value) in WITHHELD for value in values):
            return found  # asked for by their name they are counted, and kept as ★ classes are
        return found & (table.code4.isnull() | table.code4.notin(WITHHELD))  # by a word that does not say so they are not
    at = table.reported_at
    if field == "hour":  # a day without a time of day was not reported at midnight
        return at.hour().isin([int(value) for value in values]) & (at.hour() + at.minute() + at.second() > 0)
    if field == "weekday":
        return (at.day_of_week.index() + 1).isin([int(value) for value in values])
    return table[field].isin(values)
