"""How many damaged places are repaired, repaired wrongly, or flagged; and what is changed in clean text.

    python quality/repair.py samples [--data DIR] [--stages translation,names|all] [--list]
    python quality/repair.py clean [--data DIR | FOLDER | FILE.jsonl …] [--stages …] [--list] [--flags]
    python quality/repair.py speed [--data DIR] [--stages …]

`samples` reads `seeds/repairs.jsonl` (damaged spans with a fix or null) and `seeds/protected_names.jsonl`,
runs the stages over `seeds/raw`, and looks at what became of each span. A span is *repaired* when the text
that stands in its place, with as much around it as the edits reach, is what its fix or an accepted other
form would give; *wrong* is any other change that touches a span with a fix, a protected name, or text that
is not damaged at all; *flagged* when a flag or a suggestion overlaps a span that cannot be repaired.

`clean` runs the stages over text that is right and lists every change for a person to judge. The default is
edited news: `pages/*/gold.jsonl`, `lines/raw`, and the originals of `duplicates/documents.jsonl.gz`.

The data folder is `--data`, else the environment variable CLEAN_DATA, else `../shared/data`. Where it is
absent, the script says that it was skipped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from clean import edits
from clean.config import Config
from clean.model import Document, Edit, Note, Stage
from clean.pipeline import run_stage
from clean.stages import STAGES, build_stages

REPAIRING = ("translation", "names")
"""The stages whose changes are judged; what others delete counts as gone."""


def stages(names: str) -> list[Stage]:
    """Stages by name, with the shipped packs; "all" for every one that looks at one plain text."""
    listed = [name for name in STAGES if name != "extract"] if names == "all" else names.split(",")
    return list(build_stages(Config(), names=listed))


class Change(NamedTuple):
    """An edit in the coordinates of the raw text."""

    start: int
    end: int
    old: str
    new: str
    rule: str


def changes_in_raw(document: Document, *, repairing: bool = True) -> list[Change]:
    """The edits of the stages that repair, or of the others, in raw coordinates, in order."""
    found = []
    for number, patch in enumerate(document.trail):
        before = document.trail[:number]
        if (patch.stage in REPAIRING) != repairing:
            continue
        for edit in patch.edits:
            start = edits.to_raw(before, edit.start)
            end = edits.to_raw(before, edit.end) if edit.old else start
            found.append(Change(start, end, edit.old, edit.new, edit.rule))
    return sorted(found)


def notes_in_raw(document: Document) -> list[tuple[int, int, Note]]:
    found = []
    for number, patch in enumerate(document.trail):
        before = document.trail[:number]
        found += [
            (edits.to_raw(before, note.start), edits.to_raw(before, note.end), note)
            for note in patch.notes
            if note.key in ("flag", "suggestion")
        ]
    return found


class Span(NamedTuple):
    """A damaged place of the samples."""

    id: str
    start: int
    end: int
    text: str
    kind: str
    accepted: tuple[str, ...]
    """The fix and what is accepted besides; empty where no repair is possible."""


def read_spans(data: Path) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for row in _rows(data / "seeds" / "repairs.jsonl"):
        start = _offset(data, row)
        fixes = () if row["fix"] is None else (row["fix"], *row.get("alt", ()))
        span = Span(row["id"], start, start + len(row["text"]), row["text"], row["class"], fixes)
        spans.setdefault(row["file"], []).append(span)
    return spans


def read_protected(data: Path) -> dict[str, list[tuple[int, int, str]]]:
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for row in _rows(data / "seeds" / "protected_names.jsonl"):
        start = _offset(data, row)
        spans.setdefault(row["file"], []).append((start, start + len(row["text"]), row["text"]))
    return spans


def _offset(data: Path, row: dict[str, Any]) -> int:
    text = (data / "seeds" / "raw" / row["file"]).read_text(encoding="utf-8")
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: row["line"] - 1]) + int(row["start"])
    if text[start : start + len(row["text"])] != row["text"]:
        raise SystemExit(f"{row['file']}:{row['line']}: {row['text']!r} does not stand there")
    return start


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    content = path.read_bytes()
    text = gzip.decompress(content).decode() if path.suffix == ".gz" else content.decode()
    for line in text.split("\n"):
        if line:
            yield json.loads(line)


REACH = 12
"""Characters on either side of a span that an edit may share with it ("tons" before "Munitions")."""


def is_repaired(raw: str, span: Span, changes: Sequence[Change]) -> bool:
    """Whether the changes around a span turn it, in its surroundings, into an accepted form."""
    near = [change for change in changes if change.start <= span.end and span.start <= change.end]
    if not near:
        return False
    left = min(span.start, *(change.start for change in near)) - REACH
    right = max(span.end, *(change.end for change in near)) + REACH
    got = _squeezed(_after(raw, max(0, left), right, near))
    return any(
        got == _squeezed(raw[max(0, left) : span.start] + form + raw[span.end : right])
        for form in span.accepted
    )


def _after(raw: str, left: int, right: int, changes: Iterable[Change]) -> str:
    pieces, done = [], left
    for change in changes:
        pieces += [raw[done : change.start], change.new]
        done = change.end
    return "".join([*pieces, raw[done:right]])


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def measure_samples(data: Path, names: str, *, listed: bool) -> dict[str, int]:
    """Counts over the samples; prints what became of each span when asked."""
    ran, spans, protected = stages(names), read_spans(data), read_protected(data)
    count: Counter[str] = Counter()
    from clean.translation.quotations import quotation_table

    documents = []
    for path in sorted((data / "seeds" / "raw").glob("*.txt")):
        document = Document(path.name, path.read_text(encoding="utf-8"))
        for stage in ran:
            document = run_stage(document, stage)
        documents.append(document)
    table = quotation_table(documents)
    for document in documents:
        raw, changes = edits.raw(document), changes_in_raw(document)
        notes = notes_in_raw(document)
        deleted = [c for c in changes_in_raw(document, repairing=False) if len(c.old) > len(c.new)]
        if "translated_back" in document.meta:
            shown = list(table.suggestions(document))
            notes += [
                (edits.to_raw(document.trail, n.start), edits.to_raw(document.trail, n.end), n) for n in shown
            ]
            count["suggested quotations"] += len(shown)
        explained: set[Change] = set()
        for span in spans.get(document.id, []):
            touching = [c for c in changes if c.start <= span.end and span.start <= c.end]
            explained.update(touching)
            flagged = any(start < span.end and span.start < end for start, end, _ in notes)
            if any(c.start <= span.start and span.end <= c.end for c in deleted):
                count["spans deleted by other stages"] += 1
                outcome = "gone"
            elif not span.accepted:
                count["unrepairable"] += 1
                count["unrepairable flagged"] += flagged
                outcome = "flagged" if flagged else "-"
            else:
                count["repairable"] += 1
                if is_repaired(raw, span, changes):
                    outcome = "repaired"
                    count["repaired"] += 1
                elif any(c.start < span.end and span.start < c.end for c in changes):
                    outcome = "WRONG"
                    count["wrong"] += 1
                else:
                    outcome = "flagged" if flagged else "-"
                    count["repairable flagged"] += flagged
            if listed:
                print(f"{outcome:9} {span.id} {span.kind:20} {span.text[:50]!r} → {list(span.accepted)}")
        for change in changes:
            if change not in explained:
                count["changes outside damaged spans"] += 1
                print(f"OUTSIDE   {document.id} {change}")
        for start, end, name in protected.get(document.id, []):
            count["protected"] += 1
            if any(c.start < end and start < c.end for c in changes):
                count["protected changed"] += 1
                print(f"PROTECTED {document.id} {name!r}")
        again = Document(document.id, document.text, document.meta)
        for stage in ran:
            again = run_stage(again, stage)
        count["edits of a second pass"] += sum(len(patch.edits) for patch in again.trail)
        print(f"{document.id}: {len(changes)} changes, translated back: {'translated_back' in document.meta}")
    for name in (
        "repairable", "repaired", "wrong", "repairable flagged", "unrepairable", "unrepairable flagged",
        "protected", "protected changed", "changes outside damaged spans", "edits of a second pass",
        "suggested quotations", "spans deleted by other stages",
    ):  # fmt: skip
        print(f"{name:32} {count[name]}")
    return dict(count)


def clean_texts(data: Path, given: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(name, text) of the texts to run over."""
    paths = [Path(one) for one in given] or [
        *sorted((data / "pages").glob("*/gold.jsonl")),
        data / "lines" / "raw",
        data / "duplicates" / "documents.jsonl.gz",
    ]
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*.txt")):
                yield f"{path.name}/{file.name}", file.read_text(encoding="utf-8", errors="replace")
        elif path.exists():
            for row in _rows(path):
                if row.get("level", "orig") == "orig":  # the others carry damage made on purpose
                    yield f"{path.parent.name}/{row['id']}", row["text"]
        else:
            print(f"skipped: {path} is absent", file=sys.stderr)


