"""Answers that sessions share (共用的答案): the same question of readers with the same rights is worked out once."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.warehouse import Build

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
KEPT, BYTES = 4000, 100_000_000
ROW, PLAIN = 400, 200  # bytes of a record in a list and of anything else, about


def shared(make: Callable[Concatenate[Build, Reader, Asked], Answer]) -> Callable[Concatenate[Build, Reader, Asked], Answer]:
    """Keeps what a question of a sealed build gives, by role and area of who asks. Tables come as views, so that nobody changes another's."""

    @wraps(make)
    def asked(build: Build, reader: Reader, *given: Asked.args, **named: Asked.kwargs) -> Answer:
        key = (make, build.key, reader.role, reader.first_no, reader.last_no, given, tuple(sorted(named.items())))
        found = _answers.get(key, lambda: make(build, reader, *given, **named))
        return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found

    return asked


def _weight(answer: Any) -> int:
    if isinstance(answer, pd.DataFrame):
        return int(answer.memory_usage(deep=False).sum()) * 3  # texts lie outside
    if isinstance(answer, tuple | list | dict | frozenset):
        return ROW * len(answer) + PLAIN
    if is_dataclass(answer):
        return PLAIN + sum(_weight(getattr(answer, field.name)) for field in fields(answer))
    return PLAIN


_answers: Once[tuple, Any] = Once(KEPT, BYTES, _weight)
