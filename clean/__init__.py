r"""Clean scraped news, with an account of every character removed or changed.

    >>> import clean
    >>> result = clean.clean_text("Share it\n\nRates rose on Monday.\n")
    >>> result.text
    'Rates rose on Monday.\n'
    >>> [(edit.rule, edit.old) for edit in result.edits]
    [('boilerplate/share-phrase', 'Share it\n\n')]
    >>> result.restore()
    'Share it\n\nRates rose on Monday.\n'

The names below are imported when they are first used: `import clean` takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clean.api import Result as Result
    from clean.api import clean_text as clean_text
    from clean.api import duplicates as duplicates
    from clean.dedup.find import Verdict as Verdict
    from clean.errors import CleanError as CleanError
    from clean.model import Document as Document
    from clean.model import Drop as Drop
    from clean.model import Edit as Edit
    from clean.model import Note as Note
    from clean.model import Patch as Patch
    from clean.pipeline import Pipeline as Pipeline

__version__ = "0.1.0"

_HOMES = {
    "CleanError": "clean.errors",
    "Document": "clean.model",
    "Drop": "clean.model",
    "Edit": "clean.model",
    "Note": "clean.model",
    "Patch": "clean.model",
    "Pipeline": "clean.pipeline",
    "Result": "clean.api",
    "Verdict": "clean.dedup.find",
    "clean_text": "clean.api",
    "duplicates": "clean.api",
}

__all__ = [
    "CleanError",
    "Document",
    "Drop",
    "Edit",
    "Note",
    "Patch",
    "Pipeline",
    "Result",
    "Verdict",
    "__version__",
    "clean_text",
    "duplicates",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
