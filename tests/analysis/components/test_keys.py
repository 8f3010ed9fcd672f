"""The key of a word: the same for all its forms, another for another word."""

from pathlib import Path

import pytest

from analysis.components import keys as reading
from analysis.components.keys import Keys

OWN_WORDS = Path(reading.__file__).with_name("forms.txt").read_text(encoding="utf-8")


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


def test_each_of_the_own_words_has_all_its_forms_and_no_other_s(keys: Keys) -> None:
    """The list stands against the table of lemmas, whatever the table says of these words."""
    lines = [line.split(":") for line in OWN_WORDS.splitlines() if not line.startswith("#")]
    level = {word.strip(): {keys.of(form) for form in forms.split()} for word, forms in lines}
    assert [word for word, found in level.items() if len(found) != 1] == []
    listed = [form for _, forms in lines for form in forms.split()]
    assert sorted(set(listed)) == sorted(listed)
    assert len({key for found in level.values() for key in found}) == len(lines)


@pytest.mark.parametrize(
    ("form", "word", "lemma_of_the_table"),
    [
        ("lits", "LITS", "lire"),  # « lit » alone stays a form of « lire »
        ("données", "données", "donner"),
        ("élus", "élue", "élire"),
        ("suis", "être", "suivre"),
        ("aidants", "aidante", "aider"),
    ],
)
def test_the_false_lemmas_of_the_table_do_not_pass(
    keys: Keys, form: str, word: str, lemma_of_the_table: str
) -> None:
    assert keys.of(form) == keys.of(word) != keys.of(lemma_of_the_table)


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
