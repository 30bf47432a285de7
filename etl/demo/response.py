"""What streets do about cases: whistles, mobilisation, joint meetings, mediation, the flow of city-management files (响应与流转)."""

import csv
from pathlib import Path

import numpy as np

from etl.demo.city import City
from etl.demo.classes import load_classes
from etl.demo.names import DEPARTMENTS
from etl.demo.sheets import Sheet, after, spelled, yes_no

LAST = np.datetime64("2026-10-31")
NAT = np.datetime64("NaT")
LEVEL_WORDS = ("市", "区", "街道", "社区", "小区", "微网格")
REASONS = ("非本单位职责范围", "权属不清，建议重新派遣", "信息不全，无法核实", "需多部门联合处置")


def whistles(city: City) -> Sheet:
    """A street calls one to four departments; most arrive in time, some late, few refuse."""
    rng = city.rng("whistle")
    street = np.repeat(np.arange(city.n("street")), rng.integers(40, 120, city.n("street")))
    n = len(street)
    blown = np.datetime64("2024-11-01T08:00:00") + rng.integers(0, 729, n).astype("timedelta64[D]") + rng.integers(0, 36_000, n).astype("timedelta64[s]")
    kind = rng.choice(3, n, p=[0.55, 0.33, 0.12])
    code4 = np.array(["0701", "0801", "0303", "0404", "0901", "0602", "0302", "0205", "1003"], object)[rng.integers(0, 9, n)]
    calls = np.repeat(np.arange(n), rng.choice([1, 2, 3, 4], n, p=[0.35, 0.36, 0.2, 0.09]))
    first = np.concatenate([[True], np.diff(calls) != 0])
    step = np.arange(len(calls)) - np.maximum.accumulate(np.where(first, np.arange(len(calls)), 0))
    quality = city.sum_to("street", city.quality, "compound") / city.sum_to("street", np.ones(city.n("compound")), "compound")
    hours = np.array([24, 8, 1])[kind[calls]]
    due = blown[calls] + (hours * 3600).astype("timedelta64[s]")
    late = np.exp(rng.normal(-0.75 - 0.5 * (quality[street[calls]] - 0.5), 0.6))
    arrived = blown[calls] + (hours * 3600 * late).astype("int64").astype("timedelta64[s]")
    refused = rng.random(len(calls)) < 0.025
    arrived[refused | (rng.random(len(calls)) < 0.02) | (arrived > LAST + 1)] = NAT
    done = arrived + (rng.exponential(60, len(calls)) * 3600).astype("int64").astype("timedelta64[s]")
    done[done > LAST + 1] = NAT
    district = city.parent["street"][street[calls]]
    department = (rng.integers(0, 12, n)[calls] + step * 3) % 13
    names = [city.name["district"][d] + DEPARTMENTS[k] for d, k in zip(district.tolist(), department.tolist(), strict=True)]
    return {
        "whistle_id": np.array([f"SZ{i + 1:06d}" for i in calls.tolist()], object), "unit_code": city.code["street"][street[calls]],
        "kind": np.array(["难题", "执法", "应急"], object)[kind[calls]], "code4": code4[calls], "blown_at": spelled(blown[calls]), "dept": names,
        "is_lead": yes_no(first), "due_arrive_at": spelled(due), "arrived_at": spelled(arrived, "/"), "is_refused": yes_no(refused),
        "done_at": spelled(done), "score": [None if np.isnat(d) else int(s) for d, s in zip(done, rng.integers(60, 101, len(done)), strict=True)],
    }  # fmt: skip


def mobilisation(city: City) -> Sheet:
    """Four orders to all micro-grids of some streets: minutes to the first door, hours to the last."""
    rng = city.rng("mobilisation")
    orders = (("DY202507", "2025-07-12T15:30:00"), ("DY202601", "2026-01-18T09:00:00"), ("DY202607", "2026-07-08T17:10:00"), ("DY202609", "2026-09-20T10:00:00"))
    street_of = city.up("micro", "street")
    quality = city.quality[city.parent["micro"]]
    parts: dict[str, list] = {}
    for name, at in orders:
        chosen = rng.random(city.n("street")) < 0.6
        chosen[int(rng.integers(city.n("street")))] = True
        micro = np.flatnonzero(chosen[street_of])
        n, q = len(micro), quality[micro]
        start = np.full(n, np.datetime64(at))
        received = start + (rng.exponential(90, n)).astype("int64").astype("timedelta64[s]")
        first = start + (np.exp(rng.normal(3.1 - 1.1 * q, 0.55, n)) * 60 + 180).astype("int64").astype("timedelta64[s]")
        done = start + (np.exp(rng.normal(0.75 - 0.7 * (q - 0.5), 0.4, n)) * 3600).astype("int64").astype("timedelta64[s]")
        target = city.households[micro]
        reached = np.minimum(np.round(target * rng.uniform(0.7, 1.08, n)).astype(int), target)
        silent = rng.random(n) < 0.03
        received[silent], first[silent], done[silent | (rng.random(n) < 0.04)] = NAT, NAT, NAT
        sheet = {
            "mob_id": np.full(n, name, object), "issued_at": spelled(start), "unit_code": city.code["micro"][micro], "received_at": spelled(received),
            "first_hh_at": spelled(first), "done_at": spelled(done), "hh_target": target, "hh_done": np.where(silent, 0, reached),
        }  # fmt: skip
        for key, values in sheet.items():
            parts.setdefault(key, []).append(np.asarray(values.to_pylist() if hasattr(values, "to_pylist") else values, dtype=object))
    return {key: np.concatenate(values).tolist() for key, values in parts.items()}


