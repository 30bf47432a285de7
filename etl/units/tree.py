"""The unit hierarchy (网格层级): parents resolved, depth-first numbers given, so that every roll-up is a range."""

import numpy as np
import pandas as pd

from etl.model.checks import Finding
from etl.model.errors import AtlasError
from etl.model.levels import BY_ID

NO_START = np.datetime64("0001-01-01", "D")
NO_END = np.datetime64("9999-12-31", "D")


def _days(column: pd.Series, empty: np.datetime64) -> np.ndarray:
    return column.astype("datetime64[s]").fillna(pd.Timestamp(empty)).to_numpy().astype("datetime64[D]")


def check_versions(units: pd.DataFrame) -> None:
    """Two rows of one code must not be in force on the same day: AtlasError names both rows."""
    order = units.assign(_from=_days(units.valid_from, NO_START), _to=_days(units.valid_to, NO_END)).sort_values(["unit_code", "_from"], kind="stable")
    same = order.unit_code.to_numpy()[1:] == order.unit_code.to_numpy()[:-1]
    clash = same & (order._from.to_numpy()[1:] <= order._to.to_numpy()[:-1])
    if clash.any():
        at = int(np.flatnonzero(clash)[0])
        a, b = order.iloc[at], order.iloc[at + 1]
        raise AtlasError(
            f"网格编码 {a.unit_code} 有两行同时有效：{a.file} 第 {a.src_row} 行「{a['name']}」与 {b.file} 第 {b.src_row} 行「{b['name']}」。"
            "请改正编码，或填写不重叠的启用、停用日期。",
            f"Unit code {a.unit_code} has two rows in force at once: {a.file} row {a.src_row} “{a['name']}” and {b.file} row {b.src_row} “{b['name']}”. "
            "Correct the code, or give dates that do not overlap.",
        )


def _parent_rows(units: pd.DataFrame) -> np.ndarray:
    """Row position of each unit's parent, -1 for none or unknown. Of a parent's versions: the one in force when the child starts, else the last."""
    start = _days(units.valid_from, NO_START)
    parents = pd.DataFrame({"code": units.unit_code, "start": start, "end": _days(units.valid_to, NO_END), "pos": np.arange(len(units))})
    if not parents.code.duplicated().any():
        lookup = pd.Series(parents.pos.to_numpy(), index=parents.code)
        return units.parent_code.map(lookup).fillna(-1).astype(int).to_numpy()
    ends = _days(units.valid_to, NO_END)
    pairs = pd.DataFrame({"child": np.arange(len(units)), "code": units.parent_code, "at": start, "until": ends}).merge(parents, on="code")
    pairs["fits"] = (pairs.start <= pairs.until) & (pairs.end >= pairs["at"])
    pairs = pairs.sort_values(["child", "fits", "start"], kind="stable").drop_duplicates("child", keep="last")
    found = np.full(len(units), -1)
    found[pairs.child.to_numpy()] = pairs.pos.to_numpy()
    return found


def _depths(parent: np.ndarray, units: pd.DataFrame) -> np.ndarray:
    """Steps below the top; AtlasError names the codes of a cycle."""
    depth = np.where(parent < 0, 0, -1)
    current, level = np.flatnonzero(parent < 0), 0
    order = np.argsort(parent, kind="stable")
    sorted_parent = parent[order]
    while len(current):
        level += 1
        lo, hi = np.searchsorted(sorted_parent, current, "left"), np.searchsorted(sorted_parent, current, "right")
        current = order[_ranges(lo, hi)]
        depth[current] = level
    if (depth < 0).any():
        codes = "、".join(units.unit_code[depth < 0].head(5))
        raise AtlasError(f"网格的上级编码成环：{codes}。请改正其中一个单元的上级编码。", f"The parents form a cycle: {codes}. Correct the parent of one of them.")
    return depth


