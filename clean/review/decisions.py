r"""What a person decided about a run, kept so that the next run keeps to it.

    {"version": 1, "decisions": [
        {"verdict": "reject", "what": "edit", "doc": "a.txt", "rule": "boilerplate/share-line",
         "stage": "boilerplate", "old": "Share it\n", "new": "", "before": "…", "after": "…"}]}

| what | accept | reject |
|---|---|---|
| `edit` | it was right | it is not made: the old text stays |
| `suggestion` | it is made | it is not shown again |
| `drop` | it was right | the document stays |
| `rule` | it was right | the rule is off, for every document |
| `cluster` | it was right | all its members stay |
| `line` | | the line is furniture that was missed: `clean rules learn` proposes a rule |

An edit is found again by document, rule, old text and the characters around it, so a decision outlives other
rules and other offsets. Offsets are not stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from clean.codec import Row
from clean.errors import InputError
from clean.model import Document, Drop, Edit, Finding, Note, Stage
from clean.pipeline import Passed
from clean.review.record import STATE, cleaned_name
from clean.write.files import Folder

NAME = f"{STATE}/decisions.json"
"""Where a run keeps them, under its output folder."""

AROUND = 24
"""Characters before and after an edit that tell it from its like."""

COPIES = ("entries", "duplicates")
"""Stages that delete copies; what they delete names the copy that stays under `kept`."""

VERDICTS = ("accept", "reject")
WHAT = ("edit", "suggestion", "drop", "rule", "cluster", "line")
_REQUIRED = {
    "edit": ("doc", "rule", "old"),
    "suggestion": ("doc", "rule", "old"),
    "drop": ("doc", "rule"),
    "rule": ("rule",),
    "cluster": ("members",),
    "line": ("doc", "old"),
}


class Decision(NamedTuple):
    """One verdict on one thing."""

    verdict: str
    what: str
    doc: str = ""
    stage: str = ""
    rule: str = ""
    old: str = ""
    new: str = ""
    before: str = ""
    after: str = ""
    kind: str = ""
    """Class of the edit; the field `class` of the file."""
    unit: str = ""
    """Of a cluster: "document" or "entry"."""
    members: tuple[str, ...] = ()

    @property
    def target(self) -> tuple[object, ...]:
        """What it is about: a later decision on the same replaces an earlier one."""
        return self.what, self.doc, self.rule, self.old, self.new, self.before, self.after, self.members


class Decisions:
    """Decisions, ready to be asked.

    Attributes:
        all: each target once, sorted.
    """

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        last = {decision.target: decision for decision in decisions}
        self.all = tuple(sorted(last.values(), key=_order))
        self._about: dict[tuple[str, str, str, str], list[Decision]] = {}
        self._rules: set[str] = set()
        self._kept: set[str] = set()
        for decision in self.all:
            if decision.what in ("edit", "suggestion"):
                key = decision.doc, decision.what, decision.rule, decision.old
                self._about.setdefault(key, []).append(decision)
            elif decision.verdict == "reject" and decision.what == "rule":
                self._rules.add(decision.rule)
            elif decision.verdict == "reject" and decision.what == "drop":
                self._kept.add(decision.doc)
            elif decision.verdict == "reject" and decision.what == "cluster":
                self._kept.update(decision.members)

    def __bool__(self) -> bool:
        return bool(self.all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decisions) and self.all == other.all

    def __hash__(self) -> int:
        return hash(self.all)

    @property
    def documents(self) -> frozenset[str]:
        """Documents that some decision names."""
        return frozenset(self._kept | {decision.doc for decision in self.all if decision.doc})

    @property
    def rules_off(self) -> frozenset[str]:
        """Rules that are not to find anything any more."""
        return frozenset(self._rules)

    def keeps(self, document: str) -> bool:
        """Whether a document, or an entry, is not to be dropped."""
        return document in self._kept

    def digest(self, stage: str = "") -> str:
        """Eight hex digits over what changes findings, of one stage or of all; "" for nothing."""
        relevant = [row for row in map(_row, self.all) if _changes(row) and _is_of(row, stage)]
        return hashlib.sha256(orjson.dumps(relevant)).hexdigest()[:8] if relevant else ""

    def on(self, what: str, doc: str, rule: str, old: str, before: str, after: str) -> Decision | None:
        """The decision about an edit or a suggestion.

        The text around it must be the same. To take an edit back one side is enough: another decision may
        have changed the other side, and text that stays is the smaller mistake.
        """
        near = None
        for decision in self._about.get((doc, what, rule, old), ()):
            sides = (before.endswith(decision.before), after.startswith(decision.after))
            if all(sides):
                return decision
            if any(sides) and decision.verdict == "reject":
                near = near or decision
        return near

    def merged(self, later: Decisions) -> Decisions:
        """Both; where they are about the same, the later one counts."""
        return Decisions((*self.all, *later.all))


def _order(decision: Decision) -> tuple[str, ...]:
    return (
        decision.doc, decision.what, decision.rule, decision.old, decision.before, decision.after,
        decision.new, decision.verdict, *decision.members,
    )  # fmt: skip


def _changes(row: dict[str, Any]) -> bool:
    return bool(row["what"] != "line" and (row["verdict"] == "reject" or row["what"] == "suggestion"))


def _is_of(row: dict[str, Any], stage: str) -> bool:
    if row["what"] == "cluster":
        return stage in ("", *COPIES)
    return not stage or stage in (str(row.get("stage", "")), str(row.get("rule", "")).partition("/")[0])


def read(path: Path) -> Decisions:
    """Decisions from a file.

    Raises:
        InputError: the file cannot be read or is not what the page writes; names the entry.
    """
    try:
        return from_json(orjson.loads(path.read_bytes()), str(path))
    except OSError as error:
        raise InputError(
            "decisions-unreadable",
            f"cannot be read: {error.strerror}",
            where=str(path),
            hint="Save it from the review page first.",
        ) from error
    except orjson.JSONDecodeError as error:
        raise InputError("decisions-unreadable", f"is not JSON: {error}", where=str(path)) from error


def from_json(value: Any, where: str = "decisions.json") -> Decisions:
    """Decisions from decoded JSON; see `read`."""
    hint = "Save the file again from the review page."
    if (
        not isinstance(value, dict)
        or value.get("version") != 1
        or not isinstance(value.get("decisions"), list)
    ):
        raise InputError("bad-decisions", "is no file of decisions, version 1", where=where, hint=hint)
    found = []
    for number, row in enumerate(value["decisions"], 1):
        wrong = _wrong(row)
        if wrong:
            raise InputError("bad-decisions", f"decision {number}: {wrong}", where=where, hint=hint)
        fields = {name: row[name] for name in Decision._fields if name in row and name != "members"}
        members = tuple(row.get("members") or ())
        found.append(Decision(**{**fields, "kind": row.get("class", "")}, members=members))
    return Decisions(found)


def _wrong(row: object) -> str:
    if not isinstance(row, dict):
        return "is no object"
    if row.get("verdict") not in VERDICTS:
        return f"verdict is {row.get('verdict')!r}, not accept or reject"
    if row.get("what") not in WHAT:
        return f"what is {row.get('what')!r}, not one of {', '.join(WHAT)}"
    for name in _REQUIRED[row["what"]]:
        if name not in row:
            return f"{name} is missing"
    for name in ("doc", "stage", "rule", "old", "new", "before", "after", "class", "unit"):
        if not isinstance(row.get(name, ""), str):
            return f"{name} is no text"
    members = row.get("members", [])
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        return "members is no list of texts"
    return ""


def _row(decision: Decision) -> dict[str, Any]:
    row = {
        name: value for name, value in decision._asdict().items() if value and name not in ("kind", "members")
    }
    if decision.kind:
        row["class"] = decision.kind
    if decision.members:
        row["members"] = list(decision.members)
    for name in _REQUIRED[decision.what]:
        row.setdefault(name, "")
    return row


def to_json(decisions: Decisions) -> dict[str, Any]:
    """The content of a file of decisions."""
    return {"version": 1, "decisions": [_row(decision) for decision in decisions.all]}


def load(out: Path) -> Decisions:
    """The decisions that an output folder remembers; none where nothing was decided."""
    path = out / NAME
    return read(path) if path.exists() else Decisions()


def of_outputs(decisions: Decisions) -> Decisions:
    """The same about the cleaned texts, where these are the input: that of a page has a name of its own."""
    return Decisions(
        decision._replace(
            doc=decision.doc and cleaned_name(decision.doc),
            members=tuple(map(cleaned_name, decision.members)),
        )
        for decision in decisions.all
    )


def save(out: Path, decisions: Decisions) -> None:
    """Remember decisions in an output folder, in place of those it had."""
    Folder(out).put(
        NAME, orjson.dumps(to_json(decisions), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )


def decided(document: str, text: str, findings: Iterable[Finding], decisions: Decisions) -> list[Finding]:
    """What is left of a stage's findings when a person has decided. Pure: same arguments, same findings.

    Args:
        document: its id.
        text: the text that the stage received.
        findings: of the stage.
        decisions: of all documents.
    """
    kept: list[Finding] = []
    for finding in findings:
        if finding.rule in decisions.rules_off:
            continue
        if isinstance(finding, Edit):
            decision = decisions.on(
                "edit", document, finding.rule, finding.old, *around(text, finding.start, finding.end)
            )
            spared = finding.rule.startswith(COPIES) and decisions.keeps(str(finding.because.get("kept")))
            if not spared and (decision is None or decision.verdict == "accept"):
                kept.append(finding)
        elif isinstance(finding, Drop):
            if not decisions.keeps(document):
                kept.append(finding)
        else:
            kept += _noted(document, text, finding, decisions)
    return kept


def _noted(document: str, text: str, note: Note, decisions: Decisions) -> Iterator[Finding]:
    if note.key != "suggestion":
        yield note
        return
    old = text[note.start : note.end]
    decision = decisions.on("suggestion", document, note.rule, old, *around(text, note.start, note.end))
    if decision is None:
        yield note
    elif decision.verdict == "accept":
        value = note.value if isinstance(note.value, dict) else {}
        because = {key: item for key, item in value.items() if key != "new"} | {"accepted": True}
        yield Edit(note.start, old, decision.new or str(value.get("new", "")), note.rule, because)


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """The characters before and after a span that decisions remember."""
    return text[max(0, start - AROUND) : start], text[end : end + AROUND]


def deciding(stages: Sequence[Stage], decisions: Decisions) -> tuple[Stage, ...]:
    """The stages, those with decisions about them made to keep to these."""
    through = partial(_decided, decisions)
    digests = [decisions.digest(stage.name) for stage in stages]
    return tuple(
        Passed(stage, through, f"decisions={digest}") if digest else stage
        for stage, digest in zip(stages, digests, strict=True)
    )


def _decided(decisions: Decisions, document: Document, findings: Iterable[Finding]) -> list[Finding]:
    return decided(document.id, document.text, findings, decisions)


def keeping(rows: Iterable[Row], decisions: Decisions) -> list[Row]:
    """The rows of `duplicates.jsonl` without rejected drops and without what then is a cluster of one.

    Args:
        rows: of the whole run.
        decisions: of all documents.
    """
    kept = [row for row in rows if row["survivor"] or not decisions.keeps(str(row["id"]))]
    alive = {(row["cluster"], row["unit"]) for row in kept if not row["survivor"]}
    return [row for row in kept if row["cluster"] is None or (row["cluster"], row["unit"]) in alive]
