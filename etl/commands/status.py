"""`etl status`: the builds and their feeds' dates (成品列表)."""

import argparse

from etl.commands import options
from etl.load.publish import builds
from etl.model.errors import AtlasError
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.query.warehouse import current_id, read_manifest

HELP = Text("列出各成品及其数据日期", "list the builds and the dates of their feeds")


def arguments(parser: argparse.ArgumentParser) -> None:
    options.warehouse(parser)


def run(args: argparse.Namespace) -> int:
    current, known = current_id(args.warehouse), builds(args.warehouse)
    if not known:
        print(Text("还没有成品。先运行 python -m etl build。", "No build yet. Run python -m etl build first.").to(args.lang))
        return 0
    for build_id in reversed(known):
        mark = Text("（当前）", " (current)").to(args.lang) if build_id == current else ""
        try:
            manifest = read_manifest(args.warehouse, build_id)
        except AtlasError as error:  # one broken build must not hide the others
            print(f"{build_id}{mark} {error.text.to(args.lang)}")
            continue
        print(Text(f"{build_id}{mark} 建于 {manifest['built_at']}，数据截至 {manifest['data_date']}", f"{build_id}{mark} built {manifest['built_at']}, data up to {manifest['data_date']}").to(args.lang))
        for feed, n in manifest["feeds"].items():
            newest = (n["newest"] or "—")[:10]
            print(f"    {BY_NAME[feed].title.to(args.lang)} {feed}: {n['rows_loaded']:,} · {newest}")
    return 0
