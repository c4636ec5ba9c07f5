"""What a former run left that is still right: the rows of unchanged inputs, from its ledger and its texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clean import codec, edits
from clean.codec import Row
from clean.errors import CleanError
from clean.execute.plan import Input
from clean.model import Document
from clean.write.files import STATE, digest_file
from clean.write.manifest import Manifest

LEDGER = f"{STATE}/ledger.jsonl"
ERRORS = f"{STATE}/errors.jsonl"
CORPUS_STAGES = frozenset({"corpus", "duplicates"})
"""Stages that look at other documents too: what they found is undone, and found again."""


class Previous:
    """The rows of a finished run, by source."""

    def __init__(self, out: Path, manifest: Manifest | None) -> None:
        self._out = out
        self._places: dict[str, tuple[int, int]] = {}
        self._problems: dict[str, list[Row]] = {}
        self._digests: dict[str, str] = {}
        self._names: dict[str, tuple[str, str]] = {}
        if manifest is None or not all(_same(out, manifest, name) for name in (LEDGER, ERRORS)):
            return
        self._digests = dict(manifest.inputs)
        self._names = {
            output.source: (name, output.sha256) for name, output in manifest.outputs.items() if output.source
        }
        for row in _lines(out / ERRORS):
            self._problems.setdefault(str(row["source"]), []).append(row)
        with (out / LEDGER).open("rb") as file:
            at = 0
            for line in file:
                source = str(codec.decode(line)["source"])
                start, count = self._places.get(source, (at, 0))
                self._places[source] = start, count + 1
                at += len(line)

    def holds(self, one: Input) -> bool:
        """Whether an input is unchanged, and all that came of it is there."""
        source = one.source.name
        if self._digests.get(source) != one.sha256:
            return False
        try:
            if source in self._names:
                name, sha256 = self._names[source]
                if digest_file(self._out / name) != sha256 or (
                    one.source.container and name.endswith(".parquet")
                ):
                    return False
            elif source not in self._places and source not in self._problems:
                return False
            if one.source.container:
                return True
            (row,) = self.rows(one)
        except (OSError, CleanError, KeyError, TypeError, ValueError):
            return False  # damaged by hand or by the disk: cleaning it anew is always right
        return "problem" in row or row["origin"]["sha256"] == one.sha256

    def rows(self, one: Input) -> Iterator[Row]:
        """The rows of an unchanged input, as its shard would give them."""
        source = one.source.name
        problems = iter(self._problems.get(source, ()))
        texts = self._texts(one)
        for row in self._ledger(source):
            if (
                row["status"] == "failed"
            ):  # it has its row among the problems, behind what was found before it
                for problem in problems:
                    if problem["severity"] == "failed":
                        break
                    yield {"problem": problem}
            if row["status"] == "failed" and "text" not in row:
                error = row["error"]
                yield {
                    "problem": {"source": source, **error, "record": row.get("record"), "severity": "failed"}
                }
            else:
                yield _again(row, next(texts) if row["status"] == "kept" else None)
        for problem in problems:
            yield {"problem": problem}

    def _ledger(self, source: str) -> Iterator[Row]:
        start, count = self._places.get(source, (0, 0))
        with (self._out / LEDGER).open("rb") as file:
            file.seek(start)
            for _ in range(count):
                yield codec.decode(file.readline())

    def _texts(self, one: Input) -> Iterator[str]:
        if one.source.name not in self._names:
            return
        path = self._out / self._names[one.source.name][0]
        if one.source.container:
            for row in _lines(path):
                yield str(row["text"])
        else:
            yield path.read_bytes().decode("utf-8")


def _again(row: Row, text: str | None) -> Row:
    """The row of a document before the stages that look at other documents."""
    document = codec.ledger_document(row, text)
    while document.trail and document.trail[-1].stage in CORPUS_STAGES:
        document = _without_last(document)
    again = codec.document_row(document)
    if "record" in row:  # an id that was taken then may be free now
        again["id"] = again["id"].removesuffix(taken(row["source"], row["record"]))
    if "error" in row:
        again["error"] = row["error"]
    return again


def taken(source: str, record: int) -> str:
    """What is added to an id that another document has."""
    return f" ({source} #{record})"


def _lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        yield from map(codec.decode, file)


def _without_last(document: Document) -> Document:
    last = document.trail[-1]
    return Document(
        document.id, edits.undo(document.text, [last]), document.meta, document.trail[:-1], document.origin
    )


def _same(out: Path, manifest: Manifest, name: str) -> bool:
    try:
        return digest_file(out / name) == manifest.outputs[name].sha256
    except (OSError, KeyError):
        return False
