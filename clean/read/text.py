r"""Bytes to text: UTF-8 first, line by line; another encoding only where UTF-8 cannot be meant.

    >>> decode("Café\n".encode()).decoder
    'utf-8'
    >>> decode("Un café.\nLe “mot”.\n".encode() + b"\x93bad\x94\n")[:2]
    ('Un café.\nLe “mot”.\n“bad”\n', 'utf-8, 1 line windows-1252')

A detector that judges the whole file turns one bad byte in a UTF-8 page into mojibake everywhere, so
detection is the last resort: no byte order mark, nothing declared, and too little valid UTF-8 to think that
it was meant. (A share of valid bytes does not tell: a page of English in windows-1252 is 99 % valid UTF-8.)
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from clean.errors import InputError
from clean.model import Document, Note, Patch

STAGE = "read"
VERSION = "1"

LONG = 4
"""UTF-8 is meant if its valid sequences outnumber the invalid bytes; one of three or four bytes counts this
often. By chance, Chinese, Japanese and Korean encodings have one, of two bytes, to 3.4 invalid bytes."""

CONTROL_SHARE = 0.03
"""Above this share of control characters bytes are no text. Random bytes have 0.1, terminal logs less."""

DETECTED_FROM = 60_000
"""Bytes that the detector sees."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),  # before UTF-16: its mark begins with theirs
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF-": "a PDF file",
    b"\x7fELF": "a program",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "gzip data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
}
_CANDIDATES = [
    *("cp1252", "cp1250", "cp1251", "koi8_r", "shift_jis", "euc_jp", "gb18030"),
    *("big5", "euc_kr", "cp1253", "cp1254", "cp1255", "cp1256", "iso8859_2"),
]
"""Encodings that news was written in. Without this list the detector offers mac_iceland."""
_CENTRAL = frozenset(b"\x8a\x8e\x9a\x9e\x9d\x9f\xb3\xb9\xbf\xec")
"""Bytes of š ž ť ź ł ą ż ě in windows-1250; in windows-1252 they are rare in running text."""
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1b")) + b"\x7f"
_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


class Decoded(NamedTuple):
    """A text, how it was decoded, and what a person should know about that."""

    text: str
    decoder: str
    """As `Origin.decoder`."""
    flags: tuple[Note, ...] = ()
    """Findings for the trail: encoding-guessed, mixed-encoding, invalid-bytes."""


def flag(code: str, why: str) -> Note:
    """A finding of the reader about a whole document."""
    return Note(0, 0, "flag", {"why": why}, f"{STAGE}/{code}")


