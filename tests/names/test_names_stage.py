"""The names stage on sentences of our own: what is repaired, what is suggested, what must stay."""

from __future__ import annotations

from functools import cache

import pytest

from clean import edits
from clean.model import Document, Edit, Note
from clean.names import gazetteer
from clean.names.consensus import consensus_table
from clean.names.cues import CUES
from clean.pipeline import commit
from clean.stages.names import RULES, Names

REPAIRED = [
    # rule, text, wrong, right
    ("gazetteer", "The Yonhop news agency reported from Seoul, South Korea.", "Yonhop", "Yonhap"),
    ("gazetteer", "The Interfex news agency in Moscow quoted a Russian diplomat.", "Interfex", "Interfax"),
    ("mangled-form", "The Anadolo agency wrote from Ankara as Turkish troops left.", "Anadolo", "Anadolu"),
    ("gazetteer", "State news agency Shinhua reported it from Beijing.", "Shinhua", "Xinhua"),
    ("gazetteer", "The Russian business daily Kommersent said Moscow agreed.", "Kommersent", "Kommersant"),
    ("gazetteer", "The Japanese daily Yumiuri Shimbun in Tokyo said so.", "Yumiuri", "Yomiuri"),
    ("gazetteer", "Fighters crossed the Eufrates river in Syria.", "Eufrates", "Euphrates"),
    ("gazetteer", "Guards on the Yaloo River, between North Korea and China, were doubled.", "Yaloo", "Yalu"),
    ("mangled-form", "Russian Foreign Minister Sergei Lavrof said Moscow was ready.", "Lavrof", "Lavrov"),
    ("mangled-form", "Kremlin spokesman Dmitry Peskof spoke in Moscow.", "Peskof", "Peskov"),
    ("gazetteer", "Iran's supreme leader Ali Khamenai spoke in Tehran.", "Khamenai", "Khamenei"),
    ("mangled-form", "Turkish President Recep Tayyip Ordogan flew to Ankara.", "Ordogan", "Erdogan"),
    ("mangled-form", "French President Emmanuel Makron spoke in Paris.", "Makron", "Macron"),
    ("gazetteer", "Ukraine held the eastern city of Bakhmoot.", "Bakhmoot", "Bakhmut"),
    ("gazetteer", "The Afghan city of Kandehar fell to the Taliban.", "Kandehar", "Kandahar"),
    ("gazetteer", "Flowers lay at the Kumsusun Palace in Pyongyang.", "Kumsusun", "Kumsusan"),
    ("gazetteer", "Ukraine's air force shot down Russian Kalibar missiles.", "Kalibar", "Kalibr"),
    ("gazetteer", "The Russian oil company Rozneft in Moscow said so.", "Rozneft", "Rosneft"),
    ("gazetteer", "Lukashenko met Putin. President Lukashinko praised Russia.", "Lukashinko", "Lukashenko"),
    ("mangled-form", "Annual prizes went to the Great People's Study Hall in the capital.",
     "Great People's Study Hall", "Grand People's Study House"),
    ("gazetteer", "The official news agency Tansim said in Tehran that Iran had won.", "Tansim", "Tasnim"),
    ("gazetteer", "The Taedon River is frozen in Pyongyang.", "Taedon", "Taedong"),
    ("gazetteer", "Poland's leader Jaroslaw Kachinski left Warsaw.", "Kachinski", "Kaczynski"),
    ("gazetteer", "The German magazine Der Spiekel was sold in Berlin.", "Spiekel", "Spiegel"),
    ("gazetteer", "Kurdish Peshmirga forces left the front in Baghdad's north.", "Peshmirga", "Peshmerga"),
    ("mangled-form", "Ukraine's President Zellinski spoke.", "Zellinski", "Zelensky"),
    ("mangled-form", "The leader Kim Chen-un spoke.", "Kim Chen-un", "Kim Jong-un"),
    ("acronym", "North Korea's state news agency KNCA said so. KCNA is read in Pyongyang.", "KNCA", "KCNA"),
    ("acronym", "Iran's official news agency IRN said so. IRNA gave no date.", "IRN", "IRNA"),
    ("split-name", "Its capital Pyong Yang was full of North Korean flags.", "Pyong Yang", "Pyongyang"),
    ("joined-name", "It stood in the Rodongsinmun newspaper in Pyongyang.", "Rodongsinmun", "Rodong Sinmun"),
    ("consensus", "Mayor Petra Halvorsen spoke first. Later Petra Halvorsin left.", "Halvorsin", "Halvorsen"),
    ("consensus", "Henrik Dombrowski won. It was his day, Dombrowzki said.", "Dombrowzki", "Dombrowski"),
]  # fmt: skip

