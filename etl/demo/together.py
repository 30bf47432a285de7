"""Co-building, participation, help, responsible units (共建、参与、承办单位)."""

import numpy as np

from etl.demo.city import City
from etl.demo.draws import lead_names
from etl.demo.money import pilot_communities
from etl.demo.names import DEPARTMENT_SHORT, DEPARTMENTS, UTILITIES
from etl.demo.sheets import Sheet, after, spelled, yes_no

LAST = np.datetime64("2026-10-31")
NAT = np.datetime64("NaT")
PARTNERS = (("机关", "税务所"), ("学校", "实验小学"), ("学校", "第三中学"), ("医院", "社区医院"), ("国企", "供电所"), ("民企", "商贸公司"), ("社会组织", "志愿者协会"),
            ("事业单位", "图书馆"), ("国企", "农商银行支行"), ("事业单位", "博物馆"))


def ids(prefix: str, n: int) -> np.ndarray:
    """Running numbers."""
    return np.array([f"{prefix}{i:06d}" for i in range(1, n + 1)], object)


def several(city: City, level: str, mean: float, rng: np.random.Generator, least: int = 0) -> np.ndarray:
    """Positions of units of a level, each repeated about `mean` times: more where quality is good."""
    if level == "compound":
        good = city.quality
    else:
        good = city.sum_to(level, city.quality, "compound") / np.maximum(city.sum_to(level, np.ones(city.n("compound")), "compound"), 1)
    return np.repeat(np.arange(city.n(level)), rng.poisson(mean * (0.6 + 0.8 * good)) + least)


def days_in(n: int, rng: np.random.Generator, first: str = "2024-11-01") -> np.ndarray:
    """Days up to the data date."""
    start = np.datetime64(first)
    return start + rng.integers(0, int((LAST - start) / np.timedelta64(1, "D")) + 1, n).astype("timedelta64[D]")


def until_now(days: np.ndarray) -> np.ndarray:
    """Days after the data date are not known yet."""
    return np.where(days > LAST, NAT, days)


def contracts(city: City) -> Sheet:
    """Five-step contracts between a community and its partners."""
    rng = city.rng("contract")
    community = several(city, "community", 5, rng, 1)
    n = len(community)
    kind = rng.integers(0, len(PARTNERS), n)
    talked = days_in(n, rng, "2024-11-10")
    signed = after(talked, rng.integers(5, 30, n), 0.97, rng)
    published = after(signed, rng.integers(2, 34, n), 0.93, rng)
    start = after(signed, rng.integers(12, 45, n), 1.0, rng)
    end = start + rng.integers(120, 340, n).astype("timedelta64[D]")
    begun = ~np.isnat(until_now(signed))
    start, end = np.where(begun, start, NAT), np.where(begun, end, NAT)
    appraised = until_now(after(end, rng.integers(3, 38, n), 0.9, rng))
    stem = [c.removesuffix("社区") for c in city.name["community"][community].tolist()]
    return {
        "contract_id": ids("QY", n), "unit_code": city.code["community"][community],
        "partner": [s + PARTNERS[k][1] for s, k in zip(stem, kind.tolist(), strict=True)], "partner_kind": [PARTNERS[k][0] for k in kind],
        "parttime_post": [("兼职委员", "兼职副书记", "")[int(p)] for p in rng.choice(3, n, p=[0.35, 0.08, 0.57])], "talked_on": spelled(talked),
        "signed_on": spelled(until_now(signed)), "published_on": spelled(until_now(published)), "start_on": spelled(start), "end_on": spelled(end),
        "appraised_on": spelled(appraised), "score": [None if np.isnat(a) else int(s) for a, s in zip(appraised, rng.integers(70, 101, n), strict=True)],
    }  # fmt: skip


