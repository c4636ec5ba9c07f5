"""Delete what is not the article: share lines, comment forms, related lists, navigation, promos, ad code.

What decides a line, in order of trust: a rule of the site, a named cue in its place (a rule of a pack;
headers, end marks and boxes are regions), the same line on many documents of the site, repetition inside the
page, its form, and last a learned scorer, which acts alone only on pages that look scraped raw.

Title, byline, published date, captions, credits and agencies are noted before their lines go.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from clean import __version__
from clean.boilerplate import head, regions
from clean.boilerplate.languages import language_of
from clean.boilerplate.rulebook import Rulebook
from clean.boilerplate.scorer import WEIGHTS, digest, furniture, may_be_raw
from clean.boilerplate.site_lines import host_of
from clean.boilerplate.view import View
from clean.edits import Script, apply, compose, settle
from clean.lines import Lines, Reason
from clean.model import Document, Edit, Finding, Json, Note
from clean.rules.match import Hit, Matcher, Scan
from clean.rules.model import Rule

KEEP = frozenset({"title", "separator"})
"""Classes that stay unless somebody asks otherwise."""

Scans: TypeAlias = Sequence[tuple[Matcher, Scan]]
"""What each matcher finds on a page."""

PASSES = 4
"""What goes changes what is neighbour to what; three passes settled every page that was measured."""

RULES: Mapping[str, str] = {
    "boilerplate/language": "The language of a text that is not English, noted.",
    "boilerplate/title": "The title of the page, noted; deleted where the class is dropped.",
    "boilerplate/repeated-title": "The title again, before the first paragraph or behind the last.",
    "boilerplate/glued-title": "Breadcrumbs or a site name in one line with the title, which follows alone.",
    "boilerplate/glued-breadcrumb": "Breadcrumbs glued before the title, or the site's name behind it.",
    "boilerplate/fragment-before-title": "A stray word in lower case before the title.",
    "boilerplate/headline-run": "Three headlines or more in a block between paragraphs, unannounced.",
    "boilerplate/site-line": "The line stands on many documents of its site.",
    "boilerplate/learned": "Furniture by the learned scorer, on a page that looks scraped raw.",
    "boilerplate/doubled-byline": "A name twice in a row before a paragraph: the byline at its picture.",
}
"""The rules that no pack holds."""


class Goes(NamedTuple):
    """A line that goes, and why."""

    rule: Rule
    evidence: Mapping[str, Json]


class _Evidence(NamedTuple):
    """What all but the learned scorer says of a page."""

    gone: dict[int, Reason]
    """Lines that go, by number."""
    notes: dict[tuple[int, int, str], Note]
    spans: list[Edit]
    """Edits inside lines that stay."""
    spared: set[int]
    """Lines of a kept class."""
    left: View
    """The lines that stay."""
    settled: bool
    """Whether the last round found nothing more."""


class _Page(NamedTuple):
    """What one look at a page found."""

    script: Script
    notes: tuple[Note, ...]
    view: View
    """The lines that the evidence leaves."""
    learned: Collection[int]
    """Those of them that go by the learned scorer."""
    whole: bool
    """Whether whole lines go and nothing inside a line: what rules found in the others holds."""
    settled: bool
    """Whether the evidence would find nothing in what is left."""


@dataclass(frozen=True)
class Boilerplate:
    """The stage.

    Args:
        rules: of the packs; those of languages and sites act on their documents only.
        keep: classes that stay.
        scorer: whether the learned scorer may act on pages that look scraped raw.
        language: ISO 639-1 code of every document; where empty, the meta says it, or the text.
        site: host of the documents whose meta names none; its rules act on them.
        weights: the file of the scorer's weights.
    """

    rules: tuple[Rule, ...]
    keep: frozenset[str] = KEEP
    scorer: bool = True
    language: str = ""
    site: str = ""
    weights: Path = WEIGHTS
    name: str = "boilerplate"
    after: tuple[str, ...] = ("extract", "unicode")

    @cached_property
    def version(self) -> str:
        """Code version and a digest of rules, classes and weights."""
        weights = digest(self.weights) if self.scorer else ""
        parts = self.rules, sorted(self.keep), weights, self.language, self.site
        read = hashlib.sha256(repr(parts).encode())
        return f"{__version__}+{read.hexdigest()[:8]}"

    def __getstate__(self) -> dict[str, object]:
        """Compiled patterns do not travel between processes."""
        return {key: value for key, value in self.__dict__.items() if key != "_rulebook"}

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Deletions, and notes on what was recognised."""
        text = document.text
        if not text or text.isspace():
            return
        language, told = self._language(document)
        if told:
            yield Note(0, 0, "language", language, "boilerplate/language")
        host = host_of(document.meta) or host_of({"site": self.site})
        lines = Lines(text)
        scans = [(matcher, matcher.scan(lines)) for matcher in self._rulebook.matchers(language, host)]
        page = self._once(document, lines, scans)
        script, notes = page.script, page.notes
        for _ in range(PASSES):
            if not page.script or self._is_last(document, lines, scans, page):
                break
            left = Lines(apply(text, script))
            if page.settled and not self._learned(left, ()):
                break
            scans = [
                (matcher, scan.carried(lines, left) if page.whole else matcher.scan(left))
                for matcher, scan in scans
            ]
            lines, page = left, self._once(document, left, scans)
            if page.script:
                script = compose(text, script, page.script)
        yield from notes
        yield from script

    def _language(self, document: Document) -> tuple[str, bool]:
        """The document's language, and whether that is news: found in the text, and not English."""
        known = self.language or document.meta.get("language")
        if isinstance(known, str) and known:
            return known.split("-")[0].casefold(), False
        if not self._rulebook.languages - {"*", "en"}:
            return "en", False
        found = language_of(document.text)
        return found, found not in ("", "en")

    @cached_property
    def _rulebook(self) -> Rulebook:
        return Rulebook(self.rules)

    def _once(self, document: Document, lines: Lines, scans: Scans) -> _Page:
        """One look at the page: lines go until no more do, then spans inside those that stay."""
        gone, notes, spans, spared, view, settled = self._by_evidence(document, lines, scans)
        titles = [start for start, _, key in notes if key == "title"]
        if titles and "title" in self.keep:
            spared = spared | {lines.number_at(min(titles))}
        learned = {
            number: _by_scorer(round(probability, 3))
            for number, probability in self._learned(lines, gone).items()
            if number not in spared
        }
        if learned:
            gone = gone | learned
            spans = [edit for edit in spans if lines.number_at(edit.start) not in gone]
        deletions = lines.deletions(gone)
        script = settle([*deletions, *spans]) if spans else tuple(deletions)
        whole = not spans
        settled = settled and whole and not learned
        return _Page(script, tuple(notes.values()), view, learned, whole, settled)

    def _is_last(self, document: Document, lines: Lines, scans: Scans, page: _Page) -> bool:
        """Whether another look would find nothing: the lines that stay are asked, no text is made of them."""
        if not page.whole:
            return False
        left = page.view.without(page.learned) if page.learned else page.view
        if self._scores and may_be_raw(lines.only(left.numbers)):
            return False
        if page.settled:
            return True
        if left.numbers[:1] != lines.filled[:1]:
            left = left.cut_out()
        found, spans = self._judge(document, lines, left, _placed(scans, lines, left), {})
        return not (found or spans)

    @property
    def _scores(self) -> bool:
        return self.scorer and "nav" not in self.keep

    def _learned(self, lines: Lines, gone: Container[int]) -> Mapping[int, float]:
        """The lines that go on a page that looks scraped raw, of those that nothing else has judged."""
        return furniture(lines, gone, self.weights) if self._scores else {}

    def _by_evidence(self, document: Document, lines: Lines, scans: Scans) -> _Evidence:
        """What rules and the head of the page say, round by round."""
        gone: dict[int, Reason] = {}
        notes: dict[tuple[int, int, str], Note] = {}
        spans: list[Edit] = []
        spared: set[int] = set()
        view = View.of(lines)
        for _ in range(PASSES):
            hits = _placed(scans, lines, view)
            kept = (place for place, hit in hits if hit.rule.do == "keep" or hit.rule.kind in self.keep)
            spared.update(view.numbers[place] for place in kept)
            found, spans = self._judge(document, lines, view, hits, notes)
            if not found:
                return _Evidence(gone, notes, spans, spared, view, settled=True)
            gone |= found
            view = view.without(found)
        return _Evidence(gone, notes, spans, spared, view, settled=False)

    def _judge(
        self,
        document: Document,
        lines: Lines,
        view: View,
        hits: Sequence[tuple[int, Hit]],
        notes: dict[tuple[int, int, str], Note],
    ) -> tuple[dict[int, Reason], list[Edit]]:
        """The lines that go, by number, and the edits inside lines that stay."""
        guarded = {position for position, hit in hits if hit.rule.do == "keep"}
        hits = [(position, hit) for position, hit in hits if position not in guarded]
        hits = [(position, hit) for position, hit in hits if not _reported(hit, view.text[position])]
        # What a rule might take is no evidence of where the article begins and ends.
        view.bound({position for position, hit in hits if _whole(hit)})
        hits = [(position, hit) for position, hit in hits if view.stands(position, hit.rule.where)]
        goes = self._by_rules(view, hits, guarded)
        doomed = {view.numbers[p]: _reason(goes[p]) for p in sorted(goes)}
        if "related" not in self.keep:
            for run in regions.headline_runs(view, guarded.union(goes)):
                reason = Reason("boilerplate/headline-run", {"class": "related", "lines": len(run)})
                doomed |= {view.numbers[position]: reason for position in run}
        spans = []
        for position, hit in hits:
            number = view.numbers[position]
            taken = goes[position].rule is hit.rule if position in goes else hit.rule.kind in self.keep
            if hit.rule.note and (hit.rule.do == "note" or taken):
                start = lines.starts[number]
                note = Note(start + hit.start, start + hit.end, hit.rule.note, hit.value, hit.rule.name)
                notes.setdefault((note.start, note.end, note.key), note)
            inside = hit.rule.do in ("delete-span", "replace") and hit.rule.kind not in self.keep
            if inside and position not in goes:
                reason = Reason(hit.rule.name, {"class": hit.rule.kind})
                spans.append(lines.inside(number, hit.start, hit.end, hit.new, reason))
        self._by_head(document, lines, view, goes, guarded, doomed, spans, notes)
        return doomed, spans

    def _by_rules(self, view: View, hits: Sequence[tuple[int, Hit]], guarded: set[int]) -> dict[int, Goes]:
        """Lines, lists and tails that rules name, by position; the first rule of a line wins."""
        goes: dict[int, Goes] = {}
        if not hits:
            return goes
        marks: dict[int, Rule] = {}
        for position, hit in hits:
            if _whole(hit) and hit.rule.kind not in self.keep and position not in goes:
                goes[position] = Goes(hit.rule, {})
                if hit.rule.do != "delete-line":
                    marks[position] = hit.rule
        plain = set(goes) - set(marks)
        reaching: set[int] = set()
        for position in sorted(marks, reverse=True):
            rule = marks[position]
            label = view.text[position][:80]
            if rule.do == "cut-before":
                region: Iterable[int] = regions.before(view, position, guarded, goes)
            elif rule.do == "cut-after":
                region = list(regions.after(view, position, guarded, goes))
            else:
                region = regions.list_below(view, position, guarded, plain, reaching)
            end = position
            for item in region:
                goes.setdefault(
                    item, Goes(rule, {"below": label} if rule.do == "delete-list" else {"mark": label})
                )
                end = max(end, item)
            if end + 1 == len(view.text) or end + 1 in reaching:
                reaching.add(position)
        by_rule = {position: found.rule for position, found in goes.items()}
        for position, rule in regions.sandwiched(view, by_rule, guarded):
            goes.setdefault(position, Goes(rule, {"between": True}))
        return goes

    def _by_head(
        self,
        document: Document,
        lines: Lines,
        view: View,
        goes: Mapping[int, Goes],
        guarded: set[int],
        doomed: dict[int, Reason],
        spans: list[Edit],
        notes: dict[tuple[int, int, str], Note],
    ) -> None:
        """The title, its copies, and doubled bylines."""
        if goes and min(goes) < view.first:
            return  # judged in the next round, when what stands in the head has gone
        title = head.title_of(view)
        if title is not None and title not in guarded:
            number = view.numbers[title]
            start, end = lines.span(number)
            told = document.meta.get("title")
            noted = [place for place in notes if place[2] == "title"]
            if told is None and not noted:
                noted = [(start, end, "title")]
                notes[noted[0]] = Note(start, end, "title", view.text[title], "boilerplate/title")
            # A page has one title: where it is known, or has gone, a line like it is a deck or a subhead.
            is_it = head.says(str(told), view.text[title]) if told else (start, end, "title") in noted
            if is_it and "title" not in self.keep:
                doomed.setdefault(number, Reason("boilerplate/title", {"class": "title"}))
        for found in head.furniture(view, title):
            number = view.numbers[found.position]
            if found.position in guarded or (found.kind in self.keep and not found.repeat):
                continue
            reason = Reason(f"boilerplate/{found.rule}", {"class": found.kind, "beside": found.evidence[:80]})
            if found.start is None:
                doomed.setdefault(number, reason)
            elif number not in doomed and found.end is not None:
                margin = len(lines.all[number]) - len(lines.all[number].lstrip())
                spans.append(lines.inside(number, found.start + margin, found.end + margin, "", reason))
        for position in head.doubled_bylines(view):
            if position not in guarded:
                number = view.numbers[position]
                start, end = lines.span(number)
                name = "boilerplate/doubled-byline"
                notes.setdefault(
                    (start, end, "byline"), Note(start, end, "byline", view.text[position], name)
                )
                doomed.setdefault(number, Reason(name, {"class": "byline"}))


