"""Case files, month by month (诉求工单). Months are drawn one at a time, so that five million cases need little memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from etl.demo_city.case_categories import Categories
from etl.demo_city.case_dirt import soil
from etl.demo_city.case_draw import Month, draw_month
from etl.demo_city.case_files import Sheet, hotline, inspector, steward
from etl.demo_city.case_lead import Leads
from etl.demo_city.case_outcome import draw_outcome
from etl.demo_city.case_places import Places, make_places
from etl.demo_city.case_text import Phrases
from etl.demo_city.case_times import month_weights, months
from etl.demo_city.city import City
from etl.demo_city.plan import PLANE
from etl.demo_city.write import BOM, Writer

FOLDERS = ("工单/热线工单", "工单/网格上报", "工单/数字城管")
PREFIXES, SYSTEMS = ("RX", "WG", "CG"), ("市民热线", "网格平台", "数字城管")
ENCODINGS = ("utf-8-sig", "gb18030", "gb18030")


@dataclass(frozen=True)
class Drawn:
    """One month: its first day, the cases and the unit each was sent to (number in Leads.names)."""

    start: date
    cases: Month
    lead: np.ndarray


def draw_cases(city: City, places: Places, leads: Leads, last: int = 24) -> Iterator[Drawn]:
    """The `last` months up to the data date, oldest first. The same every time it is called."""
    starts = months(city.data_date)
    counts = (month_weights(starts) * city.scale.cases).astype(int)
    for start, n in list(zip(starts, counts, strict=True))[-last:]:
        cases = draw_month(city, places, start, int(n))
        yield Drawn(start, cases, leads.draw(city.rng(f"leads {start:%Y-%m}"), cases.place, cases.code))


def write(city: City, writer: Writer) -> None:
    """One CSV per system and month."""
    places = make_places(city)
    leads, phrases, categories = Leads(city, places), Phrases(), Categories()
    for drawn in draw_cases(city, places, leads):
        month = f"{drawn.start:%Y%m}"
        rng = city.rng(f"case words {month}")
        for channel, make in enumerate((hotline, steward, inspector)):
            at = np.flatnonzero(drawn.cases.channel == channel)
            cases = drawn.cases.take(at)
            sheet = Sheet(rng, places, cases, draw_outcome(rng, cases), at, drawn.lead[at], leads)
            table = soil(rng, make(sheet, phrases, categories, month))
            save(writer, f"{FOLDERS[channel]}_{drawn.start:%Y-%m}.csv", table, ENCODINGS[channel])
    _register(writer)


def save(writer: Writer, path: str, table: pa.Table, encoding: str) -> None:
    """A large table as CSV; its texts hold neither quotes nor commas."""
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(quoting_style="none"))
    data = sink.getvalue().to_pybytes()
    writer.put(path, BOM + data if encoding == "utf-8-sig" else data.decode().encode(encoding))


def _register(writer: Writer) -> None:
    writer.source("case", f"{FOLDERS[0]}_*.csv", constant={"source_system": "市民热线"})
    writer.source("case", f"{FOLDERS[1]}_*.csv", encoding="gb18030", crs="GCJ-02", columns={"case_no": "网格事件流水"},
                  values={"source": {"随手拍": "steward"}}, constant={"source_system": "网格平台"})  # fmt: skip
    writer.source("case", f"{FOLDERS[2]}_*.csv", encoding="gb18030", crs=PLANE, columns={"unit_code": "单元网格"},
                  constant={"source_system": "数字城管", "source": "city_mgmt"})  # fmt: skip
