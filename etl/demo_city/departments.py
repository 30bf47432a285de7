"""Organisations that cases are sent to (承办单位)."""

import pandas as pd

from etl.demo_city.names import DISTRICT_DEPARTMENTS, UTILITIES


def make_departments(units: pd.DataFrame, compounds: pd.DataFrame) -> pd.DataFrame:
    """Communities, streets, district departments, utilities of the city, property companies."""
    rows: list[tuple[str, list[str], str, str, str]] = []
    parent = dict(zip(units.code, units.parent_code, strict=True))
    own = dict(zip(units.code, units.name, strict=True))
    for unit in units[units.level == "community"].itertuples():
        rows.append((f"{own[parent[unit.code]]}{unit[2]}居民委员会", [f"{unit[2]}居委会"], "社区", "社区", unit.code))
    for unit in units[units.level == "street"].itertuples():
        rows.append((f"{unit[2]}办事处", [unit[2], f"{unit[2].removesuffix('街道')}街办"], "街道", "街道", unit.code))
    for unit in units[units.level == "district"].itertuples():
        for full, short in DISTRICT_DEPARTMENTS.items():
            rows.append((f"{unit[2]}{full}", [f"{unit[2]}{short}"] if short != full else [], "区", "部门", unit.code))
    city = units[units.level == "city"].iloc[0]
    for full, short in UTILITIES.items():
        rows.append((f"{city['name'].removesuffix('市')}{full}", [short], "市", "公共服务企业", city["code"]))
    for company in sorted(set(compounds.property_company) - {""}):
        rows.append((company, [company.removesuffix("服务有限公司")], "市", "物业", city["code"]))
    frame = pd.DataFrame(rows, columns=["name", "aliases", "level", "kind", "unit_code"])
    frame.insert(0, "org_id", [f"D{i:05d}" for i in range(1, len(frame) + 1)])
    return frame
