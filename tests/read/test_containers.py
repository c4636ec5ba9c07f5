"""Containers: a prefix of a file gives a prefix of its records and says so; damage costs one record."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clean.errors import InputError
from clean.model import Document
from clean.read.document import read_file
from clean.read.limits import Limits, Reading
from clean.read.records import read_container
from clean.read.source import Problem, Source, classify

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
zstandard = pytest.importorskip("zstandard")

SMALL = Reading(Limits(bytes=200_000, ratio=50))


def read(path: Path, data: bytes, reading: Reading = SMALL) -> tuple[list[Document], list[Problem]]:
    path.write_bytes(data)
    kind = classify(path.name)
    assert kind is not None
    found = list(read_container(Source(path.name, str(path), *kind), reading))
    return [x for x in found if isinstance(x, Document)], [x for x in found if isinstance(x, Problem)]


def codes(problems: list[Problem]) -> list[tuple[str, int | None, str]]:
    return [(problem.code, problem.record, problem.severity) for problem in problems]


def jsonl(count: int) -> bytes:
    return b"".join(
        json.dumps({"id": f"d{n}", "text": f"Story {n}: “rates” rose."}).encode() + b"\n"
        for n in range(count)
    )


def page(number: int) -> bytes:
    return f"<html><body><p>Page {number} says that rates rose.</p></body></html>".encode()


def record(
    block: bytes, number: int, *, length: object = None, media: str = "text/html; charset=utf-8"
) -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\n\r\n".encode() + block
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http) if length is None else length}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def parquet(rows: list[dict[str, object]], **options: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out, **options)
    return out.getvalue()


# ---- prefixes


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.parametrize("suffix", [".jsonl", ".warc", ".warc.gz"])
def test_a_prefix_gives_a_prefix_and_says_so(tmp_path: Path, suffix: str, data: st.DataObject) -> None:
    pieces = {
        ".jsonl": [line + b"\n" for line in jsonl(4).splitlines()],
        ".warc": [record(page(n), n) for n in range(4)],
        ".warc.gz": [gzip.compress(record(page(n), n), mtime=0) for n in range(4)],
    }[suffix]
    whole, _ = read(tmp_path / f"whole{suffix}", b"".join(pieces))
    cut = data.draw(st.integers(1, sum(map(len, pieces)) - 1))

    documents, problems = read(tmp_path / f"cut{suffix}", b"".join(pieces)[:cut])

    assert [d.text for d in documents] == [d.text for d in whole][: len(documents)]
    complete, rest = 0, cut
    while rest >= len(pieces[complete]):
        rest -= len(pieces[complete])
        complete += 1
    assert complete <= len(documents) <= complete + 1
    if len(documents) == complete and rest > len(b"\r\n\r\n"):
        assert {"truncated", "corrupt", "format-mismatch", "bad-record"} & {p.code for p in problems}


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst", ".csv.gz"])
def test_every_prefix_of_a_compressed_stream_is_refused_or_salvaged(tmp_path: Path, suffix: str) -> None:
    text = b"id,text\n" + b"".join(b"d%d,Story %d\n" % (n, n * n) for n in range(40))
    plain = text if "csv" in suffix else jsonl(40)
    data = (
        gzip.compress(plain, mtime=0) if suffix.endswith("gz") else zstandard.ZstdCompressor().compress(plain)
    )
    whole, _ = read(tmp_path / f"whole{suffix}", data)
    assert len(whole) == 40

    for cut in range(5, len(data), 7):
        documents, problems = read(tmp_path / f"cut{suffix}", data[:cut])
        assert documents == []
        assert codes(problems) == [("truncated", None, "failed")]
        documents, problems = read(tmp_path / f"cut{suffix}", data[:cut], SMALL._replace(salvage=True))
        assert [d.text for d in documents][:-1] == [d.text for d in whole][: max(0, len(documents) - 1)]
        assert ("truncated", None, "damaged") in codes(problems)


def test_a_csv_file_that_ends_in_a_row_may_be_cut_short_and_says_so(tmp_path: Path) -> None:
    data = b"id,text\n" + b"".join(b'%d,"Story %d"\n' % (n, n * n) for n in range(9))

    for cut in range(9, len(data)):
        documents, problems = read(tmp_path / "a.csv", data[:cut])
        whole = data[:cut].endswith(b"\n")
        assert [d.text for d in documents[:-1]] == [f"Story {n * n}" for n in range(len(documents) - 1)]
        assert ({"truncated", "bad-record"} & {p.code for p in problems} == set()) == whole


@pytest.mark.parametrize("suffix", [".parquet", ".txt.gz", ".html.zst"])
def test_every_prefix_of_what_is_read_as_a_whole_is_refused(tmp_path: Path, suffix: str) -> None:
    packed = zstandard.ZstdCompressor().compress(page(1) * 30)
    data = {
        ".parquet": parquet([{"text": f"Story {n}"} for n in range(30)]),
        ".txt.gz": gzip.compress(b"Rates rose. " * 30, mtime=0),
        ".html.zst": packed,
    }[suffix]
    path = tmp_path / f"a{suffix}"
    kind = classify(path.name)
    assert kind is not None

    for cut in range(5, len(data)):
        if suffix == ".parquet":
            documents, problems = read(path, data[:cut])
            assert documents == []
            assert codes(problems) == [("truncated", None, "failed")]
            continue
        path.write_bytes(data[:cut])
        with pytest.raises(InputError) as caught:
            read_file(Source(path.name, str(path), *kind), Limits())
        assert caught.value.code == "truncated"


# ---- one bad record costs one record


def test_bad_lines_cost_themselves(tmp_path: Path) -> None:
    bad = [
        b"{",
        b"[1]",
        b'"x"',
        b'{"notext": 1}',
        b'{"text": null}',
        b'{"text": 5}',
        b'{"text": "\\ud800"}',
        b'{"text": NaN}',
    ]
    lines = [jsonl(1).strip(), *bad, b'{"text": "caf\xe9 closed"}', jsonl(1).strip()]

    documents, problems = read(tmp_path / "a.jsonl", b"\n".join(lines) + b"\n")

    assert [document.text for document in documents] == [
        "Story 0: “rates” rose.",
        "café closed",
        "Story 0: “rates” rose.",
    ]
    assert codes(problems) == [("bad-record", number, "failed") for number in range(1, 9)]


def test_a_line_beyond_the_bounds_costs_itself(tmp_path: Path) -> None:
    data = jsonl(1) + b'{"text": "' + b"a" * 300_000 + b'"}\n' + jsonl(1)

    documents, problems = read(tmp_path / "a.jsonl", data)

    assert len(documents) == 2
    assert codes(problems) == [("record-too-large", 1, "failed")]


@pytest.mark.parametrize("length", [-5, "abc", 40, 10**15])
def test_a_wrong_length_costs_one_record(tmp_path: Path, length: object) -> None:
    data = record(page(0), 0) + record(page(1), 1, length=length) + record(page(2), 2) + record(page(3), 3)

    documents, problems = read(tmp_path / "a.warc", data)

    assert [document.meta["url"] for document in documents] == [f"http://example.org/{n}" for n in (0, 2, 3)]
    assert codes(problems) == [("warc-bad-length", 1, "failed")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_garbage_between_records_is_passed_over(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    data = pack(record(page(0), 0)) + b"GARBAGE\r\n" * 5 + pack(record(page(1), 1))

    documents, problems = read(tmp_path / ("a.warc" if pack is bytes else "a.warc.gz"), data)

    assert [document.text.strip() for document in documents] == [
        f"Page {n} says that rates rose." for n in (0, 1)
    ]
    assert codes(problems) == [("corrupt", None, "damaged")]


def test_a_flipped_bit_in_a_member_costs_one_record(tmp_path: Path) -> None:
    members = [gzip.compress(record(page(n) * 50, n), mtime=0) for n in range(3)]
    broken = bytearray(members[1])
    broken[len(broken) // 2] ^= 0xFF

    documents, problems = read(tmp_path / "a.warc.gz", members[0] + bytes(broken) + members[2])

    assert [document.meta["url"] for document in documents] == [
        "http://example.org/0",
        "http://example.org/2",
    ]
    assert ("corrupt", 1, "failed") in codes(problems)


def test_one_member_for_all_records_is_read_and_said(tmp_path: Path) -> None:
    documents, problems = read(
        tmp_path / "a.warc.gz", gzip.compress(b"".join(record(page(n), n) for n in range(3)), mtime=0)
    )

    assert len(documents) == 3
    assert codes(problems) == [("warc-not-per-record", None, "damaged")]


def test_a_record_bomb_costs_one_record(tmp_path: Path) -> None:
    bomb = gzip.compress(record(b"a" * 40_000_000, 1), mtime=0)

    documents, problems = read(
        tmp_path / "a.warc.gz",
        gzip.compress(record(page(0), 0), mtime=0) + bomb + gzip.compress(record(page(2), 2), mtime=0),
    )

    assert len(documents) == 2
    assert codes(problems) == [("record-too-large", 1, "failed")]


def test_responses_are_unpacked_as_their_headers_say(tmp_path: Path) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (page(7)[:20], page(7)[20:])) + b"0\r\n\r\n"
    headers = (
        "text/html\r\nContent-Encoding: gzip", "text/html\r\nTransfer-Encoding: chunked",
        "text/html\r\nContent-Encoding: gzip", "text/html\r\nContent-Encoding: br",
    )  # fmt: skip
    blocks = (gzip.compress(page(7), mtime=0), chunks, page(7), b"\x0b\x02\x80")
    data = b"".join(
        record(block, n, media=media) for n, (block, media) in enumerate(zip(blocks, headers, strict=True))
    )

    documents, problems = read(tmp_path / "a.warc", data)

    assert [document.text.strip() for document in documents] == ["Page 7 says that rates rose."] * 3
    assert codes(problems) == [("unsupported-format", 3, "failed")]


# ---- whole files


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_garbage_after_a_stream_is_told_and_all_records_kept(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    name = "a.jsonl.gz" if pack is gzip.compress else "a.jsonl.zst"

    documents, problems = read(tmp_path / name, pack(jsonl(5)) + pack(jsonl(5)) + b"GARBAGE")

    assert len(documents) == 10
    assert codes(problems) == [("trailing-garbage", None, "damaged")]


def test_a_wrong_checksum_refuses_the_stream(tmp_path: Path) -> None:
    data = gzip.compress(jsonl(5), mtime=0)

    documents, problems = read(tmp_path / "a.jsonl.gz", data[:-8] + bytes(4) + data[-4:])

    assert documents == []
    assert codes(problems) == [("corrupt", None, "failed")]


def test_a_line_bomb_is_not_unpacked(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(b'{"text": "' + b"a" * 30_000_000 + b'"}\n') + packer.flush()

    documents, problems = read(tmp_path / "a.jsonl.gz", bomb + gzip.compress(jsonl(3), mtime=0))

    assert codes(problems) == [("bomb", None, "failed")] or (
        len(documents) == 3 and codes(problems) == [("record-too-large", 0, "failed")]
    )


def test_csv_rows_are_documents(tmp_path: Path) -> None:
    data = b'id,title,text\n1,"A, b","Rates ""rose"".\nBanks fell."\n2,x\n3,C,Three\n'

    documents, problems = read(tmp_path / "a.csv", data)

    assert [(d.id, d.text, d.meta) for d in documents] == [
        ("1", 'Rates "rose".\nBanks fell.', {"title": "A, b"}),
        ("3", "Three", {"title": "C"}),
    ]
    assert codes(problems) == [("bad-record", 1, "failed")]


def test_parquet_rows_are_documents(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"id": n, "text": f"Story {n}", "url": "http://example.org"} for n in range(100)
    ]

    documents, problems = read(tmp_path / "a.parquet", parquet(rows))

    assert [(d.id, d.text) for d in documents] == [(str(n), f"Story {n}") for n in range(100)]
    assert documents[0].meta == {"url": "http://example.org"}
    assert problems == []


def test_a_string_of_parquet_that_is_no_utf8_says_so(tmp_path: Path) -> None:
    raw = pa.array(["Café “rose”".encode("cp1252"), b"plain"], pa.binary())
    column = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": column}), sink)

    documents, problems = read(tmp_path / "a.parquet", sink.getvalue())

    assert [d.text for d in documents] == ["Café “rose”", "plain"]
    assert [note.rule for d in documents for p in d.trail for note in p.notes] == ["read/invalid-bytes"]
    assert problems == []


def test_parquet_pages_are_checked(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"text": f"Story {n} " * 20} for n in range(100)]
    data = bytearray(parquet(rows, write_page_checksum=True, compression="none", use_dictionary=False))
    data[3000] ^= 0xFF

    documents, problems = read(tmp_path / "a.parquet", bytes(data))

    assert documents == []
    assert codes(problems) == [("corrupt", None, "failed")]


def test_a_parquet_bomb_stops_at_its_bound(tmp_path: Path) -> None:
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 300, pa.int32()), pa.array(["A" * 100_000]))
    out = io.BytesIO()
    pq.write_table(pa.table({"text": texts}), out, compression="zstd")

    documents, problems = read(tmp_path / "a.parquet", out.getvalue())

    assert 1 <= len(documents) < 20
    assert codes(problems) == [("bomb", None, "damaged")]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.parquet", b"PAR1PAR1", "truncated"),
        ("a.parquet", b"", "truncated"),
        ("a.parquet", b"text", "format-mismatch"),
        ("a.parquet", parquet([{"x": 1}]), "missing-column"),
        ("a.parquet", parquet([{"text": ["a"]}]), "missing-column"),
        ("a.csv", b"a,b\n1,2\n", "missing-column"),
        ("a.warc", b"<html>", "format-mismatch"),
        ("a.jsonl.zst", b"\x28\xb5\x2f\xfd\x00" + bytes([21 << 3]) + b"\x01\0\0", "corrupt"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    documents, problems = read(tmp_path / name, data)

    assert documents == []
    assert codes(problems) == [(code, None, "failed")]
    assert problems[0].message


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x" * 5000, "a\0b", "line\nbreak"])
def test_an_id_that_can_be_no_name_is_replaced(tmp_path: Path, name: str) -> None:
    documents, _ = read(tmp_path / "a.jsonl", json.dumps({"id": name, "text": "Rates rose."}).encode())

    assert documents[0].id in {"a.jsonl#0", "../../etc/passwd"}  # an id is never a path


def test_fields_have_the_names_that_the_user_says(tmp_path: Path) -> None:
    data = b'{"key": 7, "body": "Rates rose."}\n'

    documents, problems = read(tmp_path / "a.jsonl", data, Reading(text_field="body", id_field="key"))

    assert [(d.id, d.text) for d in documents] == [("7", "Rates rose.")]
    assert problems == []


# ---- what careless writers make


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_of_any_spreadsheet(tmp_path: Path, separator: str, end: str) -> None:
    rows = [["id", "text"], ["1", '"Rates\nrose."'], ["2", "Banks fell."]]

    documents, problems = read(
        tmp_path / "a.csv", "".join(separator.join(row) + end for row in rows).encode()
    )

    assert [document.text for document in documents] == ["Rates\nrose.", "Banks fell."]
    assert problems == []


@pytest.mark.parametrize(
    ("row", "rest"),
    [(b'1,"never closed\n', 5), (b'1,"Rates" rose\n', 5), (b'1,"' + b"x" * 250_000 + b"\n", 5), (b"1\n", 5)],
)
def test_a_bad_row_costs_itself(tmp_path: Path, row: bytes, rest: int) -> None:
    data = b"id,text\n0,First.\n" + row + b"".join(b"%d,Story %d.\n" % (n, n) for n in range(2, 2 + rest))

    documents, problems = read(tmp_path / "a.csv", data)

    assert [document.id for document in documents] == ["0", *(str(n) for n in range(2, 2 + rest))]
    assert [(p.record, p.severity, bool(p.hint)) for p in problems] == [(1, "failed", True)]


def test_quotation_marks_that_never_close_cost_no_more_than_two_readings(tmp_path: Path) -> None:
    data = b'id,text\n1,"x\n' + b'x","y\n' * 2000

    documents, problems = read(tmp_path / "a.csv", data)

    assert documents == []
    assert 1 < len(problems) < 10
    assert "lines behind it were lost" in problems[-1].message


def test_a_row_in_another_encoding_says_so(tmp_path: Path) -> None:
    documents, _ = read(tmp_path / "a.csv", "id,text\n1,Café “rose”\n".encode("cp1252") + b"2,plain\n")

    assert [(d.text, d.origin.decoder) for d in documents if d.origin] == [
        ("Café “rose”", "cp1252, guessed"), ("plain", "utf-8"),
    ]  # fmt: skip
    assert [note.rule for d in documents for p in d.trail for note in p.notes] == ["read/mixed-encoding"]


def test_a_text_in_another_encoding_says_so(tmp_path: Path) -> None:
    texts = ["Café “rose”".encode("cp1252"), b"plain", bytes(40)]
    out = io.BytesIO()
    pq.write_table(pa.table({"text": pa.array(texts, pa.binary())}), out)

    documents, problems = read(tmp_path / "a.parquet", out.getvalue())

    assert [(d.text, d.origin.decoder) for d in documents if d.origin][:2] == [
        ("Café “rose”", "cp1252, guessed"), ("plain", "utf-8"),
    ]  # fmt: skip
    assert len(documents) + len(problems) == 3


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "binary", "large_binary"])
def test_texts_of_any_type_of_text(tmp_path: Path, kind: str) -> None:
    values = [b"Rates rose." if "binary" in kind else "Rates rose."]
    out = io.BytesIO()
    pq.write_table(pa.table({"text": pa.array(values, getattr(pa, kind)())}), out)

    documents, _ = read(tmp_path / "a.parquet", out.getvalue())

    assert [document.text for document in documents] == ["Rates rose."]


def test_columns_of_one_name(tmp_path: Path) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table([["a"], ["b"]], names=["text", "text"]), out)

    assert codes(read(tmp_path / "a.parquet", out.getvalue())[1]) == [("missing-column", None, "failed")]
    assert codes(read(tmp_path / "a.csv", b"text,text\na,b\n")[1]) == [("missing-column", None, "failed")]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_records_in_utf16_are_refused_with_what_to_type(tmp_path: Path, name: str) -> None:
    _, problems = read(tmp_path / name, jsonl(3).decode().encode("utf-16"))

    assert codes(problems) == [("unsupported-format", None, "failed")]
    assert "iconv" in problems[0].hint


def test_a_list_of_objects_is_told_from_lines(tmp_path: Path) -> None:
    _, problems = read(tmp_path / "a.jsonl", b"[" + b",".join(jsonl(3).splitlines()) + b"]")

    assert codes(problems) == [("bad-record", 0, "failed")]
    assert "jq" in problems[0].hint


def test_zstd_frames_without_data_are_passed_over(tmp_path: Path) -> None:
    pack = zstandard.ZstdCompressor().compress
    empty = b"\x52\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"abcd"

    documents, problems = read(
        tmp_path / "a.jsonl.zst", empty + pack(jsonl(2)) + empty + pack(jsonl(3)) + empty
    )

    assert len(documents) == 5
    assert problems == []


@pytest.mark.parametrize(
    ("media", "block"),
    [
        ("Content-Encoding: gzip", gzip.compress(page(1) * 9, mtime=0)[:-12]),
        ("Content-Encoding: deflate", zlib.compress(page(1) * 9)[:-12]),
        ("Transfer-Encoding: chunked", b"%x\r\n%s" % (len(page(1)), page(1)[:40])),
        ("Transfer-Encoding: chunked", b"%x\r\n%s\r\nGARBAGE" % (len(page(1)), page(1))),
    ],
)
def test_content_that_is_cut_short_costs_its_record(tmp_path: Path, media: str, block: bytes) -> None:
    data = record(block, 0, media=f"text/html\r\n{media}") + record(page(1), 1)

    documents, problems = read(tmp_path / "a.warc", data)

    assert [document.meta["url"] for document in documents] == ["http://example.org/1"]
    assert codes(problems) == [("truncated", 0, "failed")]


def test_bare_deflate_and_line_feeds_are_read(tmp_path: Path) -> None:
    packed = zlib.compress(page(1))[2:-4]
    plain = record(page(2), 2, media="text/html").partition(b"\r\n\r\n")
    data = (
        record(packed, 1, media="text/html\r\nContent-Encoding: deflate")
        + plain[0].replace(b"\r\n", b"\n") + b"\n\n" + plain[2]
    )  # fmt: skip

    documents, problems = read(tmp_path / "a.warc", data)

    assert [document.text.strip() for document in documents] == [
        f"Page {n} says that rates rose." for n in (1, 2)
    ]
    assert problems == []


@pytest.mark.parametrize(
    "data",
    [gzip.compress(b"", mtime=0), gzip.compress(record(b"x", 0).replace(b"response", b"revisit"), mtime=0)],
)
def test_a_crawl_without_pages_says_so(tmp_path: Path, data: bytes) -> None:
    assert codes(read(tmp_path / "a.warc.gz", data)[1]) == [("empty-input", None, "damaged")]


EDIT = {"start": 0, "old": "Oil. ", "new": "", "rule": "unicode/x", "because": {}}
PATCH = {"stage": "unicode", "version": "1", "edits": [EDIT], "notes": [], "drop": None}


@pytest.mark.parametrize(
    ("patch", "good"),
    [
        (PATCH, True),
        (PATCH | {"edits": [EDIT | {"start": 11}]}, True),
        (PATCH | {"edits": [EDIT | {"start": 99}]}, False),
        (PATCH | {"edits": [EDIT | {"new": "no"}]}, False),
        (PATCH | {"edits": [EDIT | {"start": -3}]}, False),
        (PATCH | {"edits": [EDIT | {"start": 1e300}]}, False),
        (PATCH | {"edits": [EDIT, EDIT]}, False),
        (PATCH | {"notes": [{"start": 0, "end": 99, "key": "flag", "value": 1, "rule": "r"}]}, False),
        (5, False),
    ],
)
def test_a_trail_that_comes_with_a_record_must_lead_to_its_text(
    tmp_path: Path, patch: object, good: bool
) -> None:
    data = json.dumps({"text": "Rates rose.", "trail": [patch]}).encode() + b"\n" + jsonl(1)

    documents, problems = read(tmp_path / "a.jsonl", data)

    assert len(documents) == 1 + good
    assert codes(problems) == [("bad-record", 0, "failed")] * (not good)


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt"])
def test_what_no_reader_foresaw_costs_its_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("clean.read.jsonl.lines", broken)
    monkeypatch.setattr("clean.read.document.decode", broken)
    if name == "a.jsonl":
        assert codes(read(tmp_path / name, jsonl(1))[1]) == [("internal-error", None, "failed")]
        return
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError) as caught:
        read_file(Source(name, str(tmp_path / name), "text"), Limits())
    assert caught.value.code == "internal-error"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", json.dumps([{"id": n, "text": "x"} for n in range(3000)], indent=1).encode()),
        ("a.csv", b"id,text\n" + b"1\n" * 3000),
        ("a.warc", record(page(0), 0) + b"WARC/1.0\r\nX: y\r\n\r\n\r\n" * 3000),
        ("a.warc.gz", gzip.compress(record(page(0), 0), mtime=0) + b"\x1f\x8b\x08x" * 3000),
    ],
)
def test_a_container_of_nothing_readable_is_left(tmp_path: Path, name: str, data: bytes) -> None:
    _, problems = read(tmp_path / name, data)

    assert 1000 <= len(problems) < 1200
    assert codes(problems)[-1] == ("mostly-unreadable", None, "damaged")


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.warc", "a.parquet"])
def test_a_container_that_grows_while_it_is_read_is_refused(tmp_path: Path, name: str) -> None:
    data = {
        "a.jsonl": jsonl(9),
        "a.csv": b"id,text\n" + b"1,x\n" * 9,
        "a.warc": b"".join(record(page(n), n) for n in range(9)),
        "a.parquet": parquet([{"text": "x"}] * 99),
    }[name]
    (tmp_path / name).write_bytes(data)
    kind = classify(name)
    assert kind is not None
    found = read_container(Source(name, str(tmp_path / name), *kind), SMALL)
    assert isinstance(next(found), Document)

    (tmp_path / name).write_bytes(data + data)

    assert list(found)[-1] == Problem(
        name, "changed-while-read", "the file changed while it was read", "Run again."
    )
