"""Two themes become one: every coding and decision follows, and no yes is lost."""

from collections.abc import Callable

import pytest
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import codebook_edits as edits
from app import pipelines
from app.extensions import db
from app.models import (
    Answer,
    CodebookAct,
    Coding,
    Decision,
    Digest,
    Memo,
    Testimony,
    Verdict,
)
from app.services import codebooks, corrections, decisions, digests, mergings, standings, undoing
from app.services.codebooks import Change, OvertakenError
from tests import factories
from tests.tagging import waiting

TEXT = "Peur de parler. Le maire préside. On vient."
A, B, C = "freins_participation", "place_aidants", "portage_politique"
FEAR, MAYOR, COME = "Peur de parler.", "Le maire préside.", "On vient."
Stood = tuple[str, str, str]


@pytest.fixture
def answer(session: Session) -> Answer:
    made = factories.testimony(session, answers={"demarche_elus": TEXT})
    return factories.free_text(made)


def laid(
    session: Session,
    answer: Answer,
    theme: str,
    quote: str = FEAR,
    verdict: Verdict | None = None,
    held: tuple[str | None, str | None] = (None, None),
) -> Coding:
    """A coding on `quote`, decided; `held`: the theme and the quote held instead."""
    made = factories.coding(session, answer, theme, quote=quote)
    if verdict is not None:
        start = TEXT.index(held[1]) if held[1] else None
        end = None if start is None else start + len(held[1] or "")
        made.decision = Decision(verdict=verdict, theme=held[0], start=start, end=end)
    session.flush()
    return made


def stood(session: Session) -> list[Stood]:
    """Every coding as it stands, in reading order: words, theme, state."""
    session.expire_all()
    found = []
    for coding in session.scalars(select(Coding)):
        state, theme, start, end = standings.of(coding)
        found.append((TEXT[start:end], theme, state.value))
    return sorted(found)


def merge(session: Session) -> int:
    draw_all(session)
    touched = mergings.carry(session, {B: A})
    kept = drawn(session)
    draw_all(session)
    assert drawn(session) == kept
    return touched


def draw_all(session: Session) -> None:
    for testimony_id in session.scalars(select(Testimony.id)).all():
        digests.draw(session, testimony_id)


def drawn(session: Session) -> list[bytes]:
    session.expire_all()
    return [row.themes for row in session.scalars(select(Digest).order_by(Digest.testimony_id))]


def test_what_nothing_else_covers_follows(session: Session, answer: Answer) -> None:
    laid(session, answer, A)
    laid(session, answer, B, MAYOR)
    laid(session, answer, B, COME, Verdict.REJECTED)
    laid(session, answer, C, COME)
    other = factories.free_text(factories.testimony(session, answers={"demarche_elus": TEXT}))
    laid(session, other, B, COME, Verdict.ACCEPTED)
    assert merge(session) == 2
    assert stood(session) == [
        (MAYOR, A, "proposed"),
        (COME, A, "accepted"),
        (COME, A, "rejected"),
        (COME, C, "proposed"),
        (FEAR, A, "proposed"),
    ]
    assert merge(session) == 0


@pytest.mark.parametrize(
    ("of_a", "of_b", "left"),
    [
        (None, None, "proposed"),
        (Verdict.ACCEPTED, None, "accepted"),
        (None, Verdict.ACCEPTED, "accepted"),
        (Verdict.REJECTED, None, "rejected"),
        (None, Verdict.REJECTED, "rejected"),
        (Verdict.ACCEPTED, Verdict.REJECTED, "accepted"),
        (Verdict.REJECTED, Verdict.ACCEPTED, "accepted"),
        (Verdict.ACCEPTED, Verdict.ACCEPTED, "accepted"),
        (Verdict.REJECTED, Verdict.REJECTED, "rejected"),
    ],
)
def test_two_on_the_same_words_become_the_decided_one(
    session: Session, answer: Answer, of_a: Verdict | None, of_b: Verdict | None, left: str
) -> None:
    both = [laid(session, answer, A, verdict=of_a), laid(session, answer, B, verdict=of_b)]
    for coding in both:
        memo = Memo(testimony_id=answer.testimony_id, coding_id=coding.id, words=coding.theme)
        session.add(memo)
    session.flush()
    merge(session)
    assert stood(session) == [(FEAR, A, left)]
    (kept,) = session.scalars(select(Coding.id))
    memos = session.execute(select(Memo.words, Memo.coding_id).order_by(Memo.words)).all()
    assert [tuple(each) for each in memos] == [(A, kept), (B, kept)]


