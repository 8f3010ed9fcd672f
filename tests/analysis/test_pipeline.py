"""The pipeline as a whole: which themes a sentence is given, and what always holds of
suggestions.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import models
from analysis.corpus import Passage
from analysis.pipeline import Tagger
from analysis.suggestions import Suggestion

Suggest = Callable[..., list[Suggestion]]
SENTENCES = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text(encoding="utf-8"))
ALL = [sentence for sentences in SENTENCES["themes"].values() for sentence in sentences]


def themes(suggestions: list[Suggestion]) -> list[str]:
    return [suggestion.theme for suggestion in suggestions]


def shape(suggestions: list[Suggestion]) -> list[tuple[str, float]]:
    return [(suggestion.theme, suggestion.score) for suggestion in suggestions]


@pytest.mark.parametrize(
    ("theme", "sentence"),
    [
        (theme, sentence)
        for theme, sentences in SENTENCES["themes"].items()
        for sentence in sentences
    ],
)
def test_gives_its_theme(suggest: Suggest, theme: str, sentence: str) -> None:
    found = suggest(sentence)
    assert theme in themes(found)
    assert len(found) <= 4


@pytest.mark.parametrize("sentence", SENTENCES["passing"])
def test_gives_nothing_to_a_name_in_passing(suggest: Suggest, sentence: str) -> None:
    assert suggest(sentence) == []


def test_no_expression_comes_down_to_a_word_that_says_nothing(tagger: Tagger) -> None:
    """Little words do not count: « un par un » would be found in « par exemple »."""
    empty = [("par",), ("pour",), ("que",), ("qui",), ("etre",), ("concern",), ("personne",)]
    assert [
        phrase
        for theme in tagger.codebook.themes
        for cue in theme.cues
        for idea in cue.ideas
        for phrase in idea.phrases
        if " " in phrase and tagger.reader.phrase_keys(phrase) in empty
    ] == []


def test_every_theme_has_sentences(tagger: Tagger) -> None:
    assert list(SENTENCES["themes"]) == [theme.id for theme in tagger.codebook.themes]


@pytest.mark.parametrize(
    "spelling",
    [
        "élu·es",
        "élu·e·s",
        "élu.e.s",
        "élu(e)s",
        "élu-e-s",
        "élu•es",
        "ÉLUES",
        "elus",
        "éluEs",
        "élus et élues",
    ],
)
def test_reads_inclusive_spellings_alike(suggest: Suggest, spelling: str) -> None:
    assert shape(suggest(f"Les {spelling} n’ont pas le temps.")) == shape(
        suggest("Les élus n’ont pas le temps.")
    )


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("Les usagers siègent au copil.", "Les usager(e)s siègent au copil."),
        ("Les usagers siègent au copil.", "LES USAGER·ÈRES SIEGENT AU COPIL."),
        (
            "Le coordinateur prépare des notes pour l’élu.",
            "Le·la coordinateur-trice prépare des notes pour l’élu·e.",
        ),
        (
            "Le coordinateur prépare des notes pour l’élu.",
            "Le coordinateur(trice) prepare des notes pour l'elu",
        ),
        ("L’accès aux soins est difficile.", "L'ACCES AUX SOINS EST DIFFICILE !!!"),
        ("L’accès aux soins est difficile.", "l'acce\u0300s aux soins est difficile"),
        ("L’accès aux soins est difficile.", "L’acc\u00adès aux so\u200bins est difficile."),
    ],
)
def test_reads_what_is_written_otherwise_alike(suggest: Suggest, plain: str, other: str) -> None:
    assert shape(suggest(plain)) == shape(suggest(other)) != []


def test_says_why(suggest: Suggest) -> None:
    text = "Bonjour.\nLe maire préside la plénière."
    (found,) = suggest(text)
    assert found.theme == "portage_politique"
    assert text[found.start : found.end] == "Le maire préside la plénière."
    assert [text[e.start : e.end] for e in found.evidence][:2] == ["maire", "préside"]
    assert found.evidence[0].reason == "« maire » (élues et élus) + « préside »"


def test_je_is_who_writes(suggest: Suggest) -> None:
    text = "J’ai tenu le stand de l’exposition et hésité à parler."
    assert "formes_participation" in themes(suggest(text, audience="usager"))
    assert "formes_participation" not in themes(suggest(text, audience="coordinateur"))
    assert "freins_elus" in themes(suggest("J’étais réticent.", audience="elu"))
    assert suggest("J’étais réticent.", audience="coordinateur") == []


def test_ils_are_those_named_before(suggest: Suggest) -> None:
    after = "Ils n’ont pas le temps."
    assert suggest(f"Il fait beau. {after}") == []
    assert themes(suggest(f"Nous avons vu les élus. {after}")) == ["freins_elus"]
    assert themes(suggest(after, question="freins_des_elus")) == ["freins_elus"]
    assert suggest(f"Nous avons vu les élus. Puis ce fut l’été. {after}") == []


def test_a_relative_is_somebody_s(suggest: Suggest) -> None:
    assert "place_aidants" in themes(suggest("Ma femme est seule face à la maladie."))
    assert "place_aidants" in themes(suggest("Leurs enfants sont seuls face à la maladie."))
    assert "place_aidants" not in themes(suggest("Une femme est seule face à la maladie."))


def test_ideas_far_apart_are_not_about_each_other(suggest: Suggest) -> None:
    far = ", puis la lune, la pluie, le vent, la neige, le sable, la roche, l’herbe" * 3
    assert themes(suggest("Les aidants, au vote.")) == ["formes_participation"]
    assert themes(suggest(f"Les aidants{far}, au vote.")) == []
    assert themes(suggest(f"Le vote{far} : nous.", audience="usager")) != []


def test_neutral_expressions_hide_their_words(suggest: Suggest) -> None:
    assert suggest("Le contrat local de santé et le conseil municipal.") != suggest(
        "Le conseil local, le budget."
    )
    assert themes(suggest("Dans le journal municipal, le maire.")) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00",
        "élus\x00budget \x00 pas le temps",
        "\ud800 Les élus n’ont pas le temps \udfff",
        "😀 Les élu·es 👩‍👩‍👧 n’ont pas le temps 😀",
        "\u200b\u200d\ufeff",
        "Les élus\r\nn’ont pas le temps.\r\n\r\nFin",
        "élu·" * 3_000,
        "." * 5_000,
        "a" * 100_000,
        "(" * 20_000,
        "élu " * 25_000,
        "·e" * 20_000,
    ],
    ids=range(14),
)
def test_survives_any_text(suggest: Suggest, text: str) -> None:
    check(text, suggest(text))


def test_reads_a_long_text_to_its_end(suggest: Suggest) -> None:
    line = "Un long récit sans grand intérêt, écrit à la suite.\n"
    text = line * 2_500 + "Les élu·es n’ont pas le temps."
    (found,) = suggest(text)
    assert text[found.start : found.end] == "Les élu·es n’ont pas le temps."


def check(text: str, suggestions: list[Suggestion]) -> None:
    """What always holds of the suggestions for a text."""
    places = [(suggestion.start, suggestion.end) for suggestion in suggestions]
    assert places == sorted(places)
    assert len({(s.theme, s.start, s.end) for s in suggestions}) == len(suggestions)
    for found in suggestions:
        assert 0 <= found.start < found.end <= len(text)
        sentence = text[found.start : found.end]
        assert sentence == sentence.strip()
        assert 0 < found.score <= 1
        assert found.evidence
        for evidence in found.evidence:
            assert found.start <= evidence.start < evidence.end <= found.end
            assert evidence.reason
            assert "\n" not in evidence.reason


MARKS = ["\n", "\r\n", "\u2028", "\u00a0", "\x00", ".", ",", "!", "•", "-", "…", "’", "·", "(", ")"]
WORDS = st.sampled_from(
    [*MARKS, "😀", "élu·es", "usagers", "GEM", "maire", "CMP", "pas", "budget", "ils", "je", "ARS"]
)
TEXTS = st.lists(st.sampled_from(ALL) | WORDS | st.text(max_size=8), max_size=12).map(" ".join)
PATIENT = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@PATIENT
@given(text=TEXTS)
def test_always_holds(suggest: Suggest, text: str) -> None:
    found = suggest(text)
    check(text, found)
    assert found == suggest(text)


@PATIENT
@given(texts=st.lists(TEXTS, max_size=6))
def test_a_batch_is_its_texts_one_by_one(
    tagger: Tagger, suggest: Suggest, texts: list[str]
) -> None:
    batch = list(tagger.suggest(Passage(str(n), text) for n, text in enumerate(texts)))
    assert [passage.id for passage, _ in batch] == [str(n) for n in range(len(texts))]
    assert [found for _, found in batch] == [suggest(text) for text in texts]


def test_streams(tagger: Tagger) -> None:
    read: list[int] = []

    def passages() -> object:
        for number in range(1_000):
            read.append(number)
            yield Passage(number, "Les élus n’ont pas le temps.")

    first = next(tagger.suggest(passages()))  # type: ignore[arg-type]
    assert first[0].id == 0
    assert len(read) < 200


def test_signs_with_what_read(tagger: Tagger) -> None:
    assert tagger.origin == f"indices 1, grille {tagger.codebook.version}"


def test_signs_in_at_most_80_characters_whatever_the_model(tagger: Tagger) -> None:
    signed = replace(tagger.codebook, version="v" * 20)  # the longest that a codebook may have
    model = replace(models.open_model(models.BUILT_IN), name="n" * 99, version="1" * 99)
    assert len(Tagger(signed, model).origin) == 78
