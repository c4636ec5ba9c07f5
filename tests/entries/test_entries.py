"""Live blogs: where the entries are, which of them are copies, and what is no live blog."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clean import edits
from clean.entries.copies import find_copies
from clean.entries.marks import mark_of, may_be_mark
from clean.entries.names import is_heading, is_name
from clean.entries.stamps import is_stamp, may_be_headed, opening_stamp
from clean.model import Document, Edit, Patch
from clean.pipeline import run_stage
from clean.stages.entries import COPY, RULES, Entries

ROOT = Path(__file__).parents[2]
HARBOUR = "The harbour was closed at dawn after a barge broke loose and drifted into the main channel."
COUNCIL = "Councillors met in the town hall and voted nine to four for the new bridge over the river."
FIRE = "Crews from three stations put out the fire in the mill, and nobody was hurt, the service said."
TRAINS = "Trains between the two cities run again since noon, though every second one is late by an hour."
BLOCKS = [HARBOUR, COUNCIL, FIRE, TRAINS]


def run(text, **fields):
    return run_stage(Document("page", text, **fields), Entries())


def notes(document):
    return [note.value for patch in document.trail for note in patch.notes if note.key == "entry"]


def sample(number):
    return next((ROOT / "raw").glob(f"{number}_*")).read_text(encoding="utf-8")


def boilerplate(document, doomed):
    """What the boilerplate stage leaves: named whole lines deleted with their class."""
    from clean.lines import Lines, Reason

    lines = Lines(document.text)
    reasons = {
        n: Reason("boilerplate/x", {"class": doomed[lines.all[n]]})
        for n in lines.filled
        if lines.all[n] in doomed
    }
    script = tuple(lines.deletions(reasons))
    return Document(
        document.id,
        edits.apply(document.text, script),
        document.meta,
        (*document.trail, Patch("boilerplate", "1", script)),
    )


@pytest.mark.parametrize("through_trail", [False, True])
def test_the_sample_has_fifteen_entries_and_one_copy(through_trail):
    document = Document("000", sample("000"))
    if through_trail:
        document = boilerplate(
            document, {"Share it": "share", "Update on": "time", "main event": "nav", "Analysis": "nav"}
        )
        assert "Share it" not in document.text
    result = run_stage(document, Entries())
    found = notes(result)

    assert len(found) == 15
    assert [(value["entry"], value["duplicate_of"]) for value in found if value["duplicate_of"]] == [(9, 1)]
    assert [value["byline"] for value in found if value["byline"]] == ["Justin McCurry"] * 2
    assert result.text.count("We appreciate your consistent") == 1
    assert result.text.index("We appreciate") < result.text.index(
        "main event" if not through_trail else "China accounts"
    )
    assert "Putin Live in North Korea" in result.text
    assert edits.raw(result) == sample("000")
    because = next(edit.because for edit in result.trail[-1].edits)
    assert because["kept"] == 1
    assert because["containment"] == 1.0


@pytest.mark.parametrize("number", ["001", "002", "003", "004"])
def test_ordinary_samples_have_none(number):
    assert run(sample(number)).trail == ()


def test_a_copy_with_a_headline_more_is_the_one_that_stays():
    blocks = [
        "Day of storms: live",
        HARBOUR,
        "Share",
        COUNCIL,
        "Share",
        "Barge drifts into channel",
        HARBOUR,
        "Share",
        FIRE,
    ]
    result = run("\n\n".join([*blocks, "Share"]))

    assert [value["duplicate_of"] for value in notes(result)] == [3, None, None, None]
    assert result.text.count(HARBOUR) == 1
    assert "Barge drifts" in result.text
    assert result.text.startswith("Day of storms: live")  # the title is no part of an entry that goes


def test_stamps_open_entries_and_separators_stand_between():
    stamped = "\n\n".join(
        f"1{n}:05 GMT\n\nHeading number {n}x\n\nBy Ann Lee\n\n{block}" for n, block in enumerate(BLOCKS)
    )
    found = notes(run("Storms: what we know\n\n" + stamped))
    assert [(v["time"], v["heading"], v["byline"]) for v in found] == [
        (f"1{n}:05 GMT", f"Heading number {n}x", "By Ann Lee") for n in range(4)
    ]

    opened = "\n\n".join(f"9:1{n} a.m. – {block}" for n, block in enumerate(BLOCKS))
    assert [v["time"] for v in notes(run(opened))] == [f"9:1{n} a.m." for n in range(4)]

    ruled = "\n\n___\n\n".join(f"STORM WATCH NUMBER {n}\n\n{block}" for n, block in enumerate(BLOCKS))
    assert [v["heading"] for v in notes(run("A day of storms\n\n" + ruled))] == [
        f"STORM WATCH NUMBER {n}" for n in range(4)
    ]


def test_stamps_are_read_from_the_trail():
    text = "\n\n".join(f"1{n}:05 GMT\n\n{block}" for n, block in enumerate(BLOCKS))
    document = boilerplate(Document("p", text), {f"1{n}:05 GMT": "time" for n in range(4)})
    assert "GMT" not in document.text
    assert [value["time"] for value in notes(run_stage(document, Entries()))] == [
        f"1{n}:05 GMT" for n in range(4)
    ]


FORMATS = {
    "hours with h": ("2{n}h05 : {block}", "2{n}h05"),
    "hours with Uhr": ("+++ 1{n}.30 Uhr: {block}", "1{n}.30 Uhr"),
    "hours and a rule": ("1{n}:22 hs | {block}", "1{n}:22 hs"),
    "a zone": ("1{n}:20 ET: {block}", "1{n}:20 ET"),
    "a full stop": ("0{n}:58. {block}", "0{n}:58"),
    "a bullet": ("• 1{n}:20 – {block}", "1{n}:20"),
    "an update": ("UPDATE 7/{n}/2019 1:20 p.m. {block}", "UPDATE 7/{n}/2019 1:20 p.m."),
    "an update of a day": ("Update vom 2{n}. Mai, 21.40 Uhr: {block}", "Update vom 2{n}. Mai, 21.40 Uhr"),
    "a weekday": ("Freitag, 2{n}. Mai, 21.40 Uhr: {block}", "Freitag, 2{n}. Mai, 21.40 Uhr"),
    "a date below": ("19:2{n} 26.5.2024\n\n{block}", "19:2{n} 26.5.2024"),
    "a time of four digits": ("2{n}50 GMT\n\n{block}", "2{n}50 GMT"),
    "a place and a name": ("Port Albany :: Ann Lee :: 2{n}50GMT\n\n{block}", "2{n}50GMT"),
    "a name behind": ("  • 2/2{n}/2022 2:46:46 PM   Ann Lee\n    {block}", "2/2{n}/2022 2:46:46 PM"),
    "an update above": ("Updated at 4:2{n} p.m. 7/4/19\n\n{block}", "Updated at 4:2{n} p.m. 7/4/19"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_stamps_of_many_newsrooms(name):
    form, time = FORMATS[name]
    text = "Day of storms\n\n" + "\n\n".join(form.format(n=n, block=block) for n, block in enumerate(BLOCKS))
    found = notes(run(text))

    assert [value["time"] for value in found] == [time.format(n=n) for n in range(len(BLOCKS))]
    assert {value["byline"] for value in found} == {"Ann Lee" if "Ann Lee" in form else None}

    again = f"{text}\n\n{form.format(n=0, block=BLOCKS[0])}"  # the widget was loaded twice
    assert [value["duplicate_of"] for value in notes(run(again))] == [None] * 4 + [1]
    assert run(again).text.count(BLOCKS[0]) == 1


def test_headings_with_their_stamp():
    framed = "\n".join(
        f"+++ 1{n}:34 Talks, day {n} of the week +++\n{block}" for n, block in enumerate(BLOCKS)
    )
    glued = "\n\n".join(
        f"Talks, day {n} of the weekpublished at 16:0{n} British Summer Time 11 May\n\n{block}"
        for n, block in enumerate(BLOCKS)
    )
    for text, stamp in ((framed, "1{}:34"), (glued, "16:0{} British Summer Time 11 May")):
        assert [(value["heading"], value["time"]) for value in notes(run(text))] == [
            (f"Talks, day {n} of the week", stamp.format(n)) for n in range(4)
        ]
    untimed = "\n\n".join(f"+++ {block}" for block in BLOCKS)
    assert len(notes(run(untimed))) == 4


def test_an_update_line_below_its_entry_still_closes_it():
    closed = "\n\n".join(f"{block}\n\nUpdated at 10.2{n} CEST" for n, block in enumerate(BLOCKS))
    head = "Updated at 9.15 CEST\n\n"
    for text in (closed, head + closed):
        assert run(text).text.count(HARBOUR) == 1
        spans = [
            text[note.start : note.end]
            for patch in run(text).trail
            for note in patch.notes
            if note.key == "entry"
        ]
        assert spans == BLOCKS


NO_LIVE_BLOGS = {
    "a question that returns nineteen times": "\n\n".join(
        f"What would you change first in this town?\n\n{HARBOUR} {n}" for n in range(19)
    ),
    "speakers": "\n\n".join(f"ANN LEE\n\n{block}\n\nBO CHU\n\n{COUNCIL}" for block in BLOCKS),
    "meal plan": "\n\n".join(
        f"Day {n}\n\nBreakfast: oats with milk\n\nLunch: soup and bread\n\nDinner: rice and beans"
        for n in range(7)
    ),
    "a refrain": "\n\n".join(
        f"{block}\n\nAnd the river runs on and on and on, all the way down to the sea." for block in BLOCKS
    ),
    "subheads": "\n\n".join(f"Part {n} of the plan\n\n{block}" for n, block in enumerate(BLOCKS)),
    "agency rules in a story": "\n\n___\n\n".join(f"{block}\n\n{block[::-1]}." for block in BLOCKS),
    "share rows at head and foot": f"Share\n\nTweet\n\n{HARBOUR}\n\n{FIRE}\n\nShare\n\nTweet",
    "a related list with ages": f"{HARBOUR}\n\n"
    + "\n\n".join(f"Ten things to see in town number {n}\n\n{n} hours ago" for n in range(2, 9)),
    "amounts": "\n\n".join(f"10.4{n} million people saw it, {block}" for n, block in enumerate(BLOCKS)),
    "a timetable": "\n\n".join(f"1{n}:00 – 1{n}:45 {block}" for n, block in enumerate(BLOCKS)),
    "years": "\n\n".join(f"201{n}: {block}" for n, block in enumerate(BLOCKS)),
    "times in sentences": "\n\n".join(
        f"At 10:4{n} Ms Lee said that {block}" for n, block in enumerate(BLOCKS)
    ),
    "days": "\n\n".join(f"On Monday, {n} May, {block}" for n, block in enumerate(BLOCKS)),
    "scores": "\n\n".join(f"7{n}:64 Albany wins, and {block}" for n, block in enumerate(BLOCKS)),
    "amounts of money": "\n\n".join(f"3.1{n} Million it was, {block}" for n, block in enumerate(BLOCKS)),
    "updates without a time": "\n\n".join(f"Update {n}: {block}" for n, block in enumerate(BLOCKS)),
    "empty": "",
    "blank": " \n\n \n",
}


@pytest.mark.parametrize("name", NO_LIVE_BLOGS)
def test_no_live_blog_no_entries(name):
    assert run(NO_LIVE_BLOGS[name]).trail == ()


def test_repeats_that_are_news_stay():
    def blog(*entries):
        return "\n\nShare\n\n".join(entries) + "\n\nShare"

    three = "The ministry said 3 people were killed in the village and a house burned down."
    four = three.replace("3", "4")
    assert not any(v["duplicate_of"] for v in notes(run(blog(HARBOUR, three, COUNCIL, four))))
    # a line of a match ticker at another minute
    foul = "14:3{}  GMT\n\nFoul by the visitors, and the referee shows the yellow card."
    corner = [foul.format(n) for n in range(5)]
    assert not any(v["duplicate_of"] for v in notes(run("\n\n".join(corner))))
    # a sentence that a longer entry quotes
    long = " ".join(BLOCKS) + " " + " ".join(block.replace("the", "another") for block in BLOCKS)
    assert not any(v["duplicate_of"] for v in notes(run(blog(long, HARBOUR, COUNCIL[::-1] + ".", "x " * 20))))


def test_chains_do_not_pull_unlike_texts_together():
    words = [f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(70)]
    links = [" ".join(words[start : start + 40]) for start in (0, 8, 16, 24)]
    # each is like the next one, none like the one after
    assert {n: copy.of for n, copy in find_copies(links).items()} == {1: 0, 3: 2}


def test_copies():
    edited = HARBOUR.replace("barge", "vessel")
    assert find_copies([HARBOUR, COUNCIL]) == {}
    assert find_copies([HARBOUR, COUNCIL, HARBOUR])[2].of == 0
    assert find_copies([f"{HARBOUR} {FIRE}", COUNCIL, f"{edited} {FIRE}"])[2].jaccard > 0.6
    assert find_copies(["Goal!", "Goal!", "Goals"]).keys() == {1}
    assert find_copies(["", "", "…"]) == {}


def test_hash_seed_does_not_matter():
    code = (
        "from clean.entries.copies import find_copies; import random; r=random.Random(3);"
        "base=[' '.join(r.choice('abcdefghijklmnop')*2 for _ in range(60)) for _ in range(8)];"
        "texts=[b.replace('aa','zz',k) for b in base for k in range(4)]; print(find_copies(texts))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1


MARKS = {
    "share": ["Share it", "SHARE", "Share this", "Teilen", "공유"],
    "update": ["Update on", "Updated at 10.23 CEST", "Last updated: 9:15 a.m."],
    "opening": [
        "+++ Talks begin +++",
        "22h45 : Les pourparlers",
        "Talks endpublished at 16:05 BST",
        "00:58. Talks",
    ],
    "stamp": [
        "2350GMT",
        "2350 GMT",
        "Kyiv | Ann Lee | 10:45",
        "hace 2 horas",
        "vor 5 Minuten",
        "5 минут назад",
        "5 minuti fa",
        "há 5 minutos",
        "5분 전",
        "3小时前",
        "6月19日 10:45",
        "오후 3:45",
        "5 minut temu",
        "Hier à 20:40",
        "منذ 5 دقائق",
        "26 мая 2024, 19:21",
        "10:45",
        "9:15 a.m.",
        "5 min ago",
        "12 Jun 2024 09.12 BST",
        "14h32",
        "2d ago / 5:52 AM UTC",
    ],
    "separator": ["___", "* * *", "———"],
    "label": ["Key event", "main event"],
    None: [
        "4:53",
        "2024",
        "May 12",
        "Ten years ago",
        "A share in it",
        "Update on the trial",
        "12",
        "3 people",
        "2350",
        "+++x",
        "Ann Lee | Bo Chu",
    ],
}


@pytest.mark.parametrize(("mark", "line"), [(mark, line) for mark, lines in MARKS.items() for line in lines])
def test_marks(mark, line):
    assert mark_of(line) == mark


def test_stamps_names_headings():
    assert is_stamp("Posted at 18:02 18 Mar")
    assert not is_stamp("18 Mar")
    assert opening_stamp("10:45am – Talks begin") == "10:45am"
    assert opening_stamp("7.30pm: Doors open") == "7.30pm"
    assert {opening_stamp(line) for line in ("10.45 million people", "4:3 is a ratio", "10:45")} == {""}
    assert is_name("Justin McCurry")
    assert is_name("By Ann Lee and Bo van Chu")
    assert not is_name("Talks End in Four Cities")
    assert is_heading("Fire put out in mill")
    assert not is_heading("Fire was put out.")


DUSK = HARBOUR.replace("dawn", "dusk")
SHORT = [
    "Share it",
    "Share",
    "10:45 GMT",
    "9:15 a.m.",
    "___",
    "Updated at 10.23",
    "Ann Lee",
    "Key event",
    "Goal!",
    "x",
]
ODD = [
    " " * 90 + FIRE,
    " " * 90 + "9:15 a.m.",
    "10:45 |\u2003",
    "+++ +++",
    "Ann Lee  10:45 | ",
    "+++ " + COUNCIL,
]
PIECES = st.sampled_from([*BLOCKS, DUSK, *SHORT, *ODD, "A heading of some words", "14:02 – " + FIRE, ""])


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=24), st.sampled_from(["\n", "\n\n"]), st.sampled_from(["", "\n"]))
def test_laws(pieces, gap, end):
    text = gap.join(pieces) + end
    stage = Entries()
    first = list(stage(Document("a", text)))
    result = run(text)
    again = run_stage(Document("a", result.text), stage)

    assert first == list(stage(Document("b", text)))  # pure
    assert edits.raw(result) == text  # reversible
    assert run_stage(result, stage) == result  # silent the second time
    assert again.text == result.text  # and when the record is lost
    assert {item.rule for item in first} <= RULES.keys()  # attributed
    kept = result.text.replace("dusk", "dawn")
    for edit in (item for item in first if isinstance(item, Edit)):
        # nothing that an entry says is lost with its copy
        assert edit.new == ""
        assert edit.rule == COPY
        lost = {line for line in edit.old.replace("dusk", "dawn").split("\n") if line not in kept}
        assert all(mark_of(line) or is_name(line) or is_heading(line) or line == "Goal!" for line in lost)


@pytest.mark.slow
def test_cost_grows_with_the_page():
    def seconds(n):
        text = "\n\n".join(
            f"Foul by player {k} of the visitors near the line, and play goes on.\n\nShare" for k in range(n)
        )
        start = time.process_time()
        run(text)
        return time.process_time() - start

    seconds(500)
    assert seconds(8000) < 3 * 16 * max(seconds(500), 0.02)


PIECES = st.sampled_from(
    [
        "share",
        "Share it",
        "Copy link",
        "updated",
        "BREAKING",
        "10:45",
        "10.45",
        "١٠:٤٥",
        "5 min",
        "ago",
        "a.m.",
        "pm",
        "Nov",
        "7",
        "3rd",
        "by",
        "vor",
        "il y a",
        "10時20分",
        "공유",
        "___",
        "* * *",
        "#",
        ">",
        "“",
        "–",
        "The talks",
        ".",
        ",",
        ":",
        "(",
        ")",
        " ",
        "  ",
        "\t",
        "\u00a0",
        "²",
        "\u2003",
        " " * 90,
        "x" * 40,
        "+++",
        " | ",
        "::",
        "Kyiv",
        "2350",
        "GMT",
        "Uhr:",
        "Update",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=8).map("".join) | st.lists(PIECES, min_size=1).map(" ".join))
@settings(max_examples=2000, deadline=None)
def test_a_look_at_the_first_word_misses_no_mark(line):
    if line.strip() and mark_of(line) and not may_be_headed(line):
        assert may_be_mark(line)


@pytest.mark.parametrize(
    "line", ["Share it", "— 10:45 —", "* * *", "5 min ago", "Updated at 7 a.m.", "공유", "Nov 7, 10:45"]
)
def test_marks_are_seen_by_their_first_word(line):
    assert mark_of(line)
    assert may_be_mark(line)
