"""Words in both languages. `Text` has no defaults, so a missing language fails at import."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One phrase, Chinese first."""

    zh: str
    en: str

    def to(self, lang: str) -> str:
        """The phrase in `lang`; anything but "en" gives Chinese, the product's default."""
        return self.en if lang == "en" else self.zh

    def format(self, **values: object) -> "Text":
        """Both languages with `{name}` filled in."""
        return Text(self.zh.format(**values), self.en.format(**values))
