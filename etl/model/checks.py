"""Every rule a row or a file can break (检查规则): what is wrong and how to mend it, in both languages.

`reject` keeps the row out; `warn` keeps it in and tells the steward; `info` is only said.
A finding names its rule, file, row, column and value; the sentences live here once.
"""

from dataclasses import dataclass
from typing import Literal

from etl.model.text import Text

Severity = Literal["reject", "warn", "info"]


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One rule. `title` says what is wrong, `fix` what to do."""

    id: str
    severity: Severity
    title: Text
    fix: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule. `row` is the number a person sees in the file (first data row under a one-line header: 2).

    `value` is scrubbed of personal data before it is written. `note` may add a fact (an area, a nearest unit).
    """

    rule: str
    feed: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    note: str = ""


def _rule(id: str, severity: Severity, zh: str, en: str, fix_zh: str, fix_en: str) -> CheckRule:
    return CheckRule(id, severity, Text(zh, en), Text(fix_zh, fix_en))


CHECK_RULES: tuple[CheckRule, ...] = (
    # rows
    _rule("missing_required", "reject", "必填列为空", "a required column is empty", "补填该列后重新导入", "fill the column and load again"),
    _rule("bad_required", "reject", "必填列的值无法识别", "a required column cannot be read", "按数据字典的格式改正后重新导入", "correct it to the form in the data dictionary"),
    _rule("bad_value", "warn", "值无法识别，已按空值处理", "the value cannot be read; taken as empty", "按数据字典的格式改正", "correct it to the form in the data dictionary"),
    _rule("out_of_range", "warn", "数值超出合理范围，已按空值处理", "the number is out of range; taken as empty", "核对后改正", "check and correct it"),
    _rule("unknown_word", "warn", "用词不在允许范围内，已按空值处理", "the word is not one of those allowed; taken as empty", "改用标准用词，或在 sources.toml 的 values 中补充对照", "use a standard word, or map it under values in sources.toml"),
    _rule("duplicate", "info", "编号重复，以后一行为准", "the key occurs again; the later row counts", "如非更正，请核对编号", "if this is no correction, check the key"),
    # files
    _rule("encoding_guessed", "info", "未声明编码，已自动识别", "the encoding was not declared and was found by trying", "如有乱码，请在 sources.toml 写明 encoding", "if text is garbled, set encoding in sources.toml"),
    _rule("header_found", "info", "表头不在第一行，已自动找到", "the header is not on the first row; found by its words", "无需处理；如找错请整理表头", "nothing to do; tidy the header if it was found wrongly"),
    _rule("ragged_row", "warn", "有的行比表头多出列，多出的值保存在 extra", "some rows have more cells than the header; the rest is kept in extra", "检查该行是否有多余的分隔符或引号", "look for stray delimiters or quotes in the row"),
    _rule("extra_column", "info", "数据字典中没有的列，保存在 extra", "a column the feed does not know, kept in extra", "无需处理", "nothing to do"),
    _rule("personal_column", "info", "含个人信息的列，未读入", "a column with personal data was not read", "无需处理；请勿导出此列", "nothing to do; better not to export it"),
    # categories
    _rule("unmapped_category", "warn", "问题分类未对应标准分类，归入 1299 其他", "the category maps to none of the standard; counted as 1299 other", "在分类对照表 data/category_aliases.csv 中补充", "add it to data/category_aliases.csv"),
    _rule("unknown_code4", "warn", "事项编码不在分类表中，归入 1299 其他", "the category code is not in the taxonomy; counted as 1299 other", "改正编码，或修改 data/categories.csv", "correct the code or data/categories.csv"),
    # coordinates and placing
    _rule("axes_swapped", "warn", "经纬度疑似颠倒，已对调", "longitude and latitude looked swapped and were exchanged", "核对坐标列的对应关系", "check which column is which"),
    _rule("crs_suspect", "warn", "坐标系声明可能有误", "the declared coordinate system looks wrong", "核对 sources.toml 的 crs", "check crs in sources.toml"),
    _rule("placeholder_point", "warn", "坐标为地理编码的默认点，仅按文字定位", "the coordinates are a geocoder's fallback point; placed by text only", "请来源系统补采真实坐标", "ask the source for true coordinates"),
    _rule("point_outside", "warn", "坐标不在任何网格内", "the point lies in no unit", "核对坐标或补充边界", "check the point or add the boundary"),
    _rule("point_near", "warn", "坐标在边界外 50 米以内，未吸附", "the point lies within 50 m outside a unit; it was not snapped", "核对坐标或边界", "check the point or the boundary"),
    _rule("not_placed", "warn", "无法落到任何网格，计入全市", "the row fits no unit; it counts for the city only", "补充网格编码、社区或坐标", "add a grid code, a community or coordinates"),
    _rule("unknown_unit_code", "warn", "网格编码不存在", "no unit has this code", "核对编码，或先导入该网格", "check the code or load the unit first"),
    _rule("ambiguous_name", "warn", "名称对应多个单元，按上一级定位", "the name fits several units; placed one level up", "补充上级名称或编码", "add the parent's name or a code"),
    # units
    _rule("orphan_unit", "warn", "上级编码不存在，作为顶级单元", "the parent is not in the set; taken as a top", "补充上级单元或改正上级编码", "add the parent or correct its code"),
    _rule("skipped_level", "warn", "与上级之间缺少层级", "a level is missing between the unit and its parent", "补充中间层级", "add the level between"),
    _rule("level_order", "warn", "级别不低于上级", "the level is not below the parent's", "核对网格级别", "check the level"),
    _rule("root_made", "info", "没有唯一的顶级单元，已建立全市", "there is no single top; a city was made above them", "无需处理；可在 [city] 写明名称和编码", "nothing to do; name it under [city]"),
    _rule("no_geometry", "warn", "没有边界", "no boundary", "补充该单元或其下级的边界", "add the boundary of the unit or its children"),
    _rule("geometry_repaired", "warn", "边界自相交等错误，已修复", "the boundary was invalid and has been repaired", "请在边界源文件中改正", "correct it in the boundary file"),
    _rule("geometry_unmatched", "reject", "边界对不上任何单元", "the boundary fits no unit", "核对编码或名称", "check the code or name"),
    _rule("geometry_unreadable", "reject", "边界无法读取", "the boundary cannot be read", "核对边界格式", "check the geometry"),
    _rule("child_outside", "warn", "部分边界超出上级", "part of the boundary lies outside the parent", "核对两级边界", "check both boundaries"),
    _rule("overlap", "warn", "与同级单元重叠", "overlaps another unit of its level", "核对两个单元的边界", "check both boundaries"),
    _rule("dates_overlap", "warn", "同一编码的有效期重叠", "two rows of one code have overlapping dates", "核对启用与停用日期", "check the dates"),
    # facts
    _rule("time_order", "warn", "时间先后矛盾", "the times contradict each other", "核对各环节时间", "check the times"),
    _rule("source_ontime_differs", "warn", "来源的按期标记与其日期不符或缺失", "the source's own on-time mark contradicts its dates or is missing", "请来源系统核对", "ask the source to check"),
    # publication
    _rule("public_withheld", "warn", "公开数据未能全部通过审核，只公开全市合计", "not all public figures stand the audit; only the city's totals are public", "无需处理；下月数据到齐后重新导入", "nothing to do; build again when the next month is complete"),
)
BY_ID: dict[str, CheckRule] = {rule.id: rule for rule in CHECK_RULES}
