"""Others on the closest equal work: ftfy, datasketch, jusText, clean-text, datatrove's pipeline, text-dedup.

usage: python -m benchmarks.peers [--rounds 2] [--kind news] [--megabytes 5] [--python PATH]
       python -m benchmarks.peers PEER TEXTS.jsonl          (one of them, in the interpreter that has it)

No two do the same. ftfy repairs characters, datasketch signs texts, C4 drops lines without a record: ours
does all three and more, and keeps an account. Each runs in a process of its own, in turn, on the same file;
what its start costs (a run on one text) is taken off. What is not installed is left out, and a line says so.

The peers have an environment of their own, which `make peers` sets up, since their requirements clash with
ours; text-dedup goes in without its own, since those clash with the others' and its script uses few of them.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import clock, material

ENVIRONMENT = clock.ROOT / ".venv-peers" / "bin" / "python"
PERMUTATIONS = 128
MISSING = 42
"""Exit status of a peer that is not installed."""
STAGES, RUN = "clean, stages", "clean run"
"""Our own rows: what others are compared with."""


def clean(path: Path) -> int:
    """All our stages but `duplicates`, and the ledger rows."""
    from clean import codec
    from clean.config import Config
    from clean.execute.batch import clean_batch
    from clean.model import Document
    from clean.pipeline import Pipeline
    from clean.stages import build_stages

    pipeline = Pipeline(build_stages(Config(skip=("extract", "duplicates"))))
    documents = (Document(str(number), text) for number, text in enumerate(_texts(path)))
    return sum(len(codec.encode(row)) for row in clean_batch(documents, pipeline))


def ftfy(path: Path) -> int:
    module = _module("ftfy")
    return sum(len(module.fix_text(text)) for text in _texts(path))


def ftfy_encoding(path: Path) -> int:
    module = _module("ftfy")
    return sum(len(module.fix_encoding(text)) for text in _texts(path))


def datasketch(path: Path, repair: Callable[[str], str] = str) -> int:
    """Signatures of word 3-shingles in an index, each text looked up and then entered."""
    module = _module("datasketch")
    index = module.MinHashLSH(threshold=0.8, num_perm=PERMUTATIONS)
    pairs = 0
    for number, text in enumerate(_texts(path)):
        words = re.findall(r"\w+", repair(text).lower())
        shingles = {" ".join(words[at : at + 3]).encode() for at in range(len(words) - 2)}
        signature = module.MinHash(num_perm=PERMUTATIONS)
        signature.update_batch(sorted(shingles))
        pairs += len(index.query(signature))
        index.insert(number, signature)
    return pairs


def ftfy_datasketch(path: Path) -> int:
    return datasketch(path, _module("ftfy").fix_text)


def justext(path: Path) -> int:
    """Each line as a paragraph of a page, which is what it takes."""
    import html

    module = _module("justext")
    stop = module.get_stoplist("English")
    kept = 0
    for text in _texts(path):
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
        page = f"<html><body>{lines}</body></html>"
        kept += sum(not one.is_boilerplate for one in module.justext(page, stop))
    return kept


def clean_text(path: Path) -> int:
    module = _module("cleantext")
    return sum(len(module.clean(text, lower=False, to_ascii=False)) for text in _texts(path))


def datatrove(path: Path, *, minhash: bool = False) -> int:
    """JSON Lines in, FTFY formatter, C4 and Gopher filters, JSON Lines out; then MinHash in four steps."""
    _module("spacy")
    executor = _module("datatrove.executor").LocalPipelineExecutor
    filters = _module("datatrove.pipeline.filters")
    formatter = _module("datatrove.pipeline.formatters").FTFYFormatter()
    read = _module("datatrove.pipeline.readers").JsonlReader
    write = _module("datatrove.pipeline.writers").JsonlWriter
    with tempfile.TemporaryDirectory() as folder:
        kept, signed, buckets, removed, left = (f"{folder}/{number}" for number in range(5))
        checks = [filters.C4QualityFilter(), filters.GopherQualityFilter()]
        source = read(str(path.parent), glob_pattern=path.name)
        steps = [(1, [source, formatter, *checks, write(kept, compression=None)])]
        if minhash:
            dedup = _module("datatrove.pipeline.dedup.minhash")
            steps += [
                (1, [read(kept), dedup.MinhashDedupSignature(signed)]),
                (dedup.MinhashConfig().num_buckets, [dedup.MinhashDedupBuckets(signed, buckets)]),
                (1, [dedup.MinhashDedupCluster(buckets, removed)]),
                (1, [read(kept), dedup.MinhashDedupFilter(removed), write(left, compression=None)]),
            ]
        for number, (tasks, pipeline) in enumerate(steps):
            executor(pipeline, tasks=tasks, workers=1, logging_dir=f"{folder}/log-{number}").run()
        out = Path(left if minhash else kept)
        return sum(len(file.read_bytes().splitlines()) for file in out.glob("*.jsonl"))


def datatrove_minhash(path: Path) -> int:
    return datatrove(path, minhash=True)


def text_dedup(path: Path) -> int:
    """Its MinHash script: JSON Lines in, a data set of the survivors out."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    module = _module("text_dedup.minhash")
    with tempfile.TemporaryDirectory() as folder:
        source = ["--path", "json", "--data_files", str(path), "--split", "train", "--column", "text"]
        method = ["--num_perm", str(PERMUTATIONS), "--ngram", "3", "--threshold", "0.8", "--num_proc", "1"]
        where = ["--cache_dir", f"{folder}/cache", "--output", f"{folder}/out"]
        module.main([*source, *method, *where], standalone_mode=False)
        return len(_module("datasets").load_from_disk(f"{folder}/out"))


