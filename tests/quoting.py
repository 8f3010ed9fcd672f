"""Testimonies that may be quoted: excerpts that people kept, personal data read over."""

import uuid

from flask import current_app
from sqlalchemy.orm import Session

from app.models import (
    Answer,
    Coding,
    Consent,
    ConsentPurpose,
    Decision,
    Quotation,
    Testimony,
    Verdict,
)
from app.services import digests, mentions, pseudonyms, quotations
from app.services.guide_names import Names
from app.services.quotations import Choice
from guides.schema import Kind
from tests import factories

WORDS = "Au début, Jeanne Lemoine m’a accueillie. J’ai eu peur de parler devant tout le monde."
FEAR = "J’ai eu peur de parler devant tout le monde."


def names() -> Names:
    themes = {theme.id: theme.label for theme in current_app.extensions["codebook"].themes}
    return Names.of(current_app.extensions["questionnaires"], themes)


def quotable(
    session: Session,
    *,
    words: str = WORDS,
    profile: str = "usager",
    degree: str = "fonction",
    region: str = "53",
    by: int | None = None,
) -> Testimony:
    """One whose personal data were read over by `by`, everything proposed replaced."""
    answers = {"autre_chose": words, "region": region, "consentement_citation": degree}
    made = factories.testimony(session, questionnaire=profile, answers=answers)
    if by is not None:
        confirm(session, made, by)
    return made


def confirm(session: Session, made: Testimony, by: int) -> None:
    """Say yes to everything that is proposed."""
    shown = mentions.of(session, made, mentions.propose(made))
    said = {each.key: True for each in shown}
    pseudonyms.decide(session, made, shown, said, by=by, is_whole=True)


def answer(made: Testimony) -> Answer:
    return factories.free_text(made)


def kept(
    session: Session, made: Testimony, quote: str, theme: str = "freins_participation"
) -> Coding:
    """An excerpt that somebody accepted."""
    coding = factories.coding(session, answer(made), theme, quote=quote)
    coding.decision = Decision(verdict=Verdict.ACCEPTED)
    digests.draw(session, made.id)
    return coding


def choice(made: Testimony, quote: str = FEAR, *left: str, **more: object) -> Choice:
    """These words for the chapter « conditions », without those `left` out."""
    text = answer(made).text or ""
    start = text.index(quote)
    cuts = tuple((text.index(each), text.index(each) + len(each)) for each in left)
    told = {"guide": "personnes", "chapter": "conditions", "kind": Kind.OBSTACLE} | more
    return Choice(start=start, end=start + len(quote), cuts=cuts, **told)  # type: ignore[arg-type]


def chosen(session: Session, made: Testimony, *args: str, **more: object) -> Quotation:
    told = choice(made, *args, **more)
    return quotations.choose(session, names(), answer(made).id, told, by=None)


def take_back(made: Testimony) -> None:
    """Take the consent to be quoted back."""
    consent(made).is_given = False


def consent(made: Testimony) -> Consent:
    return next(each for each in made.consents if each.purpose is ConsentPurpose.QUOTATION)


def found(session: Session, quotation_id: uuid.UUID) -> Quotation | None:
    session.expire_all()
    return session.get(Quotation, quotation_id)
