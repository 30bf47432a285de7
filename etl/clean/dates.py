"""Dates and times of every spelling seen in exports (日期时间), mixed in one column, as SQL → Asia/Shanghai wall time.

A spelling is read only when a single reading is possible: 3/5/2024 is refused, 13/5/2024 and 03/05/2024 03:20 PM are not.
Nothing outside 1900–2100 and no day the calendar lacks (31 February) is ever returned.
"""

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# China has had no summer time since 1991, and no feed reaches back so far
SHANGHAI_MINUTES = 480

MORNING = "凌晨|清晨|早上|早晨|早|上午"
AFTERNOON = "下午|午后|傍晚"
EVENING = "晚上|晚间|夜里|夜间|晚"
WORDS = f"{MORNING}|中午|正午|{AFTERNOON}|{EVENING}"
HALVES = r"[AP]\.?M\.?"
WEEKDAY = r"(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)"
ZONE = r"(?:GMT|UTC)? ?(Z|[+-][0-9]{1,2}(?::?[0-9]{2})?|GMT|UTC)"

YEAR = "(?:19[0-9]{2}|20[0-9]{2}|2100)"
ISO = YEAR + r"[-/][0-9]{1,2}[-/][0-9]{1,2}(?:[ T][0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2}(?:[.][0-9]{1,6})?)?)?"
CHINESE = YEAR + r"年[0-9]{1,2}月[0-9]{1,2}日 ?(?:[0-9]{1,2}[:时][0-9]{1,2}(?:分?|[:分][0-9]{1,2}秒?))?"
# 2024-3-5 [周二] [下午] [3 [: 20 [: 30]]] [PM] [+08:00]
LONG = (
    r"([12][0-9]{3}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2})[日号]?[ ,T]*" + WEEKDAY + rf"? ?({WORDS})? ?"
    r"(?:([0-9]{1,2}) ?(?:(整)|(半)|[:.时点](?: ?(?:(半)|([0-9]{1,2}) ?(?:[:.分] ?([0-9]{1,2}(?:[.,][0-9]{1,9})?)?秒?)?)|整)?)? ?"
    rf"({HALVES})?)? ?(?:{ZONE})?(?: ?\((?:CST|[^()]*(?:时间|TIME))\))?"
)
PARTS = ("y", "m", "d", "word", "h", "whole", "half1", "half2", "mi", "s", "ap", "z")
HAS_TIME = rf"[0-9] ?(?:[:时点]|{HALVES})|^[0-9]{{10}}$|^[0-9]{{12,17}}$|^[0-9]{{5}}[.][0-9]*[1-9]| [0-9]{{1,2}}[.][0-9]{{2}}[.]"


