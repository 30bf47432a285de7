"""Numbers, counts and money (数字、金额) as SQL; money never passes through a float."""

from etl.model.table import Column

UNITS = (
    "平方米", "平米", "㎡", "m²", "m2", "M2", "平", "人次", "户次", "件次", "人民币", "小时", "学时", "课时", "户", "人", "个", "名", "件", "次", "家", "栋", "幢",
    "项", "条", "票", "场", "间", "套", "处", "支", "只", "岁", "分", "天", "日", "元整", "元", "圆", "hrs", "hr", "h", "H", "％", "%",
)  # fmt: skip
CURRENCY = r"(?:人民币|RMB|CNY|US\$|[¥$])?"
DIGITS = r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:[.][0-9]*)?|[.][0-9]+)"
SPELT = rf"^([(]?)([-+]?){CURRENCY}([-+]?){DIGITS}(十万|百万|千万|万|亿|千)?(?:{'|'.join(UNITS)})?([)]?)$"
PARTS = ("open", "sign1", "sign2", "n", "times", "close")
TIMES = {"千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
PLAIN = r"-?[0-9]{1,15}(?:[.][0-9]+)?"
# a mantissa this wide times 亿 still fits DECIMAL(38)
WIDE = "DECIMAL(29,12)"


def _parsed(result: str) -> str:
    """`result` over the parts `p` of a spelt number; NULL when it is none or its brackets and signs do not fit."""
    names = ", ".join(f"'{part}'" for part in PARTS)
    text = "regexp_replace(atlas_half(x), ' ', '', 'g')"
    fits = "p.n <> '' AND (p.open = '') = (p.close = '') AND (p.sign1 = '' OR p.sign2 = '') AND (p.open = '' OR concat(p.sign1, p.sign2) = '')"
    return f"list_transform([regexp_extract({text}, '{SPELT}', [{names}])], lambda p: CASE WHEN {fits} THEN {result} END)[1]"


def macros() -> tuple[str, ...]:
    """`atlas_number` → DOUBLE, `atlas_count` → INTEGER (a fraction is NULL), `atlas_money` → DECIMAL(14,2), half up."""
    sign = "CASE WHEN p.open <> '' OR '-' IN (p.sign1, p.sign2) THEN -1 ELSE 1 END"
    bare = "replace(p.n, ',', '')"
    times = "CASE p.times " + " ".join(f"WHEN '{word}' THEN {value}" for word, value in TIMES.items()) + " ELSE 1 END"
    number = f"try_cast({bare} AS DOUBLE) * {times} * {sign}"
    # without a multiplier the text is rounded once; twice would turn 0.00499… into 0.01
    exact = f"CASE WHEN p.times = '' THEN try_cast({bare} AS DECIMAL(14,2)) ELSE try_cast(try_cast({bare} AS {WIDE}) * {times}::DECIMAL(9,0) AS DECIMAL(14,2)) END"
    money = f"({exact} * ({sign})::DECIMAL(1,0))::DECIMAL(14,2)"
    whole = "list_transform([atlas_number(x)], lambda v: CASE WHEN v = floor(v) THEN try_cast(v AS INTEGER) END)[1]"
    science = r"[-+]?[0-9](?:[.][0-9]+)?[eE][-+]?[0-9]{1,3}"
    return (
        f"atlas_number(x) AS CASE WHEN regexp_full_match(x, '{PLAIN}') THEN try_cast(x AS DOUBLE) WHEN x = '' THEN NULL "
        f"WHEN regexp_full_match(x, '{science}') THEN CASE WHEN isfinite(try_cast(x AS DOUBLE)) THEN try_cast(x AS DOUBLE) END ELSE {_parsed(number)} END",
        f"atlas_count(x) AS CASE WHEN regexp_full_match(x, '-?[0-9]{{1,9}}') THEN try_cast(x AS INTEGER) WHEN regexp_matches(x, '[eE]') THEN NULL ELSE {whole} END",
        f"atlas_money(x) AS CASE WHEN regexp_full_match(x, '{PLAIN}') THEN try_cast(x AS DECIMAL(14,2)) WHEN x = '' THEN NULL ELSE {_parsed(money)} END",
    )


def in_range(column: Column, sql: str) -> str:
    """SQL predicate over the typed value `sql`: inside the column's minimum and maximum. True for NULL."""
    bounds = [f"{sql} >= {column.minimum!r}"] if column.minimum is not None else []
    if column.maximum is not None:
        bounds.append(f"{sql} <= {column.maximum!r}")
    return f"coalesce({' AND '.join(bounds)}, true)" if bounds else "true"
