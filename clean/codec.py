"""Documents to and from JSON: the rows of pipes, of JSON Lines files and of the ledger.

    >>> from clean.model import Document
    >>> decode(encode(document_row(Document("a.txt", "Rates rose.")))) == {
    ...     "id": "a.txt", "text": "Rates rose.", "meta": {}, "trail": []
    ... }
    True

A row is one object on one line, UTF-8, keys in the order given here, so equal documents are equal bytes.
`page` is never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import orjson

from clean import edits
from clean.errors import EditError, InputError
from clean.model import NOTHING, Document, Drop, Edit, Json, Note, Origin, Patch

Row: TypeAlias = dict[str, Any]
"""One decoded line."""


def encode(row: Mapping[str, Any]) -> bytes:
    """One line of JSON with its line end.

    Raises:
        InputError: a value that JSON cannot hold, such as half of a surrogate pair.
    """
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError as error:
        raise _not_json(error, row.get("id", "")) from error


def _not_json(error: TypeError, name: object) -> InputError:
    where = str(name)[:120].encode("utf-8", "backslashreplace").decode()
    return InputError("not-json", f"a value that JSON cannot hold ({error})", where=where)


def decode(line: bytes | str) -> Row:
    """The object on one line.

    Raises:
        InputError: the line is no JSON, or no object.
    """
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        hint = "Repair the line; every other was read."
        raise InputError("bad-record", f"not JSON: {error.msg}", hint=hint) from error
    if not isinstance(row, dict):
        raise InputError("bad-record", f"a JSON {type(row).__name__} where an object is expected")
    return row


def document_row(document: Document) -> Row:
    """The row of a pipe: id, text, meta, trail, and where the text came from if that is known."""
    return _row(document, dict(document.meta), [patch_row(patch) for patch in document.trail])


def encoded_row(document: Document) -> Row:
    """As `document_row`, with meta and trail encoded already: for a row of which two lines are made.

    Raises:
        InputError: a value that JSON cannot hold.
    """
    try:
        meta, trail = orjson.dumps(dict(document.meta)), orjson.dumps(document.trail, _fields)
    except TypeError as error:
        raise _not_json(error, document.id) from error
    return _row(document, orjson.Fragment(meta), orjson.Fragment(trail))


def _row(document: Document, meta: object, trail: object) -> Row:
    row: Row = {"id": document.id, "text": document.text, "meta": meta, "trail": trail}
    if document.origin is not None:
        row["origin"] = origin_row(document.origin)
    return row


def _fields(value: object) -> Row:
    """What of a patch the encoder does not know, as in `patch_row`: no dictionary waits for the others."""
    if isinstance(value, Edit):
        start, old, new, rule, because = value
        evidence = because if isinstance(because, dict) else dict(because)
        return {"start": start, "old": old, "new": new, "rule": rule, "because": evidence}
    if isinstance(value, Note):
        return value._asdict()
    if isinstance(value, Drop):
        return {"rule": value.rule, "because": dict(value.because)}
    raise TypeError


def document_from(row: Mapping[str, Any]) -> Document:
    """The document of a row; only `text` is required.

    Raises:
        InputError: a field is missing or of another type.
    """
    text, name = row.get("text"), row.get("id", "")
    if not isinstance(text, str):
        raise InputError(
            "bad-record", 'no field "text" with a string' if text is None else '"text" is no string'
        )
    meta, trail, origin = row.get("meta"), row.get("trail"), row.get("origin")
    meta, trail = {} if meta is None else meta, [] if trail is None else trail
    if not isinstance(meta, dict) or not isinstance(trail, list) or not isinstance(origin, dict | None):
        raise InputError("bad-record", '"meta" must be an object, "trail" a list, "origin" an object')
    return Document(
        id=name if isinstance(name, str) else str(name),
        text=text,
        meta=meta,
        trail=tuple(map(patch_from, trail)),
        origin=None if origin is None else origin_from(origin),
    )


def document_given(row: Mapping[str, Any]) -> Document:
    """The document of a row from outside: unlike `document_from`, its trail is checked against its text.

    Raises:
        InputError: a field is missing or of another type, an edit does not fit, or a note stands elsewhere.
    """
    document = document_from(row)
    try:
        texts = edits.versions(document)
    except EditError as error:
        raise InputError("bad-record", f"the trail does not lead to the text: {error.message}") from error
    for patch, text in zip(document.trail, texts, strict=False):
        if any(not 0 <= note.start <= note.end <= len(text) for note in patch.notes):
            raise InputError("bad-record", f"a note of {patch.stage!r} stands outside the text")
    return document


def origin_row(origin: Origin) -> Row:
    """Source, digest, decoder; lineariser and record only where there are any."""
    row: Row = {"source": origin.source, "sha256": origin.sha256, "decoder": origin.decoder}
    if origin.lineariser is not None:
        row["lineariser"] = origin.lineariser
    if origin.record is not None:
        row["record"] = origin.record
    return row


def origin_from(row: Mapping[str, Any]) -> Origin:
    """The origin of an `origin_row`, or of a ledger row.

    Raises:
        InputError: a field is of another type.
    """
    record, lineariser = row.get("record"), row.get("lineariser")
    if not isinstance(record, int | None) or not isinstance(lineariser, str | None):
        raise InputError("bad-record", '"record" must be a number, "lineariser" a string')
    return Origin(
        source=str(row.get("source", "-")),
        sha256=str(row.get("sha256", "")),
        decoder=str(row.get("decoder", "utf-8")),
        lineariser=lineariser,
        record=record,
    )


def patch_row(patch: Patch) -> Row:
    """What one stage did."""
    return {
        "stage": patch.stage,
        "version": patch.version,
        "edits": [
            {"start": e.start, "old": e.old, "new": e.new, "rule": e.rule, "because": dict(e.because)}
            for e in patch.edits
        ],
        "notes": [
            {"start": n.start, "end": n.end, "key": n.key, "value": n.value, "rule": n.rule}
            for n in patch.notes
        ],
        "drop": None
        if patch.drop is None
        else {"rule": patch.drop.rule, "because": dict(patch.drop.because)},
    }


def patch_from(row: Mapping[str, Any]) -> Patch:
    """The patch of a `patch_row`.

    Raises:
        InputError: a field is missing or of another type.
    """
    try:
        drop = row.get("drop")
        return Patch(
            stage=_text(row["stage"]),
            version=_text(row["version"]),
            edits=tuple(
                Edit(
                    int(e["start"]),
                    _text(e["old"]),
                    _text(e["new"]),
                    _text(e["rule"]),
                    e.get("because") or NOTHING,
                )
                for e in row.get("edits") or ()
            ),
            notes=tuple(
                Note(int(n["start"]), int(n["end"]), _text(n["key"]), n["value"], _text(n["rule"]))
                for n in row.get("notes") or ()
            ),
            drop=None if drop is None else Drop(_text(drop["rule"]), drop.get("because") or NOTHING),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InputError("bad-record", f"a patch of the trail cannot be read ({error!r})") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no string")
    return value


def ledger_row(document: Document, status: str, *, error: Mapping[str, Json] | None = None) -> Row:
    """The row of the ledger. A kept text stands in the output; every other stands here.

    Args:
        document: after every stage.
        status: "kept", "dropped" or "failed".
        error: what went wrong, for "failed".
    """
    return ledger_of(document_row(document), status, error=error)


def ledger_of(row: Row, status: str, *, error: Mapping[str, Json] | None = None) -> Row:
    """The row of the ledger, from that of a pipe."""
    origin = row.get("origin") or origin_row(Origin("-", ""))
    ledger: Row = {"id": row["id"], **origin, "status": status, "meta": row["meta"], "trail": row["trail"]}
    if status != "kept":
        ledger["text"] = row["text"]
    if error is not None:
        ledger["error"] = dict(error)
    return ledger


def shard_of(row: Row) -> Row:
    """The row of a shard, from that of a pipe: where it came from stands in the ledger."""
    return {key: value for key, value in row.items() if key != "origin"}


def with_patch(line: bytes, patch: Patch) -> bytes:
    """An encoded row that ends with its trail, with one more patch."""
    more = b"" if line.endswith(b"[]}\n") else b","
    return b"".join((line[:-3], more, orjson.dumps(patch, _fields), b"]}\n"))


def as_dropped(line: bytes, text: str) -> bytes:
    """The encoded row of the ledger of a kept document as that of a dropped one, which holds its text."""
    row = line.replace(b'"status":"kept"', b'"status":"dropped"', 1)  # a string before it would have \"
    return b"".join((row[:-2], b',"text":', orjson.dumps(text), b"}\n"))


def with_output(line: bytes, name: str) -> bytes:
    """An encoded row of the ledger with the name of the file in which its text stands."""
    return line[:-2] + b',"output":' + orjson.dumps(name) + b"}\n"


def ledger_document(row: Mapping[str, Any], text: str | None = None) -> Document:
    """The document of a ledger row, given its cleaned text unless the row holds it.

    Raises:
        InputError: the row is incomplete, or neither it nor the call has the text.
    """
    held = row.get("text", text)
    if held is None:
        raise InputError(
            "bad-record", "the ledger row of a kept document needs its cleaned text", where=str(row.get("id"))
        )
    return document_from({**row, "text": held, "origin": row})


def encode_all(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Several rows, one after the other."""
    return b"".join(map(encode, rows))
