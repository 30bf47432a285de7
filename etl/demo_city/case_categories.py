"""The category as each system writes it (问题分类的写法): standard names, local words for them, and now and then one nobody mapped."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.model.taxonomy import CATEGORIES, TAXONOMY, match_category

UNMAPPED = ("综合事务->历史遗留", "数字生活->跨域事项", "平台联动->二次研判", "片区统筹->综合件")
UNMAPPED_SHARE = 0.012


class Categories:
    """Words of every class, three ways of writing them."""

    def __init__(self) -> None:
        local: dict[str, list[str]] = {c.code4: [c.l2.zh] * 3 for c in CATEGORIES}
        for word, code in TAXONOMY.inside.items():
            if len(local[code]) < 7 and len(word) >= 3 and match_category(f"{_large(code)}->{word}") == code:
                local[code].append(word)
        words = [local[c.code4] for c in CATEGORIES]
        self.count = np.array([len(w) for w in words])
        self.first = np.cumsum(self.count) - self.count
        self.small = pa.array([word for w in words for word in w])
        self.full = pa.array([f"{c.l1.zh}->{word}" for c, w in zip(CATEGORIES, words, strict=True) for word in w])
        self.large = pa.array([c.l1.zh for c in CATEGORIES])
        self.standard = pa.array([c.l2.zh for c in CATEGORIES])

    def _at(self, rng: np.random.Generator, code: np.ndarray) -> pa.Array:
        return pa.array(self.first[code] + (rng.random(len(code)) * self.count[code]).astype(int))

    def hotline(self, rng: np.random.Generator, code: np.ndarray) -> pa.Array:
        """一级->二级, a few of them unmapped."""
        odd = rng.random(len(code)) < UNMAPPED_SHARE
        return pc.if_else(pa.array(odd), pa.array(UNMAPPED).take(pa.array(rng.integers(0, len(UNMAPPED), len(code)))), self.full.take(self._at(rng, code)))

    def plain(self, rng: np.random.Generator, code: np.ndarray) -> pa.Array:
        """The second level alone."""
        return self.small.take(self._at(rng, code))

    def pair(self, code: np.ndarray) -> tuple[pa.Array, pa.Array]:
        """大类 and 小类."""
        return self.large.take(pa.array(code)), self.standard.take(pa.array(code))


def _large(code: str) -> str:
    return TAXONOMY.categories[code].l1.zh
