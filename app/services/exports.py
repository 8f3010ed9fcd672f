"""What leaves of testimonies: one at a time, pseudonymised unless raw words are asked for.

Here is decided what may leave, and nowhere else: what nobody has confirmed stays, and is counted.
Never who wrote, never a receipt: nothing here reads contacts.
"""

import enum
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from analysis.exchange.moves import Moves
from app.models import (
    Answer,
    Coding,
    ConsentPurpose,
    Decision,
    Memo,
    Testimony,
)
from app.services import consents, memo_words, pseudonyms, standings, testimonies
from app.services.coders import person, who_laid
from app.services.exported import Laid, Leaving, Margin, Told
from app.services.exported_values import Values
from app.services.testimonies import Filters
from forms.schema import Library

BATCH = 100


class Kind(enum.StrEnum):
    """What a file is for; the words of the command line."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    QDPX = "qdpx"
    QDC = "qdc"
    IRAMUTEQ = "iramuteq"
    DOCBIN = "docbin"


class Codings(enum.StrEnum):
    """Which codings leave; the words of the address and of the command line."""

    STANDING = "tous"  # proposed or kept: all but the rejected
    KEPT = "gardes"
    ALL = "rejetes"  # with the rejected
    NONE = "aucun"


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for."""

    kind: Kind
    filters: Filters = field(default_factory=Filters)
    codings: Codings = Codings.STANDING
    has_memos: bool = False
    is_raw: bool = False
    is_thematic: bool = False  # IRaMuTeQ: a line for the question before each answer


@dataclass
class Tally:
    """What left, and what stayed and why."""

    testimonies: int = 0
    answers: int = 0
    codings: int = 0
    memos: int = 0
    unconfirmed: int = 0
    without_consent: int = 0

    @property
    def left_out(self) -> int:
        return self.unconfirmed + self.without_consent


def leaving(session: Session, wanted: Wanted, library: Library, tally: Tally) -> Iterator[Leaving]:
    """Give the testimonies that leave, a batch of them in memory at a time; count in `tally`."""
    values = Values(library, is_raw=wanted.is_raw)
    which = Codings.NONE if wanted.kind is Kind.IRAMUTEQ else wanted.codings  # it has no room
    query = testimonies.matching(wanted.filters).with_only_columns(Testimony.id)
    ids = session.scalars(query, execution_options={"yield_per": BATCH})
    for batch in ids.partitions(BATCH):
        found = {each.id: each for each in session.scalars(_whole().where(Testimony.id.in_(batch)))}
        codings = _codings(session, batch, which)
        memos = _memos(session, batch) if wanted.has_memos else {}
        for id_ in batch:
            if (testimony := found.get(id_)) is None:
                continue  # withdrawn at this very moment
            made = _leaving(session, testimony, wanted, values, tally)
            if made is not None:
                yield _with_codings(made, codings.get(id_, []), memos.get(id_, []), tally)


def of(session: Session, testimony: Testimony, library: Library, *, is_raw: bool) -> Leaving | None:
    """Return one testimony as it leaves, without its codings; none where it may not."""
    wanted = Wanted(Kind.QDPX, is_raw=is_raw)
    return _leaving(session, testimony, wanted, Values(library, is_raw=is_raw), Tally())


def _whole() -> Select[Testimony]:
    return select(Testimony).options(
        selectinload(Testimony.answers),
        selectinload(Testimony.consents),
        selectinload(Testimony.variables),
    )


def _leaving(
    session: Session, testimony: Testimony, wanted: Wanted, values: Values, tally: Tally
) -> Leaving | None:
    agreed = consents.of(testimony, ConsentPurpose.PARTICIPATION)
    if agreed is None or not agreed.is_given:
        tally.without_consent += 1
        return None
    texts = _texts(session, testimony, is_raw=wanted.is_raw)
    if texts is None:
        tally.unconfirmed += 1
        return None
    values.open(testimony)
    told = tuple(
        Told(each.id, each.question_id, values.wording(each.question_id), *texts[each.id], ())
        for each in testimony.answers
        if each.id in texts
    )
    spoken = [each.text for each in told]
    tally.testimonies += 1
    tally.answers += len(told)
    return Leaving(
        id=testimony.id,
        reference=testimony.reference,
        slug=testimony.questionnaire_slug,
        version=testimony.questionnaire_version,
        audience=testimony.audience,
        channel=testimony.channel.value,
        received_on=testimony.received_on,
        tagged_by=testimony.tagged_by,
        submission_key=testimony.submission_key,
        quotation=consents.attribution(testimony),
        values=values.of(testimony, spoken),
        variables=values.variables(testimony),
        told=told,
        team=values.team(testimony, spoken),
        forms=_forms(testimony, told),
    )


