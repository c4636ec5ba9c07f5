"""Raw against cleaned text as a patch: hunks of changed lines with their context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from clean.review.diff import Changes, Wanted, rules_of
from clean.review.rows import Block, Line
from clean.review.terminal import visible


def unified(change: Changes, test: Wanted, *, context: int = 3, safe: bool = False) -> Iterator[str]:
    """A patch as `patch` and delta read it; the rules stand behind the `@@` of each hunk.

    Args:
        change: of one document.
        test: which edits to show; a hunk without one of them is left out, and the others still apply.
        context: unchanged lines around each change.
        safe: make hostile characters visible: for people, since the result no longer applies exactly.
    """
    hunks = [
        hunk
        for hunk in _hunks(change.blocks, context)
        if any(test(m) for b in hunk if not b.equal for m in b.marks)
    ]
    if not hunks:
        return
    yield f"--- raw/{change.source}\n"
    yield f"+++ cleaned/{change.target}\n"
    sizes = (len(block.old) for block in change.blocks)
    before = dict(zip(map(id, change.blocks), accumulate(sizes, initial=0), strict=False))
    shift = 0
    for hunk in hunks:
        old = [line for block in hunk for line in block.old]
        new = [line for block in hunk for line in block.new]
        first = before[id(hunk[0])] + 1
        rules = " ".join(rules_of(mark for block in hunk if not block.equal for mark in block.marks))
        yield f"@@ -{_range(first, len(old))} +{_range(first + shift, len(new))} @@ {rules}\n"
        shift += len(new) - len(old)
        for block in hunk:
            if block.equal:
                yield from _patch_line(" ", block.old[0], safe=safe)
                continue
            for line in block.old:
                yield from _patch_line("-", line, safe=safe)
            for line in block.new:
                yield from _patch_line("+", line, safe=safe)


def _range(first: int, count: int) -> str:
    return f"{first if count else first - 1},{count}"


def _patch_line(sign: str, line: Line, *, safe: bool) -> Iterator[str]:
    yield f"{sign}{visible(line.text, changed=sign != ' ') if safe else line.text}\n"
    if not line.ended:
        yield "\\ No newline at end of file\n"


def _hunks(every: Sequence[Block], context: int) -> Iterator[list[Block]]:
    """Changed blocks with their context; changes whose contexts meet share a hunk."""
    hunk: list[Block] = []
    quiet = 0
    before: list[Block] = []
    for block in every:
        if not block.equal:
            if not hunk:
                hunk = before[len(before) - min(context, len(before)) :]
            hunk.append(block)
            quiet = 0
        elif hunk:
            hunk.append(block)
            quiet += 1
            if quiet > 2 * context:
                yield hunk[: len(hunk) - (quiet - context)]
                before = hunk[len(hunk) - (quiet - context) :]
                hunk, quiet = [], 0
        else:
            before.append(block)
    if hunk:
        yield hunk[: len(hunk) - max(0, quiet - context)]