def contract_items(city: City, contract: Sheet) -> Sheet:
    """What each side gives; most is done by its day."""
    rng = city.rng("contract_item")
    start = np.array(contract["start_on"].to_pylist(), "datetime64[D]")  # type: ignore[attr-defined]
    at = np.repeat(np.arange(len(start)), rng.integers(2, 6, len(start)))
    at = at[~np.isnat(start[at])]
    n = len(at)
    due = start[at] + rng.integers(30, 240, n).astype("timedelta64[D]")
    return {
        "contract_id": np.asarray(contract["contract_id"])[at], "item_id": ids("XM", n), "direction": np.where(rng.random(n) < 0.55, "给予", "获得").astype(object),
        "due_on": spelled(due), "done_on": spelled(until_now(after(due, rng.integers(-25, 8, n), 0.92, rng))),
    }  # fmt: skip


def joint_activities(city: City) -> Sheet:
    """About one a quarter and community, not everywhere."""
    rng = city.rng("joint_activity")
    community = several(city, "community", 8, rng)
    n = len(community)
    themes = np.array(["职业体验夏令营", "健康义诊", "反诈宣传", "老年手机课堂", "联合巡河", "邻里百家宴", "消防演练", "书法进社区"], object)
    convenor = np.array(["税务所", "实验小学", "社区医院", "供电所", "图书馆", "消防站"], object)
    return {
        "activity_id": ids("HD", n), "unit_code": city.code["community"][community], "held_on": spelled(days_in(n, rng), "年"),
        "convenor": convenor[rng.integers(0, 6, n)], "project": themes[rng.integers(0, 8, n)], "participants": rng.integers(12, 180, n),
    }  # fmt: skip


def deliberations(city: City, story: list[tuple[np.datetime64, str]], compound: str) -> Sheet:
    """Meetings of residents; the last three are about the trouble of `story` (day and number of its cases) in one compound."""
    rng = city.rng("deliberation")
    types = np.array(["居民代表会", "议事协商会", "民主听证会", "民主评议会", "坝坝会", "党代表接待日", "党代表调研"], object)
    codes = np.concatenate([city.code["community"][several(city, "community", 12, rng, 1)], city.code["compound"][several(city, "compound", 0.8, rng)]])
    n = len(codes)
    resolutions = rng.integers(0, 6, n)
    kinds, held = types[rng.choice(7, n, p=[0.19, 0.27, 0.06, 0.08, 0.2, 0.08, 0.12])], days_in(n, rng)
    sheet: Sheet = {
        "unit_code": codes, "type": kinds, "held_on": held, "attendees": rng.integers(9, 90, n), "opinions_n": rng.integers(1, 16, n),
        "resolutions_n": resolutions, "done_n": rng.binomial(resolutions, 0.78), "case_no": [None] * n,
    }  # fmt: skip
    about = _about(story, compound) if story else []
    names = ("unit_code", "type", "held_on", "attendees", "opinions_n", "resolutions_n", "done_n", "case_no")
    for name, more in zip(names, zip(*about, strict=True), strict=True) if about else ():
        sheet[name] = [*np.asarray(sheet[name], dtype=object).tolist(), *more]
    sheet["held_on"] = spelled(np.array(sheet["held_on"], "datetime64[D]"))
    return {"event_id": ids("YS", n + len(about)), **sheet}


def _about(story: list[tuple[np.datetime64, str]], compound: str) -> list[tuple]:
    """Twelve opinions in the courtyard, a changed plan in the council, all of it carried out at the review."""
    last = story[-1][0]
    meetings = (("坝坝会", 40, 46, 12, 0, 0), ("议事协商会", 26, 31, 3, 3, 3), ("民主评议会", 2, 38, 2, 1, 1))
    found = []
    for kind, before, attendees, opinions, resolutions, done in meetings:
        day = last - np.timedelta64(before, "D")
        number = max((case for case in story if case[0] <= day), default=story[0])[1]
        found.append((compound, kind, day.astype(object), attendees, opinions, resolutions, done, number))
    return found


