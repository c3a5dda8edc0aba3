"""How a command ends: 0 done, 1 refused, 2 wrong usage, 3 broken."""

DONE, REFUSED, WRONG_USAGE, BROKEN = 0, 1, 2, 3


class CommandRefused(Exception):
    """The command was not carried out; the message is the sentence for the person."""

    def __init__(self, sentence: str, code: str = "refused") -> None:
        super().__init__(sentence)
        self.code = code


class UsedWrongly(Exception):
    """The command line does not fit together; the message says how it would."""


def fault_sentence(error: BaseException) -> str:
    """What a fault of the world says about itself, or nothing when the error is a mistake of the program."""
    if hasattr(error, "what") and hasattr(error, "holds") and hasattr(error, "to_do"):
        return str(error)
    if isinstance(error, TimeoutError):
        return "There was no answer in time. Nothing is known to have changed. Look again in a moment."
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        place = f" ({error.filename})" if error.filename else ""
        return f"The disk or the system refused: {reason}{place}. Nothing else was touched. Mend it and try again."
    return ""
