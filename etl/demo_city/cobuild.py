"""Contracts with resident work units, their items and joint activities (共建契约、契约项目、共建活动), and pilots (试点)."""

import numpy as np
import pandas as pd

from etl.demo_city.city import City
from etl.demo_city.occasions import after, blank, numbered, occasions, units_at, until
from etl.demo_city.spelling import spelled
from etl.demo_city.write import Writer

PARTNERS = {
    "机关": ("税务分局", "档案馆", "人民法院", "统计局"), "学校": ("实验小学", "第二中学", "职业技术学院", "幼儿园"), "医院": ("中医医院", "社区卫生服务中心", "口腔医院"),
    "国企": ("公交集团", "农商银行", "城建集团", "供电公司"), "民企": ("家电商场", "物流公司", "餐饮公司", "超市"), "社会组织": ("志愿者协会", "社工服务中心"),
    "事业单位": ("图书馆", "文化馆", "体育中心", "博物馆"),
}  # fmt: skip
POSTS = ("大党委兼职委员", "大党委兼职副书记", "")
ACTIVITIES = ("义诊进社区", "暑期职业体验", "消防体验日", "法律咨询日", "环境清洁日", "邻里联欢", "书法公益课", "反诈宣传", "爱心义卖", "健康讲座")


def write(city: City, writer: Writer) -> None:
    """Four feeds."""
    contracts, signed = _contracts(city, writer)
    _items(city, writer, contracts, signed)
    _activities(city, writer)
    _pilots(city, writer)


def _contracts(city: City, writer: Writer) -> tuple[pd.DataFrame, np.ndarray]:
    rng = city.rng("contracts")
    rows = occasions(city, rng, "community", 4.2, pull=0.5)
    n, quality = len(rows), rows.quality.to_numpy()
    street = dict(zip(city.units.code, city.units.name, strict=True))
    kind = rng.choice(list(PARTNERS), n, p=[0.18, 0.18, 0.1, 0.16, 0.2, 0.1, 0.08])
    partner = [f"{street[code[:9]].removesuffix('街道')}{rng.choice(PARTNERS[k])}" for code, k in zip(rows.code, kind, strict=True)]
    talked = rows.day.to_numpy("datetime64[D]")
    signed = until(city, after(talked, rng, 5, 40))
    signed = blank(signed, rng.random(n) < 0.05)
    shown = np.where(rng.random(n) < 0.72 + 0.25 * quality, after(signed, rng, 2, 28), after(signed, rng, 31, 80))
    start, end = after(signed, rng, 1, 20), after(signed, rng, 175, 370)
    appraised = np.where(rng.random(n) < 0.68 + 0.28 * quality, after(end, rng, 1, 29), after(end, rng, 31, 90))
    appraised = blank(until(city, appraised), rng.random(n) < 0.06)
    contracts = pd.DataFrame({
        "契约编号": numbered("QY", n), "社区编码": rows.code, "共建单位": partner, "单位类型": kind, "兼职职务": rng.choice(POSTS, n, p=[0.5, 0.12, 0.38]),
        "谈约日期": talked, "签约日期": signed, "亮约日期": blank(until(city, shown), rng.random(n) < 0.04), "履约开始": start, "履约截止": end, "评约日期": appraised,
        "评分": np.where(np.isnat(appraised), np.nan, np.clip(rng.normal(82 + 12 * quality, 6), 50, 100).round()),
    })  # fmt: skip
    for name in contracts.columns[5:11]:
        contracts[name] = contracts[name].to_numpy().astype("datetime64[s]")
    writer.xlsx("contract", "共建/共建契约.xlsx", contracts, title="区域化党建共建契约台账")
    return contracts.assign(quality=quality), end


def _items(city: City, writer: Writer, contracts: pd.DataFrame, end: np.ndarray) -> None:
    rng = city.rng("contract items")
    live = np.flatnonzero(~np.isnat(end))
    times = rng.integers(2, 6, len(live))
    at = np.repeat(live, times)
    number = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times) + 1
    due = end[at] - rng.integers(0, 160, len(at))
    good = rng.random(len(at)) < 0.74 + 0.22 * contracts.quality.to_numpy()[at]
    done = until(city, np.where(good, after(due, rng, -50, 0), after(due, rng, 3, 60)))
    done = blank(done, rng.random(len(at)) < 0.05)
    direction = np.where((number == 1) | (rng.random(len(at)) < 0.55), "给予", "获得")
    writer.csv("contract_item", "共建/契约项目.csv", pd.DataFrame({
        "契约编号": contracts["契约编号"].to_numpy()[at], "项目编号": number, "方向": np.where(number == 2, "获得", direction), "应完成日期": spelled(due, rng),
        "完成日期": spelled(done, rng),
    }))  # fmt: skip


def _activities(city: City, writer: Writer) -> None:
    rng = city.rng("joint activities")
    rows = occasions(city, rng, "community", 10, pull=0.7)
    n = len(rows)
    convenor = np.where(rng.random(n) < 0.5, rows.name + "党委", rng.choice([p for kind in PARTNERS.values() for p in kind], n))
    writer.csv("joint_activity", "共建/共建活动.csv", pd.DataFrame({
        "活动编号": numbered("HD", n), "社区编码": rows.code, "活动日期": spelled(rows.day, rng), "召集单位": convenor, "认领项目": rng.choice(ACTIVITIES, n),
        "参与人次": (8 + rng.gamma(2.0, 22, n)).astype(int),
    }), encoding="gb18030")  # fmt: skip


def _pilots(city: City, writer: Writer) -> None:
    """Good streets begin; their controls are communities of like size elsewhere."""
    rng = city.rng("pilots")
    codes = units_at(city, "community").code.to_numpy()
    themes = (("信托制物业试点", "repeat_rate", "2025-09-01"), ("微网格响应提速试点", "ontime_close_rate", "2025-11-01"), ("楼栋议事会试点", "case_per_1000hh", "2026-01-01"))
    k = max(1, min(6, len(codes) // 8))
    rows = []
    for i, (name, indicator, start) in enumerate(themes):
        chosen = rng.permutation(codes)[: 2 * k]
        rows.append((f"SD{i + 1:02}", name, sorted(chosen[:k]), sorted(chosen[k:]), indicator, start))
    frame = pd.DataFrame(rows, columns=["试点编号", "试点名称", "试点单元", "对照单元", "指标", "开始日期"])
    writer.xlsx("pilot", "共建/试点.xlsx", frame, title="改革试点一览")
