"""The questionnaires of the call: they load, ask what the guides need, and are well written."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
import forms
from forms.build import form_class
from forms.loader import load_directory
from forms.schema import Kind, Purpose, Questionnaire, Quotation

FOLDER = Path(forms.__file__).parent / "definitions"
LIBRARY = load_directory(FOLDER)
PICTOGRAMS = Path(app.__file__).parent / "static" / "pictograms"
DRAWN = {file.stem for file in PICTOGRAMS.glob("*.svg")}
EASY_WORDS = 13
"""The longest sentence in easy-to-read French."""

WRONG_TYPOGRAPHY = "|".join(
    [
        r"['\u202f]",
        r"\.\.\.",
        r"(?<!\u00a0)[;:?!»]",
        r"«(?!\u00a0)",
        r"\s\u00a0",
        r"\u00a0(?![;:?!»\w])",
        r"  ",
        r" \n",
    ]
)


def texts(questionnaire: Questionnaire) -> Iterator[str]:
    """Give everything a person reads of a questionnaire."""
    yield from (questionnaire.title, questionnaire.introduction, questionnaire.audience.label)
    if questionnaire.door:
        yield from (questionnaire.door.title, questionnaire.door.text)
    for section in questionnaire.sections:
        yield from (section.title, section.introduction)
    for asked in questionnaire.questions:
        yield from (asked.label, asked.help, asked.why or "")
        yield from (option.label for option in asked.options)
    yield from easy_texts(questionnaire)


def easy_texts(questionnaire: Questionnaire) -> Iterator[str]:
    yield from (questionnaire.easy_title, questionnaire.easy_introduction)
    for section in questionnaire.sections:
        yield from (section.easy_title, section.easy_introduction)
    for asked in questionnaire.questions:
        yield from (asked.easy_label, asked.easy_help or "")
        yield from (option.easy_label for option in asked.options)


def test_the_call_has_four_doors() -> None:
    assert LIBRARY.slugs == ("coordinateur", "elu", "usager", "aidant")
    assert [audience.id for audience in LIBRARY.audiences] == list(LIBRARY.slugs)


def test_those_who_may_find_writing_hard_are_offered_a_call() -> None:
    assert [each.slug for each in LIBRARY if each.offers_call] == ["usager", "aidant"]


def test_every_kind_is_used() -> None:
    every = [*LIBRARY, *LIBRARY.interviews]
    assert {asked.kind for each in every for asked in each.questions} == set(Kind)


each_questionnaire = pytest.mark.parametrize(
    "questionnaire", list(LIBRARY), ids=lambda each: each.slug
)


@each_questionnaire
def test_every_section_renders_in_both_wordings(questionnaire: Questionnaire) -> None:
    for section in questionnaire.sections:
        for easy in (False, True):
            names = [
                re.search('name="([a-z_]+)"', str(field()))
                for field in form_class(section, easy=easy)()
            ]
            assert [name and name[1] for name in names] == [
                f"q_{asked.id}" for asked in section.questions
            ]


@each_questionnaire
def test_each_consent_has_its_box_and_nothing_else_is_required(
    questionnaire: Questionnaire,
) -> None:
    assert [asked.purpose for asked in questionnaire.sections[0].questions] == list(Purpose)
    assert [asked.id for asked in questionnaire.questions if asked.required] == [
        "consentement_participation"
    ]


@each_questionnaire
def test_to_be_quoted_is_asked_in_three_degrees(questionnaire: Questionnaire) -> None:
    asked = questionnaire.consent(Purpose.CITATION)
    assert asked is not None
    assert [option.value for option in asked.options] == list(Quotation)


@each_questionnaire
def test_what_is_confidential_and_what_is_anonymous_is_told(questionnaire: Questionnaire) -> None:
    first = questionnaire.sections[0]
    for told in (first.introduction, first.easy_introduction):
        assert all(word in told.lower() for word in ("confidentiel", "anonyme"))


@each_questionnaire
def test_the_territory_is_asked(questionnaire: Questionnaire) -> None:
    asked = {each.variable for each in questionnaire.section("territoire").questions}
    assert asked >= {
        "clsm",
        "region",
        "departement",
        "type_territoire",
        "quartiers_prioritaires",
    }


@each_questionnaire
def test_the_typography_is_french(questionnaire: Questionnaire) -> None:
    wrong = re.compile(WRONG_TYPOGRAPHY)
    assert [text for text in texts(questionnaire) if wrong.search(text)] == []


@each_questionnaire
def test_no_inclusive_point_hampers_a_screen_reader(questionnaire: Questionnaire) -> None:
    assert [
        text for text in texts(questionnaire) if re.search(r"[·•]|\w\.e\.?s?\b|\(e\)", text)
    ] == []


@each_questionnaire
def test_easy_sentences_are_short(questionnaire: Questionnaire) -> None:
    sentences = [
        sentence
        for text in easy_texts(questionnaire)
        for sentence in re.split(r"(?<=[.?!])\s|\n", text)
    ]
    assert [each for each in sentences if len(each.split()) > EASY_WORDS] == []


@each_questionnaire
def test_each_question_has_its_easy_help(questionnaire: Questionnaire) -> None:
    assert [asked.id for asked in questionnaire.questions if not asked.easy_help] == []


@each_questionnaire
def test_numbers_of_easy_texts_are_in_figures(questionnaire: Questionnaire) -> None:
    spelt = re.compile(r"\b(deux|trois|quatre|cinq|six|sept|huit|neuf|dix|trente)\b")
    assert [text for text in easy_texts(questionnaire) if spelt.search(text)] == []


@each_questionnaire
def test_each_idea_has_its_drawing(questionnaire: Questionnaire) -> None:
    named = [questionnaire.door, *questionnaire.sections, *questionnaire.questions]
    assert {each.pictogram for each in named if each} - DRAWN == set()


@each_questionnaire
def test_easy_sentences_have_a_line_each(questionnaire: Questionnaire) -> None:
    lines = [line for text in easy_texts(questionnaire) for line in text.split("\n")]
    assert [line for line in lines if re.search(r"[.?!] \w", line)] == []


@pytest.mark.parametrize(
    ("slug", "ids"),
    [
        (
            "coordinateur",
            "annee_creation demarche_elus travail_commun freins_elus effets_elus "
            "demarche_personnes participation_concrete place_proches freins_personnes "
            "effets_personnes conseil_collegue",
        ),
        ("elu", "venue portage travail_commun aides freins changement conseil_elu"),
        ("usager", "venue_recit participation_concrete aides freins changement conseil_clsm"),
        ("aidant", "venue_recit participation_concrete aides freins changement conseil_clsm"),
    ],
)
def test_what_the_guides_are_made_of_is_asked(slug: str, ids: str) -> None:
    asked = {each.id for each in LIBRARY.current(slug).questions}
    assert set(ids.split()) - asked == set()


def test_the_first_versions_still_load_with_their_box() -> None:
    asked = [LIBRARY.get(slug, 1).consent(Purpose.CITATION) for slug in LIBRARY.slugs]
    assert [each.kind for each in asked if each] == [Kind.CONSENT] * 4
