"""Titles and bodies of cases (标题与内容): short sentences put together from the words of `case_words`, whole columns at a time."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo_city.case_mix import CODES
from etl.demo_city.case_words import WORDS
from etl.demo_city.case_words_more import MORE_WORDS

OPENERS = ("市民来电反映：", "来电人反映，", "居民反映，", "反映人称，", "住户反映：", "来电称，", "", "")
SINCE = ("", "", "，已经一个多星期", "，持续了将近一个月", "，最近几天更严重", "，之前也反映过", "，影响正常生活", "，周边邻居都有意见", "，老人和孩子受影响最大", "，天天如此")
ASKS = ("请尽快处理。", "请核实处理。", "希望相关部门到现场看一看。", "请协调解决。", "请处理后给予回复。", "希望有明确的答复时间。", "请社区帮忙协调。", "诉求：尽快解决。",
        "请转办理单位。", "望重视。")  # fmt: skip
FOUND = ("巡查发现：", "入户走访时发现，", "网格巡查，", "日常巡查发现，")
DONE = ("已拍照上报，请派遣。", "已现场劝导，需部门处理。", "请派单处置。", "已设置提醒，请尽快处置。")
AGAIN = ("再次来电反映：", "再次反映，", "此前反映的问题仍未解决：")


class Phrases:
    """All titles and sentences of all classes in two long arrays; `first` and `count` give each class's part."""

    def __init__(self) -> None:
        lines = [line for line in (WORDS + MORE_WORDS).splitlines() if line]
        titles = {line[:4]: line[5:].split("|") for line in lines[::2]}
        bodies = {line[:4]: after.split("|") for line, after in zip(lines[::2], lines[1::2], strict=True)}
        self.titles, self.title_first, self.title_count = _flat([titles[code] for code in CODES])
        self.bodies, self.body_first, self.body_count = _flat([bodies[code] for code in CODES])


def _flat(lists: list[list[str]]) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    count = np.array([len(items) for items in lists])
    return pa.array([text for items in lists for text in items]), np.cumsum(count) - count, count


def pick(rng: np.random.Generator, words: tuple[str, ...], n: int) -> pa.Array:
    """`n` of `words` at random."""
    return pa.array(words).take(pa.array(rng.integers(0, len(words), n)))


def case_texts(rng: np.random.Generator, phrases: Phrases, code: np.ndarray, place: pa.Array, is_patrol: bool, is_echo: np.ndarray) -> tuple[pa.Array, pa.Array]:
    """(title, body) of each case; `code` is the number of its class, `place` the name said."""
    n, u = len(code), rng.random(len(code))
    title = phrases.titles.take(pa.array(phrases.title_first[code] + (u * phrases.title_count[code]).astype(int)))
    u = rng.random(n)
    sentence = phrases.bodies.take(pa.array(phrases.body_first[code] + (u * phrases.body_count[code]).astype(int)))
    opener = pick(rng, FOUND if is_patrol else OPENERS, n)
    if is_echo.any():
        opener = pc.if_else(pa.array(is_echo), pick(rng, AGAIN, n), opener)
    since = pick(rng, ("", "") if is_patrol else SINCE, n)
    body = pc.binary_join_element_wise(opener, place, "，", sentence, since, "。", pick(rng, DONE if is_patrol else ASKS, n), "")
    return pc.binary_join_element_wise(place, title, ""), body
