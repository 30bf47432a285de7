"""Which unit a case is sent to (承办单位): the property company, community, street, a district department or a utility."""

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo_city.case_mix import CODES
from etl.demo_city.case_places import Places
from etl.demo_city.city import City
from etl.model.taxonomy import CATEGORIES

# first digits of the class -> end of the name of the department or utility that answers for it
ANSWERS = {
    "0107": "住房和城乡建设局", "0204": "城市管理局", "0206": "园林绿化服务中心", "02": "城市管理局", "0302": "城市管理局", "0303": "生态环境局", "03": "生态环境局",
    "0406": "通信管理中心", "0404": "水务局", "04": "城市管理局", "0501": "水务集团有限公司", "0506": "水务局", "0502": "供电公司", "05": "燃气集团有限公司",
    "0602": "消防救援大队", "0603": "公安分局", "0605": "公交集团有限公司", "06": "城市管理局", "0701": "规划和自然资源局", "07": "住房和城乡建设局",
    "0803": "市场监督管理局", "0804": "市场监督管理局", "0805": "公安分局", "08": "城市管理局", "0901": "消防救援大队", "0905": "应急管理局", "09": "公安分局",
    "1004": "人力资源和社会保障局", "1003": "住房和城乡建设局", "10": "公安分局", "1104": "人力资源和社会保障局", "1105": "卫生健康局", "1106": "教育局", "11": "民政局",
    "01": "住房和城乡建设局", "12": "民政局",
}  # fmt: skip
# how often a case of a level goes to: property company, community, street, department
SENT = {"micro": (0.6, 0.4, 0, 0), "compound": (0.45, 0.42, 0.08, 0.05), "community": (0.1, 0.55, 0.2, 0.15), "street": (0, 0.1, 0.38, 0.52),
        "district": (0, 0.02, 0.13, 0.85), "city": (0, 0, 0, 1)}  # fmt: skip


class Leads:
    """Numbers of `names` for every place and class."""

    def __init__(self, city: City, places: Places) -> None:
        departments = city.departments
        self.names = pa.array(departments.name.tolist())
        self.level = departments.level.to_numpy(object)
        own = {(kind, code): i for i, (kind, code) in enumerate(zip(departments.kind, departments.unit_code, strict=True))}
        companies = {name: i for i, (kind, name) in enumerate(zip(departments.kind, departments.name, strict=True)) if kind == "物业"}
        text = places.text
        self.community = np.array([own[("社区", code)] for code in text.community_code])
        self.street = np.array([own[("街道", code)] for code in text.street_code])
        company = city.compounds.property_company.map(companies).reindex(range(-1, len(city.compounds)))
        found = pd.Series(np.where(places.compound >= 0, company.reindex(places.compound).to_numpy(float), np.nan))
        self.property = np.where(found.notna(), found.fillna(0), self.community).astype(int)
        codes = sorted(set(text.district_code))
        self.district = np.array([codes.index(code) for code in text.district_code])
        self.answers = np.array([[self._answer(departments, code4, code) for code4 in CODES] for code in codes])
        self.shares = np.array([SENT[c.proper_level] for c in CATEGORIES]).cumsum(axis=1)

    def _answer(self, departments: pd.DataFrame, code4: str, district: str) -> int:
        ending = ANSWERS.get(code4, ANSWERS[code4[:2]])
        for unit in (district, district[:4] + "00"):
            at = np.flatnonzero((departments.unit_code == unit) & departments.name.str.endswith(ending))
            if len(at):
                return int(at[0])
        raise KeyError(ending)

    def draw(self, rng: np.random.Generator, place: np.ndarray, code: np.ndarray) -> np.ndarray:
        """Number of the unit each case is sent to."""
        kind = (rng.random(len(place))[:, None] > self.shares[code]).sum(axis=1).clip(0, 3)
        return np.select([kind == 0, kind == 1, kind == 2], [self.property[place], self.community[place], self.street[place]], self.answers[self.district[place], code])
