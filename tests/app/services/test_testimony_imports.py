"""Lines of JSON come back as they left, once, and without what was withdrawn: on both databases."""

import io
import json
import uuid
from collections.abc import Iterator
from datetime import date

import pytest
from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import (
    Act,
    AuditEntry,
    Coding,
    Decision,
    Digest,
    RoleName,
    SearchPart,
    Testimony,
    Verdict,
    Withdrawal,
)
from app.services import (
    digests,
    export_packages,
    qdpx_plans,
    receipts,
    search_index,
    testimony_lines,
)
from app.services.exports import Kind, Wanted
from app.services.testimony_imports import Done, Fate, Importer
from app.services.testimony_lines import batches
from tests import exchanges, factories
from tests.exchanges import ALL, TOLD, empty, told


def exported(session: Session) -> bytes:
    definitions = (current_app.extensions[n] for n in ("questionnaires", "codebook"))
    wanted = Wanted(Kind.JSONL, is_raw=True)
    with export_packages.made(session, wanted, *definitions) as package:
        return b"".join(package.pieces("temoignages.jsonl"))


def imported(session: Session, content: bytes) -> Done:
    """Import the lines of a file that is one batch."""
    (batch,) = batches(io.BytesIO(content))
    done = Importer(session, current_app.extensions["questionnaires"]).take(batch)
    session.commit()
    return done


def drawn(session: Session) -> dict[str, object]:
    """What tallies and searches read of each testimony."""
    session.expire_all()
    parts = select(SearchPart).order_by(SearchPart.answer_id, SearchPart.start)
    found: dict[str, object] = {
        str(each.testimony_id): (each.facets, each.themes)
        for each in session.scalars(select(Digest))
    }
    return found | {
        "parts": [
            (each.answer_id, each.testimony_id, each.start, each.end, each.words, each.stems)
            for each in session.scalars(parts)
        ]
    }


@pytest.fixture
def content(session: Session) -> Iterator[bytes]:
    """Three testimonies, as they leave; they are still here."""
    factories.testimony(
        session,
        answers={"demarche_elus": TOLD, "mot_cle": " Oser", "clsm": "Bocage", "region": "28"},
        received_on=date(2026, 3, 2),
    )
    factories.testimony(
        session,
        questionnaire="elu",
        answers={"freins_recit": "mot " * 300, "delegation_sante": False, "aisance": 3},
    )
    factories.interview(session)
    return exported(session)


def test_an_empty_database_gets_the_same_to_the_character(session: Session, content: bytes) -> None:
    before = told(session)
    empty(session)
    done = imported(session, content)
    assert (+done.counts, done.refused, done.left) == ({Fate.ADDED: 3}, [], 0)
    assert told(session) == before
    assert exported(session).count(b"\n") == 3
    written = drawn(session)
    for id_ in session.scalars(select(Testimony.id)).all():
        digests.draw(session, id_)
        search_index.write(session, id_)
    assert drawn(session) == written
    again = imported(session, content)
    assert +again.counts == {Fate.KNOWN: 3}
    assert (told(session), drawn(session)) == (before, written)
    acts = session.execute(
        select(AuditEntry.act, AuditEntry.count, AuditEntry.detail).where(
            AuditEntry.act == Act.TESTIMONIES_IMPORTED
        )
    )
    assert acts.all() == [(Act.TESTIMONIES_IMPORTED, 3, "jsonl")]


def test_what_was_cut_resumes_and_a_line_told_twice_counts_once(
    session: Session, content: bytes
) -> None:
    before = told(session)
    empty(session)
    lines = content.splitlines(keepends=True)
    assert +imported(session, lines[0] * 2).counts == {Fate.ADDED: 1, Fate.KNOWN: 1}
    assert +imported(session, content).counts == {Fate.ADDED: 2, Fate.KNOWN: 1}
    assert told(session) == before


def test_what_was_withdrawn_or_is_too_old_does_not_come_back(
    session: Session, content: bytes
) -> None:
    logged, printed, keyed = session.scalars(select(Testimony).order_by(Testimony.received_on))
    (line,) = [each for each in content.splitlines() if str(keyed.id).encode() in each]
    old = json.loads(line) | {"id": str(uuid.uuid4()), "recu_le": "1999-12-31", "empreinte": ""}
    key = printed.submission_key
    receipts.withdraw(session, logged)
    session.commit()
    empty(session)
    session.execute(delete(Withdrawal))  # the log alone tells of it
    session.add(Withdrawal(key_hash=key))  # its print alone does
    session.commit()
    done = imported(session, content + json.dumps(old).encode())
    assert +done.counts == {Fate.ADDED: 1, Fate.WITHDRAWN: 2, Fate.TOO_OLD: 1}
    (back,) = session.scalars(select(Testimony))
    session.add(Withdrawal(key_hash=back.submission_key))  # its new key alone does
    session.delete(back)
    session.commit()
    assert +imported(session, line).counts == {Fate.WITHDRAWN: 1}


def test_names_that_others_bear_are_given_anew(session: Session, content: bytes) -> None:
    line = content.splitlines()[0]
    here = json.loads(line)
    other = here | {"id": str(uuid.uuid4()), "empreinte": ""}
    assert +imported(session, json.dumps(other).encode()).counts == {Fate.ADDED: 1}
    came = session.scalars(select(Testimony).where(Testimony.id == uuid.UUID(other["id"]))).one()
    assert came.reference != here["reference"]
    texts = [(each.question_id, each.text) for each in came.answers if each.text]
    assert texts == [(each["question"], each["texte"]) for each in here["reponses"]]


def test_codings_are_left_to_a_project_of_the_same_export(session: Session) -> None:
    account = factories.account(session, roles=[RoleName.RESEARCHER])
    made = factories.testimony(session, answers={"demarche_elus": TOLD})
    coding = factories.coding(session, factories.free_text(made), quote="conseil")
    coding.decision = Decision(verdict=Verdict.ACCEPTED, decided_by=account)
    content, project = exported(session), exchanges.exported(session)
    empty(session)
    assert imported(session, content).left == 1
    assert session.scalars(select(Testimony.tagged_by)).all() == [None]  # it will be read again
    assert exchanges.imported(session, project, ALL).counts == {qdpx_plans.Fate.ADDED: 1}
    assert session.scalars(select(Coding.theme)).all() == ["freins_participation"]


def test_never_more_than_a_batch_is_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.BytesIO):
        asked = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.asked += 1
            return b"{}\n"

    stream = Endless()
    reading = batches(stream)
    assert (len(next(reading)), stream.asked) == (500, 500)
    assert (len(next(reading)), stream.asked) == (500, 1000)
    monkeypatch.setattr(testimony_lines, "BATCH_BYTES", 10)
    monkeypatch.setattr(testimony_lines, "LONGEST", 6)
    cut = batches(io.BytesIO(b"12345\n\nmuch too long\n1234\n1234\n12345\nlast"))
    told = [[(line.number, line.raw, line.is_whole) for line in batch] for batch in cut]
    assert told == [
        [(1, b"12345", True), (3, b"", False), (4, b"1234", True), (5, b"1234", True)],
        [(6, b"12345", True), (7, b"last", True)],
    ]
