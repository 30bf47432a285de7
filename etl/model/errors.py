"""What a user can cause and mend. Anything else is a fault of ours and may show a traceback to the log only."""

from etl.model.text import Text


class AtlasError(Exception):
    """Refused: a sentence in both languages saying what is wrong and how to mend it. Exit code 1."""

    exit_code = 1

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.text = Text(zh, en)


class CallError(AtlasError):
    """Wrong call or unreadable configuration. Exit code 2."""

    exit_code = 2
