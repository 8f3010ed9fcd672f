"""What is asked of interviews: the call never offers it, and it is crossed by the same things."""

import re

import pytest

from forms.schema import (
    VOICES_ID,
    Channel,
    Kind,
    Purpose,
    Questionnaire,
    Quotation,
    UnknownQuestionnaire,
)
from tests.forms.test_definitions import EASY_WORDS, LIBRARY, WRONG_TYPOGRAPHY, easy_texts, texts

EACH = pytest.mark.parametrize("interview", LIBRARY.interviews, ids=lambda each: each.slug)


def test_there_is_one_for_each_audience_of_the_call() -> None:
    assert [each.audience for each in LIBRARY.interviews] == list(LIBRARY.audiences)
    assert {each.channel for each in LIBRARY.interviews} == {Channel.INTERVIEW}
    assert {each.channel for each in LIBRARY} == {Channel.QUESTIONNAIRE}


@EACH
def test_the_call_does_not_offer_it(interview: Questionnaire) -> None:
    assert interview.slug not in LIBRARY.slugs
    with pytest.raises(UnknownQuestionnaire):
        LIBRARY.current(interview.slug)
    assert LIBRARY.get(interview.slug, interview.version) is interview


@EACH
def test_it_is_crossed_by_what_the_questionnaire_is_crossed_by(interview: Questionnaire) -> None:
    public = LIBRARY.current(interview.audience.id)
    crossed, wanted = (
        {
            asked.variable: (asked.kind, [option.value for option in asked.options])
            for asked in each.questions
            if asked.variable
        }
        for each in (interview, public)
    )
    assert crossed == wanted


@EACH
def test_consents_are_those_of_an_interview(interview: Questionnaire) -> None:
    purposes = [asked.purpose for asked in interview.sections[0].questions]
    assert purposes == [Purpose.PARTICIPATION, Purpose.CITATION]
    quotation = interview.consent(Purpose.CITATION)
    assert quotation is not None
    assert [option.value for option in quotation.options] == list(Quotation)
    assert [asked.id for asked in interview.questions if asked.required] == [
        "consentement_participation",
        "mode_accord",
    ]


@EACH
def test_it_holds_a_transcript_or_notes_and_the_voices(interview: Questionnaire) -> None:
    kinds = {asked.id: asked.kind for asked in interview.section("texte").questions}
    assert kinds == {
        "transcription": Kind.TRANSCRIPT,
        "notes": Kind.TRANSCRIPT,
        VOICES_ID: Kind.VOICES,
    }


@EACH
def test_it_is_well_written(interview: Questionnaire) -> None:
    sentences = [
        sentence
        for told in easy_texts(interview)
        for sentence in re.split(r"(?<=[.?!])\s|\n", told)
    ]
    assert [each for each in sentences if len(each.split()) > EASY_WORDS] == []
    wrong = re.compile(f"{WRONG_TYPOGRAPHY}|[·•]")
    assert [told for told in texts(interview) if wrong.search(told)] == []