def test_corrections_follow_too(session: Session, answer: Answer) -> None:
    laid(session, answer, C, FEAR, Verdict.CORRECTED, (B, None))
    laid(session, answer, A, MAYOR, Verdict.CORRECTED, (B, None))
    laid(session, answer, B, COME, Verdict.CORRECTED, (A, FEAR))
    merge(session)
    assert stood(session) == [
        (MAYOR, A, "accepted"),  # it was corrected into what it is now
        (FEAR, A, "corrected"),
        (FEAR, A, "corrected"),
    ]
    assert [
        tuple(each)
        for each in session.execute(select(Decision.theme).order_by(Decision.theme.desc()))
        if each[0]
    ] == [(A,)]


def test_what_was_corrected_elsewhere_stays_there(session: Session, answer: Answer) -> None:
    laid(session, answer, A, FEAR, Verdict.CORRECTED, (C, None))
    laid(session, answer, B, FEAR, Verdict.ACCEPTED)
    laid(session, answer, A, MAYOR, Verdict.ACCEPTED)
    laid(session, answer, B, MAYOR, Verdict.CORRECTED, (None, COME))
    merge(session)
    assert stood(session) == [
        (MAYOR, A, "accepted"),
        (COME, A, "accepted"),
        (FEAR, A, "accepted"),
        (FEAR, C, "accepted"),
    ]


def test_what_was_done_before_is_undone_with_the_theme_that_stands(
    session: Session, answer: Answer
) -> None:
    who = factories.account(session)
    coding = laid(session, answer, B)
    digests.draw(session, answer.testimony_id)
    decisions.decide(session, answer.testimony_id, coding.id, Verdict.REJECTED, by=who.id)
    corrected = laid(session, answer, C, MAYOR)
    span = (TEXT.index(MAYOR), TEXT.index(MAYOR) + len(MAYOR))
    for theme in (B, C):
        corrections.correct(
            session, answer.testimony_id, corrected.id, theme=theme, span=span, by=who.id
        )
    merge(session)
    assert stood(session) == [(MAYOR, C, "accepted"), (FEAR, A, "rejected")]
    for left in (
        [(MAYOR, A, "corrected"), (FEAR, A, "rejected")],
        [(MAYOR, C, "proposed"), (FEAR, A, "rejected")],
        [(MAYOR, C, "proposed"), (FEAR, A, "proposed")],
    ):
        undoing.undo(session, answer.testimony_id, by=who.id)
        assert stood(session) == left


def test_a_version_carries_what_it_merges(session: Session, answer: Answer) -> None:
    laid(session, answer, B)
    answer.testimony.is_stale, answer.testimony.tagged_by = False, "essai 1"
    shipped = current_app.extensions["codebook"]
    change = Change(CodebookAct.MERGED, "Relu.", seen=0)
    made = codebooks.record(session, shipped, change, lambda raw: edits.merge(raw, B, A))
    session.commit()
    assert made.number == 1
    assert stood(session) == [(FEAR, A, "proposed")]
    assert waiting(session) == [answer.testimony_id]
    using = codebooks.current(session, shipped).codebook
    assert (using.resolve(B), using.formers(A), using.version) == (A, (B,), "v1")
    assert len(using.theme(A).cues) > len(shipped.theme(A).cues)
    with pytest.raises(OvertakenError) as late:
        codebooks.record(session, shipped, change, lambda raw: edits.retire(raw, C))
    assert late.value.version.number == 1


def test_the_one_who_commits_second_is_told(session: Session) -> None:
    shipped = current_app.extensions["codebook"]
    first = Change(CodebookAct.RETIRED, "Relu.", seen=0)

    def meanwhile(raw: edits.Raw) -> None:
        edits.retire(raw, A)
        with Session(session.get_bind()) as other:
            codebooks.record(other, shipped, first, lambda theirs: edits.retire(theirs, C))
            other.commit()

    with pytest.raises(OvertakenError):
        codebooks.record(session, shipped, first, meanwhile)
    assert codebooks.current(session, shipped).codebook.retired == {C}
    assert [each.number for each in codebooks.every(session)] == [1, 0]


def test_who_reads_meanwhile_with_the_former_codebook_writes_nothing(
    make_app: Callable[..., Flask],
) -> None:
    make_app()
    made = factories.testimony(db.session, answers={"demarche_elus": TEXT})
    db.session.commit()
    using = pipelines.reader()
    change = Change(CodebookAct.RETIRED, "Relu.", seen=0)
    shipped = current_app.extensions["codebook"]
    codebooks.record(db.session, shipped, change, lambda raw: edits.retire(raw, C))
    db.session.commit()
    assert not using.is_in_use()
    assert pipelines.reader().is_in_use()
    assert pipelines.read(made.id) > 0
