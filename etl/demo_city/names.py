"""Made-up place names (虚构地名): they sound real, and each list is unique within its parent."""

import numpy as np

CITY = "锦屏市"
CITY_CODE = "590100"  # no Chinese division code starts with 59

DISTRICTS = (
    "屏东区 屏西区 澄江区 云麓区 望川区 青梧区 沐河区 栖霞岭区 兰皋区 丰濂区 鹤汀区 临溪湖区 石屏山区 南陌区 北洛区 锦湖区 松涧区 霁阳区 "
    "白鹭洲区 葛岭区 澜台区 暮云区"
).split()
_STREET_HEADS = list("锦澄云望青沐兰丰鹤临石松霁葛澜芙桂枫棠柳槐荷莲桐杏梧竹翠碧虹霞晴岚雁鹭")
_STREET_TAILS = "水桥 江门 溪口 湖山 台子 林苑 塘坝 岭南 洲头 泉街".split()
_COMMUNITY_HEADS = (
    "春熙里 迎晖 望月 青石桥 长乐 吉祥 双槐 银杏 朝晖 和顺 安泰 清波 永宁 金桂 百花 文昌 学府 师苑 机车 纺织 新桥 老码头 滨河 柳荫 翠竹 "
    "梧桐 石榴 茶店 草市 玉泉 龙吟 鹤鸣 竹林 杨柳堤 沙河沿 南门 北门 西桥 东泰 团结 建设 光明 红星 胜利 友谊 幸福 平安 惠民 星光 向阳 "
    "锦纺 水井巷 莲池 映月 凤栖 听涛 观澜 松林 枫桥 兰亭 紫薇 丁香 樱花 海棠 桃蹊 橘颂 芳草 云栖 晨曦 曙光"
).split()
_OLD_HEADS = "机械厂 棉纺厂 化工厂 运输公司 建工 供销社 邮电 地质队 电机厂 粮食局 二轻局 仪表厂 搪瓷厂 印刷厂 木材厂 农机厂".split()
_OLD_TAILS = "宿舍 家属院 生活区 大院".split()
_ROADS = "解放 建设 人民 文化 红旗 劳动 工农 东风 育才 新华 胜利 和平 光华 长春 朝阳 团结".split()
_NEW_HEADS = (
    "锦绣 澜庭 云锦 翡翠 丽景 金色 阳光 碧水 蓝湾 香榭 御景 盛世 华庭 银河 天誉 东方 滨江 江南 半山 枫林 兰溪 紫荆 书香 溪岸 星河 "
    "望江 听澜 悦府 嘉禾 瑞景 名仕 逸翠 凯旋 南湖 怡和 雅居 万和 景秀 玉兰 水岸"
).split()
_NEW_TAILS = "花园 家园 苑 小区 名城 雅苑 华府 公馆 城 里 新居 国际 一品 佳园 豪庭 丽都 春天 印象".split()
_VILLAGE_TAILS = "新村 一村 二村 三村 新区 小区".split()
_EXCLUSIVE = (
    "{s}实验小学 {s}中学 {s}农贸市场 {s}广场商业综合体 {s}体育公园 {s}客运站 {s}人民医院 {s}产业园 {s}职业技术学校 {s}文化中心 {s}物流园 {s}写字楼群"
).split()
PROPERTY = (
    "锦诚物业 安居乐物业 屏山物业 万和家物业 邻里情物业 瑞福物业 城投嘉园物业 德馨物业 恒景物业 玉泉物业 嘉禾物业 同馨物业 宜居通物业 沐阳物业"
).split()
DISTRICT_DEPARTMENTS = {  # name -> short name
    "城市管理局": "城管局", "住房和城乡建设局": "住建局", "市场监督管理局": "市场监管局", "公安分局": "公安", "生态环境局": "环保局", "水务局": "水务局",
    "民政局": "民政局", "人力资源和社会保障局": "人社局", "教育局": "教育局", "卫生健康局": "卫健局", "交通运输局": "交通局", "应急管理局": "应急局",
    "消防救援大队": "消防", "园林绿化服务中心": "园林中心", "规划和自然资源局": "规自局", "退役军人事务局": "退役军人局",
}  # fmt: skip
UTILITIES = {"水务集团有限公司": "自来水公司", "供电公司": "供电局", "燃气集团有限公司": "燃气公司", "公交集团有限公司": "公交公司", "通信管理中心": "通信运营商"}


def districts(count: int) -> list[str]:
    """The first `count` district names."""
    return DISTRICTS[:count]


def streets(count: int, rng: np.random.Generator) -> list[str]:
    """`count` different street names (街道), at most 350."""
    pool = [head + tail for head in _STREET_HEADS for tail in _STREET_TAILS]
    return [f"{pool[i]}街道" for i in rng.permutation(len(pool))[:count]]


def communities(parents: np.ndarray, rng: np.random.Generator) -> list[str]:
    """One community name per entry; unique in the whole city while the list lasts, unique within a street (`parents`) always."""
    plain = [f"{_COMMUNITY_HEADS[i]}社区" for i in rng.permutation(len(_COMMUNITY_HEADS))]
    if len(parents) > len(plain):
        plain += [f"{head}{tail}社区" for head in (h for h in _COMMUNITY_HEADS if len(h) == 2) for tail in ("里", "园", "湾", "坊", "东", "西", "路", "台")]
    pool = np.array(plain, dtype=object)
    return list(_distinct(pool, parents, rng)) if len(parents) > len(plain) else list(pool[: len(parents)])


def compounds(parents: np.ndarray, years: np.ndarray, exclusive: np.ndarray, stems: np.ndarray, rng: np.random.Generator) -> list[str]:
    """One compound name per entry, unique within its community (`parents`). Old ones sound like works housing; exclusive ones take the stem
    (the community's name without 社区). A name may come back in another street, as in real cities."""
    old = [h + t for h in _OLD_HEADS for t in _OLD_TAILS] + [f"{road}路{n}号院" for road in _ROADS for n in (3, 8, 15, 27, 46, 102)]
    middle = [h + t for h in (*_ROADS, *_NEW_HEADS[:14]) for t in _VILLAGE_TAILS]
    new = [h + t for h in _NEW_HEADS for t in _NEW_TAILS if h[-1] not in t]
    out = np.empty(len(parents), dtype=object)
    for pool, at in ((old, years < 1992), (middle, (years >= 1992) & (years < 2002)), (new, years >= 2002)):
        rows = np.flatnonzero(at & ~exclusive)
        out[rows] = _distinct(np.array(pool, dtype=object), parents[rows], rng)
    rows = np.flatnonzero(exclusive)
    shapes = _distinct(np.array(_EXCLUSIVE, dtype=object), parents[rows], rng)
    out[rows] = [shape.format(s=stem) for shape, stem in zip(shapes, stems[rows], strict=True)]
    return list(out)


def _distinct(pool: np.ndarray, parents: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Names drawn from `pool`, different within equal neighbouring `parents`: a run of consecutive draws from a shuffled pool."""
    order = rng.permutation(len(pool))
    starts = np.flatnonzero(np.diff(parents, prepend=-1) != 0)
    within = np.arange(len(parents)) - np.repeat(starts, np.diff(np.append(starts, len(parents))))
    jump = np.repeat(rng.integers(0, len(pool), len(starts)), np.diff(np.append(starts, len(parents))))
    if len(pool) > 2 * len(parents):  # enough names: go on where the previous parent stopped, so few come back
        jump = np.arange(len(parents)) - within
    return pool[order[(jump + within) % len(pool)]]
