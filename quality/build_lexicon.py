"""Build the lexicon of the translation stage from wordfreq: the words of English, commonest first.

    python quality/build_lexicon.py [--top 60000]

wordfreq (Robyn Speer, code Apache-2.0, data CC BY-SA 4.0) knows how often a word is used; the lexicon keeps
the order and forgets the figures. It is written gzipped without a time stamp, so the same wordfreq gives
the same bytes. It says "this is a word of the language", never "this word is meant".
"""

from __future__ import annotations

import argparse
import gzip
import re
from importlib.metadata import version
from pathlib import Path

TARGET = Path(__file__).parent.parent / "clean" / "packs" / "translation" / "lexicon-en.txt.gz"
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")


def build(top: int) -> list[str]:
    from wordfreq import top_n_list

    return [word for word in top_n_list("en", top) if len(word) > 1 and _WORD.fullmatch(word)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--top", type=int, default=60_000, help="how many of the commonest words to look at")
    words = build(parser.parse_args().top)
    head = f"# wordfreq {version('wordfreq')}, English, commonest first; CC BY-SA 4.0; see docs/repair.md\n"
    TARGET.write_bytes(gzip.compress((head + "\n".join(words) + "\n").encode(), 9, mtime=0))
    print(f"{TARGET.name}: {len(words)} words, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
