"""A fictional city (虚构城市) with a full set of input files, to try and to test with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from etl.demo_city import compound_files, party, staff, unit_files
from etl.demo_city.city import make_city
from etl.demo_city.scales import SCALES, scale_of
from etl.demo_city.write import Writer
from etl.model.text import Text

__all__ = ["SCALES", "write_demo"]

# in this order in sources.toml; every file has its own stream of random numbers, so the order changes no bytes
STEPS = (
    (Text("网格单元", "Units"), unit_files.write),
    (Text("小区、楼栋与承办单位", "Compounds, buildings, organisations"), compound_files.write),
    (Text("网格员与社区工作者", "Grid staff and community workers"), staff.write),
    (Text("党组织与党员统计", "Party organisations and member counts"), party.write),
)


def write_demo(
    folder: Path, scale: str, seed: int = 1, cases: int | None = None, progress: Callable[[Text], None] | None = None
) -> Path:
    """Write all input files of the city into `folder`; the same scale, seed and `cases` give the same bytes.

    `progress` is told each step. Returns the path of sources.toml. CallError: no such scale.
    """
    size = scale_of(scale)
    if cases is not None:
        size = replace(size, cases=cases)
    tell = progress or (lambda text: None)
    tell(Text("城市平面与网格", "City plan and grids"))
    city = make_city(size, seed)
    writer = Writer(folder)
    for text, write in STEPS:
        tell(text)
        write(city, writer)
    return writer.close(city)
