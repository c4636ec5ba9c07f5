"""A small run of our own writing: stages that look up fixed strings, written to disk as a run is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from clean import codec
from clean.model import Document, Drop, Edit, Finding, Json, Note, Origin
from clean.pipeline import Pipeline

LIVE = (
    "Harbour live: Ferries return after storm\n\nShare it\n\nUpdate on\n\n"
    "The first ferry left at 9am, the Tas news agency said. .\n\nShare it\n\n"
    "Ferry crews thanked the coast guard.\n\nFerry crews thanked the coast guard.\n\n"
    "Leave a comment\nYour name\nYour mail\n"
)
ARABIC = "عادت العبارات إلى الميناء\n\nشارك\n\nقال المتحدث «لقد انتهت العاصفة».\n"
CHINESE = "渡轮恢复通航\n\n分享\n\n发言人说：“风暴已经过去。”\n"
HOSTILE = (
    "<script>alert('page')</script>\n</script><img src=x onerror=alert(1)>\n"
    "\x1b[31mred\x1b[0m and \u202eevil\u202c text\n\nShare it\n\n"
    "A price of 3\u00a0euros and a \U0001f600 face . .\nlast line"
)
COPY = "Ferries are back, the port said on Monday.\n\nShare it\n"

TEXTS = {
    "ar.txt": ARABIC,
    "b/hostile.txt": HOSTILE,
    "copy.txt": COPY,
    "live.txt": LIVE,
    "plain.txt": "Nothing here\nis furniture.\n",
    "zh.txt": CHINESE,
}


@dataclass(frozen=True)
class Lookup:
    """A stage that finds fixed strings."""

    name: str
    finds: tuple[tuple[str, str, str, Mapping[str, Json]], ...] = ()
    notes: tuple[tuple[str, str, Json], ...] = ()
    drops: Mapping[str, Drop] | None = None
    version: str = "test"
    after: tuple[str, ...] = ()

    def __call__(self, document: Document, /) -> Iterable[Finding]:
        for old, new, rule, because in self.finds:
            at = document.text.find(old)
            while at >= 0:
                yield Edit(at, old, new, f"{self.name}/{rule}", because)
                at = document.text.find(old, at + len(old))
        for words, key, value in self.notes:
            at = document.text.find(words)
            if at >= 0:
                yield Note(at, at + len(words), key, value, f"{self.name}/{key}")
        if self.drops and document.id in self.drops:
            yield self.drops[document.id]


STAGES = (
    Lookup(
        "unicode",
        (("\x1b[31m", "", "escape", {}), ("\x1b[0m", "", "escape", {}), ("\u00a0", " ", "space", {})),
    ),
    Lookup(
        "boilerplate",
        (
            ("Share it\n\n", "", "share-line", {"class": "share"}),
            ("Update on\n\n", "", "update-label", {"class": "time"}),
            (
                "\nLeave a comment\nYour name\nYour mail\n",
                "",
                "comment-form",
                {"class": "comment", "cue": "Leave a comment"},
            ),
            ("分享\n\n", "", "share-line", {"class": "share"}),
            ("شارك\n\n", "", "share-line", {"class": "share"}),
        ),
        (("Harbour live", "title", "Harbour live"),),
    ),
    Lookup(
        "entries",
        (
            (
                "Ferry crews thanked the coast guard.\n\nFerry crews thanked the coast guard.\n",
                "Ferry crews thanked the coast guard.\n",
                "near-duplicate",
                {"kept": "live.txt#2", "similarity": 0.97},
            ),
        ),
        (
            (
                "Harbour live",
                "entry",
                {"entry": "live.txt#1", "heading": "Ferries return", "byline": None, "time": None},
            ),
        ),
    ),
    Lookup(
        "translation",
        ((". .", ".", "doubled-stop", {}),),
        (("evil", "flag", {"why": "A word out of place."}),),
    ),
    Lookup(
        "names",
        (("Tas news agency", "Tass news agency", "mangled-name", {"probability": 0.93}),),
        (
            (
                "coast guard",
                "suggestion",
                {"new": "Coast Guard", "why": "The gazetteer has it with capitals."},
            ),
        ),
    ),
    Lookup(
        "duplicates",
        drops={
            "copy.txt": Drop(
                "duplicates/near-duplicate", {"kept": "live.txt", "similarity": 0.91, "relation": "near"}
            )
        },
    ),
)


def documents(texts: Mapping[str, str] = TEXTS) -> list[Document]:
    """The texts after every stage."""
    run = Pipeline(STAGES)
    return [
        run(Document(name, text, {"site": "harbour.example"}, origin=Origin(name, "0" * 64)))
        for name, text in sorted(texts.items())
    ]


def write_run(out: Path, found: Iterable[Document] | None = None) -> list[Document]:
    """Write a run as `clean run` does: cleaned texts and ledger, flags, duplicates."""
    found = documents() if found is None else list(found)
    (out / ".clean").mkdir(parents=True, exist_ok=True)
    ledger, flags = [], []
    for document in found:
        status = "dropped" if document.dropped else "kept"
        ledger.append(codec.ledger_row(document, status))
        if status == "kept":
            path = out / document.id
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(document.text.encode())
        for patch in document.trail:
            for note in patch.notes:
                if note.key in ("flag", "suggestion"):
                    flags.append(
                        {"doc": document.id, "start": note.start, "end": note.end, "rule": note.rule}
                    )
    _table(out, "ledger.jsonl", ledger)
    _table(out, "flags.jsonl", flags)
    members = [document for document in found if document.dropped or document.id == "live.txt"]
    _table(
        out,
        "duplicates.jsonl",
        [
            {
                "cluster": "c1",
                "id": document.id,
                "unit": "document",
                "survivor": document.dropped is None,
                "kept": "live.txt",
                "similarity": 0.91,
                "relation": "near",
            }
            for document in members
        ]
        if any(document.dropped for document in found)
        else [],
    )
    return found


def _table(out: Path, name: str, rows: list[dict[str, Json]]) -> None:
    (out / ".clean" / name).write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