def _rewritten() -> str:
    """A case that turns the spellings below into year-month-day order; `n` is half-width, upper case."""
    month = "(" + "|".join(MONTHS) + ")"
    number = "CASE {0} " + " ".join(f"WHEN '{name}' THEN '{i:02d}'" for i, name in enumerate(MONTHS, 1)) + " END"
    day = "(?:(?:MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*[.,]* *)?"
    first = rf"^{day}{month}[A-Z]*[.]? *([0-9]{{1,2}})(?:ST|ND|RD|TH)?,? +([12][0-9]{{3}})[, ]*(.*)$"
    clock_first = rf"^{day}{month}[A-Z]* +([0-9]{{1,2}}) +([0-9:]+) +(?:(?:GMT|UTC)([+-][0-9:]+)? +)?([12][0-9]{{3}})$"
    second = rf"^{day}([0-9]{{1,2}})(?:ST|ND|RD|TH)?[- /]*{month}[A-Z]*[.,]?[- /]*([12][0-9]{{3}})[, ]*(.*)$"

    def rebuilt(pattern: str, names: tuple[str, ...], result: str) -> str:
        listed = ", ".join(f"'{name}'" for name in names)
        return f"list_transform([regexp_extract(n, '{pattern}', [{listed}])], lambda e: {result})[1]"

    english = (
        f"CASE WHEN regexp_matches(n, '{first}') THEN "
        + rebuilt(first, ("b", "d", "y", "r"), f"concat(e.y, '-', {number.format('e.b')}, '-', e.d, ' ', e.r)")
        + f" WHEN regexp_matches(n, '{clock_first}') THEN "
        + rebuilt(clock_first, ("b", "d", "r", "z", "y"), f"concat(e.y, '-', {number.format('e.b')}, '-', e.d, ' ', e.r, ' ', e.z)")
        + f" WHEN regexp_matches(n, '{second}') THEN "
        + rebuilt(second, ("d", "b", "y", "r"), f"concat(e.y, '-', {number.format('e.b')}, '-', e.d, ' ', e.r)")
        + " END"
    )
    west = r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([12][0-9]{3})(.*)$"
    # month first when the day cannot be a month, when both are the same, or when the 12-hour clock shows a US export
    order = (
        "CASE WHEN e.a::INT > 12 AND e.b::INT <= 12 THEN concat(e.y, '-', e.b, '-', e.a, e.r) "
        "WHEN e.a::INT <= 12 AND (e.b::INT > 12 OR e.a::INT = e.b::INT OR contains(e.r, 'M')) THEN concat(e.y, '-', e.a, '-', e.b, e.r) END"
    )
    oracle = r"^([0-9]{1,2})-([0-9]{1,2})月 ?-([0-9]{2}|[12][0-9]{3})( .*)?$"
    return (
        "CASE WHEN regexp_matches(n, '^[12][0-9]{3} ?[-/.年]') THEN n "
        r"WHEN regexp_matches(n, '^[0-9]{2}年') THEN concat(CASE WHEN left(n, 2) < '50' THEN '20' ELSE '19' END, n) "
        f"WHEN regexp_matches(n, '{west}') THEN {rebuilt(west, ('a', 'b', 'y', 'r'), order)} "
        rf"WHEN regexp_matches(n, '^[12][0-9]{{7}}T?[0-9]{{0,9}}(Z|[+-][0-9:]+)?$') THEN {_compact()} "
        f"WHEN regexp_matches(n, '{oracle}') THEN "
        + rebuilt(oracle, ("d", "m", "y", "r"), "concat(CASE WHEN strlen(e.y) = 2 THEN '20' ELSE '' END, e.y, '-', e.m, '-', e.d, e.r)")
        + f" WHEN regexp_matches(n, '[A-Z]{{3}}') THEN {english} END"
    )


def _compact() -> str:
    """20240305, 202403050930, 20240305093000, 20240305093000123, 20240305T093000Z; other lengths mean something else."""
    day, hour, zone = r"^([0-9]{4})([0-9]{2})([0-9]{2})", r"T?([0-9]{2})([0-9]{2})", r"((?:Z|[+-][0-9:]+)?)$"
    spellings = (
        (rf"{day}{zone}", r"\1-\2-\3 \4"),
        (rf"{day}{hour}{zone}", r"\1-\2-\3 \4:\5\6"),
        (rf"{day}{hour}([0-9]{{2}}){zone}", r"\1-\2-\3 \4:\5:\6\7"),
        (rf"{day}{hour}([0-9]{{2}})([0-9]{{3}}){zone}", r"\1-\2-\3 \4:\5:\6.\7\8"),
    )
    return "CASE " + " ".join(f"WHEN regexp_matches(n, '{find}') THEN regexp_replace(n, '{find}', '{put}')" for find, put in spellings) + " END"


def _among(words: str) -> str:
    return "('" + words.replace("|", "', '") + "')"


