"""`docs/data-dictionary.md` (数据字典), made from the registry of feeds: `python -m etl.data_dictionary` writes it."""

from collections.abc import Iterable
from pathlib import Path

from etl.model.table import Column, Kind, Personal, Table
from etl.model.tables import TABLES
from etl.model.text import Text

FILE = Path(__file__).resolve().parents[1] / "docs" / "data-dictionary.md"

KIND_NAMES: dict[Kind, Text] = {
    "code": Text("编码（按文本）", "code, as text"),
    "text": Text("文本", "text"),
    "count": Text("整数", "whole number"),
    "number": Text("数", "number"),
    "money": Text("金额（元，两位小数）", "yuan, two decimals"),
    "date": Text("日期", "date"),
    "time": Text("时间（北京时间）", "time, Asia/Shanghai"),
    "flag": Text("是/否", "yes or no"),
    "word": Text("限定用词", "one of the words"),
    "list": Text("多值，用；分开", "several, split at ；"),
    "period": Text("期间 YYYY 或 YYYY-MM", "period YYYY or YYYY-MM"),
    "year": Text("年份", "year"),
}
PERSONAL_NAMES: dict[Personal, Text] = {
    "": Text("", ""),
    "drop": Text("不读入", "not read"),
    "hash": Text("只存散列值", "kept as a hash only"),
    "scrub": Text("写入前去除个人信息", "scrubbed of personal data before it is written"),
    "place": Text("用于定位，只存到小区", "used for placing, kept down to the compound"),
}


def notes(table: Table, column: Column) -> Text:
    """What a column needs besides its description: replacement, range, personal rule, name in the warehouse."""
    zh, en = [], []
    for group in table.need_one_of:
        if column.name in group and group[0] == column.name:
            headers = "、".join(table.column(name).header for name in group)
            zh.append(f"{headers} 至少填一项")
            en.append(f"at least one of {headers}")
    if column.minimum is not None and column.maximum is not None:
        zh.append(f"{column.minimum:.0f} 至 {column.maximum:.0f}")
        en.append(f"{column.minimum:.0f} to {column.maximum:.0f}")
    if column.personal:
        zh.append(PERSONAL_NAMES[column.personal].zh)
        en.append(PERSONAL_NAMES[column.personal].en)
    if column.stored_as and column.stored_as != column.name:
        zh.append(f"成品库中为 {column.stored_as}")
        en.append(f"stored as {column.stored_as}")
    return Text("；".join(zh), "; ".join(en))


def render() -> str:
    """The whole dictionary as Markdown, Chinese first with English beside it."""
    lines = [
        "# 数据字典 / Data dictionary",
        "",
        "本文件由登记表 `etl/model/tables/` 生成，请勿手改；重新生成：`python -m etl.data_dictionary`。",
        "Made from the registry `etl/model/tables/`; do not edit. Made anew by `python -m etl.data_dictionary`.",
        "",
        "- 表头用标准表头，或列出的其他表头，或列名本身；空格、全半角、大小写、冒号、星号不影响识别。`甲+乙` 表示几列合用。",
        "  A header is the standard one, another one listed, or the column's name; blanks, width and case do not matter. "
        "`甲+乙` means the columns together.",
        "- 必填列缺失时不能导入；必填单元格为空的行不收。 "
        "A file without a required column is refused, so is a row with an empty required cell.",
        "- 编码一律按文本。字典以外的列存入 `extra`，个人信息除外。 "
        "Codes are text. Unknown columns are kept in `extra`, personal data is not.",
        "- 同一主键再次出现时以后一行为准；主键中为空的列按空值比较。 "
        "Where a key occurs again the later row counts; empty cells of a key are equal to each other.",
        "",
        "| 输入表 feed | 名称 | English | 列数 |",
        "|---|---|---|---|",
        *(f"| [`{table.name}`](#{table.name}) | {table.title.zh} | {table.title.en} | {len(table.columns)} |" for table in TABLES),
    ]
    for table in TABLES:
        lines += ["", *_table(table)]
    return "\n".join(lines) + "\n"


def _table(table: Table) -> list[str]:
    key = " + ".join(f"`{name}`" for name in table.key) or "无 none"
    basis = f"`{table.placed_on}`" if table.placed_on else "数据日期 data date"
    return [
        f'<a id="{table.name}"></a>',
        "",
        f"## {table.title.zh} `{table.name}` {table.title.en}",
        "",
        f"{table.doc.zh}",
        f"{table.doc.en}",
        "",
        f"主键 key: {key}；边界按 boundaries as of: {basis}",
        "",
        "| 列 column | 标准表头 header | 类型 type | 必填 required | 说明 meaning | 可用词 words | 其他表头 other headers | 备注 notes |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(_cells(table, column)) for column in table.columns),
    ]


def _cells(table: Table, column: Column) -> Iterable[str]:
    kind, note = KIND_NAMES[column.kind], notes(table, column)
    words = "；".join(f"`{value}` {' '.join(local)}" for value, local in (column.words or {}).items())
    return (
        f"`{column.name}`", column.header, f"{kind.zh} {kind.en}", "是 yes" if column.required else "",
        f"{column.doc.zh} {column.doc.en}", words, " ".join(column.aliases), f"{note.zh} {note.en}".strip(),
    )  # fmt: skip


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8", newline="\n")
