"""The worker cuts rounds of blind coding by the pipeline's own sentences; none is forgotten."""

import pytest
from flask import Flask
from sqlalchemy import select

from app import pipelines, tasks
from app.extensions import db
from app.models import AgreementRound, RoundMark
from app.services import agreement_rounds
from app.task_queue import run_waiting
from tests import factories
from tests.agreements import FEAR, coder, planned, units

TEXT = "Il y a des freins à la participation. Le maire, lui, préside\n- et voilà"


@pytest.fixture
def waiting(app: Flask) -> AgreementRound:
    people = [coder(db.session, "Anne"), coder(db.session, "Bachir")]
    factories.testimony(db.session, answers={"demarche_elus": TEXT})
    made = planned(db.session, people)
    db.session.commit()
    return made


def test_the_sweep_has_it_cut_and_read(app: Flask, waiting: AgreementRound) -> None:
    tasks.sweep_rounds()
    assert run_waiting(app) == 1
    db.session.expire_all()
    assert [TEXT[each.start : each.end] for each in units(db.session, waiting)] == [
        "Il y a des freins à la participation.",
        "Le maire, lui, préside",
        "- et voilà",
    ]
    assert waiting.read_by == pipelines.tagger().origin
    said = [each.themes for each in db.session.scalars(select(RoundMark))]
    assert [FEAR in themes for themes in said] == [True, False, False]
    tasks.sweep_rounds()
    assert run_waiting(app) == 0


def test_a_pipeline_that_does_not_load_leaves_it_waiting(
    app: Flask, waiting: AgreementRound
) -> None:
    app.config["SPACY_MODEL"] = "aucun_tel_modele"
    with pytest.raises(pipelines.PipelineError):
        tasks.cut_round(str(waiting.id))
    db.session.rollback()
    assert agreement_rounds.waiting(db.session) == [waiting.id]


def test_a_round_withdrawn_before_its_cutting_is_cut_empty(
    app: Flask, waiting: AgreementRound
) -> None:
    db.session.delete(db.session.scalars(select(factories.Testimony)).one())
    db.session.commit()
    tasks.cut_round(str(waiting.id))
    db.session.expire_all()
    assert (waiting.is_open, waiting.drawn_units) == (True, 0)
    agreement_rounds.abandon(db.session, waiting.id)
    db.session.commit()
    tasks.cut_round(str(waiting.id))  # gone: nothing to do
