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

from clean.model import Document
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
        tmp_path / "a.warc.gz", gzip.compress(b"".join(record(page(n), n) for n in range(3)))
    )

    assert len(documents) == 3
    assert codes(problems) == [("warc-not-per-record", None, "damaged")]


def test_a_record_bomb_costs_one_record(tmp_path: Path) -> None:
    bomb = gzip.compress(record(b"a" * 40_000_000, 1))

    documents, problems = read(
        tmp_path / "a.warc.gz", gzip.compress(record(page(0), 0)) + bomb + gzip.compress(record(page(2), 2))
    )

    assert len(documents) == 2
    assert codes(problems) == [("record-too-large", 1, "failed")]


def test_responses_are_unpacked_as_their_headers_say(tmp_path: Path) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (page(7)[:20], page(7)[20:])) + b"0\r\n\r\n"
    headers = (
        "text/html\r\nContent-Encoding: gzip", "text/html\r\nTransfer-Encoding: chunked",
        "text/html\r\nContent-Encoding: gzip", "text/html\r\nContent-Encoding: br",
    )  # fmt: skip
    blocks = (gzip.compress(page(7)), chunks, page(7), b"\x0b\x02\x80")
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
    data = gzip.compress(jsonl(5))

    documents, problems = read(tmp_path / "a.jsonl.gz", data[:-8] + bytes(4) + data[-4:])

    assert documents == []
    assert codes(problems) == [("corrupt", None, "failed")]


def test_a_line_bomb_is_not_unpacked(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(b'{"text": "' + b"a" * 30_000_000 + b'"}\n') + packer.flush()

    documents, problems = read(tmp_path / "a.jsonl.gz", bomb + gzip.compress(jsonl(3)))

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
