"""What people write down themselves (视图、备注、交办): saved views here, notes and follow-ups with them, in one file of the state folder."""

import secrets
import sqlite3
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.web.remarks import FollowUp, Note, Remarks, Tally
from dashboard.web.state_folder import state_folder
from dashboard.web.written import LONGEST_NAME, LONGEST_QUERY, LONGEST_TEXT, absent, checked, now
from etl.model.errors import CallError

__all__ = ["EVERY_ROLE", "LONGEST_NAME", "LONGEST_QUERY", "LONGEST_TEXT", "FollowUp", "Note", "SavedView", "Store", "Tally", "store"]
EVERY_ROLE = "*"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view under a name. `query` is its address without the page; `share_role` "" = personal, a role, or "*" for every role;
    `share_unit`: shared with readers whose area touches that unit ("" = wherever they are)."""

    id: str
    owner: str
    owner_name: str
    name: str
    page: str
    query: str
    share_role: str
    share_unit: str
    changed_at: str

    @property
    def is_shared(self) -> bool:
        return bool(self.share_role)


class Store(Remarks):
    """All that is written down beside one warehouse."""

    def views_of(self, account: str) -> list[SavedView]:
        """An account's own views, the newest first."""
        return self._rows(SavedView, "view WHERE owner = ? ORDER BY changed_at DESC, id", (account,))

    def shared_views(self, account: str, role: str) -> list[SavedView]:
        """Views others share with a role; whether their area concerns the reader is for the caller to ask."""
        return self._rows(SavedView, "view WHERE owner <> ? AND share_role IN (?, '*') ORDER BY name, id", (account, role))

    def save_view(self, account: str, account_name: str, name: str, page: str, query: str) -> SavedView:
        """Keep a view under a name; the account's own view of that name is replaced, its sharing stays. CallError on a name too long or empty."""
        name = checked(name, LONGEST_NAME, "名称", "name")
        if len(query) > LONGEST_QUERY:
            raise CallError("这个视图的条件太多，无法保存", "this view has too many conditions to be saved")
        with self._writing() as con:
            con.execute(
                "INSERT INTO view (id, owner, owner_name, name, page, query, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (owner, name) DO UPDATE SET page = excluded.page, query = excluded.query, owner_name = excluded.owner_name, changed_at = excluded.changed_at",
                (secrets.token_urlsafe(9), account, account_name, name, page, query, now()),
            )
        return self._rows(SavedView, "view WHERE owner = ? AND name = ?", (account, name))[0]

    def rename_view(self, account: str, view_id: str, name: str) -> None:
        """CallError when the account has no such view, or another of that name."""
        name = checked(name, LONGEST_NAME, "名称", "name")
        try:
            self._change("view SET name = ?, changed_at = ? WHERE id = ? AND owner = ?", (name, now(), view_id, account))
        except sqlite3.IntegrityError:
            raise CallError(f"您已有名为“{name}”的视图", f"you already have a view called “{name}”") from None

    def share_view(self, account: str, view_id: str, role: str, unit_code: str) -> None:
        """Share an own view with a role ("*" every role, "" nobody) and a unit's readers ("" wherever)."""
        self._change("view SET share_role = ?, share_unit = ?, changed_at = ? WHERE id = ? AND owner = ?", (role, unit_code if role else "", now(), view_id, account))

    def delete_view(self, account: str, view_id: str) -> None:
        with self._writing() as con:
            if con.execute("DELETE FROM view WHERE id = ? AND owner = ?", (view_id, account)).rowcount != 1:
                raise absent()


def store() -> Store:
    """The store of the warehouse served."""
    return _store_in(state_folder())


@cache
def _store_in(folder: Path) -> Store:
    return Store(folder)
