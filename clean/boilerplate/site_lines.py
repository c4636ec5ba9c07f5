r"""Lines that stand on many documents of one site: counted over a corpus, then a table that a stage reads.

A line is furniture of its site when it stands on at least `LEAST_DOCUMENTS` documents and on `LEAST_SHARE` of
the site's; a sentence needs twice as much. Copies of one article repeat the article's own lines, so documents
are told apart by their three longest lines: two of the three must differ as often as the documents do.

A run counts numbers that stand for lines (`marks_of`, `clean.boilerplate.marks`): texts never stand in memory
together.

The table is a file of JSON lines: a header with `format`, then a row a line.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from clean.boilerplate.head import SIGNS, letters
from clean.boilerplate.view import Form, form_of
from clean.errors import InputError
from clean.lines import Lines, Reason
from clean.model import Document, Edit, Json

RULE = "boilerplate/site-line"
FORMAT = "site-lines/1"
LEAST_DOCUMENTS = 3
LEAST_SHARE = 0.1
LONGEST = 300
"""Characters; a longer line is a paragraph, and left to the other rules."""

_DIGITS = re.compile(r"\d+")
_LOWER = bytes(48 if chr(byte).isdigit() else byte for byte in bytes(range(128)).lower()).ljust(256)
_IN_LINES = SIGNS.replace(b"\n", b"")


class SiteLine(NamedTuple):
    """A line that returns on a site."""

    site: str
    key: str
    """Letters and digits, case folded, numbers as 0: "135 comments" and "7 comments" are one line."""
    line: str
    """As it stands in one of the documents, the first in order of code points."""
    documents: int
    """Distinct documents that have it."""
    of: int
    """Documents of the site."""


@dataclass(frozen=True)
class SiteLines:
    """The table."""

    lines: tuple[SiteLine, ...]

    @cached_property
    def by_site(self) -> Mapping[str, Mapping[str, SiteLine]]:
        """Lines by key, by site."""
        found: dict[str, dict[str, SiteLine]] = {}
        for line in self.lines:
            found.setdefault(line.site, {})[line.key] = line
        return found

    @cached_property
    def digest(self) -> str:
        """First 8 hex digits over the rows, for the version of the stage."""
        return hashlib.sha256(repr(self.lines).encode()).hexdigest()[:8]

    def deletions(self, document: Document) -> Iterator[Edit]:
        """The edits that take the lines of its site out of a document."""
        known = self.by_site.get(site_of(document))
        if not known:
            return
        lines = Lines(document.text)
        doomed: dict[int, Reason] = {}
        keys = keys_of([lines.all[number].strip() for number in lines.filled])
        for number, key in zip(lines.filled, keys, strict=True):
            if same := known.get(key):
                count: dict[str, Json] = {"documents": same.documents, "of": same.of}
                doomed[number] = Reason(RULE, {"class": "nav", **count, "site": same.site})
        yield from lines.deletions(doomed)


def key_of(line: str) -> str:
    """The form in which lines are counted.

    >>> key_of("135 Comments")
    '0comments'
    """
    if not line.isascii():
        found = letters(line)
        return found if found.isalpha() else _DIGITS.sub("0", found)
    return _ascii_key(line, SIGNS)


def keys_of(lines: Sequence[str]) -> list[str]:
    """The forms of many lines, without line ends: of those in ASCII, which are most, at once."""
    together = "\n".join(lines)
    if together.isascii():
        return _ascii_key(together, _IN_LINES).split("\n")[: len(lines)]
    plain = iter(_ascii_key("\n".join(filter(str.isascii, lines)), _IN_LINES).split("\n"))
    return [next(plain) if line.isascii() else key_of(line) for line in lines]


def _ascii_key(text: str, signs: bytes) -> str:
    key = text.encode().translate(_LOWER, signs)
    while b"00" in key:  # a third of the time of a pattern for numbers
        key = key.replace(b"00", b"0")
    return key.decode()


def host_of(meta: Mapping[str, Json]) -> str:
    """The host of a document's site, without "www.", from the meta; "" where it is not known."""
    site = meta.get("site") or meta.get("url") or ""
    if not isinstance(site, str):
        return ""
    host = site.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0]
    return host.casefold().removeprefix("www.") if "." in host else ""


def site_of(document: Document) -> str:
    """The host where the meta knows it, else the folder of the source, with a slash at its end."""
    host = host_of(document.meta)
    if host:
        return host
    source = document.origin.source if document.origin else document.id
    return source.rpartition("/")[0] + "/"


class Marked(NamedTuple):
    """What a document tells of its lines, as big-endian numbers of 64 bits."""

    site: str
    marks: bytes
    """One for each line that counts; equal lines of a site have the same."""
    places: list[int]
    """Which line of the text each is."""
    longest: bytes
    """Of the three longest lines."""


