"""What atlas.toml says about public screens (公示设置): the map's approval number and the table [kiosk]."""

from dataclasses import dataclass

from dashboard.public.view import TABS
from dashboard.web.settings import atlas
from etl.model.errors import CallError

KEYS = ("pages", "seconds", "theme", "stale_days", "address", "unit", "lang")
THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True)
class KioskSettings:
    """`pages`: (screen, seconds) in their order; `address` is what the QR code leads to, "" = this server's own /public."""

    pages: tuple[tuple[str, int], ...] = tuple((tab, 20) for tab in TABS)
    theme: str = "dark"
    stale_days: int = 7
    address: str = ""
    unit: str = ""
    lang: str = "zh"


def approval() -> str:
    """审图号, "" when none is set."""
    return atlas().map_approval


def kiosk_settings() -> KioskSettings:
    """The table [kiosk] of the settings in use. CallError naming the key when one is wrong."""
    found = atlas().tables.get("kiosk", {})
    return read_kiosk(found if isinstance(found, dict) else {"kiosk": found})


def read_kiosk(table: dict[str, object]) -> KioskSettings:
    """Settings from the table's values. CallError on unknown keys and impossible values."""
    for key in table:
        if key not in KEYS:
            raise _wrong(key, f"没有这一项；可用：{'、'.join(KEYS)}", f"is not known; known: {', '.join(KEYS)}")
    usual = KioskSettings()
    default_s = _whole(table, "seconds", 20, 3, 3600)
    given = table.get("pages", list(TABS))
    if not isinstance(given, list) or not given:
        raise _wrong("pages", "应为屏名列表", "must be a list of screens")
    pages: list[tuple[str, int]] = []
    for one in given:
        name, seconds = (one, default_s) if isinstance(one, str) else (one.get("page", ""), _whole(one, "seconds", default_s, 3, 3600)) if isinstance(one, dict) else ("", 0)
        if name not in TABS:
            raise _wrong("pages", f"没有屏 {name!r}；可用：{'、'.join(TABS)}", f"names no screen {name!r}; known: {', '.join(TABS)}")
        pages.append((name, seconds))
    theme, lang = str(table.get("theme", usual.theme)), str(table.get("lang", usual.lang))
    if theme not in THEMES:
        raise _wrong("theme", "应为 dark 或 light", "must be dark or light")
    if lang not in ("zh", "en"):
        raise _wrong("lang", "应为 zh 或 en", "must be zh or en")
    address = str(table.get("address", ""))
    if address and not address.startswith(("http://", "https://")):
        raise _wrong("address", "应以 http:// 或 https:// 开头", "must begin with http:// or https://")
    return KioskSettings(tuple(pages), theme, _whole(table, "stale_days", usual.stale_days, 0, 3650), address, str(table.get("unit", "")), lang)


def _whole(table: dict[str, object], key: str, usual: int, least: int, most: int) -> int:
    value = table.get(key, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(key, f"应为 {least}–{most} 的整数", f"must be a whole number from {least} to {most}")
    return value


def _wrong(key: str, zh: str, en: str) -> CallError:
    return CallError(f"atlas.toml 的 [kiosk] {key} {zh}", f"[kiosk] {key} in atlas.toml {en}")
