"""Rules proposed from decisions: never active until a person confirms them.

* Lines marked as furniture become a rule that deletes such lines.
* Deletions that were taken back become a rule that keeps such lines.
* A rule that was mostly taken back is named, so that it can be switched off.

Each proposal is counted against the whole input: how many lines it would meet, and how many of them speak
against it (lines that a person wants kept, or prose that would go).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from clean import edits
from clean.model import Document
from clean.review.decisions import Decision, Decisions
from clean.rules.compile import compile_pattern

PREFIX_WORDS = 3
"""Lines that begin with so many equal words are taken as one kind."""

LONGEST_PHRASE = 120
"""Characters of a line that is taken whole; longer furniture needs a pattern."""

PROSE_WORDS = 14
"""A line of so many words that ends like a sentence is prose, whatever it begins with."""

EXAMPLES = 3

_WORD = re.compile(r"\w+|[^\w\s]")
_NUMBER = re.compile(r"\d+")
_END = re.compile(r"[.!?…。！？][”\"’»」』)]*$")


class Proposal(NamedTuple):
    """A rule that nobody has confirmed."""

    id: str
    kind: str
    """Class of the rule."""
    do: str
    phrases: tuple[str, ...]
    match: str
    why: str
    support: int
    """Lines of the whole input that it meets."""
    documents: int
    contradictions: tuple[str, ...]
    """Lines that it meets and should not."""
    changes: tuple[tuple[str, str], ...]
    leaves: tuple[str, ...]


class Doubt(NamedTuple):
    """A rule that people mostly took back."""

    rule: str
    rejected: int
    accepted: int


def learn(decisions: Decisions, documents: Iterable[Document]) -> tuple[list[Proposal], list[Doubt]]:
    """Rules that the decisions speak for, the best supported first, and rules that they speak against.

    Args:
        decisions: of a person.
        documents: of the whole run; read once.
    """
    wanted = sorted({line for d in decisions.all if d.what == "line" for line in _lines(d.old)})
    spared = sorted(
        {(line, d.kind or "nav") for d in decisions.all if _taken_back(d) for line in _lines(d.old)}
    )
    drafts = [*_drafts(wanted, "furniture", "delete-line", "nav")]
    for kind, group in groupby(sorted(spared, key=lambda pair: pair[::-1]), key=lambda pair: pair[1]):
        drafts += _drafts([line for line, _ in group], f"kept-{kind}", "keep", kind)
    counted = _count(drafts, documents, {line for line, _ in spared}, set(wanted))
    counted.sort(key=lambda proposal: (len(proposal.contradictions), -proposal.support, proposal.id))
    return counted, list(_doubts(decisions))


def candidates(documents: Iterable[Document], least: int = 3) -> list[Proposal]:
    """Lines that were kept and stand in several documents: perhaps furniture that no rule knows.

    Args:
        documents: of the whole run; read once.
        least: in so many documents a line must stand.
    """
    where: Counter[str] = Counter()
    often: Counter[str] = Counter()
    example: dict[str, tuple[str, str]] = {}
    for document in documents:
        if document.dropped is not None:
            continue  # copies would vote for what their survivor says
        lines = list(_lines(document.text))
        often.update(lines)
        for at, line in enumerate(lines):
            example.setdefault(line, _example(lines, at, "delete-line"))
        where.update(set(lines))
    found = sorted((line for line in where if where[line] >= least), key=lambda line: (-where[line], line))
    return [
        Proposal(
            f"repeated-{number}",
            "nav",
            "delete-line",
            (line,),
            "",
            "The same line stands in several documents.",
            often[line],
            where[line],
            (line,) if _is_prose(line) else (),
            (example[line],),
            (),
        )
        for number, line in enumerate(found, 1)
    ]


def _is_prose(line: str) -> bool:
    return len(line.split()) >= PROSE_WORDS and bool(_END.search(line))


def _taken_back(decision: Decision) -> bool:
    deletes_lines = decision.old.strip() and not decision.new
    return bool(decision.what == "edit" and decision.verdict == "reject" and deletes_lines)


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.split("\n") if line.strip())


def _drafts(lines: Sequence[str], name: str, do: str, kind: str) -> Iterator[Proposal]:
    """One draft for lines that begin alike, and one for all the others together."""
    alone: list[str] = []
    number = 0
    for prefix, group in groupby(sorted(lines, key=_prefix), key=_prefix):
        alike = list(group)
        numbered = any(_NUMBER.search(line) for line in alike)
        if (len(alike) > 1 and len(prefix) == PREFIX_WORDS) or numbered or len(alike[0]) > LONGEST_PHRASE:
            number += 1
            match = _pattern(alike)
            why = "Proposed from lines that a person " + ("kept." if do == "keep" else "marked as furniture.")
            yield Proposal(f"{name}-{number}", kind, do, (), match, why, 0, 0, (), (), ())
        else:
            alone += alike
    if alone:
        why = "Proposed from lines that a person " + ("kept." if do == "keep" else "marked as furniture.")
        yield Proposal(f"{name}-lines", kind, do, tuple(alone), "", why, 0, 0, (), (), ())


def _prefix(line: str) -> tuple[str, ...]:
    return tuple(_NUMBER.sub("0", word).casefold() for word in _WORD.findall(line)[:PREFIX_WORDS])


def _pattern(lines: Sequence[str]) -> str:
    """A pattern for lines that begin alike: the common beginning, digits as any, and a bounded rest."""
    common = lines[0]
    for line in lines[1:]:
        size = next(
            (i for i, (a, b) in enumerate(zip(common, line, strict=False)) if a != b),
            min(len(common), len(line)),
        )
        common = common[:size]
    whole = len(set(lines)) == 1
    if not whole:  # a half word or number at the cut would not be what the lines have in common
        common = common[: max(common.rfind(" "), 0)] or common
    escaped = r"\d+".join(re.escape(part).replace(r"\ ", " ") for part in _NUMBER.split(common))
    if whole:
        return f"^{escaped}$"
    rest = max(len(line) - len(common) for line in lines)
    return f"^{escaped}.{{0,{min(200, 2 * rest)}}}$"


def _count(
    drafts: Sequence[Proposal], documents: Iterable[Document], spared: set[str], wanted: set[str]
) -> list[Proposal]:
    """The drafts with what the whole input says about them."""
    patterns = [compile_pattern(draft.match, draft.id) if draft.match else None for draft in drafts]
    phrases = [frozenset(draft.phrases) for draft in drafts]
    support: Counter[int] = Counter()
    where: Counter[int] = Counter()
    against: dict[int, dict[str, None]] = {at: {} for at in range(len(drafts))}
    changes: dict[int, list[tuple[str, str]]] = {at: [] for at in range(len(drafts))}
    leaves: dict[int, dict[str, None]] = {at: {} for at in range(len(drafts))}
    for document in documents:
        lines = list(_lines(edits.raw(document)))
        kept = set(_lines(document.text))
        for at, draft in enumerate(drafts):
            pattern = patterns[at]
            hits = [
                i
                for i, line in enumerate(lines)
                if line in phrases[at] or (pattern is not None and pattern.fullmatch(line))
            ]
            support[at] += len(hits)
            where[at] += bool(hits)
            for i in hits:
                line = lines[i]
                if _speaks_against(draft, line, line in kept, spared, wanted):
                    against[at][line] = None
                elif len(changes[at]) < EXAMPLES:
                    changes[at].append(_example(lines, i, draft.do))
            if not hits and draft.match and len(leaves[at]) < EXAMPLES:
                leaves[at].update(dict.fromkeys(_near_misses(draft, lines)))
    return [
        draft._replace(
            support=support[at],
            documents=where[at],
            contradictions=tuple(against[at]),
            changes=tuple(dict.fromkeys(changes[at])),
            leaves=tuple(leaves[at])[:EXAMPLES],
        )
        for at, draft in enumerate(drafts)
    ]


def _speaks_against(draft: Proposal, line: str, kept: bool, spared: set[str], wanted: set[str]) -> bool:
    if draft.do == "keep":
        return line in wanted
    return line in spared or (kept and _is_prose(line) and line not in wanted)


def _example(lines: Sequence[str], at: int, do: str) -> tuple[str, str]:
    """The line between its neighbours, and what the rule leaves of it."""
    before, behind = lines[max(0, at - 1) : at], lines[at + 1 : at + 2]
    text = "\n".join([*before, lines[at], *behind])
    return text, text if do == "keep" else "\n".join([*before, *behind])


def _near_misses(draft: Proposal, lines: Sequence[str]) -> Iterator[str]:
    """Lines that begin with the first word of the rule and are something else."""
    first = re.match(r"\^(\w+)", draft.match)
    if first:
        yield from (line for line in lines if line.startswith(f"{first[1]} ") and len(line) <= 200)


def _doubts(decisions: Decisions) -> Iterator[Doubt]:
    votes: dict[str, Counter[str]] = {}
    for decision in decisions.all:
        if decision.what == "edit":
            votes.setdefault(decision.rule, Counter())[decision.verdict] += 1
    for rule, count in sorted(votes.items()):
        if count["reject"] >= 3 and count["reject"] > 2 * count["accept"]:
            yield Doubt(rule, count["reject"], count["accept"])


def to_toml(proposals: Sequence[Proposal], doubts: Sequence[Doubt] = ()) -> str:
    """The proposals as a rule pack, with what speaks for and against each as comments."""
    out = [
        "# Proposed rules. None of them is active: read them, change them, and put the ones you confirm",
        "# into DIR/boilerplate/NAME.toml of a folder that you name with --packs DIR.",
        "",
        "[pack]",
        'stage = "boilerplate"',
        'language = "*"',
        'why = "Proposed from decisions; confirmed by a person."',
        "",
    ]
    for doubt in doubts:
        out += [
            f"# {doubt.rule} was taken back {doubt.rejected} times and accepted {doubt.accepted} times:",
            f"# consider --ignore {doubt.rule}",
            "",
        ]
    for proposal in proposals:
        out.append(f"# Support: {proposal.support} lines in {proposal.documents} documents.")
        out.append(f"# Contradictions: {len(proposal.contradictions)}.")
        out += [f"#   against: {_quoted(line[:160])}" for line in proposal.contradictions[:5]]
        out += [
            "[[rule]]",
            f"id = {_quoted(proposal.id)}",
            f"class = {_quoted(proposal.kind)}",
            f"do = {_quoted(proposal.do)}",
        ]
        if proposal.match:
            out.append(f"match = {_quoted(proposal.match)}")
        if proposal.phrases:
            out += ["phrases = [", *(f"  {_quoted(phrase)}," for phrase in proposal.phrases), "]"]
        out.append(f"why = {_quoted(proposal.why)}")
        if proposal.do == "keep":
            out += ["changes = []", "leaves = []"]
        else:
            out += ["changes = [", *(f"  [{_quoted(a)}, {_quoted(b)}]," for a, b in proposal.changes), "]"]
            out += ["leaves = [", *(f"  {_quoted(line)}," for line in proposal.leaves), "]"]
        out.append("")
    return "\n".join(out)


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(escapes.get(char) or (char if char.isprintable() else _escaped(char)) for char in text)
        + '"'
    )


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"
