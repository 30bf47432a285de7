"""Party organisations and member counts (党组织、党员统计): counts only, no persons."""

import numpy as np
import pandas as pd

from etl.demo_city.city import City
from etl.demo_city.spelling import STYLES, days_between, emptied, spelled
from etl.demo_city.write import Writer

XLSX_ROWS = 20_000
AS_OF = ("2025-12-31", "2026-09-30")
SORTS = ("在职", "离退休", "弱势", "流动")


def write(city: City, writer: Writer) -> None:
    """Members first: which organisations a place needs follows from them (333制), and about one in eight is missing."""
    counts = _counts(city)
    members(city, counts, writer)
    organisations(city, counts[:, :, 0].sum(1), writer)


def _counts(city: City) -> np.ndarray:
    """Members per building, category and relation (在册, 报到). About 12% of the micro-grids have none at all."""
    rng, rows = city.rng("members"), city.buildings
    micro, quality = _micro_quality(city)
    none = rng.random(len(micro)) < 0.2 - 0.16 * quality
    at = pd.Series(np.arange(len(micro)), index=micro)[rows.micro_code].to_numpy()
    registered = rng.poisson(rows.households.to_numpy()[:, None] * np.array([0.018, 0.03, 0.004, 0.006]))
    reported = rng.poisson(rows.households.to_numpy()[:, None] * np.array([0.03, 0.003, 0.0, 0.002]) * (0.4 + quality[at])[:, None])
    counts = np.stack([registered, reported], axis=2)
    counts[none[at]] = 0
    return counts


def _micro_quality(city: City) -> tuple[np.ndarray, np.ndarray]:
    rows = city.units[city.units.level == "micro"]
    return rows.code.to_numpy(), rows.quality.to_numpy()


def members(city: City, counts: np.ndarray, writer: Writer) -> None:
    """Most counts come by building; some communities report by micro-grid; a few report floating members for the whole community."""
    rng, rows = city.rng("member file"), city.buildings
    building, sort, relation = np.nonzero(counts)
    n = counts[building, sort, relation]
    micro, quality = _micro_quality(city)
    level = pd.Series(quality, index=micro)[rows.micro_code].to_numpy()[building]
    frame = pd.DataFrame({
        "building": rows.building_id.to_numpy()[building], "micro": rows.micro_code.to_numpy()[building],
        "community": rows.community_code.to_numpy()[building], "sort": sort, "relation": relation, "n": n,
        "contacted": rng.binomial(n, 0.5 + 0.45 * level), "cards": rng.binomial(n, 0.45 + 0.5 * level), "linked": rng.binomial(n * 6, 0.3 + 0.5 * level),
    })  # fmt: skip
    communities = np.unique(rows.community_code)
    draw = pd.Series(rng.random(len(communities)), index=communities)
    by_micro = frame.community.map(draw).to_numpy() < 0.15
    floating = (frame.community.map(draw).to_numpy() > 0.93) & (frame.sort == 3).to_numpy()
    parts = []
    for place, header, part in (
        ("building", "楼栋编号", frame[~by_micro & ~floating]), ("micro", "单元编码", frame[by_micro & ~floating]), ("community", "单元编码", frame[floating])
    ):  # fmt: skip
        sums = part.groupby([place, "sort", "relation"], as_index=False)[["n", "contacted", "cards", "linked"]].sum()
        parts.append(sums.rename(columns={place: header}))
    whole = pd.concat(parts, ignore_index=True)
    for day, name in zip(AS_OF, ("2025年末", "2026年三季度"), strict=True):
        out = whole.copy()
        if day == AS_OF[0]:  # the earlier count: a little lower, and contact was poorer
            out["n"] = np.maximum(out.n - rng.binomial(1, 0.12, len(out)), 1)
            out["contacted"] = rng.binomial(out.n, 0.6)
            out["cards"], out["linked"] = np.minimum(out.cards, out.n), (out.linked * 0.85).astype(int)
        table = pd.DataFrame({
            "单元编码": out["单元编码"], "楼栋编号": out["楼栋编号"], "党员类别": np.array(SORTS, dtype=object)[out["sort"]],
            "关系": np.where(out.relation == 0, "在册", "报到"), "人数": out.n, "90日内联系人数": out.contacted, "四卡齐全人数": out.cards,
            "联系群众户数": out.linked, "统计日期": spelled(np.full(len(out), np.datetime64(day)), rng, STYLES[:3:2]),
        })  # fmt: skip
        writer.csv("member_stat", f"people/党员统计_{name}.csv", table, encoding="gb18030")


