"""`etl findings`: every rejected row and every check's finding, with how to mend it (检查结果)."""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from etl.commands import options
from etl.model.cells import harmless
from etl.model.checks import BY_ID
from etl.model.errors import AtlasError, CallError
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.query.warehouse import Build, open_build

HELP = Text("导出检查结果：文件、行、列、规则、值、如何改正", "export the findings: file, row, column, rule, value, fix")
HEADERS = (
    Text("输入表", "feed"), Text("文件", "file"), Text("行", "row"), Text("列", "column"), Text("规则", "rule"), Text("程度", "severity"),
    Text("值", "value"), Text("问题", "problem"), Text("如何改正", "how to fix"), Text("说明", "note"),
)  # fmt: skip
XLSX_ROWS = 1_048_575


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("build", nargs="?", default=None, metavar="BUILD")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE.xlsx|.csv")
    options.warehouse(parser)


def rows(build: Build, lang: str) -> Iterator[tuple]:
    """One line per finding, in order of feed, file and row."""
    for feed, file, row, column, rule, severity, value, note in build.rows('SELECT feed, file, "row", "column", rule, severity, value, note FROM finding'):
        check = BY_ID[rule]
        yield (BY_NAME[feed].title.to(lang), file, row, column, rule, severity, value, check.title.to(lang), check.fix.to(lang), note)


def run(args: argparse.Namespace) -> int:
    build = open_build(args.warehouse, args.build)
    headers = [header.to(args.lang) for header in HEADERS]
    if args.out is None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(_harmless(line) for line in rows(build, args.lang))
        return 0
    if args.out.suffix.lower() == ".csv":
        with open(args.out, "w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(headers)
            writer.writerows(_harmless(line) for line in rows(build, args.lang))
    elif args.out.suffix.lower() == ".xlsx":
        _write_xlsx(args.out, build, headers, args.lang)
    else:
        raise CallError(f"输出文件须以 .xlsx 或 .csv 结尾：{args.out}", f"The output file must end in .xlsx or .csv: {args.out}")
    print(Text(f"已写入 {args.out}", f"{args.out} written").to(args.lang), file=sys.stderr)
    return 0


def _harmless(line: tuple) -> tuple:
    """A spreadsheet must not run a cell that starts like a formula."""
    return tuple(harmless(cell) if isinstance(cell, str) else cell for cell in line)


def _write_xlsx(out: Path, build: Build, headers: list[str], lang: str) -> None:
    """A sheet of counts by rule, then one line per finding."""
    total = build.rows("SELECT count(*) FROM finding")[0][0]
    if total > XLSX_ROWS:
        raise AtlasError(f"共 {total:,} 条，超过 Excel 一张表的上限，请改用 --out 文件.csv。", f"{total:,} findings are more than a sheet holds; use --out FILE.csv.")
    with xlsxwriter.Workbook(str(out), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#f2f2f2"})
        overview = book.add_worksheet(Text("汇总", "Summary").to(lang))
        overview.write_row(0, 0, [Text("输入表", "feed").to(lang), Text("问题", "problem").to(lang), Text("条数", "findings").to(lang), Text("如何改正", "how to fix").to(lang)], bold)
        for at, (feed, rule, n) in enumerate(build.rows("SELECT feed, rule, count(*) n FROM finding GROUP BY ALL ORDER BY n DESC, feed, rule"), start=1):
            overview.write_row(at, 0, [BY_NAME[feed].title.to(lang), BY_ID[rule].title.to(lang), n, BY_ID[rule].fix.to(lang)])
        overview.set_column(0, 0, 16)
        overview.set_column(1, 1, 44)
        overview.set_column(3, 3, 60)
        sheet = book.add_worksheet(Text("逐行", "Rows").to(lang))
        sheet.write_row(0, 0, headers, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 9, 18)
        for at, line in enumerate(rows(build, lang), start=1):
            sheet.write_row(at, 0, line)
