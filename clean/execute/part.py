"""What came of a document, as the bytes that go into the output; and the file that holds a shard of them.

A part is written by whoever cleaned the shard and read by the run, which copies the bytes of every document
that needs no second look. It is a row of blocks; a block holds some documents:

    {"size": 64, "items": 123, "facts": 456, "bytes": 789}     how long what follows is
    […]                                                         what each document is
    …                                                           facts: what only the whole run can judge
    …                                                           the bytes of each document

The last line says how many documents there are: a part is complete or absent. Parts never leave the machine
that made them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, NamedTuple

from clean import codec
from clean.codec import Row
from clean.execute.batch import Error
from clean.model import Document, Stage
from clean.pipeline import run_stage
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
        return codec.ledger_document(row, self.text())

    def text(self) -> str:
        """Its text alone, which costs less."""
        if self.status == "kept" and self.record is None:
            return self.body.decode("utf-8")
        return str(codec.decode(self.body or self.ledger)["text"])

    def judged(self, stage: Stage) -> Entry:
        """The entry after the stage that acts on duplicates.

        A document without entries is judged as a whole. Then the stage finds nothing in its text, and its
        patch is put behind what is encoded already.
        """
        if self.entries or stage.name in self.stages:
            document = self.document()
            after = run_stage(document, stage)
            return self if after is document else entry_of(after)
        text = self.text()
        bare = run_stage(Document(self.id, text), stage)
        if not bare.trail:
            return self
        ledger, stages = codec.with_patch(self.ledger, bare.trail[0]), self.stages | stage_counts(bare)
        if bare.dropped is not None:
            ledger = codec.as_dropped(ledger, text)
            return self._replace(status="dropped", changed=True, stages=stages, ledger=ledger, body=b"")
        body = self.body if self.record is None else codec.with_patch(self.body, bare.trail[0])
        return self._replace(stages=stages, ledger=ledger, body=body)

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
    row = codec.encoded_row(document)
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
    listed = codec.encode({"items": heads})
    sizes = {"size": len(heads), "items": len(listed), "facts": len(facts), "bytes": sum(map(len, blobs))}
    return b"".join((codec.encode(sizes), listed, facts, *blobs))


def end_bytes(documents: int, redone: int) -> bytes:
    """The last line of a part: how many documents, and how many of them some stage has read."""
    return codec.encode({"end": documents, "redone": redone})


class Block(NamedTuple):
    """A block of a part. It can be read until the next one is asked for."""

    size: int
    """How many documents and problems."""
    file: BinaryIO
    items_at: int
    facts_at: int
    bytes_at: int
    end: int

    def items(self) -> list[Row]:
        """What `Entry` says of each document, with sizes for bytes; or a problem."""
        self.file.seek(self.items_at)
        found: list[Row] = codec.decode(self.file.read(self.facts_at - self.items_at))["items"]
        return found

    def facts(self) -> BinaryIO:
        """What only the whole run can judge: the file, where it begins."""
        self.file.seek(self.facts_at)
        return self.file

    def all(self) -> Iterator[Item]:
        """Every document and problem, in order."""
        items = self.items()
        self.file.seek(self.bytes_at)
        content = self.file.read(self.end - self.bytes_at)
        at = 0
        for head in items:
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
            first, middle, end = accumulate((start + head["items"], head["facts"], head["bytes"]))
            yield Block(head["size"], file, start, first, middle, end)
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
