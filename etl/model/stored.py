"""What a build holds (成品库表结构): the warehouse columns of every feed and of the product's own tables.

The feed registry says what comes in; this says what is kept. The DDL (`etl.query.schema`) and the indicators'
unbound tables are both made from it, so they cannot differ.
"""

from dataclasses import dataclass

from etl.model.table import Table
from etl.model.text import Text


@dataclass(frozen=True, slots=True)
class Stored:
    """One warehouse column: `sql_type` is DuckDB's name of the type."""

    name: str
    sql_type: str
    doc: Text


PLACED: tuple[Stored, ...] = (
    Stored("unit_no", "INTEGER", Text("所在单元序号（最深已知单元；无法定位为根）", "number of the deepest unit known; the root when unplaced")),
    Stored("placed_by", "VARCHAR", Text("定位方式", "how it was placed: point, code, compound, community, street, district, none")),
)
TRACED: tuple[Stored, ...] = (
    Stored("file_no", "INTEGER", Text("来源文件序号", "number of the source file")),
    Stored("src_row", "BIGINT", Text("来源行号", "row in the source file")),
    Stored("extra", "VARCHAR", Text("数据字典以外的列（JSON，不含个人信息）", "columns the feed does not know, as JSON, without personal data")),
)
EXTRA: dict[str, tuple[Stored, ...]] = {
    "case": (
        Stored("counted_at", "TIMESTAMP", Text("统计时间：立案时间，缺则来电时间", "time basis: filed_at, else reported_at")),
        Stored("limit_at", "TIMESTAMP", Text("办结时限：办理期限，缺则按类别时限；空为无时限", "limit: due_at, else the class's limit; empty when there is none")),
        Stored("is_placeholder_point", "BOOLEAN", Text("坐标为地理编码默认点", "the coordinates are a geocoder's fallback")),
        Stored("repeat_kind", "VARCHAR", Text("重复性质：repeat 重复、urge 催办", "repeat or urge; empty for a case of its own")),
        Stored("is_named_repeat", "BOOLEAN", Text("重复由来源系统标明", "the source itself says which case this one repeats")),
    ),
    "case_event": (Stored("case_at", "TIMESTAMP", Text("所属诉求的统计时间；空为没有这件诉求", "time basis of its case; empty when there is no such case")),),
    **dict.fromkeys(("member_stat", "worker_stat"), (
        Stored("until_on", "DATE", Text("被更新的统计取代之日；空为仍有效", "day from which a newer count holds in its place; empty while it is the newest")),
    )),
}
UNIT: tuple[Stored, ...] = (
    Stored("unit_no", "INTEGER", Text("单元序号（深度优先，1 为根）", "position in a depth-first walk, 1 is the root")),
    Stored("last_no", "INTEGER", Text("最后一个下级的序号", "unit_no of the last descendant")),
    Stored("parent_no", "INTEGER", Text("上级序号", "unit_no of the parent, empty for the root")),
    Stored("unit_code", "VARCHAR", Text("网格编码", "code")),
    Stored("name", "VARCHAR", Text("网格名称", "name")),
    Stored("level", "VARCHAR", Text("网格级别", "city, district, street, community, compound, micro")),
    Stored("parent_code", "VARCHAR", Text("上级编码", "code of the parent")),
    Stored("kind", "VARCHAR", Text("网格类型", "general or exclusive")),
    Stored("households", "INTEGER", Text("户数（本单元填报值）", "households as reported for this unit itself")),
    Stored("population", "INTEGER", Text("常住人口", "residents")),
    Stored("pop_u18", "INTEGER", Text("18岁以下人口", "residents under 18")),
    Stored("pop_60p", "INTEGER", Text("60岁以上人口", "residents of 60 and over")),
    Stored("focus_tags", "VARCHAR[]", Text("重点类型", "focus tags")),
    Stored("valid_from", "DATE", Text("启用日期（含当日）", "first day of validity, included")),
    Stored("valid_to", "DATE", Text("停用日期（含当日）", "last day of validity, included")),
    Stored("area_m2", "DOUBLE", Text("面积（平方米，本地高斯投影带）", "area in square metres, local Gauss-Krüger zone")),
    Stored("lon", "DOUBLE", Text("标注点经度（EPSG:4490）", "longitude of the label point, EPSG:4490")),
    Stored("lat", "DOUBLE", Text("标注点纬度（EPSG:4490）", "latitude of the label point, EPSG:4490")),
    Stored("west", "DOUBLE", Text("外包框西边", "bounding box, west")),
    Stored("south", "DOUBLE", Text("外包框南边", "bounding box, south")),
    Stored("east", "DOUBLE", Text("外包框东边", "bounding box, east")),
    Stored("north", "DOUBLE", Text("外包框北边", "bounding box, north")),
    Stored("pinyin", "VARCHAR", Text("名称拼音", "name in pinyin, lower case, no tones or spaces")),
    Stored("initials", "VARCHAR", Text("拼音首字母", "initials of the pinyin")),
    Stored("geom", "BLOB", Text("边界（WKB，EPSG:4490）", "boundary, WKB in EPSG:4490")),
)
OWN: dict[str, tuple[Stored, ...]] = {
    "finding": tuple(
        Stored(name, kind, Text(zh, en))
        for name, kind, zh, en in (
            ("feed", "VARCHAR", "输入表", "feed"),
            ("file", "VARCHAR", "文件", "file"),
            ("row", "BIGINT", "行号", "row in the file"),
            ("column", "VARCHAR", "列", "column"),
            ("rule", "VARCHAR", "规则", "rule"),
            ("severity", "VARCHAR", "程度", "reject, warn or info"),
            ("value", "VARCHAR", "值（已脱敏）", "value, scrubbed"),
            ("note", "VARCHAR", "说明", "note"),
        )
    ),
    "meta_file": tuple(
        Stored(name, kind, Text(zh, en))
        for name, kind, zh, en in (
            ("file_no", "INTEGER", "来源文件序号", "number of the source file"),
            ("feed", "VARCHAR", "输入表", "feed"),
            ("name", "VARCHAR", "文件", "file"),
            ("rows_read", "BIGINT", "读入行数", "rows read"),
            ("encoding", "VARCHAR", "编码", "encoding"),
            ("crs", "VARCHAR", "坐标系", "coordinate system"),
        )
    ),
    "meta": (Stored("key", "VARCHAR", Text("键", "key")), Stored("value", "VARCHAR", Text("值", "value"))),
    "meta_feed": tuple(
        Stored(name, kind, Text(zh, en))
        for name, kind, zh, en in (
            ("feed", "VARCHAR", "输入表", "feed"),
            ("files", "INTEGER", "文件数", "files"),
            ("rows_read", "BIGINT", "读入行数", "rows read"),
            ("rows_loaded", "BIGINT", "入库行数", "rows loaded"),
            ("rows_rejected", "BIGINT", "拒收行数", "rows rejected"),
            ("rows_duplicate", "BIGINT", "重复行数", "rows replaced by a later one"),
            ("newest", "TIMESTAMP", "最新日期", "newest date"),
        )
    ),
}


def stored_columns(table: Table) -> tuple[Stored, ...]:
    """The warehouse columns of a feed, in order: its own (dropped ones absent, hashed ones under `stored_as`), the extra
    ones of the feed, then where it lies and where it came from. The feed `unit` has a shape of its own."""
    if table.name == "unit":
        return UNIT
    own = tuple(Stored(column.stored_as or column.name, column.sql_type, column.doc) for column in table.columns if column.personal != "drop")
    known = {column.name for column in own}
    added = (*EXTRA.get(table.name, ()), *PLACED, *TRACED)
    return own + tuple(column for column in added if column.name not in known)
