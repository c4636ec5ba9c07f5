r"""Lines that stand on many documents of one site: counted over a corpus, then a table that a stage reads.

A line is furniture of its site when it stands on at least `LEAST_DOCUMENTS` documents and on `LEAST_SHARE` of
the site's; a sentence needs twice as much. Copies of one article repeat the article's own lines, so documents
are told apart by their three longest lines: two of the three must differ as often as the documents do.

The table is a file of JSON lines: a header with `format`, then a row a line. Counting is DuckDB's, which
spills to disk, so the corpus may be larger than memory.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from clean.boilerplate.head import letters
from clean.boilerplate.view import Form, form_of
from clean.errors import InputError
from clean.model import Document, Json

FORMAT = "site-lines/1"
LEAST_DOCUMENTS = 3
LEAST_SHARE = 0.1
LONGEST = 300
"""Characters; a longer line is a paragraph, and left to the other rules."""

_DIGITS = re.compile(r"\d+")


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
    """The table: what the boilerplate stage asks."""

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

    def of(self, site: str) -> Mapping[str, SiteLine]:
        """The lines of a site, by key."""
        return self.by_site.get(site, {})


def key_of(line: str) -> str:
    """The form in which lines are counted.

    >>> key_of("135 Comments")
    '0comments'
    """
    return _DIGITS.sub("0", letters(line))


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


def count(documents: Iterable[Document]) -> list[SiteLine]:
    """Every line that stands on two documents of a site or more, most frequent first.

    Args:
        documents: raw ones, in any order; read once.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="clean-") as folder:
        rows = Path(folder) / "lines.jsonl"
        with rows.open("w", encoding="utf-8") as file:
            for document in documents:
                file.writelines(json.dumps(row, ensure_ascii=True) + "\n" for row in _rows(document))
        if not rows.stat().st_size:
            return []
        with duckdb.connect(config={"temp_directory": folder, "threads": 2}) as base:
            found = base.execute(_COUNT, [str(rows)]).fetchall()
    return [SiteLine(*row) for row in found]


_COUNT = """
with rows as (
  select * from read_json(?, format = 'newline_delimited', columns = {
    site: 'varchar', doc: 'varchar', key: 'varchar', line: 'varchar',
    a: 'varchar', b: 'varchar', c: 'varchar'})
), sites as (
  select site, count(distinct doc) as documents from rows group by site
), counted as (
  select site, key, min(line) as line, count(distinct doc) as documents,
         list_sort([count(distinct a), count(distinct b), count(distinct c)])[2] as different
  from rows where key <> '' group by site, key
)
select counted.site, key, line, least(counted.documents, different)::integer, sites.documents::integer
from counted join sites using (site)
where least(counted.documents, different) >= 2
order by 4 desc, 1, 2
"""


def _rows(document: Document) -> Iterator[dict[str, str]]:
    """A row for each line of a document, and one without a line, so that every document is counted."""
    site = site_of(document)
    name = hashlib.sha256(document.id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    lines = [line for line in map(str.strip, document.text.split("\n")) if line]
    longest = [*heapq.nlargest(3, set(lines), key=lambda line: (len(line), line)), "", "", ""]
    a, b, c = (hashlib.sha256(line.encode("utf-8", "replace")).hexdigest()[:16] for line in longest[:3])
    shared = {"site": site, "doc": name, "a": a, "b": b, "c": c}
    yield {**shared, "key": "", "line": ""}
    seen = set()
    for line in lines:
        if len(line) <= LONGEST and (key := key_of(line)) and key not in seen:
            seen.add(key)
            yield {**shared, "key": key, "line": line.encode("utf-8", "replace").decode()}


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
