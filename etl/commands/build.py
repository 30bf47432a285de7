"""`etl build SOURCES.toml`: read, clean, place, check, seal, publish (导入)."""

import argparse
import sys
from pathlib import Path

from etl.commands import options
from etl.load.build import BuildResult, build
from etl.load.progress import Progress
from etl.model.checks import BY_ID
from etl.model.levels import LEVELS
from etl.model.tables import BY_NAME
from etl.model.text import Text

HELP = Text("读取输入文件，清洗、落格、检查并发布新成品", "read the input files, clean, place, check and publish a new build")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", type=Path, metavar="SOURCES.toml")
    options.warehouse(parser)
    parser.add_argument("--dry-run", action="store_true", help="检查但不发布 · check without publishing")
    parser.add_argument("--allow-jump", action="store_true", help="行数相差十倍也接受 · accept ten times more or fewer rows")
    parser.add_argument("--anew", action="store_true", help="全部重读，不做增量 · read every file again, even if only a day was added")


def run(args: argparse.Namespace) -> int:
    progress = Progress(args.lang)
    result = build(args.sources, args.warehouse, dry_run=args.dry_run, allow_jump=args.allow_jump, anew=args.anew, progress=progress)
    print(summary(result, args.lang), file=sys.stderr)
    return 0


def summary(result: BuildResult, lang: str) -> str:
    """What a clerk needs to know at the end: rows per feed, what was found, what to do next."""
    zh = lang != "en"
    manifest, lines = result.manifest, [""]
    done = (
        Text(f"已发布成品 {manifest['build_id']}", f"Published build {manifest['build_id']}") if result.folder
        else Text("试运行完成，未发布", "Dry run done, nothing published")
    )
    lines.append(f"{done.to(lang)}，{result.seconds:.1f} 秒" if zh else f"{done.to(lang)}, {result.seconds:.1f} s")
    lines.append(Text(f"数据截至 {manifest['data_date']}", f"Data up to {manifest['data_date']}").to(lang))
    lines.append(("网格单元：" if zh else "Units: ") + ("，" if zh else ", ").join(
        f"{level.name.to(lang)} {manifest['units'][level.id]:,}" for level in LEVELS if level.id in manifest["units"]))
    lines.append("")
    for feed, n in manifest["feeds"].items():
        title = BY_NAME[feed].title.to(lang)
        if zh:
            lines.append(f"  {title}：{n['files']} 个文件，读入 {n['rows_read']:,} = 入库 {n['rows_loaded']:,} + 拒收 {n['rows_rejected']:,} + 重复 {n['rows_duplicate']:,}")
        else:
            lines.append(f"  {title}: {n['files']} files, read {n['rows_read']:,} = loaded {n['rows_loaded']:,} + rejected {n['rows_rejected']:,} + duplicate {n['rows_duplicate']:,}")
    if result.findings:
        lines += ["", Text("检查结果（按条数）：", "Findings (by number):").to(lang)]
        for feed, rule, severity, n in result.findings[:15]:
            check = BY_ID[rule]
            mark = {"reject": Text("拒收", "rejected"), "warn": Text("提醒", "warning"), "info": Text("说明", "note")}[severity].to(lang)
            lines.append(f"  [{mark}] {BY_NAME[feed].title.to(lang)}{'：' if zh else ': '}{check.title.to(lang)} × {n:,}{'。' if zh else '. '}{check.fix.to(lang)}")
        if len(result.findings) > 15:
            lines.append(Text(f"  ……另有 {len(result.findings) - 15} 类", f"  … and {len(result.findings) - 15} more kinds").to(lang))
        row_by_row = (
            Text("逐行清单：python -m etl findings --out 检查结果.xlsx", "Row by row: python -m etl findings --out findings.xlsx") if result.folder
            else Text("试运行不留逐行清单；正式导入后用 python -m etl findings 查看", "A dry run keeps no list of rows; after the build, python -m etl findings tells them one by one")
        )
        lines.append(row_by_row.to(lang))
    return "\n".join(lines)
