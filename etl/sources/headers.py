"""Finding the header and matching it to a feed's columns (表头识别)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from etl.model.errors import AtlasError
from etl.model.table import Column, Table
from etl.sources.config import Source
from etl.sources.place_in_toml import nearest
from etl.sources.raw_file import RawFile

SEARCHED_ROWS = 20
BRACKETS = re.compile(r"[(\[【〔{〈《][^()\[\]【】〔〕{}〈〉《》]*[)\]】〕}〉》]$")
# a figure in another unit must not pass for ours: 金额(万元) is no 金额
OTHER_UNITS = re.compile(r"万|亿|千|百|公顷|亩|平方公里|km|分钟|min|天|毫米")
NOISE = re.compile(r"[\s:：*＊_\-\u200b\ufeff·]+")
INSTEAD_OF_CODE = frozenset({"lon", "district", "street", "community", "compound_id", "building_id"})
NOTE_MARK = "填写说明"  # first word of the notes row under the header of our templates
PERSONAL = re.compile(
    r"姓名|身份证|证件号|电话|手机|联系方式|联系人|住址|家庭地址|户籍地|居住地|门牌|房号|室号|出生|生日|入党|微信|邮箱|银行卡|车牌|宗教|病史|人员名单"
    r"|phone|mobile|telephone|e-?mail|id.?card|birth|first.?name|last.?name|full.?name|home.?address|passport|plate.?n",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """Where a header stands: 0-based index of its first row, how many rows it takes, one name per column, matched columns."""

    first: int
    height: int
    names: tuple[str, ...]
    score: int


@dataclass(frozen=True)
class Mapping:
    """Canonical column → raw column indexes (several are joined with "/"); constants; unknown columns; personal ones."""

    columns: dict[str, tuple[int, ...]]
    constants: dict[str, str]
    extra: tuple[int, ...]
    dropped: tuple[int, ...]


@lru_cache(maxsize=8192)
def plain(header: str) -> str:
    """A header without what people vary: blanks, width, colons, asterisks, hyphens, case, a harmless unit in brackets."""
    text = NOISE.sub("", unicodedata.normalize("NFKC", header)).casefold()
    bracket = BRACKETS.search(text)
    if bracket and bracket.start() > 0 and not OTHER_UNITS.search(bracket[0]):
        text = text[: bracket.start()]
    return text


def known_headers(table: Table) -> dict[str, str]:
    """Every accepted header of a feed, plain → canonical column; the parts of a joined alias count too."""
    known: dict[str, str] = {}
    for column in table.columns:
        for word in (column.header, column.name, *column.aliases):
            for part in word.split("+"):
                known.setdefault(plain(part), column.name)
    return known


def wanted_headers(source: Source) -> list[str]:
    """The header texts [source.columns] names."""
    items = (item for value in source.columns.values() for item in (value if isinstance(value, list) else [value]))
    return [item for item in items if isinstance(item, str)]


def find_header(table: Table, rows: Sequence[Sequence[str | None]], wanted: Iterable[str] = ()) -> Header:
    """The row (or two rows) among the first 20 that names most columns; without any match the first row with two filled cells.

    `rows` are the first rows of the file as text. `wanted` are headers the source names itself. Two rows are joined when
    together they name more than either alone: a lower name that is known and unique stands alone, else "upper/lower".
    """
    known = known_headers(table) | {plain(word): word for word in wanted}
    texts = [[(cell or "").strip() for cell in row] for row in rows[: SEARCHED_ROWS + 1]]
    best = Header(0, 0, (), 0)
    for i, row in enumerate(texts[:SEARCHED_ROWS]):
        score = _score(row, known)
        if score > best.score:
            best = Header(i, 1, tuple(row), score)
        if i + 1 < len(texts) and score + _score(texts[i + 1], known) > 0 and _looks_merged(row, texts[i + 1]):
            joined = _join(row, texts[i + 1], known)
            joint = _score(joined, known)
            if joint > max(score, best.score, _score(texts[i + 1], known)):
                best = Header(i, 2, tuple(joined), joint)
    if best.score:
        return best
    for least in (2, 1):
        for i, row in enumerate(texts):
            if sum(map(bool, row)) >= least:
                return Header(i, 1, tuple(row), 0)
    return best


def is_note(row: Sequence[str | None]) -> bool:
    """Whether this is the notes row that our templates carry under the header."""
    return next((cell for cell in row if cell), "").lstrip().startswith(NOTE_MARK)


def _score(row: Sequence[str], known: dict[str, str]) -> int:
    return len({known[plain(cell)] for cell in row if cell and len(cell) <= 60 and plain(cell) in known})


def _looks_merged(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """A group row over a detail row: the upper has gaps where the lower goes on."""
    width = max(len(upper), len(lower))
    up, low = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    return sum(map(bool, up)) > 1 and any(not a and b for a, b in zip(up, low, strict=True))


def _join(upper: Sequence[str], lower: Sequence[str], known: dict[str, str]) -> list[str]:
    names: list[str] = []
    group = ""
    for i in range(max(len(upper), len(lower))):
        above = upper[i] if i < len(upper) else ""
        below = lower[i] if i < len(lower) else ""
        group = above or group  # a merged cell holds its text in its first column only
        if not below:
            names.append(above)
        elif not group or (plain(below) in known and lower.count(below) == 1):
            names.append(below)
        else:
            names.append(f"{group}/{below}")
    return names


def map_columns(table: Table, raw: RawFile) -> Mapping:
    """Which raw column is which canonical one: [source.columns] first, then standard headers, then aliases in their order.

    AtlasError: a header named in sources.toml is not in the file; a required column is missing (except for units, whose
    sources may each give a part).
    """
    names = [plain(header) for header in raw.headers]
    columns = {name: _declared(table, raw, names, name) for name in raw.source.columns}
    used = {i for indexes in columns.values() for i in indexes}
    constants = dict(raw.source.constant)
    open_columns = [column for column in table.columns if column.name not in columns and column.name not in constants]
    for words_of in (_standard, _aliases):
        for column in open_columns:
            if column.name not in columns:
                indexes = _first_match(words_of(column), raw.headers, names, used)
                if indexes:
                    columns[column.name] = indexes
                    used.update(indexes)
    dropped = {i for column in table.columns if column.personal == "drop" for i in columns.pop(column.name, ())}
    private = {
        plain(word) for column in table.columns if column.personal in ("drop", "hash", "place") for word in (column.header, *column.aliases)
    }
    rest = [i for i in range(len(raw.headers)) if i not in used]
    dropped |= {i for i in rest if names[i] in private or PERSONAL.search(unicodedata.normalize("NFKC", raw.headers[i]))}
    if table.name != "unit":
        _check_required(table, raw, set(columns) | set(constants))
    return Mapping(columns, constants, tuple(i for i in rest if i not in dropped), tuple(sorted(dropped)))


def _standard(column: Column) -> tuple[str, ...]:
    return (column.header, column.name)


def _aliases(column: Column) -> tuple[str, ...]:
    return column.aliases


def _first_match(words: Iterable[str], headers: Sequence[str], names: list[str], used: set[int]) -> tuple[int, ...]:
    for word in words:
        indexes = []
        for part in word.split("+"):
            free = [i for i, name in enumerate(names) if i not in used and name == plain(part)]
            # of two alike the one written exactly so
            free.sort(key=lambda i: headers[i] != part)
            indexes += free[:1]
        if len(indexes) == len(word.split("+")):
            return tuple(indexes)
    return ()


def _declared(table: Table, raw: RawFile, names: list[str], canonical: str) -> tuple[int, ...]:
    value = raw.source.columns[canonical]
    return tuple(_declared_one(table, raw, names, canonical, item) for item in (value if isinstance(value, list) else [value]))


def _declared_one(table: Table, raw: RawFile, names: list[str], canonical: str, item: str | int) -> int:
    if isinstance(item, int):
        if item <= len(raw.headers):
            return item - 1
        width = len(raw.headers)
        raise AtlasError(
            f"{raw.name}：sources.toml 为 {canonical} 指定第 {item} 列，但文件只有 {width} 列。请改正列号。",
            f"{raw.name}: sources.toml gives column {item} for {canonical}, but the file has {width}. Correct the number.",
        )
    for test in (
        lambda header, name: header == item,
        lambda header, name: name == plain(item),
        lambda header, name: plain(header.rsplit("/", 1)[-1]) == plain(item),
    ):
        found = [i for i, header in enumerate(raw.headers) if test(header, names[i])]
        if found:
            return found[0]
    near = nearest(item, raw.headers)
    raise AtlasError(
        f"{raw.name}：sources.toml 为 {canonical}（{table.column(canonical).header}）指定的表头“{item}”不在文件中。{_shown(raw)[0]}"
        + (f"是否应为“{near}”？" if near else "请改正 [source.columns]。"),
        f"{raw.name}: the header “{item}” that sources.toml gives for {canonical} is not in the file. {_shown(raw)[1]}"
        + (f"Did you mean “{near}”?" if near else "Correct [source.columns]."),
    )


def _shown(raw: RawFile) -> tuple[str, str]:
    headers = [header.strip() for header in raw.headers if header.strip()]
    if not headers:
        return "文件是空的，没有表头。", "The file is empty, it has no header. "
    shown = "、".join(headers[:40]) + ("…" if len(headers) > 40 else "")
    return f"文件的表头：{shown}。", f"Headers found: {shown}. "


def _check_required(table: Table, raw: RawFile, have: set[str]) -> None:
    for column in table.required:
        # a unit may also be told by a point or by names
        placed = column.name == "unit_code" and (raw.has_geometry or have & INSTEAD_OF_CODE)
        if column.name not in have and not placed:
            raise _missing(table, raw, [column])
    for group in table.need_one_of:
        if not have & set(group) and not (raw.has_geometry and {"lon", "unit_code"} & set(group)):
            raise _missing(table, raw, [table.column(name) for name in group])


def _missing(table: Table, raw: RawFile, columns: list[Column]) -> AtlasError:
    said = "、".join(f"{column.header}（{column.name}）" for column in columns)
    said_en = " or ".join(f"{column.name} ({column.header})" for column in columns)
    first = columns[0]
    aliases = "、".join(first.aliases[:12]) or "—"
    near = nearest(plain(first.header), [plain(header) for header in raw.headers if header.strip()])
    close = next((header.strip() for header in raw.headers if plain(header) == near), "") if near else ""
    example = f'{first.name} = "{close or "文件中的表头"}"' if raw.source.header else f"{first.name} = 1"
    return AtlasError(
        f"{raw.name}：{table.title.zh}（{table.name}）缺少必填列 {said}。{_shown(raw)[0]}{first.header} 也可写作：{aliases}。"
        + (f"最接近的表头是“{close}”。" if close else "")
        + f"请改表头，或在 sources.toml 第 {raw.source.index} 个来源的 [source.columns] 中写：{example}",
        f"{raw.name}: {table.name} lacks the required column {said_en}. {_shown(raw)[1]}Also accepted: {aliases}. "
        + (f"The nearest header is “{close}”. " if close else "")
        + f"Change the header, or write under [source.columns] of source {raw.source.index} in sources.toml: {example}",
    )
