"""What the rules of `boilerplate` cost: how fast they are searched, and which come up in vain.

usage: python -m benchmarks.rules [--kind news|scraped] [--packs DIR] [--most 12]

One search of a text asks for all rules. A rule that comes up is searched for alone, which takes a tenth of
the time that the stage takes for an article: a rule that comes up in every tenth makes the stage 1 % slower.
Its `cue`, or the neighbour by which it is told, should be words that are rare in articles.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from benchmarks import clock, material


def report(kind: str, packs: tuple[Path, ...] = (), most: int = 12) -> str:
    """A table of the rules that come up in vain most often."""
    from clean.boilerplate.rulebook import Rulebook
    from clean.lines import Lines
    from clean.rules.load import load_rules

    texts = material.texts(kind)
    size = sum(map(material.size_of, texts)) / 1e6
    (matcher,) = Rulebook(load_rules("boilerplate", packs)).matchers("en", "")
    views = [Lines(text) for text in texts]
    times, _ = clock.timed(lambda: [matcher.scan(lines) for lines in views], 2)
    came_up = Counter(rule.name for text in texts for rule in matcher.asked(text.encode()))
    hits = Counter(name for lines in views for name in {hit.rule.name for _, hit in matcher.hits(lines)})
    rows = [
        (name, f"{100 * count / len(texts):.1f} %", f"{100 * hits[name] / len(texts):.1f} %")
        for name, count in sorted(came_up.items(), key=lambda row: hits[row[0]] - row[1])[:most]
    ]
    head = f"{material.described(kind)}, {size:.1f} MB: {len(matcher.rules)} rules are searched with"
    speed = f"{size / times[0]:.1f} MB/s in the first round, {size / min(times[1:]):.0f} in the next."
    return f"{head} {speed}\n\n{clock.table(('rule', 'comes up in', 'matches in'), rows)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=material.KINDS, default="news")
    parser.add_argument("--packs", type=Path, action="append", default=[])
    parser.add_argument("--most", type=int, default=12)
    options = parser.parse_args()
    print(report(options.kind, tuple(options.packs), options.most))


if __name__ == "__main__":
    main()
