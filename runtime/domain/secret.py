"""A secret on its way to the keyring."""


class Secret:
    """A value that never shows itself: not in repr, str, a log or a traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for the keyring, a comparison, or the one frame of the second door that carries it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"