def flagged(document: Document, flags: tuple[Note, ...]) -> Document:
    """The document with the reader's findings as the first patch of its trail."""
    if not flags:
        return document
    patch = Patch(
        STAGE, VERSION, (), tuple(sorted(flags, key=lambda note: (note.start, note.end, note.rule)))
    )
    return Document(
        document.id, document.text, document.meta, (patch, *document.trail), document.origin, document.page
    )


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of some bytes. Nothing is lost silently: what is not UTF-8 is named in `decoder`.

    Args:
        data: a whole file or record.
        declared: the encoding that a header or the markup names, tried when UTF-8 fails.

    Raises:
        InputError: the bytes are no text ("binary").
    """
    for mark, encoding, name in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding.removesuffix("-sig"), f"{name}, byte order mark")
    wide = _wide(data)
    if wide:
        found = _marked(data, wide, f"{wide}, guessed")
        return found._replace(flags=(*found.flags, flag("encoding-guessed", f"read as {wide}")))
    refuse_binary(data)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    lines = data.split(b"\n")
    bad = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    valid = data.decode("utf-8", "ignore")
    invalid_bytes = len(data) - len(valid.encode("utf-8"))
    short = sum("\x80" <= character < "\u0800" for character in valid)
    long = sum(character >= "\u0800" for character in valid)
    if short + LONG * long >= invalid_bytes:
        return _by_line(lines, bad)
    declared_text = _declared(data, declared)
    if declared_text is not None:
        return declared_text
    detected = _detect(b"\n".join(lines[number] for number in bad))
    if detected is None:
        return _by_line(lines, bad)
    text = data.decode(detected, "replace")
    flags = [flag("encoding-guessed", f"no valid UTF-8; read as {detected}")]
    if "\ufffd" in text:
        flags.append(flag("invalid-bytes", f"bytes that are no {detected} became U+FFFD"))
    return Decoded(text, f"{detected}, guessed", tuple(flags))


def refuse_binary(data: bytes) -> None:
    """Refuse what is no text.

    Raises:
        InputError: a known signature, or too many control characters ("binary").
    """
    kinds = [kind for magic, kind in _MAGIC.items() if data.startswith(magic)]
    if not kinds:
        controls = len(data) - len(data.translate(None, _CONTROLS))
        if controls <= CONTROL_SHARE * len(data):
            return
        kinds = [f"{controls / len(data):.0%} control characters" if data.strip(b"\0") else "zero bytes"]
    raise InputError(
        "binary", f"no text but {kinds[0]}", hint="Remove it from the input, or give it its right suffix."
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _marked(data: bytes, encoding: str, decoder: str) -> Decoded:
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd") - data.decode(encoding, "ignore").count("\ufffd")
    if not lost:
        return Decoded(text, decoder)
    if encoding == "utf-8":
        lines = data.split(b"\n")
        found = _by_line(lines, [number for number, line in enumerate(lines) if not _is_utf8(line)])
        return found._replace(decoder=f"{decoder}{found.decoder.removeprefix('utf-8')}")
    note = flag("invalid-bytes", f"{lost} sequences that are no {encoding} became U+FFFD")
    return Decoded(text, f"{decoder}, {lost} invalid", (note,))


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Latin text is zero."""
    sample = data[:4096]
    half = len(sample) // 2
    if half < 4:
        return None
    if sample[1::2].count(0) > 0.6 * half and sample[0::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return None


def _by_line(lines: list[bytes], bad: list[int]) -> Decoded:
    """UTF-8, and in the lines that are not, windows-1252 for just the bytes that are not."""
    wrong = set(bad)
    text = "\n".join(
        _mend(line) if number in wrong else line.decode("utf-8") for number, line in enumerate(lines)
    )
    count = f"{len(bad)} line{'s' if len(bad) != 1 else ''}"
    why = f"{count} not UTF-8, the first is line {bad[0] + 1}; the bytes in question read as windows-1252"
    flags = (flag("mixed-encoding", why), flag("invalid-bytes", why))
    return Decoded(text, f"utf-8, {count} windows-1252", flags)


def _mend(line: bytes) -> str:
    pieces = []
    done = 0
    while done < len(line):
        try:
            pieces.append(line[done:].decode("utf-8") if done else line.decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            at = done + error.start
            pieces.append(line[done:at].decode("utf-8"))
            text, done = _mend_at(line, at)
            pieces.append(text)
    return "".join(pieces)


def _mend_at(line: bytes, at: int) -> tuple[str, int]:
    """The text of the bytes at an invalid place, and where valid ones may begin again."""
    if pair := _PAIR.match(line, at):  # CESU-8: two halves of a surrogate pair, each in UTF-8
        return pair[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode(
            "utf-16"
        ), pair.end()
    if half := _HALF.match(line, at):
        return "\ufffd", half.end()
    return line[at : at + 1].decode("cp1252", "replace"), at + 1


def _declared(data: bytes, declared: str | None) -> Decoded | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared).name
        if name in ("iso8859-1", "ascii"):  # as browsers read them
            name = "cp1252"
        if name == "utf-8" or "\0" in declared:
            return None
        return Decoded(data.decode(name), f"{name}, declared")
    except (LookupError, UnicodeError, TypeError, ValueError):
        return None


def _detect(sample: bytes) -> str | None:
    """The encoding of non-ASCII lines, or None where nothing fits."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:DETECTED_FROM], cp_isolation=_CANDIDATES).best()
    if best is None:
        return None
    encoding = str(best.encoding)
    if encoding == "cp1250":
        letters = [
            byte for byte in sample if byte >= 0x8A and byte not in b"\x91\x92\x93\x94\x95\x96\x97\x99"
        ]
        if sum(byte in _CENTRAL for byte in letters) * 10 < len(letters):
            encoding = "cp1252"
    return encoding