def measure_clean(data: Path, given: Sequence[str], names: str, *, listed: bool, flags: bool) -> None:
    ran = stages(names)
    words, changed, flagged, marked = 0, Counter[str](), Counter[str](), []
    for name, text in clean_texts(data, given):
        document = Document(name, text)
        words += len(text.split())
        for stage in ran:
            before = document
            document = run_stage(document, stage)
            if document is before:
                continue
            patch = document.trail[-1]
            for edit in patch.edits:
                changed[edit.rule] += 1
                if listed:
                    print(f"{name}\t{edit.rule}\t{_in_context(before.text, edit)}")
            for note in patch.notes:
                if note.key == "flag":
                    flagged[note.rule] += 1
                    if flags:
                        shown = before.text[max(0, note.start - 40) : note.end + 40].replace("\n", "⏎")
                        print(f"{name}\t{note.rule}\t{shown[:260]}")
        if "translated_back" in document.meta:
            marked.append((name, document.meta["translated_back"]))
    for title, counts in (("changes", changed), ("flags", flagged)):
        print(f"\n{title}: {counts.total()} in {words:,} words")
        for rule, number in counts.most_common():
            print(f"  {number:6} {rule}")
    print(f"\npages called translated back: {len(marked)}")
    for name, why in marked:
        print(f"  {name} {why}")


