"""What a former run left that is still right: the rows of unchanged inputs, from its ledger and its texts."""

from __future__ import annotations

import hashlib
from pathlib import Path

from clean import codec, edits
from clean.codec import Row
from clean.errors import CleanError
from clean.execute.plan import Input
from clean.model import Document
from clean.write.files import STATE, digest_file
from clean.write.manifest import Manifest

LEDGER = f"{STATE}/ledger.jsonl"
CORPUS_STAGES = frozenset({"duplicates"})
"""Stages that look at other documents too: what they found is undone, and found again."""


class Previous:
    """The rows of a finished run, by source."""

    def __init__(self, out: Path, manifest: Manifest | None) -> None:
        self._out = out
        self._places: dict[str, tuple[int, int]] = {}
        self._digests: dict[str, str] = {}
        self._names: dict[str, tuple[str, str]] = {}
        if manifest is None or not _same_ledger(out, manifest):
            return
        self._digests = dict(manifest.inputs)
        self._names = {
            output.source: (name, output.sha256) for name, output in manifest.outputs.items() if output.source
        }
        with (out / LEDGER).open("rb") as file:
            at = 0
            for line in file:
                row = codec.decode(line)
                if "record" not in row:
                    self._places[str(row["source"])] = at, len(line)
                at += len(line)

    def row(self, one: Input) -> Row | None:
        """The row of an unchanged document as a shard would give it; None if it must be cleaned anew."""
        source = one.source.name
        place = self._places.get(source)
        if place is None or one.source.container or self._digests.get(source) != one.sha256:
            return None
        try:
            with (self._out / LEDGER).open("rb") as file:
                file.seek(place[0])
                row = codec.decode(file.read(place[1]))
            if row["sha256"] != one.sha256:
                return None
            if "error" in row and "text" not in row:
                return {"problem": {"source": source, **row["error"], "record": None, "severity": "failed"}}
            document = codec.ledger_document(row, None if "text" in row else self._text(source))
            while document.trail and document.trail[-1].stage in CORPUS_STAGES:
                document = _without_last(document)
            again = codec.document_row(document)
            if "error" in row:
                again["error"] = row["error"]
        except (OSError, CleanError, KeyError, TypeError, ValueError):
            return None  # damaged by hand or by the disk: cleaning it anew is always right
        return again

    def _text(self, source: str) -> str:
        name, sha256 = self._names[source]
        data = (self._out / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(name)
        return data.decode("utf-8")


def _without_last(document: Document) -> Document:
    last = document.trail[-1]
    return Document(
        document.id, edits.undo(document.text, [last]), document.meta, document.trail[:-1], document.origin
    )


def _same_ledger(out: Path, manifest: Manifest) -> bool:
    try:
        return digest_file(out / LEDGER) == manifest.outputs[LEDGER].sha256
    except (OSError, KeyError):
        return False
