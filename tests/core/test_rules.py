"""Rule packs: what is refused and how, what matches, and that the prover finds a broken promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from clean.errors import PackError
from clean.lines import Lines, Reason
from clean.model import Document, Finding, Note
from clean.rules.compile import compile_pattern, relax, to_unicode
from clean.rules.load import load_pack, load_rules
from clean.rules.match import LONG_LINE, Matcher
from clean.rules.model import Rule
from clean.rules.phrases import phrase_key
from clean.rules.prove import prove

PACK = """\
[pack]
stage = "boilerplate"
language = "en"

[[rule]]
id = "vote-prompt"
class = "promo"
do = "delete-line"
why = "Asks for a vote."
{field}
changes = [["A.\\nVote now!\\nB.", "A.\\nB."]]
leaves = ["They vote now in seven states."]
"""


def pack(tmp_path: Path, field: str = 'phrases = ["Vote now"]') -> Path:
    path = tmp_path / "en.toml"
    path.write_text(PACK.format(field=field), encoding="utf-8")
    return path


def test_a_pack_is_read_with_the_place_of_each_rule(tmp_path: Path) -> None:
    loaded = load_pack(pack(tmp_path))

    (rule,) = loaded.rules
    assert (rule.name, rule.kind, rule.language, rule.origin) == (
        "boilerplate/vote-prompt",
        "promo",
        "en",
        "en.toml:5",
    )


def test_a_pack_that_would_never_be_read_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own"
    with pytest.raises(PackError) as missing:
        load_rules("boilerplate", [own])
    (own / "boilerplate").mkdir(parents=True)
    (own / "settings.toml").write_text("[tool]\n")  # no pack, and nobody's business
    assert load_rules("boilerplate", [own]) == load_rules("boilerplate")
    (own / "mine.toml").write_text('[[rule]]\nid = "x"\n')

    with pytest.raises(PackError) as stray:
        load_rules("boilerplate", [own])

    assert (missing.value.code, stray.value.code) == ("pack-folder", "pack-misplaced")
    assert str(own / "mine.toml") in str(stray.value.where)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ('mach = "x"', r"en.toml:5: vote-prompt: unknown key 'mach'. Did you mean 'match'?"),
        ("", "neither `match` nor `phrases` is given"),
        ('match = "(?=x)"', "look-around and back-references cannot run in linear time"),
        ('match = "a("', "RE2 refuses the pattern: missing )"),
        (r"match = '[\W]'", "has no Unicode form"),
        (r"match = '\bя'", "knows ASCII letters only"),
        ('match = "x"\nwhere = "middle"', "where = 'middle' is not one of anywhere"),
        ('match = "x"\nmax_words = "5"', "max_words must be a number"),
        ('match = "x"\nprevious = "("', "vote-prompt.previous"),
    ],
)
def test_a_bad_rule_is_refused_by_file_rule_and_field(tmp_path: Path, field: str, message: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(pack(tmp_path, field))

    assert message in str(caught.value)
    assert "en.toml:5: vote-prompt" in str(caught.value)


def test_bad_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    for content, message in [
        ("[pack", "is not TOML"),
        ("[pack]\nstage = ''", "names no stage"),
        ("[p]", "unknown key"),
    ]:
        path.write_text(content, encoding="utf-8")
        with pytest.raises(PackError, match=message):
            load_pack(path)
    with pytest.raises(PackError, match="cannot be read"):
        load_pack(tmp_path / "none.toml")
    path.write_text(PACK.format(field='phrases = ["x"]') * 2, encoding="utf-8")
    with pytest.raises(PackError):
        load_pack(path)


@pytest.mark.parametrize(
    ("pattern", "matches", "fails"),
    [
        (r"\w+", "Київ", "two words"),
        (r"\d{2}:\d{2}", "٠٩:٣٠", "ab:cd"),
        (r"a\sb", "a\u00a0b", "ab"),
        (r"[^\s\]]+", "x[y", "x y"),
        (r"[[\w]+", "[é", "]"),
        (r"\S+\W", "né!", "né"),
    ],
)
def test_classes_mean_what_they_mean_in_unicode(pattern: str, matches: str, fails: str) -> None:
    compiled = compile_pattern(pattern, "test")

    assert compiled.fullmatch(matches)
    assert not compiled.fullmatch(fails)


def test_relaxing_matches_at_least_as_much_and_spares_code_points() -> None:
    assert relax(r"a{2,9}b{0,3}c{4}\x{85}\{5\}") == r"a+b*c+\x{85}\{5\}"
    assert relax(to_unicode(r"\s{0,60}", "test")).endswith("]*")


RULE = Rule(
    "vote-prompt", "boilerplate", "promo", "delete-line", "Asks.", match=r"(?i)vote (?:now|here).{0,20}"
)


def found(rule: Rule, text: str) -> list[tuple[int, int, int]]:
    return [(number, hit.start, hit.end) for number, hit in Matcher([rule]).hits(Lines(text))]


def test_a_line_action_matches_whole_lines_and_a_span_action_inside() -> None:
    assert found(RULE, "x\n  Vote here! \nYou vote now.") == [(1, 2, 12)]
    assert found(replace(RULE, do="delete-span"), "x\nYou vote now") == [(1, 4, 12)]
    span = replace(RULE, do="delete-span", match=r"\w+ (?P<span>vote) now")
    assert found(span, "We vote now, you vote now") == [(0, 3, 7), (0, 17, 21)]


def test_neighbours_counts_and_lengths_limit_a_rule() -> None:
    assert found(replace(RULE, previous=r"^Poll"), "Poll of the day\n\nVote now") == [(2, 0, 8)]
    assert not found(replace(RULE, previous=r"^Poll"), "Vote now")
    assert found(replace(RULE, next="^$"), "A\nVote now") == [(1, 0, 8)]
    assert not found(replace(RULE, times=2), "Vote now\nB")
    assert len(found(replace(RULE, times=2), "Vote now\nB\nvote now!")) == 2
    assert not found(replace(RULE, max_words=2), "Vote now please")
    assert not found(replace(RULE, match=".*"), "x" * (LONG_LINE + 1))


def test_phrases_are_compared_without_case_and_punctuation() -> None:
    rule = replace(RULE, match="", phrases=("Don't miss",))

    assert found(rule, "» DON’T  MISS!") == [(0, 0, 14)]
    assert phrase_key("— Share  it —") == "share it"


@dataclass(frozen=True)
class Deletes:
    """The smallest stage of packs."""

    rules: tuple[Rule, ...]
    name: str = "boilerplate"
    version: str = "1"
    after: tuple[str, ...] = ()

    def __call__(self, document: Document) -> list[Finding]:
        lines = Lines(document.text)
        hits = list(Matcher(self.rules).hits(lines))
        doomed = {n: Reason(hit.rule.name) for n, hit in reversed(hits) if hit.rule.do == "delete-line"}
        notes = [Note(0, 0, hit.rule.note, hit.value, hit.rule.name) for _, hit in hits if hit.rule.note]
        return [*lines.deletions(doomed), *notes]


def failures(*rules: Rule) -> list[str]:
    def build(chosen: Sequence[Rule]) -> Deletes:
        return Deletes(tuple(chosen))

    return [failure.what for failure in prove(rules, build)]


GOOD = replace(RULE, changes=(("A.\nVote now\nB.", "A.\nB."),), leaves=("They vote now.",))


def test_a_rule_that_keeps_its_word_is_proved() -> None:
    assert failures(GOOD) == []


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        (replace(GOOD, changes=(("A.\nVote now\nB.", "A.\nVote now\nB."),)), "does not give the `after`"),
        (replace(GOOD, leaves=("Vote here",)), "fires on a near miss"),
        (
            replace(
                GOOD, changes=(("Vote now\nA.\nVote now, twice and for all of it.", "A.\nVote now, twice"),)
            ),
            "does not",
        ),
        (replace(GOOD, do="note", note="poll", changes=(("A.", "A."),)), "notes nothing"),
    ],
)
def test_the_prover_finds_a_broken_promise(broken: Rule, what: str) -> None:
    assert any(what in failure for failure in failures(broken))


def test_the_prover_finds_a_rule_that_another_shadows() -> None:
    first = replace(
        GOOD, id="any-vote", match="(?i)vote .*", changes=(("A.\nVote\u00a0x\nVote x", "A.\nVote\u00a0x"),)
    )

    assert any("go under ['boilerplate/any-vote']" in what for what in failures(first, GOOD))
    assert failures(first, replace(GOOD, shadowed_by=("any-vote",))) == []
