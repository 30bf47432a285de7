"""Allowed words, yes and no, lists, codes (用词、是否、列表、编码) as SQL."""

import re

from etl.clean.text import half_width, quoted

YES = (
    "是", "有", "y", "yes", "true", "t", "1", "√", "✓", "✔", "☑", "对", "已", "真", "on", "ontime", "按期", "按时", "中共党员", "党员", "中共预备党员", "预备党员",
    "正式党员", "达标", "合格", "已完成", "完成", "纳入", "已建", "已成立", "已开通", "已公示", "设有", "在运行", "正常", "采纳", "已采纳", "一肩挑",
)  # fmt: skip
NO = (
    "否", "无", "没有", "n", "no", "false", "f", "0", "×", "x", "✗", "✘", "☒", "不", "不是", "未", "假", "off", "overdue", "超期", "逾期", "未按期", "群众", "非党员",
    "共青团员", "民主党派", "无党派人士", "无党派", "不达标", "未达标", "不合格", "未完成", "不纳入", "未纳入", "未建", "未成立", "未开通", "未公示", "未设", "停运",
    "未采纳", "不采纳",
)  # fmt: skip
_BRACKETS = r"^[\[【(（〔]+|[\]】)）〕]+$"


def normal_word(text: str) -> str:
    """The Python twin of `atlas_word`: half-width, lower case, no blanks, no brackets around it."""
    return re.sub(_BRACKETS, "", half_width(text).lower().replace(" ", ""))


def macros() -> tuple[str, ...]:
    """`atlas_word`, `atlas_code`, `atlas_items` (VARCHAR[] split at ；;、，,| and line breaks)."""
    # what Excel or an export puts around a code to keep it text: '510107  ="510107"
    bare = r"""regexp_replace(regexp_replace(atlas_half(x), '^="([^"]*)"$', '\1'), '^[''`]+', '')"""
    code = (
        # Excel has already lost the last digits of 5.10107E+11: no guess
        r"CASE WHEN regexp_matches(c, '^[0-9][.][0-9]+[eE][+]?[0-9]+$|^[0-9]+[eE][+][0-9]+$') THEN NULL "
        r"WHEN regexp_full_match(c, '[0-9]+[.]0') THEN left(c, -2) WHEN regexp_full_match(c, '[0-9]+(?: [0-9]+)+') THEN replace(c, ' ', '') "
        "ELSE regexp_replace(c, ' {2,}', ' ', 'g') END"
    )
    return (
        f"atlas_word(x) AS regexp_replace(replace(lower(atlas_half(x)), ' ', ''), '{_BRACKETS}', '', 'g')",
        f"atlas_code(x) AS CASE WHEN regexp_full_match(x, '[A-Za-z_-]{{0,20}}[0-9][0-9A-Za-z_-]*') THEN x WHEN atlas_empty(x) THEN NULL "
        f"ELSE list_transform([{bare}], lambda c: {code})[1] END",
        r"atlas_items(x) AS list_transform(string_split_regex(coalesce(x, ''), '[；;、，,|\r\n]+'), lambda i: atlas_prose(i))",
    )


def _lookup(words: dict[str, str], values: dict[str, str], raw: str) -> str:
    """Exact spellings first: comparing them is cheap, normalising is not. `words`: spelling → value, as SQL literals in `values`."""
    exact = " ".join(f"WHEN {quoted(word)} THEN {values[value]}" for word, value in words.items())
    normal = {normal_word(word): value for word, value in reversed(words.items())}
    entries = ", ".join(f"{quoted(word)}: {values[value]}" for word, value in normal.items())
    return f"CASE {raw} {exact} ELSE CASE WHEN {raw} IS NULL OR {raw} = '' THEN NULL ELSE MAP {{{entries}}}[atlas_word({raw})] END END"


def word(words: dict[str, tuple[str, ...]], raw: str) -> str:
    """SQL: the canonical value of a local word, NULL when it is not allowed. A canonical value stands for itself."""
    spellings = {spelling: value for value, local in words.items() for spelling in local}
    return _lookup({**spellings, **{value: value for value in words if value not in spellings}}, {value: quoted(value) for value in words}, raw)


def flag(words: dict[str, tuple[str, ...]] | None, raw: str) -> str:
    """SQL: BOOLEAN of any usual spelling of yes and no; `words` may add spellings under "true" and "false"."""
    spellings = {**dict.fromkeys(YES, "true"), **dict.fromkeys(NO, "false")}
    spellings |= {spelling: value for value, local in (words or {}).items() for spelling in local}
    return _lookup(spellings, {"true": "true", "false": "false"}, raw)


def items(words: dict[str, tuple[str, ...]] | None, raw: str) -> str:
    """SQL: VARCHAR[] of the cell's entries, each once, in the order given; NULL when none is left. With `words` unknown entries fall out."""
    parts = f"atlas_items({raw})"
    if words is not None:
        parts = f"list_transform({parts}, lambda w: {word(words, 'w')})"
    # list_distinct loses the order
    kept = f"list_transform([list_filter({parts}, lambda k: k IS NOT NULL)], lambda u: list_filter(u, lambda k, i: list_position(u, k) = i))[1]"
    return f"list_transform([{kept}], lambda l: CASE WHEN len(l) > 0 THEN l END)[1]"


def partly_unknown(words: dict[str, tuple[str, ...]], raw: str) -> str:
    """SQL predicate: the list holds at least one entry that is no allowed word."""
    return f"coalesce(len(list_filter(atlas_items({raw}), lambda w: w IS NOT NULL AND ({word(words, 'w')}) IS NULL)) > 0, false)"