def suggestions(city: City) -> Sheet:
    """Suggestions, merged into groups, a share adopted."""
    rng = city.rng("suggestion")
    community = several(city, "community", 34, rng, 1)
    n = len(community)
    channel = np.array(["入户走访", "意见箱", "坝坝会", "微信群", "e管家"], object)
    theme = np.array(["停车", "环境卫生", "文体设施", "养老服务", "道路出行", "充电设施", "垃圾分类", "绿化"], object)
    picked = rng.integers(0, 8, n)
    return {
        "suggestion_id": ids("JY", n), "unit_code": city.code["community"][community], "channel": channel[rng.integers(0, 5, n)], "theme": theme[picked],
        "made_on": spelled(days_in(n, rng), "/"), "group_id": [f"GB{c:05d}{k}" for c, k in zip(community.tolist(), picked.tolist(), strict=True)],
        "is_adopted": yes_no(rng.random(n) < 0.31),
    }  # fmt: skip


def assistance(city: City) -> Sheet:
    """Help from units outside."""
    rng = city.rng("assistance")
    community = several(city, "community", 11, rng, 1)
    n = len(community)
    givers = np.array(["区税务局", "锦屏农商银行", "市图书馆", "区中心医院", "锦屏供电公司", "第一职业学院", "区农业农村局", "锦屏水务集团"], object)
    return {
        "assistance_id": ids("BF", n), "unit_code": city.code["community"][community], "giver": givers[rng.integers(0, 8, n)],
        "kind": np.array(["资金", "物资", "技术", "岗位"], object)[rng.integers(0, 4, n)], "value_amt": np.round(rng.lognormal(8.6, 0.9, n), -2),
        "given_on": spelled(days_in(n, rng)),
    }  # fmt: skip


def orgs(city: City) -> Sheet:
    """Responsible units: the words cases use, their short names, levels and kinds."""
    names = lead_names(city)
    streets, communities, districts = city.n("street"), city.n("community"), city.n("district")
    bureaus = districts * len(DEPARTMENTS)
    sizes = (streets, communities, bureaus, len(city.companies), len(UTILITIES))
    aliases = [n.removesuffix("街道").removesuffix("镇") + "街道办" if n.endswith("街道") else n + "政府" for n in city.name["street"].tolist()]
    aliases += [n + "居委会；" + n for n in city.name["community"].tolist()]
    aliases += [d + s for d in city.name["district"].tolist() for s in DEPARTMENT_SHORT]
    aliases += [""] * (sizes[3] + sizes[4])
    levels = [w for w, n in zip(("街道", "社区", "区", "小区", "市"), sizes, strict=True) for _ in range(n)]
    kinds = [w for w, n in zip(("街道", "社区", "部门", "物业", "公共服务企业"), sizes, strict=True) for _ in range(n)]
    units = [*city.code["street"], *city.code["community"], *np.repeat(city.code["district"], len(DEPARTMENTS)), *[""] * (sizes[3] + sizes[4])]
    return {"org_id": ids("DWB", len(names)), "name": names, "aliases": aliases, "level": levels, "kind": kinds, "unit_code": units}


def pilots(city: City) -> Sheet:
    """Three trials with their controls."""
    codes = city.code["community"].tolist()
    half = len(pilot_communities(city))
    return {
        "pilot_id": ["SD01", "SD02", "SD03"], "name": ["信托制物业试点", "餐饮油烟联治试点", "诉求限时办结试点"],
        "unit_codes": ["；".join(codes[:half]), codes[0], "；".join(codes[:half])], "control_codes": ["；".join(codes[half : 2 * half]), codes[-1], "；".join(codes[half : 2 * half])],
        "indicator": ["fee_collect_rate", "case_per_1000hh", "ontime_close_rate"], "start_on": ["2025-07-01", "2025-11-01", "2026-01-01"],
    }  # fmt: skip
