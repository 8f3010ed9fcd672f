"""The pipeline in use and its versions: trained from decisions, compared, put into use, undone."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import pipelines, tasks, training
from app.extensions import db
from app.models import Coding, Decision, Testimony, ThemeVersion, VersionState
from app.services import decisions, tagging, theme_versions
from app.task_queue import run_waiting
from tests import factories, learning
from tests.learning import FEAR, MAYOR
from tests.tagging import waiting

CUES = "indices 1"


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """An application that learns from a small corpus."""
    return make_app(TRAINING_CONFIG=learning.small_training(tmp_path))


def asked() -> ThemeVersion:
    version = theme_versions.ask(db.session, decisions.count(db.session), by=None)
    db.session.commit()
    return version


def trained() -> ThemeVersion:
    version = asked()
    assert pipelines.train(version.id)
    db.session.refresh(version)
    return version


def use(version: ThemeVersion | None) -> None:
    theme_versions.use(db.session, version, by=None)
    db.session.commit()


def test_what_was_decided_is_learnt_and_compared(app: Flask) -> None:
    learning.decided(db.session)
    version, shares = asked(), list[float]()
    assert pipelines.train(version.id, shares.append)
    db.session.refresh(version)
    assert (version.state, version.learnt, version.attempt) == (VersionState.READY, 20, 1)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert version.figures is not None
    new, before = version.figures["new"], version.figures["in_use"]
    assert (before["decisions"], before["testimonies"], before["given"]) == (6, 3, 3)
    assert before["origin"] == pipelines.tagger().origin
    assert before["origin"].startswith(CUES)
    assert new["origin"].startswith(f"fr_recueil {version.name}, grille ")
    # What it saw accepted ten times it finds, what it saw rejected it no longer proposes.
    assert (new["right"], new["suggested"], new["given"], new["f1"]) == (3, 3, 3, 1.0)
    assert sorted(each.name for each in (pipelines.version_folder("x").parent).iterdir()) == [
        version.name
    ]


def test_the_worker_takes_up_another_version_at_once(app: Flask) -> None:
    learning.decided(db.session)
    told = factories.testimony(db.session, answers={"demarche_elus": learning.AFRAID[0]})
    version = trained()
    assert pipelines.read(told.id) >= 0
    assert told.tagged_by == pipelines.tagger().origin
    before = pipelines.reader()
    use(version)
    after = pipelines.reader()
    assert (before.is_in_use(), after.is_in_use()) == (False, True)
    tasks.sweep_untagged()
    assert run_waiting(app) > 0
    db.session.expire_all()
    assert set(db.session.scalars(select(Testimony.tagged_by))) == {after.suggester.origin}
    assert tagging.count_to_read_again(db.session) == 0
    use(None)
    assert pipelines.tagger().origin == before.suggester.origin


def test_decisions_and_their_origin_outlive_a_change_of_version(app: Flask) -> None:
    learning.decided(db.session)
    db.session.commit()
    kept = _decided()
    use(trained())
    tasks.sweep_untagged()
    run_waiting(app)
    db.session.expire_all()
    assert _decided() == kept
    fresh = db.session.scalars(
        select(Coding.origin).outerjoin(Coding.decision).where(Decision.coding_id.is_(None))
    )
    assert set(fresh) <= {pipelines.tagger().origin}


def _decided() -> list[tuple[object, ...]]:
    query = select(
        Coding.id, Coding.theme, Coding.score, Coding.origin, Decision.verdict, Decision.decided_at
    ).join(Coding.decision)
    return sorted(tuple(row) for row in db.session.execute(query.order_by(Coding.id)))


def test_a_version_replaced_while_it_reads_writes_nothing(app: Flask) -> None:
    learning.decided(db.session)
    told = factories.testimony(db.session, answers={"demarche_elus": "Le maire préside."})
    version = trained()
    reading = pipelines.reader()
    use(version)
    from app.services import codings  # noqa: PLC0415

    assert codings.suggest(db.session, reading.suggester, told.id, is_in_use=reading.is_in_use) == 0
    assert told.tagged_by is None
    assert tagging.count_to_read_again(db.session) == len(waiting(db.session)) == 14


def test_the_worker_trains_what_was_asked_for(app: Flask) -> None:
    learning.decided(db.session)
    version = asked()
    tasks.sweep_trainings()  # never queued, or lost with a queue
    tasks.train_themes.enqueue(version.id)
    assert run_waiting(app) == 2
    db.session.refresh(version)
    assert (version.state, version.attempt) == (VersionState.READY, 1)
    tasks.sweep_trainings()
    assert run_waiting(app) == 0


def test_a_stopped_training_leaves_nothing_in_use(app: Flask) -> None:
    learning.decided(db.session)
    version = asked()

    def stop(_: float) -> None:
        theme_versions.stop(db.session)
        db.session.commit()

    assert pipelines.train(version.id, stop) is False
    db.session.refresh(version)
    assert (version.state, version.failure) == (VersionState.FAILED, theme_versions.STOPPED)


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("corpus.jsonl", "", "aucun témoignage étiqueté."),
        ("training.cfg", "[corpus]\n", "le réglage « path » manque."),
    ],
)
def test_what_cannot_be_learnt_from_is_said(
    app: Flask, tmp_path: Path, file: str, text: str, reason: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    learning.decided(db.session)
    version = asked()
    assert pipelines.train(version.id) is False
    db.session.refresh(version)
    assert (version.state, version.failure) == (
        VersionState.FAILED,
        f"{tmp_path / file} : {reason}",
    )
    assert not pipelines.version_folder(version.name).exists()


def test_too_few_testimonies_to_fold_are_said(app: Flask, tmp_path: Path) -> None:
    learning.small_training(tmp_path, testimonies=1)
    config = tmp_path / "training.cfg"
    config.write_text(config.read_text().replace("folds = 3", "folds = 50"))
    learning.decided(db.session)
    version = asked()
    assert pipelines.train(version.id) is False
    db.session.refresh(version)
    assert version.failure == "Il faut au moins 50 témoignages pour apprendre."


def test_a_failure_of_ours_is_said_and_not_hidden(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("oups")

    monkeypatch.setattr(training, "train", broken)
    learning.decided(db.session)
    version = asked()
    with pytest.raises(RuntimeError, match="oups"):
        pipelines.train(version.id)
    db.session.refresh(version)
    assert (version.state, version.failure) == (VersionState.FAILED, theme_versions.BROKEN_OFF)


def test_a_version_whose_files_are_gone_is_said_in_a_line(app: Flask) -> None:
    learning.decided(db.session)
    version = trained()
    use(version)
    folder = pipelines.version_folder(version.name)
    shutil.rmtree(folder)
    with pytest.raises(pipelines.PipelineError) as refused:
        pipelines.tagger()
    assert str(refused.value) == (
        f"La version en usage, {version.name}, ne se charge pas : remettez {folder} en place, ou "
        "revenez à celle d’origine (flask themes use origine)."
    )
    use(None)
    assert pipelines.tagger().origin.startswith(CUES)


def test_figures_count_what_was_decided_alone(app: Flask) -> None:
    """The suggester proposes both themes everywhere: only decided pairs are right or wrong."""
    made = learning.told(db.session, "Le maire préside. Peur de parler.", apart=True)
    answer = factories.free_text(made)
    for theme, quote, verdict in (
        (MAYOR, "Le maire préside.", "accepted"),
        (FEAR, "Le maire préside.", "rejected"),
        (FEAR, "Peur de parler.", None),
    ):
        coding = factories.coding(db.session, answer, theme, quote=quote)
        if verdict:
            coding.decision = Decision(verdict=verdict)
    db.session.flush()
    found = training.figures(_Everything(), decisions.lesson(db.session).apart)
    assert found == {
        "precision": 0.5,
        "recall": 1.0,
        "f1": 2 / 3,
        "given": 1,
        "suggested": 2,
        "origin": "tout 1",
        "right": 1,
        "decisions": 2,
        "testimonies": 1,
    }


class _Everything:
    origin = "tout 1"

    def info(self) -> dict[str, str]:
        return {}

    def suggest(self, passages):  # type: ignore[no-untyped-def]
        from analysis.suggestions import Suggestion  # noqa: PLC0415

        for passage in passages:
            end = len(passage.text)
            yield passage, [Suggestion(theme, 0, end, 0.5, ()) for theme in (FEAR, MAYOR)]
