"""HTML: the article is kept, what is not it goes under its name, and nothing goes for good."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clean import edits
from clean.extract.features import NAMES, features
from clean.extract.opinion import ask, key, shares, too_large
from clean.extract.scorer import load, probabilities
from clean.model import Block, Document, Edit
from clean.pipeline import run_stage
from clean.read.html import linearise
from clean.stages.extract import RULES, TOO_LARGE, UNSURE, Extract

STORY = [
    "The harbour was closed at dawn on Monday after a barge broke loose and drifted into the channel.",
    "Nobody was hurt, the port authority said, but two ferries had to turn back to the island.",
    "“We heard a bang and then the whole pier shook,” said Mara Oduya, who sells coffee by the office.",
    "Divers will look at the hull of the barge on Tuesday, when the wind is expected to drop below 30 knots.",
    "The channel, which 400 ships pass in a week, should open again before the weekend, a spokesman said.",
    "It is the third accident of its kind since the locks were rebuilt, and the council wants a report.",
]
WORDS = "Home News Sport Weather Culture Travel Money".split()
MENU = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in WORDS)
THINGS = "Ten things to know about town number"
RELATED = "".join(f'<div class="card"><a href="/{n}">{THINGS} {n}</a></div>' for n in range(9))
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)


def page(story: str = PARAGRAPHS, title: str = "Barge closes the harbour") -> str:
    return f"""<!DOCTYPE html><html><head><title>{title} | The Example</title>