def meeting_issues(city: City) -> Sheet:
    """Issues of joint meetings on four levels; a tenth is handled a level below or above the right one."""
    rng = city.rng("meeting_issue")
    classes = load_classes()
    levels = (("小区", "compound", 0.25), ("社区", "community", 5), ("街道", "street", 14), ("区", "district", 30))
    words, codes = [], []
    for word, level, mean in levels:
        count = rng.poisson(mean, city.n(level))
        codes.append(np.repeat(city.code[level], count))
        words += [word] * int(count.sum())
    unit = np.concatenate(codes)
    n = len(unit)
    rank = np.array([LEVEL_WORDS.index(w) for w in words])
    kind = np.array([int(rng.choice(np.flatnonzero(np.clip(classes.proper, 1, 4) == r))) for r in np.clip(rank, 1, 4)])
    held = np.datetime64("2025-01-06") + rng.integers(0, 655, n).astype("timedelta64[D]")
    due = held + rng.integers(10, 60, n).astype("timedelta64[D]")
    closed = after(held, rng.integers(5, 62, n), 0.93, rng)
    closed[closed > LAST] = NAT
    handled = np.clip(rank + rng.choice([-1, 0, 1], n, p=[0.05, 0.86, 0.09]), 1, 5)
    return {
        "issue_id": np.array([f"YT{i:06d}" for i in range(1, n + 1)], object), "meeting_level": words, "unit_code": unit, "held_on": spelled(held),
        "code4": classes.code4[kind].astype(object), "proper_level": np.array(LEVEL_WORDS, object)[classes.proper[kind]],
        "handled_level": np.array(LEVEL_WORDS, object)[handled], "due_on": spelled(due), "closed_on": spelled(closed, "年"),
    }  # fmt: skip


def mediations(city: City) -> Sheet:
    """Mediation by community."""
    rng = city.rng("mediation")
    community = np.repeat(np.arange(city.n("community")), rng.poisson(26, city.n("community")))
    n = len(community)
    accepted = np.datetime64("2024-11-01") + rng.integers(0, 730, n).astype("timedelta64[D]")
    result = rng.choice(np.array(["成功", "不成功", "在办"], object), n, p=[0.86, 0.1, 0.04])
    result[(result == "在办") & (accepted < np.datetime64("2026-08-01"))] = "成功"
    kinds = np.array(["邻里纠纷", "噪声纠纷", "车辆剐蹭", "房屋渗漏", "物业纠纷", "家庭矛盾", "宠物纠纷"], object)
    return {
        "case_id": np.array([f"TJ{i:06d}" for i in range(1, n + 1)], object), "unit_code": city.code["community"][community],
        "type": kinds[rng.integers(0, len(kinds), n)], "accepted_on": spelled(accepted), "result": result,
    }  # fmt: skip


def write_events(folder: Path, source: Path, stem: str, rng: np.random.Generator) -> int:
    """The flow of one month's city-management files, from the file of cases itself (its errors included)."""
    with source.open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    out = folder / "流转" / f"{stem}.csv"
    out.parent.mkdir(parents=True, exist_ok=True)
    lines = ["工单编号,序号,操作时间,环节,转出单位,转入单位,原因"]
    u = rng.random((len(rows), 4))
    for row, (a, b, c, d) in zip(rows, u.tolist(), strict=True):
        number, start, unit = row["任务号"], row["立案日期"], row["处置部门"]
        if not number or not start:
            continue
        filed = np.datetime64(start.replace("/", "-").replace(" ", "T"))
        steps = [(0, "登记", "指挥中心", "", ""), (3 + 20 * a, "立案", "指挥中心", "", ""), (25 + 30 * b, "派遣", "指挥中心", unit, "")]
        at = 60 + 200 * c
        if a < 0.07:  # passed back and on, sometimes twice
            for _ in range(2 if a < 0.02 else 1):
                steps += [(at, "退单", unit, "指挥中心", REASONS[int(b * 4)]), (at + 50 + 300 * d, "改派", "指挥中心", unit, ""), (at + 60 + 300 * d, "派遣", "指挥中心", unit, "")]
                at += 400 * d + 120
        steps.append((at, "签收", unit, "", ""))
        if b < 0.03:
            steps.append((at + 300, "延期", unit, "", "材料采购需要时间"))
        end = row["结案时间"]
        if end and end[0] == "2" and len(end) == 19:
            closed = float((np.datetime64(end.replace("/", "-").replace(" ", "T")) - filed) / np.timedelta64(60, "s")) + 25
            at = max(closed * 0.85, min(at + 5, closed))
            steps.append((at, "反馈", unit, "指挥中心", ""))
            if c < 0.045:
                steps += [(at + (closed - at) * 0.3, "核查不通过", "指挥中心", unit, "现场未整改到位"), (at + (closed - at) * 0.7, "反馈", unit, "指挥中心", "")]
            steps += [(closed, "核查通过", "指挥中心", "", ""), (closed, "结案", "指挥中心", "", "")]
        if row["作废时间"]:
            steps.append((at + 30, "作废", "指挥中心", "", "重复案卷"))
        steps.sort(key=lambda step: step[0])
        for seq, (minutes, kind, giver, taker, reason) in enumerate(steps, 1):
            moment = str(filed + np.timedelta64(int(minutes * 60) - 1500, "s")).replace("T", " ")
            lines.append(f"{number},{seq},{moment},{kind},{giver},{taker},{reason}")
    out.write_bytes(("\n".join(lines) + "\n").encode("gb18030"))
    return len(lines) - 1
