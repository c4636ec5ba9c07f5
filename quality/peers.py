"""The public line filters beside ours, on the same labelled lines and in the same script.

usage: peers.py [DATA]      needs the benchmark extra: jusText, trafilatura, boilerpy3

Each peer is given a page of `<p>` elements, one a line, or the lines themselves; a raw line counts as kept
when its letters stand in what comes back.
"""

from __future__ import annotations

import argparse
import html
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from lines import cleaner, data_folder, documents, figures  # noqa: E402
from pages_as_text import f1_and_loss, full  # noqa: E402

from clean.boilerplate.evaluate import evaluate  # noqa: E402
from clean.rules.load import load_rules  # noqa: E402
from clean.stages.boilerplate import Boilerplate  # noqa: E402


def as_page(text: str) -> str:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
    head = "<!DOCTYPE html><html><head><title>page</title></head>"
    return f"{head}<body><article>{paragraphs}</article></body></html>"


def c4(text: str, ends: str = '.!?"') -> str:
    """The line rules of C4: an end mark, five words, no javascript, no policy."""
    banned = (
        "javascript",
        "terms of use",
        "privacy policy",
        "cookie policy",
        "uses cookies",
        "use of cookies",
    )
    return "\n".join(
        line
        for line in text.split("\n")
        if line.strip().endswith(tuple(ends))
        and len(line.split()) >= 5
        and not any(word in line.lower() for word in banned)
    )


def justext(text: str) -> str:
    module: Any = importlib.import_module("justext")
    found = module.justext(as_page(text).encode(), module.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


def trafilatura(text: str) -> str:
    module: Any = importlib.import_module("trafilatura")
    return str(module.extract(as_page(text), include_comments=False) or "")


def boilerpy3(text: str) -> str:
    module: Any = importlib.import_module("boilerpy3.extractors")
    return str(module.ArticleExtractor().get_content(as_page(text)))


def main() -> None:
    """One row for each cleaner."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?")
    parser.add_argument("--pages", type=int, default=100)
    options = parser.parse_args()
    data = data_folder(options.data)
    if data is None:
        return
    ours = cleaner(Boilerplate(load_rules("boilerplate")))
    untitled = cleaner(Boilerplate(load_rules("boilerplate"), keep=frozenset({"separator"})))
    peers: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
        "nothing": (str, str),
        "C4": (c4, c4),
        "C4, typographic quotes": (lambda t: c4(t, '.!?"”’…'), lambda t: c4(t, '.!?"”’…')),
        "jusText": (justext, justext),
        "trafilatura": (trafilatura, trafilatura),
        "boilerpy3": (boilerpy3, boilerpy3),
        "ours": (ours, untitled),
    }
    print("| cleaner | drop recall | article lost | of dropped, right | whole page F1 | article lost |")
    print("|---|---|---|---|---|---|")
    for name, (clean, clean_page) in peers.items():
        try:
            lines = figures(evaluate(documents(data, "lines"), clean))
            pages = f1_and_loss(full(data, clean_page, options.pages))
        except ModuleNotFoundError as error:
            print(f"| {name} | {error} |")
            continue
        row = lines["drop_recall"], lines["keep_loss"], lines["drop_precision"], *pages
        print(f"| {name} | " + " | ".join(f"{value:.4f}" for value in row) + " |")


if __name__ == "__main__":
    main()
