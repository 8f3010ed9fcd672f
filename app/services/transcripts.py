"""An interview's transcript, entered as a testimony by whoever conducted it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models import Channel, Testimony
from app.services import drafts, receipts, testimonies
from forms.schema import Kind, Question, Questionnaire, Value


@dataclass(frozen=True)
class Transcript:
    """What is entered of one interview: its answers, the text among them, and two days.

    Of the time of an interview only the day is kept, as of any testimony: it is the day on which
    the testimony was received.
    """

    questionnaire: Questionnaire
    values: Mapping[str, Value]
    held_on: date
    agreed_on: date


def kinds(questionnaire: Questionnaire) -> Sequence[Question]:
    """Return what the text can be, each a question of its own: a transcript, or notes."""
    return [asked for asked in questionnaire.questions if asked.kind is Kind.TRANSCRIPT]


def store(session: Session, transcript: Transcript, *, code: str) -> Testimony:
    """Store an interview as a testimony that `code` opens; the same code never makes a second one.

    Raises ConsentMissingError.
    """
    testimony = testimonies.submit(
        session,
        transcript.questionnaire,
        transcript.values,
        submission_key=drafts.key_hash(receipts.keys_of(code)[0]),
        received_on=transcript.held_on,
    )
    for consent in testimony.consents:
        consent.given_on = transcript.agreed_on
    session.flush()
    return testimony


def correct(session: Session, testimony: Testimony, transcript: Transcript) -> None:
    """Replace what an interview says, and keep for the record what it said; it is read again.

    A consent said again as before keeps its day; one that changed takes that of the transcript.
    """
    before = {each.purpose: (each.is_given, each.degree) for each in testimony.consents}
    receipts.amend(session, testimony, transcript.questionnaire, transcript.values)
    testimony.received_on = transcript.held_on
    for consent in testimony.consents:
        if before.get(consent.purpose) != (consent.is_given, consent.degree):
            consent.given_on = transcript.agreed_on
    session.flush()


def is_interview(testimony: Testimony) -> bool:
    """Tell whether a testimony was told rather than written by its author."""
    return testimony.channel is Channel.INTERVIEW