_REPORTED = re.compile(
    r"[,”\"’'] (?:[\w.'’-]{1,30} ){1,8}"
    r"(?:said|says|told|added|warned|argued|wrote|asked|insisted|joked|testified|recalled)\b"
    r"(?: [\w.'’-]{1,30}){0,6}[.!?]\W*$"
)
"""The end of reported speech: "Sign up for nothing, he told the class."; without a stop it is a headline."""

_REPORTABLE = frozenset({"share", "comment", "related", "nav", "promo", "ad", "time", "legal"})


def _reported(hit: Hit, line: str) -> bool:
    """Whether a line that looks like an order to readers is somebody's words in the article."""
    if not hit.rule.match or hit.rule.kind not in _REPORTABLE or not _whole(hit):
        return False
    return _REPORTED.search(line, max(0, len(line) - 200)) is not None


def _whole(hit: Hit) -> bool:
    return hit.rule.do in ("delete-line", "delete-list", "cut-after", "cut-before")


def _reason(goes: Goes) -> Reason:
    return Reason(goes.rule.name, {"class": goes.rule.kind, **goes.evidence})


@lru_cache(maxsize=1 << 10)
def _by_scorer(probability: float) -> Reason:
    """Why a line goes that the scorer has found; lines of one probability share it."""
    return Reason("boilerplate/learned", {"class": "nav", "probability": probability})


def _standing(lines: Lines, view: View) -> Lines:
    """The same lines, those that have gone no longer among the filled ones."""
    if len(view.numbers) == len(lines.filled):
        return lines
    return lines.only(view.numbers)


def _placed(scans: Scans, lines: Lines, view: View) -> list[tuple[int, Hit]]:
    """What the rules find among the lines that have not gone, each with its position."""
    if not any(scan.found or scan.beside for _, scan in scans):
        return []
    standing = _standing(lines, view)
    return [
        (bisect_left(view.numbers, n), hit)
        for matcher, scan in scans
        for n, hit in matcher.hits(standing, scan)
    ]
