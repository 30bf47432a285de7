"""`python -m etl [--lang zh|en] COMMAND …`: data on stdout, messages on stderr; exit 0 done, 1 refused, 2 wrong call."""

import argparse
import sys
from typing import NoReturn

from etl.commands import COMMANDS, command
from etl.model.errors import AtlasError
from etl.model.text import Text


class _Parser(argparse.ArgumentParser):
    """argparse says its piece in English only; the usage line follows a sentence in the reader's language."""

    lang = "zh"

    def error(self, message: str) -> NoReturn:
        lead = Text("命令写法有误", "Wrong call").to(self.lang)
        print(f"{lead}：{message}" if self.lang == "zh" else f"{lead}: {message}", file=sys.stderr)
        self.print_usage(sys.stderr)
        raise SystemExit(2)


def _language(arguments: list[str]) -> str:
    """The language asked for, read before parsing, so that parsing errors speak it too."""
    for at, word in enumerate(arguments):
        if word == "--lang=en" or (word == "--lang" and arguments[at + 1 : at + 2] == ["en"]):
            return "en"
    return "zh"


def parser(lang: str, names: tuple[str, ...] = COMMANDS) -> argparse.ArgumentParser:
    """The command line with the commands `names`, in one language."""
    _Parser.lang = lang
    top = _Parser(prog="python -m etl", description=Text("网格一张图：导入与查询", "Grid Atlas: loading and asking").to(lang))
    top.add_argument("--lang", choices=("zh", "en"), default="zh")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for name in names:
        module = command(name)
        sub = commands.add_parser(name, help=module.HELP.to(lang), description=module.HELP.to(lang))
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def main(arguments: list[str]) -> int:
    """Run one command; a user's mistake becomes one sentence."""
    lang = _language(arguments)
    try:
        asked = tuple(word for word in arguments if word in COMMANDS)[:1]
        args = parser(lang, asked or COMMANDS).parse_args(arguments)
        args.lang = lang
        return args.run(args) or 0
    except AtlasError as error:
        print(error.text.to(lang), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader of our output went away, e.g. `| head`
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print(Text("已中断，原成品不变。", "Interrupted; the build served before is unchanged.").to(lang), file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
