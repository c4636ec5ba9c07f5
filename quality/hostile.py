"""Hostile input: every file in its class, none over its time, no required text lost.

    python -m quality.hostile [--small] [--live] [--jobs N] [TOOLS]

TOOLS is the folder of `make_hostile.py` (or CLEAN_TOOLS; default ../shared/tools). The corpus is written to a
temporary folder and cleaned as a user would. A file is *rejected* (no output, an error record), has a
*warning* (output, and a flag, a damaged part or an edit of an accepted code) or is *cleaned*.
Exit 0, or 1 with a line for each file that is elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

NAMES = {
    "symlink": {"symlink_outside", "symlink_loop", "symlink_dir", "not_regular_file", "not_found"},
    "control-characters": {"control_chars"},
    "control-character": {"control_chars"},
    "terminal-escape": {"control_chars"},
    "invisible-characters": {"invisible_chars"},
    "invisible-character": {"invisible_chars"},
    "mojibake": {"mojibake_fixed"},
    "line-end": {"unusual_line_breaks"},
    "replacement-characters": {"replacement_chars", "invalid_bytes", "surrogates"},
    "html-deep": {"html_too_deep", "html_truncated"},
    "html-large-part": {"too_large"},
    "html-too-deep": {"html_too_deep", "html_truncated"},
    "html-too-many-elements": {"html_truncated", "too_large"},
    "combining-marks": {"combining_flood"},
    "record-too-large": {"record_too_large", "too_large", "bomb"},
    "missing-column": {"missing_column"},
    "changed-while-read": {"changed"},
}
"""Our codes, where they are not the proposed ones with hyphens."""


class Outcome(NamedTuple):
    """What became of one file."""

    kind: str
    codes: set[str]
    text: str


def tools() -> Path:
    """The folder of the generator."""
    return Path(os.environ.get("CLEAN_TOOLS", Path(__file__).parent.parent.parent / "shared" / "tools"))


def proposed(code: str) -> set[str]:
    """The names that the corpus proposes for one of our codes."""
    return NAMES.get(code, set()) | {code.replace("-", "_")}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def outcomes(out: Path) -> dict[str, Outcome]:
    """What became of every source of a run."""
    codes: dict[str, set[str]] = defaultdict(set)
    texts: dict[str, list[str]] = defaultdict(list)
    kept: Counter[str] = Counter()
    rejected: set[str] = set()
    for row in _lines(out / ".clean/errors.jsonl"):
        codes[row["source"]].add(row["code"])
        if row["severity"] == "failed" and row["record"] is None:
            rejected.add(row["source"])
        elif row["severity"] == "damaged":
            kept[row["source"]] += 1
    shards: dict[str, dict[str, str]] = {}
    for row in _lines(out / ".clean/ledger.jsonl"):
        source = row["source"]
        if row["status"] == "failed":
            continue
        kept[source] += 1
        for patch in row["trail"]:
            flags = {note["rule"] for note in patch["notes"] if note["key"] in ("flag", "suggestion")}
            rules = flags | {edit["rule"] for edit in patch["edits"]}
            codes[source] |= {rule.partition("/")[2] for rule in rules}
        if row["status"] == "dropped":
            texts[source].append(row["text"])
        elif row["output"].endswith(".jsonl"):
            if row["output"] not in shards:
                shards[row["output"]] = _shard(out, row["output"])
            shard = shards[row["output"]]
            texts[source].append(shard[row["id"]])
        else:
            texts[source].append(_output(out, row["output"]).read_bytes().decode("utf-8"))
    names = set(codes) | set(kept)
    return {
        name: Outcome("rejected" if name in rejected else "output", codes[name], "".join(texts[name]))
        for name in names
    }


def _output(out: Path, name: str) -> Path:
    path = out / name
    if path.exists():
        return path
    return Path(
        os.fsdecode(os.fsencode(out) + b"/" + name.encode().decode("unicode_escape").encode("latin-1"))
    )


def _shard(out: Path, name: str) -> dict[str, str]:
    return {row["id"]: row["text"] for row in _lines(out / name)}


def wrong(case: dict[str, Any], found: Outcome | None) -> str:
    """What is wrong with an outcome; "" if nothing is."""
    if found is None:
        return "no trace of it"
    names = set().union(*map(proposed, found.codes)) if found.codes else set()
    if case["class"] == "rejected":
        if found.kind != "rejected":
            return "not rejected"
        return "" if names & set(case["codes"]) else f"rejected as {sorted(found.codes)}"
    if found.kind == "rejected":
        return f"rejected as {sorted(found.codes)}"
    if case["class"] == "warning" and not names & set(case["codes"]):
        return f"no warning of {case['codes']}; has {sorted(found.codes)[:6]}"
    lost = [text for text in case["must"] if text not in found.text]
    let_in = [text for text in case["must_not"] if text in found.text]
    return f"lost {lost[0][:40]!r}" if lost else f"has {let_in[0][:40]!r}" if let_in else ""


def generate(folder: Path, *, small: bool, live: bool) -> list[dict[str, Any]]:
    """Write the corpus; returns its cases."""
    flags = ["--small"] * small + ["--live"] * live
    command = [sys.executable, str(tools() / "make_hostile.py"), str(folder), *flags]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return list(_lines(folder / "expected.jsonl"))


def times(raw: Path, cases: list[dict[str, Any]]) -> Iterator[tuple[str, float, float]]:
    """Name, processor time and limit of each file that is over its time when it is cleaned alone."""
    from clean.config import Config
    from clean.execute.batch import cleaned, unwatched
    from clean.execute.plan import Input, Shard
    from clean.execute.work import Task, documents
    from clean.pipeline import Pipeline
    from clean.read.source import walk
    from clean.stages import build_stages

    task = Task(Pipeline(build_stages(Config())))
    limits = {case["path"]: case["limit_s"] for case in cases}
    for source in walk(raw)[0]:
        if Path(source.path).stat().st_size > task.reading.limits.bytes and not source.container:
            continue
        began = time.process_time()
        found = documents(Shard("", (Input(source, "", 0),)), task, {}, unwatched)
        for _ in cleaned(found, task.pipeline):
            pass
        spent = time.process_time() - began
        if spent > limits.get(source.name, 10):
            yield source.name, spent, limits.get(source.name, 10)


def main(arguments: list[str] | None = None) -> int:
    """Generate, clean, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--jobs", default="2")
    parser.add_argument("folder", nargs="?")
    options = parser.parse_args(arguments)
    if options.folder:
        os.environ["CLEAN_TOOLS"] = options.folder
    if not (tools() / "make_hostile.py").exists():
        print(f"skipped: no make_hostile.py in {tools()}")
        return 0
    with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
        folder = Path(scratch)
        cases = generate(folder, small=options.small, live=options.live)
        began = time.monotonic()
        command = [
            sys.executable,
            "-m",
            "clean",
            "run",
            str(folder / "raw"),
            str(folder / "out"),
            "-q",
            "-j",
            options.jobs,
        ]
        run = subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True)
        spent = time.monotonic() - began
        if run.returncode not in (0, 3):
            print(run.stderr[-2000:], f"exit {run.returncode}")
            return 1
        found = outcomes(folder / "out")
        bad = 0
        for case in cases:
            if case["path"].endswith("unreadable.txt") and os.geteuid() == 0:
                continue  # root can read it
            what = wrong(case, found.get(case["path"]))
            if what:
                bad += 1
                print(f"{case['class']:9} {case['path'][:70]}: {what}")
        for name, took, limit in times(folder / "raw", cases):
            bad += 1
            print(f"time      {name[:70]}: {took:.1f} s of processor time, limit {limit} s")
        print(f"{len(cases)} files, {bad} not in their class or their time; {spent:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
