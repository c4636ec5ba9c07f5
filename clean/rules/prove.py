"""A pack proves itself: each rule does what its examples say, undoes it, and leaves its near misses alone.

Used by the tests and by `clean rules test` alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from clean import edits
from clean.model import Document, Edit, Finding, Json, Stage
from clean.pipeline import commit
from clean.rules.model import Rule


class Failure(NamedTuple):
    """An example that does not hold."""

    rule: Rule
    what: str
    example: str
    got: str

    def __str__(self) -> str:
        place = f"{self.rule.origin}: {self.rule.name}"
        return f"{place}: {self.what}\n  example: {self.example!r}\n  got:     {self.got!r}"


def prove(rules: Sequence[Rule], build: Callable[[Sequence[Rule]], Stage]) -> Iterator[Failure]:
    """Every way in which the rules break their own word; nothing when all is well.

    1. The rule alone turns *before* into exactly *after*; undo gives *before*.
    2. It proposes nothing on *after*, nor on `leaves`.
    3. Among all rules the same characters go under its name, or under one of `shadowed_by`.

    Args:
        rules: what stands together in a run.
        build: the stage with just these rules.
    """
    whole = build(rules)
    for rule in rules:
        alone = build([rule])
        if rule.do == "keep":
            yield from _prove_keep(rule, alone, whole)
            continue
        for before, after in rule.changes:
            yield from _prove_change(rule, alone, before, after)
            yield from _prove_name(rule, alone, whole, before)
        for text in rule.leaves:
            found = own(rule, alone(_document(text, rule)))
            if found:
                yield Failure(rule, "fires on a near miss", text, repr(found[0]))


def own(rule: Rule, findings: Iterable[Finding]) -> list[Finding]:
    """The findings of this very rule; a stage may have others that no pack holds."""
    return [finding for finding in findings if finding.rule == rule.name]


def _document(text: str, rule: Rule) -> Document:
    """An example as a document of the rule's own site and language: elsewhere the rule does nothing."""
    meta: dict[str, Json] = {"site": rule.site} if rule.site else {}
    if rule.language != "*":
        meta["language"] = rule.language
    return Document("example", text, meta)


def _prove_change(rule: Rule, alone: Stage, before: str, after: str) -> Iterator[Failure]:
    found = own(rule, list(alone(_document(before, rule))))
    changed = commit(_document(before, rule), alone, found)
    if changed.text != after:
        yield Failure(rule, "does not give the `after` of its example", before, changed.text)
    elif edits.raw(changed) != before:
        yield Failure(rule, "is not undone exactly", before, edits.raw(changed))
    if rule.do == "note":
        if not found:
            yield Failure(rule, "notes nothing", before, "")
        return
    again = own(rule, list(alone(_document(after, rule))))
    if again:
        yield Failure(rule, "fires on its own result", after, repr(again[0]))


def _prove_name(rule: Rule, alone: Stage, whole: Stage, before: str) -> Iterator[Failure]:
    expected = {rule.name, *(f"{rule.stage}/{other}" for other in rule.shadowed_by)}
    for edit in own(rule, list(alone(_document(before, rule)))):
        if not isinstance(edit, Edit):
            continue
        script = edits.settle(item for item in whole(_document(before, rule)) if isinstance(item, Edit))
        takers = {other.rule for other in script if other.start < edit.end and edit.start < other.end}
        if not takers & expected:
            yield Failure(rule, f"its characters go under {sorted(takers) or 'no rule'}", before, edit.old)


def _prove_keep(rule: Rule, alone: Stage, whole: Stage) -> Iterator[Failure]:
    """A `keep` rule's examples are texts that the other rules would change and that now stay as they are."""
    for before, after in rule.changes:
        for stage in (alone, whole):
            text = commit(_document(before, rule), stage, stage(_document(before, rule))).text
            if text != after:
                yield Failure(rule, "does not protect its example", before, text)
