"""Repairs that make room for repairs: the seam in `statement In May, .` shows when the comma is gone.

All rules of a stage see one text, so damage under damage would need the stage twice. `to_the_end` looks again
at what it repaired, until nothing is left, and hands back one script on the text it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clean.edits import Script, apply, settle
from clean.model import Edit, Json

MOST_PASSES = 6
"""Random dirt needed three."""


def to_the_end(text: str, edits: Iterable[Edit], find: Callable[[str], Iterable[Edit]]) -> Script:
    """One script on `text`: these edits, and those that `find` proposes on what comes of them."""
    script = settle(edits)
    for _ in range(MOST_PASSES):
        repaired = apply(text, script)
        further = settle(find(repaired))
        if not further:
            break
        script = compose(text, script, further)
    return script


def compose(text: str, first: Script, second: Script) -> Script:
    """One script on `text` that does what `first` and then `second` do.

    Edits of the two that touch become one edit, under the rule of the first, with all rules as evidence.

        >>> one = (Edit(3, ", .", ".", "comma-full-stop"),)
        >>> compose("May, .", one, (Edit(0, "May", "may", "seam"),))[0][:4]
        (0, 'May, .', 'may.', 'seam')
    """
    between = apply(text, first)
    shift = 0
    # [start, end) between the two scripts, which script, the edit, and how far `first` has moved what follows
    spans: list[tuple[int, int, int, Edit, int]] = []
    for edit in first:
        start = edit.start + shift
        shift += len(edit.new) - len(edit.old)
        spans.append((start, start + len(edit.new), 0, edit, shift))
    spans += [(edit.start, edit.end, 1, edit, 0) for edit in second]
    spans.sort(key=lambda span: span[:3])
    composed: list[Edit] = []
    moved, at = 0, 0
    while at < len(spans):
        stop, reach = at + 1, spans[at][1]
        while stop < len(spans) and spans[stop][0] <= reach:
            reach = max(reach, spans[stop][1])
            stop += 1
        cluster = spans[at:stop]
        earlier = [span for span in cluster if span[2] == 0]
        later = [span[3] for span in cluster if span[2] == 1]
        before, moved = moved, earlier[-1][4] if earlier else moved
        if not later:
            composed += [span[3] for span in earlier]
        else:
            left = cluster[0][0]
            local = settle(edit._replace(start=edit.start - left) for edit in later)
            old = text[left - before : reach - moved]
            composed.append(
                _merged(left - before, old, apply(between[left:reach], local), [span[3] for span in cluster])
            )
        at = stop
    return tuple(edit for edit in composed if edit.old != edit.new)


def _merged(start: int, old: str, new: str, parts: list[Edit]) -> Edit:
    if len(parts) == 1:
        return parts[0]._replace(start=start)
    rules: list[Json] = [part.rule for part in parts]
    return Edit(start, old, new, parts[0].rule, {**parts[0].because, "rules": rules})
