"""What a reader is shown of one case or one payee (显示脱敏): domain rules E2, E6, E7, E10, E12.

    mask_name("张三")                     → "张*"            mask_phone("13812345678") → "138****5678"
    mask_place("阳光花园3栋2单元")         → "阳光花园"        mask_payee("李四")         → "李*"  (organisations stay)
    visible_cases(build, reader, "c")     → SQL condition: the cases whose rows a reader may see one by one, area included
    shown_points(build, reader, table)    → lon, lat as the reader may see them (NaN: not as a point)

A list of cases asks `visible_cases` in its WHERE, then puts `mask_text` and `mask_place` over what it shows; a map of cases puts
`shown_points` over the rows before they leave the query. Texts were scrubbed and places cut when they were loaded; the masks here
are the second line, for what a scrubber has missed.
"""

import re
import unicodedata

from etl.model.levels import BY_ID as LEVELS
from etl.model.surnames import family_name
from etl.query.jitter import shown_points
from etl.query.reader import Reader
from etl.query.sensitive import WITHHELD, handles_cases
from etl.query.units import units
from etl.query.warehouse import Build

__all__ = ["CONDUCT", "mask_name", "mask_payee", "mask_phone", "mask_place", "mask_text", "shown_points", "visible_cases"]

CONDUCT = "1204"  # 作风廉洁: complaints about how an office behaved
SEES_NO_CASE = ("public", "auditor")

