"""Names that sound real and are not (虚构地名): combined from morphemes, unique within the parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from etl.demo.city import City

CITY_NAME = "锦屏市"
CITY_CODE = "590100"  # 59 is no province: nobody can mistake it for a real place

DISTRICTS = [
    "澜溪区", "云栖区", "棠湖区", "砚山区", "鹿鸣区", "漱玉区", "青岚区", "汀洲区", "柘林区", "望舒区", "枕溪区", "松涛区", "桂渡区", "凤屏区", "荷塘区",
    "苇江区", "岚桥区", "沅南区", "梧川区", "樟坪区", "芦汀区", "禾丰区",
]  # fmt: skip
FIRST = "槐柳桂梧枫荷杏桐棠竹菱榆樟椿芦荻兰蕙松栎翠碧青苍丹素云霞岚澄映听望枕倚临揽晴霁朝晚金玉银瑞祥永长安宁和惠仁义信德文墨书砚"
SECOND = "溪桥塘湾渡坪岭坡巷井台亭堰沟湖洲浦滨园林荫影波光声泉山屏川门坊田圃庙冲垭湘浣漪澜岸矶"
OLD_ENDS = ["里", "新村", "巷院", "宿舍", "东院", "西院", "大院", "南苑", "小区", "家属院", "一村", "二村", "坊"]
NEW_ENDS = ["花园", "雅苑", "华庭", "名邸", "公馆", "家园", "锦城", "府", "雅居", "上院", "澜庭", "翠庭", "国际", "云邸", "悦府", "城"]
WORK = ["机械厂", "棉纺厂", "粮油站", "电机厂", "水泥厂", "印刷厂", "农机站", "汽修厂", "铁路段", "搪瓷厂"]
EXCLUSIVE = (("{}公园", 5), ("{}湿地公园", 2), ("{}职业学院", 2), ("{}中学", 3), ("{}商贸城", 3), ("{}广场", 3), ("{}产业园", 3), ("{}体育中心", 1), ("{}医院", 2))
COMPANY_ENDS = ["物业服务有限公司", "物业管理有限公司", "城市服务有限公司", "生活服务有限公司"]
SOCIAL_ENDS = ["社会工作服务中心", "社区发展中心", "公益服务中心", "邻里互助社", "志愿服务队", "养老服务中心"]
DEPARTMENTS = [
    "城市管理局", "住房和城乡建设局", "市场监督管理局", "生态环境局", "公安分局", "交通运输局", "水务局", "民政局", "人力资源和社会保障局", "卫生健康局", "教育局",
    "应急管理局", "消防救援大队", "信访局", "经济和信息化局", "文化和旅游局", "残疾人联合会", "纪委监委",
]  # fmt: skip
DEPARTMENT_SHORT = [
    "城管局", "住建局", "市场监管局", "环境局", "公安", "交通局", "水务局", "民政局", "人社局", "卫健局", "教育局", "应急局", "消防大队", "信访局", "经信局",
    "文旅局", "残联", "纪委",
]  # fmt: skip
UTILITIES = ["供水公司", "供电公司", "燃气公司", "热力公司", "通信公司", "公交公司"]
SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
ROADS = ["中路", "东路", "西路", "南路", "北路", "大道", "街", "横街", "正街", "上街"]


def pairs(n: int, rng: np.random.Generator) -> list[str]:
    """`n` different two-character place names, and three-character ones when those run out."""
    base = [a + b for a in FIRST for b in SECOND if a != b]
    rng.shuffle(base)
    if n > len(base):
        more = [a + name for a in "上下东西南北新老大小" for name in base]
        rng.shuffle(more)
        base += more
    return base[:n]


def streets(n: int, rng: np.random.Generator) -> list[str]:
    """Subdistricts, unique in the city; towns (镇) where there are many."""
    return [name + ("镇" if n > 50 and rng.random() < 0.3 else "街道") for name in pairs(n, rng)]


def communities(n: int, rng: np.random.Generator) -> list[str]:
    """Communities, unique in the city."""
    ends = np.where(rng.random(n) < 0.22, "路社区", "社区")
    return [name + end for name, end in zip(pairs(n, rng), ends, strict=True)]


def compounds(community: np.ndarray, is_old: np.ndarray, is_exclusive: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Compounds, unique within their community only: the same name in two streets is what makes placing by name hard."""
    stems = pairs(min(len(community) // 2 + 40, 26_000), rng)
    pick, end = rng.integers(0, len(stems), len(community)), rng.random(len(community))
    forms = [form for form, weight in EXCLUSIVE for _ in range(weight)]
    out: list[str] = []
    taken: set[tuple[int, str]] = set()
    for i, parent in enumerate(community.tolist()):
        stem = stems[int(pick[i])]
        if is_exclusive[i]:
            name = forms[int(end[i] * len(forms))].format(stem)
        elif is_old[i] and end[i] < 0.18:
            name = stem + WORK[int(end[i] / 0.18 * len(WORK))] + "宿舍"
        else:
            ends = OLD_ENDS if is_old[i] else NEW_ENDS
            name = stem + ends[int(end[i] * len(ends))]
        while (parent, name) in taken:
            name = FIRST[int(rng.integers(len(FIRST)))] + name
        taken.add((parent, name))
        out.append(name)
    return out


def aliases(names: list[str], rng: np.random.Generator) -> list[str]:
    """What people call a compound: without its ending, or 老/小区 added; '' for most."""
    form = rng.random(len(names))
    out = []
    for name, f in zip(names, form.tolist(), strict=True):
        if f < 0.12 and len(name) > 4:
            out.append(name[:-2] + "小区")
        elif f < 0.22:
            out.append("老" + name)
        elif f < 0.27:
            out.append(f"{name}一期；{name[:2]}院子")
        else:
            out.append("")
    return out


def companies(n: int, rng: np.random.Generator) -> list[str]:
    """Property companies."""
    ends = rng.integers(0, len(COMPANY_ENDS), n)
    return [f"锦屏{stem}{COMPANY_ENDS[int(e)]}" for stem, e in zip(pairs(n, rng), ends, strict=True)]


def registered(city: City) -> list[str]:
    """The social organisations of the city: those in the register, of whom projects are bought."""
    return societies(min(max(24, city.n("community") * 8), 2000), city.rng("society"))


def societies(n: int, rng: np.random.Generator) -> list[str]:
    """Social organisations."""
    ends = rng.integers(0, len(SOCIAL_ENDS), n)
    return [stem + SOCIAL_ENDS[int(e)] for stem, e in zip(pairs(n, rng), ends, strict=True)]
