"""Free text as a query of the index: its words, without those that are in every document."""

import re

MOST_TERMS = 250
_WORD = re.compile(r"\w+")
_SMALL_WORDS = """
    a about all also an and any are as at be been but by can could did do does for from had has have he her here his
    how i if in is it its just me my no not of on only or our she should so than that the their them then there they
    this to was we were what when where which who will with would you your
"""
_EVERYWHERE = frozenset(_SMALL_WORDS.split())


def terms_of(query: str) -> tuple[str, ...]:
    """The words to look for, each once, in their order."""
    words = dict.fromkeys(_WORD.findall(query.casefold()))
    said = tuple(word for word in words if word not in _EVERYWHERE and (len(word) > 1 or word.isdigit()))
    return (said or tuple(words))[:MOST_TERMS]


def match_of(terms: tuple[str, ...]) -> str:
    """As FTS5 wants it: any of the words, each quoted, so that nothing in them is syntax."""
    return " OR ".join(f'"{term}"' for term in terms)
