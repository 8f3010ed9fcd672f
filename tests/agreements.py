"""Rounds of blind coding for tests: made, cut as the worker does, marked."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.corpus import Passage
from analysis.suggestions import Suggestion
from app.models import AgreementRound, RoleName, RoundPassage, RoundUnit
from app.services import agreement_cuts, agreement_marks, agreement_rounds
from app.services.agreement_rounds import Plan
from app.services.testimonies import Filters
from tests import factories
from tests.conftest import PASSWORD

FEAR, MAYOR = "freins_participation", "portage_politique"
TEXT = "Peur de parler. Le maire préside. Rien d’autre."


class Reader:
    """A pipeline that finds a theme wherever its word stands."""

    origin = "lecteur d’essai 1"

    def __init__(self, words: Mapping[str, str] | None = None) -> None:
        self.words = {"peur": FEAR} if words is None else words

    def suggest(self, passages: Iterable[Passage]):  # type: ignore[no-untyped-def]
        for passage in passages:
            yield (
                passage,
                [
                    Suggestion(theme=theme, start=start, end=end, score=0.8, evidence=())
                    for start, end in sentences(passage.text)
                    for word, theme in self.words.items()
                    if word in passage.text[start:end].lower()
                ],
            )


def sentences(text: str) -> list[tuple[int, int]]:
    """Cut at each full stop: enough for a test that is not about sentences."""
    found, start = [], 0
    for end, sign in enumerate(text, start=1):
        if sign == ".":
            start += len(text[start:end]) - len(text[start:end].lstrip())
            found.append((start, end))
            start = end
    return found


def coder(session: Session, name: str) -> int:
    """A researcher's account, by its first name."""
    return factories.account(
        session,
        email=f"{name.lower()}@recueil.example",
        name=name,
        roles=[RoleName.RESEARCHER],
        password=PASSWORD,
    ).id


def planned(
    session: Session,
    coders: Sequence[int],
    *,
    size: int = 10,
    themes: Sequence[str] = (FEAR, MAYOR),
    filters: Filters | None = None,
    seed: int | None = 7,
) -> AgreementRound:
    """A round that waits to be cut."""
    plan = Plan(
        title="Premier essai",
        size=size,
        themes=themes,
        coders=coders,
        filters=filters or Filters(),
    )
    return agreement_rounds.make(session, plan, by=coders[0], seed=seed)


def opened(session: Session, coders: Sequence[int], **more: object) -> AgreementRound:
    """A round that can be coded."""
    made = planned(session, coders, **more)  # type: ignore[arg-type]
    assert agreement_cuts.cut(session, made.id, Reader(), sentences)
    session.expire_all()
    return made


def units(session: Session, round_: AgreementRound) -> list[RoundUnit]:
    """The sentences of a round, in the order in which they are coded."""
    query = (
        select(RoundUnit)
        .join(RoundPassage)
        .where(RoundPassage.round_id == round_.id)
        .order_by(RoundPassage.position, RoundUnit.start)
    )
    return list(session.scalars(query))


def say(
    session: Session, round_: AgreementRound, account_id: int, *said: Sequence[str] | None
) -> None:
    """Have a coder say these themes of the sentences, in order; none leaves one unseen."""
    coder = agreement_marks.coder_of(session, round_.id, account_id)
    assert coder is not None
    for unit, themes in zip(units(session, round_), said, strict=False):
        if themes is not None:
            agreement_marks.mark(session, coder, unit.id, themes)
