"""`python -m dashboard.briefing`: a briefing for every unit of a level, into a folder (批量简报)."""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from dashboard.access.identity import MACHINE
from dashboard.briefing.docx_file import docx_bytes
from dashboard.briefing.make import make_briefing, run_for
from dashboard.briefing.pdf_file import faces, pdf_bytes
from dashboard.briefing.period import parse_period
from dashboard.briefing.pptx_file import pptx_bytes
from dashboard.web.print_settings import print_font
from dashboard.web.serving import follow
from dashboard.web.settings import default_config, default_warehouse, use_atlas
from etl.model.errors import AtlasError, CallError
from etl.model.levels import BY_ID as LEVELS
from etl.query.accounts import account_of_file, reader_for
from etl.query.reader import Reader
from etl.query.units import units
from etl.query.warehouse import Build, open_build

FORMATS = ("docx", "pdf", "pptx")
OFFERED = tuple(level for level in LEVELS if LEVELS[level].rank <= LEVELS["community"].rank)


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 done, 1 refused, 2 wrong call. File names go to stdout, progress to stderr."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.briefing", description="批量生成简报 · briefings in bulk")
    parser.add_argument("--month", required=True, help="月份或季度 month or quarter: 2026-09, 2026-Q3")
    parser.add_argument("--level", default="street", choices=OFFERED, help="为哪一级的每个单元 for every unit of this level (street)")
    parser.add_argument("--unit", default="", help="只为这个编码的单元 only for the unit with this code")
    parser.add_argument("--out", type=Path, required=True, help="输出目录 folder")
    parser.add_argument("--warehouse", type=Path, default=default_warehouse(), help="数据仓目录 folder of builds")
    parser.add_argument("--config", type=Path, default=default_config(), help="atlas.toml")
    parser.add_argument("--account", default="", help="按这个账号的角色和辖区 with the role and area of this account (atlas.toml)")
    parser.add_argument("--format", default="docx", help="docx,pdf,pptx")
    parser.add_argument("--lang", default="zh", choices=("zh", "en"))
    call = parser.parse_args(arguments)
    try:
        formats = _formats(call.format)
        use_atlas(call.config)
        follow(call.warehouse.resolve())
        build = open_build(call.warehouse.resolve())
        reader = _reader(build, call.account, call.config)
        return write_all(build, reader, call.month, call.level, call.unit, call.out, formats, call.lang)
    except AtlasError as error:
        print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"无法写入 {call.out}：{error.strerror}\ncannot write to {call.out}: {error.strerror}", file=sys.stderr)
        return 1


def _formats(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    if not found or set(found) - set(FORMATS):
        raise CallError(f"--format 应为 {'、'.join(FORMATS)}，可用逗号合写", f"--format takes {', '.join(FORMATS)}, joined by commas")
    return found


def _reader(build: Build, account: str, config: Path | None) -> Reader:
    """Without an account everything, as on this machine; with one exactly what its pages would tell it."""
    if not account:
        return Reader("admin", 1, len(units(build)))
    if config is None:
        raise CallError("使用 --account 时请用 --config 指明 atlas.toml", "with --account name atlas.toml by --config")
    own = account_of_file(config, account)
    if own.role in ("public", "steward", "auditor"):
        raise AtlasError(f"账号 {account} 的角色不能生成简报", f"the role of account {account} makes no briefings")
    return reader_for(build, own.role, own.unit, account)


def write_all(build: Build, reader: Reader, month: str, level: str, code: str, out: Path, formats: tuple[str, ...], lang: str) -> int:
    """One set of files per unit, named by its code so that equal names do not overwrite each other."""
    period, frame = parse_period(month), units(build)
    if period.first > build.data_date:
        raise CallError(f"数据只到 {build.data_date}，没有 {month} 的数据", f"data reach to {build.data_date}; there is nothing for {month}")
    font = print_font()
    if "pdf" in formats:
        faces(font)  # told before the first file, not after the hundredth
    if code:
        found = frame.by_code(code, period.last)
        if found is None or not reader.sees(found):
            raise CallError(f"没有编码为 {code} 的单元", f"no unit has the code {code}")
        numbers = [found]
    else:
        numbers = [int(no) for no in frame.at_level(level, period.scope(build).as_of, reader.first_no, reader.last_no)]
    if not numbers:
        raise AtlasError(f"数据中没有{LEVELS[level].name.zh}这一级", f"there are no units of the level {level}")
    out.mkdir(parents=True, exist_ok=True)
    failed: list[int] = []
    for no in tqdm(numbers, desc=month, unit="份", file=sys.stderr, disable=not sys.stderr.isatty() and len(numbers) < 2):
        try:
            made = make_briefing(run_for(build, reader, MACHINE, no, period, "en" if lang == "en" else "zh"), period, font=font)
            bodies = {kind: {"docx": docx_bytes, "pdf": lambda one: pdf_bytes(one, font), "pptx": pptx_bytes}[kind](made) for kind in formats}
        except AtlasError as error:  # the others are still written
            failed.append(no)
            print(f"{frame.code[no - 1]} {frame.name[no - 1]}: {error.text.zh} {error.text.en}", file=sys.stderr, flush=True)
            continue
        for kind, body in bodies.items():
            path = out / f"{frame.code[no - 1]}_{made.file_name}.{kind}"
            path.write_bytes(body)
            print(path, flush=True)
    if failed:
        print(f"{len(failed)} 份未能生成，其余 {len(numbers) - len(failed)} 份已写好。 {len(failed)} could not be made; {len(numbers) - len(failed)} are written.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
