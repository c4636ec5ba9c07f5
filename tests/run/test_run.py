"""The run: what it writes, what it does again, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import corpus
import pytest
import stages_for_runs as stages

from clean import codec, edits
from clean.dedup.find import Settings
from clean.errors import CleanError, OutputError, UsageError
from clean.execute import collect
from clean.execute import run as run_module
from clean.execute.lock import locked
from clean.execute.run import Summary, run


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    corpus.make(tmp_path / "raw")
    return tmp_path / "raw"


def table(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / ".clean" / f"{name}.jsonl").read_bytes().splitlines()]


def test_counts_in_are_counts_out(raw: Path, tmp_path: Path) -> None:
    summary = run(raw, tmp_path / "out", stages.build)

    rows = table(tmp_path / "out", "ledger")
    assert (summary.kept, summary.dropped, summary.failed) == (14, 0, 2)
    assert len(rows) == 16
    assert summary.exit_code == 3
    assert sorted(corpus.tree(tmp_path / "out")) == [
        ".clean/duplicates.jsonl", ".clean/entries.jsonl", ".clean/errors.jsonl", ".clean/flags.jsonl",
        ".clean/ledger.jsonl", ".clean/manifest.json", "c.jsonl", "d.jsonl", "deep/er/s1.txt",
        "deep/er/s3.txt", "s0.txt", "s2.txt",
    ]  # fmt: skip


def test_the_database_gives_the_verdicts_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.make(tmp_path / "raw", files=12)
    for number in range(0, 12, 2):
        (tmp_path / f"raw/copy{number}.txt").write_text("Copied. " + corpus.story(number, 20))
        (tmp_path / f"raw/other{number}.txt").write_text(corpus.story(number, 20))
    settings = Settings()

    summary = run(tmp_path / "raw", tmp_path / "memory", stages.build, duplicates=settings)
    monkeypatch.setattr(collect, "IN_MEMORY", 0)
    run(tmp_path / "raw", tmp_path / "database", stages.build, duplicates=settings)

    assert summary.dropped >= 6
    assert corpus.tree(tmp_path / "database") == corpus.tree(tmp_path / "memory")


def test_ledger_and_output_give_the_raw_text_back(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "out", stages.build)

    found = 0
    for row in table(tmp_path / "out", "ledger"):
        if row["status"] == "kept" and "record" not in row:
            text = (tmp_path / "out" / row["output"]).read_bytes().decode()
            document = codec.ledger_document(row, text)
            assert edits.raw(document) == (raw / row["source"]).read_text()
            assert "ADVERT" not in text
            found += 1
    assert found == 4


def test_the_manifest_has_the_digest_of_every_file(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "out", stages.build)

    manifest = json.loads((tmp_path / "out/.clean/manifest.json").read_bytes())
    files = corpus.tree(tmp_path / "out")
    assert {name: values[0] for name, values in manifest["outputs"].items()} == {
        name: digest for name, digest in files.items() if name != ".clean/manifest.json"
    }
    assert set(manifest["inputs"]) == set(corpus.tree(raw))


def test_errors_say_what_where_and_what_now(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "out", stages.build)

    assert [
        (r["source"], r["record"], r["code"], r["stage"], bool(r["hint"]))
        for r in table(tmp_path / "out", "errors")
    ] == [
        ("bad.txt", None, "binary", "read", True),
        ("c.jsonl", 2, "bad-record", "read", True),
    ]


def test_flags_stand_in_the_raw_text(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a.txt").write_text("ADVERT now\nSHOUTINGLOUDLY again\n")

    run(tmp_path / "raw", tmp_path / "out", stages.build)

    assert table(tmp_path / "out", "flags") == [
        {
            "doc": "a.txt", "start": 11, "end": 25, "text": "SHOUTINGLOUDLY", "rule": "advert/shouting",
            "why": "shouting", "suggestion": None,
        }
    ]  # fmt: skip


def test_a_second_run_does_nothing(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(raw, tmp_path / "out", stages.build)
    before = corpus.tree(tmp_path / "out")
    monkeypatch.setattr(run_module, "process", None)

    second = run(raw, tmp_path / "out", stages.build)

    assert second == first._replace(idle=True, redone=0)
    assert corpus.tree(tmp_path / "out") == before


def changed(raw: Path) -> None:
    (raw / "s0.txt").write_text("All new.\nADVERT\n")


def added(raw: Path) -> None:
    (raw / "deep/new.txt").write_text("All new.\n")


def removed(raw: Path) -> None:
    (raw / "deep/er/s1.txt").unlink()
    (raw / "deep/er/s3.txt").unlink()


def container_gone(raw: Path) -> None:
    (raw / "d.jsonl.gz").unlink()


def damaged_container_beside(raw: Path) -> None:
    (raw / "e.jsonl").write_text('{"id": "r1", "text": "One."}\n{broken\n')


def first_of_equal_ids_gone(raw: Path) -> None:
    (raw / "c.jsonl").unlink()


def now_binary(raw: Path) -> None:
    (raw / "s2.txt").write_bytes(bytes(50))


@pytest.mark.parametrize(
    "change",
    [changed, added, removed, container_gone, damaged_container_beside, first_of_equal_ids_gone, now_binary],
)
def test_a_run_after_a_change_equals_a_fresh_one(raw: Path, tmp_path: Path, change: Any) -> None:
    run(raw, tmp_path / "out", stages.build)
    change(raw)

    run(raw, tmp_path / "out", stages.build)

    run(raw, tmp_path / "fresh", stages.build)
    assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / "fresh")
    assert not any(path.is_dir() and not any(path.iterdir()) for path in (tmp_path / "out").rglob("*"))


def test_only_what_changed_is_done_again(raw: Path, tmp_path: Path) -> None:
    assert run(raw, tmp_path / "out", stages.build).redone == 14
    changed(raw)

    assert run(raw, tmp_path / "out", stages.build).redone == 1
    assert run(raw, tmp_path / "out", stages.build).redone == 0


@pytest.mark.parametrize("damage", ["text", "ledger", "gone", "manifest"])
def test_what_was_damaged_in_the_output_is_made_again(raw: Path, tmp_path: Path, damage: str) -> None:
    out = tmp_path / "out"
    run(raw, out, stages.build)
    good = corpus.tree(out)
    if damage == "text":
        (out / "s0.txt").write_text("edited by hand")
    elif damage == "ledger":
        (out / ".clean/ledger.jsonl").write_bytes((out / ".clean/ledger.jsonl").read_bytes()[:-40])
    elif damage == "gone":
        (out / "s2.txt").unlink()
    else:
        (out / ".clean/manifest.json").write_text("{")

    run(raw, out, stages.build)

    assert corpus.tree(out) == good


def test_another_version_of_a_stage_does_everything_again(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "out", stages.build)

    summary = run(raw, tmp_path / "out", stages.build_other)

    run(raw, tmp_path / "fresh", stages.build_other)
    assert not summary.idle
    assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / "fresh")


def test_files_of_the_user_are_left_alone(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(raw, out, stages.build)
    (out / "notes.txt").write_text("mine")
    (out / "deep/er/mine.txt").write_text("mine")
    removed(raw)

    run(raw, out, stages.build)

    assert (out / "notes.txt").read_text() == "mine"
    assert [path.name for path in (out / "deep/er").iterdir()] == ["mine.txt"]


def test_the_input_is_never_touched(raw: Path, tmp_path: Path) -> None:
    def state() -> dict[str, tuple[int, int, int]]:
        return {
            str(p): (p.stat().st_mtime_ns, p.stat().st_ctime_ns, p.stat().st_size)
            for p in sorted(raw.rglob("*"))
        }

    before = state()

    run(raw, tmp_path / "out", stages.build)

    assert state() == before


@pytest.mark.parametrize(
    ("source", "target"), [("raw", "raw"), ("raw", "raw/out"), ("raw/deep", "raw"), ("raw", "link")]
)
def test_an_output_that_could_touch_the_input_is_refused(
    raw: Path, tmp_path: Path, source: str, target: str
) -> None:
    (tmp_path / "link").symlink_to(raw)
    before = corpus.tree(raw)

    with pytest.raises(UsageError):
        run(tmp_path / source, tmp_path / target, stages.build)

    assert corpus.tree(raw) == before


def test_two_runs_on_one_output_are_refused(raw: Path, tmp_path: Path) -> None:
    with locked(tmp_path / "out"), pytest.raises(OutputError) as caught:
        run(raw, tmp_path / "out", stages.build)

    assert caught.value.code == "locked"
    assert run(raw, tmp_path / "out", stages.build).kept == 14


@pytest.mark.parametrize(
    ("names", "outputs"),
    [
        (["a.txt", "a.html"], ["a.html.txt", "a.txt"]),
        (["a.html", "a.html.gz"], ["a.html.gz.txt", "a.html.txt"]),
        (["a.txt", "a.txt.gz"], ["a.txt", "a.txt.gz.txt"]),
        (["c.jsonl", "c.jsonl.gz"], ["c.jsonl", "c.jsonl.gz.jsonl"]),
        (["b.htm"], ["b.htm.txt"]),
        (["b.html", "b.html.txt/c.txt"], ["b.html-15b2b17c.txt", "b.html.txt/c.txt"]),
        (["x" * 251 + ".txt"], ["x" * 251 + ".txt"]),
    ],
)  # fmt: skip
def test_names_of_outputs_follow_from_names_of_inputs(
    tmp_path: Path, names: list[str], outputs: list[str]
) -> None:
    import gzip

    (tmp_path / "raw").mkdir()
    for name in names:
        data = (
            b'{"text": "Rates rose."}\n' if "jsonl" in name else f"<p>Rates rose in {name[:9]}.</p>".encode()
        )
        (tmp_path / "raw" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "raw" / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)

    run(tmp_path / "raw", tmp_path / "out", stages.build)

    assert [
        name for name in sorted(corpus.tree(tmp_path / "out")) if not name.startswith(".clean")
    ] == outputs


def test_a_name_too_long_for_its_output_is_shortened(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for letter in "ab":
        (tmp_path / "raw" / ("é" * 124 + letter + ".html")).write_text("<p>Rates rose.</p>")

    assert run(tmp_path / "raw", tmp_path / "out", stages.build).kept == 2

    names = [path.name for path in (tmp_path / "out").iterdir() if path.suffix == ".txt"]
    assert len(names) == 2
    assert all(len(name.encode()) <= 255 for name in names)


def test_names_that_are_no_utf8_are_written_as_they_are(tmp_path: Path) -> None:
    import os

    (tmp_path / "raw").mkdir()
    name = os.fsdecode(b"\xff\xfe.txt")
    (tmp_path / "raw" / name).write_text("Rates rose.\n")

    first = run(tmp_path / "raw", tmp_path / "out", stages.build)
    second = run(tmp_path / "raw", tmp_path / "out", stages.build)

    assert (tmp_path / "out" / name).read_text() == "Rates rose.\n"
    assert second == first._replace(idle=True, redone=0)


def test_equal_ids_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for name in "ab":
        (tmp_path / f"raw/{name}.jsonl").write_text(
            '{"id": "x", "text": "One."}\n{"id": "x", "text": "Two."}\n'
        )

    run(tmp_path / "raw", tmp_path / "out", stages.build)

    assert [row["id"] for row in table(tmp_path / "out", "ledger")] == [
        "x", "x (a.jsonl #1)", "x (b.jsonl #0)", "x (b.jsonl #1)"
    ]  # fmt: skip


def test_the_guard_flags_and_holds_back_when_asked(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a.txt").write_text("ADVERT one two three\n" * 9 + "Rates rose.\n")
    (tmp_path / "raw/b.txt").write_text("Rates rose.\n")
    (tmp_path / "raw/c.txt").write_text("ADVERT\n")

    free = run(tmp_path / "raw", tmp_path / "free", stages.build)
    held = run(tmp_path / "raw", tmp_path / "held", stages.build, max_removed=0.5)

    assert (free.kept, free.held, free.exit_code) == (3, 0, 0)
    assert {(row["doc"], row["rule"]) for row in table(tmp_path / "free", "flags")} == {
        ("a.txt", "guard/mostly-removed"), ("c.txt", "guard/empty-output")
    }  # fmt: skip
    assert (held.kept, held.failed, held.held, held.exit_code) == (1, 2, 2, 4)
    assert not (tmp_path / "held/a.txt").exists()
    row = table(tmp_path / "held", "ledger")[0]
    assert (row["status"], row["error"]["code"]) == ("failed", "too-much-removed")
    assert row["text"] == (tmp_path / "raw/a.txt").read_text()


QUOTED = "ADVERT “It will be cold on Sunday and windy,” he said. “Take a coat and a hat with you.”\n"
FIGURES = (
    "ADVERT "
    + " ".join(str(number) for number in range(12))
    + " and sixty characters more of nothing at all\n"
)


@pytest.mark.parametrize(
    ("line", "rule"), [(QUOTED, "guard/quotation-removed"), (FIGURES, "guard/numbers-removed")]
)
def test_a_deletion_of_reporting_is_flagged_and_held_back_when_asked(
    tmp_path: Path, line: str, rule: str
) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a.txt").write_text(line + "Rates rose again on Monday.\n" * 20)
    (tmp_path / "raw/b.txt").write_text("ADVERT once\n" + "Rates rose again on Monday.\n" * 20)

    free = run(tmp_path / "raw", tmp_path / "free", stages.build)
    held = run(tmp_path / "raw", tmp_path / "held", stages.build, max_removed=0.6)

    assert (free.kept, free.exit_code) == (2, 0)
    assert [(row["doc"], row["rule"]) for row in table(tmp_path / "free", "flags")] == [("a.txt", rule)]
    assert (held.kept, held.held, held.exit_code) == (1, 1, 4)
    assert table(tmp_path / "held", "errors")[0]["code"] == "too-much-removed"


def test_a_defect_in_a_stage_costs_one_document(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a.txt").write_text("RAISE\n")
    (tmp_path / "raw/b.txt").write_text("Rates rose.\n")

    summary = run(tmp_path / "raw", tmp_path / "out", stages.build_poison)

    assert (summary.kept, summary.failed, summary.exit_code) == (1, 1, 3)
    (row,) = table(tmp_path / "out", "errors")
    assert (row["source"], row["code"], row["stage"]) == ("a.txt", "internal-error", "poison")


def test_empty_inputs_are_kept_and_flagged(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for name, data in {"a.txt": b"", "b.html": b"", "c.txt": b" \n\n", "d.txt": b"\xef\xbb\xbf"}.items():
        (tmp_path / "raw" / name).write_bytes(data)
    (tmp_path / "raw/e.jsonl").write_bytes(b"")

    summary = run(tmp_path / "raw", tmp_path / "out", stages.build)

    assert (summary.kept, summary.failed) == (4, 0)
    assert [row["rule"] for row in table(tmp_path / "out", "flags")] == ["read/empty-input"] * 4
    assert [(row["source"], row["code"]) for row in table(tmp_path / "out", "errors")] == [
        ("e.jsonl", "empty-input")
    ]
    assert (tmp_path / "out/e.jsonl").read_bytes() == b""


def test_an_empty_folder_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()

    assert run(tmp_path / "raw", tmp_path / "out", stages.build) == Summary(0, 0, 0, {}, 0, 0, 0)


def test_parquet_shards_hold_the_same_rows(raw: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")

    run(raw, tmp_path / "out", stages.build)
    run(raw, tmp_path / "parquet", stages.build, shard_format="parquet")

    rows = pq.read_table(tmp_path / "parquet/c.jsonl.parquet", page_checksum_verification=True).to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "out/c.jsonl").read_bytes().splitlines()]
    assert [(r["id"], r["text"], json.loads(r["trail"])) for r in rows] == [
        (r["id"], r["text"], r["trail"]) for r in lines
    ]
    assert len(rows) == 5


def test_an_output_that_cannot_be_made_is_one_clear_error(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(CleanError) as caught:
        run(raw, tmp_path / "file" / "out", stages.build)

    assert caught.value.exit_code == 3
    assert str(tmp_path / "file") in str(caught.value)
