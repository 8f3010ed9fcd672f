"""Projects that come back: into an empty database to the character, into ours without doubling."""

import io
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask, current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.exchange import guids
from analysis.exchange.project import Code, Coder, Coding, Note, Project
from analysis.exchange.refi_qda import Writer, read
from app.extensions import db
from app.models import (
    Account,
    CaseVariable,
    CodingAct,
    CodingChange,
    Decision,
    Memo,
    PseudonymDecision,
    RoleName,
    Testimony,
    Verdict,
)
from app.models import Coding as Laid
from app.services import (
    qdpx_grounds,
    qdpx_previews,
    receipts,
)
from app.services.qdpx_plans import Choices, Fate
from tests import exchanges, factories
from tests.exchanges import ALL, AT, TOLD, confirm, empty, exported, imported, planned, told


@pytest.fixture
def session(make_app: Callable[..., Flask]) -> Session:
    """One kind of database is enough: the other is in test_qdpx_round_trips."""
    make_app()
    return db.session


@pytest.fixture
def account(session: Session) -> Account:
    return factories.account(session, roles=[RoleName.RESEARCHER])


@pytest.fixture
def testimony(session: Session, account: Account) -> Testimony:
    return exchanges.testimony(session, account)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_was_typed_and_laid_comes_back(session: Session, data: st.DataObject) -> None:
    signs = st.sampled_from(
        ["a", "é", "e\u0301", "🧠", "\U00020000", "\r\n", "\n", "\r", " ", "<&"]
    )
    texts = st.lists(signs, min_size=1, max_size=30).map("".join).filter(str.strip)
    typed = {"demarche_elus": data.draw(texts), "mot_cle": data.draw(texts)}
    session.execute(delete(Testimony))
    made = factories.testimony(session, answers=typed)
    for answer in made.answers:
        text = answer.text or ""
        bounds = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
        for _ in range(data.draw(st.integers(0, 3))):
            start, end = sorted(data.draw(st.sampled_from(bounds)) for _ in range(2))
            theme = data.draw(st.sampled_from(["portage_politique", "freins_participation"]))
            is_new = (answer.id, theme, start, end) not in {
                (c.answer_id, c.theme, c.start, c.end) for c in session.scalars(select(Laid))
            }
            if start < end and is_new:
                factories.coding(session, answer, theme, start=start, end=end)
    session.flush()
    before, project = told(session), exported(session)
    empty(session)
    imported(session, project, ALL)
    assert told(session) == before


def laid_there(project: Project, *new: tuple[str, str, str | Coder | None]) -> Project:
    """The project once somebody laid codes (theme, words) there, as another program would."""
    (source,) = project.sources
    codings = []
    for theme, words, who in new:
        start = source.text.index(words)
        coder = Coder(uuid.uuid4(), who) if isinstance(who, str) else who
        codings.append(
            Coding(uuid.uuid4(), guids.theme(theme), start, start + len(words), coder, AT)
        )
    people = {c.coder.guid: c.coder for c in codings if c.coder}
    return replace(
        project,
        sources=(replace(source, codings=(*source.codings, *codings)),),
        coders=(*project.coders, *people.values()),
    )


def test_codings_made_elsewhere_come_back_through_pseudonyms(
    session: Session, testimony: Testimony, account: Account
) -> None:
    confirm(session, testimony, account)
    project = exported(session, is_raw=False)
    away = Coder(guids.coder(account.email), "C. M.")
    there = laid_there(
        project,
        ("formes_participation", "[Prénom 1] écoute", "Yann Kerdoncuff"),
        ("freins_participation", "[Nom 1] pre\u0301side 🧠\nle", away),
    )
    plan = imported(session, there, by=account.id)
    assert plan.counts == {Fate.KNOWN: 3, Fate.ADDED: 2}
    found = [
        (c.answer.text[c.start : c.end], c.theme, c.origin, c.decision and c.decision.decided_by_id)
        for c in qdpx_previews.codings_of(session, testimony.id)
        if c.is_by_hand and c.answer.text
    ]
    assert sorted(found, key=str) == [
        ("Jeanne écoute", "formes_participation", "import\u00a0: Yann Kerdoncuff", None),
        ("Lemoine pre\u0301side 🧠\r\nle", "freins_participation", "main", account.id),
    ]
    changes = session.scalars(select(CodingChange)).all()
    assert [(c.act, c.done_by_id, c.before) for c in changes] == [
        (CodingAct.ADDED, account.id, None)
    ] * 2
    assert imported(session, exported(session, is_raw=False)).total == 0


