"""Mentions: what the library proposes joined with what people decided, one pseudonym an entity."""

import pytest
from sqlalchemy.orm import Session

from app.models import PseudonymDecision, Testimony
from app.services import mentions
from app.services.mentions import Mention
from tests import factories

TOLD = "Mme Jeanne Lemoine préside avec le Dr Kerbrat, au CMP de Vitré. Jeanne écoute."


@pytest.fixture
def testimony(session: Session) -> Testimony:
    return factories.testimony(
        session,
        answers={"region": "53", "demarche_elus": TOLD, "mot_cle": "Oser, disait KERBRAT."},
    )


def read(session: Session, testimony: Testimony) -> list[Mention]:
    return mentions.of(session, testimony, mentions.propose(testimony))


def told(found: list[Mention]) -> list[tuple[str, str]]:
    return [(each.words, each.pseudonym) for each in found]


def decide(
    session: Session, testimony: Testimony, words: str, pseudonym: str, *, is_accepted: bool = True
) -> PseudonymDecision:
    answer = factories.free_text(testimony)
    start = (answer.text or "").index(words)
    made = PseudonymDecision(
        answer_id=answer.id,
        start=start,
        end=start + len(words),
        type="PER",
        pseudonym=pseudonym,
        is_accepted=is_accepted,
    )
    session.add(made)
    session.flush()
    return made


def test_one_entity_has_one_pseudonym_in_all_the_answers(
    session: Session, testimony: Testimony
) -> None:
    found = read(session, testimony)
    assert told(found) == [
        ("Jeanne", "[Prénom 1]"),
        ("Lemoine", "[Nom 1]"),
        ("Kerbrat", "[Nom 2]"),
        ("Vitré", "[Commune 1]"),
        ("Jeanne", "[Prénom 1]"),
        ("KERBRAT", "[Nom 2]"),
    ]
    assert [each.key for each in found][:2] == [
        f"{found[0].answer.position}-4-10",
        f"{found[0].answer.position}-11-18",
    ]


def test_only_what_often_is_something_else_is_open(session: Session, testimony: Testimony) -> None:
    found = read(session, testimony)
    assert [each.words for each in found if each.is_open] == ["Vitré", "KERBRAT"]
    assert all(each.decision is None and not each.is_accepted for each in found)
    assert found[0].reason == "nom après « Mme »"


def test_a_decision_holds_over_a_proposal(session: Session, testimony: Testimony) -> None:
    decision = decide(session, testimony, "Mme Jeanne", "[Personne 1]", is_accepted=False)
    first, *others = read(session, testimony)
    assert (first.words, first.pseudonym, first.decision) == (
        "Mme Jeanne",
        "[Personne 1]",
        decision,
    )
    assert first.reason == mentions.DECIDED
    assert [each.words for each in others] == ["Lemoine", "Kerbrat", "Vitré", "Jeanne", "KERBRAT"]


def test_a_decided_mention_keeps_the_reason_of_its_proposal(
    session: Session, testimony: Testimony
) -> None:
    decide(session, testimony, "Kerbrat", "[Nom 7]")
    found = {each.words: each for each in read(session, testimony)}
    assert found["Kerbrat"].reason == "nom après « Dr »"
    assert found["Kerbrat"].is_accepted


def test_an_entity_keeps_its_number_and_no_other_takes_it(
    session: Session, testimony: Testimony
) -> None:
    """Kerbrat was [Nom 1] first: Lemoine, read before, takes the next one."""
    decide(session, testimony, "Kerbrat", "[Nom 1]", is_accepted=False)
    assert told(read(session, testimony)) == [
        ("Jeanne", "[Prénom 1]"),
        ("Lemoine", "[Nom 2]"),
        ("Kerbrat", "[Nom 1]"),
        ("Vitré", "[Commune 1]"),
        ("Jeanne", "[Prénom 1]"),
        ("KERBRAT", "[Nom 1]"),
    ]


def test_a_pseudonym_that_was_typed_is_taken(session: Session) -> None:
    made = factories.testimony(
        session, answers={"demarche_elus": "[Nom 1] a vu Mme Lemoine et M. Kerbrat."}
    )
    assert told(read(session, made)) == [("Lemoine", "[Nom 2]"), ("Kerbrat", "[Nom 3]")]


def test_a_testimony_without_free_words_has_none(session: Session) -> None:
    made = factories.testimony(session, answers={"region": "53"})
    assert read(session, made) == []


def test_letters_of_any_width_keep_their_places(session: Session) -> None:
    text = "👩‍🏫 e\u0301lue ; Mme Kerbrat 👍🏽"
    made = factories.testimony(session, answers={"demarche_elus": text})
    (found,) = read(session, made)
    assert found.words == "Kerbrat"
    assert text[found.start : found.end] == "Kerbrat"
