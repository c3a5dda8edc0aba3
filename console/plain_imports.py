"""Imports as Python does them: PySide replaces ``__import__`` so that a module may switch Qt's names to another style.

Nothing of ours does. For it PySide reads the source of every module that is imported after Qt, hundreds of files, and
Python keeps the text: 20 MB and a quarter of a second at each start. A half-loaded pydantic does not even survive it
(``inspect`` asks its modules for ``__wrapped__``, and their lazy attributes then import in a circle).
"""

import builtins


def import_as_python_does() -> None:
    """To be called once Qt's modules are loaded; no harm where PySide has replaced nothing."""
    replaced = getattr(builtins, "__orig_import__", None)  # where PySide itself goes on to
    if replaced is not None:
        builtins.__import__ = replaced
