"""The one document in a file, or in the bytes of one record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from clean.errors import InputError
from clean.model import Document, Json, Note, Origin
from clean.read.limits import Limits
from clean.read.packed import packing_of, unpack_whole
from clean.read.remarks import page_remarks, remarks
from clean.read.source import Source, costing_itself, read_bytes
from clean.read.text import decode, flag, flagged

_MARKUP = (b"<!doctype html", b"<html>", b"<html ")


def read_file(source: Source, limits: Limits, *, sha256: str = "") -> Document:
    """The document of a text or HTML file.

    Args:
        source: of a document format.
        limits: bounds of the bytes, packed and unpacked.
        sha256: the digest that the bytes had when the run was planned.

    Raises:
        InputError: not readable, too large, damaged, binary, or changed since it was planned.
    """
    with costing_itself():
        return _read(source, limits, sha256)


def _read(source: Source, limits: Limits, sha256: str) -> Document:
    data = read_bytes(source.path, limits.bytes)
    digest = hashlib.sha256(data).hexdigest()
    if sha256 and digest != sha256:
        raise InputError("changed-while-read", "the file changed during the run", hint="Run again.")
    packing = packing_of(data, source.packing)
    flags: list[Note] = []
    if packing != source.packing:
        flags.append(flag("format-mismatch", f"named as {source.packing} data, which it is not"))
    if packing:
        data = unpack_whole(data, packing, most=limits.bytes, ratio=limits.ratio)
    markup = source.format == "html"
    if not markup and data[:1000].lstrip().lower().startswith(_MARKUP):
        markup = True
        flags.append(flag("format-mismatch", "named as text but HTML; read as HTML"))
    origin = Origin(source.name, digest)
    return from_bytes(source.name, data, origin, markup=markup, flags=flags, limits=limits)


def from_bytes(
    name: str,
    data: bytes,
    origin: Origin,
    *,
    markup: bool,
    declared: str | None = None,
    meta: Mapping[str, Json] | None = None,
    flags: list[Note] | None = None,
    limits: Limits | None = None,
) -> Document:
    """The document that some bytes are.

    Args:
        name: its id.
        data: decompressed.
        origin: where the bytes are; the decoder is filled in here.
        markup: whether to read them as HTML.
        declared: the encoding that a header names.
        meta: what the container knows of it.
        flags: what is already known to be odd.
        limits: bounds of a page; the usual ones where None.

    Raises:
        InputError: the bytes are no text.
    """
    notes = list(flags or ())
    if not markup:
        found = decode(data, declared)
        notes += found.flags
        if not found.text.strip():
            notes.append(flag("empty-input", "nothing but white space" if found.text else "no bytes"))
        notes += remarks(found.text)
        document = Document(name, found.text, dict(meta or {}), (), replace(origin, decoder=found.decoder))
        return flagged(document, tuple(notes))
    from clean.read.html import LINEARISER, declared_charset, has_surrogates, linearise

    found = decode(data, declared or declared_charset(data))
    known = dict(meta or {})
    linear = linearise(found.text, str(known.get("url") or ""), (limits or Limits()).elements)
    notes += found.flags
    notes += page_remarks(found.text)
    known_codes = {note.rule for note in notes}
    told = (flag(remark, _REMARKS.get(remark, remark)) for remark in linear.remarks)
    notes += (note for note in told if note.rule not in known_codes)
    if not found.text.strip():
        notes.append(flag("empty-input", "no markup"))
    elif not linear.text.strip():
        notes.append(flag("empty-output", "a page without visible text"))
    text = linear.text
    if has_surrogates(text):
        text = text.translate(dict.fromkeys(range(55296, 57344), "�"))
        notes.append(flag("surrogates", "halves of surrogate pairs became U+FFFD"))
    notes += remarks(text)
    origin = replace(origin, decoder=found.decoder, lineariser=LINEARISER)
    document = Document(name, text, {**known, **linear.meta}, (), origin, linear.page)
    return flagged(document, tuple(notes))


_REMARKS = {
    "html-too-deep": "too deep or too large for a tree; read without one",
    "html-malformed": "the markup is malformed",
    "metadata-skipped": "metadata of the page were not read",
}
