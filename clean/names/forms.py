"""Which part of a right form a mangled one stands for."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from clean.names.words import WORD, fold

SLIGHTLY = 0.2
"""How much more alike another right form may be before it is taken for the preferred one."""


@lru_cache(maxsize=1 << 10)
def nearest(wrong: str, forms: tuple[str, ...]) -> str:
    """The form that keeps most words of the wrong one and has letters most like its own.

    Of a longer form as many words. The preferred form, which is the first, however it parts its words, is
    taken before one that is little more alike.

    >>> nearest("Zellinski", ("Volodymyr Zelensky", "Zelenskyy"))
    'Zelensky'
    >>> nearest("Kim Chen-un", ("Kim Jong Un", "Kim Jong-un"))
    'Kim Jong-un'
    """
    own = [fold(word) for word in WORD.findall(wrong)]
    parts: dict[str, tuple[int, float]] = {}
    for form in forms:
        words = list(WORD.finditer(form))
        for first, last in zip(words, words[len(own) - 1 :], strict=False):
            part = form[first.start() : last.end()]
            kept = sum(word in own for word in _letters(part))
            parts[part] = kept, SequenceMatcher(None, wrong, part, autojunk=False).ratio()
    if not parts:
        return max(forms, key=lambda form: SequenceMatcher(None, wrong, form, autojunk=False).ratio())
    best = max(parts, key=parts.__getitem__)
    kept, alike = parts[best]
    preferred = "".join(_letters(forms[0]))
    near = [part for part, (as_many, ratio) in parts.items() if as_many == kept and ratio >= alike - SLIGHTLY]
    return max(
        (part for part in near if "".join(_letters(part)) in preferred), key=parts.__getitem__, default=best
    )


def _letters(form: str) -> list[str]:
    return [fold(word) for word in WORD.findall(form)]
