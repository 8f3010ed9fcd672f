"""Testimonies: made once from a draft, then read. Nothing here knows who wrote."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app.models import Answer, CaseVariable, Channel, Coding, Testimony
from app.models.base import today
from app.services import consents
from app.services.words import contains, words_of
from forms.kinds import is_text
from forms.schema import Channel as Way
from forms.schema import Purpose, Questionnaire, Value

# No vowel makes no word; no 0/O, 1/I: it is read aloud and copied by hand.
REFERENCE_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"
REFERENCE_LENGTH = 6
PAGE_SIZE = 50


class ConsentMissingError(ValueError):
    """Nothing is stored without the consent to take part."""


@dataclass(frozen=True)
class Filters:
    """What a researcher looks for; an empty field does not filter.

    All the words must occur in the free words of a testimony, in any order and in any answer.
    """

    audience: str = ""
    region: str = ""
    theme: str = ""
    words: str = ""
    channel: str = ""  # a word of `forms.schema.Channel`


@dataclass(frozen=True)
class Neighbours:
    """What stands before and after a testimony in a list; none at its ends."""

    before: Testimony | None
    after: Testimony | None


def find_sent(session: Session, submission_key: str) -> Testimony | None:
    """Return the testimony that this submission already made, or none."""
    return session.scalar(select(Testimony).where(Testimony.submission_key == submission_key))


def submit(
    session: Session,
    questionnaire: Questionnaire,
    values: Mapping[str, Value],
    *,
    submission_key: str,
    received_on: date | None = None,
) -> Testimony:
    """Store a whole testimony: answers, consents and case variables, all or nothing.

    The same `submission_key` (at most 64 characters) always gives the same testimony, however often
    and however simultaneously it is sent; losing that race rolls the session back. Raises
    ConsentMissingError.
    """
    if (sent := find_sent(session, submission_key)) is not None:
        return sent
    day = received_on or today()
    if not any(consent.is_given for consent in consents.said(questionnaire, values, day)[:1]):
        raise ConsentMissingError(questionnaire.slug)
    testimony = _made(questionnaire, values, submission_key, day)
    session.add(testimony)
    try:
        session.flush()
    except IntegrityError:
        # The other half of a double click was quicker: its testimony is this one.
        session.rollback()
        already = find_sent(session, submission_key)
        if already is None:
            raise
        return already
    return testimony


def _made(
    questionnaire: Questionnaire, values: Mapping[str, Value], submission_key: str, day: date
) -> Testimony:
    return Testimony(
        reference="".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH)),
        questionnaire_slug=questionnaire.slug,
        questionnaire_version=questionnaire.version,
        audience=questionnaire.audience.id,
        channel=Channel[questionnaire.channel.name],
        received_on=day,
        submission_key=submission_key,
        answers=_answers(questionnaire, values),
        consents=consents.said(questionnaire, values, day),
        variables=_variables(questionnaire, values),
    )


def hold(session: Session, testimony_id: uuid.UUID) -> bool:
    """Lock a testimony until the end of the transaction; say whether it is still there.

    Whoever rewrites it and whoever has read it take turns: what is read of it after this is true.
    """
    held = session.execute(
        update(Testimony)
        .where(Testimony.id == testimony_id)
        .values(tagged_by=Testimony.tagged_by)
        .execution_options(synchronize_session=False)
    )
    return bool(held.rowcount)  # type: ignore[attr-defined]


def rewrite(
    session: Session,
    testimony: Testimony,
    questionnaire: Questionnaire,
    values: Mapping[str, Value],
) -> None:
    """Replace the answers, consents and case variables of a testimony; it will be read again."""
    hold(session, testimony.id)
    # None was perhaps read before a pipeline wrote its name: it is written all the same.
    session.refresh(testimony, ["tagged_by"])
    testimony.answers, testimony.variables = [], []
    session.flush()  # the old rows leave before the new ones take their places
    testimony.questionnaire_version = questionnaire.version
    testimony.answers = _answers(questionnaire, values)
    testimony.variables = _variables(questionnaire, values)
    consents.change(testimony, questionnaire, values, tuple(Purpose))
    testimony.tagged_by = None
    session.flush()


def _answers(questionnaire: Questionnaire, values: Mapping[str, Value]) -> list[Answer]:
    answers = []
    for position, question in enumerate(questionnaire.questions):
        value = values.get(question.id)
        if value is None or question.purpose:
            continue
        column = "text" if is_text(question.kind) else "value"
        answers.append(Answer(question_id=question.id, position=position, **{column: value}))
    return answers


def _variables(questionnaire: Questionnaire, values: Mapping[str, Value]) -> list[CaseVariable]:
    return [
        CaseVariable(name=question.variable, value=variable_text(values[question.id]))
        for question in questionnaire.questions
        if question.variable and question.id in values
    ]


def variable_text(value: Value) -> str:
    """Return a case variable's value as the text it is filtered by ("oui", "non", "44", "2014")."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(value) if isinstance(value, list) else str(value)