PEERS: dict[str, tuple[str, Callable[[Path], int]]] = {
    "ftfy": ("characters", ftfy),
    "ftfy-encoding": ("mojibake alone", ftfy_encoding),
    "clean-text": ("characters and spaces", clean_text),
    "justext": ("furniture", justext),
    "datatrove": ("reader, FTFY, C4 and Gopher filters, writer", datatrove),
    "datasketch": ("near-duplicates of documents", datasketch),
    "text-dedup": ("near-duplicates of documents, written", text_dedup),
    "ftfy-datasketch": ("characters and near-duplicates", ftfy_datasketch),
    "datatrove-minhash": ("the same as datatrove, and MinHash", datatrove_minhash),
}


def _texts(path: Path) -> list[str]:
    with path.open("rb") as lines:
        return [json.loads(line)["text"] for line in lines]


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        print(f"{name}: {error}")
        raise SystemExit(MISSING) from error


def report(rounds: int, kind: str, megabytes: float, python: Path | None) -> str:
    """The table, and what was left out."""
    other = str(python or (ENVIRONMENT if ENVIRONMENT.exists() else sys.executable))
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        size = material.written(kind, here / "all", "--files", "1", "--megabytes", str(megabytes))
        material.written(kind, here / "one", "--files", "1", "--texts", "1")
        commands = {}
        for which in ("all", "one"):
            file = str(here / which / "texts-0.jsonl")
            commands[f"{STAGES} {which}"] = [sys.executable, "-m", "benchmarks.peers", "clean", file]
            out = here / f"out-{which}"
            commands[f"{RUN} {which}"] = clock.clean_run(here / which, out, "--jobs", "1")
            for name in PEERS:
                commands[f"{name} {which}"] = [other, "-m", "benchmarks.peers", name, file]
        spent = clock.best(commands, rounds)
    clock.sound({name: found for name, found in spent.items() if name.startswith((STAGES, RUN))})
    head = f"{material.described(kind)}, {size.texts} documents, {size.megabytes:.1f} MB, start-up taken off."
    return f"{head}\n\n{_table(spent, size.megabytes)}"


def _table(spent: Mapping[str, clock.Spent], megabytes: float) -> str:
    works = {
        STAGES: "all stages but `corpus` and duplicates; the ledger",
        RUN: "everything: duplicates, ledger, report, all written",
        **{name: work for name, (work, _) in PEERS.items()},
    }
    speeds, missing = {}, []
    for name in works:
        found, start = spent[f"{name} all"], spent[f"{name} one"]
        if found.status or start.status:
            reason = ((found if found.status else start).output.strip() or "no word").split("\n")[-1][:120]
            missing.append(f"{name} is left out ({reason}).")
        else:
            speeds[name] = megabytes / clock.less(found, start)[0]
    rows = [
        (
            name,
            works[name],
            speed,
            *(f"{speeds[ours] / speed:.1f} ×" for ours in (STAGES, RUN)),
            spent[f"{name} all"].peak,
        )
        for name, speed in speeds.items()
    ]
    head = ("program", "its work", "MB per CPU second", "our stages are", "our run is", "peak MB")
    return "\n\n".join([clock.table(head, rows), *missing])


def main() -> None:
    programs = {"clean": clean, **{name: function for name, (_, function) in PEERS.items()}}
    if len(sys.argv) == 3 and sys.argv[1] in programs:
        print(programs[sys.argv[1]](Path(sys.argv[2])))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kind", choices=material.KINDS, default="news")
    parser.add_argument("--megabytes", type=float, default=5.0)
    parser.add_argument("--python", type=Path, help="interpreter that has the peers")
    options = parser.parse_args()
    print(report(options.rounds, options.kind, options.megabytes, options.python))


if __name__ == "__main__":
    main()
