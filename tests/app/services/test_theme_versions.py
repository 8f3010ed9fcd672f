"""Versions: one training at a time, one version in use, and no late process that writes."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import ThemeVersion, VersionState
from app.models.base import now
from app.services import theme_versions
from app.services.decisions import Counted
from tests import factories
from tests.tagging import waiting

ENOUGH = Counted(learnt=20, apart=5)
FIGURES = {"new": {"right": 1}, "in_use": {"right": 0}}


def asked(session: Session) -> ThemeVersion:
    made = theme_versions.ask(session, ENOUGH, by=None)
    session.commit()
    return made


def ready(session: Session) -> ThemeVersion:
    made = asked(session)
    attempt = theme_versions.claim(session, made.id)
    assert attempt is not None
    theme_versions.finish(session, made.id, attempt, learnt=20, figures=FIGURES)
    session.commit()
    return made


def test_a_version_is_named_by_its_day_and_number(session: Session) -> None:
    account = factories.account(session)
    first = theme_versions.ask(session, ENOUGH, by=account.id)
    assert (first.name.split("-")[1], first.state, first.made_by_id) == (
        "1",
        VersionState.TRAINING,
        account.id,
    )
    first.state = VersionState.FAILED
    second = theme_versions.ask(session, ENOUGH, by=None)
    assert second.name.split("-")[1] == "2"
    assert [each.name for each in theme_versions.every(session)] == [second.name, first.name]
    assert theme_versions.find(session, f" {first.name} ") is first
    assert theme_versions.find(session, "inconnue") is None


@pytest.mark.parametrize("counted", [Counted(19, 5), Counted(20, 4), Counted(0, 0)])
def test_too_few_decisions_are_said(session: Session, counted: Counted) -> None:
    with pytest.raises(theme_versions.TooFewDecisionsError) as refused:
        theme_versions.ask(session, counted, by=None)
    assert str(refused.value) == (
        "Il faut au moins 20 décisions pour apprendre, et 5 dans les témoignages mis à part pour "
        f"comparer. Il y en a {counted.learnt} et {counted.apart}. Acceptez ou rejetez d’autres "
        "suggestions, dans plusieurs témoignages."
    )
    assert theme_versions.every(session) == []


def test_two_trainings_at_once_are_refused(session: Session) -> None:
    first = asked(session)
    with pytest.raises(theme_versions.AlreadyTrainingError):
        theme_versions.ask(session, ENOUGH, by=None)
    assert [each.id for each in theme_versions.every(session)] == [first.id]


def test_one_process_trains(session: Session) -> None:
    made = asked(session)
    assert theme_versions.waiting(session) == [made.id]
    assert [theme_versions.claim(session, made.id) for _ in range(2)] == [1, None]
    assert theme_versions.waiting(session) == []
    theme_versions.report(session, made.id, 1, 0.4)
    session.refresh(made)
    assert made.progress == 0.4
    theme_versions.finish(session, made.id, 1, learnt=20, figures=FIGURES)
    session.refresh(made)
    assert (made.state, made.progress, made.learnt, made.figures) == (
        VersionState.READY,
        1.0,
        20,
        FIGURES,
    )
    assert theme_versions.claim(session, made.id) is None


def test_who_shows_no_sign_of_life_loses_the_training(session: Session) -> None:
    made = asked(session)
    assert theme_versions.claim(session, made.id) == 1
    session.refresh(made)
    made.beaten_at = now() - theme_versions.SILENCE - timedelta(seconds=1)
    session.flush()
    assert theme_versions.waiting(session) == [made.id]
    assert theme_versions.claim(session, made.id) == 2
    for late in (
        lambda: theme_versions.report(session, made.id, 1, 0.9),
        lambda: theme_versions.finish(session, made.id, 1, learnt=20, figures=FIGURES),
        lambda: theme_versions.fail(session, made.id, 1, "non"),
    ):
        with pytest.raises(theme_versions.SupersededError):
            late()
    session.refresh(made)
    assert (made.state, made.progress, made.figures) == (VersionState.TRAINING, 0.0, None)


def test_what_is_interrupted_too_often_fails(session: Session) -> None:
    made = asked(session)
    taken = []
    for _ in range(5):
        taken.append(theme_versions.claim(session, made.id))
        session.refresh(made)
        made.beaten_at = now() - timedelta(days=1)
        session.flush()
    assert taken == [1, 2, 3, None, None]
    assert (made.state, made.failure) == (VersionState.FAILED, theme_versions.INTERRUPTED)


def test_a_failure_says_why_and_lets_another_begin(session: Session) -> None:
    made = asked(session)
    theme_versions.claim(session, made.id)
    theme_versions.fail(session, made.id, 1, "Plus de place.")
    session.refresh(made)
    assert (made.state, made.failure) == (VersionState.FAILED, "Plus de place.")
    assert asked(session).id == made.id + 1


def test_a_training_is_stopped(session: Session) -> None:
    assert theme_versions.stop(session) is False
    made = asked(session)
    theme_versions.claim(session, made.id)
    assert theme_versions.stop(session) is True
    session.refresh(made)
    assert (made.state, made.failure) == (VersionState.FAILED, theme_versions.STOPPED)
    with pytest.raises(theme_versions.SupersededError):
        theme_versions.report(session, made.id, 1, 0.5)


def test_a_version_put_into_use_has_everything_read_again(session: Session) -> None:
    account, made = factories.account(session), ready(session)
    read = factories.testimony(session)
    read.tagged_by = "essai 1"
    session.commit()
    assert (theme_versions.in_use(session), waiting(session)) == (None, [])
    assert theme_versions.use(session, made, by=account.id) is True
    session.commit()
    assert (theme_versions.in_use(session), theme_versions.name_in_use(session)) == (
        made,
        made.name,
    )
    assert (made.used_by_id, made.replaced_id) == (account.id, None)
    assert waiting(session) == [read.id]


def test_what_is_in_use_already_has_nothing_read_again(session: Session) -> None:
    read = factories.testimony(session)
    made = ready(session)
    assert theme_versions.use(session, None, by=None) is False
    theme_versions.use(session, made, by=None)
    assert waiting(session) == [read.id]
    session.refresh(read)
    read.tagged_by, read.is_stale = "essai 1", False
    session.commit()
    used_at = made.used_at
    assert theme_versions.use(session, made, by=None) is False
    assert (waiting(session), made.used_at) == ([], used_at)


def test_going_back_is_remembered_each_way(session: Session) -> None:
    first, second = ready(session), ready(session)
    for version, replaced in (
        (first, None),
        (second, first.id),
        (first, second.id),
        (second, first.id),
    ):
        assert theme_versions.use(session, version, by=None) is True
        session.commit()
        assert (theme_versions.in_use(session), version.replaced_id) == (version, replaced)
    assert theme_versions.use(session, None, by=None) is True
    session.commit()
    assert theme_versions.in_use(session) is None


def test_only_what_is_ready_is_put_into_use(session: Session) -> None:
    made = asked(session)
    with pytest.raises(theme_versions.NotReadyError):
        theme_versions.use(session, made, by=None)
    made.is_in_use = True
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_keeps_two_from_being_in_use(session: Session) -> None:
    first, second = ready(session), ready(session)
    first.is_in_use = True
    session.commit()
    second.is_in_use = True
    with pytest.raises(IntegrityError):
        session.flush()
