"""An interview is a testimony: stored once, read save what the team says, withdrawn by its code."""

import time
from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.pipeline import load
from analysis.suggestions import Suggestion
from app.models import Channel, ConsentPurpose, QuotationDegree
from app.models.base import today
from app.services import codings, consents, holdings, receipts, testimonies, transcripts
from app.services.testimonies import ConsentMissingError, Filters
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
    tagger = load(Codebook.read(current_app.config["CODEBOOK_PATH"]), "intégré")
    before = time.process_time()
    added = codings.suggest(session, tagger, made.id)
    assert time.process_time() - before < 120
    spans = {text[each.start : each.end] for each in codings.of_testimony(session, made.id)}
    assert added >= turns
    assert spans == {"Nous avons vu chaque maire en tête à tête."}
