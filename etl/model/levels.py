"""The six levels of the grid hierarchy (网格层级), coarse to fine."""

from dataclasses import dataclass

from etl.model.text import Text


@dataclass(frozen=True, slots=True)
class Level:
    """One level. `rank` 0 is the city; `letter` is the one used by the category taxonomy (M X S J Q)."""

    id: str
    rank: int
    letter: str
    name: Text
    plural: Text
    words: tuple[str, ...]


LEVELS: tuple[Level, ...] = (
    Level("city", 0, "C", Text("市", "City"), Text("市", "cities"), ("市", "城市", "全市", "市级")),
    Level("district", 1, "Q", Text("区", "District"), Text("区", "districts"), ("区", "区县", "县", "区（市）县", "县级市", "county", "区级")),
    Level("street", 2, "J", Text("街道", "Street"), Text("街道", "streets"), ("街道", "镇", "乡", "镇街", "街镇", "乡镇", "town", "街道级")),
    Level("community", 3, "S", Text("社区", "Community"), Text("社区", "communities"), ("社区", "村", "村居", "社区网格", "village", "社区级")),
    Level("compound", 4, "X", Text("小区", "Compound"), Text("小区", "compounds"), ("小区", "院落", "一般网格", "小区网格", "general", "小区级")),
    Level("micro", 5, "M", Text("微网格", "Micro-grid"), Text("微网格", "micro-grids"), ("微网格", "楼栋网格", "单元网格", "微网格级")),
)
LEVEL_IDS: tuple[str, ...] = tuple(level.id for level in LEVELS)
BY_ID: dict[str, Level] = {level.id: level for level in LEVELS}
