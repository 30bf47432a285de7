"""The local rules (本地规则): every number a city may set, read from `data/rules.toml` or a `rules.toml` beside `sources.toml`.

A key left out keeps the default of `data/rules.toml`, so that an older build's rules stay readable.
"""

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from etl.model.errors import CallError
from etl.model.rule_sections import (
    Alliance,
    Bound,
    Case,
    Contract,
    Figure,
    Fund,
    Governance,
    Grid,
    Hotspot,
    Member,
    Mobilisation,
    Org,
    Placeholder,
    Premises,
    Privacy,
    Reference,
    Repeat,
    Rules,
    ThreeRate,
    Threshold,
    Watch,
    Work,
)  # fmt: skip

DEFAULT = Path(__file__).resolve().parents[2] / "data" / "rules.toml"
BASES = ("value", "own_mean", "limit", "year_elapsed")
ORG_RULES = ("local333", "national")

__all__ = ["DEFAULT", "Rules", "Threshold", "load_rules", "parse_rules"]

SECTIONS: dict[str, type] = {
    "grid": Grid, "org": Org, "member": Member, "case": Case, "three_rate": ThreeRate, "repeat": Repeat, "placeholder": Placeholder,
    "hotspot": Hotspot, "mobilisation": Mobilisation, "contract": Contract, "fund": Fund, "premises": Premises, "figure": Figure,
    "privacy": Privacy, "work": Work, "watch": Watch, "alliance": Alliance, "reference": Reference, "governance": Governance,
}  # fmt: skip
Section = TypeVar("Section")


def load_rules(path: Path | None = None) -> Rules:
    """The rules of a TOML file, by default `data/rules.toml`; CallError naming the key when one is wrong."""
    path = path or DEFAULT
    try:
        return parse_rules(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise CallError(f"{path.name} 不是 UTF-8 编码，请另存为 UTF-8", f"{path.name} is not UTF-8; save it as UTF-8") from error


def parse_rules(text: str, name: str = "rules.toml") -> Rules:
    """The rules of a TOML text; `name` is the file named in errors."""
    given = _toml(text, name)
    standard = _defaults()
    _known(given, [*SECTIONS, "thresholds"], name, "")
    sections: dict[str, Any] = {
        key: _section(cls, standard[key], _table(given, key, name), name, key) for key, cls in SECTIONS.items()
    }
    thresholds = dict(standard["thresholds"])
    table = _table(given, "thresholds", name)
    _known(table, thresholds, name, "thresholds.")
    for key in table:
        thresholds[key] = thresholds[key] | _table(table, key, name, "thresholds.")
    rules = Rules(**sections, thresholds={key: _threshold(row, name, key) for key, row in thresholds.items() if row}, source=text)
    _consistent(rules, name)
    return rules


@cache
def _defaults() -> dict[str, Any]:
    return _toml(DEFAULT.read_text(encoding="utf-8"), DEFAULT.name)


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CallError(f"{name} 格式有误：{error}", f"{name} is no valid TOML: {error}") from error


def _table(given: dict[str, Any], key: str, name: str, where: str = "") -> dict[str, Any]:
    table = given.get(key, {})
    if not isinstance(table, dict):
        raise CallError(f"{name} 的 {where}{key} 应为一节", f"{where}{key} in {name} must be a table")
    return table


def _known(given: Iterable[str], known: Iterable[str], name: str, where: str) -> None:
    for key in given:
        if key not in (names := list(known)):
            near = difflib.get_close_matches(key, names, n=1, cutoff=0.0)[0]
            raise CallError(
                f"{name} 中没有 {where}{key} 这一项，最接近的是 {where}{near}",
                f"{name} knows no {where}{key}; the nearest key is {where}{near}",
            )


def _section(cls: type[Section], standard: dict[str, Any], given: dict[str, Any], name: str, key: str) -> Section:
    kinds: dict[str, Any] = {field.name: field.type for field in fields(cls)}  # type: ignore[arg-type]
    _known(given, kinds, name, f"{key}.")
    values = standard | given
    for field, value in values.items():
        kind = kinds[field]
        is_number = isinstance(value, (int, float) if kind is float else int) and not isinstance(value, bool)
        is_right = isinstance(value, kind) if kind in (bool, str) else is_number and value >= 0
        if not is_right:
            wanted = {bool: "true / false", str: "文字 / text", int: "非负整数 / whole number ≥ 0", float: "非负数 / number ≥ 0"}[kind]
            raise CallError(f"{name} 的 {key}.{field} 应为 {wanted}", f"{key}.{field} in {name} must be: {wanted}")
    return cls(**values)


def _threshold(row: dict[str, Any], name: str, key: str) -> Threshold:
    where = f"thresholds.{key}"
    _known(row, ("green", "amber", "basis", "beyond"), name, f"{where}.")
    basis = row.get("basis", "value")
    if basis not in BASES:
        raise CallError(f"{name} 的 {where}.basis 应为 {' '.join(BASES)} 之一", f"{where}.basis in {name} must be one of {' '.join(BASES)}")
    if missing := [key for key in ("green", "amber") if key not in row]:
        raise CallError(f"{name} 的 {where} 缺少 {missing[0]}", f"{where} in {name} lacks {missing[0]}")
    if not isinstance(beyond := row.get("beyond", False), bool):
        raise CallError(f"{name} 的 {where}.beyond 应为 true / false", f"{where}.beyond in {name} must be true or false")
    return Threshold(_bound(row["green"], name, f"{where}.green"), _bound(row["amber"], name, f"{where}.amber"), basis, beyond)


def _bound(value: Any, name: str, where: str) -> Bound:
    numbers = value if isinstance(value, list) else [value]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers) or (
        isinstance(value, list) and (len(value) != 2 or value[0] > value[1])
    ):
        raise CallError(f"{name} 的 {where} 应为一个数或 [低, 高]", f"{where} in {name} must be a number or [low, high]")
    return (float(value[0]), float(value[1])) if isinstance(value, list) else float(value)


def _consistent(rules: Rules, name: str) -> None:
    """What no single key can show."""
    weights = rules.three_rate
    contradictions = (
        (rules.grid.households_min > rules.grid.households_max, "grid.households_min > grid.households_max"),
        (rules.privacy.jitter_min_metres > rules.privacy.jitter_max_metres, "privacy.jitter_min_metres > privacy.jitter_max_metres"),
        (abs(weights.response + weights.solve + weights.satisfy - 1) > 1e-9, "three_rate.response + solve + satisfy ≠ 1"),
        (rules.hotspot.hot_months > rules.hotspot.months, "hotspot.hot_months > hotspot.months"),
        (not rules.work.start_hour < rules.work.end_hour <= 24, "work.start_hour ≥ work.end_hour"),
        (rules.org.rule not in ORG_RULES, f"org.rule ∉ {' '.join(ORG_RULES)}"),
        (min(rules.privacy.public_k, rules.privacy.analyst_k, rules.privacy.vulnerable_k, rules.privacy.public_round) < 1, "privacy.* < 1"),
    )
    for is_wrong, what in contradictions:
        if is_wrong:
            raise CallError(f"{name} 自相矛盾：{what}", f"{name} contradicts itself: {what}")

