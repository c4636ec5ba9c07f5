"""The edit script: settle conflicts, apply, invert, and map offsets from one side to the other.

    >>> from clean.model import Edit
    >>> name = Edit(4, "Kumsosun", "Kumsusan", "names/mangled")
    >>> script = settle([name, Edit(17, ". .", ".", "translation/stops")])
    >>> apply("The Kumsosun hall. .", script)
    'The Kumsusan hall.'
    >>> apply("The Kumsusan hall.", invert(script))
    'The Kumsosun hall. .'

A *script* is a tuple of edits in order of position that do not overlap. All its offsets are in the
text before the script, so edits never shift one another.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import add, itemgetter, sub
from typing import TypeAlias

from clean.errors import EditError
from clean.model import Document, Edit, Json, Patch

Script: TypeAlias = tuple[Edit, ...]

DIFF_TOKENS = 400
"""Above this many tokens on a side, `diff_edits` gives one edit from the first to the last difference:
difflib is quadratic (an article of 11 KB took 7 s by characters)."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def settle(edits: Iterable[Edit]) -> Script:
    """The edits that can all be made: leftmost first, then in the order proposed.

    An insertion at the border of another edit is kept; two edits that would write the same place are
    not, and the later one is left out. Edits that change nothing are left out too.
    """
    settled: list[Edit] = []
    reach = inserted = -1
    for edit in sorted(edits, key=itemgetter(0)):
        start, old, new, _, _ = edit
        if start < reach or start == inserted or old == new:
            continue
        settled.append(edit)
        reach = start + len(old)
        inserted = -1 if old else start
    return tuple(settled)


def apply(text: str, script: Sequence[Edit]) -> str:
    """The text with every edit made; each old text is checked first.

    Raises:
        EditError: an edit's old text is not what stands there, or two edits overlap.
    """
    pieces: list[str] = []
    done = 0
    for start, old, new, rule, _ in script:
        if start < done:
            raise EditError("edit-overlaps", f"the edit of {rule} at {start} begins before {done}")
        if not text.startswith(old, start):
            found = text[start : start + len(old)]
            raise EditError(
                "edit-does-not-fit",
                f"{rule} at {start} expects {old[:60]!r} but the text has {found[:60]!r}",
            )
        pieces += (text[done:start], new)
        done = start + len(old)
    pieces.append(text[done:])
    return "".join(pieces)


def invert(script: Sequence[Edit]) -> Script:
    """The script that leads back: its offsets are in the text after `script`."""
    inverted = []
    shift = 0
    for edit in script:
        inverted.append(Edit(edit.start + shift, edit.new, edit.old, edit.rule, edit.because))
        shift += len(edit.new) - len(edit.old)
    return tuple(inverted)


def compose(text: str, first: Script, second: Script) -> Script:
    """One script, on the text before `first`, that does what `first` and then `second` do.

    For a stage whose second step must see the result of its first. Where edits of both meet, they become one
    edit under the rule of the second; `because["after"]` names the first's.

    Args:
        text: before `first`.
        first: settled, on `text`.
        second: settled, on the text that `first` gives.
    """
    middle = apply(text, first)
    shift = 0
    composed: list[Edit] = []
    for earlier, later in _clusters(first, second):
        grown = sum(len(edit.new) - len(edit.old) for edit in earlier)
        if not later:
            composed += earlier
        elif not earlier:
            composed += [edit._replace(start=edit.start - shift) for edit in later]
        else:
            start = min(earlier[0].start + shift, later[0].start)
            end = max(earlier[-1].end + shift + grown, later[-1].end)
            old = text[start - shift : end - shift - grown]
            new = apply(middle[start:end], [edit._replace(start=edit.start - start) for edit in later])
            names = list[Json](sorted({edit.rule for edit in earlier}))
            because = {**later[-1].because, "after": names}
            composed.append(Edit(start - shift, old, new, later[-1].rule, because))
        shift += grown
    return settle(composed)