def marks_of(document: Document) -> Marked:
    """What a document tells of its lines."""
    site, lines = site_of(document), stripped(document.text)
    places = places_of(lines)
    marks = [_digest(f"{site}\n{key}") for key in places]
    return Marked(site, b"".join(marks), list(places.values()), b"".join(_longest(lines)))


def mark_of(site: str, key: str) -> int:
    """The number of a line, given its key."""
    return int.from_bytes(_digest(f"{site}\n{key}"))


class _Holders(NamedTuple):
    """What is known of a line: the documents that have it, and the longest lines of those."""

    lines: set[str]
    documents: set[str]
    longest: tuple[set[bytes], set[bytes], set[bytes]]


def count(documents: Iterable[Document]) -> list[SiteLine]:
    """Every line that stands on two documents of a site or more, most frequent first.

    Args:
        documents: in any order; read once.
    """
    holders: dict[tuple[str, str], _Holders] = {}
    members: dict[str, set[str]] = {}
    for document in documents:
        site = site_of(document)
        members.setdefault(site, set()).add(document.id)
        lines = stripped(document.text)
        longest = _longest(lines)
        for key, place in places_of(lines).items():
            held = holders.setdefault((site, key), _Holders(set(), set(), (set(), set(), set())))
            held.lines.add(sound(lines[place]))
            held.documents.add(document.id)
            for seen, digest in zip(held.longest, longest, strict=True):
                seen.add(digest)
    found = []
    for (site, key), held in holders.items():
        least = min(len(held.documents), sorted(map(len, held.longest))[1])
        if least >= 2:
            found.append(SiteLine(site, key, min(held.lines), least, len(members[site])))
    return sorted(found, key=lambda line: (-line.documents, line.site, line.key))


def stripped(text: str) -> list[str]:
    """The lines of a text, without the white space around each."""
    return list(map(str.strip, text.split("\n")))


def places_of(lines: Sequence[str]) -> dict[str, int]:
    """Of stripped lines those that are counted, by key: the place of the first that has it."""
    places = [place for place, line in enumerate(lines) if 0 < len(line) <= LONGEST]
    found: dict[str, int] = {}
    for place, key in zip(places, keys_of([lines[place] for place in places]), strict=True):
        if key:
            found.setdefault(key, place)
    return found


def sound(line: str) -> str:
    """A line as a file can hold it: without halves of surrogate pairs."""
    return line.encode("utf-8", "replace").decode()


def _longest(lines: Iterable[str]) -> list[bytes]:
    """Digests of the three longest of stripped lines."""
    longest = sorted(sorted(set(lines), reverse=True), key=len, reverse=True)[:3]
    return [_digest(line) for line in (*longest, "", "")[:3]]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest()


def is_furniture(line: SiteLine) -> bool:
    """Whether a line returns often enough to go by that alone; a sentence must return twice as often."""
    factor = 2 if form_of(line.line) >= Form.SENTENCE else 1
    least = max(LEAST_DOCUMENTS, LEAST_SHARE * line.of) * factor
    return line.documents >= least


def build(documents: Iterable[Document]) -> SiteLines:
    """The table over a corpus: one pass over the documents."""
    return SiteLines(tuple(sorted(filter(is_furniture, count(documents)))))


def candidates(documents: Iterable[Document], known: Iterable[str] = ()) -> list[SiteLine]:
    """Lines to make rules of, most frequent first, for `clean rules candidates`.

    Args:
        documents: of one site or many.
        known: keys (`key_of`) of lines that rules take already.
    """
    taken = frozenset(known)
    return [line for line in count(documents) if line.documents >= LEAST_DOCUMENTS and line.key not in taken]


def write(table: SiteLines, path: Path) -> None:
    """Write the table; the same table gives the same bytes."""
    rows = [{"format": FORMAT, "least_documents": LEAST_DOCUMENTS, "least_share": LEAST_SHARE}]
    text = "".join(json.dumps(row) + "\n" for row in [*rows, *(line._asdict() for line in table.lines)])
    path.write_text(text, encoding="utf-8")


def read(path: Path) -> SiteLines:
    """Read a table.

    Raises:
        InputError: no such file, not a table, or a table of another format.
    """
    try:
        header, *rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if header.get("format") != FORMAT:
            raise InputError(
                "site-lines-format",
                f"is a table of format {header.get('format')!r}, not {FORMAT!r}",
                where=str(path),
                hint="Build it again.",
            )
        return SiteLines(tuple(SiteLine(**row) for row in rows))
    except (OSError, UnicodeDecodeError, ValueError, TypeError, AttributeError) as error:
        raise InputError("site-lines-unreadable", f"cannot be read: {error}", where=str(path)) from error
