"""Take edits of a trail back: all of them (the raw text), those of one rule, or any that a person rejected.

What later stages did is kept: their edits move to where their text now stands. An edit that cannot be kept,
because it rewrote what is being put back, is left out and reported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from clean import edits
from clean.model import Document, Drop, Edit, Note, Patch
from clean.review.align import align

Revise = Callable[[int, Patch, str], tuple[Sequence[Edit], Sequence[Note], Drop | None]]
"""Number of the patch, the patch, and the text its stage received → what the patch should hold instead."""


class Conflict(NamedTuple):
    """A later edit that could not be kept."""

    stage: str
    edit: Edit
    why: str


class Restored(NamedTuple):
    """A document whose trail was revised; its raw text is unchanged."""

    document: Document
    conflicts: tuple[Conflict, ...]


def without(document: Document, rule: str) -> Restored:
    """The document as if one rule (`stage/id`, or its id alone) had found nothing."""

    def revise(_: int, patch: Patch, __: str) -> tuple[list[Edit], list[Note], Drop | None]:
        drop = None if patch.drop and named(patch.drop.rule, rule) else patch.drop
        return [edit for edit in patch.edits if not named(edit.rule, rule)], list(patch.notes), drop

    return revised(document, revise)


def named(full: str, given: str) -> bool:
    """Whether a rule goes by this name: `boilerplate/share-line`, or `share-line` for short."""
    return full == given or full.rpartition("/")[2] == given


def revised(document: Document, revise: Revise) -> Restored:
    """The document with every patch of its trail revised, in order, and later edits moved along.

    Args:
        document: with its trail.
        revise: offsets of what it returns count in the text that the stage received, as always.

    Raises:
        EditError: a revised edit does not fit its text.
    """
    texts = edits.versions(document)
    trail: list[Patch] = []
    conflicts: list[Conflict] = []
    now = texts[0]
    moved: tuple[Edit, ...] = ()  # the script from the text a stage received to the text it would receive now
    for number, patch in enumerate(document.trail):
        wanted, notes, drop = revise(number, patch, texts[number])
        script, lost = _rebased(edits.settle(wanted), moved)
        conflicts += [Conflict(patch.stage, edit, why) for edit, why in lost]
        there = edits.OffsetMap(moved)
        revision = Patch(
            patch.stage,
            patch.version,
            script,
            tuple(
                note._replace(start=there.to_after(note.start), end=there.to_after(note.end))
                for note in notes
            ),
            drop,
        )
        moved = _script(texts[number + 1], (edits.invert(patch.edits), moved, script))
        now = edits.apply(now, script)
        if revision.edits or revision.notes or revision.drop:
            trail.append(revision)
    return Restored(replace(document, text=now, trail=tuple(trail)), tuple(conflicts))


def _script(text: str, scripts: Sequence[Sequence[Edit]]) -> tuple[Edit, ...]:
    """Several scripts, one after the other, as one; what one takes and another gives back is left out."""
    patches = [Patch("", "", tuple(script)) for script in scripts]
    script: list[Edit] = []
    at = 0
    for stretch in align(text, patches):
        if stretch.marks:
            if script and script[-1].end == at:
                last = script.pop()
                script.append(last._replace(old=last.old + stretch.old, new=last.new + stretch.new))
            else:
                script.append(Edit(at, stretch.old, stretch.new, ""))
        at += len(stretch.old)
    return tuple(edit for edit in script if edit.old != edit.new)


def _rebased(
    script: Sequence[Edit], moved: Sequence[Edit]
) -> tuple[tuple[Edit, ...], list[tuple[Edit, str]]]:
    """A script for the text after `moved`, and the edits that found no place there."""
    kept: list[Edit] = []
    lost: list[tuple[Edit, str]] = []
    first = 0
    shift = 0
    for edit in script:
        while first < len(moved) and _before(moved[first], edit):
            shift += len(moved[first].new) - len(moved[first].old)
            first += 1
        inside = []
        for change in moved[first:]:
            if change.start >= edit.end:
                break
            inside.append(change)
        if not inside:
            kept.append(edit._replace(start=edit.start + shift))
        elif edit.new or any(change.start < edit.start or change.end > edit.end for change in inside):
            back = " ".join(inside[0].new.split())
            lost.append((edit, f"it rewrites the place where “{back[:60]}” was put back"))
        else:
            kept += _around(edit, inside, shift)
    return tuple(kept), lost


def _before(change: Edit, edit: Edit) -> bool:
    """Whether a change lies before an edit; text put back exactly at its start does."""
    return change.end <= edit.start


def _around(edit: Edit, inside: Sequence[Edit], shift: int) -> list[Edit]:
    """A deletion in pieces: whole lines that were put back inside it stay.

    Words that were put back inside a deleted line go with the line.
    """
    pieces: list[Edit] = []
    begin = at = edit.start
    doomed = ""
    for change in inside:
        doomed += edit.old[at - edit.start : change.start - edit.start]
        at = change.end
        if change.old or "\n" not in change.new:
            doomed += change.new
            continue
        if doomed:
            pieces.append(edit._replace(start=begin + shift, old=doomed))
        shift += len(doomed) - (change.start - begin) + len(change.new)
        begin, doomed = change.end, ""
    doomed += edit.old[at - edit.start :]
    return [*pieces, edit._replace(start=begin + shift, old=doomed)] if doomed else pieces
