"""Community funds (保障激励资金): projects with every step's date, and the ledger they are paid from."""

from datetime import date

import numpy as np
import pandas as pd

from etl.demo_city.city import City
from etl.demo_city.occasions import after, blank, numbered, occasions, units_at
from etl.demo_city.spelling import spelled
from etl.demo_city.write import Writer

THEMES = {
    "环境整治": ("楼道焕新", "绿地认养", "垃圾分类引导", "背街小巷美化"), "养老助老": ("银龄助餐", "独居老人探访", "智能手机课堂", "适老微改造"),
    "儿童服务": ("四点半课堂", "暑期托管", "亲子阅读", "儿童议事会"), "文体活动": ("邻里节", "社区运动会", "书画公益班", "广场放映"),
    "公共安全": ("消防演练", "电动车充电棚", "高空抛物宣传", "楼道灯更换"), "助残济困": ("爱心陪诊", "困难家庭微改造", "无障碍坡道", "辅具租借"),
}  # fmt: skip
GROUPS = {"养老助老": "老年人", "儿童服务": "儿童", "助残济困": "困难群众"}
PROVIDERS = ("和风社会工作服务中心", "邻伴公益发展中心", "青禾社区营造中心", "暖阳助老服务社", "童行教育服务中心", "小区业主自组织", "众益社工服务站", "乐邻物业服务中心")
STEPS = ("suggested", "collated", "resolved", "published", "bid", "contract", "start", "end", "accepted", "audited")
GAPS = ((3, 25), (4, 20), (2, 8), (6, 12), (5, 20), (3, 20), (20, 120), (5, 25), (20, 90))  # days from each step to the next


def write(city: City, writer: Writer) -> None:
    """Two feeds."""
    projects, steps = _projects(city)
    writer.xlsx("fund_project", "资金/社区资金项目.xlsx", projects, title="社区发展治理专项资金项目台账")
    writer.csv("fund_ledger", "资金/资金收支.csv", _ledger(city, projects, steps), encoding="gb18030", values={"direction": {"付工程款": "expense"}})


def _projects(city: City) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = city.rng("fund projects")
    rows = occasions(city, rng, "community", 5.5, pull=0.3)
    n, quality = len(rows), rows.quality.to_numpy()
    steps = pd.DataFrame({"suggested": rows.day.to_numpy("datetime64[D]")})
    for (name, before), (low, high) in zip(zip(STEPS[1:], STEPS, strict=False), GAPS, strict=True):
        steps[name] = after(steps[before].to_numpy(), rng, low, high)
    # one in ten skips the order: published before the vote, work before the contract
    early = rng.random(n) < 0.12 - 0.09 * quality
    steps["published"] = np.where(early, after(steps.resolved.to_numpy(), rng, -9, -2), steps.published)
    rash = rng.random(n) < 0.08 - 0.06 * quality
    steps["start"] = np.where(rash, after(steps.contract.to_numpy(), rng, -15, -2), steps.start)
    reached = np.where(rng.random(n) < 0.2, rng.integers(1, 6, n), len(STEPS) - (rng.random(n) < 0.35))  # not every suggestion goes all the way
    end = np.datetime64(city.data_date, "D")
    for i, name in enumerate(STEPS):
        day = steps[name].to_numpy("datetime64[D]")
        steps[name] = blank(day, (day > end) | (i >= reached) | ((rng.random(n) < 0.015) & (i > 0)))
    theme = rng.choice(list(THEMES), n, p=[0.28, 0.24, 0.16, 0.16, 0.1, 0.06])
    name = [THEMES[t][int(k)] for t, k in zip(theme, rng.integers(0, 4, n), strict=True)]
    approved = (np.exp(rng.normal(10.3, 0.7, n)) / 100).round() * 100
    signed = steps.contract.notna().to_numpy()
    accepted = steps.accepted.notna().to_numpy()
    frame = pd.DataFrame({
        "项目编号": numbered("XM", n), "项目名称": [f"{c}{t}" for c, t in zip(rows.name, name, strict=True)], "社区编码": rows.code,
        "资金类型": rng.choice(["保障资金", "激励资金", "其他资金"], n, p=[0.68, 0.26, 0.06]), "项目类别": theme, "服务对象": [GROUPS.get(t, "全体居民") for t in theme],
    })  # fmt: skip
    for title, key in (("建议日期", "suggested"), ("梳理日期", "collated"), ("议决日期", "resolved"), ("公示日期", "published")):
        frame[title] = steps[key].to_numpy("datetime64[s]")
    frame["公示天数"] = np.where(steps.published.notna(), rng.choice([3, 5, 5, 5, 7, 7, 10], n), np.nan)
    for title, key in (("报名承接日期", "bid"), ("签约日期", "contract"), ("开工日期", "start"), ("完工日期", "end"), ("验收日期", "accepted"), ("审计日期", "audited")):
        frame[title] = steps[key].to_numpy("datetime64[s]")
    frame["承接单位"] = np.where(steps.bid.notna(), rng.choice(PROVIDERS, n), "")
    frame["评议得分"] = np.where(accepted, np.clip(rng.normal(84 + 9 * quality, 6), 55, 100).round(1), np.nan)
    frame["批准金额"] = approved
    frame["合同金额"] = np.where(signed, (approved * rng.uniform(0.86, 1.0, n)).round(-1), np.nan)
    return frame, steps


