"""Compounds and money: property, common income, funds (小区物业与资金)."""

import numpy as np
import pyarrow as pa

from etl.demo.city import MODES, City
from etl.demo.names import companies, registered
from etl.demo.sheets import Sheet, after, spelled, yes_no

# what part of a year's money is spent on no single project: daily services, and everything before projects were kept
NO_PROJECT = {("保障", 2024): (0.72, 0.93), ("激励", 2024): (0.72, 0.93), ("保障", 2025): (0.4, 0.55), ("保障", 2026): (0.4, 0.55)}
NAT = np.datetime64("NaT")
LAST = np.datetime64("2026-10-31")
PROJECTS = (
    ("{}环境微更新", "环境改造", "全体居民"), ("{}楼道灯更换", "设施维护", "全体居民"), ("{}“四点半课堂”", "未成年人服务", "18岁以下"),
    ("{}助餐配送服务", "养老服务", "老年人"), ("{}院落文化节", "文体活动", "全体居民"), ("{}充电棚建设", "设施维护", "全体居民"),
    ("{}邻里调解工作室", "矛盾化解", "全体居民"), ("{}儿童友好空间", "未成年人服务", "18岁以下"), ("{}残疾人康复服务", "助残服务", "困难群众"),
    ("{}法律与心理服务", "专业服务", "全体居民"), ("{}社区花园共建", "环境改造", "全体居民"), ("{}老年健康讲堂", "养老服务", "老年人"),
)  # fmt: skip


def lived_in(city: City) -> np.ndarray:
    """Positions of compounds with residents: exclusive grids are none."""
    return np.flatnonzero(~city.is_exclusive)


def compounds(city: City) -> Sheet:
    """Estates with their property management."""
    rng = city.rng("compound")
    at = lived_in(city)
    n = len(at)
    households = city.sum_to("compound", city.households)[at].astype(int)
    quality, mode = city.quality[at], city.mode[at]
    trust = mode == 2
    owners = after(np.full(n, np.datetime64("2012-01-01")), rng.integers(0, 5300, n), np.where(trust, 1.0, 0.22 + 0.45 * quality), rng)
    company = np.array([city.companies[c] if c >= 0 else "" for c in city.company[at].tolist()], object)
    budget = after(np.full(n, np.datetime64("2024-01-15")), rng.integers(0, 900, n), np.where(trust, 0.86, 0.03), rng)
    return {
        "compound_id": np.array([f"XQ{c}" for c in city.code["compound"][at]], object), "name": city.name["compound"][at], "aliases": city.alias[at],
        "unit_code": city.code["compound"][at], "built_year": city.built_year[at], "households": households,
        "floor_area_m2": (households * rng.uniform(62, 128, n)).round(), "property_mode": np.array(MODES, object)[mode], "property_company": company,
        "owners_committee_on": spelled(owners, "年"), "has_joint_account": yes_no(rng.random(n) < np.where(trust, 0.9, 0.08)),
        "open_budget_on": spelled(budget, "/"), "has_supervisor": yes_no(rng.random(n) < np.where(trust, 0.9, 0.12)),
        "has_supervision_group": yes_no(rng.random(n) < np.where(trust, 0.88, 0.2)), "has_mediation_body": yes_no(rng.random(n) < 0.25 + 0.4 * quality),
    }  # fmt: skip


