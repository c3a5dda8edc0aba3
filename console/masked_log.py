"""What is logged goes to the terminal without the secrets that this process knows."""

import logging
import sys


class MaskedFormatter(logging.Formatter):
    """The whole line is looked at, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """As always, masked. Where no workspace was opened yet there is nothing to mask, and nothing is loaded."""
        line = super().format(record)
        redaction = sys.modules.get("runtime.domain.redaction")
        return line if redaction is None else str(redaction.EVERYWHERE(line))


def log_to_terminal() -> None:
    """Warnings and worse, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(MaskedFormatter("%(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
