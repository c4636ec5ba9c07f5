"""Where the entries of a live blog begin and end.

Where the page declares its entries (`LiveBlogPosting` in its JSON-LD), their headings open them. Else three
kinds of border are known: a share row *closes* an entry, a time stamp *opens* one, and a rule of
underscores stands *between* two. A border is believed only if it returns: at least three times, with
prose between. A page without such borders has no entries, whatever its headings look like: an interview, a
question asked nineteen times, a list of recipes and a story with subheads are not live blogs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias, get_args

from clean.entries.marks import Mark, bare, mark_of, may_be_mark
from clean.entries.names import is_heading, is_name
from clean.entries.page import PageLine
from clean.entries.stamps import Headed, headed_stamp, is_stamp, may_be_headed, opening_stamp, stamp_of

FEWEST_BORDERS = 3
PROSE_WORDS = 8
"""A line of as many words that ends like a sentence is prose, and so is any of twice as many."""
SEPARATED_WORDS = 150
"""Stretches between "___" or "* * *" that are longer, at the median, are sections of one long story."""

Role: TypeAlias = Literal["closes", "between", "opens"]
"""What a mark does to the entry above it; of several that stand together the first decides."""
_ROLES: Mapping[Mark | None, Role] = {
    "share": "closes", "update": "closes", "separator": "between", "stamp": "opens", "opening": "opens",
}  # fmt: skip
_STAMPS = frozenset({"<stamp>", "<opening>"})
"""One more of these: a related list of three with their ages is on many pages."""
_SEPARATOR = "<separator>"
_BORDERING = frozenset({"", "share", "time", "byline", "separator", "deleted"})
"""Classes of deleted lines that may have stood between entries."""
_ENDS = tuple(".!?…:;।؟")
_IDEOGRAPHIC_ENDS = tuple("。！？」』")


class Border(NamedTuple):
    """Neighbouring mark lines, by their places in the page."""

    first: int
    cut: int
    """Place of the first line that belongs to the entry behind it."""
    role: Role


class Entry(NamedTuple):
    """One entry of a live blog. The numbers are those of `Lines`."""

    body: tuple[int, ...]
    """Lines that stand and are its heading or text."""
    extra: tuple[int, ...]
    """Lines that stand and go with it: its byline, label, stamp, share row."""
    heading: str
    byline: str
    time: str


class Declared(NamedTuple):
    """An entry as the page's JSON-LD has it; what it does not say is empty."""

    heading: str
    byline: str
    time: str


def split(page: Sequence[PageLine], title: str = "", declared: Sequence[Declared] = ()) -> list[Entry]:
    """The entries of a page in order; none unless it is built like a live blog.

    Args:
        page: standing and deleted lines, in raw order.
        title: of the page, which is not the heading of its first entry.
        declared: entries that the page declares.
    """
    marks = [_mark(line) for line in page]
    entries = _by_declaration(page, marks, title, declared)
    if entries:
        return entries
    borders = _borders(page, marks)
    if len(borders) < FEWEST_BORDERS:
        return []
    stretches = list(_stretches(borders, len(page)))
    with_head = borders[0].role != "opens"
    entries = [
        entry
        for first, last in stretches
        if (
            entry := _entry(
                page[first:last], marks[first:last], bare(title), opens_page=with_head and first == 0
            )
        )
    ]
    return entries if len(entries) >= max(FEWEST_BORDERS, len(stretches) / 2) else []


def may_have_entries(texts: Iterable[str]) -> bool:
    """Whether so many lines are marks that there could be borders enough; on most pages none is.

    Args:
        texts: what stands and what was deleted, in any order.
    """
    marks = 0
    for text in texts:
        headed = may_be_headed(text)
        for line in text.split("\n"):
            if not line or line.isspace():
                continue
            if (may_be_mark(line) or (headed and may_be_headed(line))) and mark_of(line):
                marks += 1
                if marks == FEWEST_BORDERS:
                    return True
    return False


def _by_declaration(
    page: Sequence[PageLine], marks: Sequence[Mark | None], title: str, declared: Sequence[Declared]
) -> list[Entry]:
    """The entries whose declared headings are lines of the page; none if there are fewer than three."""
    headed = {bare(one.heading): one for one in declared if one.heading}
    if not headed:
        return []
    opened = [(at, headed[name]) for at, line in enumerate(page) if (name := bare(line.text)) in headed]
    if len(opened) < FEWEST_BORDERS:
        return []
    firsts = []
    for at, _ in opened:
        while at > 0 and marks[at - 1] in {"stamp", "label"}:
            at -= 1
        firsts.append(at)
    entries = []
    for first, last, (_, told) in zip(firsts, [*firsts[1:], len(page)], opened, strict=True):
        entry = _entry(page[first:last], marks[first:last], bare(title), opens_page=False)
        if entry:  # a list of the headings above the entries is none
            byline, time = told.byline or entry.byline, told.time or entry.time
            entries.append(entry._replace(heading=told.heading, byline=byline, time=time))
    return entries if len(entries) >= FEWEST_BORDERS else []


def _mark(line: PageLine) -> Mark | None:
    if not (may_be_mark(line.text) or may_be_headed(line.text)):
        return None
    mark = mark_of(line.text)
    if line.kind in _BORDERING:
        return None if line.kind and mark == "opening" else mark
    return "label" if mark == "label" else None  # a stamp in a deleted comment is no border


def _is_prose(line: PageLine) -> bool:
    text = line.text.strip()
    if line.kind or len(text) < PROSE_WORDS:
        return False
    words = len(text.split())
    if text.endswith(_IDEOGRAPHIC_ENDS):
        return len(text) >= 2 * PROSE_WORDS
    return words >= 2 * PROSE_WORDS or (words >= PROSE_WORDS and text.rstrip("\"”»’')").endswith(_ENDS))


