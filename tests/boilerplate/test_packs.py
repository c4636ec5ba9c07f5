"""Every rule keeps its word: examples, near misses, and each phrase on its own."""

from functools import partial

import pytest

from clean.model import Document, Edit
from clean.pipeline import run_stage
from clean.rules.load import load_pack, load_rules, pack_files
from clean.rules.prove import prove
from clean.stages.boilerplate import KEEP, Boilerplate

RULES = load_rules("boilerplate")
ABOVE = "The council voted on Tuesday to close the old bridge for repairs."
BELOW = "Traffic will be sent over the new road until spring, officials said."


@pytest.fixture(scope="module")
def stage():
    return Boilerplate(RULES)


def test_there_are_rules():
    assert len(RULES) >= 100
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_packs_prove_themselves():
    english = [rule for rule in RULES if rule.language == "en"]
    failures = [str(failure) for failure in prove(english, lambda rules: Boilerplate(tuple(rules)))]

    assert not failures, "\n".join(failures)


def test_every_phrase_goes_between_paragraphs():
    """In a place where its rule looks."""
    tried, left = 0, []
    for rule in RULES:
        if rule.do != "delete-line" or rule.previous or rule.next or rule.kind in KEEP:
            continue
        alone = OnSite(Boilerplate((rule,), language=rule.language), rule.site)
        for phrase in rule.phrases:
            tried += 1
            text = {
                "head": f"{phrase}\n{ABOVE}\n{BELOW}\n",
                "tail": f"{ABOVE}\n{BELOW}\n{phrase}\n",
                "edge": f"{ABOVE}\n{BELOW}\n{phrase}\n",
            }.get(rule.where, f"{ABOVE}\n{phrase}\n{BELOW}\n")
            if run_stage(Document("-", text), alone).text != f"{ABOVE}\n{BELOW}\n":
                left.append((rule.id, phrase))

    assert tried >= 1500
    assert not left


def test_no_phrase_takes_the_sentence_it_begins(stage):
    """`Share` is a button, "Share this much is certain, the mayor said." is not."""
    tried, lost = 0, []
    for rule in (rule for rule in RULES if rule.language == "en"):
        for phrase in rule.phrases:
            tried += 1
            sentence = f"The words “{phrase}” were painted on the wall of the town hall, the mayor said."
            text = f"{ABOVE}\n{sentence}\n{BELOW}\n"
            if run_stage(Document("-", text), stage).text != text:
                lost.append((rule.id, phrase))

    assert tried >= 1500
    assert not lost


def test_edits_carry_the_class(stage):
    found = list(stage(Document("-", f"{ABOVE}\nShare it\n{BELOW}\nLeave a Reply\nName\n")))
    edits = [finding for finding in found if isinstance(finding, Edit)]

    assert {edit.because["class"] for edit in edits} == {"share", "comment"}
    assert all(edit.rule.startswith("boilerplate/") for edit in edits)


LANGUAGES = ("ar", "de", "es", "fr", "hi", "it", "ja", "ko", "pt", "ru", "uk", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_packs_prove_themselves(language):
    rules = [rule for rule in RULES if rule.language == language]
    failures = [str(f) for f in prove(rules, lambda some: Boilerplate(tuple(some), language=language))]

    assert len(rules) >= 15
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_is_found_in_the_text_and_noted(stage, language):
    rule = next(rule for rule in RULES if rule.id == f"{language}-share-button")
    before, after = rule.changes[0]
    done = run_stage(Document("-", before), stage)

    assert done.text == after
    assert done.meta["language"] == language


def test_english_is_always_on_and_others_only_in_their_language(stage):
    german = next(rule for rule in RULES if rule.id == "de-share-button").changes[0][1]

    assert run_stage(Document("-", f"{german}Leave a Reply\n"), stage).text == german
    assert "Anzeige" in run_stage(Document("-", f"{ABOVE}\nAnzeige\n{BELOW}\n"), stage).text


class OnSite:
    """The stage, told that every document is of one site."""

    def __init__(self, stage, site):
        self.stage, self.site = stage, site
        self.name, self.version, self.after = stage.name, stage.version, stage.after

    def __call__(self, document):
        return self.stage(Document(document.id, document.text, {"site": self.site} if self.site else {}))


def test_site_packs_prove_themselves():
    files = [path for path in pack_files("boilerplate") if path.parent.name == "sites"]
    failures = []
    for path in files:
        pack = load_pack(path)
        build = partial(_on_site, pack.site)
        failures += [str(failure) for failure in prove(pack.rules, build)]

    assert len(files) >= 12
    assert not failures, "\n".join(failures)


def _on_site(site, rules):
    return OnSite(Boilerplate(tuple(rules), language="en"), site)
