"""What the systems of romanisation make of a name in its own script: all of it is right and none is damage.

"Chongjin", "Cheongjin" and "Ch'ŏngjin" are one city in North Korean, Revised and McCune-Reischauer
spelling. An entry names the form that newspapers use; its `native` form tells the others. Korean and Cyrillic
only: Arabic and Hebrew do not write the vowels, and Chinese would need a dictionary of characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

_HANGUL = re.compile("[가-힣]+")
_CYRILLIC = re.compile("[Ѐ-ӿ]+")

_Syllable: TypeAlias = tuple[int, int, int]
"""The numbers of initial, vowel and final."""

_System: TypeAlias = tuple[list[str], list[str], list[str]]

# Initials, vowels and finals in the order of Unicode's syllables.
_REVISED = (
    "g kk n d tt r m b pp s ss - j jj ch k t p h".split(),
    "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(),
    "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(),
)
_MCCUNE_REISCHAUER = (
    "k kk n t tt r m p pp s ss - ch tch ch k t p h".split(),
    "a ae ya yae o e yo ye o wa wae oe yo u wo we wi yu u ui i".split(),
    _REVISED[2],
)
_NORTH_KOREAN = (
    "k kk n t tt r m p pp s ss - j jj ch kh th ph h".split(),
    "a ae ya yae o e yo ye o wa wae oe yo u wo we wi yu u ui i".split(),
    _REVISED[2],
)
_KOREAN: tuple[_System, ...] = (
    _REVISED,
    _MCCUNE_REISCHAUER,
    _NORTH_KOREAN,
    (_MCCUNE_REISCHAUER[0], *_REVISED[1:]),  # as names are often written: Keumgang
)
_N, _R, _SILENT = 2, 5, 11
_I_OR_Y = frozenset((2, 3, 6, 7, 12, 17, 20))
_VOICED = {"k": "g", "t": "d", "p": "b", "ch": "j"}
_PLAIN = frozenset((0, 3, 7, 12))  # the initials that are voiced between voiced sounds
_OPEN_AGAIN = {1: "g", 7: "d", 17: "b", 8: "r", 19: "s", 22: "j"}  # finals before a vowel
_NASAL = {1: "ng", 7: "n", 17: "m"}  # finals before n and m


def spellings(native: str) -> frozenset[str]:
    """Every spelling, in letters a to z, that a romanisation gives the words of a native form."""
    found: set[str] = set()
    for match in _HANGUL.finditer(native):
        found.update(_korean(match.group()))
    for match in _CYRILLIC.finditer(native):
        found.update(_cyrillic(match.group().lower()))
    return frozenset(word for word in found if word.isascii() and word.isalpha() and len(word) > 1)


def _korean(word: str) -> Iterator[str]:
    """The whole word and each part of it: persons are written by syllables, or with the last two as one."""
    syllables = [_syllable(letter) for letter in word]
    for start in range(len(word)):
        for end in range(start + 1, len(word) + 1):
            part = syllables[start:end]
            said = [_in_the_south(part[0]), *part[1:]]
            for system in _KOREAN:
                yield _spelt(part, system)
                if said != part:
                    yield _spelt(said, system)


def _syllable(letter: str) -> _Syllable:
    initial, rest = divmod(ord(letter) - 0xAC00, 588)
    return initial, *divmod(rest, 28)


def _in_the_south(first: _Syllable) -> _Syllable:
    """A first syllable as it is said, and written, in Seoul: no r (Ri, Lee), no n before i and y."""
    initial, vowel, final = first
    before_i = vowel in _I_OR_Y
    if initial == _R or (initial == _N and before_i):
        return _SILENT if before_i else _N, vowel, final
    return first


def _spelt(syllables: Sequence[_Syllable], system: _System) -> str:
    initials, vowels, finals = system
    letters = []
    for at, (initial, vowel, final) in enumerate(syllables):
        sound = initials[initial].strip("-")
        before = syllables[at - 1][2] if at else None
        if before is not None and initial in _PLAIN and before in (0, 4, 8, 16, 21):
            sound = _VOICED.get(sound, sound)
        if before in (4, 8) and initial == 5:
            sound = "l"  # Silla, Ulleung
        following = syllables[at + 1][0] if at + 1 < len(syllables) else None
        tail = finals[final].strip("-")
        if following == 11:
            tail = _OPEN_AGAIN.get(final, tail)
        elif final == 4 and following == 5:
            tail = "l"
        elif following in (2, 6):
            tail = _NASAL.get(final, tail)
        letters += [sound, vowels[vowel], tail]
    return "".join(letters)


_COMMON = dict(zip("абвгдзиклмнопрстуфыэґ", "a b v g d z i k l m n o p r s t u f y e g".split(), strict=True))
_COMMON |= {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ь": "",
    "ъ": "",
    "’": "",
    "ў": "u",
}
_RUSSIAN = _COMMON | {"е": "e", "ё": "yo", "й": "y", "ю": "yu", "я": "ya"}
_UKRAINIAN = _RUSSIAN | {"г": "h", "и": "y", "і": "i", "ї": "i", "є": "ie", "й": "i", "ю": "iu", "я": "ia"}
_SYSTEMS = (
    _RUSSIAN | {"і": "i", "ї": "yi", "є": "ye"},  # BGN/PCGN, and a Ukrainian name read as a Russian one
    _RUSSIAN | {"ё": "e", "і": "i", "ї": "i", "є": "e"},
    _COMMON | {"е": "e", "ё": "io", "й": "i", "ю": "iu", "я": "ia", "і": "i", "ї": "i", "є": "ie"},  # ALA-LC
    _COMMON | {"е": "e", "ё": "jo", "й": "j", "ю": "ju", "я": "ja", "х": "h", "ц": "c", "ж": "z", "і": "i"}
    | {"ч": "c", "ш": "s", "щ": "sc", "ї": "ji", "є": "je"},  # ISO 9 without its marks
    _UKRAINIAN,  # Cabinet of Ministers, 2010
    _UKRAINIAN | {"ї": "yi", "є": "ye", "й": "y", "ю": "yu", "я": "ya"},  # BGN/PCGN 1965
)  # fmt: skip
_TABLES = tuple(map(str.maketrans, _SYSTEMS))


_BARE_E = re.compile(r"(?:^|(?<=[aeiou]))e")
_ADJECTIVE = ("yy", "iy", "yi", "ii", "ij", "yj")


def _cyrillic(word: str) -> Iterator[str]:
    for plain in dict.fromkeys(map(word.translate, _TABLES)):  # a letter that a system lacks stays as it is
        iotated = _BARE_E.sub("ye", plain) if "e" in plain else plain  # Yevgeny, Avdeyevka
        for spelt in dict.fromkeys((plain, iotated)):
            yield spelt
            if spelt.endswith(_ADJECTIVE):
                stem = spelt[:-2]
                yield from (stem + ending for ending in ("y", "yy", "iy", "yi", "ii", "yj"))
                if stem.endswith("sk"):
                    yield f"{stem}i"  # Zelenski, but no Sadovi