def _borders(page: Sequence[PageLine], marks: Sequence[Mark | None]) -> list[Border]:
    """The borders whose mark returns often enough; marks without prose between them are one border."""
    runs = list(_runs(page, marks))
    # a row of share buttons on top and at the foot of a story is no structure: the same line must return
    counts = Counter(key for run in runs for key in {_key(page[at], marks[at]) for at in run})
    believed = {key for key, count in counts.items() if count >= FEWEST_BORDERS + (key in _STAMPS)}
    if _SEPARATOR in believed and not _separates_entries(page, marks):
        believed.discard(_SEPARATOR)
    borders: list[Border] = []
    known_runs = [[at for at in run if _key(page[at], marks[at]) in believed] for run in runs]
    roles = {**_ROLES, "update": _ROLES["stamp"]} if _updates_head(page, marks, known_runs) else _ROLES
    for run, known in zip(runs, known_runs, strict=True):
        for role in get_args(Role):
            ends = [at for at in known if roles[marks[at]] == role]
            if ends:
                borders.append(Border(run[0], ends[0] if role == "opens" else ends[-1] + 1, role))
                break
    return borders


def _updates_head(
    page: Sequence[PageLine], marks: Sequence[Mark | None], runs: Sequence[Sequence[int]]
) -> bool:
    """Whether "Updated 10:25 a.m." stands above its entry: the page begins with one and ends with prose."""
    updates = [at for run in runs for at in run if marks[at] == "update"]
    prose = [at for at, line in enumerate(page) if marks[at] is None and _is_prose(line)]
    return bool(updates and prose) and updates[0] < prose[0] and updates[-1] < prose[-1]


def _key(line: PageLine, mark: Mark | None) -> str:
    return bare(line.text) if mark in {"share", "update"} and not is_stamp(line.text) else f"<{mark}>"


def _runs(page: Sequence[PageLine], marks: Sequence[Mark | None]) -> Iterator[list[int]]:
    """Places of marks that stand together."""
    run: list[int] = []
    for at, mark in enumerate(marks):
        if run and (mark == "opening" or (mark is None and _is_prose(page[at]))):
            yield run
            run = []
        if mark is not None and mark != "label":
            run.append(at)
        if mark == "opening":
            yield run
            run = []
    if run:
        yield run


def _separates_entries(page: Sequence[PageLine], marks: Sequence[Mark | None]) -> bool:
    """Whether what stands between separators is short and mostly headed, as the items of a round-up are.

    An agency sets "___" also around the notes of an ordinary story.
    """
    places = [place for place, mark in enumerate(marks) if mark == "separator"]
    words: list[int] = []
    headed = 0
    for before, after in pairwise(places):
        stretch = [place for place in range(before + 1, after) if not page[place].kind]
        if not stretch:
            continue
        words.append(sum(len(page[place].text.split()) for place in stretch))
        first = page[stretch[0]].text
        headed += marks[stretch[0]] in {"stamp", "opening"} or is_name(first) or is_heading(first)
    return bool(words) and sorted(words)[len(words) // 2] <= SEPARATED_WORDS and 2 * headed > len(words)


def _stretches(borders: Sequence[Border], length: int) -> Iterator[tuple[int, int]]:
    """[first, last) of each entry, the marks that open and close it included."""
    if borders[0].role != "opens":
        yield 0, borders[0].cut
    for border, following in pairwise(borders):
        yield border.cut, following.cut
    if borders[-1].role != "closes":
        yield borders[-1].cut, length


def _entry(
    stretch: Sequence[PageLine], marks: Sequence[Mark | None], title: str, *, opens_page: bool
) -> Entry | None:
    prose = sum(len(line.text) for line in stretch if _is_prose(line))
    if not prose or 2 * prose < sum(len(line.text) for line in stretch if not line.kind):
        return None  # a menu, a list of links, the foot of a page
    headings: list[PageLine] = []
    body: list[int] = []
    extra: list[int] = []
    byline = time = ""
    titled = any(line.kind == "title" for line in stretch)
    for line, mark in zip(stretch, marks, strict=True):
        stamp = stamp_of(line.text) if mark in {"stamp", "update"} else None
        headed = headed_stamp(line.text) if mark == "opening" else None
        if not body and stamp:
            time = time or stamp.time
            byline = byline or next(filter(is_name, reversed(stamp.beside)), "")
        elif not body and mark == "opening":
            time = time or (headed.time if headed else opening_stamp(line.text))
        if not body and not byline and (line.kind == "byline" or (not line.kind and is_name(line.text))):
            byline = line.text.strip()
            extra += [] if line.kind else [line.number]
        elif line.kind:
            continue
        elif mark not in {None, "opening"} or (not body and bare(line.text) == bare(byline) != ""):
            extra.append(line.number)
        elif not body and title and bare(line.text) == title:
            titled = True
        elif not body and (headed or (mark is None and is_heading(line.text))):
            headings.append(line)
        else:
            body.append(line.number)
    if opens_page:
        # what stands before is the head of the page; a single line there is its title
        headings = headings[-1:] if titled or len(headings) > 1 else []
    if not headings and not body:
        return None
    # "Explainer" above a headline is a label that we do not know
    texts = [(headed_stamp(line.text) or Headed(line.text.strip(), "")).heading for line in headings]
    heading = next((text for text in texts if len(text.split()) > 2), "")
    return Entry((*(line.number for line in headings), *body), tuple(extra), heading, byline, time)