def pilot_communities(city: City) -> np.ndarray:
    """Positions of the communities in which trusts are tried."""
    return np.arange(max(1, min(4, city.n("community") // 2)))


def property_fees(city: City) -> Sheet:
    """Fees due and paid per quarter-end month of compounds with a manager."""
    rng = city.rng("property_fee")
    at = lived_in(city)
    at = at[city.mode[at] <= 4]
    periods = [f"{y}-{m:02d}" for y in (2025, 2026) for m in (3, 6, 9)] + ["2024-12", "2025-12"]
    compound = np.repeat(at, len(periods))
    households = city.sum_to("compound", city.households)[compound].astype(int)
    price = np.where(city.is_old[compound], 0.5, 1.6) * rng.uniform(0.8, 1.5, city.n("compound"))[compound]
    due = np.round(households * np.where(city.is_old[compound], 68, 104) * price * 3, 2)
    share = np.clip(0.36 + 0.6 * city.quality[compound] + rng.normal(0, 0.06, len(due)) - 0.1 * city.is_old[compound], 0.08, 0.995)
    trial = np.isin(city.parent["compound"][compound], pilot_communities(city)) & np.tile(np.array([p >= "2025-09" for p in periods]), len(at))
    share = np.where(trial, np.minimum(share + 0.07, 0.995), share)
    paid_hh = np.minimum(np.round(households * (share + 0.02)).astype(int), households)
    return {
        "compound_id": np.array([f"XQ{c}" for c in city.code["compound"][compound]], object), "period": np.tile(np.array(periods, object), len(at)),
        "due_amt": due, "paid_amt": np.round(due * share, 2), "due_hh": households, "paid_hh": paid_hh,
    }  # fmt: skip


def compound_revenue(city: City) -> Sheet:
    """Common income: advertisements, parking, sites; outlays; here and there a dividend after the owners' vote."""
    rng = city.rng("compound_revenue")
    at = lived_in(city)
    at = at[(city.mode[at] <= 2) & (rng.random(len(at)) < 0.7)]
    households = city.sum_to("compound", city.households).astype(int)
    rows: list[tuple] = []
    for year in (2025, 2026):
        for c, hh, u in zip(at.tolist(), households[at].tolist(), rng.random(len(at)).tolist(), strict=True):
            unit = f"XQ{city.code['compound'][c]}"
            shown = None if 0.66 < u < 0.71 else f"{year}-0{1 + int(u * 8)}-15"
            income = [("广告", round(hh * (18 + 40 * u), 2)), ("停车", round(hh * (60 + 150 * u), 2)), ("场地", round(hh * 12 * u, 2))]
            told = [(item, amount, shown) for item, amount in income if item != "停车" or u >= 0.6]
            if u < 0.6:  # parking is accounted for and published by quarter
                told += [("停车", amount, day) for amount, day in _by_quarter(income[1][1], year)]
            rows += [(unit, str(year), "收入", item, amount, None, None, None, day) for item, amount, day in told if amount > 0]
            total = sum(amount for _, amount in income)
            rows.append((unit, str(year), "支出", "其他", round(total * (0.3 + 0.4 * u), 2), None, None, None, shown))
            if city.quality[c] > 0.62 and u > 0.72:
                rows.append((unit, str(year), "分红", "其他", round(total * 0.25, 2), f"{year}-0{1 + int(u * 6)}-20", hh * 88, hh, shown))
    names = ("compound_id", "period", "direction", "item", "amt", "voted_on", "basis_m2", "owners_n", "published_on")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _by_quarter(amount: float, year: int) -> list[tuple[float, str]]:
    """A year's amount in the quarters that are over, each with the day it was published."""
    days = [day for day in (f"{year}-04-15", f"{year}-07-15", f"{year}-10-15", f"{year + 1}-01-15") if np.datetime64(day) <= LAST]
    part = round(amount / len(days), 2)
    return list(zip([part] * (len(days) - 1) + [round(amount - part * (len(days) - 1), 2)], days, strict=True))


def fund_projects(city: City) -> Sheet:
    """Projects from suggestion to audit; some are on their way, some left the order."""
    rng = city.rng("fund_project")
    community = np.repeat(np.arange(city.n("community")), rng.integers(5, 12, city.n("community")))
    n = len(community)
    kind = rng.integers(0, len(PROJECTS), n)
    day = np.datetime64("2024-11-15") + rng.integers(0, 700, n).astype("timedelta64[D]")
    fund = rng.choice(np.array(["保障", "激励", "其他"], object), n, p=[0.66, 0.26, 0.08])
    steps: dict[str, np.ndarray] = {"suggested_on": day}
    gaps = (("collated_on", 5, 20), ("resolved_on", 5, 25), ("published_on", 1, 6), ("bid_on", 5, 15), ("contract_on", 4, 15), ("start_on", 3, 20),
            ("end_on", 30, 120), ("accepted_on", 3, 25), ("audited_on", 20, 90))
    for name, low, high in gaps:
        day = day + rng.integers(low, high, n).astype("timedelta64[D]")
        steps[name] = day
    this_spring = int(np.argmax((steps["suggested_on"] >= np.datetime64("2026-01-15")) & (steps["suggested_on"] <= np.datetime64("2026-04-15"))))
    early = (rng.random(n) < 0.05) | (np.arange(n) == this_spring)  # begun before it was published: one such the smallest city has too
    steps["start_on"] = np.where(early, steps["resolved_on"] - np.timedelta64(3, "D"), steps["start_on"])
    skipped = rng.random(n) < 0.04
    steps["published_on"] = np.where(skipped, NAT, steps["published_on"])
    stuck = (rng.random(n) < 0.1) & (np.arange(n) != this_spring)
    for at, name in enumerate(g[0] for g in gaps):
        steps[name] = np.where((stuck & (at > 1)) | (steps[name] > LAST), NAT, steps[name])
    approved = np.round(rng.lognormal(10.6, 0.7, n), -2)
    signed = ~np.isnat(steps["contract_on"])
    contract = np.where(signed, np.round(approved * rng.uniform(0.82, 1.0, n), -2), np.nan)
    at_work = np.array(registered(city), object)
    builders = np.array([c.replace("物业服务", "建设工程").replace("物业管理", "园林工程") for c in companies(max(4, city.n("community") // 2), rng)], object)
    builds = np.array([p[1] in ("环境改造", "设施维护") for p in PROJECTS])[kind] & (rng.random(n) < 0.7)
    who = np.where(builds, builders[rng.integers(0, len(builders), n)], at_work[rng.integers(0, len(at_work), n)])
    accepted = ~np.isnat(steps["accepted_on"])
    names = [PROJECTS[k][0].format(c.removesuffix("社区")) for k, c in zip(kind.tolist(), city.name["community"][community].tolist(), strict=True)]
    return {
        "project_id": np.array([f"XM{i:06d}" for i in range(1, n + 1)], object), "name": names, "unit_code": city.code["community"][community],
        "fund": fund, "theme": [PROJECTS[k][1] for k in kind], "target_group": [PROJECTS[k][2] for k in kind],
        **{name: spelled(steps[name], "-" if i % 3 else "年") for i, name in enumerate(("suggested_on", "collated_on", "resolved_on", "published_on"))},
        "publish_days": [int(d) if ok else None for d, ok in zip(rng.integers(3, 9, n), ~np.isnat(steps["published_on"]), strict=True)],
        "bid_on": spelled(steps["bid_on"]), "provider": [p if s else None for p, s in zip(who, signed, strict=True)],
        **{name: spelled(steps[name]) for name in ("contract_on", "start_on", "end_on", "accepted_on")},
        "appraisal_score": [round(float(s), 1) if ok else None for s, ok in zip(rng.uniform(72, 99, n), accepted, strict=True)],
        "audited_on": spelled(steps["audited_on"]), "approved_amt": approved, "contract_amt": [None if np.isnan(v) else float(v) for v in contract],
    }  # fmt: skip


def fund_ledger(city: City, projects: Sheet) -> Sheet:
    """Budget and arrival each spring, payments per signed project, refunds and clearing of what was left over."""
    rng, spending = city.rng("fund_ledger"), city.rng("fund_ledger_daily")
    rows: list[tuple] = []
    for year in (2024, 2025, 2026):
        for code in city.code["community"].tolist():
            for fund, low, high in (("保障", 160_000, 320_000), ("激励", 40_000, 90_000)):
                amount = float(np.round(rng.uniform(low, high), -3))
                origin = "政府" if fund == "保障" else ("政府", "社会", "企业", "空间经营")[int(rng.integers(4))]
                rows.append((code, None, fund, year, "预算", amount, f"{year}-01-20", origin))
                rows.append((code, None, fund, year, "到账", amount, f"{year}-04-{int(rng.integers(5, 29)):02d}", origin))
                if year > 2024 and rng.random() < 0.7:
                    rows.append((code, None, fund, year - 1, "清理", round(amount * 0.06 * rng.random(), 2), f"{year}-05-25", origin))
    fields = ("project_id", "unit_code", "fund", "contract_amt", "start_on", "accepted_on", "published_on")
    columns = [pa.array(projects[name]).to_pylist() for name in fields]
    for project, code, fund, amount, start, accepted, published in zip(*columns, strict=True):
        if amount is None or start is None:
            continue
        first = (np.datetime64(start) + np.timedelta64(int(rng.integers(3, 20)), "D")).astype(object)
        if published is None or np.datetime64(first) > LAST:
            continue
        rows.append((code, project, fund, first.year, "支出", round(amount * 0.4, 2), first.isoformat(), "政府"))
        if accepted is not None:
            last = (np.datetime64(accepted) + np.timedelta64(10, "D")).astype(object)
            if np.datetime64(last) <= LAST:
                rows.append((code, project, fund, last.year, "支出", round(amount * 0.6, 2), last.isoformat(), "政府"))
                if rng.random() < 0.03:
                    rows.append((code, project, fund, last.year, "退回", round(amount * 0.05, 2), last.isoformat(), "政府"))
    rows += _without_project(rows, spending)
    rows += _others(rows, rng)
    rows = _of_origin(rows)
    names = ("unit_code", "project_id", "fund", "year", "direction", "amt", "on_date", "origin")
    sheet: Sheet = {"entry_id": [f"LS{i:07d}" for i in range(1, len(rows) + 1)]}
    sheet.update({name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})
    return sheet


def _of_origin(rows: list[tuple]) -> list[tuple]:
    """The same, each outlay from where the money of its fund and year came."""
    arrived = {(code, fund, year): origin for code, _, fund, year, direction, _, _, origin in rows if direction == "到账"}
    return [(*row[:7], arrived.get((row[0], row[2], row[3]), row[7])) for row in rows]


def _without_project(rows: list[tuple], rng: np.random.Generator) -> list[tuple]:
    """What a year's money pays for besides projects, in three parts as far as the year has gone and never more than is left."""
    projects: dict[tuple[str, str, int], float] = {}
    for code, _, fund, year, direction, amount, _, _ in rows:
        if direction in ("支出", "清理"):
            projects[code, fund, year] = projects.get((code, fund, year), 0.0) + amount
    found: list[tuple] = []
    for code, _, fund, year, direction, received, _, origin in rows:
        if direction != "到账" or (fund, year) not in NO_PROJECT:
            continue
        left = max(received - projects.get((code, fund, year), 0.0), 0.0)
        total = min(received * rng.uniform(*NO_PROJECT[fund, year]), left * 0.95)
        amounts = np.round(total * rng.dirichlet((6, 6, 6)), 2).tolist()
        days = [f"{year}-{month:02d}-{int(rng.integers(3, 28)):02d}" for month in (6, 9, 12)]
        found += [(code, None, fund, year, "支出", amount, day, origin) for amount, day in zip(amounts, days, strict=True) if amount > 0]
        if rng.random() < 0.05:
            found.append((code, None, fund, year, "退回", round(amounts[0] * 0.05, 2), f"{year}-12-29", origin))
    return [row for row in found if row[6] <= str(LAST)]


def _others(rows: list[tuple], rng: np.random.Generator) -> list[tuple]:
    """What came in for other funds: given for their projects, at the start of the year and a little more than was spent."""
    spent: dict[tuple[str, int], float] = {}
    for code, _, fund, year, direction, amount, _, _ in rows:
        if fund == "其他" and direction == "支出":
            spent[code, year] = spent.get((code, year), 0.0) + amount
    found: list[tuple] = []
    for (code, year), amount in sorted(spent.items()):
        given = float(np.ceil(amount * rng.uniform(1.02, 1.25) / 1000) * 1000)
        origin, day = ("社会", "企业", "空间经营")[int(rng.integers(3))], f"{year}-01-{int(rng.integers(3, 29)):02d}"
        found += [(code, None, "其他", year, direction, given, day, origin) for direction in ("预算", "到账")]
    return found
