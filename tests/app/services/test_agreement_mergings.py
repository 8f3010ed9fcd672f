"""Themes merged are one theme in rounds too, open or closed: figures and settlements follow."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Account, AgreementRound, RoundMark, Settlement
from app.services import agreement_differences, agreement_figures, agreement_rounds, mergings
from app.services.agreement_figures import Level
from tests import factories
from tests.agreements import FEAR, MAYOR, TEXT, coder, opened, say, units


def closed(session: Session) -> AgreementRound:
    """Anne says fear where Bachir says the mayor; both are settled on the first sentence."""
    factories.testimony(session, answers={"demarche_elus": TEXT})
    anne, bachir = coder(session, "Anne"), coder(session, "Bachir")
    made = opened(session, [anne, bachir])
    say(session, made, anne, [FEAR], [MAYOR, FEAR], [])
    say(session, made, bachir, [MAYOR], [MAYOR], [])
    agreement_rounds.close(session, made.id, by=anne)
    session.expire_all()
    chloe = session.get_one(Account, coder(session, "Chloé"))
    first, second, _ = (each.id for each in units(session, made))
    agreement_differences.settle(session, made, first, {FEAR: False, MAYOR: True}, by=chloe)
    agreement_differences.settle(session, made, second, {FEAR: True}, by=chloe)
    return made


def test_what_was_said_of_one_is_said_of_the_other(session: Session) -> None:
    made = closed(session)
    assert mergings.carry(session, {MAYOR: FEAR}) == 0  # nothing is coded with it
    assert made.themes == [FEAR]
    found = agreement_figures.measure(session, made, made.coders[:2], Level.SENTENCES)
    assert {theme: each.given for theme, each in found.themes.items()} == {FEAR: (2, 2)}
    assert found.themes[FEAR].observed.value == 1
    marks = session.scalars(select(RoundMark.themes)).all()
    assert {theme for themes in marks for theme in themes} == {FEAR}
    settled = session.scalars(select(Settlement).order_by(Settlement.unit_id)).all()
    assert [(each.theme, each.is_given) for each in settled] == [(FEAR, True), (FEAR, True)]
