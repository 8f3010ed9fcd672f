"""An interview's transcript, entered as a testimony by whoever conducted it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models import Act, Channel, Testimony
from app.services import audit, consents, drafts, receipts, sights, testimonies
from forms.build import field_name
from forms.schema import Kind, Question, Questionnaire, Value


class ChangedMeanwhileError(ValueError):
    """An interview changed since a page showed it: `fields` of that page would undo it."""

    def __init__(self, fields: set[str]) -> None:
        super().__init__()
        self.fields = fields


class WithdrawnMeanwhileError(LookupError):
    """An interview was withdrawn since a page showed it."""


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
    audit.record(session, Act.TRANSCRIPT_ENTERED, testimony.id)
    session.flush()
    return testimony


def held(testimony: Testimony, questionnaire: Questionnaire) -> dict[str, Value | None]:
    """Return what an interview says and what was agreed to, by the fields that correct it."""
    given = receipts.values(testimony) | consents.values(testimony, questionnaire)
    return shown(questionnaire, given, testimony.received_on)


def shown(
    questionnaire: Questionnaire, values: Mapping[str, Value], held_on: date
) -> dict[str, Value | None]:
    """Return values (question id → value) by the fields of the page that shows them."""
    asked = [each for each in questionnaire.questions if each.kind is not Kind.TRANSCRIPT]
    kind = next(each.id for each in kinds(questionnaire) if each.id in values)
    fields = {field_name(each): values.get(each.id) for each in asked}
    return fields | {"held_on": held_on.isoformat(), "kind": kind, "text": values[kind]}


def correct(session: Session, testimony: Testimony, transcript: Transcript, *, seen: str) -> None:
    """Replace what an interview says, and keep for the record what it said; it is read again.

    A consent said again as before keeps its day; one that changed takes that of the transcript.
    `seen` is what the page had seen of it (`sights.write` of `held`). Raises ChangedMeanwhileError
    where that is no longer so and what is corrected would undo it, WithdrawnMeanwhileError where
    nothing is left; commit or roll back soon after, the testimony is locked.
    """
    if not testimonies.hold(session, testimony.id):
        raise WithdrawnMeanwhileError
    session.expire(testimony)
    now = held(testimony, transcript.questionnaire)
    sent = shown(transcript.questionnaire, transcript.values, transcript.held_on)
    if undone := {name for name in sights.changed(seen, now, now) if sent[name] != now[name]}:
        raise ChangedMeanwhileError(undone)
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
