"""The key of a word: the same for all its forms, another for another word."""

import pytest

from analysis.components.keys import Keys


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys()


@pytest.mark.parametrize(
    "forms",
    [
        "élu élus élue élues Élu·es ÉLU·E·S elus ELUES élu.e.s élu(e)s",
        "usager usagers usagère usagères usager·ère·s USAGERES usagers-ères",
        "coordinateur coordinatrice coordinateur·rices coordonnateur coordinateur(trice)",
        "municipal municipaux municipale",
        "isolé isolés isolée ISOLEES isoler isole",
        "voter vote votée votent votait",
        "soutenir soutient soutenue soutiens",
        "concerné concernées concernée·s",
        "l’élu élu d'élus",
        "rendez-vous rdv",
    ],
)
def test_levels_the_forms_of_a_word(keys: Keys, forms: str) -> None:
    assert len({keys.of(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "élu élire",
        "donner données",
        "formation former",
        "aidant aider",
        "santé sans",
        "soin soir",
        "fil fils",
        "face fac",
        "contre contrat",
        "commune commun",
        "présent présenter",
        "travaux travail",
        "gens gêné",
    ],
)
def test_tells_words_apart(keys: Keys, words: str) -> None:
    first, second = words.split()
    assert keys.of(first) != keys.of(second)


def test_parts_hyphenated_words(keys: Keys) -> None:
    assert keys.of("médico-social") == keys.of("médico") + keys.of("sociaux")
    assert keys.of("-") == keys.of(" ") == ()


def test_forgets_when_it_knows_too_much(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keys, "_LIMIT", 10)
    few = Keys()
    for number in range(50):
        few.of(f"mot{number}")
    assert len(few._known) <= 10
    assert few.of("élues") == keys.of("élu")