def get(session: Session, testimony_id: uuid.UUID) -> Testimony | None:
    """Return one testimony with its answers, consents and variables, or none."""
    query = select(Testimony).options(
        selectinload(Testimony.answers),
        selectinload(Testimony.consents),
        selectinload(Testimony.variables),
    )
    return session.scalar(query.where(Testimony.id == testimony_id))


def find(session: Session, reference: str) -> Testimony | None:
    """Return the testimony of this reference, capitals indifferent, or none."""
    wanted = reference.strip().upper()
    return session.scalar(select(Testimony).where(Testimony.reference == wanted))


def matching(filters: Filters) -> Select[Testimony]:
    """Return the query of the testimonies that pass `filters`, newest day first."""
    query = select(Testimony).order_by(Testimony.received_on.desc(), Testimony.reference)
    return query.where(*conditions(filters))


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what a testimony must be to pass `filters`."""
    wanted: list[ColumnElement[bool]] = []
    if filters.audience:
        wanted.append(Testimony.audience == filters.audience)
    if filters.channel:
        wanted.append(_came_by(filters.channel))
    if filters.region:
        wanted.append(has_variable("region", filters.region))
    if filters.theme:
        wanted.append(_bears(filters.theme))
    wanted.extend(_has_word(word) for word in words_of(filters.words))
    return wanted


def _came_by(word: str) -> ColumnElement[bool]:
    named = [channel.name for channel in Way if channel == word]
    return Testimony.channel == Channel[named[0]] if named else false()


def has_variable(name: str, value: str) -> ColumnElement[bool]:
    """Return the condition that a testimony's case variable has this value."""
    return _has(
        CaseVariable.testimony_id == Testimony.id,
        CaseVariable.name == name,
        CaseVariable.value == value,
    )


def _bears(theme: str) -> ColumnElement[bool]:
    # Asked once for all testimonies: asked of each, SQLite reads all the theme's codings each time.
    bearing = select(Answer.testimony_id).join(Coding, Coding.answer_id == Answer.id)
    return Testimony.id.in_(bearing.where(Coding.theme == theme))


def _has_word(word: str) -> ColumnElement[bool]:
    return _has(Answer.testimony_id == Testimony.id, contains(Answer.text, word))


def _has(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that such rows exist, whatever else the query around it reads."""
    return exists().where(*wanted).correlate(Testimony)


def count(session: Session, filters: Filters | None = None) -> int:
    """Return how many testimonies pass `filters`."""
    query = select(func.count()).select_from(Testimony).where(*conditions(filters or Filters()))
    return session.scalar(query) or 0


def page(session: Session, filters: Filters, number: int) -> Sequence[Testimony]:
    """Return one page of the testimonies that pass `filters`; the first is number 1."""
    query = matching(filters).options(selectinload(Testimony.variables))
    return session.scalars(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()


def pages(total: int) -> int:
    """Return how many pages `total` testimonies fill: one at least."""
    return max(1, -(-total // PAGE_SIZE))


def neighbours(session: Session, testimony: Testimony, filters: Filters) -> Neighbours:
    """Return what surrounds a testimony, in the list of those that pass `filters`."""
    newer = tuple_(Testimony.received_on, literal(testimony.reference)) > tuple_(
        literal(testimony.received_on), Testimony.reference
    )
    older = tuple_(literal(testimony.received_on), Testimony.reference) > tuple_(
        Testimony.received_on, literal(testimony.reference)
    )
    passing = matching(filters).order_by(None)
    return Neighbours(
        before=session.scalar(
            passing.where(newer)
            .order_by(Testimony.received_on, Testimony.reference.desc())
            .limit(1)
        ),
        after=session.scalar(
            passing.where(older)
            .order_by(Testimony.received_on.desc(), Testimony.reference)
            .limit(1)
        ),
    )


def waiting_for_tags(session: Session) -> Sequence[uuid.UUID]:
    """Return the testimonies that no pipeline has read, or that another one must read again."""
    query = select(Testimony.id).where(or_(Testimony.tagged_by.is_(None), Testimony.is_stale))
    return session.scalars(query.order_by(Testimony.id)).all()


def all_ids(session: Session) -> Sequence[uuid.UUID]:
    """Return every testimony."""
    return session.scalars(select(Testimony.id).order_by(Testimony.id)).all()
