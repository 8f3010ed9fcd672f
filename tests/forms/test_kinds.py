"""Each kind: what is typed → what is stored → what is shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.answers import clean
from forms.kinds import AnswerError, accepts, is_text, read, show
from forms.schema import Kind, Option, Question, Scale, Value
from tests.forms.questions import (
    ALL,
    ANY_NUMBER,
    CLSM,
    CONSENT,
    DECIMAL,
    LONG_TEXT,
    NUMBER,
    ONE_CHOICE,
    QUOTATION,
    SCALE,
    SEVERAL_CHOICES,
    SHORT_TEXT,
    TRANSCRIPT,
    VOICES,
    YEAR,
    YES_NO,
    question,
)

SPACE, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"

TYPED: list[tuple[Question, list[str], Value, str]] = [
    (SHORT_TEXT, ["  élan 🌱"], "  élan 🌱", "  élan 🌱"),
    (SHORT_TEXT, ["e\u0301"], "e\u0301", "e\u0301"),
    (LONG_TEXT, ["un\r\ndeux\rtrois\n"], "un\ndeux\ntrois\n", "un\ndeux\ntrois\n"),
    (LONG_TEXT, ["a\0b"], "ab", "ab"),
    (LONG_TEXT, ["a\ud800b"], "a\ufffdb", "a\ufffdb"),
    (LONG_TEXT, ["« Été »\u2028– “mot”…\t"], "« Été »\u2028– “mot”…\t", "« Été »\u2028– “mot”…\t"),
    (LONG_TEXT, ["שלום"], "שלום", "שלום"),
    (CLSM, [" Lille \n"], "Lille", "Lille"),
    (ONE_CHOICE, ["bleu"], "bleu", "Bleu, ou presque"),
    (
        SEVERAL_CHOICES,
        ["rouge", "bleu", "rouge"],
        ["bleu", "rouge"],
        f"Bleu, ou presque{SPACE}; Rouge",
    ),
    (SEVERAL_CHOICES, ["", "vert"], ["vert"], "Vert"),
    (TRANSCRIPT, [" – Oui.\r\n"], " – Oui.\n", " – Oui.\n"),
    (VOICES, ["Elle ", "", "Lui", "Elle"], ["Elle", "Lui"], f"Elle{SPACE}; Lui"),
    (SCALE, ["1"], 1, "1, sur une échelle de 1 (« Peu ») à 5 (« Beaucoup »)"),
    (YES_NO, ["oui"], True, "Oui"),
    (YES_NO, ["non"], False, "Non"),
    (NUMBER, [" 12 "], 12, "12"),
    (NUMBER, ["0"], 0, "0"),
    (NUMBER, ["1 200"], 1200, f"1{SPACE}200"),
    (NUMBER, [f"1{SPACE}200"], 1200, f"1{SPACE}200"),
    (NUMBER, [f"1{NARROW}200"], 1200, f"1{SPACE}200"),
    (NUMBER, ["3,0"], 3, "3"),
    (DECIMAL, ["0,5"], 0.5, "0,5"),
    (DECIMAL, ["0.5"], 0.5, "0,5"),
    (DECIMAL, ["1"], 1.0, "1"),
    (DECIMAL, ["-0"], 0.0, "0"),
    (ANY_NUMBER, ["-1 200 000"], -1_200_000, f"-1{SPACE}200{SPACE}000"),
    (ANY_NUMBER, ["\N{MINUS SIGN}3"], -3, "-3"),
    (ANY_NUMBER, ["+3"], 3, "3"),
    (YEAR, [" 2016 "], 2016, "2016"),
    (YEAR, ["1970"], 1970, "1970"),
    (CONSENT, ["oui"], True, "Oui"),
    (CONSENT, ["y"], True, "Oui"),
    (CONSENT, ["on"], True, "Oui"),
    (QUOTATION, ["non"], "non", "Pas du tout"),
    (QUOTATION, ["fonction"], "fonction", "Avec ma fonction"),
]


@pytest.mark.parametrize(("asked", "typed", "stored", "shown"), TYPED)
def test_typed_then_stored_then_shown(
    asked: Question, typed: list[str], stored: Value, shown: str
) -> None:
    value = read(asked, typed)
    assert (value, type(value)) == (stored, type(stored))
    assert show(asked, stored) == shown
    assert accepts(asked, stored)


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.id)
@pytest.mark.parametrize("typed", [[], [""]])
def test_nothing_is_no_answer(asked: Question, typed: list[str]) -> None:
    assert read(asked, typed) is None


@pytest.mark.parametrize("asked", [SHORT_TEXT, LONG_TEXT, CLSM, NUMBER, YEAR])
def test_white_space_is_no_answer(asked: Question) -> None:
    assert read(asked, [" \r\n\t\N{NO-BREAK SPACE}\0"]) is None


REFUSED = [
    (ONE_CHOICE, "jaune", "Choisissez une des réponses proposées."),
    (ONE_CHOICE, "Bleu", "Choisissez une des réponses proposées."),
    (QUOTATION, "oui", "Choisissez une des réponses proposées."),
    (SEVERAL_CHOICES, "jaune", "Cochez seulement des réponses proposées."),
    (SCALE, "0", "Choisissez un des chiffres proposés."),
    (SCALE, "6", "Choisissez un des chiffres proposés."),
    (SCALE, "1.0", "Choisissez un des chiffres proposés."),
    (YES_NO, "yes", "Choisissez « Oui » ou « Non »."),
    (
        NUMBER,
        "une dizaine",
        "Écrivez un nombre entier en chiffres, entre 0 et 5 000, par exemple 3.",
    ),
    (NUMBER, "2,5", "Écrivez un nombre entier en chiffres, entre 0 et 5 000, par exemple 3."),
    (NUMBER, "-1", "Écrivez un nombre entier en chiffres, entre 0 et 5 000, par exemple 3."),
    (NUMBER, "5001", "Écrivez un nombre entier en chiffres, entre 0 et 5 000, par exemple 3."),
    (NUMBER, "1 20", "Écrivez un nombre entier en chiffres, entre 0 et 5 000, par exemple 3."),
    (NUMBER, "1e3", "Écrivez un nombre entier en chiffres, entre 0 et 5 000, par exemple 3."),
    (NUMBER, "9" * 400, "Écrivez un nombre entier en chiffres, entre 0 et 5 000, par exemple 3."),
    (DECIMAL, "21", "Écrivez un nombre en chiffres, entre 0 et 20, par exemple 0,5."),
    (DECIMAL, "nan", "Écrivez un nombre en chiffres, entre 0 et 20, par exemple 0,5."),
    (ANY_NUMBER, "beaucoup", "Écrivez un nombre entier en chiffres, par exemple 3."),
    (YEAR, "16", "Écrivez l’année en quatre chiffres, par exemple 2016."),
    (YEAR, "l’an 2000", "Écrivez l’année en quatre chiffres, par exemple 2016."),
    (YEAR, "1969", "Écrivez une année entre 1970 et 2035, par exemple 2016."),
    (YEAR, "2036", "Écrivez une année entre 1970 et 2035, par exemple 2016."),
    (
        SHORT_TEXT,
        "é" * 501,
        "Votre texte est trop long pour cette case : 500 signes au plus. "
        "Raccourcissez-le de 1 signe ; il reste affiché pour cela.",
    ),
    (
        LONG_TEXT,
        "🌱" * 101_200,
        "Votre texte est trop long pour cette case : 100 000 signes au plus. "
        "Raccourcissez-le de 1 200 signes ; il reste affiché pour cela.",
    ),
    (
        CLSM,
        "a" * 202,
        "Votre texte est trop long pour cette case : 200 signes au plus. "
        "Raccourcissez-le de 2 signes ; il reste affiché pour cela.",
    ),
]


@pytest.mark.parametrize(("asked", "typed", "error"), REFUSED, ids=lambda part: str(part)[:20])
def test_what_cannot_be_stored_is_refused_with_what_to_do(
    asked: Question, typed: str, error: str
) -> None:
    with pytest.raises(AnswerError) as caught:
        read(asked, [typed])
    assert str(caught.value) == error.replace("5 000", f"5{SPACE}000").replace(
        "100 000", f"100{SPACE}000"
    ).replace("1 200", f"1{SPACE}200")


@pytest.mark.parametrize(
    ("asked", "limit"),
    [(SHORT_TEXT, 500), (LONG_TEXT, 100_000), (CLSM, 200), (TRANSCRIPT, 500_000)],
)
def test_limits_count_code_points(asked: Question, limit: int) -> None:
    assert read(asked, ["🌱" * limit]) == "🌱" * limit
    assert read(asked, ["a\r\n" * (limit // 2)]) is not None


EASY = [
    (SHORT_TEXT, "a" * 501, "Votre texte est trop long.\nEnlevez 1 signe.\n"),
    (ONE_CHOICE, "jaune", "Choisissez une réponse de la liste."),
    (SEVERAL_CHOICES, "jaune", "Cochez seulement des réponses de la liste."),
    (SCALE, "9", "Choisissez un chiffre de la liste."),
    (YES_NO, "peut-être", "Choisissez « Oui » ou « Non »."),
    (YEAR, "16", "Écrivez l’année avec 4 chiffres.\nPar exemple : 2016."),
    (YEAR, "1066", "Écrivez une année entre 1970 et 2035.\nPar exemple : 2016."),
    (
        question(Kind.NUMBER, minimum=0, maximum=365),
        "trois",
        "Écrivez un nombre avec des chiffres.\nN’écrivez pas de virgule.\n"
        "Le nombre est entre 0 et 365.\nPar exemple : 3.",
    ),
    (
        question(Kind.NUMBER, decimals=True),
        "trois",
        "Écrivez un nombre avec des chiffres.\nPar exemple : 0,5.",
    ),
]


@pytest.mark.parametrize(("asked", "typed", "easy"), EASY, ids=lambda part: str(part)[:20])
def test_what_to_do_is_said_in_easy_french_too(asked: Question, typed: str, easy: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read(asked, [typed])
    told = caught.value.easy.replace(SPACE, " ")
    assert told == easy + ("Un signe est une lettre, un chiffre ou un espace." * (typed[0] == "a"))


def test_an_example_is_always_within_the_bounds() -> None:
    late = question(Kind.YEAR, minimum=2020, maximum=2030)
    many = question(Kind.NUMBER, minimum=10, maximum=20)
    errors = []
    for asked in (late, many):
        with pytest.raises(AnswerError) as caught:
            read(asked, ["?"])
        errors.append(str(caught.value))
    assert errors == [
        "Écrivez l’année en quatre chiffres, par exemple 2020.",
        "Écrivez un nombre entier en chiffres, entre 10 et 20, par exemple 10.",
    ]


@pytest.mark.parametrize("asked", [SHORT_TEXT, LONG_TEXT])
@given(text=st.text())
def test_every_text_survives(asked: Question, text: str) -> None:
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    stored = read(asked, [text])
    assert stored == (kept if kept.strip() else None)
    assert stored is None or (show(asked, stored), read(asked, [kept])) == (kept, kept)


@given(text=st.text(st.characters()))
def test_every_cleaned_text_can_be_encoded_and_is_clean(text: str) -> None:
    kept = clean(text)
    assert kept.encode().decode() == kept
    assert clean(kept) == kept


@given(value=st.text())
def test_no_value_that_is_not_offered_is_stored(value: str) -> None:
    for asked in (ONE_CHOICE, SEVERAL_CHOICES, SCALE, YES_NO):
        try:
            stored = read(asked, [value])
        except AnswerError:
            continue
        offered: list[Any] = [None, True, False, 1, 2, 3, 4, 5]
        offered += [option.value for option in asked.options]
        offered += [[option.value] for option in asked.options]
        assert stored in offered


@given(number=st.integers(-999_999_999, 999_999_999))
def test_a_whole_number_reads_as_it_is_shown(number: int) -> None:
    assert read(ANY_NUMBER, [show(ANY_NUMBER, number)]) == number


@given(thousandths=st.integers(0, 20_000))
def test_a_decimal_number_reads_as_it_is_shown(thousandths: int) -> None:
    number = thousandths / 1000
    assert read(DECIMAL, [show(DECIMAL, number)]) == number


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        (SHORT_TEXT, ""),
        (SHORT_TEXT, "a\r\n"),
        (SHORT_TEXT, True),
        (LONG_TEXT, ["a"]),
        (ONE_CHOICE, "jaune"),
        (ONE_CHOICE, ["bleu"]),
        (SEVERAL_CHOICES, []),
        (SEVERAL_CHOICES, ["rouge", "bleu"]),
        (SCALE, 6),
        (SCALE, True),
        (SCALE, "1"),
        (YES_NO, "oui"),
        (NUMBER, 5001),
        (NUMBER, "12"),
        (NUMBER, True),
        (NUMBER, 0.5),
        (DECIMAL, float("nan")),
        (DECIMAL, float("inf")),
        (YEAR, 16),
        (YEAR, "2016"),
        (CONSENT, False),
        (QUOTATION, True),
        (QUOTATION, "oui"),
    ],
)
def test_what_could_not_have_been_stored_is_not_accepted(asked: Question, value: Value) -> None:
    assert accepts(asked, value) is False


def test_the_easy_wording_is_shown_on_demand() -> None:
    assert show(ONE_CHOICE, "bleu", easy=True) == "Bleu"
    assert show(SEVERAL_CHOICES, ["bleu", "vert"], easy=True) == f"Bleu{SPACE}; Vert"


@pytest.mark.parametrize(
    ("asked", "value", "shown"),
    [
        (ONE_CHOICE, "jaune", "jaune"),
        (SEVERAL_CHOICES, ["jaune", "vert"], f"jaune{SPACE}; Vert"),
        (NUMBER, "douze", "douze"),
        (YES_NO, "peut-être", "peut-être"),
        (question(Kind.SCALE), 3, "3"),
        (CONSENT, False, "Non"),
        (QUOTATION, True, "Oui"),
    ],
)
def test_a_value_of_another_time_is_shown_as_it_was_stored(
    asked: Question, value: Value, shown: str
) -> None:
    assert show(asked, value) == shown


def test_only_texts_and_transcripts_are_analysed() -> None:
    texts = [Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.TRANSCRIPT]
    assert [kind for kind in Kind if is_text(kind)] == texts


def test_a_question_finds_its_options() -> None:
    assert ONE_CHOICE.option("rouge") == Option("rouge", "Rouge", "Rouge")
    assert SCALE.scale == Scale("Peu", "Beaucoup")
