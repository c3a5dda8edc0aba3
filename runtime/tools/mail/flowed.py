"""Joins the soft line breaks of format=flowed text (RFC 3676)."""


def _depth(line: str) -> tuple[int, str]:
    count = len(line) - len(line.lstrip(">"))
    rest = line[count:]
    return count, rest.removeprefix(" ")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """One line for each paragraph, at each depth of quoting."""
    done: list[str] = []
    pieces: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth, rest = _depth(line)
        if pieces and depth != open_depth:
            done.append(_whole(open_depth, pieces))
            pieces = []
        open_depth = depth
        soft = rest.endswith(" ") and rest != "-- "
        pieces.append(rest[:-1] if soft and delete_space else rest)
        if not soft:
            done.append(_whole(depth, pieces))
            pieces = []
    if pieces:
        done.append(_whole(open_depth, pieces))
    return "\n".join(done)


def _whole(depth: int, pieces: list[str]) -> str:
    joined = "".join(pieces)
    return f"{'>' * depth} {joined}" if depth else joined
