"""The review page of a run: static files that open from disk, without a server and without the network.

`OUT/.clean/report/` holds `index.html`, the assets of `page/`, and the data as scripts: `data/index.js` (what
the lists show) and `data/docs-N.js` (whole documents, loaded when one is opened). With `single` all of it is
inside `index.html`.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from clean.errors import UsageError
from clean.model import Document, Patch
from clean.review.record import ORDER, STATE, Row, Run, kind, table
from clean.review.risk import Item, excerpt, items
from clean.stages import STAGES

PAGE = Path(__file__).parent / "page"
SCRIPTS = (
    "base.js",
    "align.js",
    "decide.js",
    "document.js",
    "queue.js",
    "rules.js",
    "clusters.js",
    "run.js",
    "main.js",
)

SINGLE_LIMIT = 1_000
SHARD_BYTES = 400_000
QUEUE_LIMIT = 3_000
SAMPLES = 8
BINS = 20

Json: TypeAlias = Any


def write_report(out: Path, *, single: bool = False, reasons: Mapping[str, str] | None = None) -> Path:
    """Write the page of the last run into its output folder.

    Args:
        out: the output folder; its ledger and texts are read.
        single: one file for all, to mail; up to 1,000 documents.
        reasons: rule to the `why` of its pack; read from the packs if not given.

    Returns:
        The path of the page.

    Raises:
        OutputError: there is no ledger, or a text is not what it describes.
        UsageError: too many documents for one file.
    """
    folder = out / STATE / "report"
    data = folder / "data"
    if data.exists():
        shutil.rmtree(data)
    data.mkdir(parents=True)
    collected = _Collector(out)
    shards = collected.shards()
    if single:
        documents = [row for shard in shards for row in shard]
        if len(documents) > SINGLE_LIMIT:
            raise UsageError(
                "too-many-for-one-file",
                f"{len(documents):,} documents are too many for one file",
                hint=f"Leave out --single, or review at most {SINGLE_LIMIT:,}.",
            )
        index = collected.index(1 if documents else 0, reasons)
        page = _single_page([_script("index", index), *([_script("docs-0", documents)] if documents else [])])
    else:
        count = 0
        for count, shard in enumerate(shards, 1):
            (data / f"docs-{count - 1}.js").write_bytes(_script(f"docs-{count - 1}", shard))
        (data / "index.js").write_bytes(_script("index", collected.index(count, reasons)))
        for name in ("style.css", *SCRIPTS):
            shutil.copyfile(PAGE / name, folder / name)
        page = page_html()
    path = folder / "index.html"
    path.write_bytes(page)
    return path


def page_html(policy: str = "", token: str = "") -> bytes:
    """The page that loads its scripts from beside it.

    Args:
        policy: further directives of the content security policy.
        token: of the server that takes decisions, if there is one.
    """
    tags = "\n".join(
        f'<script src="{name}" defer></script>' for name in ("base.js", "data/index.js", *SCRIPTS[1:])
    )
    rules = f"script-src 'self' file:; style-src 'self' file:; {policy}"
    return _filled('<link rel="stylesheet" href="style.css">', tags, rules, token)


def _single_page(data: Sequence[bytes]) -> bytes:
    style = (PAGE / "style.css").read_text(encoding="utf-8")
    first, *rest = ((PAGE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    scripts = [first, *(blob.decode() for blob in data), *rest]
    hashes = " ".join(map(_digest, scripts))
    return _filled(
        f"<style>{style}</style>",
        "\n".join(f"<script>{script}</script>" for script in scripts),
        f"script-src {hashes}; style-src {_digest(style)}; ",
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _filled(style: str, scripts: str, policy: str, token: str = "") -> bytes:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    for mark, value in (("@policy@", policy), ("@token@", token), ("@style@", style), ("@scripts@", scripts)):
        before, _, after = page.partition(mark)
        page = before + value + after
    return page.encode()


def _script(name: str, value: Json) -> bytes:
    r"""A value as a script. "<" becomes \u003c, else "</script>" in an article would end the script."""
    blob = orjson.dumps(value).replace(b"<", b"\\u003c")
    return b'Clean.data("' + name.encode() + b'",' + blob + b");\n"


class _Collector:
    """Reads the run once: gives the documents in shards, and afterwards the index."""

    def __init__(self, out: Path) -> None:
        self.run = Run(out)
        self.documents = 0
        self.listed = bytearray()
        """A row for each document, encoded: a fourth of the memory."""
        self.rules: dict[str, dict[str, Json]] = {}
        self.queue: list[Json] = []
        self.queued = 0
        self.removed: dict[str, dict[str, int]] = {}
        self.histogram = [0] * BINS
        self.versions: dict[str, str] = {}
        self.digest = hashlib.sha256()

    def shards(self) -> Iterator[list[Json]]:
        """The documents, some hundred kilobytes at a time."""
        shard: list[Json] = []
        size = number = 0
        for row in self.run.rows():
            if row["status"] == "failed" and "text" not in row:
                self._list([row["id"], "failed", 0, 0, 0, 0, 0, -1, 0, 0, ""])
                continue
            whole = self._document(row, number, len(shard))
            shard.append(whole)
            size += 300 + 2 * len(whole["raw"])
            if size > SHARD_BYTES:
                yield shard
                shard, size, number = [], 0, number + 1
        if shard:
            yield shard

    def _list(self, row: list[Json]) -> None:
        self.listed += (b"," if self.documents else b"") + orjson.dumps(row)
        self.documents += 1

    def _document(self, row: Row, shard: int, at: int) -> Json:
        document, texts = self.run.versions(row)
        raw = texts[0]
        place = self.documents
        counts = self._count(document, place)
        error = row.get("error") or {}
        found = list(items(document, texts, held_back=str(error.get("message", ""))))
        self.queued += len(found)
        self.queue += ((-item.risk, place, item) for item in found)
        if len(self.queue) > 8 * QUEUE_LIMIT:
            self.queue = nsmallest(QUEUE_LIMIT, self.queue, key=_riskiest)
        notes = sum(item.what in ("flag", "suggestion") for item in found)
        most = max((item.risk for item in found), default=0)
        title = row["meta"].get("title") if row.get("meta") else None
        self._list(
            [
                document.id,
                row["status"],
                len(raw),
                *counts,
                notes,
                shard,
                at,
                most,
                title if isinstance(title, str) else "",
            ]
        )
        share = max(0, len(raw) - len(document.text)) / len(raw) if raw else 0.0
        self.histogram[BINS - 1 if row["status"] == "dropped" else min(BINS - 1, int(share * BINS))] += 1
        self.digest.update(document.id.encode("utf-8", "surrogatepass") + str(row.get("sha256", "")).encode())
        return page_document(document, raw, str(row["source"]), str(row["status"]))

    def _count(self, document: Document, place: int) -> tuple[int, int, int]:
        """Characters removed, characters written, edits; adds to the tables."""
        removed = written = number = 0
        for at, patch in enumerate(document.trail):
            self.versions[patch.stage] = patch.version
            by_class = self.removed.setdefault(patch.stage, {})
            for index, edit in enumerate(patch.edits):
                found = kind(patch.stage, edit)
                number += 1
                removed += len(edit.old)
                written += len(edit.new)
                by_class[found] = by_class.get(found, 0) + len(edit.old)
                entry = self._rule(edit.rule, patch.stage, found, place)
                entry["edits"] += 1
                entry["removed"] += len(edit.old)
                entry["written"] += len(edit.new)
                self._sample(entry, document.id, [place, at, index, edit.old, edit.new])
            for index, note in enumerate(patch.notes):
                entry = self._rule(note.rule, patch.stage, note.key, place)
                entry["notes"] += 1
                said = note.value.get("why") if isinstance(note.value, dict) else note.value
                self._sample(entry, document.id, [place, at, -1 - index, str(said or note.key), ""])
            if patch.drop is not None:
                entry = self._rule(patch.drop.rule, patch.stage, patch.stage, place)
                entry["drops"] += 1
                by_class["document"] = by_class.get("document", 0) + len(document.text)
                self._sample(entry, document.id, [place, at, -1, document.text, ""])
        return removed, written, number

    def _rule(self, rule: str, stage: str, found: str, place: int) -> dict[str, Json]:
        entry = self.rules.get(rule)
        if entry is None:
            entry = self.rules[rule] = {
                "rule": rule, "stage": stage, "class": found, "edits": 0, "removed": 0, "written": 0,
                "notes": 0, "drops": 0, "docs": 0, "last": -1, "samples": [],
            }  # fmt: skip
        if entry["last"] != place:
            entry["last"] = place
            entry["docs"] += 1
        return entry

    def _sample(self, entry: dict[str, Json], name: str, sample: Json) -> None:
        """Keep a few samples, drawn by a digest of their place: spread over the run, the same each time."""
        samples = entry["samples"]
        drawn = hashlib.md5(
            f"{name} {sample[1]} {sample[2]}".encode("utf-8", "surrogatepass"), usedforsecurity=False
        )
        key = drawn.hexdigest()[:12]
        if len(samples) < SAMPLES or key < samples[-1][0]:
            old, new = (excerpt(text, 240) for text in sample[3:])
            if any(other[3:] == [old, new] for _, other in samples):
                return  # the same label over and over tells nothing
            samples.append([key, [*sample[:3], old, new]])
            samples.sort(key=_first)
            del samples[SAMPLES:]

    def index(self, shards: int, reasons: Mapping[str, str] | None) -> Json:
        """What the lists and charts show."""
        if reasons is None:
            reasons = rule_reasons(self.versions)
        for entry in self.rules.values():
            del entry["last"]
            entry["samples"] = [sample for _, sample in entry["samples"]]
            if why := reasons.get(entry["rule"]):
                entry["why"] = why
        rules = sorted(
            self.rules.values(), key=lambda e: (-e["removed"] - e["written"], -e["edits"], e["rule"])
        )
        found = nsmallest(QUEUE_LIMIT, self.queue, key=_riskiest)
        order = [*ORDER, *(stage for stage in self.versions if stage not in ORDER)]
        return {
            "digest": self.digest.hexdigest()[:16],
            "shards": shards,
            "docs": orjson.Fragment(b"[" + self.listed + b"]"),
            "rules": rules,
            "queue": [_queue_row(place, item) for _, place, item in found],
            "queued": self.queued,
            "clusters": list(_clusters(self.run.out)),
            "stages": [stage for stage in order if stage in self.versions],
            "versions": self.versions,
            "removed": self.removed,
            "histogram": self.histogram,
            "manifest": _manifest(self.run.out),
            "errors": [dict(row) for row in table(self.run.out, "errors.jsonl")][:200],
        }


def page_document(document: Document, raw: str, source: str, status: str) -> Json:
    """A document as the page takes it: the raw text and the trail; the page makes the other texts of them."""
    return {
        "id": document.id,
        "source": source,
        "status": status,
        "meta": dict(document.meta),
        "raw": raw,
        "trail": [_compact(patch) for patch in document.trail],
    }


def _first(pair: Sequence[Json]) -> Json:
    return pair[0]


def _riskiest(entry: tuple[int, int, Item]) -> tuple[int, int, int, int]:
    risk, place, item = entry
    return risk, place, item.patch, item.number


def _queue_row(place: int, item: Item) -> Json:
    return [place, *item]


def _compact(patch: Patch) -> Json:
    """A patch without the old texts: the page has the text they stand in."""
    return {
        "stage": patch.stage,
        "edits": [[edit.start, len(edit.old), edit.new, edit.rule, edit.because] for edit in patch.edits],
        "notes": [[note.start, note.end, note.key, note.value, note.rule] for note in patch.notes],
        "drop": patch.drop and [patch.drop.rule, patch.drop.because],
    }


def _clusters(out: Path) -> Iterator[Json]:
    """Clusters with their members; a text that stands in another one is a pair of its own."""
    clusters: dict[tuple[str, str], list[Json]] = {}
    pairs: list[Json] = []
    for row in table(out, "duplicates.jsonl"):
        name, unit = str(row["id"]), row.get("unit", "document")
        kept = str(row.get("kept", ""))
        member = [name, bool(row.get("survivor")), row.get("similarity"), row.get("relation", ""), kept]
        if row.get("cluster") is None:
            members = [[kept, True, None, "", ""], member]
            pairs.append({"id": f"{name} in {kept}", "unit": unit, "members": members})
        else:
            clusters.setdefault((str(row["cluster"]), unit), []).append(member)
    for (name, unit), members in clusters.items():
        yield {"id": name, "unit": unit, "members": members}
    yield from pairs


def _manifest(out: Path) -> Json:
    path = out / STATE / "manifest.json"
    try:
        found = orjson.loads(path.read_bytes()) if path.exists() else {}
    except orjson.JSONDecodeError:
        return {}
    # The list of documents is what makes a manifest long, and the page has it already.
    return {key: value for key, value in found.items() if len(orjson.dumps(value)) < 20_000}


def rule_reasons(stages: Iterable[str]) -> dict[str, str]:
    """Rule to its reason, from the stages' code and from the packs; only for these stages.

    The packs are read as plain TOML: checking and compiling them takes longer than writing the page.
    """
    from clean.rules.load import pack_files

    found: dict[str, str] = {}
    for stage in sorted(stages):
        if stage not in (*STAGES, "duplicates"):
            continue
        try:
            found |= import_module(f"clean.stages.{stage}").RULES
        except (ImportError, AttributeError):
            continue
        for path in pack_files(stage):
            pack = tomllib.loads(path.read_text(encoding="utf-8"))
            site = pack["pack"].get("site", "")
            for rule in pack.get("rule", ()):
                found[f"{stage}/{site}:{rule['id']}" if site else f"{stage}/{rule['id']}"] = rule["why"]
    return found
