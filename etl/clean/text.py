"""Plain text (文本): full-width to half-width, stray characters, empty cells. In SQL for columns, in Python for single strings."""

import re
from functools import cache

import opencc

# Prose keeps these four full-width: in Chinese text they are proper punctuation, not a spelling of ASCII.
PROSE_MARKS = "，！？；："
SPACES = "\u3000\u00a0\u2002\u2003\u2009\u202f\t\r\n\v\f\u2028\u2029"
DASHES = "\u2010\u2011\u2012\u2013\u2212\ufe63"
# control characters, soft hyphens, joiners, and every mark that turns the direction of writing: with one a name would read as another
INVISIBLE = "".join(map(chr, [
    *range(9), *range(14, 32), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC),
]))  # fmt: skip
FULL = "".join(map(chr, range(0xFF01, 0xFF5F)))
ALL_WIDTHS = {**{c: chr(ord(c) - 0xFEE0) for c in FULL}, **dict.fromkeys(SPACES, " "), **dict.fromkeys(DASHES, "-"), "￥": "¥"}
PROSE_WIDTHS = {full: half for full, half in ALL_WIDTHS.items() if full not in PROSE_MARKS}

# An input method's reading left behind a character: 创(chuàng)
PINYIN = r"([\x{4e00}-\x{9fff}])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)"

EMPTY_WORDS = (
    "", "-", "--", "---", "----", "—", "——", "–", "/", "//", "\\", "null", "(null)", "<null>", "none", "nan", "nat", "n/a", "#n/a", "#value!", "#ref!",
    "#name?", "#div/0!", "undefined", "\\n",
)  # fmt: skip
# Empty too where a date, a number or a code is wanted; elsewhere these words may be the answer.
NOTHING_WORDS = ("无", "暂无", "没有", "空", "未知", "不详", "待定", "未填", "?", "0000-00-00", "0000-00-00 00:00:00")
LONGEST_EMPTY_WORD = 20


def quoted(text: str) -> str:
    """`text` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _class(characters: str) -> str:
    """The inside of an RE2 character class, in ASCII: a macro's text must survive any client encoding."""
    return "".join(rf"\x{{{ord(c):x}}}" for c in characters)


# RE2: what `atlas_prose` would change (every space but the plain one is among the widths)
UNTIDY = f"^ | $|  |[{_class(''.join(PROSE_WIDTHS) + INVISIBLE)}]|[a-zà-ǜ][)]"


def _narrow(widths: dict[str, str], argument: str) -> str:
    """`translate` builds its table again for every row (3 µs), so it must only see rows that need it."""
    source, target = "".join(widths), "".join(widths.values())
    # NUL cannot stand in an SQL text; regexp_replace below takes it away
    gone = INVISIBLE.replace("\0", "")
    needed = _class(source + INVISIBLE)
    moved = f"translate({argument}, {quoted(source + gone)}, {quoted(target)})"
    return (
        f"CASE WHEN regexp_matches({argument}, '[{needed}]') "
        f"THEN regexp_replace({moved}, '\\x00', '', 'g') ELSE {argument} END"
    )


def macros() -> tuple[str, ...]:
    """`atlas_half` (codes, dates, numbers, words), `atlas_prose` (names and free text; NULL when empty), `atlas_empty`."""
    words = ", ".join(map(quoted, EMPTY_WORDS))
    return (
        f"atlas_half(x) AS trim({_narrow(ALL_WIDTHS, 'x')})",
        # a long cell is empty only when it is all blanks, and a short one is looked up
        f"atlas_empty(x) AS x IS NULL OR x = '' OR CASE WHEN strlen(x) > {LONGEST_EMPTY_WORD} THEN NOT regexp_matches(x, '[^ {_class(SPACES + INVISIBLE)}]') "
        f"WHEN regexp_matches(x, '^[0-9一-龥]') THEN false ELSE lower(atlas_half(x)) IN ({words}) END",
        f"atlas_plain(x) AS {_narrow(PROSE_WIDTHS, 'x')}",
        f"atlas_tidy(x) AS trim(regexp_replace(regexp_replace(atlas_plain(x), '{PINYIN}', '\\1', 'g'), ' {{2,}}', ' ', 'g'))",
        f"atlas_prose(x) AS CASE WHEN atlas_empty(x) THEN NULL WHEN regexp_matches(x, '{UNTIDY}') THEN atlas_tidy(x) ELSE x END",
    )


_PY_PINYIN = re.compile(PINYIN.replace(r"\x{4e00}", "\u4e00").replace(r"\x{9fff}", "\u9fff"))
_GONE: dict[int, str | None] = dict.fromkeys(map(ord, INVISIBLE))
_PY_WIDTHS = {**_GONE, **{ord(full): half for full, half in ALL_WIDTHS.items()}}
_PY_PROSE = {**_GONE, **{ord(full): half for full, half in PROSE_WIDTHS.items()}}


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def half_width(text: str) -> str:
    """The Python twin of `atlas_half`."""
    return text.translate(_PY_WIDTHS).strip(" ")


def prose(text: str) -> str:
    """The Python twin of `atlas_prose`, for a text that is not empty."""
    return re.sub(" {2,}", " ", _PY_PINYIN.sub(r"\1", text.translate(_PY_PROSE))).strip(" ")


def clean_text(text: str) -> str:
    """A name or header for matching (规范名称): simplified script, half-width, without readings, stray spaces and controls.

    Traditional to simplified needs a dictionary, which SQL has not: columns keep the script they came in.
    """
    narrow = half_width(text)
    if "(" in narrow:  # looking for a sign first costs a tenth of trying a pattern, and names come by the hundred thousand
        narrow = _PY_PINYIN.sub(r"\1", narrow)
    if "  " in narrow:
        narrow = re.sub(" {2,}", " ", narrow)
    return _simplifier().convert(narrow).strip()
