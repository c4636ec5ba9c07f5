"""What came of a document, as the bytes that go into the output; and the file that holds a shard of them.

A part is written by whoever cleaned the shard and read by the run, which copies the bytes of every document
that needs no second look. It is a row of blocks; a block holds some documents:

    {"items": […], "facts": 1234, "bytes": 5678}     what each document is, and how long what follows is
    …                                                facts: what only the whole run can judge
    …                                                the bytes of each document, one after the other

The last line says how many documents there are: a part is complete or absent. Parts never leave the machine
that made them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from clean import codec
from clean.codec import Row
from clean.execute.batch import Error
from clean.model import Document
from clean.read.source import Problem
from clean.write.tables import Counts, note_rows, stage_counts


class Entry(NamedTuple):
    """A document after its stages, ready to be written."""

    id: str
    source: str
    record: int | None
    status: str
    """kept, dropped or failed."""
    changed: bool
    """It was dropped, or its text is not the raw text."""
    stages: Counts
    ledger: bytes
    """The row of the ledger, without the name of the output."""
    body: bytes
    """What a kept document is in the output: its text, or its row in a shard."""
    flags: bytes
    entries: bytes

    def document(self) -> Document:
        """The document again."""
        row = codec.decode(self.ledger)
        if self.status != "kept":
            return codec.ledger_document(row)
        text = self.body.decode("utf-8") if self.record is None else codec.decode(self.body)["text"]
        return codec.ledger_document(row, text)

    def error(self) -> dict[str, str] | None:
        """What went wrong, if something did."""
        return codec.decode(self.ledger).get("error")

    def problem(self) -> Problem:
        """The row of `errors.jsonl` of a document that failed."""
        return Problem(self.source, **self.error() or {}, record=self.record)


Item = Entry | Problem

BLOBS = ("ledger", "body", "flags", "entries")


def entry_of(document: Document, error: Error | None = None) -> Entry:
    """The entry of a document; one with an error failed, and has its raw text in the ledger.

    Raises:
        InputError: the document has what JSON cannot hold.
    """
    status = "failed" if error is not None else "kept" if document.dropped is None else "dropped"
    origin = document.origin
    record = None if origin is None else origin.record
    row = codec.document_row(document)
    ledger = codec.encode(codec.ledger_of(row, status, error=error))
    body = flags = entries = b""
    if status == "kept":
        body = document.text.encode("utf-8") if record is None else codec.encode(codec.shard_of(row))
    if status != "failed":
        flags, entries = map(codec.encode_all, note_rows(document))
    changed = status == "dropped" or any(patch.edits for patch in document.trail)
    counts = {} if status == "failed" else stage_counts(document)
    source = origin.source if origin else document.id
    return Entry(document.id, source, record, status, changed, counts, ledger, body, flags, entries)


def block_bytes(items: Iterable[Item], facts: bytes) -> bytes:
    """A block of a part."""
    heads: list[Row] = []
    blobs: list[bytes] = []
    for item in items:
        if isinstance(item, Problem):
            heads.append({"problem": item._asdict()})
            continue
        head: Row = item._asdict()
        for name in BLOBS:
            blobs.append(head[name])
            head[name] = len(head[name])
        heads.append(head)
    content = b"".join(blobs)
    return codec.encode({"items": heads, "facts": len(facts), "bytes": len(content)}) + facts + content


def end_bytes(documents: int, redone: int) -> bytes:
    """The last line of a part: how many documents, and how many of them some stage has read."""
    return codec.encode({"end": documents, "redone": redone})


class Block(NamedTuple):
    """A block of a part. It can be read until the next one is asked for."""

    items: list[Row]
    """What `Entry` says of each document, with sizes for bytes; or a problem."""
    file: BinaryIO
    facts_at: int
    bytes_at: int
    end: int

    def facts(self) -> bytes:
        """What only the whole run can judge."""
        self.file.seek(self.facts_at)
        return self.file.read(self.bytes_at - self.facts_at)

    def all(self) -> Iterator[Item]:
        """Every document and problem, in order."""
        self.file.seek(self.bytes_at)
        content = self.file.read(self.end - self.bytes_at)
        at = 0
        for head in self.items:
            if "problem" in head:
                yield Problem(**head["problem"])
                continue
            blobs = {}
            for name in BLOBS:
                blobs[name] = content[at : at + head[name]]
                at += head[name]
            yield Entry(**{**head, **blobs})


def read_blocks(path: Path) -> Iterator[Block]:
    """The blocks of a finished part, in order."""
    with path.open("rb") as file:
        while True:
            head = codec.decode(file.readline())
            if "end" in head:
                return
            start = file.tell()
            middle = start + head["facts"]
            end = middle + head["bytes"]
            yield Block(head["items"], file, start, middle, end)
            file.seek(end)


def ending(path: Path) -> Row | None:
    """The last line of a part, decoded; None if the part is not finished.

    Raises:
        OSError: there is no such file.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 64))
        tail = file.read()
    at = tail.rfind(b'{"end":')
    return codec.decode(tail[at:]) if at >= 0 and tail.endswith(b"}\n") else None
