"""What a model was not given whole: the record of a bounded context, kept with the exchange it belongs to."""

import msgspec


class LeftOut(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Turns count from the oldest. All zero but the tokens = it was given everything whole."""

    summarised: int = 0
    """So many of the oldest turns were given as a summary made by rule."""
    dropped: int = 0
    """Of those, so many of the oldest are not in the summary either."""
    outputs: int = 0
    """Outputs of tools given by their beginning; the rest can be asked for."""
    notes: int = 0
    """So many of the oldest notes of people."""
    task_characters: int = 0
    """So many at the end of the task's text."""
    material_characters: int = 0
    """So many at the end of what a question is about."""
    tokens: int = 0
    """What was given, estimated (never too low for ordinary text)."""
    budget: int = 0

    @property
    def sentence(self) -> str:
        """``turns 1 to 7 as a summary, 2 large outputs by their beginning``; empty where everything was given whole."""
        parts = []
        if self.summarised > self.dropped:
            parts.append(f"{_turns(self.dropped + 1, self.summarised)} as a summary")
        if self.dropped:
            parts.append(f"{_turns(1, self.dropped)} not at all")
        if self.outputs:
            parts.append(
                f"{_count(self.outputs, 'large output')} by {'its' if self.outputs == 1 else 'their'} beginning"
            )
        if self.notes:
            parts.append(f"the oldest {_count(self.notes, 'note')} not at all")
        if self.task_characters:
            parts.append(f"the last {self.task_characters:,} characters of the task not at all")
        if self.material_characters:
            parts.append(f"the last {self.material_characters:,} characters of the record not at all")
        return ", ".join(parts)


def _turns(first: int, last: int) -> str:
    return f"turn {first}" if first == last else f"turns {first} to {last}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
