"""Premises and services (阵地与服务)."""

import numpy as np

from etl.demo.city import City
from etl.demo.names import registered
from etl.demo.sheets import Sheet, after, spelled, yes_no
from etl.demo.together import days_in, ids, several, until_now

CENTRES = ("事务服务中心", "文化活动中心", "生活服务中心", "卫生服务中心", "综治维稳中心", "党群服务中心", "警务室", "图书室", "调解室", "医疗站", "健身广场", "灯光球场", "邻里中心")


def facilities(city: City) -> Sheet:
    """Five centres and more per community, with coordinates where they were surveyed."""
    rng = city.rng("facility")
    community = np.repeat(np.arange(city.n("community")), len(CENTRES))
    kind = np.tile(np.arange(len(CENTRES)), city.n("community"))
    keep = rng.random(len(kind)) < np.array([0.97, 0.9, 0.72, 0.6, 0.85, 0.98, 0.8, 0.7, 0.75, 0.55, 0.6, 0.3, 0.35])[kind]
    community, kind = community[keep], kind[keep]
    n = len(kind)
    first = np.flatnonzero(np.concatenate([[True], np.diff(city.up("micro", "community")) != 0]))
    micro = np.minimum(first[community] + rng.integers(0, 5, n), city.n("micro") - 1)
    surveyed = rng.random(n) < 0.92
    area = np.round(np.array([320, 460, 260, 380, 150, 520, 60, 90, 40, 80, 300, 420, 160])[kind] * rng.uniform(0.6, 1.7, n))
    lon, lat = city.lon["micro"][micro], city.lat["micro"][micro]
    return {
        "facility_id": ids("ZD", n), "name": [city.name["community"][c] + CENTRES[k] for c, k in zip(community.tolist(), kind.tolist(), strict=True)],
        "type": np.array(CENTRES, object)[kind], "unit_code": city.code["community"][community], "area_m2": area,
        "lon": [f"{v:.6f}" if s else None for v, s in zip(lon.tolist(), surveyed.tolist(), strict=True)],
        "lat": [f"{v:.6f}" if s else None for v, s in zip(lat.tolist(), surveyed.tolist(), strict=True)],
    }  # fmt: skip


def social_orgs(city: City) -> Sheet:
    """Social organisations at work in communities."""
    rng = city.rng("social_org")
    community = several(city, "community", 10, rng, 1)
    n = len(community)
    field = np.array(["养老服务", "儿童服务", "文体", "法律援助", "心理服务", "助残", "环保", "社区治理"], object)
    return {
        "org_id": ids("SH", n), "name": _names(city, community),
        "unit_code": city.code["community"][community], "field": field[rng.integers(0, 8, n)], "has_standard": yes_no(rng.random(n) < 0.7),
        "is_active": yes_no(rng.random(n) < 0.9),
    }  # fmt: skip


def _names(city: City, community: np.ndarray) -> np.ndarray:
    """Of each community first, here and there, its co-building council and its federation (两委两会), then organisations of the city."""
    pool, stem = np.array(registered(city), object), [c.removesuffix("社区") for c in city.name["community"].tolist()]
    names = pool[np.arange(len(community)) % len(pool)]
    first = np.flatnonzero(np.concatenate([[True], np.diff(community) != 0]))
    for at in first.tolist():
        c = int(community[at])
        if c % 5 != 1:
            names[at] = stem[c] + "社区共建理事会"
        if c % 3 != 2 and at + 1 < len(community) and community[at + 1] == c:
            names[at + 1] = stem[c] + "社区社会组织联合会"
    return names


def service_posts(city: City) -> Sheet:
    """Posts offered to and claimed by members."""
    rng = city.rng("service_post")
    types = np.array(["政策宣传", "治安巡逻", "环境绿化", "民事调解", "助老服务"], object)
    community = np.repeat(np.arange(city.n("community")), len(types))
    offered = rng.integers(4, 16, len(community))
    days = np.array(["2024-10-31", "2025-10-31", "2026-04-30", "2026-10-31"], object)
    when = days[city.rng("service_post_days").choice(len(days), len(community), p=[0.82, 0.07, 0.06, 0.05])]  # most stood at the first count, some came since
    return {
        "post_id": ids("GW", len(community)), "unit_code": city.code["community"][community], "type": np.tile(types, city.n("community")),
        "offered": offered, "claimed": rng.binomial(offered, 0.78), "as_of_on": when,
    }  # fmt: skip


