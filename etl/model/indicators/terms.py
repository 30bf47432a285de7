"""What an indicator is asked for (统计条件), in the words its expressions need: tables already limited to it.

Every table of facts comes out of `Terms` with the reader's unit range in it, so no expression can forget the limit.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar, cast

import ibis
import ibis.expr.types as ir

from etl.model.feed_filters import FEED_FILTERS, asked_of
from etl.model.indicators import placeholders
from etl.model.indicators.case_filters import WITHHELD, matches
from etl.model.indicators.placeholders import CLASSES, Days, Shape
from etl.model.rules import Rules
from etl.model.stored import OWN, stored_columns
from etl.model.tables import BY_NAME

# DuckDB's words for types -> Ibis' words
IBIS_TYPES = {
    "VARCHAR": "string", "INTEGER": "int32", "BIGINT": "int64", "DOUBLE": "float64", "DECIMAL(14,2)": "decimal(14, 2)",
    "DATE": "date", "TIMESTAMP": "timestamp(6)", "BOOLEAN": "boolean", "VARCHAR[]": "array<string>", "BLOB": "binary",
}  # fmt: skip


# Filters by what is no column but follows from several tables; filled by the module that works it out.
WORKED_OUT: dict[str, Callable[["Terms", ir.Table, tuple[str, ...]], ir.Table]] = {}
TELLING = ("first_contact_at", "source", "caller_hash", "repeat_of")  # columns of cases that some sources never fill, with indicators made of them
FEW = 8  # ranges of chosen units written out as conditions
MANY = ((-1, -1),)  # stands in a shape for more of them than that: they are filled in as one text


Fact = TypeVar("Fact", bound=Hashable)


@cache
def unbound(name: str) -> ir.Table:
    """The warehouse table `name` as an unbound Ibis table, from the registry."""
    columns = OWN[name] if name in OWN else stored_columns(BY_NAME[name])
    return ibis.table({column.name: IBIS_TYPES[column.sql_type] for column in columns}, name=name)


@dataclass(frozen=True)
class Terms:
    """Period and as-of day (all days included), filters on cases, the reader's units `first_no`..`last_no`, the rules.

    `where` holds (field, value) pairs: one field given several times means any of its values, several fields mean all.
    `chosen` are ranges of units to which everything is limited besides; empty means no such limit.
    `silent` are columns of cases that no row of the build fills: a source that never tells a thing says nothing about how often it is so.
    With a `shape` the days, the units' numbers and two-digit classes are placeholders, for expressions only: what needs the days
    themselves (a year, a list of months) asks `fixed`.
    """

    date_from: date
    date_to: date
    as_of: date
    where: tuple[tuple[str, str], ...]
    first_no: int
    last_no: int
    rules: Rules
    chosen: tuple[tuple[int, int], ...] = ()
    silent: frozenset[str] = frozenset()
    shape: Shape | None = field(default=None, compare=False, repr=False)

    @property
    def until(self) -> datetime:
        """24:00 of the as-of day: what happens before it has happened."""
        return midnight(self.as_of + timedelta(days=1)) if isinstance(self.as_of, date) else placeholders.moment("until")

    @property
    def last_moment(self) -> datetime:
        """The last microsecond of the as-of day. A date-only limit is stored as this or as 24:00: due that day, overdue only the next."""
        return self.until - timedelta(microseconds=1) if isinstance(self.as_of, date) else placeholders.moment("last_moment")

    @property
    def start(self) -> datetime:
        """00:00 of the period's first day."""
        return midnight(self.date_from) if isinstance(self.date_from, date) else placeholders.moment("start")

    @property
    def end(self) -> datetime:
        """24:00 of the period's last day."""
        return midnight(self.date_to + timedelta(days=1)) if isinstance(self.date_to, date) else placeholders.moment("end")

    @property
    def days(self) -> Days:
        """The days themselves."""
        own = (self.date_from, self.date_to, self.as_of)
        return Days(*own) if self.shape is None else Days(*(day if isinstance(day, date) else known for day, known in zip(own, self.shape.days, strict=True)))

    def fixed(self, fact: Callable[..., Fact], *more: Hashable) -> Fact:
        """What `fact` makes of the days and of what else it is given; SQL written with it holds for days of which it makes the same."""
        if self.shape is not None:
            self.shape.facts.append((fact, more))
        return fact(self.days, *more)

    def asked(self) -> "Terms":
        """The shape of this asking: placeholders in the places of its days, numbers and two-digit classes."""
        classes = dict(zip(self._classes, CLASSES, strict=False))
        where = tuple((name, classes.get(value, value) if name == "category" else value) for name, value in self.where)
        first, last, as_of = (placeholders.day(name) for name in Days._fields)
        numbers = (placeholders.number(name) for name in ("first_no", "last_no"))
        return replace(
            self, date_from=first, date_to=last, as_of=as_of, where=where, first_no=next(numbers), last_no=next(numbers), chosen=self.shape_of_chosen, shape=Shape(self.days)
        )

    @property
    def values(self) -> dict[str, Any]:
        """What to fill into SQL written for the shape of this asking."""
        return {
            **self.days._asdict(), "start": self.start, "end": self.end, "until": self.until, "last_moment": self.last_moment,
            "first_no": self.first_no, "last_no": self.last_no, **dict(zip(CLASSES, self._classes, strict=False)),
            "chosen": self._spans,
        }  # fmt: skip

    @property
    def _classes(self) -> list[str]:
        return list(dict.fromkeys(value for name, value in self.where if name == "category" and len(value) == 2 and value.isdigit()))[: len(CLASSES)]

    @property
    def shape_of_chosen(self) -> tuple[tuple[int, int], ...]:
        """The ranges where they are written out, else `MANY`."""
        return self.chosen if len(self.chosen) <= FEW else MANY

    def rows(self, name: str) -> ir.Table:
        """Rows of a feed whose unit the reader may see and, where units are chosen, is one of them; the filters about the feed applied."""
        table = self._picked(unbound(name), name)
        table = table.filter(table.unit_no.between(self.first_no, self.last_no))
        if not self.chosen:
            return table
        if self.chosen != MANY and len(self.chosen) <= FEW:
            return table.filter(ibis.or_(*(table.unit_no.between(first, last) for first, last in self.chosen)))
        # Many ranges travel as one text: as thousands of literals they would take longer to write down than to answer. Their numbers are
        # looked up one by one: to compare every unit with every range takes half a minute in a city of 120,000 micro-grids.
        said = cast(ir.StringValue, placeholders.text("chosen")) if self.chosen == MANY else ibis.literal(self._spans)
        texts = said.split(",").unnest().name("span").as_table()
        first, last = (texts.span.split("-")[at].cast("int64") for at in (0, 1))
        chosen = texts.select(chosen_no=ibis.range(first, last + 1).unnest())
        return table.semi_join(chosen, [table.unit_no == chosen.chosen_no])

    @property
    def _spans(self) -> str:
        return ",".join(f"{first}-{last}" for first, last in self.chosen)

    def units(self, level: str | None = None) -> ir.Table:
        """Units in force on the as-of day, `valid_from` and `valid_to` both included; general and exclusive grids alike."""
        table = self.rows("unit")
        table = table.filter(
            table.valid_from.isnull() | (table.valid_from <= self.as_of), table.valid_to.isnull() | (table.valid_to >= self.as_of)
        )
        return table if level is None else table.filter(table.level == level)

    def cases(self) -> ir.Table:
        """Cases filed in the period, void ones left out, the filters applied."""
        table = self.rows("case")
        table = table.filter(
            table.counted_at >= self.start,
            table.counted_at < self.end,
            table.voided_at.isnull() & (table.status.isnull() | (table.status != "void")),
        )
        for asked in dict.fromkeys(name for name, _ in self.where if name not in FEED_FILTERS):
            values = tuple(value for name, value in self.where if name == asked)
            if asked in WORKED_OUT:
                table = WORKED_OUT[asked](self, table, values)
            else:
                table = self.in_focus(table) if asked == "focus" else table.filter(matches(table, asked, values))
        return table

    def where_told(self, cases: ir.Table, *columns: str) -> ir.Table:
        """The cases; none of them when the build's sources fill none of these columns in any row."""
        return cases.filter(ibis.literal(False)) if self.silent.issuperset(columns) else cases

    def in_focus(self, table: ir.Table) -> ir.Table:
        """Rows whose unit, or a unit above it, carries one of the focus tags asked for; all rows when none is asked for."""
        tags = [value for field, value in self.where if field == "focus"]
        if not tags:
            return table
        units, every = unbound("unit"), unbound("unit").view()
        has_tag = units.focus_tags.length() > 0 if "any" in tags else ibis.or_(*(units.focus_tags.contains(tag) for tag in tags))
        tagged = units.filter(has_tag).select(tag_from="unit_no", tag_to="last_no")
        below = every.semi_join(tagged, [every.unit_no >= tagged.tag_from, every.unit_no <= tagged.tag_to]).select(focus_no="unit_no")
        return table.semi_join(below, [table.unit_no == below.focus_no]).select(*table.columns)  # a table again: a join of a join confuses its columns

    def as_of_units(self, rows: ir.Table, level: str | None = None) -> ir.Table:
        """Stock rows with `unit_no` moved to the version of the same code in force on the as-of day (of `level` only, if given);
        others are left out.

        A count of last year belongs to the grid of today while the code stays the same; only events keep the grid of their day.
        """
        then = unbound("unit").select(then_no="unit_no", then_code="unit_code")
        now = self.units(level).select(now_no="unit_no", now_code="unit_code")
        rows = rows.inner_join(then, [rows.unit_no == then.then_no])
        rows = rows.inner_join(now, [rows.then_code == now.now_code])
        return rows.drop("unit_no", "then_no", "then_code", "now_code").rename(unit_no="now_no")

    def in_force(self, counts: ir.Table) -> ir.Table:
        """Counts of a day (统计) that hold on the as-of day: taken by then, and no newer one of the same thing in their place."""
        return counts.filter(counts.as_of_on <= self.as_of, counts.until_on.isnull() | (counts.until_on > self.as_of))

    def within(self, rows: ir.Table, level: str) -> ir.Table:
        """Rows with `unit_no` moved to the unit of `level`, in force on the as-of day, that they lie in; rows in none are left out."""
        rows = self.as_of_units(rows)
        above = self.units(level).select(above_no="unit_no", above_last="last_no")
        # Units of a level in force on one day do not overlap: the last one that begins before a row is the only one it can lie in.
        rows = rows.asof_join(above, rows.unit_no >= above.above_no)
        rows = rows.filter(rows.unit_no <= rows.above_last)
        return rows.drop("unit_no", "above_last").rename(unit_no="above_no")

    def on_days(self, table: ir.Table, column: str) -> ir.Table:
        """Rows whose `column` (a date) lies in the period."""
        return table.filter(table[column].between(self.date_from, self.date_to))

    def at_times(self, table: ir.Table, column: str) -> ir.Table:
        """Rows whose `column` (a time) lies in the period, both days to their ends."""
        return table.filter(table[column] >= self.start, table[column] < self.end)

    def touched(self, table: ir.Table) -> ir.Table:
        """Rows whose `period` (YYYY or YYYY-MM) touches the period asked for."""
        first, last = self.fixed(months_of)
        is_year = table.period.length() == 4
        return table.filter(ibis.ifelse(is_year, table.period.between(first[:4], last[:4]), table.period.between(first, last)))

    def _picked(self, table: ir.Table, name: str) -> ir.Table:
        """Rows of the feed `name` that the filters about it pick."""
        for one, values in asked_of(self.where, name):
            key = one.reaches[name]
            if not key:
                table = table.filter(table[one.column].isin(values))
                continue
            home = unbound(one.feed).view()
            home = home.filter(home[one.column].isin(values), *(() if one.of is None else (home[one.of[0]] == one.of[1],)))
            home = self.touched(home) if "period" in home.columns else home  # an income of another year is none of this period
            keys = home.select(picked_key=key)
            table = table.semi_join(keys, [table[key] == keys.picked_key]).select(*table.columns)
        return table


def names_withheld(where: tuple[tuple[str, str], ...]) -> bool:
    """The filter asks for withheld classes (★ and their companions) by their codes, and for nothing else."""
    named = {value for field, value in where if field == "category"}
    return bool(named) and named <= set(WITHHELD)


def months_of(days: Days) -> tuple[str, str]:
    """First and last month of the period, as YYYY-MM."""
    return days.date_from.isoformat()[:7], days.date_to.isoformat()[:7]


def year_of(days: Days) -> int:
    """The year of the period's end."""
    return days.date_to.year


def midnight(day: date) -> datetime:
    """00:00 at the start of `day`."""
    return datetime.combine(day, time.min)