GERMAN = """Die Nachrichtenagentur Interfex in Moskau, so der russische Minister, hat am Montag und am
Dienstag nichts gesagt, aber die Zeitung schrieb, dass der Präsident in Moscow war und die Agentur, news
agency Interfex, weiter mit ihm und mit seinen Leuten sprechen wollte, wie sie es seit Jahren tut."""

UNTOUCHED = [
    # right, or not certain enough
    "The Russian news agency Tass and Tas, a village, are different places.",
    "Kim Jong-un, Kim Jong Un and Kim Jung-un are one person in Pyongyang, North Korea.",
    "Navalny died; his widow Yulia Navalnaya spoke, Russian media in Moscow said.",
    "Maria Petrova and Ivan Petrov met. Petrova said so, Petrov added.",
    "Count Tolstoy met Countess Tolstaya in Russia.",
    "The Iraqi news agency INA said so. Iran's agency IRNA denied it.",
    "The Singapore broadcaster CNA said North Korea's KCNA was wrong. State media CNA repeated it.",
    "Taiwan's Central News Agency (CNA) and North Korea's state media KCNA disagreed.",
    "President Putins and the Putin years in Russia.",
    "Minister Pavel Lavrof, a cousin of Lavrov in Moscow, Russia, left.",
    "The city of Kaesong or Gaeseong, and Cheongjin, in North Korea near Pyongyang.",
    "The name is also spelled Yonhop by the South Korean news agency in Seoul.",
    "Follow @Yonhop and www.yonhop.com, South Korean news agency of Seoul.",
    "Ukrainian towns such as Pokrovske and Pokrovsk in Ukraine.",
    "He stood on the bank of the Taidong.",
    "Karzai, Karzay and Kharzai stood in the Afghan lists in Kabul.",
    "The county of Yeongbyeon, or Yongbyon, and the Keumgang mountains are in North Korea.",
    GERMAN,
]

SUGGESTED = [
    ("Israeli Prime Minister Naftali Bennet left Jerusalem.", "Bennet", "Bennett"),
    ("French President Emanuel Macron left Paris.", "Emanuel", "Emmanuel"),
    ("President Volodymyr Zelensky came. Mr Zelenskyi spoke.", "Zelenskyi", "Zelensky"),
    ("Guanghdong is far. Guangdong is a province.", "Guanghdong", "Guangdong"),
]


REAL = {
    "North Korea": "Onchon Kaechon Sunchon Chongsu Sonchon Kilju Manpo Ragwon Taesong Songhwa Mundok Sakju",
    "South Korea": "Uljin Suncheon Cheonan Gimcheon Pohang Goseong Yeongju Gumi Osong Jeonju Gunsan",
    "Russia": "Morozovsk Kotluban Kurchatov Kropotkin Volkhov Rylsk Korsakov Tver Tula Oryol Vyborg Perm",
    "Ukraine": "Pokrovske Ivanivske Mykolaivka Makarivka Kupianske Izmailivka Lymanske Orikhove Malekhiv",
    "China": "Shaanxi Hunan Hubei Xining Jinan Jining Fuzhou Xuzhou Fushun Guilin Dadong Yanan Taiyuan",
    "Israel": "Zawaida Tuffah Bureij Maghazi Netzarim Metula Safed Blida Houla Qana Odaisseh Khiam",
}
"""Places that are no other place, though names of the gazetteer are near."""


@cache
def stage() -> Names:
    return Names()


def run(text: str, names: Names | None = None) -> Document:
    names = names or stage()
    document = Document("own", text)
    return commit(document, names, names(document))


def made(document: Document) -> list[Edit]:
    return [edit for patch in document.trail for edit in patch.edits]


def notes(document: Document) -> list[Note]:
    return [note for patch in document.trail for note in patch.notes]


@pytest.mark.parametrize(("rule", "text", "wrong", "right"), REPAIRED, ids=[case[2] for case in REPAIRED])
def test_mangled_names_are_repaired(rule: str, text: str, wrong: str, right: str) -> None:
    document = run(text)

    assert document.text == text.replace(wrong, right, 1)
    assert [edit.rule for edit in made(document)] == [f"names/{rule}"]
    assert made(document)[0].because["evidence"]
    assert edits.raw(document) == text
    assert not made(run(document.text))


