"""Premises and organisations of communities (阵地设施、社会组织、岗位、网格清单、便民服务月报)."""

import numpy as np
import pandas as pd

from etl.demo_city.case_times import months
from etl.demo_city.city import City
from etl.demo_city.occasions import after, blank, numbered, occasions, units_at, until
from etl.demo_city.spelling import spelled
from etl.demo_city.write import Writer
from etl.geo.gcj import wgs_to_gcj

FACILITIES = (("党群服务中心", 1.0, 620), ("事务服务中心", 0.93, 180), ("文化活动中心", 0.86, 320), ("生活服务中心", 0.74, 260), ("卫生服务中心", 0.8, 300),
              ("综治维稳中心", 0.9, 120), ("警务室", 0.82, 60), ("图书室", 0.55, 90), ("健身活动室", 0.45, 150))  # fmt: skip
FIELDS = ("养老助老", "儿童服务", "环境治理", "文体活动", "法律服务", "心理关爱", "助残", "邻里互助", "公益创投")
HEADS = ("邻伴", "暖心", "青禾", "和风", "乐邻", "众益", "微光", "春晖", "同行", "百姓", "守望", "绿洲")
POSTS = ("政策宣传", "治安巡逻", "环境绿化", "民事调解", "文明劝导", "关爱帮扶", "楼栋管理")
TASKS = ("消防隐患排查", "独居老人走访", "楼道杂物清理", "流动人口登记", "飞线充电整治", "防汛排查", "反诈宣传入户", "燃气安全检查")
CHANNELS = (("一站式大厅", ("社保医保", "民政事务", "证照办理", "计生卫健"), 120), ("12349", ("助餐配送", "健康咨询", "紧急呼叫", "精神慰藉"), 26), ("健康体检", ("60岁以上体检",), 18))


def write(city: City, writer: Writer) -> None:
    """Five feeds."""
    _facilities(city, writer)
    _organisations(city, writer)
    _posts(city, writer)
    _tasks(city, writer)
    _monthly(city, writer)


def _facilities(city: City, writer: Writer) -> None:
    rng = city.rng("facilities")
    communities = units_at(city, "community")
    inside = city.compounds.groupby("community_code")
    parts = []
    for kind, share, area in FACILITIES:
        own = communities[rng.random(len(communities)) < share * (0.9 + 0.1 * communities.quality)]
        at = [int(rng.choice(inside.indices[code])) for code in own.code]
        point = city.compounds.iloc[at][["lon", "lat"]].to_numpy()
        lon, lat = wgs_to_gcj(point[:, 0] + rng.normal(0, 1e-4, len(own)), point[:, 1] + rng.normal(0, 1e-4, len(own)))
        size = (area * rng.uniform(0.55, 1.7, len(own)) * (0.6 + 0.4 * own.households / max(1.0, communities.households.mean()))).round()
        parts.append(pd.DataFrame({"设施名称": own.name + kind, "设施类型": kind, "社区编码": own.code, "建筑面积": size, "经度": lon.round(6), "纬度": lat.round(6)}))
    frame = pd.concat(parts, ignore_index=True).sort_values(["社区编码", "设施类型"], kind="stable", ignore_index=True)
    frame.insert(0, "设施编号", numbered("ZD", len(frame)))
    unknown = rng.random(len(frame)) < 0.06
    frame.loc[unknown, ["经度", "纬度"]] = np.nan
    writer.xlsx("facility", "阵地/阵地设施.xlsx", frame, title="社区阵地设施一览表", crs="GCJ-02")


def _organisations(city: City, writer: Writer) -> None:
    rng = city.rng("social organisations")
    rows = occasions(city, rng, "community", 4.2, pull=0.5)
    n = len(rows)
    field = rng.choice(FIELDS, n)
    name = [f"{c.removesuffix('社区')}{rng.choice(HEADS)}{f}服务队" for c, f in zip(rows.name, field, strict=True)]
    writer.csv("social_org", "阵地/社会组织.csv", pd.DataFrame({
        "社会组织编号": numbered("SZ", n), "社会组织名称": name, "社区编码": rows.code, "服务领域": field, "有无服务标准": np.where(rng.random(n) < 0.4 + 0.4 * rows.quality, "有", "无"),
        "是否在运行": np.where(rng.random(n) < 0.88, "是", "否"),
    }), values={"has_standard": {"有": "是", "无": "否"}})  # fmt: skip


def _posts(city: City, writer: Writer) -> None:
    rng = city.rng("service posts")
    communities = units_at(city, "community")
    rows = communities.loc[np.repeat(np.arange(len(communities)), len(POSTS))].reset_index(drop=True)
    n, offered = len(rows), rng.integers(4, 22, len(rows))
    claimed = rng.binomial(offered, np.clip(0.45 + 0.5 * rows.quality, 0, 0.98))
    writer.csv("service_post", "阵地/认领岗位.csv", pd.DataFrame({
        "岗位编号": numbered("GW", n), "社区编码": rows.code, "岗位类型": np.tile(POSTS, len(communities)), "设岗数": offered, "认领数": claimed, "统计日期": "2026-09-30",
    }))  # fmt: skip


def _tasks(city: City, writer: Writer) -> None:
    rng = city.rng("grid tasks")
    rows = occasions(city, rng, "compound", 5.0)
    n = len(rows)
    due = after(rows.day, rng, 7, 30)
    good = rng.random(n) < 0.72 + 0.25 * rows.quality
    done = blank(until(city, np.where(good, after(due, rng, -6, 0), after(due, rng, 1, 25))), rng.random(n) < 0.04)
    writer.csv("grid_task", "阵地/网格治理清单.csv", pd.DataFrame({
        "事项编号": numbered("QD", n), "网格编码": rows.code, "事项": rng.choice(TASKS, n), "应完成日期": spelled(due, rng), "完成日期": spelled(done, rng),
    }), encoding="gb18030")  # fmt: skip


def _monthly(city: City, writer: Writer) -> None:
    """Counts of each month, channel and kind of service."""
    rng = city.rng("monthly services")
    communities = units_at(city, "community")
    size = communities.households.to_numpy(float) / max(1.0, communities.households.mean())
    parts = []
    for month in months(city.data_date):
        for channel, kinds, mean in CHANNELS:
            for kind in kinds:
                count = rng.poisson(mean / len(kinds) * size)
                first = rng.binomial(count, np.clip(0.8 + 0.17 * communities.quality, 0, 0.99))
                parts.append(pd.DataFrame({"社区编码": communities.code, "月份": f"{month:%Y-%m}", "服务渠道": channel, "服务类型": kind, "办件量": count, "一次办成": first}))
    writer.csv("service_stat", "阵地/便民服务月报.csv", pd.concat(parts, ignore_index=True))
