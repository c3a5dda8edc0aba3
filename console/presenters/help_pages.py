"""The help pages as paragraphs: line ends of the source are no line ends on screen, and marks of emphasis go. No Qt."""

import re

_EMPHASIS = re.compile(r"(?<![\w*])\*+([^\s*](?:[^*\n]*[^\s*])?)\*+(?![\w*])")


def help_blocks(pages: str) -> list[tuple[bool, str]]:
    """(is a heading, its text), in order. Lists and tables keep a line an entry; what is set off keeps its lines."""
    found: list[tuple[bool, str]] = []
    for block in re.split(r"\n\s*\n", pages.strip("\n")):
        if block.startswith("#"):
            heading, _, rest = block.partition("\n")
            found.append((True, heading.lstrip("#").strip()))
            block = rest
        if block.strip():
            found.append((False, _paragraph(block)))
    return found


def _paragraph(block: str) -> str:
    lines = block.strip("\n").split("\n")
    if lines[0].startswith("|"):
        return "\n".join(": ".join(cell.strip() for cell in row.strip("|").split("|")) for row in lines[2:])
    if all(line.startswith("    ") for line in lines):
        return "\n".join(lines)
    joined: list[str] = []
    for line in lines:
        text = line.strip()
        if joined and not re.match(r"([-*]|\d+\.) ", text):
            joined[-1] = f"{joined[-1]} {text}"
        else:
            joined.append(text)
    return "\n".join(_EMPHASIS.sub(r"\1", line) for line in joined)
