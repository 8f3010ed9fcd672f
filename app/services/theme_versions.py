"""Versions that learn from decisions: asked for, trained by one process, put into use by a person.

A training is a row: whoever claims it shows signs of life, and who has shown none for `SILENCE` has
lost it to another. `attempt` tells one from the other: a late one can write nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.models import ThemeVersion, VersionState
from app.models.base import now, today
from app.services import tagging
from app.services.decisions import Counted

LEAST_LEARNT, LEAST_APART = 20, 5  # decisions, below which nothing is learnt, nothing measured
SILENCE = timedelta(minutes=10)  # of whoever trains, after which another may begin again
MOST_ATTEMPTS = 3
INTERRUPTED = "Il s’est interrompu plusieurs fois : la machine manque peut-être de mémoire."
BROKEN_OFF = "Il s’est interrompu : l’administration trouvera pourquoi dans le journal."
STOPPED = "Il a été arrêté à la demande."


class TooFewDecisionsError(ValueError):
    """There is too little to learn from; `str()` says so in French."""


class AlreadyTrainingError(ValueError):
    """Another training is under way."""


class NotReadyError(ValueError):
    """Only a version that has been trained can be put into use."""


class SupersededError(RuntimeError):
    """The training was stopped, or taken over by another process."""


def ask(session: Session, counted: Counted, *, by: int | None) -> ThemeVersion:
    """Ask for a new version. Raises TooFewDecisionsError, AlreadyTrainingError.

    The loss of a race for the only training rolls the session back.
    """
    if reason := lacks(counted):
        raise TooFewDecisionsError(reason)
    number = (session.scalar(select(func.max(ThemeVersion.id))) or 0) + 1
    version = ThemeVersion(name=f"{today():%Y.%m.%d}-{number}", made_by_id=by)
    session.add(version)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise AlreadyTrainingError from None
    return version


def lacks(counted: Counted) -> str | None:
    """Return in French why nothing can be learnt yet, or none."""
    if counted.learnt >= LEAST_LEARNT and counted.apart >= LEAST_APART:
        return None
    return (
        f"Il faut au moins {LEAST_LEARNT} décisions pour apprendre, et {LEAST_APART} dans les "
        f"témoignages mis à part pour comparer. Il y en a {counted.learnt} et {counted.apart}. "
        "Acceptez ou rejetez d’autres suggestions, dans plusieurs témoignages."
    )


def claim(session: Session, version_id: int) -> int | None:
    """Take a training that nobody is at; return the attempt's number, none when it is not to take.

    One that was interrupted too often fails.
    """
    silent = or_(ThemeVersion.beaten_at.is_(None), ThemeVersion.beaten_at < now() - SILENCE)
    wanted = (ThemeVersion.id == version_id, ThemeVersion.state == VersionState.TRAINING, silent)
    taken = session.execute(
        update(ThemeVersion)
        .where(*wanted)
        .values(beaten_at=now(), attempt=ThemeVersion.attempt + 1, progress=0.0)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    version = session.get_one(ThemeVersion, version_id, populate_existing=True)
    if version.attempt > MOST_ATTEMPTS:
        version.state, version.failure = VersionState.FAILED, INTERRUPTED
        session.flush()
        return None
    return version.attempt


def report(session: Session, version_id: int, attempt: int, progress: float) -> None:
    """Say how far a training is, from 0 to 1. Raises SupersededError."""
    _write(session, version_id, attempt, {"progress": progress, "beaten_at": now()})


def finish(
    session: Session, version_id: int, attempt: int, *, learnt: int, figures: Mapping[str, Any]
) -> None:
    """Keep what a training gave. Raises SupersededError."""
    values = {"state": VersionState.READY, "progress": 1.0, "learnt": learnt, "figures": figures}
    _write(session, version_id, attempt, values)


def fail(session: Session, version_id: int, attempt: int, reason: str) -> None:
    """Say in French why a training gave nothing. Raises SupersededError."""
    _write(session, version_id, attempt, {"state": VersionState.FAILED, "failure": reason})


def _write(session: Session, version_id: int, attempt: int, values: Mapping[str, Any]) -> None:
    written = session.execute(
        update(ThemeVersion)
        .where(
            ThemeVersion.id == version_id,
            ThemeVersion.state == VersionState.TRAINING,
            ThemeVersion.attempt == attempt,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not written.rowcount:  # type: ignore[attr-defined]
        raise SupersededError(version_id)


def stop(session: Session) -> bool:
    """Stop the training under way; say whether there was one."""
    stopped = session.execute(
        update(ThemeVersion)
        .where(ThemeVersion.state == VersionState.TRAINING)
        .values(state=VersionState.FAILED, failure=STOPPED)
        .execution_options(synchronize_session=False)
    )
    return bool(stopped.rowcount)  # type: ignore[attr-defined]


def waiting(session: Session) -> Sequence[int]:
    """Return the trainings that nobody is at: never begun, or left by who has died."""
    silent = or_(ThemeVersion.beaten_at.is_(None), ThemeVersion.beaten_at < now() - SILENCE)
    query = select(ThemeVersion.id).where(ThemeVersion.state == VersionState.TRAINING, silent)
    return session.scalars(query).all()


def every(session: Session) -> Sequence[ThemeVersion]:
    """Return all versions, the newest first, each with who made it and put it into use."""
    query = select(ThemeVersion).options(
        joinedload(ThemeVersion.made_by),
        joinedload(ThemeVersion.used_by),
        joinedload(ThemeVersion.replaced),
    )
    return session.scalars(query.order_by(ThemeVersion.id.desc())).all()


def get(session: Session, version_id: int) -> ThemeVersion | None:
    return session.get(ThemeVersion, version_id)


def find(session: Session, name: str) -> ThemeVersion | None:
    """Return the version of this name, or none."""
    return session.scalar(select(ThemeVersion).where(ThemeVersion.name == name.strip()))


def in_use(session: Session) -> ThemeVersion | None:
    """Return the version in use; none when it is the shipped one."""
    return session.scalar(select(ThemeVersion).where(ThemeVersion.is_in_use))


def name_in_use(session: Session) -> str | None:
    """Return its name, read anew from the database."""
    return session.scalar(select(ThemeVersion.name).where(ThemeVersion.is_in_use))


def use(session: Session, version: ThemeVersion | None, *, by: int | None) -> bool:
    """Put a version into use (none: the shipped one), and have all testimonies read again by it.

    Say whether anything changed: it does not when it was in use already. Decisions are not touched.
    Raises NotReadyError; IntegrityError when somebody else puts another into use just now.
    """
    if version is not None and version.state != VersionState.READY:
        raise NotReadyError(version.name)
    before = in_use(session)
    if before is version:
        return False
    if before is not None:
        before.is_in_use = False
        session.flush()  # before the other one is: the database allows one
    if version is not None:
        version.is_in_use, version.used_at, version.used_by_id = True, now(), by
        version.replaced_id = before.id if before is not None else None
    tagging.ask_again(session)
    session.flush()
    return True