def _forms(testimony: Testimony, told: Sequence[Told]) -> dict[str, str]:
    typed = {each.id: each.text or "" for each in testimony.answers}
    return {
        typed[each.id][start:end]: each.text[low:high]
        for each in told
        for start, end, low, high in each.moves.pieces
    }


def _texts(
    session: Session, testimony: Testimony, *, is_raw: bool
) -> dict[uuid.UUID, tuple[str, Moves]] | None:
    """Return each answer's words as they leave, by its id; none where nobody has confirmed them."""
    free = [each for each in testimony.answers if each.text]
    if is_raw or not free:  # where nobody wrote a word, there is nobody to name
        return {each.id: (each.text or "", Moves()) for each in free}
    rewritten = pseudonyms.pseudonymised(session, testimony)
    if not rewritten.is_confirmed:
        return None
    found = {each.id: rewritten.answers[each.question_id] for each in free}
    return {id_: (each.text, Moves(each.pieces)) for id_, each in found.items()}


def _codings(
    session: Session, ids: Sequence[uuid.UUID], which: Codings
) -> dict[uuid.UUID, list[Coding]]:
    if which is Codings.NONE:
        return {}
    conditions = {
        Codings.STANDING: [standings.stands()],
        Codings.KEPT: [standings.is_kept()],
        Codings.ALL: [],
    }
    query = (
        select(Answer.testimony_id, Coding)
        .join(Coding.answer)
        .outerjoin(Coding.decision)
        .where(Answer.testimony_id.in_(ids), *conditions[which])
        .options(
            joinedload(Coding.decision).joinedload(Decision.decided_by), defer(Coding.evidence)
        )
        .order_by(Answer.position, standings.start(), standings.end(), standings.theme(), Coding.id)
    )
    found: dict[uuid.UUID, list[Coding]] = {}
    for testimony_id, coding in session.execute(query):
        found.setdefault(testimony_id, []).append(coding)
    return found


def _memos(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Memo]]:
    query = (
        select(Memo)
        .where(Memo.testimony_id.in_(ids))
        .options(joinedload(Memo.written_by))
        .order_by(Memo.written_at, Memo.id)
    )
    found: dict[uuid.UUID, list[Memo]] = {}
    for memo in session.scalars(query):
        found.setdefault(memo.testimony_id, []).append(memo)
    return found


def _with_codings(
    made: Leaving, codings: Sequence[Coding], memos: Sequence[Memo], tally: Tally
) -> Leaving:
    kept = {coding.id for coding in codings}
    margins: dict[uuid.UUID | None, list[Margin]] = {}
    for each in memos:
        if each.coding_id is None or each.coding_id in kept:
            words = memo_words.replaced(each.words, made.forms)
            margin = Margin(each.id, words, person(each.written_by), each.written_at)
            margins.setdefault(each.coding_id, []).append(margin)
            tally.memos += 1
    told = []
    for answer in made.told:
        mine = [each for each in codings if each.answer_id == answer.id]
        laid = tuple(_laid(each, answer.moves, tuple(margins.get(each.id, ()))) for each in mine)
        told.append(replace(answer, codings=laid))
        tally.codings += len(laid)
    return replace(made, told=tuple(told), memos=tuple(margins.get(None, ())))


def _laid(coding: Coding, moves: Moves, memos: tuple[Margin, ...]) -> Laid:
    state, theme, start, end = standings.of(coding)
    who, made_at = who_laid(coding)
    return Laid(
        id=coding.id,
        theme=theme,
        start=moves.start(start),
        end=moves.end(end),
        state=state,
        who=who,
        made_at=made_at,
        origin=coding.origin,
        score=coding.score,
        memos=memos,
    )
