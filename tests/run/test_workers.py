"""Workers: the same bytes for any number of them, and a document that kills one costs itself alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import corpus
import pytest
import stages_for_runs as stages

from clean.errors import OutputError
from clean.execute import plan
from clean.execute.local import _bound, _doubt
from clean.execute.run import run
from clean.execute.work import Spool
from clean.execute.worker import shard_order, spool_order
from clean.read.limits import Limits, Reading

SOON = 30.0
"""Seconds, for a loaded machine. A signal that is not heard shows in the exit code."""

DRIVE = [sys.executable, str(Path(__file__).parent / "drive.py")]


def codes(out: Path) -> dict[str, str]:
    rows = map(json.loads, (out / ".clean/errors.jsonl").read_bytes().splitlines())
    return {
        f"{row['source']}#{row['record']}" if row["record"] is not None else row["source"]: row["code"]
        for row in rows
    }


def children(pid: int) -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


def both_workers(process: subprocess.Popen[bytes]) -> set[int]:
    """The two workers of a run, once they are there; where they do not copy the run, a tracker too."""
    while len(found := children(process.pid)) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    return found


def alive(pids: set[int]) -> set[int]:
    def state(pid: int) -> str:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return "gone"

    return {pid for pid in pids if state(pid) not in {"gone", "Z"}}


def driven(folder: Path) -> subprocess.Popen[bytes]:
    """A slow run of raw/ into out/ by two workers, in a process of its own."""
    command = [*DRIVE, str(folder / "raw"), str(folder / "out"), "2", "build_slow"]
    return subprocess.Popen(command, env=os.environ | {stages.SLOWLY: "yes"})


def test_the_number_of_workers_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.make(tmp_path / "raw", files=30)
    monkeypatch.setattr(plan, "SHARD_FILES", 4)

    run(tmp_path / "raw", tmp_path / "here", stages.build)
    for jobs in (2, 3):
        run(tmp_path / "raw", tmp_path / f"w{jobs}", stages.build, jobs=jobs)
        assert corpus.tree(tmp_path / f"w{jobs}") == corpus.tree(tmp_path / "here")


def test_a_second_look_is_the_same_here_and_in_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.make(tmp_path / "raw", files=30)
    monkeypatch.setattr(plan, "SHARD_FILES", 4)

    run(tmp_path / "raw", tmp_path / "here", stages.build, closing=stages.closing, jobs=1)
    run(tmp_path / "raw", tmp_path / "there", stages.build, closing=stages.closing, jobs=2)

    assert corpus.tree(tmp_path / "there") == corpus.tree(tmp_path / "here")
    flags = (tmp_path / "here/.clean/flags.jsonl").read_text()
    assert flags.count("closing/day") >= 10


def test_a_document_that_ends_its_second_look_costs_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.make(tmp_path / "raw", files=6)
    (tmp_path / "raw/poison.txt").write_text("Poison: SEGFAULT\n")
    rows = "".join(
        json.dumps({"id": f"p{n}", "text": text}) + "\n" for n, text in enumerate(("One", "P: SEGFAULT"))
    )
    (tmp_path / "raw/p.jsonl").write_text(rows)

    summary = run(tmp_path / "raw", tmp_path / "out", stages.build, closing=stages.closing, jobs=2)

    assert summary.failed == 4  # these two, a text of NULs and a broken record
    assert codes(tmp_path / "out").items() >= {"poison.txt": "crashed", "p.jsonl#1": "crashed"}.items()
    assert json.loads((tmp_path / "out/p.jsonl").read_text())["text"] == "One"


def test_a_poison_document_costs_itself(tmp_path: Path) -> None:
    corpus.make(tmp_path / "clean", files=6)
    corpus.make(tmp_path / "raw", files=6)
    poison = {"a.txt": "SEGFAULT", "deep/er/b.txt": "MEMORY", "e.txt": "SPIN", "f.txt": "RAISE"}
    for name, text in poison.items():
        (tmp_path / "raw" / name).write_text(text)
    with (tmp_path / "raw/c.jsonl").open("a") as file:
        file.write('{"id": "p", "text": "SEGFAULT"}\n{"id": "q", "text": "Rates rose."}\n')
    with (tmp_path / "clean/c.jsonl").open("a") as file:
        file.write('{"id": "q", "text": "Rates rose."}\n')
    limits = Reading(Limits(seconds=1.0, memory=200_000_000))

    run(tmp_path / "clean", tmp_path / "want", stages.build_poison, reading=limits)
    summary = run(tmp_path / "raw", tmp_path / "out", stages.build_poison, jobs=2, reading=limits)

    assert codes(tmp_path / "out") == {
        "a.txt": "crashed", "bad.txt": "binary", "c.jsonl#2": "bad-record", "c.jsonl#6": "crashed",
        "deep/er/b.txt": "too-much-memory", "e.txt": "too-slow", "f.txt": "internal-error",
    }  # fmt: skip
    assert summary.failed == 7
    texts = {
        name: digest
        for name, digest in corpus.tree(tmp_path / "out").items()
        if not name.startswith(".clean")
    }
    wanted = {
        name: digest
        for name, digest in corpus.tree(tmp_path / "want").items()
        if not name.startswith(".clean")
    }
    assert texts == wanted


def test_a_large_document_has_more_time(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.\n")
    (tmp_path / "b.txt").write_text("Two.\n" * 2_000_000)
    (tmp_path / "c.spool").write_bytes(b"x" * 20_000_000)
    inputs, _ = plan.take_stock(tmp_path, "", 50_000_000)
    order = shard_order("files", plan.Shard("", tuple(sorted(inputs)[:2])))
    spool = spool_order(Spool("", inputs[0].source, str(tmp_path / "c.spool")))

    assert [_bound(order, place, 30.0) for place in (-1, 0, 1)] == [30.0, 30.0, 60.0]
    assert _bound(spool, 7, 30.0) == 120.0
    assert _bound({"kind": "revise"}, 0, 30.0) == 30.0


def test_a_container_whose_reader_dies_is_split_and_nothing_is_tried_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\n')
    (tmp_path / "b.txt").write_text("Two.\n")
    inputs, _ = plan.take_stock(tmp_path, "", 1000)
    container, file = (shard_order("files", shard) for shard in plan.cut(inputs, ""))

    _doubt(container, "crashed")

    assert container["kind"] == "split"
    with pytest.raises(OutputError, match="whatever it leaves out"):
        _doubt(file, "crashed")
    with pytest.raises(OutputError, match="whatever it leaves out"):
        _doubt(container, "crashed")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_soon_and_goes_on_later(tmp_path: Path, number: signal.Signals) -> None:
    corpus.make(tmp_path / "raw", files=160, containers=False)
    process = driven(tmp_path)
    workers = both_workers(process)
    while not any((tmp_path / "out/.clean/work").glob("*.part")):
        assert process.poll() is None
        time.sleep(0.05)

    began = time.monotonic()
    process.send_signal(number)

    assert process.wait(timeout=SOON) == 130
    while alive(workers):  # the resource tracker of multiprocessing ends a moment after its parent
        assert time.monotonic() - began < SOON
        time.sleep(0.02)
    run(tmp_path / "raw", tmp_path / "out", stages.build_slow, jobs=2)
    run(tmp_path / "raw", tmp_path / "fresh", stages.build_slow, jobs=3)
    assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / "fresh")


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")
def test_a_killed_run_leaves_no_worker_behind(tmp_path: Path) -> None:
    corpus.make(tmp_path / "raw", files=160, containers=False)
    process = driven(tmp_path)
    workers = both_workers(process)

    process.kill()
    process.wait()

    limit = time.monotonic() + SOON
    while alive(workers) and time.monotonic() < limit:
        time.sleep(0.05)
    assert alive(workers) == set()


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    corpus.make(tmp_path / "raw", files=160, containers=False)
    process = driven(tmp_path)
    workers = both_workers(process)
    time.sleep(0.5)

    os.kill(min(workers), signal.SIGKILL)

    assert process.wait(timeout=60) == 3  # bad.txt
    run(tmp_path / "raw", tmp_path / "fresh", stages.build_slow, jobs=2)
    assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / "fresh")
