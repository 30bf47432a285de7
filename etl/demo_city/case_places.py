"""Where cases arise (诉求发生地): buildings weighted by households and by how well things work there, and the few lasting hotspots."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from etl.demo_city.case_mix import AT
from etl.demo_city.city import City

WORDS = ("place", "alias", "district", "street", "community", "unit_code", "community_code")
HOT_CLASSES = ("0303", "0601", "0301", "0801", "0604", "0102", "0203", "0403", "0506", "0302")


@dataclass(frozen=True)
class Places:
    """One entry per building, then one per exclusive grid (`compound` -1). `text` and `words` hold what it is called."""

    cumulative: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    compound: np.ndarray  # place in city.compounds, -1 in exclusive grids
    quality: np.ndarray
    profile: np.ndarray  # number in case_mix.PROFILES
    text: pd.DataFrame  # place, district, street, community, unit_code (deepest), community_code, street_code, district_code
    words: dict[str, pa.Array]
    hot_place: np.ndarray
    hot_class: np.ndarray


def make_places(city: City) -> Places:
    """Weights, points and words of all places of `city`."""
    rng = city.rng("case places")
    homes, estates = _homes(city), _estates(city)
    text = pd.concat([homes, estates], ignore_index=True)
    n, quality = len(text), text.quality.to_numpy(float)
    local = np.exp(rng.normal(0, 0.35, len(city.compounds)))
    at = text.compound_at.to_numpy(int)
    weight = text.households.to_numpy(float) * np.exp(-0.9 * (quality - 0.5)) * np.where(text.is_old, 1.25, 1.0) * np.exp(rng.normal(0, 0.15, n))
    weight *= np.where(at >= 0, local[at], 1.0)
    profile = np.where(at < 0, 2, np.where(text.is_old, 1, 0))
    hot = rng.choice(np.flatnonzero(at >= 0), city.scale.hotspots, replace=False)
    hot_class = np.array([AT[HOT_CLASSES[i % len(HOT_CLASSES)]] for i in range(len(hot))])
    alias = [own[0] if len(own) else None for own in city.compounds.aliases]
    text["alias"] = [alias[i] if i >= 0 and alias[i] else name for i, name in zip(at, text.place, strict=True)]
    words = {name: pa.array(text[name].tolist(), pa.string()) for name in WORDS}
    return Places(weight.cumsum() / weight.sum(), text.lon.to_numpy(float), text.lat.to_numpy(float), at, quality, profile, text, words, hot, hot_class)


def _homes(city: City) -> pd.DataFrame:
    position = pd.Series(np.arange(len(city.compounds)), index=city.compounds.compound_id)
    at = position.loc[city.buildings.compound_id].to_numpy()
    own = city.compounds.iloc[at].reset_index(drop=True)
    buildings = city.buildings.reset_index(drop=True)
    return pd.DataFrame({
        "compound_at": at, "place": own["name"], "district": own.district, "street": own.street, "community": own.community,
        "unit_code": buildings.micro_code, "compound_code": own.unit_code, "community_code": own.community_code, "street_code": own.street_code,
        "district_code": own.district_code, "households": buildings.households, "quality": own.quality, "is_old": own.is_old,
        "lon": buildings.lon, "lat": buildings.lat,
    })  # fmt: skip


def _estates(city: City) -> pd.DataFrame:
    """Exclusive grids (malls, parks, campuses), which draw cases like a small compound each."""
    units = city.units.set_index("code", drop=False)
    own = units[(units.level == "compound") & (units.kind == "专属")].reset_index(drop=True)
    community = units.loc[own.parent_code].reset_index(drop=True)
    street = units.loc[community.parent_code].reset_index(drop=True)
    district = units.loc[street.parent_code].reset_index(drop=True)
    point = shapely.get_coordinates(shapely.point_on_surface(own.geometry.to_numpy(dtype=object)))
    return pd.DataFrame({
        "compound_at": -1, "place": own["name"], "district": district["name"], "street": street["name"], "community": community["name"],
        "unit_code": own.code, "compound_code": own.code, "community_code": community.code, "street_code": street.code, "district_code": district.code,
        "households": 90, "quality": own.quality, "is_old": False, "lon": point[:, 0], "lat": point[:, 1],
    })  # fmt: skip
