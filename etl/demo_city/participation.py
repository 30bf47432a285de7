"""Residents deliberating and suggesting (议事、意见建议)."""

import numpy as np
import pandas as pd

from etl.demo_city.case_lead import Leads
from etl.demo_city.case_places import make_places
from etl.demo_city.cases import PREFIXES, draw_cases
from etl.demo_city.city import City
from etl.demo_city.occasions import numbered, occasions
from etl.demo_city.spelling import spelled
from etl.demo_city.write import Writer

KINDS = ("坝坝会", "议事协商会", "居民代表会", "民主评议会", "民主听证会", "党代表接待日", "党代表调研")
KIND_SHARES = (0.36, 0.3, 0.13, 0.07, 0.05, 0.06, 0.03)
CHANNELS = ("坝坝会", "意见箱", "微信群", "入户走访", "议事会", "热线", "e管家")
THEMES = ("停车管理", "环境卫生", "养老服务", "儿童托管", "加装电梯", "绿化休闲", "文体活动", "物业服务", "安全照明", "道路出行")
LINKED_MONTHS = 6  # meetings of the last months name the case they are about


def write(city: City, writer: Writer) -> None:
    """Two feeds."""
    _deliberations(city, writer)
    _suggestions(city, writer)


def _deliberations(city: City, writer: Writer) -> None:
    rng = city.rng("deliberations")
    wide = occasions(city, rng, "community", 20, pull=0.8)
    near = occasions(city, rng, "compound", 1.6, pull=0.6)
    rows = pd.concat([wide, near], ignore_index=True)
    n, quality = len(rows), rows.quality.to_numpy()
    kind = np.where(np.arange(n) < len(wide), rng.choice(KINDS, n, p=KIND_SHARES), "坝坝会")
    people = (6 + rng.gamma(2.2, 9, n)).astype(int)
    opinions = rng.poisson(0.25 * people)
    resolved = np.minimum(opinions, rng.poisson(1.6, n))
    done = rng.binomial(resolved, np.clip(0.55 + 0.4 * quality, 0, 1))
    writer.csv("deliberation", "参与/居民议事.csv", pd.DataFrame({
        "会议编号": numbered("YS", n), "所属单元编码": rows.code, "会议类型": kind, "召开日期": spelled(rows.day, rng), "参会人数": people, "意见数": opinions,
        "决议数": resolved, "落实数": done, "相关工单": _related(city, rng, rows),
    }))  # fmt: skip


def _related(city: City, rng: np.random.Generator, rows: pd.DataFrame) -> np.ndarray:
    """A hotline case of the same community and month, for a third of the meetings of the last months."""
    places = make_places(city)
    month, community = rows.day.to_numpy().astype("datetime64[M]"), rows.code.str[:12].to_numpy(object)
    found = np.full(len(rows), None, dtype=object)
    wanted = rng.random(len(rows)) < 0.33
    homes = places.text.community_code.to_numpy(object)
    for drawn in draw_cases(city, places, Leads(city, places), LINKED_MONTHS):
        calls = np.flatnonzero((drawn.cases.channel == 0) & (drawn.cases.voided < 0))
        calls = calls[np.argsort(homes[drawn.cases.place[calls]].astype(str), kind="stable")]
        where = homes[drawn.cases.place[calls]].astype(str)
        at = np.flatnonzero(wanted & (month == np.datetime64(drawn.start, "M")))
        low, high = (np.searchsorted(where, community[at].astype(str), side=side) for side in ("left", "right"))
        some = high > low
        pick = low[some] + (rng.random(int(some.sum())) * (high - low)[some]).astype(int)
        found[at[some]] = [f"{PREFIXES[0]}{drawn.start:%Y%m}{i:07}" for i in calls[pick]]
    return found


def _suggestions(city: City, writer: Writer) -> None:
    """Many say the same: about one group for three suggestions."""
    rng = city.rng("suggestions")
    rows = occasions(city, rng, "community", 32, pull=0.3, by_size=True)
    n, theme = len(rows), rng.integers(0, len(THEMES), len(rows))
    community = rows.groupby("code", sort=False).ngroup().to_numpy()
    year = rows.day.to_numpy().astype("datetime64[Y]").astype(int) - 30
    group = (community * 97 + year * 10 + theme).astype(int)
    merged = rng.random(n) < 0.7
    taken = np.random.default_rng([city.seed, 3]).random(int(group.max(initial=0)) + 1) < 0.3
    writer.csv("suggestion", "参与/意见建议.csv", pd.DataFrame({
        "建议编号": numbered("JY", n), "社区编码": rows.code, "收集渠道": rng.choice(CHANNELS, n), "主题": np.array(THEMES)[theme], "提出日期": spelled(rows.day, rng),
        "归并编号": [f"G{g:07}" if m else None for g, m in zip(group, merged, strict=True)], "是否采纳": np.where(taken[group] & merged, "采纳", "未采纳"),
    }), encoding="gb18030", values={"is_adopted": {"采纳": "是", "未采纳": "否"}})  # fmt: skip
