"""Testimonies: made once from a draft, then read. Nothing here knows who wrote."""

import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app.models import Answer, CaseVariable, Channel, Facet, Testimony
from app.models.base import today
from app.services import consents, digests, search_index, searches, testimony_rows
from app.services.filters import Filters as Filters
from app.services.filters import conditions as conditions
from app.services.filters import has_variable as has_variable
from forms.schema import Purpose, Questionnaire, Value

# No vowel makes no word; no 0/O, 1/I: it is read aloud and copied by hand.
REFERENCE_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"
REFERENCE_LENGTH = 6
PAGE_SIZE = 50
MOST_CLSMS = 1000
BATCH = 1000


class ConsentMissingError(ValueError):
    """Nothing is stored without the consent to take part."""


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
    testimony = _made(session, questionnaire, values, submission_key, day)
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
    search_index.write(session, testimony.id)
    digests.draw(session, testimony.id)
    return testimony


def _made(
    session: Session,
    questionnaire: Questionnaire,
    values: Mapping[str, Value],
    submission_key: str,
    day: date,
) -> Testimony:
    reference = new_reference()
    while find(session, reference) is not None:  # in a million, one draw in some hundreds
        reference = new_reference()
    return Testimony(
        reference=reference,
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


def new_reference() -> str:
    """Return a reference drawn at random; another testimony may bear it."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))


def restore(
    session: Session,
    questionnaire: Questionnaire,
    values: Mapping[str, Value],
    *,
    known_as: Testimony,
    answer_ids: Mapping[str, uuid.UUID],
) -> Testimony:
    """Store a testimony that comes back from a file, under the names that `known_as` bears.

    Those are its id, its reference (another where it is taken), its submission key, its day and who
    read it; `answer_ids` (question id → id) those of its answers. Raises ConsentMissingError.
    """
    day = known_as.received_on
    if not any(consent.is_given for consent in consents.said(questionnaire, values, day)[:1]):
        raise ConsentMissingError(questionnaire.slug)
    testimony = _made(session, questionnaire, values, known_as.submission_key, day)
    testimony.id, testimony.tagged_by = known_as.id, known_as.tagged_by
    if known_as.reference and find(session, known_as.reference) is None:
        testimony.reference = known_as.reference
    for answer in testimony.answers:
        answer.id = answer_ids.get(answer.question_id) or uuid.uuid4()
    session.add(testimony)
    session.flush()
    search_index.write(session, testimony.id)
    return testimony


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
    former = [(each.name, each.value) for each in testimony.variables]
    testimony.answers, testimony.variables = [], []
    session.flush()  # the old rows leave before the new ones take their places
    testimony.questionnaire_version = questionnaire.version
    testimony.answers = _answers(questionnaire, values)
    testimony.variables = _variables(questionnaire, values)
    consents.change(testimony, questionnaire, values, tuple(Purpose))
    testimony.tagged_by = None
    search_index.write(session, testimony.id)
    digests.draw(session, testimony.id)
    digests.forget(session, former)


def _answers(questionnaire: Questionnaire, values: Mapping[str, Value]) -> list[Answer]:
    return [Answer(**row) for row in testimony_rows.answers(questionnaire, values)]


def _variables(questionnaire: Questionnaire, values: Mapping[str, Value]) -> list[CaseVariable]:
    return [CaseVariable(**row) for row in testimony_rows.variables(questionnaire, values)]


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


def count(session: Session, filters: Filters | None = None) -> int:
    """Return how many testimonies pass `filters`."""
    query = select(func.count()).select_from(Testimony).where(*conditions(filters or Filters()))
    return session.scalar(query) or 0


def page(
    session: Session, filters: Filters, number: int, *, after: Testimony | None = None
) -> Sequence[Testimony]:
    """Return one page of the testimonies that pass `filters`; the first is number 1.

    `after`: the last one of the page before, where it is known. The page then begins there, and the
    database passes over none of those before it, which a page far down a long list has it do.
    """
    query = matching(filters).options(selectinload(Testimony.variables)).limit(PAGE_SIZE)
    if filters.themes:  # whoever looks for a theme is told what may be quoted
        query = query.options(selectinload(Testimony.consents))
    if filters.is_by_relevance:
        query = by_relevance(session, query, filters)
    elif after is not None:
        return session.scalars(query.where(*_after(after))).all()
    return session.scalars(query.offset((number - 1) * PAGE_SIZE)).all()


def _after(testimony: Testimony) -> tuple[ColumnElement[bool], ...]:
    """Return what stands after a testimony in the list: of an older day, or further on its day.

    The day alone is said a second time: it is what an index begins with.
    """
    day, further = testimony.received_on, Testimony.reference > testimony.reference
    return (
        Testimony.received_on <= day,
        or_(Testimony.received_on < day, further),
    )


def by_relevance(session: Session, query: Select[Any], filters: Filters) -> Select[Any]:
    scores = searches.relevance(session, filters.query)
    query = query.outerjoin(scores, scores.c.testimony_id == Testimony.id).order_by(None)
    return query.order_by(func.coalesce(scores.c.score, 0).desc(), Testimony.reference)


def pages(total: int) -> int:
    """Return how many pages `total` testimonies fill: one at least."""
    return max(1, -(-total // PAGE_SIZE))


def clsms(session: Session) -> Sequence[str]:
    """Return the names of CLSMs that testimonies bear, as they were written; MOST_CLSMS of them."""
    query = select(Facet.value).where(Facet.name == "clsm")  # few rows: one for each name
    return session.scalars(query.order_by(Facet.value).limit(MOST_CLSMS)).all()


def count_received_before(session: Session, day: date) -> int:
    """Return how many came before a day."""
    query = select(func.count()).select_from(Testimony).where(Testimony.received_on < day)
    return session.scalar(query) or 0


def all_ids(session: Session) -> Iterator[uuid.UUID]:
    """Yield every testimony, a batch at a time: each may be changed, and committed, meanwhile."""
    last: uuid.UUID | None = None
    while True:
        query = select(Testimony.id).order_by(Testimony.id).limit(BATCH)
        found = session.scalars(query if last is None else query.where(Testimony.id > last)).all()
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1]