def _hour() -> str:
    """The hour on the 24-hour clock, or NULL where word and hour contradict each other (上午13时) or leave the day open (晚上1点)."""
    return (
        f"CASE WHEN p.word IN {_among(MORNING)} OR p.ap[1] = 'A' THEN CASE WHEN p.h::INT = 12 THEN 0 WHEN p.h::INT < 12 THEN p.h::INT END "
        f"WHEN p.word IN {_among(AFTERNOON)} OR p.ap[1] = 'P' THEN CASE WHEN p.h::INT = 0 THEN NULL WHEN p.h::INT < 12 THEN p.h::INT + 12 ELSE p.h::INT END "
        "WHEN p.word IN ('中午', '正午') THEN CASE WHEN p.h::INT BETWEEN 10 AND 14 THEN p.h::INT WHEN p.h::INT IN (1, 2) THEN p.h::INT + 12 END "
        "WHEN p.word <> '' THEN CASE WHEN p.h::INT BETWEEN 5 AND 11 THEN p.h::INT + 12 WHEN p.h::INT = 12 THEN 24 WHEN p.h::INT BETWEEN 17 AND 24 THEN p.h::INT END "
        "ELSE p.h::INT END"
    )


def _numeric() -> str:
    """Excel serials (1900 system, to the second), Unix seconds and milliseconds. NULL where a day of ten digits is possible too."""
    return (
        "CASE WHEN regexp_matches(n, '^[0-9]{5}(?:[.][0-9]*)?$') THEN CASE WHEN n::DOUBLE BETWEEN 20000 AND 80000 "
        "THEN TIMESTAMP '1899-12-30' + to_seconds(round(n::DOUBLE * 86400)::BIGINT) END "
        f"WHEN regexp_matches(n, '^[1-4][0-9]{{9}}(?:[0-9]{{3}})?$') THEN CASE WHEN strlen(n) = 13 THEN make_timestamp(n::BIGINT * 1000 + {SHANGHAI_MINUTES * 60_000_000}) "
        f"WHEN try_strptime(n, '%Y%m%d%H') IS NULL OR n[1:2] NOT IN ('19', '20') THEN make_timestamp((n::BIGINT + {SHANGHAI_MINUTES * 60}) * 1000000) END END"
    )


