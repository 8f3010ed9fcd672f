"""Codings: suggested once, replaced by a better pipeline, never over what somebody decided."""

import uuid
from collections.abc import Callable, Iterator, Sequence

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.corpus import Passage
from analysis.suggestions import Evidence, Suggestion
from app.models import Coding, Decision, Testimony, Verdict
from app.services import codings, receipts, testimonies
from tests import factories
from tests.tagging import waiting

TEXT = "Peur de parler. Le maire préside."


class Suggester:
    """Suggests these themes on the first four letters of each passage."""

    def __init__(self, origin: str, *themes: str) -> None:
        self.origin, self.themes = origin, themes
        self.read: list[Passage] = []

    def suggest(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        for passage in passages:
            self.read.append(passage)
            reason = (Evidence(0, 4, "« Peur »"),)
            yield passage, [Suggestion(theme, 0, 4, 0.6, reason) for theme in self.themes]


@pytest.fixture
def testimony(session: Session) -> Testimony:
    return factories.testimony(
        session, answers={"region": "53", "demarche_elus": TEXT, "mot_cle": "Oser"}
    )


def held(session: Session) -> list[tuple[str, str]]:
    query = select(Coding.theme, Coding.origin).order_by(Coding.theme, Coding.answer_id)
    return [(theme, origin) for theme, origin in session.execute(query)]


def test_every_answer_in_free_words_is_read_once(session: Session, testimony: Testimony) -> None:
    suggester = Suggester("essai 1", "mobiliser_elus")
    assert [codings.suggest(session, suggester, testimony.id) for _ in range(2)] == [2, 0]
    assert [(each.text, each.question, each.audience) for each in suggester.read] == [
        (TEXT, "demarche_elus", "coordinateur"),
        ("Oser", "mot_cle", "coordinateur"),
    ]
    assert testimony.tagged_by == "essai 1"
    coding = codings.of_testimony(session, testimony.id)[0]
    assert coding.evidence == [{"start": 0, "end": 4, "reason": "« Peur »"}]


def test_another_pipeline_replaces_what_nobody_decided(
    session: Session, testimony: Testimony
) -> None:
    codings.suggest(session, Suggester("essai 1", "acces_soins", "mobiliser_elus"), testimony.id)
    decided = codings.of_testimony(session, testimony.id)[0]
    decided.decision = Decision(verdict=Verdict.REJECTED)
    session.flush()
    added = codings.suggest(session, Suggester("essai 2", "mobiliser_elus"), testimony.id)
    assert added == 0
    assert held(session) == [
        ("acces_soins", "essai 1"),
        ("mobiliser_elus", "essai 2"),
        ("mobiliser_elus", "essai 2"),
    ]


def test_a_testimony_that_is_gone_is_left_alone(session: Session, testimony: Testimony) -> None:
    session.delete(testimony)
    session.flush()
    assert codings.suggest(session, Suggester("essai 1", "acces_soins"), testimony.id) == 0


class Interrupted(Suggester):
    """While it reads, something else happens, on a connection of its own."""

    def __init__(self, session: Session, happens: Callable[[Session], None]) -> None:
        super().__init__("essai 1", "mobiliser_elus")
        self.engine, self.happens = session.get_bind(), happens

    def suggest(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        with Session(self.engine) as other:
            self.happens(other)
            other.commit()
        yield from super().suggest(passages)


def amend(session: Session, testimony_id: uuid.UUID, text: str = "Autre chose.") -> None:
    testimony = session.get(Testimony, testimony_id)
    assert testimony is not None
    questionnaire = current_app.extensions["questionnaires"].current("coordinateur")
    values = {"consentement_participation": True, "demarche_elus": text}
    receipts.amend(session, testimony, questionnaire, values)


@pytest.mark.parametrize("again", [False, True])
def test_what_is_amended_while_it_is_read_is_read_again(
    session: Session, testimony: Testimony, again: bool
) -> None:
    id_ = testimony.id
    session.commit()
    reader = Interrupted(session, lambda other: amend(other, id_))
    assert codings.suggest(session, reader, id_, again=again) == 0
    session.commit()
    assert (waiting(session), held(session)) == ([id_], [])
    second = Suggester("essai 1", "mobiliser_elus")
    assert codings.suggest(session, second, id_) == 1
    assert [each.text for each in second.read] == ["Autre chose."]


def test_what_is_withdrawn_while_it_is_read_stays_gone(
    session: Session, testimony: Testimony
) -> None:
    id_ = testimony.id
    session.commit()

    def withdraw(other: Session) -> None:
        found = other.get(Testimony, id_)
        assert found is not None
        receipts.withdraw(other, found)

    assert codings.suggest(session, Interrupted(session, withdraw), id_) == 0
    session.commit()
    assert (testimonies.count(session), held(session)) == (0, [])


def test_what_is_read_while_it_is_amended_is_read_again(
    session: Session, testimony: Testimony
) -> None:
    """Whoever amends saw no pipeline's name, before the reading wrote one."""
    id_ = testimony.id
    session.commit()
    assert testimony.tagged_by is None
    with Session(session.get_bind()) as worker:
        assert codings.suggest(worker, Suggester("essai 1", "mobiliser_elus"), id_) == 2
        worker.commit()
    amend(session, id_)
    session.commit()
    assert (waiting(session), held(session)) == ([id_], [])


def test_verdicts_are_counted_apart_from_what_is_only_proposed(
    session: Session, testimony: Testimony
) -> None:
    codings.suggest(session, Suggester("essai 1", "acces_soins", "mobiliser_elus"), testimony.id)
    for coding, verdict in zip(
        codings.of_testimony(session, testimony.id), ("accepted", "rejected"), strict=False
    ):
        coding.decision = Decision(verdict=Verdict(verdict))
    session.flush()
    assert codings.verdicts(session, select(Testimony.id)) == {
        None: 2,
        Verdict.ACCEPTED: 1,
        Verdict.REJECTED: 1,
    }


@pytest.mark.parametrize(
    ("score", "words"), [(1, "forte"), (0.75, "forte"), (0.6, "moyenne"), (0.5, "faible")]
)
def test_a_score_is_told_in_words(score: float, words: str) -> None:
    assert codings.confidence(score) == words


def test_what_another_version_is_to_read_again_is_read_whatever_its_name(
    session: Session, testimony: Testimony
) -> None:
    suggester = Suggester("essai 1", "mobiliser_elus")
    codings.suggest(session, suggester, testimony.id)
    testimony.is_stale = True
    session.flush()
    assert waiting(session) == [testimony.id]
    codings.suggest(session, suggester, testimony.id)
    assert (len(suggester.read), testimony.is_stale) == (4, False)
    assert waiting(session) == []


def test_what_is_replaced_while_it_reads_writes_nothing(
    session: Session, testimony: Testimony
) -> None:
    testimony.is_stale = True
    added = codings.suggest(
        session, Suggester("essai 1", "mobiliser_elus"), testimony.id, is_in_use=lambda: False
    )
    assert (added, testimony.tagged_by, held(session)) == (0, None, [])
    assert waiting(session) == [testimony.id]
