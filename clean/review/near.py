"""Which rules nearly fired on a line that was kept, and what was missing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

from clean import edits
from clean.lines import Lines
from clean.model import Document
from clean.review.explain import Explained, Near
from clean.review.record import ORDER, cut_trail
from clean.rules.compile import Pattern, compile_pattern
from clean.rules.load import load_rules
from clean.rules.match import LONG_LINE
from clean.rules.model import LINE_ACTIONS, Rule
from clean.rules.phrases import phrase_key

STAGES = ("boilerplate", "translation")
"""Stages whose rules are packs over lines."""

PART = 0.4
"""A pattern that covers so much of the line, but not all of it, came near."""

OTHERWISE = "its words fit; the stage spared the line for its place, or its class is kept"

_CLASSES = re.compile(r"\(\?P<\w+>|\(\?\w*:?|\\[pP]\{\w+\}|\\.|\[[^\]]*\]|\{[\d,]*\}")
_LITERAL = re.compile(r"[^\W\d_]{3}")

LIMIT = 5
"""Rules named for one line, the nearest first."""


def add_near(document: Document, found: Sequence[Explained]) -> list[Explained]:
    """The explanations with, for each kept line, the rules that nearly fired."""
    rules = {stage: load_rules(stage) for stage in STAGES}
    inputs = {stage: _input(document, stage) for stage in STAGES}
    raw_lines = Lines(edits.raw(document))
    result = []
    for item in found:
        if item.status != "kept" or not item.old[0].strip():
            result.append(item)
            continue
        ranked: list[tuple[float, Near]] = []
        for stage in STAGES:
            lines, offsets = inputs[stage]
            at = raw_lines.starts[item.first - 1]
            for patch in offsets:
                at = patch.to_after(at)
            number = bisect_right(lines.starts, at) - 1
            if number in lines.filled:
                ranked += near_rules(rules[stage], lines, lines.filled.index(number))
        ranked.sort(key=lambda pair: (-pair[0], pair[1].rule))
        result.append(item._replace(near=tuple(near for _, near in ranked[:LIMIT])))
    return result


def _input(document: Document, stage: str) -> tuple[Lines, list[edits.OffsetMap]]:
    """The text that a stage received, and the maps that lead to it from the raw text."""
    before = ORDER[ORDER.index(stage) - 1]
    text, patches = cut_trail(document, "raw", before)
    maps = [edits.OffsetMap(patch.edits) for patch in patches]
    for patch in patches:
        text = edits.apply(text, patch.edits)
    return Lines(text), maps


def near_rules(rules: Sequence[Rule], lines: Lines, position: int) -> Iterator[tuple[float, Near]]:
    """Rules that nearly fired on a filled line, each with how near it came (1 is all but a condition).

    Args:
        rules: of one stage.
        lines: the text that the stage received.
        position: of the line among the filled ones.
    """
    line = lines.all[lines.filled[position]].strip()
    if len(line) > LONG_LINE:
        return
    key = phrase_key(line)
    for rule in rules:
        nearness, missing = _matches(rule, line, key)
        if nearness == 1.0:
            conditions = list(_conditions(rule, lines, position, line))
            missing = conditions[0] if conditions else OTHERWISE
            if len(conditions) > 1:
                continue
        if missing and (rule.phrases or _has_word(rule.match)):
            yield nearness, Near(rule.name, missing)


def _matches(rule: Rule, line: str, key: str) -> tuple[float, str]:
    """How much of the line the rule's words cover, and what is in the way; 1.0 for a match."""
    whole = rule.do in LINE_ACTIONS
    for phrase in map(phrase_key, rule.phrases):
        if phrase == key:
            return 1.0, ""
        if len(phrase) >= PART * len(key) and _has_words(key, phrase):
            return len(phrase) / len(key), f"the line says more than its phrase “{phrase}”"
    if not rule.match:
        return 0.0, ""
    pattern = _compiled(rule.match)
    if whole and pattern.fullmatch(line):
        return 1.0, ""
    if not whole and pattern.search(line):
        return 1.0, ""
    match = _compiled(_unanchored(rule.match)).search(line) if whole else None
    if match and len(match.group(0)) >= max(4, PART * len(line)):
        part = match.group(0)
        return len(part) / len(line), f"only “{part[:60]}” fits its pattern, not the whole line"
    return 0.0, ""


def _has_word(pattern: str) -> bool:
    """Whether a pattern asks for some word: one of classes and counts alone comes near to any line."""
    return bool(_LITERAL.search(_CLASSES.sub(" ", pattern)))


def _has_words(text: str, phrase: str) -> bool:
    return bool(phrase) and f" {phrase} " in f" {text} "


def _conditions(rule: Rule, lines: Lines, position: int, line: str) -> Iterator[str]:
    """The conditions beside the words that the line does not meet; a place on the page can only be named."""
    words = len(line.split())
    if rule.max_words and words > rule.max_words:
        yield f"the line has {words} words, and the rule takes at most {rule.max_words}"
    before = lines.all[lines.filled[position - 1]].strip() if position else ""
    behind = lines.all[lines.filled[position + 1]].strip() if position + 1 < len(lines.filled) else ""
    if rule.previous and not _compiled(rule.previous).search(before):
        yield "the line before does not fit"
    if rule.next and not _compiled(rule.next).search(behind):
        yield "the line behind does not fit"
    if rule.times > 1:
        stands = sum(phrase_key(lines.all[other]) == phrase_key(line) for other in lines.filled)
        if stands < rule.times:
            often = "once" if stands == 1 else f"{stands} times"
            yield f"the line stands {often} on the page, and the rule wants {rule.times} times"
    if rule.where != "anywhere":
        yield f"the line must stand in the {rule.where} of the page"


@cache
def _compiled(pattern: str) -> Pattern:
    return compile_pattern(pattern, pattern)


def _unanchored(pattern: str) -> str:
    """The pattern without its anchors: rules for whole lines are often written with them."""
    pattern = pattern.removeprefix("^")
    escaped = len(pattern) - len(pattern.rstrip("\\$")) > 1 and pattern.endswith("\\$")
    return pattern if escaped else pattern.removesuffix("$")