def organisations(city: City, registered: np.ndarray, writer: Writer) -> None:
    """Organisations at streets, communities, compounds and buildings; `registered`: members registered per building."""
    rng, units, rows = city.rng("party"), city.units, city.buildings
    quality = units.set_index("code").quality
    named = units.set_index("code").name
    parent = units.set_index("code").parent_code
    grid = rows.micro_code.str[:16].to_numpy()
    needs_group = registered >= 3
    compound = pd.DataFrame({"grid": grid, "groups": needs_group, "members": registered}).groupby("grid").sum()
    branch_chance = np.where(compound.groups >= 3, 0.7, 0.3) + 0.26 * quality[compound.index].to_numpy()
    has_branch = rng.random(len(compound)) < branch_chance
    group_chance = 0.72 + 0.26 * quality[grid].to_numpy()
    group_at = np.flatnonzero((needs_group & (rng.random(len(rows)) < group_chance)) | (~needs_group & (registered > 0) & (rng.random(len(rows)) < 0.05)))
    street, community = units[units.level == "street"], units[units.level == "community"]
    members = pd.Series(registered).groupby(rows.community_code.to_numpy()).sum()
    branches = pd.Series(has_branch).groupby(compound.index.str[:12]).sum()
    kind = np.where(rng.random(len(community)) < 0.12, "党支部", np.where(community.code.map(branches).fillna(0) >= 8, "党委", np.where(rng.random(len(community)) < 0.4, "党总支", "党委")))
    held = compound.index[has_branch]
    parts = [
        pd.DataFrame({"id": "J" + street.code, "name": street.name + "党工委", "type": "党工委", "parent": None, "unit": street.code, "n": None}),
        pd.DataFrame({"id": "S" + community.code, "name": community.name + kind, "type": kind, "parent": "J" + community.parent_code,
                      "unit": community.code, "n": community.code.map(members).fillna(0)}),
        pd.DataFrame({"id": "X" + held, "name": named[held].to_numpy() + "党支部", "type": "党支部", "parent": "S" + parent[held].to_numpy(), "unit": held,
                      "n": compound.members[has_branch].to_numpy()}),
    ]  # fmt: skip
    under = pd.Series("X" + grid[group_at]).where(np.isin(grid[group_at], held), "S" + pd.Series(grid[group_at]).str[:12])
    by_micro = rng.random(len(group_at)) < 0.2
    label = named[grid[group_at]].to_numpy() + pd.Series(rows.building_id.to_numpy()[group_at]).str[-3:].astype(int).astype(str) + "栋党小组"
    building = rows.building_id.to_numpy()[group_at]
    parts.append(pd.DataFrame({
        "id": "L" + building, "name": label, "type": "党小组", "parent": under, "unit": pd.Series(rows.micro_code.to_numpy()[group_at]).where(by_micro),
        "building": pd.Series(building).where(~by_micro), "n": registered[group_at],
    }))  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    n = len(frame)
    is_community = frame.id.str[0].eq("S").to_numpy()
    founded = days_between("2015-07-01", "2026-07-01", n, rng)
    ended = (rng.random(n) < 0.015) & ~is_community & (frame.type != "党工委").to_numpy()
    end = np.minimum(founded + rng.integers(200, 2000, n), np.datetime64("2026-08-31"))
    committee = rng.integers(7, 12, n)
    out = pd.DataFrame({
        "党组织编号": frame.id, "党组织名称": frame.name, "类型": frame.type, "上级党组织编号": frame.parent, "所在网格编码": frame.unit,
        "所在楼栋编号": frame.building, "成立日期": spelled(founded, rng), "撤销日期": spelled(emptied(end, ~ended), rng),
        "正式党员数": frame.n.astype("Int64"), "一肩挑": pd.Series(np.where(rng.random(n) < 0.86, "是", "否"), dtype=object).where(is_community),
        "两委人数": pd.Series(committee, dtype="Int64").where(is_community),
        "交叉任职人数": pd.Series(rng.binomial(committee, 0.62), dtype="Int64").where(is_community),
    })  # fmt: skip
    if n <= XLSX_ROWS:
        writer.xlsx("party_org", "people/党组织.xlsx", out, title="锦屏市基层党组织名册")
    else:
        writer.csv("party_org", "people/党组织.csv", out)
