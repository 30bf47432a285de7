"""Notes and follow-ups (备注、交办) as they are kept. The rows name units by code, because codes outlive builds; who may see which unit
is the caller's question, asked of the build served now.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dashboard.web.written import LONGEST_NAME, LONGEST_QUERY, LONGEST_TEXT, Written, absent, checked, now
from etl.model.errors import CallError

IsHere = Callable[[str], bool]  # whether a unit's code is one the reader asks about


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a unit, or on the very view it was written at (`about` "unit" or "view"). `unit_code` is the unit looked at either way."""

    id: str
    author: str
    author_name: str
    written_at: str
    unit_code: str
    page: str
    query: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to be done (交办): where, what, by which office, until when; `done_at` "" while it is open."""

    id: str
    unit_code: str
    text: str
    office: str
    due_on: str
    page: str
    query: str
    author: str
    author_name: str
    written_at: str
    done_at: str
    done_by: str

    def is_overdue(self, today: date) -> bool:
        return not self.done_at and date.fromisoformat(self.due_on) < today


@dataclass(frozen=True, slots=True)
class Tally:
    """Follow-ups by their state; `late` are among the open ones."""

    open: int
    late: int
    done: int

    @property
    def all(self) -> int:
        return self.open + self.done


class Remarks(Written):
    """Notes and follow-ups of one warehouse."""

    def notes(self, is_here: IsHere, skip: int = 0, limit: int | None = None) -> list[Note]:
        """Notes of the units asked for, the newest first, from one place on."""
        return self._some(Note, "note ORDER BY written_at DESC, id", (), lambda one: is_here(one.unit_code), skip, limit)

    def notes_on_view(self, page: str, query: str, is_here: IsHere, limit: int | None = None) -> list[Note]:
        """Notes on one view, the newest first."""
        return self._some(Note, "note WHERE about = 'view' AND page = ? AND query = ? ORDER BY written_at DESC, id", (page, query), lambda one: is_here(one.unit_code), 0, limit)

    def note_count(self, is_here: IsHere) -> int:
        with self._open() as con:
            return sum(n for code, n in con.execute("SELECT unit_code, count(*) FROM note GROUP BY 1") if is_here(code))

    def add_note(self, account: str, account_name: str, unit_code: str, page: str, query: str, text: str, about: Literal["unit", "view"] = "unit") -> None:
        text = checked(text, LONGEST_TEXT, "备注", "note")
        with self._writing() as con:
            con.execute(
                "INSERT INTO note (id, author, author_name, written_at, unit_code, page, query, text, about) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (secrets.token_urlsafe(9), account, account_name, now(), unit_code, page, _short(query), text, about),
            )

    def delete_note(self, account: str, note_id: str) -> None:
        """Only its author takes a note back."""
        with self._writing() as con:
            if con.execute("DELETE FROM note WHERE id = ? AND author = ?", (note_id, account)).rowcount != 1:
                raise absent()

    def follow_ups(self, is_here: IsHere, skip: int = 0, limit: int | None = None) -> list[FollowUp]:
        """Follow-ups of the units asked for, open ones by due date first, from one place on."""
        return self._some(FollowUp, "follow_up ORDER BY done_at <> '', due_on, written_at, id", (), lambda one: is_here(one.unit_code), skip, limit)

    def tally(self, is_here: IsHere, today: date) -> Tally:
        """How many follow-ups the units asked for have."""
        sql = "SELECT unit_code, sum(done_at = ''), sum(done_at = '' AND due_on < ?), sum(done_at <> '') FROM follow_up GROUP BY 1"
        with self._open() as con:
            rows = [row[1:] for row in con.execute(sql, (today.isoformat(),)) if is_here(row[0])]
        return Tally(*(sum(row[at] for row in rows) for at in range(3)))

    def add_follow_up(self, account: str, account_name: str, unit_code: str, text: str, office: str, due_on: date, page: str, query: str) -> None:
        text, office = checked(text, LONGEST_TEXT, "交办事项", "task"), checked(office, LONGEST_NAME, "承办单位", "office")
        row = (secrets.token_urlsafe(9), unit_code, text, office, due_on.isoformat(), page, _short(query), account, account_name, now())
        with self._writing() as con:
            con.execute(f"INSERT INTO follow_up VALUES ({', '.join('?' * len(row))}, '', '')", row)

    def tick(self, account: str, follow_up_id: str, is_done: bool) -> None:
        """Mark as done, or as open again."""
        self._change("follow_up SET done_at = ?, done_by = ? WHERE id = ?", (now() if is_done else "", account if is_done else "", follow_up_id))


def _short(query: str) -> str:
    """A cut address would open another view."""
    if len(query) > LONGEST_QUERY:
        raise CallError("这个视图的条件太多，无法保存", "this view has too many conditions to be saved")
    return query