def _ledger(city: City, projects: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    rng = city.rng("fund ledger")
    parts = [_yearly(city, rng, year) for year in (2024, 2025, 2026)]
    signed = np.flatnonzero(steps.start.notna() & projects["合同金额"].notna())
    for share, key in ((0.4, "start"), (0.5, "end"), (0.1, "accepted")):
        at = signed[steps[key].notna().to_numpy()[signed] & (rng.random(len(signed)) < 0.94)]
        day = after(steps[key].to_numpy()[at], rng, 2, 20)
        parts.append(_entries(projects.iloc[at], day, "支出" if share < 0.5 else "付工程款", (projects["合同金额"].to_numpy()[at] * share).round(2), "政府"))
        if share == 0.1:
            back = at[rng.random(len(at)) < 0.03]
            parts.append(_entries(projects.iloc[back], after(steps[key].to_numpy()[back], rng, 20, 60), "退回", (projects["合同金额"].to_numpy()[back] * 0.05).round(2), "政府"))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["日期"].to_numpy("datetime64[D]") <= np.datetime64(city.data_date)].sort_values(["日期", "社区编码"], kind="stable", ignore_index=True)
    frame.insert(0, "流水号", numbered("LS", len(frame)))
    frame["日期"] = spelled(frame["日期"].to_numpy("datetime64[D]"), rng)
    return frame


def _entries(projects: pd.DataFrame, day: np.ndarray, direction: str, amount: np.ndarray, origin: str) -> pd.DataFrame:
    return pd.DataFrame({
        "社区编码": projects["社区编码"].to_numpy(), "项目编号": projects["项目编号"].to_numpy(), "资金类型": projects["资金类型"].to_numpy(),
        "年度": pd.DatetimeIndex(day.astype("datetime64[s]")).year, "方向": direction, "金额": amount, "日期": day.astype("datetime64[s]"), "来源": origin,
    })  # fmt: skip


def _yearly(city: City, rng: np.random.Generator, year: int) -> pd.DataFrame:
    """Budget in January, money in by the end of April (some late), last year's rest cleared in May (some not)."""
    communities = units_at(city, "community")
    n, parts = len(communities), []
    size = communities.households.to_numpy(float)
    for fund, mean in (("保障资金", 150_000), ("激励资金", 50_000)):
        amount = (mean * (0.5 + 0.5 * size / max(1.0, size.mean())) * rng.uniform(0.85, 1.15, n)).round(-3)
        start = np.full(n, np.datetime64(date(year, 1, 1)))
        late = rng.random(n) < 0.14
        came = np.where(late, after(start, rng, 125, 170), after(start, rng, 45, 115))
        for word, day, paid, origin, share in (
            ("预算", after(start, rng, 5, 25), amount, "政府", 1.0), ("到账", came, amount, "政府", 0.98), ("清理", after(start, rng, 125, 160), amount * 0.12, "政府", 0.6),
        ):  # fmt: skip
            keep = rng.random(n) < share
            parts.append(pd.DataFrame({"社区编码": communities.code[keep], "项目编号": None, "资金类型": fund, "年度": year - (word == "清理"), "方向": word,
                                       "金额": np.round(paid[keep], 2), "日期": day[keep].astype("datetime64[s]"), "来源": origin}))  # fmt: skip
    for origin, share, mean in (("社会", 0.35, 9_000), ("企业", 0.25, 20_000), ("空间经营", 0.3, 16_000)):
        keep = rng.random(n) < share
        k = int(keep.sum())
        parts.append(pd.DataFrame({"社区编码": communities.code[keep], "项目编号": None, "资金类型": "其他资金", "年度": year, "方向": "到账", "金额": rng.uniform(0.4, 1.8, k).round(2) * mean,
                                   "日期": after(np.full(k, np.datetime64(date(year, 1, 1))), rng, 30, 290).astype("datetime64[s]"), "来源": origin}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
