"""Compounds (小区): the residential compound grids with age, property management and names people use."""

import numpy as np
import pandas as pd
import shapely

from etl.demo_city.names import PROPERTY

MODES = ("包干制", "酬金制", "信托制", "自治", "应急", "无")


def make_compounds(units: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row per general compound grid (专属 grids are no housing); lon, lat in EPSG:4490."""
    rows = units[(units.level == "compound") & (units.kind == "一般")]
    n = len(rows)
    community = units.iloc[rows.parent_at.to_numpy()]
    street = units.iloc[community.parent_at.to_numpy()]
    district = units.iloc[street.parent_at.to_numpy()]
    point = shapely.get_coordinates(shapely.point_on_surface(rows.geometry.to_numpy()))
    is_old = (rows.built_year < 2000).to_numpy()
    good = np.clip(0.75 * (1 - is_old) + 0.25 * rows.quality.to_numpy() + rng.normal(0, 0.12, n), 0, 1)
    draw = rng.random(n)
    mode = np.where(good > 0.55, np.where(draw < 0.62, 0, np.where(draw < 0.8, 1, 2)), np.where(draw < 0.3, 0, np.where(draw < 0.62, 3, np.where(draw < 0.72, 4, np.where(draw < 0.8, 2, 5)))))
    has_company = np.isin(mode, (0, 1, 2, 4))
    company = np.array(PROPERTY, dtype=object)[rng.integers(0, len(PROPERTY), n)]
    company = [f"{c}服务有限公司" if has else "" for c, has in zip(company, has_company, strict=True)]
    area = (rows.households * np.where(is_old, 68, 96) * rng.normal(1.12, 0.08, n)).round(1)
    out = pd.DataFrame({
        "compound_id": rows.code.str.replace("G", "C").to_numpy(), "name": rows.name.to_numpy(), "aliases": _aliases(rows.name.tolist(), street.name.tolist(), rng),
        "unit_code": rows.code.to_numpy(), "community_code": community.code.to_numpy(), "street_code": street.code.to_numpy(),
        "district_code": district.code.to_numpy(), "street": street.name.to_numpy(), "community": community.name.to_numpy(),
        "district": district.name.to_numpy(), "built_year": rows.built_year.to_numpy(), "households": rows.households.to_numpy(),
        "floor_area_m2": area.to_numpy(), "property_mode": np.array(MODES, dtype=object)[mode], "property_company": company, "is_old": is_old,
        "quality": rows.quality.to_numpy(), "lon": point[:, 0], "lat": point[:, 1],
    })  # fmt: skip
    return out


def _aliases(own: list[str], streets: list[str], rng: np.random.Generator) -> list[list[str]]:
    """Short or long forms people use, for about a third of the compounds."""
    out: list[list[str]] = []
    for name, street, draw in zip(own, streets, rng.random(len(own)).tolist(), strict=True):
        aliases: list[str] = []
        if draw < 0.12:
            aliases = [f"{street.removesuffix('街道')}{name}"]
        elif draw < 0.24 and name.endswith(("花园", "家园", "新居", "佳园")):
            aliases = [name[:-2] + "小区"]
        elif draw < 0.34:
            aliases = [f"{name}一期", f"{name}二期"]
        out.append(aliases)
    return out
