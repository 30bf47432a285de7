"""Compounds, buildings and the organisations that handle cases (小区、楼栋、承办单位)."""

import numpy as np
import pandas as pd

from etl.demo_city.city import City
from etl.demo_city.spelling import STYLES, days_between, emptied, spelled
from etl.demo_city.write import Writer

XLSX_ROWS = 20_000


def write(city: City, writer: Writer) -> None:
    """Compounds with the local header spellings of a housing bureau, buildings, organisations."""
    compounds(city, writer)
    buildings(city, writer)
    rows = city.departments
    frame = pd.DataFrame({"单位编号": rows.org_id, "单位名称": rows.name, "别名": rows.aliases, "层级": rows.level, "类型": rows.kind, "所在单元编码": rows.unit_code})
    writer.xlsx("org", "org/承办单位.xlsx", frame, title="锦屏市承办单位目录")


def compounds(city: City, writer: Writer) -> None:
    """About one in ten cells is missing or says no where a good compound says yes."""
    rng, rows = city.rng("compound file"), city.compounds
    n = len(rows)
    better = rng.random(n) < 0.22 + 0.62 * rows.quality.to_numpy() - 0.18 * rows.is_old.to_numpy()
    committee = rng.random(n) < np.where(better, 0.8, 0.22)
    formed = days_between("2012-03-01", "2026-08-31", n, rng)
    formed = np.maximum(formed, (rows.built_year.to_numpy() - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 700)
    formed = np.minimum(formed, np.datetime64("2026-09-30"))
    budget = days_between("2025-11-01", "2026-09-30", n, rng)
    has = {name: rng.random(n) < np.where(better, yes, no) for name, yes, no in
           (("account", 0.72, 0.2), ("budget", 0.66, 0.16), ("supervisor", 0.7, 0.25), ("group", 0.75, 0.3), ("mediation", 0.82, 0.45))}  # fmt: skip
    frame = pd.DataFrame({
        "小区编码": rows.compound_id, "小区名称": rows.name, "曾用名": rows.aliases, "所属网格编码": rows.unit_code,
        "所属街道": rows.street, "所属社区": rows.community, "建成年代": rows.built_year.astype("Int64").where(rng.random(n) > 0.02),
        "总户数": rows.households, "总建筑面积(㎡)": rows.floor_area_m2, "物业管理模式": rows.property_mode,
        "物业公司": rows.property_company.replace("", None), "业委会成立时间": spelled(emptied(formed, ~committee), rng),
        "共有基金账户": has["account"], "开放预算公示日期": spelled(emptied(budget, ~has["budget"]), rng, STYLES[1:2]),
        "物业监察人": np.where(has["supervisor"], "有", "无"), "监督小组": np.where(has["group"], "有", "无"), "调委会": has["mediation"],
    })  # fmt: skip
    if n <= XLSX_ROWS:
        writer.xlsx("compound", "compounds/小区基本情况.xlsx", frame, title="锦屏市住宅小区基本情况统计表", sheet="小区")
    else:
        writer.csv("compound", "compounds/小区基本情况.csv", frame, encoding="gb18030")


def buildings(city: City, writer: Writer) -> None:
    """A few buildings lack their micro-grid; they are placed by their compound."""
    rng, rows = city.rng("building file"), city.buildings
    micro = rows.micro_code.where(rng.random(len(rows)) > 0.015)
    frame = pd.DataFrame({"楼栋编号": rows.building_id, "小区编号": rows.compound_id, "微网格编码": micro, "户数": rows.households})
    writer.csv("building", "compounds/楼栋.csv", frame, encoding="gb18030")
