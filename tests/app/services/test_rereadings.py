"""What to read over first: the most uncertain, of each theme in turn, few of one testimony."""

from sqlalchemy.orm import Session

from app.models import Decision, Verdict
from app.services import rereadings
from tests import factories

FEAR, MAYOR = "freins_participation", "portage_politique"
TEXT = "Peur. Joie. Le maire. La ville."


def shown(session: Session, theme: str = "", most: int = 20) -> list[tuple[str, float]]:
    return [(each.theme, each.score) for each in rereadings.first(session, theme=theme, most=most)]


def test_the_most_uncertain_comes_first(session: Session) -> None:
    for score in (0.9, 0.48, 0.3, 0.55):
        made = factories.testimony(session, answers={"demarche_elus": TEXT})
        factories.coding(session, factories.free_text(made), FEAR, quote="Peur.", score=score)
    assert shown(session) == [(FEAR, 0.48), (FEAR, 0.55), (FEAR, 0.3), (FEAR, 0.9)]
    assert shown(session, most=1) == [(FEAR, 0.48)]


def test_each_theme_has_its_turn(session: Session) -> None:
    for theme, score in ((FEAR, 0.5), (FEAR, 0.51), (FEAR, 0.52), (MAYOR, 0.8), (MAYOR, 0.9)):
        made = factories.testimony(session, answers={"demarche_elus": TEXT})
        factories.coding(session, factories.free_text(made), theme, quote="Peur.", score=score)
    assert shown(session) == [
        (FEAR, 0.5),
        (MAYOR, 0.8),
        (FEAR, 0.51),
        (MAYOR, 0.9),
        (FEAR, 0.52),
    ]
    assert shown(session, MAYOR) == [(MAYOR, 0.8), (MAYOR, 0.9)]
    assert rereadings.count(session) == {FEAR: 3, MAYOR: 2}


def test_a_testimony_has_two_places_at_most(session: Session) -> None:
    one, other = (factories.testimony(session, answers={"demarche_elus": TEXT}) for _ in range(2))
    for quote, score in (("Peur.", 0.5), ("Joie.", 0.51), ("Le maire.", 0.52)):
        factories.coding(session, factories.free_text(one), FEAR, quote=quote, score=score)
    factories.coding(session, factories.free_text(other), FEAR, quote="Peur.", score=0.9)
    assert shown(session) == [(FEAR, 0.5), (FEAR, 0.51), (FEAR, 0.9)]


def test_what_is_decided_is_not_asked_again(session: Session) -> None:
    made = factories.testimony(session, answers={"demarche_elus": TEXT})
    answer = factories.free_text(made)
    coding = factories.coding(session, answer, FEAR, quote="Peur.", score=0.5)
    coding.decision = Decision(verdict=Verdict.REJECTED)
    factories.coding(session, answer, MAYOR, quote="Joie.", score=0.6)
    session.flush()
    (candidate,) = rereadings.first(session)
    assert (candidate.theme, candidate.text, candidate.reference) == (
        MAYOR,
        "Joie.",
        made.reference,
    )
    assert candidate.anchor == f"extrait-{answer.position}-6-11"
    assert rereadings.count(session) == {MAYOR: 1}


def test_nothing_to_read_over(session: Session) -> None:
    assert (rereadings.first(session), rereadings.count(session)) == ([], {})
