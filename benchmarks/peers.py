"""Others on the closest equal work: ftfy, datasketch, jusText, clean-text, and datatrove's filters.

usage: python -m benchmarks.peers [--rounds 2] [--kind news] [--megabytes 2] [--python PATH]
       python benchmarks/peers.py PEER TEXTS.jsonl          (one of them, in the interpreter that has it)

No two do the same. ftfy repairs characters, datasketch signs texts, C4 drops lines without a record: ours
does all three and more, and keeps an account. Each runs in a process of its own, in turn, on the same texts;
what its start costs (a run on one text) is taken off. What is not installed is left out, and a line says so.

The peers have an environment of their own, since their requirements clash with ours:

    python -m venv .venv-peers && .venv-peers/bin/pip install -r benchmarks/peers.txt
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parent / ".venv-peers" / "bin" / "python"
PERMUTATIONS = 128
MISSING = 42
"""Exit status of a peer that is not installed."""


def clean(texts: Sequence[str]) -> int:
    """All our stages but `duplicates`, and the ledger rows."""
    sys.path.insert(0, str(HERE.parent))
    from clean import codec
    from clean.config import Config
    from clean.execute.batch import clean_batch
    from clean.model import Document
    from clean.pipeline import Pipeline
    from clean.stages import build_stages

    pipeline = Pipeline(build_stages(Config(skip=("extract", "duplicates"))))
    documents = (Document(str(number), text) for number, text in enumerate(texts))
    return sum(len(codec.encode(row)) for row in clean_batch(documents, pipeline))


def ftfy(texts: Sequence[str]) -> int:
    module = _module("ftfy")
    return sum(len(module.fix_text(text)) for text in texts)


def ftfy_encoding(texts: Sequence[str]) -> int:
    module = _module("ftfy")
    return sum(len(module.fix_encoding(text)) for text in texts)


def datasketch(texts: Sequence[str]) -> int:
    """Signatures of word 3-shingles in an index, each text looked up and then entered."""
    module = _module("datasketch")
    index = module.MinHashLSH(threshold=0.8, num_perm=PERMUTATIONS)
    pairs = 0
    for number, text in enumerate(texts):
        words = re.findall(r"\w+", text.lower())
        shingles = {" ".join(words[at : at + 3]).encode() for at in range(len(words) - 2)}
        signature = module.MinHash(num_perm=PERMUTATIONS)
        signature.update_batch(sorted(shingles))
        pairs += len(index.query(signature))
        index.insert(number, signature)
    return pairs


def ftfy_datasketch(texts: Sequence[str]) -> int:
    module = _module("ftfy")
    return datasketch([module.fix_text(text) for text in texts])


def justext(texts: Sequence[str]) -> int:
    """Each line as a paragraph of a page, which is what it takes."""
    import html

    module = _module("justext")
    stop = module.get_stoplist("English")
    kept = 0
    for text in texts:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
        kept += sum(
            not one.is_boilerplate for one in module.justext(f"<html><body>{lines}</body></html>", stop)
        )
    return kept


def clean_text(texts: Sequence[str]) -> int:
    module = _module("cleantext")
    return sum(len(module.clean(text, lower=False, to_ascii=False)) for text in texts)


def datatrove(texts: Sequence[str]) -> int:
    """FTFY formatter, C4 and Gopher filters, in that order."""
    _module("spacy")
    base = _module("datatrove.data")
    formatter = _module("datatrove.pipeline.formatters").FTFYFormatter()
    filters = _module("datatrove.pipeline.filters")
    checks = [filters.C4QualityFilter(), filters.GopherQualityFilter()]
    kept = 0
    for number, text in enumerate(texts):
        document = base.Document(text=formatter.format(text), id=str(number))
        kept += all(check.filter(document) is True for check in checks)
    return kept


PEERS: dict[str, tuple[str, Callable[[Sequence[str]], int]]] = {
    "clean": ("all stages but duplicates, with the ledger", clean),
    "ftfy": ("characters", ftfy),
    "ftfy-encoding": ("mojibake alone", ftfy_encoding),
    "datasketch": ("near-duplicates of documents", datasketch),
    "ftfy-datasketch": ("both, one after the other", ftfy_datasketch),
    "justext": ("furniture", justext),
    "clean-text": ("characters and spaces", clean_text),
    "datatrove": ("FTFY, C4 and Gopher filters", datatrove),
}


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        print(f"{name}: {error}")
        raise SystemExit(MISSING) from error


def report(rounds: int, kind: str, megabytes: float, python: Path | None) -> str:
    """The table, and what was left out."""
    from benchmarks import clock, material

    other = str(python or (ENVIRONMENT if ENVIRONMENT.exists() else sys.executable))
    some, size = [], 0.0
    for text in material.texts(kind):
        if size < megabytes:
            some.append(text)
            size += material.size_of(text) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        whole, one = Path(folder) / "whole.jsonl", Path(folder) / "one.jsonl"
        material.as_json_lines(some, whole)
        material.as_json_lines(some[:1], one)
        commands = {}
        for name in PEERS:
            interpreter = sys.executable if name == "clean" else other
            for path in (whole, one):
                commands[f"{name} {path.stem}"] = [interpreter, str(HERE / "peers.py"), name, str(path)]
        spent = clock.best(commands, rounds)
    rows, missing = [], []
    for name, (what, _) in PEERS.items():
        found, start = spent[f"{name} whole"], spent[f"{name} one"]
        if found.status:
            reason = found.output.strip().split("\n")[-1][:120]
            missing.append(f"{name} is left out ({reason}).")
            continue
        rows.append((name, what, size / max(found.cpu - start.cpu, 1e-6), found.peak))
    ours = rows[0][2]
    shown = [(name, what, speed, f"{ours / speed:.1f}", peak) for name, what, speed, peak in rows]
    table = clock.table(
        ("program", "its work", "MB per CPU second", "ours is … times as fast", "peak MB"), shown
    )
    return "\n\n".join([f"{material.described(kind)}, {size:.1f} MB, start-up taken off.", table, *missing])


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] in PEERS:
        lines = Path(sys.argv[2]).read_text(encoding="utf-8").split("\n")
        print(PEERS[sys.argv[1]][1]([json.loads(line)["text"] for line in lines if line]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kind", default="news")
    parser.add_argument("--megabytes", type=float, default=2.0)
    parser.add_argument("--python", type=Path, help="interpreter that has the peers")
    options = parser.parse_args()
    print(report(options.rounds, options.kind, options.megabytes, options.python))


if __name__ == "__main__":
    sys.path[0] = str(HERE.parent)  # as a script, it must not find itself in place of a library
    main()