def macros() -> tuple[str, ...]:
    """`atlas_time` → TIMESTAMP, `atlas_day_end` → TIMESTAMP (a bare day means its last microsecond), `atlas_date` → DATE."""
    names = ", ".join(f"'{part}'" for part in PARTS)
    minute = "CASE WHEN p.half1 <> '' OR p.half2 <> '' THEN '30' WHEN p.mi = '' THEN '0' ELSE p.mi END"
    second = "CASE WHEN p.s = '' THEN '0' ELSE replace(p.s, ',', '.') END"
    clock = f"CASE WHEN p.h = '' THEN '00:00' ELSE ({_hour()})::VARCHAR || ':' || {minute} || ':' || {second} END"
    local = f"try_cast(p.y || '-' || p.m || '-' || p.d || ' ' || {clock} AS TIMESTAMP)"
    hours = "p.z[2:(CASE WHEN p.z[3] BETWEEN '0' AND '9' THEN 3 ELSE 2 END)]::INT"
    offset = (
        f"CASE WHEN p.z IN ('Z', 'GMT', 'UTC') THEN 0 ELSE (CASE WHEN p.z[1] = '-' THEN -1 ELSE 1 END) "
        f"* ({hours} * 60 + CASE WHEN strlen(p.z) > 3 THEN right(p.z, 2)::INT ELSE 0 END) END"
    )
    shifted = f"CASE WHEN p.z = '' THEN {local} ELSE {local} + to_minutes({SHANGHAI_MINUTES} - {offset}) END"
    # no pattern inside the lambda: there it would be compiled anew for every 2,048 rows
    spelt = f"list_transform([regexp_extract({_rewritten()}, '^{LONG}$', [{names}])], lambda p: CASE WHEN p.y <> '' THEN {shifted} END)[1]"
    chinese = "x"
    for word, mark in (("年", "-"), ("月", "-"), ("日", " "), ("时", ":"), ("分", ":"), ("秒", "")):
        chinese = f"replace({chinese}, '{word}', '{mark}')"
    chinese = f"rtrim({chinese}, ' :')"
    return (
        f"atlas_spelt(n) AS CASE WHEN regexp_matches(n, '^[0-9]{{5}}(?:[.][0-9]*)?$|^[0-9]{{10}}$|^[0-9]{{13}}$') THEN {_numeric()} ELSE {spelt} END",
        "atlas_slow_time(x) AS list_transform([atlas_spelt(upper(atlas_half(x)))], lambda t: CASE WHEN t >= TIMESTAMP '1900-01-01' AND t < TIMESTAMP '2101-01-01' THEN t END)[1]",
        # what exports mostly write, by a look at its shape alone; NULL leaves the cell to the parsers below
        "atlas_usual_time(x) AS CASE WHEN x LIKE '20__-__-__ __:__:__' OR x LIKE '20__/__/__ __:__:__' THEN try_cast(x AS TIMESTAMP) "
        "WHEN x LIKE '20__.__.__ __:__:__' OR x LIKE '20__.__.__ __:__' THEN try_cast(replace(x, '.', '-') AS TIMESTAMP) "
        "WHEN x LIKE '20__年%月%日 __:__:__' OR x LIKE '20__年%月%日 __:__' "
        "THEN try_cast(replace(replace(replace(x, '年', '-'), '月', '-'), '日 ', ' ') AS TIMESTAMP) "
        "WHEN x LIKE '20__年__月__日 __时__分' THEN try_strptime(x, '%Y年%m月%d日 %H时%M分') END",
        # the two usual spellings never pay for the general parser
        "atlas_time(x) AS coalesce(atlas_usual_time(x), "
        f"CASE WHEN x IS NULL OR x = '' THEN NULL WHEN regexp_full_match(x, '{ISO}') THEN try_cast(x AS TIMESTAMP) "
        f"WHEN regexp_full_match(x, '{CHINESE}') THEN try_cast({chinese} AS TIMESTAMP) ELSE atlas_slow_time(x) END)",
        f"atlas_has_time(x) AS regexp_matches(upper(atlas_half(x)), '{HAS_TIME}')",
        # a bare day ends at 24:00; the last microsecond before it keeps `closed_at <= due_at` inside the day
        f"atlas_day_end(x) AS coalesce(atlas_usual_time(x), CASE WHEN x IS NULL OR x = '' THEN NULL WHEN regexp_full_match(x, '{YEAR}-[0-9]{{1,2}}-[0-9]{{1,2}}') "
        "THEN try_cast(x AS TIMESTAMP) + INTERVAL '86399.999999 seconds' "
        "ELSE list_transform([atlas_time(x)], lambda t: CASE WHEN t = date_trunc('day', t) AND NOT atlas_has_time(x) "
        "THEN t + INTERVAL '86399.999999 seconds' ELSE t END)[1] END)",
        "atlas_date(x) AS CAST(atlas_time(x) AS DATE)",
        # a year or a month; 2024.1 may be October's 2024.10 without its nought and is refused
        "atlas_month(x) AS list_transform([regexp_replace(atlas_half(x), '^([12][0-9]{3})[.]0$', '\\1')], lambda n: "
        "CASE WHEN regexp_matches(n, '^(?:19|20|21)[0-9]{2} ?(?:年|年度|全年)?$') THEN left(n, 4) "
        "WHEN regexp_matches(n, '^(?:19|20|21)[0-9]{2} ?(?:年 ?|[-/])(?:0?[1-9]|1[0-2]) ?(?:月|月份)?$') OR regexp_matches(n, '^(?:19|20|21)[0-9]{2}(?:0[1-9]|1[0-2])$') "
        "OR regexp_matches(n, '^(?:19|20|21)[0-9]{2}[.](?:0[1-9]|[2-9]|1[0-2])$') "
        "THEN concat(left(n, 4), '-', lpad(regexp_extract(n[5:], '([0-9]+)', 1), 2, '0')) ELSE strftime(atlas_time(n), '%Y-%m') END)[1]",
        "atlas_year(x) AS CASE WHEN regexp_full_match(x, '(?:19|20)[0-9]{2}') THEN x::INTEGER ELSE left(atlas_month(x), 4)::INTEGER END",
    )