def test_what_was_proposed_here_is_accepted_and_what_was_decided_stays(
    session: Session, testimony: Testimony, account: Account
) -> None:
    quote = "pre\u0301side"
    answer = next(each for each in testimony.answers if each.text == TOLD)
    no = factories.coding(session, answer, "formes_participation", quote=quote)
    no.decision = Decision(verdict=Verdict.REJECTED, decided_by_id=account.id)
    session.flush()
    there = laid_there(
        exported(session),
        ("freins_participation", "side 🧠\nle \U00020000", "Yann"),
        ("formes_participation", quote, "Yann"),
        ("freins_participation", "Jeanne Lemoine", "Yann"),
    )
    plan = imported(session, there, by=account.id)
    assert plan.counts == {Fate.KNOWN: 3, Fate.ACCEPTED: 1, Fate.OTHERWISE: 2}
    (accepted,) = session.scalars(select(CodingChange)).all()
    assert accepted.act is CodingAct.ACCEPTED
    assert (accepted.before or {})["state"] == "proposed"
    coding = session.get_one(Laid, accepted.coding_id)
    assert coding.decision is not None
    assert (coding.decision.verdict, coding.decision.decided_by_id) == (
        Verdict.ACCEPTED,
        account.id,
    )


def test_a_coding_over_two_answers_is_cut_to_their_words(
    session: Session, testimony: Testimony
) -> None:
    project = exported(session)
    (source,) = project.sources
    whole = Coding(uuid.uuid4(), guids.theme("formes_participation"), 0, len(source.text))
    heading = Coding(uuid.uuid4(), guids.theme("formes_participation"), 0, 3)
    there = replace(project, sources=(replace(source, codings=(whole, heading)),))
    plan = imported(session, there)
    assert plan.counts == {Fate.ADDED: 2, Fate.NO_ANSWER: 1}
    assert plan.clipped == 2
    assert sorted(
        (c.start, c.end) for c in session.scalars(select(Laid)) if c.theme == "formes_participation"
    ) == [(0, len("Oser")), (0, len(TOLD))]


def test_a_code_that_is_no_theme_is_asked_about(session: Session, testimony: Testimony) -> None:
    project, code = exported(session), uuid.uuid4()
    (source,) = project.sources
    laid = Coding(uuid.uuid4(), code, source.landmarks[0].start, source.landmarks[0].end)
    there = replace(
        project,
        head=replace(project.head, codes=(Code(code, "Nouveau"),)),
        sources=(replace(source, codings=(laid,)),),
    )
    plan = planned(session, there)
    assert [(each.name, each.count) for each in plan.codes] == [("Nouveau", 1)]
    assert (plan.total, plan.counts) == (0, {Fate.NO_CODE: 1})
    mapped = planned(session, there, Choices(codes={str(code): "portage_politique"}))
    assert (mapped.codes, mapped.counts) == ([], {Fate.ADDED: 1})
    named = replace(there, head=replace(there.head, codes=(Code(code, "FORMES_PARTICIPATION"),)))
    assert planned(session, named).counts == {Fate.ADDED: 1}


def test_a_text_that_changed_is_refused_and_said(session: Session, testimony: Testimony) -> None:
    project = exported(session)
    (source,) = project.sources
    changed = replace(source, text=source.text.replace("Jeanne", "Jane"))
    plan = planned(session, replace(project, sources=(changed, changed)))
    assert [each.reason for each in plan.lost] == [qdpx_grounds.OTHER_TEXT, qdpx_grounds.TWICE]


