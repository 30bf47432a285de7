"""Money of the compounds and help given to communities (公共收益、物业费、结对帮扶)."""

import numpy as np
import pandas as pd

from etl.demo_city.city import City
from etl.demo_city.occasions import numbered, occasions
from etl.demo_city.spelling import spelled
from etl.demo_city.write import Writer

GIVERS = ("机关工委", "第三中学", "中心医院", "城建集团", "农商银行", "律师协会", "供电公司", "民营企业联合会")
HELP = ("资金帮扶", "设施捐赠", "岗位提供", "技术支持", "义诊义剪", "法律服务")
YEARS = (2024, 2025, 2026)


def write(city: City, writer: Writer) -> None:
    """Three feeds."""
    _revenue(city, writer)
    _fees(city, writer)
    _assistance(city, writer)


def _revenue(city: City, writer: Writer) -> None:
    """Half of the compounds keep books; income by item, outlay, and here and there a dividend that the owners voted on."""
    rng = city.rng("compound revenue")
    homes = city.compounds[rng.random(len(city.compounds)) < 0.25 + 0.4 * city.compounds.quality]
    n, size = len(homes), homes.households.to_numpy(float)
    parts = []
    for year in YEARS[1:]:
        total = np.zeros(n)
        for item, mean, share in (("电梯广告", 45, 0.6), ("停车费", 160, 0.75), ("场地出租", 40, 0.35), ("其他", 10, 0.3)):
            has = rng.random(n) < share
            amount = np.where(has, size * mean * rng.uniform(0.5, 1.5, n), 0).round(2)
            total += amount
            parts.append(_entries(homes[has], str(year), "收入", item, amount[has]))
        spent = (total * rng.uniform(0.35, 0.7, n)).round(2)
        parts.append(_entries(homes[total > 0], str(year), "支出", "其他", spent[total > 0]))
        shared = (total > 0) & (rng.random(n) < 0.3)
        dividend = _entries(homes[shared], str(year), "分红", "其他", ((total - spent) * rng.uniform(0.5, 0.9, n))[shared].round(2))
        day = np.datetime64(f"{min(year, 2026)}-06-01") + rng.integers(0, 120, int(shared.sum()))
        dividend["表决日期"] = spelled(np.where(rng.random(len(day)) < 0.93, day, np.datetime64("NaT", "D")), rng).to_numpy()
        dividend["分红面积"] = homes.floor_area_m2[shared].to_numpy()
        dividend["户数"] = homes.households[shared].to_numpy()
        parts.append(dividend)
    frame = pd.concat(parts, ignore_index=True)
    shown = np.datetime64("2026-01-10") + rng.integers(0, 60, len(frame)) - np.where(frame["期间"] == "2025", 0, -200)
    frame["公示日期"] = spelled(np.where(rng.random(len(frame)) < 0.8, shown, np.datetime64("NaT", "D")), rng).to_numpy()
    writer.csv("compound_revenue", "资金/小区公共收益.csv", frame.sort_values(["小区编号", "期间"], kind="stable", ignore_index=True))


def _entries(homes: pd.DataFrame, period: str, direction: str, item: str, amount: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"小区编号": homes.compound_id.to_numpy(), "期间": period, "收支方向": direction, "收益项目": item, "金额": amount})


def _fees(city: City, writer: Writer) -> None:
    """Every compound with a property company, by half year; collection follows how well the compound works."""
    rng = city.rng("property fees")
    homes = city.compounds[(city.compounds.property_company != "") & (rng.random(len(city.compounds)) < 0.95)]
    n = len(homes)
    price = np.where(homes.is_old, 0.6, 1.9) * rng.uniform(0.8, 1.3, n)
    base = np.clip(rng.normal(0.62 + 0.3 * homes.quality.to_numpy() - 0.08 * homes.is_old.to_numpy(), 0.09), 0.18, 0.99)
    parts = []
    for period in ("2024-12", "2025-06", "2025-12", "2026-06"):
        due = (homes.floor_area_m2.to_numpy() * price * 6).round(2)
        rate = np.clip(base + rng.normal(0, 0.03, n), 0.1, 1.0)
        hh = homes.households.to_numpy()
        parts.append(pd.DataFrame({"小区编号": homes.compound_id.to_numpy(), "期间": period, "应收金额": due, "实收金额": (due * rate).round(2), "应缴户数": hh,
                                   "实缴户数": np.minimum(hh, (hh * np.clip(rate + rng.normal(0, 0.02, n), 0, 1)).round()).astype(int)}))  # fmt: skip
    frame = pd.concat(parts, ignore_index=True).sort_values(["小区编号", "期间"], kind="stable", ignore_index=True)
    writer.csv("property_fee", "资金/物业费收缴.csv", frame, encoding="gb18030")


def _assistance(city: City, writer: Writer) -> None:
    rng = city.rng("assistance")
    rows = occasions(city, rng, "community", 2.2)
    n = len(rows)
    writer.csv("assistance", "资金/结对帮扶.csv", pd.DataFrame({
        "帮扶编号": numbered("BF", n), "社区编码": rows.code, "帮扶单位": rng.choice(GIVERS, n), "帮扶类别": rng.choice(HELP, n),
        "折合金额": np.exp(rng.normal(8.8, 0.9, n)).round(-2), "帮扶日期": spelled(rows.day, rng),
    }))  # fmt: skip