<meta property="og:title" content="{title}"></head><body>
<header class="site-header"><nav class="menu"><ul>{MENU}</ul></nav></header>
<main><article class="article"><h1>{title}</h1><div class="share-buttons"><span>Share</span></div>
<div class="article-body">{story}<figure><img src=a>
<figcaption>The barge on Monday. Photo: B. Chu</figcaption></figure></div></article>
<section class="comments"><h3>2 comments</h3><div class="comment"><p>I saw it all from my window, and it was
far worse than they say in the papers, believe me.</p></div></section>
<aside class="related"><h3>Related</h3>{RELATED}</aside></main>
<div class="cookie-consent modal"><p>We and our partners store cookies on your device to know you.</p></div>
<footer class="footer"><p>© 2024 The Example. All rights are reserved, and so on and so forth.</p></footer>
</body></html>"""


def document(markup: str) -> Document:
    linear = linearise(markup)
    return Document("page", linear.text, linear.meta, (), None, linear.page)


def run(markup: str, stage: Extract | None = None) -> Document:
    return run_stage(document(markup), stage or Extract())


def gone(result: Document) -> dict[str, str]:
    return {edit.old.strip(): edit.rule for patch in result.trail for edit in patch.edits}


def test_the_article_stays_and_the_rest_is_named():
    before = document(page())
    result = run(page())
    rules = gone(result)

    assert result.text == "\n\n".join(STORY) + "\n"
    assert edits.raw(result) == before.text
    assert rules["Barge closes the harbour"] == "extract/title"
    assert rules["Home"] == "extract/navigation"
    assert rules["Share"] == "extract/share"
    assert rules["Ten things to know about town number 3"] == "extract/related"
    assert rules["The barge on Monday. Photo: B. Chu"] == "extract/caption"
    assert {rule for text, rule in rules.items() if "my window" in text} == {"extract/comments"}
    assert {rule for text, rule in rules.items() if "store cookies" in text} == {"extract/popup"}
    assert {rule for text, rule in rules.items() if "reserved" in text} == {"extract/footer"}
    assert set(rules.values()) <= RULES.keys()
    assert result.meta["captions"] == ["The barge on Monday. Photo: B. Chu"]
    assert all("path" in edit.because for patch in result.trail for edit in patch.edits)


def test_classes_can_be_kept():
    result = run(page(), Extract(frozenset({"title", "caption"})))
    assert result.text.startswith("Barge closes the harbour\n\nThe harbour")
    assert "Photo: B. Chu" in result.text


def test_a_second_run_is_silent_and_texts_are_left_alone():
    result = run(page())
    assert run_stage(result, Extract()) == result
    assert run_stage(Document("text", result.text), Extract()).trail == ()
    assert list(Extract()(document(page()))) == list(Extract()(document(page())))


def test_a_repeated_paragraph_goes_once_a_repeated_question_stays():
    twice = "".join(f"<p>{text}</p>" for text in [*STORY, STORY[1]])
    result = run(page(twice))
    assert result.text.count(STORY[1]) == 1
    assert gone(result)[STORY[1]] == "extract/repeated"

    asked = "".join(f"<p>What did you see?</p><p>{text}</p>" for text in STORY)
    assert run(page(asked)).text.count("What did you see?") == len(STORY)


def test_an_article_split_over_sibling_containers_is_whole():
    parts = "".join(f"<div class='article-text'><p>{text}</p></div><div class='x'></div>" for text in STORY)
    assert [text for text in STORY if text not in run(page(parts)).text] == []


def test_a_last_paragraph_after_a_very_long_one_stays():
    story = "".join(
        f"<p>{text}</p>" for text in [*STORY, "word " * 12_000, "It will be open again on Friday."]
    )
    assert "open again on Friday." in run(page(story)).text


LARGE = {
    "paragraphs": page("".join(f"<p>Short {n}.</p>" for n in range(12_000)) + PARAGRAPHS),
    "inline": page(f"{PARAGRAPHS}<p>{'a <b>x</b> ' * 5_000}</p>"),
    "deep": f"<html><body>{'<span>x ' * 5_000}<p>{STORY[0]}</p></body></html>",
}


@pytest.mark.parametrize("name", LARGE)
def test_large_pages_are_kept_by_density_within_time(name):
    start = time.process_time()
    result = run(LARGE[name])

    assert STORY[0] in result.text
    assert ("Short 11999." in result.text) == (name == "paragraphs")
    assert "Weather" not in result.text
    assert [note.rule for patch in result.trail for note in patch.notes if note.key == "flag"] == [TOO_LARGE]
    assert time.process_time() - start < 10


def test_an_empty_page_and_a_page_of_links():
    assert run("<html><body></body></html>").trail == ()
    links = run(f"<html><body><nav><ul>{MENU * 5}</ul></nav></body></html>")
    assert edits.raw(links).count("Weather") == 5
    flags = [note.rule for patch in links.trail for note in patch.notes if note.key == "flag"]
    assert flags in ([UNSURE], [])


def test_shares():
    long = "A paragraph that is long enough to stand alone"
    keys = [key(text) for text in ("The harbour was closed", "One", "Two", long, "Menu", "")]
    theirs = ["The harbour was closed", "- One", "- Two", f"{long}, with more"]
    assert shares(keys, theirs) == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]
    assert shares([key("One"), key("One")], ["One"]) == [1.0, 0.0]
    assert shares(keys, []) == [0.0] * 6
    half = "half of this block is in the text of theirs " * 2
    assert 0.3 <= shares([key(half + "and the other half of it is not in there at all " * 2)], [half])[0] < 1


def test_opinion_holds_deep_pages():
    deep = "<div>" * 300 + "".join(f"<p>{text}</p>" for text in STORY) + "</div>" * 300
    paragraphs = ask(f"<html><body>{deep}</body></html>")
    assert paragraphs is not None
    assert sum(text in paragraphs for text in STORY) == len(STORY)
    assert not too_large(page(), 30)


def test_weights_fit_the_features():
    forest = load()
    rows = features("One\n\nTwo\n", [Block(0, 3, "p"), Block(5, 8, "main/p")], [1.0, 0.0], "one")
    found = probabilities(rows)

    assert {len(row) for row in rows} == {len(NAMES)}
    assert len(set(NAMES)) == len(NAMES)
    assert forest.feature.shape[0] >= 100
    assert all(0 < chance < 1 for chance in found)
    assert probabilities([]) == []


MORE = [
    "<div class=related><a href=x>More</a></div>",
    "<h2>Part</h2>",
    "<ul><li>One</li><li>Two</li></ul>",
    "<div class=comment>Me too, and me, and me.</div>",
    "text<br>",
    "<p><a href=x>Read this</a></p>",
    "<table><tr><td>1</td></tr></table>",
]
PARTS = st.lists(st.sampled_from([*(f"<p>{text}</p>" for text in STORY), *MORE]), max_size=12)


@settings(max_examples=25, deadline=None)
@given(PARTS)
def test_laws(parts):
    before = document(f"<html><body><main>{''.join(parts)}</main></body></html>")
    stage = Extract()
    found = list(stage(before))
    result = run_stage(before, stage)

    assert edits.raw(result) == before.text
    assert found == list(stage(before))
    assert {item.rule for item in found} <= RULES.keys()
    assert all(item.new == "" for item in found if isinstance(item, Edit))
    assert set(result.text) <= set(before.text)
