"""Places, titles and texts of cases, put together by dictionary look-ups so that millions of rows stay quick (工单文本)."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo import phrases
from etl.demo.city import City
from etl.demo.classes import Classes
from etl.demo.draws import Month
from etl.demo.names import FIRST, ROADS, SECOND, SURNAMES

SLIP_SHARE = 0.02


@dataclass(frozen=True)
class Words:
    """Arrow dictionaries: phrases of all classes one after the other, place names, endings."""

    title: pa.Array
    sentence: pa.Array
    start: np.ndarray  # per class: its first phrase
    count: np.ndarray
    compound: pa.Array
    alias: pa.Array
    has_alias: np.ndarray
    inside: pa.Array
    road: pa.Array
    opener: pa.Array
    tail: pa.Array
    slip: pa.Array
    raw: pa.Array  # per class: 一级->二级


def make_words(city: City, classes: Classes) -> Words:
    """The dictionaries of a city."""
    rng = city.rng("texts")
    split = [[p.split("|") for p in phrases.PHRASES[code]] for code in classes.code4.tolist()]
    count = np.array([len(p) for p in split])
    flat = [p for group in split for p in group]
    inside = [f"{b}栋" for b in range(1, 19)] + [f"{b}栋{u}单元" for b in range(1, 10) for u in (1, 2, 3)] + ["", "大门口", "中庭", "北门", "地下车库"]
    stems = [a + b for a in FIRST[::3] for b in SECOND[::3]]
    roads = [f"{s}{r}{tail}" for s in stems for r in ROADS[:4] for tail in ("与{}交叉口".format("滨江路"), "公交站旁", "")]
    slips = [
        phrases.SLIPS[i % len(phrases.SLIPS)].format(
            b=rng.integers(1, 19), u=rng.integers(1, 4), f=int(rng.integers(1, 9)), n=int(rng.integers(0, 10_000)), s=SURNAMES[int(rng.integers(len(SURNAMES)))]
        )
        for i in range(400)
    ]
    alias = [a.split("；")[0] for a in city.alias.tolist()]
    return Words(
        pa.array([p[0] for p in flat]), pa.array([p[1] for p in flat]), np.concatenate([[0], np.cumsum(count)[:-1]]), count,
        pa.array(city.name["compound"]), pa.array(alias), np.array([bool(a) for a in alias]), pa.array(inside), pa.array(roads),
        pa.array(phrases.OPENERS), pa.array(phrases.TAILS), pa.array(slips), pa.array([f"{c.l1.zh}->{c.l2.zh}" for c in classes.category]),
    )  # fmt: skip


def pick_text(words: pa.Array, chance: np.ndarray) -> pa.Array:
    """One entry per row."""
    return words.take(pa.array((chance * len(words)).astype(np.int64)))


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts put one after the other; a null anywhere gives null."""
    return pc.binary_join_element_wise(*parts, "")


def place_texts(words: Words, city: City, month: Month, on_street: np.ndarray, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """(the compound or road as people call it, the same with building). One in five uses an alias where there is one."""
    compound = city.parent["micro"][month.micro]
    u, v = rng.random(len(compound)), rng.random(len(compound))
    by_alias = words.has_alias[compound] & (u < 0.22)
    index = pa.array(compound)
    called = pc.if_else(pa.array(by_alias), words.alias.take(index), words.compound.take(index))
    by_road = on_street & (u > 0.62)
    called = pc.if_else(pa.array(by_road), pick_text(words.road, v), called)
    full = joined(called, pc.if_else(pa.array(by_road), "", pick_text(words.inside, rng.random(len(compound)))))
    return called, full


def sentences(words: Words, month: Month, called: pa.Array, rng: np.random.Generator, found: bool) -> tuple[pa.Array, pa.Array]:
    """(title, body) of each case; a fiftieth of the bodies hold (invented) personal data, as real ones do."""
    n = len(month.kind)
    which = pa.array(words.start[month.kind] + (rng.random(n) * words.count[month.kind]).astype(np.int64))
    title = joined(called, words.title.take(which))
    opener = pick_text(pa.array(phrases.FOUND) if found else words.opener, rng.random(n))
    tail = pick_text(words.tail, rng.random(n))
    if not found:
        tail = pc.if_else(pa.array(rng.random(n) < SLIP_SHARE), pick_text(words.slip, rng.random(n)), tail)
    return title, joined(opener, called, words.sentence.take(which), tail)