def service_logs(city: City) -> Sheet:
    """Volunteer and member service."""
    rng = city.rng("service_log")
    community = several(city, "community", 60, rng, 2)
    n = len(community)
    people = rng.integers(2, 40, n)
    team = np.array(["红袖标巡逻队", "夕阳红服务队", "青年志愿队", "邻里帮帮队", "护河小分队"], object)
    return {
        "log_id": ids("FW", n), "unit_code": city.code["community"][community], "held_on": spelled(days_in(n, rng)),
        "by": np.where(rng.random(n) < 0.45, "党员", "志愿者").astype(object), "team": team[rng.integers(0, 5, n)], "participants": people,
        "hours": np.round(people * rng.uniform(1.0, 3.5, n), 1),
    }  # fmt: skip


def wishes(city: City) -> Sheet:
    """Small wishes: made, claimed, fulfilled."""
    rng = city.rng("wish")
    community = several(city, "community", 22, rng, 1)
    n = len(community)
    made = days_in(n, rng)
    claimed = until_now(after(made, rng.integers(0, 20, n), 0.9, rng))
    return {
        "wish_id": ids("XY", n), "unit_code": city.code["community"][community], "made_on": spelled(made, "年"), "claimed_on": spelled(claimed),
        "done_on": spelled(until_now(after(claimed, rng.integers(1, 40, n), 0.9, rng))),
    }  # fmt: skip


def service_stats(city: City) -> Sheet:
    """Monthly numbers by channel and kind, per community."""
    rng = city.rng("service_stat")
    kinds = (
        ("12349", "助餐", 60), ("12349", "安全呼叫", 25), ("12349", "健康咨询", 18), ("12349", "上门陪伴", 12), ("一站式大厅", "社保医保", 140),
        ("一站式大厅", "证明办理", 90), ("一站式大厅", "代办帮办", 35), ("健康体检", "60岁以上体检", 30), ("三官两警一律师", "法律咨询", 9), ("三官两警一律师", "入户走访", 6),
    )
    months = [f"{y}-{m:02d}" for y in (2025, 2026) for m in range(1, 13) if (y, m) <= (2026, 10)]
    community = np.repeat(np.arange(city.n("community")), len(months) * len(kinds))
    month = np.tile(np.repeat(np.arange(len(months)), len(kinds)), city.n("community"))
    kind = np.tile(np.arange(len(kinds)), len(months) * city.n("community"))
    number = rng.poisson(np.array([k[2] for k in kinds])[kind] * rng.uniform(0.6, 1.5, city.n("community"))[community])
    return {
        "unit_code": city.code["community"][community], "month": np.array(months, object)[month], "channel": np.array([k[0] for k in kinds], object)[kind],
        "type": np.array([k[1] for k in kinds], object)[kind], "n": number, "first_time_n": rng.binomial(number, 0.87),
    }  # fmt: skip


def grid_tasks(city: City) -> Sheet:
    """The checklist of compound grids."""
    rng = city.rng("grid_task")
    compound = several(city, "compound", 4, rng)
    n = len(compound)
    tasks = np.array(["消防通道巡查", "独居老人走访", "楼道堆物清理", "飞线充电排查", "燃气安全宣传", "出租房登记", "防汛点位检查",
                      "党支部标准化：三会一课", "党支部标准化：主题党日", "党支部标准化：组织生活会"], object)  # fmt: skip
    due = np.datetime64("2025-11-01") + rng.integers(0, 395, n).astype("timedelta64[D]")
    return {
        "task_id": ids("QD", n), "unit_code": city.code["compound"][compound], "task": tasks[rng.integers(0, len(tasks), n)], "due_on": spelled(due),
        "done_on": spelled(until_now(after(due, rng.integers(-12, 6, n), 0.9, rng))),
    }  # fmt: skip