def _in_context(text: str, edit: Edit) -> str:
    before, after = text[max(0, edit.start - 40) : edit.start], text[edit.end : edit.end + 40]
    return f"{before}[{edit.old}→{edit.new}]{after}".replace("\n", "⏎")


def measure_speed(data: Path, given: Sequence[str], names: str) -> None:
    texts = [text for _, text in clean_texts(data, given)]
    words = sum(len(text.split()) for text in texts)
    for stage in stages(names):
        run_stage(Document("warm", texts[0]), stage)
        best = min(_seconds(texts, stage) for _ in range(3))
        print(f"{stage.name}: {words / best:,.0f} words a second of CPU ({words:,} words, best of 3)")


def _seconds(texts: Sequence[str], stage: Stage) -> float:
    started = time.process_time()
    for text in texts:
        run_stage(Document("text", text), stage)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("what", choices=["samples", "clean", "speed"])
    parser.add_argument("paths", nargs="*", help="folders of .txt or .jsonl files; default: the data folder")
    default = os.environ.get("CLEAN_DATA") or str(Path(__file__).parent.parent.parent / "shared" / "data")
    parser.add_argument("--data", default=default)
    parser.add_argument("--stages", default="translation,names")
    parser.add_argument("--list", action="store_true", help="each span, or each change")
    parser.add_argument("--flags", action="store_true", help="each flag too")
    asked = parser.parse_args()
    data = Path(asked.data)
    if not asked.paths and not data.is_dir():
        print(f"skipped: no data folder at {data}; set CLEAN_DATA")
        return
    if asked.what == "samples":
        measure_samples(data, asked.stages, listed=asked.list)
    elif asked.what == "clean":
        measure_clean(data, asked.paths, asked.stages, listed=asked.list, flags=asked.flags)
    else:
        measure_speed(data, asked.paths, asked.stages)


if __name__ == "__main__":
    main()
