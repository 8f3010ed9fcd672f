"""The pipeline in use, its versions, and what the worker and the commands do with them.

The web process imports this and never loads spaCy: what does is imported inside functions.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from analysis.codebook import Codebook
from app.extensions import db
from app.services import codings, decisions, theme_versions

if TYPE_CHECKING:
    from analysis.suggesters import Suggester
    from app.training import Setting


class PipelineError(RuntimeError):
    """The pipeline in use cannot be loaded; `str()` gives one French line."""


@dataclass(frozen=True)
class Reader:
    """The pipeline in use, and the name of its version: none for that of SPACY_MODEL."""

    version: str | None
    suggester: "Suggester"

    def is_in_use(self) -> bool:
        """Say whether no other version was put into use since."""
        return theme_versions.name_in_use(db.session) == self.version


@lru_cache(maxsize=1)
def _load_tagger(codebook: Path, model: str, version: str | None) -> "Suggester":
    # Inside the function: the web process imports this module and must never load spaCy.
    from analysis import models, suggesters  # noqa: PLC0415

    try:
        return suggesters.load(Codebook.read(codebook), model)
    except models.ModelError as error:
        if version is None:
            raise PipelineError(f"SPACY_MODEL : {error}") from None
        raise PipelineError(
            f"La version en usage, {version}, ne se charge pas : remettez {model} en place, ou "
            "revenez à celle d’origine (flask themes use origine)."
        ) from None


def reader() -> Reader:
    """Return the pipeline in use, loaded once a process and version. Raises PipelineError."""
    version, config = theme_versions.name_in_use(db.session), current_app.config
    model = config["SPACY_MODEL"] if version is None else str(version_folder(version))
    return Reader(version, _load_tagger(config["CODEBOOK_PATH"], model, version))


def tagger() -> "Suggester":
    """Return what `reader` reads with. Raises PipelineError."""
    return reader().suggester


def version_folder(name: str) -> Path:
    """Return where a version's files are."""
    return Path(current_app.config["INSTANCE_PATH"]) / "pipelines" / name


def read(testimony_id: uuid.UUID, *, again: bool = False) -> int:
    """Have the pipeline in use read one testimony, and commit; return how many suggestions are new.

    Raises PipelineError.
    """
    using = reader()
    added = codings.suggest(
        db.session, using.suggester, testimony_id, again=again, is_in_use=using.is_in_use
    )
    db.session.commit()
    return added


def train(version_id: int, told: Callable[[float], None] = lambda share: None) -> bool:
    """Train a version here and now; say whether it was ours to train, and is ready.

    Its progress, then its end or its failure, are in its row. Run twice, it is trained once.
    """
    from app import training  # noqa: PLC0415 - it loads spaCy

    attempt = theme_versions.claim(db.session, version_id)
    db.session.commit()
    if attempt is None:
        return False
    version = theme_versions.get(db.session, version_id)
    assert version is not None
    folder, lesson = version_folder(version.name), decisions.lesson(db.session)
    db.session.commit()  # it takes long: nothing is held meanwhile

    def progress(share: float) -> None:
        theme_versions.report(db.session, version_id, attempt, share)
        db.session.commit()
        told(share)

    try:
        new = training.train(lesson, _training_setting(), folder, progress=progress)
        figures = training.compare(lesson.apart, tagger(), new)
        learnt = decisions.size(lesson.learnt)
        theme_versions.finish(db.session, version_id, attempt, learnt=learnt, figures=figures)
    except theme_versions.SupersededError:
        db.session.rollback()
        return False
    except BaseException as error:
        db.session.rollback()
        _fail(version_id, attempt, error)
        if not isinstance(error, (training.TrainingError, PipelineError)):
            raise
        return False
    db.session.commit()
    told(1.0)
    return True


def _training_setting() -> "Setting":
    from app.training import Setting  # noqa: PLC0415 - it loads spaCy

    config = current_app.config
    return Setting(
        config["TRAINING_CONFIG"], Codebook.read(config["CODEBOOK_PATH"]), config["SPACY_MODEL"]
    )


def _fail(version_id: int, attempt: int, error: BaseException) -> None:
    from app.training import TrainingError  # noqa: PLC0415 - it loads spaCy

    known = isinstance(error, (TrainingError, PipelineError))
    reason = str(error) if known else theme_versions.BROKEN_OFF
    try:
        theme_versions.fail(db.session, version_id, attempt, reason)
    except theme_versions.SupersededError:
        db.session.rollback()
    else:
        db.session.commit()