def _ranges(lo: np.ndarray, hi: np.ndarray) -> np.ndarray:
    """All integers of the half-open ranges lo..hi, in order."""
    sizes = hi - lo
    if not sizes.sum():
        return np.empty(0, dtype=int)
    starts = np.repeat(lo - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
    return starts + np.arange(sizes.sum())


def _number(parent: np.ndarray, depth: np.ndarray, code: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(unit_no, last_no) of a depth-first walk from 1, siblings in order of code."""
    size = np.ones(len(parent), dtype=np.int64)
    for level in range(depth.max(), 0, -1):
        at = depth == level
        np.add.at(size, parent[at], size[at])
    number = np.zeros(len(parent), dtype=np.int64)
    for level in range(depth.max() + 1):
        at = np.flatnonzero(depth == level)
        at = at[np.lexsort((code[at], parent[at]))]
        before = np.cumsum(size[at]) - size[at]
        first = np.r_[True, parent[at][1:] != parent[at][:-1]]
        offset = before - np.maximum.accumulate(np.where(first, before, 0))
        base = np.where(parent[at] >= 0, number[parent[at]], 0)
        number[at] = base + 1 + offset
    return number, number + size - 1


def number_units(units: pd.DataFrame, city_code: str, city_name: str) -> tuple[pd.DataFrame, list[Finding]]:
    """One row per unit version, in order of `unit_no`, with unit_no, last_no, parent_no; a city above several tops.

    Input: one row per unit version with unit_code, name, level, parent_code, valid_from, valid_to, file, src_row.
    Raises AtlasError for a cycle or for two versions in force on one day.
    """
    check_versions(units)
    units = units.reset_index(drop=True)
    findings: list[Finding] = []
    known = units.parent_code.isna() | units.parent_code.isin(units.unit_code)
    findings += [Finding("orphan_unit", "unit", u.file, u.src_row, "上级编码", u.parent_code, f"{u.unit_code} {u.name_}") for u in
                 units[~known].rename(columns={"name": "name_"}).itertuples()]
    parent = _parent_rows(units)
    tops = np.flatnonzero(parent < 0)
    if len(tops) != 1 or units.level.iloc[tops[0]] != "city":
        units = pd.concat([pd.DataFrame([{"unit_code": city_code or "0", "name": city_name, "level": "city", "parent_code": None, "file": "", "src_row": None}]), units], ignore_index=True)
        parent = np.where(parent < 0, 0, parent + 1)
        parent = np.r_[-1, parent]
        findings.append(Finding("root_made", "unit", note=f"{city_code or '0'} {city_name}"))
    depth = _depths(parent, units)
    number, last = _number(parent, depth, units.unit_code.to_numpy().astype(str))
    units["unit_no"], units["last_no"] = number.astype("int32"), last.astype("int32")
    units["parent_no"] = pd.array(np.where(parent >= 0, number[parent], 0), dtype="Int32")
    units.loc[units.parent_no == 0, "parent_no"] = pd.NA
    units["parent_code"] = np.where(parent >= 0, units.unit_code.to_numpy()[parent], None)
    units["depth"] = depth.astype("int16")
    findings += _level_findings(units, parent)
    return units.sort_values("unit_no", ignore_index=True), findings


def _level_findings(units: pd.DataFrame, parent: np.ndarray) -> list[Finding]:
    rank = units.level.map({id: level.rank for id, level in BY_ID.items()}).to_numpy()
    step = np.where(parent >= 0, rank - rank[parent], 1)
    made_root = (parent >= 0) & (units.src_row.isna().to_numpy()[parent])  # a made-up city skips no level
    found = []
    for at in np.flatnonzero(((step > 1) & ~made_root) | (step <= 0)):
        unit, above = units.iloc[at], units.iloc[parent[at]]
        rule = "level_order" if step[at] <= 0 else "skipped_level"
        row = None if pd.isna(unit.src_row) else int(unit.src_row)
        found.append(Finding(rule, "unit", unit.file, row, "网格级别", BY_ID[unit.level].name.zh, f"{unit.unit_code} {unit['name']} ⊂ {above.unit_code} {above['name']}"))
    return found
