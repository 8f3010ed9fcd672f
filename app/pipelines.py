"""The pipeline in use, its versions, and what the worker and the commands do with them.

The web process imports this and never loads spaCy: what does is imported inside functions.
"""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from analysis.codebook import Codebook
from app.extensions import db
from app.services import (
    agreement_cuts,
    codebook_drafts,
    codebooks,
    codings,
    decisions,
    tagging,
    theme_versions,
)
from app.services.codebooks import Grid

if TYPE_CHECKING:
    from analysis.suggesters import Suggester
    from app.training import Setting


log = logging.getLogger(__name__)
SECONDS_A_TURN = 5.0  # of reading, before other tasks have theirs


class PipelineError(RuntimeError):
    """The pipeline in use cannot be loaded; `str()` gives one French line."""


@dataclass(frozen=True)
class Reader:
    """The pipeline in use, the name of its version (none for that of SPACY_MODEL), its codebook."""

    version: str | None
    grid: Grid
    suggester: "Suggester"

    def is_in_use(self) -> bool:
        """Say whether neither another version nor another codebook was put into use since."""
        return (
            theme_versions.name_in_use(db.session) == self.version
            and codebooks.number_in_use(db.session) == self.grid.number
        )


def grid() -> Grid:
    """Return the codebook in use: the last of its versions, or the one of CODEBOOK_PATH."""
    return codebooks.current(db.session, current_app.extensions["codebook"])


def codebook() -> Codebook:
    """Return the codebook in use, read."""
    return grid().codebook


_loaded: dict[tuple[Path, str, str, str | None], "Suggester"] = {}


def _tagger(codebook: Codebook, model: str, version: str | None) -> "Suggester":
    """Return what reads with a codebook, the last one kept ready in this process."""
    key = (codebook.path, codebook.version, model, version)
    if key not in _loaded:
        made = _load_tagger(codebook, model, version)
        _loaded.clear()
        _loaded[key] = made
    return _loaded[key]


def _load_tagger(codebook: Codebook, model: str, version: str | None) -> "Suggester":
    # Inside the function: the web process imports this module and must never load spaCy.
    from analysis import models, suggesters  # noqa: PLC0415

    try:
        return suggesters.load(codebook, model)
    except models.ModelError as error:
        if version is None:
            raise PipelineError(f"SPACY_MODEL : {error}") from None
        raise PipelineError(
            f"La version en usage, {version}, ne se charge pas : remettez {model} en place, ou "
            "revenez à celle d’origine (flask themes use origine)."
        ) from None


def reader() -> Reader:
    """Return the pipeline in use, loaded once a process and version. Raises PipelineError."""
    version, using = theme_versions.name_in_use(db.session), grid()
    wanted = current_app.config["SPACY_MODEL"]
    model = wanted if version is None else str(version_folder(version))
    return Reader(version, using, _tagger(using.codebook, model, version))


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
        db.session,
        using.suggester,
        testimony_id,
        again=again,
        is_in_use=using.is_in_use,
        codebook=using.grid.codebook,
    )
    db.session.commit()
    return added


def read_range(chain: tagging.Chain, after: uuid.UUID | None) -> uuid.UUID | None:
    """Have the pipeline in use read what waits in a range after a testimony, for a few seconds.

    Return the last testimony that was read, where there is more to do; none where all is read, or
    where the range is another chain's by now. Raises PipelineError.
    """
    if not tagging.go_on(db.session, chain):
        db.session.rollback()
        return None
    if tagging.mark(db.session, chain.number):
        after = None  # those before it wait again
    db.session.commit()
    tagger()  # loaded now: its loading is no part of the turn
    until, read_so_far = time.monotonic() + SECONDS_A_TURN, 0
    while ids := tagging.waiting(db.session, chain.number, after):
        for after in ids:
            read_or_leave(after)
            read_so_far += 1
            if time.monotonic() > until:
                log.info("testimonies read again: %d", read_so_far)
                is_ours = tagging.go_on(db.session, chain)
                db.session.commit()
                return after if is_ours else None
    tagging.finish(db.session, chain)
    db.session.commit()
    return None


def read_or_leave(testimony_id: uuid.UUID) -> int:
    """Read one testimony of many: one that cannot be read must not keep the others waiting.

    It goes on waiting, and the log says what was wrong. Raises PipelineError.
    """
    try:
        return read(testimony_id)
    except (PipelineError, SQLAlchemyError):
        db.session.rollback()
        raise
    except Exception:
        db.session.rollback()
        log.exception("a testimony could not be read; it goes on waiting")
        return 0


def try_cues(draft_id: uuid.UUID) -> bool:
    """Count what the cues being tried would tag, and commit; say whether it still was to do."""
    from app import trying  # noqa: PLC0415 - it loads spaCy

    draft = codebook_drafts.waiting(db.session, draft_id)
    if draft is None:
        return False
    result = trying.count(db.session, draft, grid())
    done = codebook_drafts.finish(db.session, draft_id, result)
    db.session.commit()
    return done


def cut(round_id: uuid.UUID) -> bool:
    """Have a round's sample cut into sentences, and read by the pipeline in use; commit.

    Say whether it waited for that. Raises PipelineError.
    """
    from analysis.sentence_cutting import splitter  # noqa: PLC0415 - it loads spaCy

    was_waiting = agreement_cuts.cut(db.session, round_id, tagger(), splitter())
    db.session.commit()
    return was_waiting


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
    return Setting(config["TRAINING_CONFIG"], codebook(), config["SPACY_MODEL"])


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