@pytest.mark.parametrize("text", UNTOUCHED, ids=range(len(UNTOUCHED)))
def test_what_is_right_or_uncertain_stays(text: str) -> None:
    assert not made(run(text))


@pytest.mark.parametrize(("text", "word", "new"), SUGGESTED, ids=[case[1] for case in SUGGESTED])
def test_what_is_likely_is_suggested(text: str, word: str, new: str) -> None:
    document = run(text)

    assert document.text == text
    found = [(text[note.start : note.end], note.key, note.value["new"]) for note in notes(document)]  # type: ignore[index, call-overload]
    assert found == [(word, "suggestion", new)]


def test_every_rule_fires_in_these_tests() -> None:
    fired = {f"names/{case[0]}" for case in REPAIRED}

    assert fired | {"names/one-form", "names/two-forms"} == set(RULES)


def test_no_right_form_is_ever_touched() -> None:
    checked = 0
    for name in stage().names:
        cue, topic = (*name.cues, *CUES[name.type])[0], name.topic[0]
        for form in name.forms:
            checked += 1
            text = f"In {topic}, the {cue} {form} was named. {name.name} is {form}, a {cue} of {topic}."
            assert not made(run(text)), form
    assert checked > 2000


def test_real_places_stay_what_they_are() -> None:
    checked = 0
    for country, places in REAL.items():
        famous = ". ".join(
            name.name for name in stage().names if country in name.topic and name.type != "person"
        )
        for place in places.split():
            for text in (
                f"In {country}, the city of {place} was named.",
                f"The {place} River in {country} rose.",
            ):
                checked += 1
                assert not made(run(text)), text
                assert not made(run(f"{text} {famous}.")), text
    assert checked > 120


def test_one_form_throughout_only_on_request() -> None:
    text = "Kim Jong-un spoke in Kiev, said KCNA. Kim Jong Un left Kyiv."
    asked = Names(one_form=True)

    assert run(text).text == text
    assert run(text, asked).text == "Kim Jong Un spoke in Kyiv, said KCNA. Kim Jong Un left Kyiv."
    assert {edit.rule for edit in made(run(text, asked))} == {"names/one-form"}
    assert asked.version != stage().version


def test_possessives_and_hyphens_stay_as_they_are() -> None:
    text = "The news agency Yonhop's report came from Seoul, South Korea. A Yonhop-led news agency poll."

    assert run(text).text == text.replace("Yonhop", "Yonhap")


def test_other_documents_about_the_event_bear_witness() -> None:
    about = "The Harbour Festival in Port Elling opened; Mayor Ada Quist spoke at Kelda Hall."
    sound = Document("sound", f"{about} Photo: Vsevolod Khrapunov for the paper.")
    damaged = Document("damaged", f"{about} Photo: Vsevolod Khrapunof for the paper.")
    elsewhere = Document("elsewhere", "Photo: Vsevolod Khrapunof for another paper in another town.")
    known = {"Vsevolod", "Khrapunov", *about.replace(".", "").split()}
    from clean.names.attested import of_words

    table = consensus_table(
        [sound, damaged, elsewhere], of_words({word.strip(";"): "word" for word in known})
    )
    names = Names(table=table)

    repaired = commit(damaged, names, names(damaged))
    assert repaired.text == sound.text
    assert made(repaired)[0].because["where"] == "document sound"
    assert not made(commit(sound, names, names(sound)))
    assert not made(commit(elsewhere, names, names(elsewhere)))


def test_consensus_table_does_not_depend_on_the_order() -> None:
    texts = ["Anna Kelvorn met Boris Tudman at Old Mill.", "Anna Kelvorm met Boris Tudmann at Old Mill."]
    documents = [Document(str(at), text) for at, text in enumerate(texts)]

    assert consensus_table(documents) == consensus_table(documents[::-1])


def test_a_user_file_teaches_a_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "own.jsonl"
    file.write_text(
        '{"id": "velmora", "name": "Velmorska", "type": "river", "topic": ["Zubrovia"], "source": "https://e.org/v"}\n'
    )
    names = Names(gazetteer.load([file]))
    text = "Barges on the Velmorsko River in Zubrovia stood still."

    assert run(text).text == text
    assert run(text, names).text == text.replace("Velmorsko", "Velmorska")
    assert names.version != stage().version


@pytest.mark.parametrize("text", ["", " \n", "é", "A", "Tas" * 400, "Kim " * 500, "Taidong River " * 300])
def test_odd_texts_do_no_harm(text: str) -> None:
    assert edits.raw(run(text)) == text
