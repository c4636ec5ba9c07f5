"""A folder is walked in one order; links, devices and unknown files are named and never opened."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from clean.errors import InputError, UsageError
from clean.read.source import classify, read_bytes, rooted, walk


def test_the_order_is_that_of_names_at_every_depth(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/a.html", "a.txt", "c/d/e.jsonl.gz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")

    sources, problems = walk(tmp_path)

    assert [source.name for source in sources] == ["a.txt", "a/a.html", "a/z.txt", "b.txt", "c/d/e.jsonl.gz"]
    assert [source.container for source in sources] == [False, False, False, False, True]
    assert problems == []


def test_what_is_not_a_regular_file_is_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("x")
    os.mkfifo(tmp_path / "fifo.txt")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / ".clean").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path)
        server.bind("sock.txt")
        os.chdir(here)
    (tmp_path / "notes.docx").write_text("x")
    (tmp_path / ".DS_Store").write_text("x")

    sources, problems = walk(tmp_path)

    assert [source.name for source in sources] == ["good.txt"]
    assert [(p.source, p.code, p.severity) for p in problems] == [
        (".DS_Store", "unsupported-format", "skipped"),
        (".clean", "reserved-name", "failed"),
        ("fifo.txt", "not-regular-file", "failed"),
        ("link.txt", "symlink", "failed"),
        ("loop", "symlink", "failed"),
        ("notes.docx", "unsupported-format", "failed"),
        ("self.txt", "symlink", "failed"),
        ("sock.txt", "not-regular-file", "failed"),
    ]


def test_a_name_that_is_no_utf8_is_read_and_shown(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\n.txt"
    Path(os.fsdecode(path)).write_bytes(b"x")

    (source,), _ = walk(tmp_path)

    assert source.name == "\\xff\n.txt"
    assert read_bytes(source.path, 10) == b"x"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.txt", ("text", "")),
        ("A.HTML", ("html", "")),
        ("a.htm.gz", ("html", "gzip")),
        ("a.jsonl.zst", ("jsonl", "zstd")),
        ("x.warc.wet.gz", ("warc", "gzip")),
        ("..dots.txt", ("text", "")),
        ("a.gz", None),
        ("_SUCCESS", None),
        (".txt", None),
    ],
)
def test_the_format_is_in_the_name(name: str, found: tuple[str, str] | None) -> None:
    assert classify(name) == found


def test_a_missing_input_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        walk(tmp_path / "nowhere")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(1 << 40)

    with pytest.raises(InputError) as caught:
        read_bytes(str(tmp_path / "a.txt"), 1000)

    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.txt", ["a.txt"]),
        ("*/*.txt", ["d/b.txt"]),
        ("**/*.txt", ["a.txt", "d/b.txt", "d/e/c.txt"]),
        ("d/**", ["d/b.txt", "d/e/c.html", "d/e/c.txt"]),
        ("d/e/?.html", ["d/e/c.html"]),
    ],
)
def test_a_pattern_chooses_files(tmp_path: Path, pattern: str, names: list[str]) -> None:
    for name in ("a.txt", "d/b.txt", "d/e/c.txt", "d/e/c.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    root, rest = rooted(tmp_path / pattern)

    assert [f"{root}/{source.name}" for source in walk(root, rest)[0]] == [
        f"{tmp_path}/{name}" for name in names
    ]
