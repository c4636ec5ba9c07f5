"""The skeleton of a site pack proves itself, and the evaluation counts what it says."""

from clean.boilerplate.evaluate import Labelled, evaluate, labels_of_gold
from clean.boilerplate.skeleton import skeleton
from clean.model import Document
from clean.rules.load import load_pack, load_rules
from clean.rules.prove import prove
from clean.stages.boilerplate import Boilerplate

PAGE = """Harbour Post Weather Desk
Tides “Today”

The council voted on Tuesday to close the old bridge for repairs.

Traffic will be sent over the new road until spring, officials said.

Visit the harbour museum
Leave a Reply
"""


def test_skeleton_is_a_pack_that_proves_itself(tmp_path):
    stage = Boilerplate(load_rules("boilerplate"), scorer=False)
    path = tmp_path / "harbour.example.toml"
    path.write_text(skeleton("harbour.example", Document("p", PAGE), stage), encoding="utf-8")
    pack = load_pack(path)

    assert pack.site == "harbour.example"
    assert {phrase for rule in pack.rules for phrase in rule.phrases} == {
        "Harbour Post Weather Desk", "Tides “Today”", "Visit the harbour museum",
    }  # fmt: skip

    def on_site(rules):
        stage = Boilerplate(tuple(rules), language="en")
        return _OnSite(stage)

    assert not list(prove(pack.rules, on_site))


class _OnSite:
    """The stage, told that every document is of the site."""

    def __init__(self, stage):
        self.stage = stage
        self.name, self.version, self.after = stage.name, stage.version, stage.after

    def __call__(self, document):
        return self.stage(Document(document.id, document.text, {"site": "www.harbour.example"}))


def test_site_rules_act_on_their_site_alone(tmp_path):
    path = tmp_path / "sites" / "harbour.example.toml"
    path.parent.mkdir()
    path.write_text(skeleton("harbour.example", Document("p", PAGE), Boilerplate((), scorer=False)))
    stage = Boilerplate(load_pack(path).rules, language="en")

    def edits(url):
        return [
            f for f in stage(Document("p", PAGE, {"url": url})) if f.rule.startswith("boilerplate/harbour")
        ]

    assert len(edits("https://news.harbour.example/a/b?c")) >= 3
    assert edits("https://harbour.example.org/") == []


def test_evaluation_counts():
    raw = "Title of it\nShare\nThe bridge is closed.\nRelated\nIt opens in May.\nFoto\n"
    labels = {2: "drop", 4: "drop", 6: "either"}
    document = Labelled("a", raw, labels, {2: "share", 4: "related"})

    perfect = evaluate([document], lambda text: "Title of it\nThe bridge is closed.\nIt opens in May.\n")
    nothing = evaluate([document], lambda text: text)
    greedy = evaluate([document], lambda text: "Title of it\nThe bridge is closed.\n")

    assert (perfect.recall, perfect.precision, perfect.loss) == (1.0, 1.0, 0.0)
    assert (nothing.recall, nothing.loss) == (0.0, 0.0)
    assert [m.line for m in nothing.mistakes] == [2, 4]
    assert greedy.precision == 2 / 3
    assert greedy.keep_lost_chars == len("It opens in May.")
    assert perfect.by_class == {"related": (1, 1), "share": (1, 1)}


def test_repaired_and_trimmed_lines_stand():
    raw = "The bridge is closed for repairs today (read more)\nIt opens in May.\n"

    assert labels_of_gold(raw, "The bridge is closed for repairs today\n") == {2: "drop"}