_GAP = r"[\s.\-_—·*]{0,2}"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?(1[3-9]\d){_GAP}(?:\d{_GAP}){{4}}(\d{_GAP}\d{_GAP}\d{_GAP}\d)(?!\d)", re.ASCII)
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[\-— )）]{0,2}\d{3,4}[\- ]?(\d{4})(?!\d)", re.ASCII)
_IDENTITY = re.compile(rf"(?<![0-9])[1-9](?:{_GAP}\d){{16}}{_GAP}[0-9Xx](?![0-9])", re.ASCII)
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使] ?[A-Z][ ·•.\-]{0,2}[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])")
_ROOM = re.compile(
    r"(?:[A-Za-z]?\d{1,4}|[一二三四五六七八九十]{1,3})(?:号?[栋幢]|号楼|单元|#楼?)(?:[ ,，\-]{0,2}(?:[A-Za-z]?\d{1,4}|[一二三四五六七八九十]{1,3})(?:号?[栋幢]|号楼|单元|层|楼|室|房|户|号)?)*"
    r"|\d{2,5}(?:室|号房|房)|(?<![\d\-])\d{1,3}-\d{1,2}-\d{3,4}(?![\d\-])"
)
_INSIDE = re.compile(r"(?:[A-Za-z]?\d{1,4}|[一二三四五六七八九十]{1,3}) ?(?:号?[栋幢]|号楼|单元|#)|[A-Za-z]\d{0,2}座|\d{1,3}[楼层]|\d{2,5}(?:室|号房|房|户)|\d{1,3}-\d{1,4}(?:-\d{1,4})?")
_ORGANISATION = re.compile(
    r"公司|中心|协会|学会|商会|联合会|合作社|工作室|事务所|基金|集团|学校|医院|银行|委员会|服务队|志愿队|服务部|经营部|门市|商店|超市|厂|局|处|科|站|院|所|馆|园|队|社$|会$|团$|店$|行$|部$|坊$|社工$|物业$"
)
_PERSON_NOTE = re.compile(r"[（(](?:个人|自然人|居民|个体工商户|个体户?)[）)]|^(?:个人|自然人|居民|个体户)[:：]?")
_LATIN_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]*\.?){1,2}")


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳娜 → 欧阳*, 阿依努尔·买买提 → 阿*, John Smith → J*. A name without letters gives *."""
    name = name.strip()
    return f"{family_name(name) or name[:1]}*"


def mask_phone(phone: str) -> str:
    """138****5678, 028-****4321; what is neither is masked whole."""
    plain = _half(phone).strip()
    if found := _MOBILE.fullmatch(plain):
        return f"{found[1]}****{''.join(char for char in found[2] if char.isdigit())}"
    if found := _LANDLINE.fullmatch(plain):
        return f"{found[1]}-****{found[2]}"
    return "****"


def mask_text(text: str | None) -> str:
    """Free text with every phone, identity number, plate and room masked that import may have missed; full-width digits too."""
    if not text:
        return ""
    plain = _half(text)
    masked = _IDENTITY.sub("***", plain)
    masked = _MOBILE.sub(lambda found: mask_phone(found[0].replace("+86", "").lstrip()), masked)
    masked = _LANDLINE.sub(lambda found: mask_phone(found[0]), masked)
    masked = _ROOM.sub("*栋*单元*室", _PLATE.sub("***", masked))
    return text if masked == plain else masked


def mask_place(place: str | None) -> str:
    """A place down to the compound: cut before the first building, unit, floor or room."""
    if not place:
        return ""
    return _MOBILE.sub("***", _INSIDE.split(_half(place), maxsplit=1)[0]).rstrip(" ,，、;；:：(（-—")


def mask_payee(name: str | None) -> str:
    """A provider or payee as the public sees it (E10): organisations whole, persons masked.

    A person is: said to be one (个人, 个体户), or a name of two to four characters that begins with a family name and holds no word of
    an organisation, or a name with ·, or two capitalised Latin words.
    """
    if not name or not name.strip():
        return ""
    plain = _half(name).strip()
    if _PERSON_NOTE.search(plain):
        return mask_name(_PERSON_NOTE.sub("", plain))
    if _ORGANISATION.search(plain):
        return name.strip()
    is_han = all("\u4e00" <= char <= "\u9fff" for char in plain.replace("·", ""))
    family = family_name(plain)
    if is_han and ("·" in plain or (family and len(family) < len(plain) <= len(family) + 2)):
        return mask_name(plain)
    return mask_name(plain) if _LATIN_NAME.fullmatch(plain) else name.strip()


def visible_cases(build: Build, reader: Reader, alias: str = "", department: str = "") -> str:
    """SQL condition over the table `case` (under `alias`): the rows that the reader may see one by one. Always limits to the area.

    ★ classes and their companions are listed for the handler alone, that is the steward of their own grid (E6). Conduct complaints (1204) are not visible
    to the unit complained of (E12): a reader of a street or less sees none, a district none placed on or handled by itself, a
    `department` none that it handles. The public and the auditor see no case at all.
    """
    if reader.role in SEES_NO_CASE:
        return "false"
    at = f'"{alias}".' if alias else ""
    conditions = [f"{at}unit_no BETWEEN {int(reader.first_no)} AND {int(reader.last_no)}"]
    if not handles_cases(reader):
        conditions.append(f"coalesce({at}code4, '') NOT IN ({', '.join(_quoted(code) for code in WITHHELD)})")
    conditions.append(_conduct(build, reader, at, department))
    return " AND ".join(conditions)


def _conduct(build: Build, reader: Reader, at: str, department: str) -> str:
    """E12 for one reader; the whole city's own readers see what is not about them."""
    frame = units(build)
    top = max(reader.first_no, 1)
    is_conduct = f"coalesce({at}code4, '') = {_quoted(CONDUCT)}"
    if reader.role == "steward" or frame.level[top - 1] >= LEVELS["street"].rank:
        return f"NOT ({is_conduct})"
    about = [f"{at}lead_unit = {_quoted(name)}" for name in dict.fromkeys((department, str(frame.name[top - 1]), str(frame.code[top - 1]))) if name]
    if frame.level[top - 1] > LEVELS["city"].rank:
        about.append(f"{at}unit_no = {top}")
    return f"NOT ({is_conduct} AND coalesce({' OR '.join(about)}, false))" if about else "true"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
