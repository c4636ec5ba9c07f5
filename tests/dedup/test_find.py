"""Clusters: what is found, what must not be, and that neither order nor path of computation matters."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import edited, story

from clean.dedup import find as finding
from clean.dedup import headlines
from clean.dedup.find import Settings, Text, Verdict, collect, find, settle
from clean.dedup.sketch import Unit, sketch


def clusters(rows: list[Verdict]) -> list[set[str]]:
    grouped: dict[str, set[str]] = {}
    for row in rows:
        if row.cluster is not None:
            grouped.setdefault(row.cluster, set()).add(row.id)
    return sorted(grouped.values(), key=min)


def entries(texts: list[str]) -> list[Text]:
    return [Text(f"t{place:02}", text, "entry") for place, text in enumerate(texts)]


def test_an_edited_copy_is_near_and_the_longest_stays() -> None:
    first = story(1)
    rows = find([Text("a", first), Text("b", edited(first, 7) + " More follows."), Text("c", story(2))])

    assert [(row.id, row.survivor, row.kept, row.relation) for row in rows] == [
        ("b", True, "b", "exact"),
        ("a", False, "b", "near"),
    ]
    assert 0.5 < rows[1].similarity < 1


def test_equal_but_for_case_and_marks_is_exact() -> None:
    text = "The ferry, he said, is late."
    rows = find(entries([text, text.upper(), "“The ferry”, he said — is late…"]))

    assert [row.relation for row in rows] == ["exact"] * 3
    assert [row.similarity for row in rows] == [1.0] * 3
    assert [row.id for row in rows if row.survivor] == ["t00"]


@pytest.mark.parametrize(
    "texts",
    [
        ["", "", "...", "— “”"],
        ["Photo", "Share it", "Read more", "Video"],
        ["Rates rose in Oslo", "Rates rose in Bergen", "Rates fell in Oslo"],
        ["He said the bridge is safe", "He said the bridge is not safe"],
    ],
)
def test_short_texts_are_no_duplicates_of_one_another(texts: list[str]) -> None:
    assert find(entries(texts)) == []


def test_short_equal_texts_are() -> None:
    assert clusters(find(entries(["Photo: the harbour", "photo the harbour!", "Photo: the port"]))) == [
        {"t00", "t01"}
    ]


def test_a_template_does_not_make_strangers_alike() -> None:
    """Each report differs from the others in what it reports: names and figures."""
    rng = random.Random(3)
    texts = []
    for _ in range(300):
        a, b, c, d = (rng.randint(1000, 999999) for _ in range(4))
        texts.append(
            f"The index closed at {a} points. Shares of firm {b} gained the most. "
            f"Analysts said that they had expected it after the report of bank {c}. "
            f"The volume of trade was {d} shares. No changes are expected before the holiday."
        )
    assert find(entries(texts)) == []


def test_a_boilerplate_tail_does_not_make_strangers_alike() -> None:
    tail = (
        " We are closing this page now. You can follow the rest of our coverage here. Thank you for reading."
    )
    rows = find(entries([story(seed, 2) + tail for seed in range(200)]))

    assert [row for row in rows if row.relation != "contained"] == []


HEADLINES = [
    f"{who} tells of {what} in {where} with a smile"
    for who in ("Ada", "Bo", "Cy", "Di")
    for what in ("loss", "luck", "love")
    for where in ("Rome", "Kent")
]
"""What stands beside every story of some sites."""


def test_a_list_of_headlines_beside_them_does_not_make_strangers_alike() -> None:
    beside = "\n".join(HEADLINES)
    one, other = (story(seed, 9).replace(". ", ".\n") for seed in (1, 2))
    texts = [Text("1", f"{beside}\n{one}"), Text("2", f"{other}\n{beside}")]

    assert [row for row in find(texts) if row.relation != "contained"] == []
    assert len(find([*texts, Text("3", f"{one}\n{beside[:400]}")])) == 2


def test_copies_with_other_lists_are_alike_and_not_exact() -> None:
    prose = story(1, 9).replace(". ", ".\n")
    texts = [Text(f"{n}", "\n".join([prose, *HEADLINES[:n]])) for n in (10, 18)]

    assert [(row.id, row.similarity, row.relation) for row in find(texts)] == [
        ("18", 1.0, "exact"),
        ("10", 1.0, "near"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["Shr profit 86 cts vs loss 50 cts", "    Net profit 154,398 vs profit 694,521"] * 8,
        [f"the line of wrapped prose number {n} goes on" for n in range(20)],
        [f"The officials of town {n} spoke of the plan." for n in range(20)],
        HEADLINES[:7],
        HEADLINES,
    ],
    ids=["table", "wrapped", "prose", "few", "nothing else"],
)
def test_what_is_no_list_beside_a_story_is_compared(lines: list[str]) -> None:
    text = "\n".join(lines)

    assert headlines.story(text) == text


def test_a_chain_is_not_one_cluster() -> None:
    """Each link shares three quarters of its sentences with the next; the ends share nothing."""
    sentences = [story(seed, 1) for seed in range(60)]
    links = [" ".join(sentences[start : start + 8]) for start in range(0, 50, 2)]
    rows = find([Text(f"{place:02}", link) for place, link in enumerate(links)])
    found = clusters(rows)

    assert len(found) > 1
    assert max(map(len, found)) <= 12
    for row in rows:
        if row.relation == "near":
            assert row.similarity >= 0.1


def test_many_equal_templates_cost_no_more_than_stars() -> None:
    from clean.dedup.pairs import BUCKET, candidates

    equal = np.zeros(20_000, np.uint64)
    small = np.arange(20_000, dtype=np.uint64) // np.uint64(BUCKET)

    assert len(candidates([equal])) == 19_999
    assert len(candidates([equal, equal])) == 19_999
    assert len(candidates([small])) <= 20_000 * (BUCKET - 1) // 2


def test_a_quoted_entry_is_contained_not_merged() -> None:
    quoted = story(5, 3)
    long = f"{story(6, 5)} {quoted} {story(7, 5)}"
    rows = find(entries([quoted, long, *(story(seed) for seed in range(20, 30))]))

    assert [(row.cluster, row.id, row.kept, row.relation) for row in rows] == [
        (None, "t00", "t01", "contained")
    ]
    assert rows[0].similarity > 0.95


def test_a_passage_shared_by_two_stories_is_contained() -> None:
    passage = story(8, 4)
    one, other = f"{story(9, 8)} {passage}", f"{passage} {story(10, 9)}"
    rows = find([Text("one", one), Text("other", other), Text("third", story(11, 9))])

    assert [(row.id, row.kept, row.relation) for row in rows] == [("one", "other", "contained")]
    assert 0.1 < rows[0].similarity < 0.6


@pytest.mark.parametrize(
    ("keep", "survivor"),
    [("longest", "long"), ("first", "old"), ("newest", "new"), ("sound", "sound")],
)
def test_the_survivor_is_chosen(keep: str, survivor: str) -> None:
    text = story(12)
    texts = [
        Text("old", edited(text, 1), date="2024-01-01", damage=2),
        Text("new", edited(text, 2), date="2024-03-01T10:00", damage=2),
        Text("long", f"{edited(text, 3)} And more.", date="2024-02-01", damage=1),
        Text("sound", text, date="2024-02-02"),
        Text("undated", text.replace(".", " indeed.", 1), damage=3),
    ]
    rows = find(texts, Settings(keep=keep))  # type: ignore[arg-type]

    assert [row.id for row in rows if row.survivor] == [survivor]
    assert len(rows) == 5


def test_equal_texts_are_told_apart_by_date_then_id() -> None:
    texts = [
        Text("c", story(1)),
        Text("b", story(1), date="2024-05-01"),
        Text("a", story(1), date="2024-06-01"),
    ]

    assert [row.id for row in find(texts)] == ["b", "a", "c"]
    assert [row.id for row in find([text._replace(date=None) for text in texts])] == ["a", "b", "c"]


def test_entries_of_a_dropped_document_count_for_nothing() -> None:
    page, entry = story(1, 9), story(2, 3)
    texts = [
        Text("page", page + " Long."),
        Text("copy", page),
        Text("copy#1", entry + " The longest copy.", "entry", within="copy"),
        Text("other#4", entry, "entry", within="other"),
    ]

    assert [(row.id, row.unit) for row in find(texts)] == [("page", "document"), ("copy", "document")]
    assert {row.id for row in find(texts[1:])} == {"copy#1", "other#4"}


def test_units_are_apart() -> None:
    rows = find([Text("a", story(1)), Text("a#1", story(1), "entry"), Text("b", story(2))])

    assert rows == []


def test_the_threshold_can_be_set() -> None:
    texts = [Text("a", story(1)), Text("b", edited(story(1), 5, 0.15))]

    assert len(find(texts, Settings(document=0.1))) == 2
    assert clusters(find(texts, Settings(document=0.95))) == []


FAMILIES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 99), st.sampled_from([0.0, 0.02, 0.1, 0.25])),
    min_size=2,
    max_size=14,
)


def family_texts(families: list[tuple[int, int, float]], unit: Unit) -> list[Text]:
    return [
        Text(f"{place}", edited(story(base, 3 + base % 3), seed, share), unit)
        for place, (base, seed, share) in enumerate(families)
    ]


@settings(deadline=None, max_examples=60)
@given(families=FAMILIES, rng=st.randoms(use_true_random=False), unit=st.sampled_from(["document", "entry"]))
def test_order_and_batches_do_not_matter(
    families: list[tuple[int, int, float]], rng: random.Random, unit: Unit
) -> None:
    texts = family_texts(families, unit)
    shuffled = texts.copy()
    rng.shuffle(shuffled)
    cut = rng.randint(0, len(texts))
    corpora = collect(shuffled[:cut])
    corpora[unit].add(sketch(shuffled[cut:]))

    assert find(shuffled) == find(texts)
    assert settle(corpora, Settings()) == find(texts)


@settings(deadline=None, max_examples=60)
@given(families=FAMILIES)
def test_laws_of_clusters(families: list[tuple[int, int, float]]) -> None:
    rows = find(family_texts(families, "entry"))
    grouped: dict[str, list[Verdict]] = {}
    for row in rows:
        if row.cluster is not None:
            grouped.setdefault(row.cluster, []).append(row)
    ids = [row.id for group in grouped.values() for row in group]

    assert len(ids) == len(set(ids))
    for group in grouped.values():
        survivors = [row for row in group if row.survivor]
        assert len(group) >= 2
        assert len(survivors) == 1
        assert {row.kept for row in group} == {survivors[0].id}
        assert all(0 < row.similarity <= 1 for row in group)
    assert all(a.cluster <= b.cluster for a, b in pairwise(rows) if a.cluster and b.cluster)


def test_the_kernel_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    rng = random.Random(1)
    texts = [
        Text(f"{n}", edited(story(n % 40, 4 + n % 7), rng.randint(0, 99), rng.choice([0, 0.05, 0.2])))
        for n in range(150)
    ]
    plain = find(texts)
    monkeypatch.setattr(finding, "COMPILED", 0)
    compiled = find(texts)

    assert len(plain) > 60
    assert compiled == plain


def test_a_small_run_stays_small() -> None:
    script = (
        "import sys\n"
        "from clean.dedup.find import Text, find\n"
        "find([Text(str(n), 'The harbour was closed on Monday after the storm.') for n in range(5)])\n"
        "print(sorted({'numba', 'duckdb', 'datasketch', 'scipy', 'pyarrow', 'pandas'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_groups_of_keys_that_agree_in_their_upper_bits_alone() -> None:
    from clean.dedup.pairs import groups

    keys = np.array([5 << 32 | 1, 5 << 32, 7, 5 << 32 | 1, 5 << 32], np.uint64)
    order, starts, sizes = groups(keys)
    found = [order[start : start + size].tolist() for start, size in zip(starts, sizes, strict=True)]

    assert sorted(found) == [[0, 3], [1, 4], [2]]
    assert [part.tolist() for part in groups(keys[:0])] == [[], [], []]


def test_a_page_translated_back_loses_to_a_sound_copy_though_it_is_longer() -> None:
    from clean.dedup.sketch import TRANSLATED_BACK

    sound = " ".join(f"word{number} of the story" for number in range(40))
    longer = f"{sound} and then some more words that were added on the way"
    texts = [Text("back.txt", longer, damage=TRANSLATED_BACK + 3), Text("sound.txt", sound, damage=5)]

    survivors = {
        keep: [v.id for v in find(texts, Settings(keep)) if v.survivor]
        for keep in ("longest", "sound", "first")
    }

    assert survivors == {"longest": ["sound.txt"], "sound": ["sound.txt"], "first": ["back.txt"]}
