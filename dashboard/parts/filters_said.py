"""Filters in force, in one line (筛选说明): for evidence, files and pictures."""

from dashboard.view.filter_words import NAMES, value_name
from etl.model.text import Text
from etl.query.scope import Scope

CHOSEN = Text("自选范围", "own choice of units")


def filters_said(scope: Scope, lang: str) -> str:
    """“问题分类：0201 垃圾清运；来源渠道：12345 热线、信访”; "" without any."""
    found: dict[str, list[str]] = {}
    for field, value in scope.where:
        found.setdefault(field, []).append(value_name(field, value, lang))
    colon, comma, between = ("：", "、", "；") if lang == "zh" else (": ", ", ", "; ")
    said = [f"{NAMES[field].to(lang) if field in NAMES else field}{colon}{comma.join(values)}" for field, values in found.items()]
    if scope.chosen:
        said.append(CHOSEN.to(lang))
    return between.join(said)
