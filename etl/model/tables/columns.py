"""How a feed's columns are written down briefly, and the columns many feeds share (通用列).

Aliases stand in one string split at blanks (header matching ignores blanks anyway). An alias `大类名称+小类名称`
means: these columns together, joined with "/". The canonical name itself is always accepted as a header.
"""

from etl.model.levels import LEVELS
from etl.model.table import Column, Kind, Personal
from etl.model.text import Text

# canonical English value -> accepted local words, the standard Chinese word first
Words = dict[str, tuple[str, ...]]

LEVEL_WORDS: Words = {level.id: level.words for level in LEVELS}


def words(**local: str) -> Words:
    """Allowed words: canonical value = local words split at blanks, the standard one first."""
    return {value: tuple(text.split()) for value, text in local.items()}


def col(
    name: str,
    header: str,
    kind: Kind,
    zh: str,
    en: str,
    aliases: str = "",
    *,
    required: bool = False,
    words: Words | None = None,
    personal: Personal = "",
    stored_as: str = "",
    day_end: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Column:
    """One column; counts, areas and hours are never negative unless the caller says otherwise."""
    if minimum is None and kind == "count":
        minimum = 0
    return Column(
        name, header, kind, Text(zh, en), required, tuple(aliases.split()), words, personal, stored_as, day_end, minimum, maximum
    )


def unit_code(header: str, aliases: str = "", *, required: bool = False, zh: str = "", en: str = "") -> Column:
    """The unit a row belongs to. A cell that is no known code is tried as a unit's name."""
    shared = (
        "unit_code 网格编码 网格编号 网格代码 单元编码 单元编号 单元代码 "
        "所属网格编码 所属网格编号 所属单元编码 所属单元 所属网格 所在网格"
    )
    more = [alias for alias in dict.fromkeys((shared + " " + aliases).split()) if alias not in (header, "unit_code")]
    return col(
        "unit_code", header, "code",
        zh or "所属单元的编码；没有编码时可改填坐标或所属区、街道、社区名称",
        en or "code of the unit; without it give coordinates or the names of district, street, community",
        " ".join(more), required=required,
    )  # fmt: skip


DISTRICT = col(
    "district", "所属区", "text", "所属区（县）名称，用于按名称定位", "district by name, used for placing",
    "所属区县 区县 行政区 行政区划 所在区县 所在区 区县名称 所属区域 被反映区 被反映区县 事发区 区名称",
)  # fmt: skip
STREET = col(
    "street", "所属街道", "text", "所属街道（乡镇）名称，用于按名称定位", "subdistrict or town by name, used for placing",
    "所属镇街 所属街镇 所属乡镇 街道 街道名称 镇街 街镇 街乡镇 所在街道 被反映街乡镇 被反映街道 事发街道 街道乡镇 乡镇街道 所属街道乡镇",
)  # fmt: skip
COMMUNITY = col(
    "community", "所属社区", "text", "所属社区（村）名称，用于按名称定位", "community or village by name, used for placing",
    "社区 社区名称 村居 村/社区 村社区 社区村 所在社区 所属村居 所属村社区 所属社区村 事发社区 被反映社区 被反映村社区",
)  # fmt: skip
NAMES = (DISTRICT, STREET, COMMUNITY)
LON = col(
    "lon", "经度", "number", "经度或横坐标，坐标系在 sources.toml 的 crs 写明", "longitude or easting in the declared crs",
    "X坐标 坐标X 横坐标 经度坐标 东经 地理经度 lng long longitude x",
)  # fmt: skip
LAT = col(
    "lat", "纬度", "number", "纬度或纵坐标，坐标系在 sources.toml 的 crs 写明", "latitude or northing in the declared crs",
    "Y坐标 坐标Y 纵坐标 纬度坐标 北纬 地理纬度 latitude y",
)  # fmt: skip
POINT = (LON, LAT)

# what may stand in for a unit code
BY_NAME = ("unit_code", "community", "street", "district")
BY_NAME_OR_POINT = ("unit_code", "lon", "community", "street", "district")
