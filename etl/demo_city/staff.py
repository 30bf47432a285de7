"""Grid staff and community workers (网格员、社区工作者)."""

import numpy as np
import pandas as pd

from etl.demo_city.city import City
from etl.demo_city.spelling import STYLES, days_between, emptied, spelled
from etl.demo_city.write import Writer

XLSX_ROWS = 20_000


def write(city: City, writer: Writer) -> None:
    """Posts, and the quarterly counts of community workers."""
    staff(city, writer)
    workers(city, writer)


def staff(city: City, writer: Writer) -> None:
    """Chiefs, heads, stewards (about 92% of the micro-grids, fewer where a street works badly), reserve and full-time staff."""
    rng, units = city.rng("staff"), city.units
    community, micro = units[units.level == "community"], units[units.level == "micro"]
    compound = units[(units.level == "compound") & (units.kind == "一般")]
    filled = rng.random(len(micro)) < 0.82 + 0.18 * micro.quality
    was = ~filled & (rng.random(len(micro)) < 0.6)  # left and not replaced
    parts = [
        _posts(community.code[rng.random(len(community)) < 0.98], "总网格长", 0.98, 0.9, rng),
        _posts(compound.code[rng.random(len(compound)) < 0.84 + 0.14 * compound.quality], "一般网格长", 0.78, 0.55, rng),
        _posts(micro.code[filled], "微网格员", 0.44, 0.02, rng),
        _posts(micro.code[was], "微网格员", 0.3, 0.0, rng, ended=True),
        _posts(micro.code[rng.random(len(micro)) < 0.05 + 0.16 * micro.quality], "后备力量", 0.4, 0.0, rng),
        _posts(community.code.repeat(rng.integers(2, 5, len(community))), "专职网格员", 0.25, 0.0, rng),
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "人员编号", [f"JP{i:06d}" for i in range(1, len(frame) + 1)])
    if len(frame) <= XLSX_ROWS:
        writer.xlsx("grid_staff", "people/网格员.xlsx", frame, title="锦屏市网格员在岗情况（不含姓名）")
    else:
        writer.csv("grid_staff", "people/网格员.csv", frame, encoding="gb18030")


def _posts(codes: pd.Series, role: str, member: float, secretary: float, rng: np.random.Generator, ended: bool = False) -> pd.DataFrame:
    n = len(codes)
    start = days_between("2021-03-01", "2025-12-31" if ended else "2026-09-15", n, rng)
    end = np.minimum(start + rng.integers(90, 600, n), np.datetime64("2026-10-20"))
    return pd.DataFrame({
        "岗位": role, "负责网格编码": codes.to_numpy(), "政治面貌": np.where(rng.random(n) < member, "中共党员", "群众"),
        "是否党组织书记": rng.random(n) < secretary, "上岗日期": spelled(start, rng), "离岗日期": spelled(emptied(end, np.full(n, not ended)), rng),
    })  # fmt: skip


def workers(city: City, writer: Writer) -> None:
    """One row per community and quarter; a rising share of certificates, fewer joiners than leavers in weak streets."""
    rng = city.rng("workers")
    rows = city.units[city.units.level == "community"].reset_index(drop=True)
    quality = rows.quality.to_numpy()
    size = rng.integers(9, 19, len(rows))
    days = [f"{year}-{end}" for year in (2025, 2026) for end in ("03-31", "06-30", "09-30", "12-31")][:-1]
    parts = []
    for step, day in enumerate(days):
        left = rng.binomial(2, 0.12 + 0.25 * (1 - quality))
        joined = np.minimum(rng.binomial(2, 0.3, len(rows)), 19 - size + left).clip(0)
        size = np.maximum(size - left + joined, 6)
        n = len(rows)
        shares = {"党员人数": 0.36 + 0.25 * quality, "持证人数": 0.22 + 0.3 * quality + 0.012 * step, "大专以上人数": 0.55 + 0.3 * quality, "50岁以上人数": 0.3 - 0.15 * quality}
        counts = {name: rng.binomial(size, np.clip(share, 0, 1)) for name, share in shares.items()}
        parts.append(pd.DataFrame({
            "社区编码": rows.code, "统计日期": spelled(np.full(n, np.datetime64(day)), rng, STYLES[:2]), "人数": size, **counts,
            "入职人数": joined, "离职人数": left, "培训学时": (size * rng.normal(6 + 8 * quality, 2)).clip(0).round(1),
        }))  # fmt: skip
    writer.csv("worker_stat", "people/社区工作者统计.csv", pd.concat(parts, ignore_index=True))