def test_unknown_texts_want_a_consent_a_questionnaire_and_no_withdrawal(
    session: Session, testimony: Testimony, account: Account
) -> None:
    project = exported(session)
    receipts.withdraw(session, testimony)
    session.expunge_all()
    assert [each.reason for each in planned(session, project).lost] == [qdpx_grounds.UNKNOWN]
    assert [each.reason for each in planned(session, project, ALL).lost] == [qdpx_grounds.WITHDRAWN]
    (source,) = project.sources
    stranger = replace(source, guid=uuid.uuid4(), landmarks=(), codings=(), notes=())
    foreign = replace(project, sources=(stranger,), cases=())
    assert [each.reason for each in planned(session, foreign, ALL).lost] == [
        qdpx_grounds.NO_QUESTIONNAIRE
    ]
    chosen = replace(ALL, questionnaire="entretien_elu.v1")
    assert imported(session, foreign, chosen).total == 1
    made = session.get_one(Testimony, stranger.guid)
    assert [(each.question_id, each.text) for each in made.answers] == [
        ("transcription", stranger.text)
    ]
    receipts.withdraw(session, made)
    session.expunge_all()
    assert [each.reason for each in planned(session, foreign, chosen).lost] == [
        qdpx_grounds.WITHDRAWN
    ]


def test_what_should_be_erased_by_now_does_not_come_back(
    session: Session, testimony: Testimony
) -> None:
    testimony.received_on = date(2010, 1, 1)
    session.flush()
    project = exported(session)
    empty(session)
    assert [each.reason for each in planned(session, project, ALL).lost] == [qdpx_grounds.TOO_OLD]


def test_a_stranger_to_the_library_is_told(session: Session, testimony: Testimony) -> None:
    testimony.questionnaire_version = 99
    session.flush()
    project = exported(session)
    empty(session)
    assert [each.reason for each in planned(session, project, ALL).lost] == [
        "Son questionnaire, coordinateur.v99, n’est pas installé ici."
    ]


def test_memos_written_elsewhere_come_once(session: Session, testimony: Testimony) -> None:
    project = exported(session)
    (source,) = project.sources
    note = Note(uuid.uuid4(), "Idée", "À citer ?", None, AT)
    first = replace(source.codings[0], notes=(note,))
    there = replace(project, sources=(replace(source, codings=(first,)),))
    imported(session, there)
    imported(session, there)
    words = [each.words for each in session.scalars(select(Memo)) if each.id == note.guid]
    assert words == ["À citer ?"]
    assert session.scalars(select(PseudonymDecision)).all() == []
    assert session.scalars(select(CaseVariable)).all() != []


def test_the_writer_lists_nobody_twice(session: Session, testimony: Testimony) -> None:
    stream, project = io.BytesIO(), exported(session)
    with Writer(stream, project.head) as writer:
        for source in project.sources:
            writer.add_source(source)
    assert {each.name for each in read(stream).coders} == {each.name for each in project.coders}


def test_a_theme_merged_since_then_comes_back_as_the_one_that_stands(
    session: Session, testimony: Testimony
) -> None:
    codebook = current_app.extensions["codebook"]
    merged = replace(codebook, merged={"ancien": "freins_elus"})
    project = exported(session)
    (source,) = project.sources
    laid = Coding(uuid.uuid4(), guids.theme("ancien"), 0, len(source.text))
    there = replace(project, sources=(replace(source, codings=(laid,)),))
    there = replace(there, head=replace(there.head, codes=(Code(guids.theme("ancien"), "Vieux"),)))
    library = current_app.extensions["questionnaires"]
    plan = qdpx_previews.plan(session, there, library, merged)
    assert {act.theme for each in plan.coming for act in each.acts} == {"freins_elus"}
