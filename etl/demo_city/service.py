"""What people do for each other (志愿服务、三必访走访、微心愿)."""

import numpy as np
import pandas as pd

from etl.demo_city.city import City
from etl.demo_city.occasions import after, blank, numbered, occasions, until
from etl.demo_city.spelling import spelled
from etl.demo_city.write import Writer

TEAMS = ("党员先锋队", "红袖章巡逻队", "邻里互助队", "环境守护队", "文艺宣传队", "银发服务队", "青年突击队")
FESTIVALS = ("2025-01-20", "2025-05-28", "2025-09-29", "2026-02-08", "2026-06-15", "2026-09-22")


def write(city: City, writer: Writer) -> None:
    """Three feeds."""
    _volunteering(city, writer)
    _visits(city, writer)
    _wishes(city, writer)


def _volunteering(city: City, writer: Writer) -> None:
    rng = city.rng("volunteering")
    rows = occasions(city, rng, "community", 38, pull=0.6)
    n = len(rows)
    people = (3 + rng.gamma(1.8, 6, n)).astype(int)
    writer.csv("service_log", "服务/志愿服务.csv", pd.DataFrame({
        "记录编号": numbered("ZY", n), "社区编码": rows.code, "服务日期": spelled(rows.day, rng), "服务主体": rng.choice(["在职党员", "党员", "志愿者", "居民"], n, p=[0.25, 0.3, 0.35, 0.1]),
        "服务队伍": rng.choice(TEAMS, n), "参加人次": people, "服务时长": (people * rng.uniform(1.0, 3.5, n)).round(1),
    }))  # fmt: skip


def _visits(city: City, writer: Writer) -> None:
    """By community only: a few per festival, the rest through the year."""
    rng = city.rng("care visits")
    rows = occasions(city, rng, "community", 26)
    n = len(rows)
    festival = rng.random(n) < 0.55
    due = np.where(festival, np.array(FESTIVALS, "datetime64[D]")[rng.integers(0, len(FESTIVALS), n)], rows.day.to_numpy("datetime64[D]"))
    good = rng.random(n) < 0.83 + 0.15 * rows.quality
    done = blank(until(city, np.where(good, after(due, rng, -7, 0), after(due, rng, 1, 25))), rng.random(n) < 0.02)
    writer.xlsx("care_visit", "服务/三必访.xlsx", pd.DataFrame({
        "走访编号": numbered("ZF", n), "社区编码": rows.code, "走访事由": np.where(festival, "重大节日", rng.choice(["生病住院", "生活困难"], n)),
        "应访日期": due.astype("datetime64[s]"), "实访日期": done.astype("datetime64[s]"),
    }), title="三必访台账（只到社区）")  # fmt: skip


def _wishes(city: City, writer: Writer) -> None:
    rng = city.rng("wishes")
    rows = occasions(city, rng, "community", 20, pull=0.3)
    n, made = len(rows), rows.day.to_numpy("datetime64[D]")
    claimed = blank(until(city, after(made, rng, 0, 20)), rng.random(n) < 0.16 - 0.1 * rows.quality)
    done = blank(until(city, after(claimed, rng, 1, 25)), rng.random(n) < 0.08)
    writer.csv("wish", "服务/微心愿.csv", pd.DataFrame({
        "微心愿编号": numbered("WX", n), "社区编码": rows.code, "征集日期": spelled(made, rng), "认领日期": spelled(claimed, rng), "完成日期": spelled(done, rng),
    }), encoding="gb18030")  # fmt: skip
