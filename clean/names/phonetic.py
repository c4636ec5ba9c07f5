"""How alike two spellings of a name sound, whichever romanisation they went through.

`key` throws away what romanisations disagree about: vowels, doubling, voice (McCune-Reischauer p against
Revised b, Wade-Giles t against pinyin d), l against r, kh and gh and q against k and g (Arabic, Russian,
Ukrainian), v against w and f, all the hissing sounds. Two spellings with one key are compared by
`similarity`, which weighs what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from clean.names.words import fold

_DOUBLED = re.compile(r"([bcdfghjklmnpqrstvwxz])\1+")
_HISS = "S"
_KEY_PAIRS = (
    ("shch", _HISS), ("sch", _HISS), ("tch", _HISS), ("dzh", _HISS), ("tsch", _HISS), ("cz", _HISS),
    ("kh", "K"), ("gh", "K"), ("ck", "K"), ("ph", "F"), ("th", "T"), ("dh", "T"), ("ng", "N"),
    ("zh", _HISS), ("sh", _HISS), ("ch", _HISS), ("ts", _HISS), ("tz", _HISS), ("dz", _HISS), ("dj", _HISS),
)  # fmt: skip
_KEY_LETTERS = {
    **dict.fromkeys("bp", "P"),
    **dict.fromkeys("dt", "T"),
    **dict.fromkeys("gkqc", "K"),
    **dict.fromkeys("fvw", "F"),
    **dict.fromkeys("szj", _HISS),
    **dict.fromkeys("lr", "L"),
    "m": "M",
    "n": "N",
    "x": "KS",
}
_VOWELS = frozenset("aeiouy")

_UNITS = re.compile("|".join(sorted((pair for pair, _ in _KEY_PAIRS), key=len, reverse=True)) + "|[a-z]")
_UNIT_CLASS = {**dict(_KEY_PAIRS), **_KEY_LETTERS}


@lru_cache(maxsize=1 << 16)
def key(word: str) -> str:
    """The skeleton of a word: "Kumsosun" and "Kumsusan" give "KMSSN"; a first vowel gives "A"."""
    folded = _DOUBLED.sub(r"\1", fold(word))
    skeleton: list[str] = []
    before = ""  # class of the unit directly before, "" behind a vowel
    for match in _UNITS.finditer(folded):
        unit, at = match.group(), match.start()
        if unit in _VOWELS:
            if at == 0:
                skeleton.append("A")
            before = ""
            continue
        sound = _sound(unit, folded, at)
        if sound and sound != before:
            skeleton.append(sound)
        before = sound or before
    return "".join(skeleton)


# In this order, one after the other, they do what the longest pair at each letter would: "ts" comes before
# "sh", since "tsh" is "ts" and "h", and "tsch" before both.
_PAIRS_IN_TURN = "tsch ts tz cz ck ng shch sch tch dzh sh zh ch kh gh ph th dh dz dj".split()
_PAIR_SOUNDS = tuple((pair, dict(_KEY_PAIRS)[pair]) for pair in _PAIRS_IN_TURN)
_SOFT_C = tuple((written, written.replace("c", _HISS)) for written in ("ce", "ci", "cy", "ic "))
_GLIDE = re.compile(r"w(?<=[^aeiouy ]w)")
_LETTER_SOUNDS = str.maketrans(
    {letter: sound for letter, sound in _KEY_LETTERS.items() if letter != "x"}
    | dict.fromkeys(_VOWELS, "-")
    | {"x": "X"}
)
_AGAIN = tuple((sound + sound, sound) for sound in "PTKFSLMNX")
_TWICE = tuple((letter + letter, letter) for letter in "bcdfghjklmnpqrstvwxz")


def keys(words: Sequence[str]) -> list[str]:
    """The `key` of each word, all of them at once: each step goes over all letters and not over each.

    A small part of the time of one after the other; `tests/names/test_sound.py` holds the two against each
    other.

    Args:
        words: of letters, one or more each.
    """
    together = " ".join(words)
    if together.isascii():
        return _plain_keys(f" {together} ".lower())
    plain = iter(keys([word for word in words if word.isascii()]))
    return [next(plain) if word.isascii() else key(word) for word in words]


def _plain_keys(text: str) -> list[str]:
    """The keys of words in small letters, each between two spaces; what is a sound already is a capital."""
    text = _once(text, _TWICE)
    for pair, sound in (*_PAIR_SOUNDS, *_SOFT_C):
        text = text.replace(pair, sound)
    text = _GLIDE.sub("", text).replace(" x", f" {_HISS}").replace(" h", " H").replace("h", "")
    for vowel in _VOWELS:
        text = text.replace(f" {vowel}", " A-")
    return _once(text.translate(_LETTER_SOUNDS), _AGAIN).replace("-", "").replace("X", "KS").split()


def _once(text: str, doubled: Iterable[tuple[str, str]]) -> str:
    for pair, single in doubled:
        while pair in text:
            text = text.replace(pair, single)
    return text


def _sound(unit: str, word: str, at: int) -> str:
    if unit == "h":
        return "H" if at == 0 else ""
    following = word[at + 1 : at + 2]
    if unit == "c" and (following in tuple("eiy") or (at == len(word) - 1 and word[at - 1 : at] == "i")):
        return _HISS  # Vucic, Cernihiv
    if unit == "x" and at == 0:
        return _HISS  # Xinhua
    if unit == "w" and at > 0 and word[at - 1] not in _VOWELS:
        return ""  # Kwangju, Hwasong: a glide
    return _UNIT_CLASS[unit]


_SPELLINGS = (
    # Two letters for one sound, each written as one sign, so that one sound is one step.
    ("shch", "š"), ("sch", "š"), ("tch", "č"), ("dzh", "ž"), ("sh", "š"), ("zh", "ž"), ("ch", "č"),
    ("cz", "č"),
    ("kh", "ĥ"), ("gh", "ğ"), ("ck", "k"), ("ph", "f"), ("th", "ţ"), ("dh", "ď"), ("ng", "ŋ"), ("ts", "c"),
    ("tz", "c"), ("oo", "u"), ("ou", "u"), ("ee", "i"), ("ae", "e"), ("ai", "e"), ("ay", "e"), ("ei", "e"),
    ("ey", "e"), ("eo", "o"), ("eu", "u"), ("yi", "i"), ("iy", "i"), ("ij", "i"), ("ks", "x"), ("qu", "k"),
)  # fmt: skip
_SPELLED = dict(_SPELLINGS)
_SPELLING = re.compile("|".join(spelling for spelling, _ in _SPELLINGS))

_NEAR_VOWELS = {frozenset(pair) for pair in ("iy", "ei", "ou", "ae", "uw", "ey")}
_GROUPS = ("bp", "dtţď", "gkqcĥğ", "kx", "xsšc", "szšžčjc", "lr", "fvw", "nŋ", "ĥh", "jž", "gž")
_NEAR = {frozenset((a, b)) for group in _GROUPS for a in group for b in group if a != b}

SPELT_OTHERWISE = 0.15
"""Cost of two spellings for the same sounds (Taidong, Taedong): alike, and still not the same."""


@lru_cache(maxsize=1 << 16)
def similarity(one: str, other: str, floor: float = 0.0) -> float:
    """1.0 for the same letters, less the more of the sounds differ; 0.0 where nothing is shared.

    An edit distance in which a doubled letter costs .2, a vowel for its neighbour .35, another vowel .45, a
    consonant for one that some romanisation writes for it .35, a vowel or an h more or less .5, and all else
    1, over the length in sounds. What falls below `floor` may come out lower than it is, and sooner.
    """
    a, b = fold(one), fold(other)
    if a == b:
        return 1.0
    x, y = _sounds(a), _sounds(b)
    if not x.vowels or not y.vowels:
        return 0.0  # an abbreviation: "Stcks" in a table
    longest = max(len(x.letters), len(y.letters))
    limit = (1 - floor) * longest
    cost = max(_distance(x, y, limit) + 0.2 * abs(x.doubled - y.doubled), SPELT_OTHERWISE)
    return max(0.0, 1 - cost / longest)


class Shape(NamedTuple):
    """What can be said of the likeness of two words before their letters are compared one by one."""

    size: int
    """How many letters the word has as it is compared."""
    letters: int
    """Which letters, a bit each."""


def within_reach(one: Shape, others: Iterable[tuple[str, Shape]], floor: float) -> Iterator[str]:
    """The other words whose `similarity` could be `floor` or more, by the letters that one side lacks.

    Every such letter costs .35 at least, wherever it stands.
    """
    size, here = one
    share = (1 - floor) / 0.35 + 1e-9
    most = share * size
    for word, (other_size, there) in others:
        lacking = (here & ~there).bit_count()
        if lacking <= most or lacking <= share * other_size:
            lacking = (there & ~here).bit_count()
            if lacking <= most or lacking <= share * other_size:
                yield word


_BITS = {letter: 1 << number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyzšžčĥğţďŋ")}


def shapes(folded: Sequence[str]) -> list[Shape]:
    """The shapes of folded words, all of them at once, as `keys` does it."""
    if not folded:
        return []
    spelt = _spelt(_DOUBLED.sub(r"\1", "\n".join(folded))).split("\n")
    return [Shape(len(word), _letters(word)) for word in spelt]


def _letters(spelt: str) -> int:
    try:
        return sum(set(map(_BITS.__getitem__, spelt)))
    except KeyError:  # letters of another script, which share the bits that are left
        return sum({_BITS.get(letter) or 1 << len(_BITS) + ord(letter) % 16 for letter in spelt})


@lru_cache(maxsize=1 << 16)
def shape(word: str) -> Shape:
    """The shape of one word, whatever its case and marks."""
    return shapes([fold(word)])[0]


def _spelt(single: str) -> str:
    """One sign a sound, in a word without doubled letters."""
    return _SPELLING.sub(lambda match: _SPELLED[match.group()], single)


class _Sounds(NamedTuple):
    """A folded word as it is compared."""

    letters: str
    """One sign a sound, nothing doubled."""
    extra: tuple[float, ...]
    """What each of them costs where the other word lacks it."""
    doubled: int
    """How many letters were doubled."""
    vowels: bool


@lru_cache(maxsize=1 << 16)
def _sounds(folded: str) -> _Sounds:
    single = _DOUBLED.sub(r"\1", folded)
    letters = _spelt(single)
    extra = tuple(_extra(letter, letters[at - 1 : at]) for at, letter in enumerate(letters))
    return _Sounds(letters, extra, len(folded) - len(single), not _VOWELS.isdisjoint(folded))


def _distance(x: _Sounds, y: _Sounds, limit: float) -> float:
    """The cost, or more than the limit as soon as it must be more."""
    swaps = _SWAPS
    row = [0.0]
    for extra in y.extra:
        row.append(row[-1] + extra)
    for letter, extra in zip(x.letters, x.extra, strict=True):
        diagonal = row[0]
        left = diagonal + extra
        new = [left]
        for at, other in enumerate(y.letters, 1):
            above = row[at]
            swapped = diagonal if letter == other else diagonal + swaps.get(letter + other, 1.0)
            left += y.extra[at - 1]
            if swapped < left:
                left = swapped
            if above + extra < left:
                left = above + extra
            new.append(left)
            diagonal = above
        row = new
        if min(row) > limit:
            return float(len(x.letters) + len(y.letters))
    return row[-1]


def _extra(letter: str, before: str) -> float:
    if letter == before:
        return 0.2
    if letter in _VOWELS or letter in "hw":
        return 0.5
    return 1.0


def _swap(one: str, other: str) -> float:
    pair = frozenset((one, other))
    if one in _VOWELS and other in _VOWELS:
        return 0.35 if pair in _NEAR_VOWELS else 0.45
    return 0.35 if pair in _NEAR or pair in _NEAR_VOWELS else 1.0


_LETTERS = sorted({*_VOWELS, *"".join(_GROUPS), *"uw"})
_SWAPS = {
    one + other: cost
    for one in _LETTERS
    for other in _LETTERS
    if one != other and (cost := _swap(one, other)) < 1
}
"""What two letters cost that stand for one another, where it is less than 1."""


def sex_marked(one: str, other: str) -> bool:
    """Whether the two differ as a man's and a woman's surname do: Navalny, Navalnaya; Petrov, Petrova."""
    a, b = fold(one), fold(other)
    if a.endswith("a") == b.endswith("a"):
        return False
    return (b if a.endswith("a") else a).endswith(("v", "n", "y", "i", "j", "k", "l", "c"))


def derived(one: str, other: str) -> bool:
    """Whether one is the other with an ending: Putins, Iraqi, Pokrovske. Names of their own, or grammar.

    A doubled last letter is no ending (Tas, Tass), nor is a silent h (Hizbulla), nor the g that
    Russian and Japanese leave out (Taedon, Taedong).
    """
    short, long = sorted((fold(one), fold(other)), key=len)
    ending = long[len(short) :]
    no_ending = ending in (short[-1:], "h") or (ending == "g" and short.endswith("n"))
    return long.startswith(short) and 0 < len(ending) <= 3 and not no_ending