def _clusters(first: Script, second: Script) -> Iterator[tuple[list[Edit], list[Edit]]]:
    """Edits of both scripts that overlap in the text between the two, or touch where one is an insertion."""
    shift = 0
    spans: list[tuple[int, int, int, Edit]] = [(edit.start, edit.end, 1, edit) for edit in second]
    for edit in first:
        spans.append((edit.start + shift, edit.start + shift + len(edit.new), 0, edit))
        shift += len(edit.new) - len(edit.old)
    reach, sticky = -1, False
    cluster: tuple[list[Edit], list[Edit]] = [], []
    for start, end, which, edit in sorted(spans, key=lambda span: span[:3]):
        if reach >= 0 and (start > reach or (start == reach and not sticky)):
            yield cluster
            cluster = [], []
        cluster[which].append(edit)
        if end >= reach:
            sticky = not edit.old or (sticky and end == reach)
        reach = max(reach, end)
    if reach >= 0:
        yield cluster


def undo(text: str, trail: Sequence[Patch]) -> str:
    """The text before the first patch of the trail, given the text after its last one."""
    for patch in reversed(trail):
        text = apply(text, invert(patch.edits))
    return text


def raw(document: Document) -> str:
    """The text as it was read, exactly."""
    return undo(document.text, document.trail)


def versions(document: Document) -> list[str]:
    """The text before each patch of the trail and, last, the present one: n patches give n + 1 texts."""
    texts = [document.text]
    for patch in reversed(document.trail):
        texts.append(apply(texts[-1], invert(patch.edits)))
    return texts[::-1]


class OffsetMap:
    """Offsets from one side of a script to the other, by bisection.

    An offset inside replaced text goes to the start of what stands there on the other side.
    """

    def __init__(self, script: Sequence[Edit]) -> None:
        old = [len(edit.old) for edit in script]
        new = [len(edit.new) for edit in script]
        shifts = [0, *accumulate(map(sub, new, old))]
        self._starts = [edit.start for edit in script]
        self._ends = list(map(add, self._starts, old))
        self._new_starts = list(map(add, self._starts, shifts))
        self._new_ends = list(map(add, self._new_starts, new))

    def to_after(self, offset: int) -> int:
        """Where an offset of the text before the script stands after it."""
        return _across(offset, self._starts, self._ends, self._new_starts, self._new_ends)

    def to_before(self, offset: int) -> int:
        """Where an offset of the text after the script stood before it."""
        return _across(offset, self._new_starts, self._new_ends, self._starts, self._ends)


def _across(offset: int, starts: list[int], ends: list[int], to_starts: list[int], to_ends: list[int]) -> int:
    at = bisect_right(starts, offset) - 1
    if at < 0:
        return offset
    if offset < ends[at]:
        return to_starts[at]
    return to_ends[at] + offset - ends[at]


def to_raw(trail: Sequence[Patch], offset: int) -> int:
    """Where an offset of the text after the trail stood in the raw text."""
    for patch in reversed(trail):
        offset = OffsetMap(patch.edits).to_before(offset)
    return offset


def diff_edits(old: str, new: str, rule: str, start: int = 0) -> Iterator[Edit]:
    """Edits, word by word, that turn a short `old` into `new`; offsets are shifted by `start`.

    For rewrites that come from a library as a whole new line (ftfy). Long differences become one edit.
    """
    if old == new:
        return
    left = _common_prefix(old, new)
    right = _common_prefix(old[left:][::-1], new[left:][::-1])
    a, b = old[left : len(old) - right], new[left : len(new) - right]
    tokens_a, tokens_b = _TOKEN.findall(a), _TOKEN.findall(b)
    if max(len(tokens_a), len(tokens_b)) > DIFF_TOKENS:
        yield Edit(start + left, a, b, rule)
        return
    offsets = [0, *accumulate(map(len, tokens_a))]
    matcher = difflib.SequenceMatcher(None, tokens_a, tokens_b, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield Edit(start + left + offsets[i1], "".join(tokens_a[i1:i2]), "".join(tokens_b[j1:j2]), rule)


def _common_prefix(a: str, b: str) -> int:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length
