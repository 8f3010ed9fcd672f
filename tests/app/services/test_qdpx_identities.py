"""Projects of programs that give new GUIDs to all at each export, as QualCoder does."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.exchange import guids
from analysis.exchange.project import Code, Coding, Project, Source, Variable, VariableType
from app.extensions import db
from app.models import Account, RoleName, Testimony
from app.services import qdpx_grounds, qdpx_previews, receipts
from app.services.qdpx_plans import Fate
from tests import exchanges, factories
from tests.exchanges import ALL, AT, empty, exported, imported, planned


@pytest.fixture
def session(make_app: Callable[..., Flask]) -> Session:
    make_app()
    return db.session


@pytest.fixture
def account(session: Session) -> Account:
    return factories.account(session, roles=[RoleName.RESEARCHER], name="Claire Morvan")


@pytest.fixture
def testimony(session: Session, account: Account) -> Testimony:
    return exchanges.testimony(session, account)


def anew(project: Project) -> Project:
    """The project as QualCoder writes it again: names, words and places are what is left of it."""
    new: dict[uuid.UUID, uuid.UUID] = {}

    def other(guid: uuid.UUID) -> uuid.UUID:
        return new.setdefault(guid, uuid.uuid4())

    def code(one: Code) -> Code:
        return replace(one, guid=other(one.guid), codes=tuple(map(code, one.codes)))

    def coding(one: Coding) -> Coding:
        coder = one.coder and replace(one.coder, guid=other(one.coder.guid))
        return replace(
            one, guid=uuid.uuid4(), code=other(one.code), coder=coder, remark="", notes=()
        )

    def source(one: Source) -> Source:
        codings = tuple(map(coding, one.codings))
        return replace(one, guid=other(one.guid), codings=codings, landmarks=(), notes=())

    def variable(one: Variable) -> Variable:
        return replace(one, guid=other(one.guid), type=VariableType.TEXT)

    codes = tuple(map(code, project.head.codes))
    head = replace(
        project.head, codes=codes, variables=tuple(map(variable, project.head.variables))
    )
    return replace(
        project,
        head=replace(head, origin="Qualcoder-3.6"),
        coders=tuple(replace(each, guid=other(each.guid)) for each in project.coders),
        cases=tuple(
            replace(
                case,
                guid=other(case.guid),
                values={other(guid): str(value) for guid, value in case.values.items()},
                sources=(),
            )
            for case in project.cases
        ),
        sources=tuple(map(source, project.sources)),
    )


def with_a_coding(project: Project) -> Project:
    """The project with one more coding, by the first who coded in it."""
    (source,) = project.sources
    theme = next(
        code.guid for code in project.codes.values() if code.name == "Formes de participation"
    )
    start = source.text.index("Jeanne écoute")
    by = next(each for each in project.coders if each.name == "Claire Morvan")
    laid = Coding(uuid.uuid4(), theme, start, start + 13, by, AT)
    return replace(project, sources=(replace(source, codings=(*source.codings, laid)),))


def without_variables(project: Project) -> Project:
    cases = tuple(replace(case, values={}) for case in project.cases)
    return replace(project, head=replace(project.head, variables=()), cases=cases)


@pytest.mark.parametrize("kept", [lambda project: project, without_variables])
def test_codings_come_back_from_a_program_that_gives_new_guids(
    session: Session,
    testimony: Testimony,
    account: Account,
    kept: Callable[[Project], Project],
) -> None:
    project = kept(with_a_coding(anew(exported(session))))
    plan = imported(session, project, by=account.id)
    assert plan.counts == {Fate.KNOWN: 3, Fate.ADDED: 1}
    found = [
        (coding.answer.text or "")[coding.start : coding.end]
        for coding in qdpx_previews.codings_of(session, testimony.id)
        if coding.theme == "formes_participation"
    ]
    assert found == ["Jeanne écoute"]
    assert imported(session, project, ALL).total == 0
    assert session.scalars(select(Testimony.id)).all() == [testimony.id]


def test_a_withdrawn_one_stays_away_whatever_its_guid(
    session: Session, testimony: Testimony
) -> None:
    project = anew(exported(session))
    receipts.withdraw(session, testimony)
    session.flush()
    (coming,) = planned(session, project, ALL).coming
    assert coming.reason == qdpx_grounds.WITHDRAWN


def test_the_reference_of_another_testimony_proves_nothing(
    session: Session, testimony: Testimony
) -> None:
    project = without_variables(anew(exported(session)))
    reference = testimony.reference
    empty(session)
    other = factories.testimony(session, answers={"mot_cle": "Autre"})
    other.reference = reference
    session.flush()
    (coming,) = planned(session, project).coming
    assert coming.reason == qdpx_grounds.UNKNOWN


def test_a_name_without_a_reference_is_nobodys(session: Session, testimony: Testimony) -> None:
    project = without_variables(anew(exported(session)))
    (source,) = project.sources
    project = replace(project, sources=(replace(source, name="Sans nom (2)"),))
    (coming,) = planned(session, project).coming
    assert coming.reason == qdpx_grounds.UNKNOWN
    assert guids.read(str(source.guid)) != testimony.id
