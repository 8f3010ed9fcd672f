"""An interview is a testimony: stored once, read save what the team says, withdrawn by its code."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.pipeline import load
from analysis.suggestions import Suggestion
from app.models import Channel, ConsentPurpose, QuotationDegree, Testimony
from app.models.base import today
from app.services import codings, consents, holdings, receipts, sights, testimonies, transcripts
from app.services.testimonies import ConsentMissingError, Filters
from app.services.transcripts import (
    ChangedMeanwhileError,
    Transcript,
    WithdrawnMeanwhileError,
)
from tests import factories

CODE = "1234567890123456"


class Listener:
    """Suggests nothing; remembers what it was given to read."""

    origin = "essai 1"

    def __init__(self) -> None:
        self.read: list[Passage] = []

    def suggest(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        self.read += passages
        yield from ((passage, []) for passage in passages)


def test_an_interview_is_stored_whole(session: Session) -> None:
    made = factories.interview(session, answers={"region": "53", "mandat": "maire"}, code=CODE)
    assert (made.questionnaire_slug, made.questionnaire_version) == ("entretien_elu", 1)
    assert (made.audience, made.channel, made.is_anonymous) == ("elu", Channel.INTERVIEW, True)
    assert (made.received_on, made.tagged_by) == (date(2026, 11, 3), None)
    assert receipts.values(made) == {
        "mode_accord": "oral",
        "region": "53",
        "mandat": "maire",
        "transcription": "Enquêtrice : Et les élus ?\nÉlue : Le maire préside.",
        "voix_equipe": ["Enquêtrice"],
    }
    assert {each.name: each.value for each in made.variables} == {"region": "53", "mandat": "maire"}
    said = {each.purpose: (each.is_given, each.degree) for each in made.consents}
    assert said == {
        ConsentPurpose.PARTICIPATION: (True, None),
        ConsentPurpose.QUOTATION: (True, QuotationDegree.FUNCTION),
    }
    assert {(each.given_on, each.wording) for each in made.consents} == {
        (date(2026, 11, 2), "entretien_elu.v1")
    }
    assert transcripts.is_interview(made)
    assert not transcripts.is_interview(factories.testimony(session))


def test_the_same_code_makes_one_testimony_and_opens_it(session: Session) -> None:
    first = factories.interview(session, code=CODE)
    again = factories.interview(session, code=CODE)
    assert again.id == first.id
    assert testimonies.count(session) == 1
    found = receipts.look_up(session, CODE)
    assert found is not None
    assert found.testimony is first


def test_nothing_is_stored_without_the_consent(session: Session) -> None:
    with pytest.raises(ConsentMissingError):
        factories.interview(session, answers={"consentement_participation": None})
    assert testimonies.count(session) == 0


def test_all_that_is_held_is_given_and_withdrawn(session: Session) -> None:
    made = factories.interview(session, code=CODE)
    library = current_app.extensions["questionnaires"]
    held = holdings.of_testimony(session, made, library)
    assert held["reponses"] == receipts.values(made)
    agreed = consents.of(made, ConsentPurpose.PARTICIPATION)
    assert agreed is not None
    assert consents.words(agreed, library) == (
        "J’accepte que notre entretien soit écrit, gardé et étudié pour préparer les deux guides, "
        "même s’il touche à la santé. Je peux changer d’avis à tout moment."
    )
    receipts.withdraw(session, made)
    assert testimonies.count(session) == 0
    found = receipts.look_up(session, CODE)
    assert found is not None
    assert (found.testimony, found.withdrawn_on) == (None, today())


def test_what_the_team_says_is_not_read(session: Session) -> None:
    text = "Enquêtrice : Et les élus ?\nÉlue : Le maire préside.\nÉlue : Oui."
    made = factories.interview(session, text=text)
    listener = Listener()
    codings.suggest(session, listener, made.id)
    (passage,) = listener.read
    assert passage.text == (
        ".".ljust(26) + "\n" + ".".ljust(6) + " Le maire préside.\n" + ".".ljust(6) + " Oui."
    )
    assert factories.free_text(made).text == text


def as_shown(made: Testimony) -> tuple[Transcript, str]:
    """What a page that corrects an interview would send unchanged, and what it has seen."""
    library = current_app.extensions["questionnaires"]
    asked = library.get(made.questionnaire_slug, made.questionnaire_version)
    held = transcripts.held(made, asked)
    values = receipts.values(made) | consents.values(made, asked)
    again = Transcript(asked, values, held_on=made.received_on, agreed_on=today())
    return again, sights.write(held, held)


def test_what_was_taken_back_elsewhere_is_not_given_back(session: Session) -> None:
    """By a correction that this session began before, with what it had read then."""
    made = factories.interview(session)
    session.commit()
    begun, seen = as_shown(made)
    with Session(session.get_bind()) as elsewhere:
        author = elsewhere.get(Testimony, made.id)
        assert author is not None
        consents.take_back(author, consents.CHANGEABLE)
        elsewhere.commit()
    with pytest.raises(ChangedMeanwhileError) as refused:
        transcripts.correct(session, made, begun, seen=seen)
    assert refused.value.fields == {"q_consentement_citation"}
    session.rollback()
    assert consents.attribution(made) is None
    now, seen = as_shown(made)
    transcripts.correct(session, made, now, seen=seen)
    session.commit()
    assert consents.attribution(made) is None


def test_what_was_withdrawn_elsewhere_is_not_corrected(session: Session) -> None:
    made = factories.interview(session)
    session.commit()
    begun, seen = as_shown(made)
    with Session(session.get_bind()) as elsewhere:
        author = elsewhere.get(Testimony, made.id)
        assert author is not None
        receipts.withdraw(elsewhere, author)
        elsewhere.commit()
    with pytest.raises(WithdrawnMeanwhileError):
        transcripts.correct(session, made, begun, seen=seen)
    session.rollback()
    assert testimonies.count(session) == 0


def test_a_page_that_has_seen_nothing_undoes_nothing(session: Session) -> None:
    made = factories.interview(session)
    begun, _ = as_shown(made)
    transcripts.correct(session, made, begun, seen="")
    other = replace(begun, values=dict(begun.values) | {"transcription": "Élue : Non."})
    with pytest.raises(ChangedMeanwhileError) as refused:
        transcripts.correct(session, made, other, seen="")
    assert refused.value.fields == {"text"}


def test_channels_part_the_list(session: Session) -> None:
    told, written = factories.interview(session), factories.testimony(session)
    found = {
        word: [each.id for each in testimonies.page(session, Filters(channel=word), 1)]
        for word in ("entretien", "questionnaire", "pigeon")
    }
    assert found == {"entretien": [told.id], "questionnaire": [written.id], "pigeon": []}


def test_a_very_long_transcript_is_read_where_the_person_speaks(session: Session) -> None:
    turn = (
        "Enquêtrice : Les freins à la participation, est-ce la peur de parler en public ?\n"
        "Élue : Nous avons vu chaque maire en tête à tête. Il y a eu 3 réunions.\n"
    )
    turns = 300_000 // len(turn)
    text = turn * turns
    made = factories.interview(session, text=text)
    tagger = load(Codebook.read(current_app.config["CODEBOOK_PATH"]), "indices")
    before = time.process_time()
    added = codings.suggest(session, tagger, made.id)
    assert time.process_time() - before < 120
    spans = {text[each.start : each.end] for each in codings.of_testimony(session, made.id)}
    assert added >= turns
    assert spans == {"Nous avons vu chaque maire en tête à tête."}
