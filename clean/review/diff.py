"""Raw against cleaned text for the terminal: by line, by word, side by side, or as counts.

Built from the edits of the trail (`align`, `rows`), so each changed line names the rules that changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from clean.model import Document, Edit
from clean.review.align import Mark, align
from clean.review.record import cleaned_name, cut_trail, kind
from clean.review.rows import Block, Line, blocks
from clean.review.terminal import Span, clipped, padded, visible, width, wrapped

MARGIN = 34
"""Columns that the names of rules may take."""

Output = Iterator[list[Span]]
"""Lines of output, each in styled pieces."""


class Changes(NamedTuple):
    """Two texts of one document and what lies between them."""

    source: str
    target: str
    start: str
    end: str
    blocks: tuple[Block, ...]
    dropped: str
    """The rule that dropped the document, or ""."""

    @property
    def changed(self) -> list[Block]:
        """The blocks in which the texts differ."""
        return [block for block in self.blocks if not block.equal]


Wanted = Callable[[Mark], bool]


def everything(_: Mark) -> bool:
    """The test that every edit passes."""
    return True


def wanted(rules: Sequence[str] = (), classes: Sequence[str] = ()) -> Wanted:
    """A test for edits: by rule (`stage/id`, `id`, or with `*`) and by class."""
    if not rules and not classes:
        return everything

    def test(mark: Mark) -> bool:
        rule = mark.edit.rule
        names = (rule, rule.rpartition("/")[2])
        if rules and not any(fnmatchcase(name, given) for given in rules for name in names):
            return False
        return not classes or kind(mark.stage, mark.edit) in classes

    return test


def has(change: Changes, test: Wanted) -> bool:
    """Whether there is something to show: an edit that passes the test, or a dropped document."""
    fits = any(test(mark) for block in change.changed for mark in block.marks)
    return fits or bool(change.dropped and test is everything)


def changes(document: Document, start: str = "raw", end: str = "cleaned") -> Changes:
    """What happened between two stages of a document.

    Args:
        document: with its trail.
        start: a stage, for the text after it, or "raw".
        end: a stage, or "cleaned".

    Raises:
        UsageError: no such stage.
    """
    text, patches = cut_trail(document, start, end)
    source = document.origin.source if document.origin else document.id
    drop = next((patch.drop.rule for patch in patches if patch.drop), "")
    return Changes(source, cleaned_name(source), start, end, tuple(blocks(align(text, patches))), drop)


def by_line(
    change: Changes, test: Wanted, *, context: int = 1, columns: int | None = None, words: bool = False
) -> Output:
    """The changed lines, the rules in the margin, a few unchanged lines around them.

    Args:
        change: of one document.
        test: which edits to show.
        context: unchanged lines before and after each change; blank ones do not count.
        columns: of the terminal, to wrap at; None leaves long lines alone.
        words: one line for both sides, with what went and what came in place.
    """
    shown = [block for block in change.blocks if not block.equal and any(map(test, block.marks))]
    if not shown and not (change.dropped and test is everything):
        return
    yield from heading(change, shown)
    if not shown:
        yield []
        return
    margin = min(MARGIN, max(len(mark.edit.rule) for block in shown for mark in block.marks) + 2)
    numbers = len(str(max(line.number for block in change.blocks for line in (*block.old, *block.new))))
    room = None if columns is None else max(24, columns - numbers - margin - 5)
    marked = set(map(id, shown))
    for block in _folded(change.blocks, marked, context):
        if isinstance(block, int):
            yield [Span(f"{'':>{numbers}} {'':{margin}} ┊ ", "dim"), Span(_lines_said(block), "dim")]
            continue
        for number, sign, spans, rules in _printed(block, words=words, plain=id(block) not in marked):
            if sign == " " and room is not None:  # what did not change need not be read in full
                spans = [Span(clipped(spans[0].text, room), "dim")]
            names = iter(rules)
            for i, piece in enumerate(wrapped(spans, room)):
                name = next(names, "")
                if room is None and (more := len(list(names))):
                    name = f"{clipped(name, margin - 4)} +{more}"
                yield [
                    Span(f"{number if i == 0 else '':>{numbers}} ", "dim"),
                    Span(padded(clipped(name, margin), margin), "rule"),
                    Span(" │", "dim"),
                    *(_signed(sign if i == 0 or sign.strip() else " ")),
                    *piece,
                ]
    yield []


def _lines_said(count: int) -> str:
    return f"{count} line{'s' if count != 1 else ''}"


def _signed(sign: str) -> list[Span]:
    return [Span(sign, {"-": "old", "+": "new", "~": "warn"}.get(sign, ""))]


def heading(change: Changes, shown: Sequence[Block]) -> Output:
    """Whose changes these are."""
    went = sum(len(block.old) for block in shown if not block.new)
    repaired = sum(bool(block.old and block.new) for block in shown)
    facts = [f"{went} line{'s' if went != 1 else ''} gone", f"{repaired} changed"]
    if (change.start, change.end) != ("raw", "cleaned"):
        facts.append(f"{change.start} → {change.end}")
    said = f"  {' · '.join(facts)}" if shown else ""
    yield [Span(visible(change.source), "head"), Span(said, "dim")]
    if change.dropped:
        yield [Span(f"  the whole document was dropped by {change.dropped}", "warn")]


def _folded(every: Sequence[Block], shown: set[int], context: int) -> Iterator[Block | int]:
    """The shown blocks and their surroundings; a number stands for so many lines left out."""
    near: set[int] = set()
    at = [i for i, block in enumerate(every) if id(block) in shown]
    for i in at:
        near.add(i)
        for neighbours in (range(i - 1, -1, -1), range(i + 1, len(every))):
            filled = 0
            for j in neighbours:
                if filled == context or id(every[j]) in shown:
                    break
                near.add(j)
                filled += bool(every[j].old and every[j].old[0].text.strip())
    left_out = 0
    for i, block in enumerate(every):
        if i in near:
            if left_out:
                yield left_out
            left_out = 0
            yield block
        else:
            left_out += max(len(block.old), len(block.new))
    if left_out:
        yield left_out


_Printed = tuple[int | str, str, list[Span], list[str]]


def _printed(block: Block, *, words: bool, plain: bool) -> Iterator[_Printed]:
    """Line number, sign, styled text and rules of each line of a block."""
    if block.equal or plain:
        for line in block.new:
            yield (block.old[0].number if block.old else "", " ", [Span(visible(line.text), "dim")], [])
        return
    if words and block.old and block.new:
        yield block.old[0].number, "~", list(_woven(block)), rules_of(block.marks)
        return
    told: set[str] = set()
    for line in block.old:
        rules = rules_of(line.marks)
        told.update(rules)
        yield line.number, "-", _side(line, "old", whole=not block.new), rules
    for at, line in enumerate(block.new):
        rest = [rule for rule in rules_of(block.marks if at == 0 else line.marks) if rule not in told]
        told.update(rest)
        yield "", "+", _side(line, "new", whole=not block.old), rest


def rules_of(marks: Iterable[Mark]) -> list[str]:
    """The rules of some edits, each once."""
    return list(dict.fromkeys(mark.edit.rule for mark in marks))


def _side(line: Line, side: str, *, whole: bool) -> list[Span]:
    """A line of one side; where the line was only changed, the changed characters stand out."""
    return [
        Span(
            visible(part.text, changed=bool(part.marks)),
            f"{side}-strong" if part.marks and not whole else side,
        )
        for part in line.parts
    ]


def _woven(block: Block) -> Iterator[Span]:
    """Both sides of a block in one line: [-gone-]{+come+}."""
    old = [part for line in block.old for part in (*line.parts, None)][:-1]
    new = [part for line in block.new for part in (*line.parts, None)][:-1]
    i = j = 0
    while i < len(old) or j < len(new):
        a, b = (old[i] if i < len(old) else None), (new[j] if j < len(new) else None)
        if a and a.marks:
            yield Span(f"[-{visible(a.text, changed=True)}-]", "old")
            i += 1
        elif b and b.marks:
            yield Span(f"{{+{visible(b.text, changed=True)}+}}", "new")
            j += 1
        elif a and b:  # equal text, perhaps cut at other places on the other side
            if a.text == b.text:
                yield Span(visible(a.text))
                i, j = i + 1, j + 1
            else:
                shorter = min(a.text, b.text, key=len)
                yield Span(visible(shorter))
                old[i] = a._replace(text=a.text[len(shorter) :]) if a.text != shorter else a
                new[j] = b._replace(text=b.text[len(shorter) :]) if b.text != shorter else b
                i += a.text == shorter
                j += b.text == shorter
        else:
            yield Span(" ⏎ ", "dim")
            i += i < len(old) and a is None
            j += j < len(new) and b is None


def side_by_side(change: Changes, test: Wanted, *, context: int = 1, columns: int | None = None) -> Output:
    """Two columns, the letter of each change between them and its rules below the heading of the row."""
    shown = [block for block in change.blocks if not block.equal and any(map(test, block.marks))]
    if not shown and not (change.dropped and test is everything):
        return
    yield from heading(change, shown)
    if not shown:
        yield []
        return
    margin = min(MARGIN, max(len(mark.edit.rule) for block in shown for mark in block.marks))
    half = max(20, ((columns or 200) - margin - 8) // 2)
    marked = set(map(id, shown))
    for block in _folded(change.blocks, marked, context):
        if isinstance(block, int):
            yield [Span(f"{'':{margin}} ┊ {_lines_said(block)}", "dim")]
            continue
        plain = block.equal or id(block) not in marked
        left = list(_column(block.old, "" if plain else "old", half, whole=not block.new))
        right = list(_column(block.new, "" if plain else "new", half, whole=not block.old))
        names = [] if plain else rules_of(block.marks)
        for i in range(max(len(left), len(right), len(names))):
            a = left[i] if i < len(left) else []
            b = right[i] if i < len(right) else []
            filler = " " * (half - sum(width(span.text) for span in a))
            name = clipped(names[i], margin) if i < len(names) else ""
            yield [
                Span(padded(name, margin), "rule"),
                Span(" │ ", "dim"),
                *a,
                Span(filler),
                Span(" │ ", "dim"),
                *b,
            ]
    yield []


def _column(lines: Sequence[Line], side: str, columns: int, *, whole: bool) -> Output:
    for line in lines:
        spans = _side(line, side, whole=whole) if side else [Span(visible(line.text), "dim")]
        yield from wrapped(spans, columns)


class Count(NamedTuple):
    """What happened to one document."""

    source: str
    gone: int
    """Lines of the first text that have no line in the second."""
    changed: int
    removed: int
    """Characters that edits took."""
    written: int
    """Characters that edits put there."""
    dropped: str


def count(change: Changes, test: Wanted) -> Count:
    """The changes as numbers; each edit counts once."""
    shown = [block for block in change.changed if any(map(test, block.marks))]
    edits: dict[tuple[int, int], Edit] = {
        (mark.patch, mark.number): mark.edit for block in shown for mark in block.marks if test(mark)
    }
    return Count(
        change.source,
        sum(len(block.old) for block in shown if not block.new),
        sum(bool(block.old and block.new) for block in shown),
        sum(len(edit.old) for edit in edits.values()),
        sum(len(edit.new) for edit in edits.values()),
        change.dropped,
    )


def stat(counts: Sequence[Count], *, columns: int | None = None) -> Output:
    """One line a document with a bar of what went, and a line of sums."""
    if not counts:
        return
    name = min(50, max(width(one.source) for one in counts))
    most = max(1, *(one.removed for one in counts))
    bar = max(8, (columns or 90) - name - 44)
    for one in counts:
        size = max(1, round(one.removed / most * bar)) if one.removed else 0
        yield [
            Span(padded(clipped(visible(one.source), name), name)),
            Span(" │ ", "dim"),
            Span(f"{one.gone:>5} gone", "old"),
            Span(f"{one.changed:>5} changed", "new"),
            Span(f"{one.removed:>9,} chars ", "dim"),
            Span("▇" * size, "old"),
            Span(f" dropped: {one.dropped}" if one.dropped else "", "warn"),
        ]
    yield [
        Span(
            f"{len(counts):,} documents, {sum(one.gone for one in counts):,} lines gone, "
            f"{sum(one.changed for one in counts):,} changed, "
            f"{sum(one.removed for one in counts):,} characters removed, "
            f"{sum(one.written for one in counts):,} written"
        )
    ]
