"""Death at every step, a full disk, a read-only disk: the next run writes what an undisturbed one would."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import corpus
import pytest
import stages_for_runs as stages

from clean.errors import OutputError
from clean.execute.batch import unwatched
from clean.execute.part import read_blocks
from clean.execute.plan import cut, take_stock
from clean.execute.run import run
from clean.execute.work import Task, part_done, part_files, split, write_part
from clean.pipeline import Pipeline
from clean.write.failpoint import STEPS

DRIVE = [sys.executable, str(Path(__file__).parent / "drive.py")]
KILLED = -9
KILLS = 200


def drive(raw: Path, out: Path, *, failpoint: str = "", jobs: int = 0) -> int:
    environment = {**os.environ, "CLEAN_FAILPOINT": failpoint} if failpoint else os.environ
    return subprocess.run(
        [*DRIVE, str(raw), str(out), str(jobs), "build"], env=environment, check=False
    ).returncode


def half_done(out: Path, raw: Path) -> None:
    """A former run, other inputs since: files to replace, to add and to remove."""
    corpus.make(raw, files=3)
    (raw / "old.txt").write_text("Gone soon.\n")
    run(raw, out, stages.build)
    (raw / "old.txt").unlink()
    (raw / "s0.txt").write_text("ADVERT\nAll new.\n")
    (raw / "new.txt").write_text("Rates rose.\n")


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(step, marks=pytest.mark.slow) if step in {"after_temporary", "after_replace"} else step
        for step in STEPS
    ],
)
def test_every_step_may_be_the_last(tmp_path: Path, step: str) -> None:
    half_done(tmp_path / "want", tmp_path / "raw")
    run(tmp_path / "raw", tmp_path / "want", stages.build)
    wanted = corpus.tree(tmp_path / "want")

    passes = 0
    while passes < 60:
        out, raw = tmp_path / f"{step}{passes}", tmp_path / f"raw{passes}"
        half_done(out, raw)
        code = drive(raw, out, failpoint=f"{step}:{passes + 1}")
        if code != KILLED:
            break
        passes += 1
        assert drive(raw, out) == 3
        assert corpus.tree(out) == wanted

    assert code == 3
    assert passes >= 1, "the step was never passed"


def test_a_full_disk_is_one_line_and_the_run_can_go_on(tmp_path: Path) -> None:
    corpus.make(tmp_path / "raw", files=3)
    (tmp_path / "raw/long.txt").write_text("Rates rose again.\n" * 2000)
    run(tmp_path / "raw", tmp_path / "want", stages.build)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    found = subprocess.run(
        [*DRIVE, str(tmp_path / "raw"), str(tmp_path / "out"), "0", "build"],
        preexec_fn=limit, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert found.returncode == 3
    assert found.stderr.count("\n") == 1
    assert "cannot write" in found.stderr
    assert "run the same command again" in found.stderr
    assert not list((tmp_path / "out").rglob(".tmp-*"))
    assert drive(tmp_path / "raw", tmp_path / "out") == 3
    assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / "want")


def test_a_file_that_changes_while_it_is_read_fails_and_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clean.execute import run as run_module

    corpus.make(tmp_path / "raw", files=2, containers=False)
    true_process = run_module.process

    def process(*arguments: object) -> object:
        (tmp_path / "raw/s0.txt").write_text("Changed meanwhile.\n")
        return true_process(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(run_module, "process", process)
    assert run(tmp_path / "raw", tmp_path / "out", stages.build).failed == 2
    monkeypatch.undo()

    assert run(tmp_path / "raw", tmp_path / "out", stages.build).failed == 1
    assert (tmp_path / "out/s0.txt").read_text() == "Changed meanwhile.\n"


def test_a_split_that_was_cut_short_does_not_hide_the_whole_part(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a.jsonl").write_text('{"text": "One."}\n{"text": "Two."}\n')
    inputs, _ = take_stock(tmp_path / "raw", "", 1000)
    (shard,) = cut(inputs, "")
    task = Task(Pipeline(stages.build()))
    split(tmp_path, shard, task, {}, unwatched, lambda _spool: None)
    assert not part_done(tmp_path, shard.key)
    with pytest.raises(FileNotFoundError):
        list(read_blocks(part_files(tmp_path, shard.key)[0]))

    write_part(tmp_path, shard, task)

    assert part_done(tmp_path, shard.key)
    (path,) = part_files(tmp_path, shard.key)
    entries = [entry for block in read_blocks(path) for entry in block.all()]
    assert [entry.document().text for entry in entries] == ["One.", "Two."]
    with pytest.raises(OutputError):
        part_files(tmp_path, "no-such-part")


@pytest.mark.slow
def test_random_kills(tmp_path: Path) -> None:
    import random
    import time

    choose = random.Random(7)
    corpus.make(tmp_path / "raw", files=120)
    run(tmp_path / "raw", tmp_path / "want", stages.build)
    wanted = corpus.tree(tmp_path / "want")
    began = time.monotonic()
    assert drive(tmp_path / "raw", tmp_path / "timing", jobs=2) == 3
    whole = time.monotonic() - began

    killed = tried = 0
    while killed < KILLS:
        tried += 1
        out = tmp_path / f"out{tried}"
        began = time.monotonic()
        process = subprocess.Popen(
            [*DRIVE, str(tmp_path / "raw"), str(out), "2", "build"], start_new_session=True
        )
        try:
            process.wait(timeout=choose.uniform(0.1, whole))
            whole = time.monotonic() - began  # other programs hold the processor now and then
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            killed += 1
        assert drive(tmp_path / "raw", out) == 3
        assert corpus.tree(out) == wanted
        assert not list(out.rglob(".tmp-*"))
        assert tried < 5 * KILLS
