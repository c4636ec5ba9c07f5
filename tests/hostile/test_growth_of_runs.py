"""CPU time grows at most as n to the 1.35: readers of containers, many documents, what shows a run."""

from __future__ import annotations

import gzip
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest
from test_growth import PROSE, Few, gentle

from clean import edits
from clean.model import Document, Edit, Note, Patch
from clean.read.limits import Reading
from clean.read.records import read_container
from clean.read.source import Source, classify
from clean.review import diff
from clean.review.explain import as_text, explain
from clean.review.hunks import unified
from clean.review.risk import items
from clean.review.terminal import Span, wrapped
from clean.stages.duplicates import find_in, table_of

pytestmark = pytest.mark.slow


def _zstd(data: bytes) -> bytes:
    packed: bytes = pytest.importorskip("zstandard").ZstdCompressor().compress(data)
    return packed


def _record(block: bytes, length: object = None) -> bytes:
    size = len(block) if length is None else length
    head = f"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


ROW = b'{"id": "a", "text": "Rates rose on Monday."}\n'
CONTAINERS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "rows": ("a.jsonl", lambda n: ROW * (n // len(ROW))),
    "bad rows among good": ("a.jsonl", lambda n: (ROW + b"{bad}\n") * (n // 50)),
    "one row": ("a.jsonl", lambda n: b'{"text": "' + b"a" * n + b'"}\n'),
    "brackets": ("a.jsonl", lambda n: b'{"text": ' + b"[" * n + b"}\n"),
    "keys": ("a.jsonl", lambda n: b"{" + b",".join(b'"%d":1' % k for k in range(n // 8)) + b',"text":"x"}\n'),
    "blank lines": ("a.jsonl", lambda n: b"\n" * n + ROW),
    "members of one row": ("a.jsonl.gz", lambda n: gzip.compress(ROW, mtime=0) * (n // 60)),
    "empty members": ("a.jsonl.gz", lambda n: gzip.compress(b"", mtime=0) * (n // 20)),
    "empty frames": ("a.jsonl.zst", lambda n: b"\x50\x2a\x4d\x18\0\0\0\0" * (n // 8) + _zstd(ROW)),
    "frames of one row": ("a.jsonl.zst", lambda n: _zstd(ROW) * (n // 50)),
    "csv rows": ("a.csv", lambda n: b"id,text\n" + b'1,"Rates, rose"\n' * (n // 16)),
    "never closed": ("a.csv", lambda n: b'id,text\n1,"x\n' + b"2,two\n" * (n // 6)),
    "never closed, each": ("a.csv", lambda n: b"id,text\n" + b'1,"x\n' * (n // 5)),
    "closed and opened": ("a.csv", lambda n: b'id,text\n1,"x\n' + b'x","y\n' * (n // 6)),
    "many columns": ("a.csv", lambda n: b"text" + b",a" * (n // 2) + b"\nx\n"),
    "returns": ("a.csv", lambda n: b"id,text\r" + b"1,one\r" * (n // 6)),
    "warc records": ("a.warc", lambda n: _record(b"Rates rose.") * (n // 100)),
    "bad lengths": ("a.warc", lambda n: (_record(b"Rates rose.") + _record(b"x", 10**12)) * (n // 200)),
    "headers without end": ("a.warc", lambda n: _record(b"x") + b"WARC/1.0\r\n" * (n // 10)),
    "line ends": ("a.warc", lambda n: _record(b"x") + b"\r\n" * (n // 2)),
    "warc members": ("a.warc.gz", lambda n: gzip.compress(_record(b"Rates rose."), mtime=0) * (n // 100)),
    "marks of gzip": ("a.warc.gz",
        lambda n: gzip.compress(_record(b"x"), mtime=0) + b"\x1f\x8b\x08x" * (n // 4)),
    "chunks": ("a.warc", lambda n: _record(_chunked(n)).replace(b"conversion", b"response", 1)
               .replace(b"text/plain", b"application/http", 1)),
}  # fmt: skip


def _chunked(size: int) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"1\r\na\r\n" * (size // 6) + b"0\r\n\r\n"


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_container_is_read_gently(tmp_path: Path, kind: str) -> None:
    name, make = CONTAINERS[kind]

    def work(size: int) -> Callable[[], object]:
        path = tmp_path / f"{size}{name}"
        path.write_bytes(make(size))
        format_of = classify(name)
        assert format_of is not None
        return lambda: deque(read_container(Source(name, str(path), *format_of), Reading()), 0)

    assert gentle(work, 250_000)


# ---- many documents


def _stories(make: Callable[[int], str]) -> Callable[[int], list[Document]]:
    return lambda count: [Document(f"{n}.txt", make(n), {"site": "a.example"}) for n in range(count)]


CORPORA: dict[str, Callable[[int], list[Document]]] = {
    "equal": _stories(lambda n: PROSE * 6),
    "nearly equal": _stories(lambda n: PROSE * 6 + f"It was the {n}th time. {n * 7919} people came."),
    "one template": _stories(lambda n: "".join(f"{PROSE}{(n * k) % 97} rose by {n * k}. " for k in range(6))),
    "different": _stories(lambda n: " ".join(f"w{(n * 31 + k) * 7919 % 100_003}" for k in range(120))),
    "growing": _stories(lambda n: " ".join(f"w{k}" for k in range(20 + n % 200))),
    "few words": _stories(lambda n: f"Rates rose {n % 3}."),
    "quotations": _stories(lambda n: f"“{PROSE}” he said. “The bank in town {n} rose,” she said. " * 3),
    "lines of a site": _stories(lambda n: "".join(f"{PROSE}{n}-{k}\nAbout us {k % 50}\n" for k in range(8))),
    "names": _stories(lambda n: f"Mayor Ada Bel{n % 500}in and Ivo Mar{n}ov met. " * 8),
}


@pytest.mark.parametrize("kind", CORPORA)
def test_duplicates_are_found_gently(kind: str) -> None:
    def work(count: int) -> Callable[[], object]:
        documents = CORPORA[kind](count)
        return lambda: table_of(find_in(documents))

    assert gentle(work, 500)


@pytest.mark.parametrize("kind", CORPORA)
def test_documents_are_compared_gently(kind: str) -> None:
    from clean.config import Config
    from clean.stages import corpus_stage

    def work(count: int) -> Callable[[], object]:
        whole = Few(CORPORA[kind](count))
        return lambda: corpus_stage(Config(), whole)

    assert gentle(work, 500)


# ---- what shows a run


def _edited(count: int, *, lines: bool) -> Document:
    """A text that lost a word, or a line, after every other, with a flag on what stays."""
    unit, gone = ("Rates rose.\n", "Share it\n") if lines else ("Rates ", "very ")
    edits = tuple(Edit(n * (len(unit) + len(gone)) + len(unit), gone, "", "unicode/x") for n in range(count))
    notes = tuple(
        Note(n * len(unit), n * len(unit) + 3, "flag", {"why": "odd"}, "names/y") for n in range(count)
    )
    later = tuple(Edit(n * len(unit), "Rates", "Prices", "names/z") for n in range(count))
    trail = (Patch("unicode", "1", edits), Patch("names", "1", later, notes))
    return Document("a.txt", unit.replace("Rates", "Prices") * count, {}, trail)


SHOWN: dict[str, Callable[[Document], object]] = {
    "lines": lambda document: deque(diff.by_line(diff.changes(document), diff.everything, columns=80), 0),
    "words": lambda document: deque(diff.by_line(diff.changes(document), diff.everything, words=True), 0),
    "side": lambda document: deque(diff.side_by_side(diff.changes(document), diff.everything, columns=90), 0),
    "unified": lambda document: deque(unified(diff.changes(document), diff.everything), 0),
    "stat": lambda document: deque(
        diff.stat([diff.count(diff.changes(document), diff.everything)], columns=80), 0
    ),
    "explain": lambda document: [list(as_text(line)) for line in explain(document)],
    "risk": lambda document: deque(items(document, edits.versions(document)), 0),
}


@pytest.mark.parametrize("shape", ["lines", "one line"])
@pytest.mark.parametrize("form", SHOWN)
def test_a_run_is_shown_gently(form: str, shape: str) -> None:
    def work(count: int) -> Callable[[], object]:
        document = _edited(count, lines=shape == "lines")
        return lambda: SHOWN[form](document)

    assert gentle(work, 2_000)


@pytest.mark.parametrize("word", ["a", "語", "a" + "\u0301"])
def test_a_word_as_long_as_a_text_is_wrapped_gently(word: str) -> None:
    def work(count: int) -> Callable[[], object]:
        return lambda: deque(wrapped([Span(word * count)], 80), 0)

    assert gentle(work, 100_000)
