"""The log of acts: one chain under many writers, and a cut, wherever it is made, that shows."""

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from flask import current_app
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import Session

from app.database import engine_options
from app.extensions import db
from app.models import Act, Actor, AuditEntry, Withdrawal
from app.models.base import PARIS, now, today
from app.models.encryption import key_ring
from app.services import audit, audit_chains, audit_checks, retention
from app.services.audit import Who
from app.services.audit_anchors import Anchor, anchor_file
from app.services.audit_chains import Break, Report, Why

WRITERS, EACH = 6, 15


def write(session: Session, count: int = 5) -> list[AuditEntry]:
    """Record some acts, a transaction each."""
    for _ in range(count):
        audit.record(session, Act.CONTACT_OPENED, uuid.uuid4())
        session.commit()
    return entries(session)


def entries(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)))


def noted() -> Anchor:
    kept = anchor_file.kept()
    assert kept is not None
    return kept


def fault(session: Session, *rows: Anchor) -> Break | None:
    session.rollback()
    return audit_chains.verify(session, *rows).fault


def force(session: Session, *statements: str) -> None:
    """Do what somebody does who owns the tables: without the triggers."""
    if db.engine.dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        drops = [f"DROP TRIGGER {name}" for name in names if name.startswith("audit_")]
    else:
        drops = ["SET LOCAL session_replication_role = replica"]
    for statement in [*drops, *statements]:
        session.execute(text(statement))
    session.commit()


def test_an_act_leaves_one_row_bound_to_the_one_before(session: Session) -> None:
    told = uuid.uuid4()
    audit.record(session, Act.CONTACTS_EXPORTED, told, count=12, detail="csv", by=7)
    session.commit()
    audit.record(session, Act.BACKUP_MADE)
    session.commit()
    first, second = entries(session)
    assert (first.sequence, first.actor, first.account_id) == (1, Actor.ACCOUNT, 7)
    assert (first.act, first.object_id) == (Act.CONTACTS_EXPORTED, str(told))
    assert (first.count, first.detail) == (12, "csv")
    assert (second.sequence, second.actor, second.account_id) == (2, Actor.SYSTEM, None)
    report = audit_chains.verify(session, noted())
    assert report == Report(2, Anchor(2, second.hash), None)
    assert noted() == Anchor(2, second.hash)


def test_what_is_rolled_back_leaves_no_row(session: Session) -> None:
    audit.record(session, Act.CONTACT_ERASED, 1)
    session.rollback()
    audit.record(session, Act.CONTACT_ERASED, 2)
    with session.begin_nested():
        audit.record(session, Act.CONTACT_ERASED, 3)
    inner = session.begin_nested()
    audit.record(session, Act.CONTACT_ERASED, 4)
    inner.rollback()
    session.commit()
    assert [each.object_id for each in entries(session)] == ["2", "3"]
    assert fault(session) is None


def test_many_writers_make_one_chain(session: Session) -> None:
    """Each has its own connection; nobody takes another's number, nobody is refused."""
    engine = create_engine(**engine_options(current_app.config["DATABASE_URL"]))
    begin, failed = threading.Barrier(WRITERS), []

    def act(writer: int) -> None:
        try:
            with Session(engine) as mine:
                begin.wait()
                for number in range(EACH):
                    audit.record(mine, Act.TESTIMONY_OPENED, count=number, by=writer)
                    if number % 3 == 0:
                        audit.record(mine, Act.PSEUDONYMS_DECIDED, by=writer)
                    mine.commit()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=act, args=(each + 1,)) for each in range(WRITERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    engine.dispose()
    rows = entries(session)
    assert failed == []
    assert [row.sequence for row in rows] == list(range(1, WRITERS * EACH * 4 // 3 + 1))
    mine = [row.count for row in rows if row.account_id == 1 and row.count is not None]
    assert mine == list(range(EACH))
    assert audit_chains.verify(session, noted()).fault is None


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_entries SET account_id = 9 WHERE sequence = 3", Break(3, Why.CHANGED)),
        (
            "UPDATE audit_entries SET moment = '2020-01-01 00:00:00+00' WHERE sequence = 2",
            Break(2, Why.CHANGED),
        ),
        ("DELETE FROM audit_entries WHERE sequence = 3", Break(3, Why.MISSING)),
        ("DELETE FROM audit_entries WHERE sequence = 1", Break(1, Why.MISSING)),
        ("DELETE FROM audit_entries WHERE sequence >= 4", Break(4, Why.CUT)),
        ("DELETE FROM audit_entries", Break(1, Why.CUT)),
    ],
)
def test_a_change_shows_and_where(session: Session, statement: str, found: Break) -> None:
    write(session)
    force(session, statement)
    assert fault(session) == found


def test_a_cut_hidden_in_the_tables_shows_by_the_anchor(session: Session) -> None:
    kept = write(session)[3]
    force(
        session,
        "DELETE FROM audit_entries WHERE sequence > 4",
        f"UPDATE audit_chain SET sequence = 4, hash = '{kept.hash}'",
    )
    assert fault(session) is None  # the tables alone tell nothing
    assert fault(session, noted()) == Break(5, Why.CUT)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_log_that_goes_on_does_not_hide_what_was_cut(
    session: Session, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    rows, before = write(session), noted()
    force(
        session,
        "DELETE FROM audit_entries WHERE sequence > 4",
        f"UPDATE audit_chain SET sequence = 4, hash = '{rows[3].hash}'",
    )
    write(session, count)
    assert noted() == before
    assert caplog.messages == ["the log of acts does not hold row 5, which was noted"] * count
    found = audit_checks.check(session).fault
    assert found == Break(5, Why.REWRITTEN)
    session.rollback()
    audit_checks.begin_again(session)  # whoever knows why says it: the log goes on from there
    session.commit()
    audit_checks.note_again(session)
    write(session, 1)
    assert audit_checks.check(session).fault is None


def test_the_row_that_was_noted_may_go_when_its_time_is_over(session: Session) -> None:
    write(session)
    path = anchor_file.path
    assert path is not None
    first = path.read_text(encoding="ascii")
    write(session, 4)
    path.write_text(first, encoding="ascii")  # as on a machine where little is done
    audit.cut(session, list(range(1, 7)))
    session.commit()
    assert noted().sequence == 10


def test_a_chain_made_again_without_the_key_shows(session: Session) -> None:
    """Somebody writes over a row and binds all that follow anew; they cannot sign them."""
    rows = write(session)
    before, statements = rows[1].hash, []
    for row in rows[2:]:
        values = {column.key: getattr(row, column.key) for column in AuditEntry.__table__.columns}
        before = audit_chains.hashed(before, values | {"account_id": 9})
        statements.append(
            f"UPDATE audit_entries SET account_id = 9, hash = '{before}' "
            f"WHERE sequence = {row.sequence}"
        )
    force(session, *statements)
    assert fault(session) == Break(3, Why.FORGED)
    force(session, "UPDATE audit_entries SET key_id = 'inconnue' WHERE sequence > 2")
    assert fault(session) == Break(3, Why.FORGED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET account_id = 9",
        "UPDATE audit_entries SET hash = hash WHERE sequence = 2",
        "DELETE FROM audit_entries WHERE sequence = 1",
        "DELETE FROM audit_entries",
    ],
)
def test_the_database_itself_refuses(session: Session, statement: str) -> None:
    write(session, 3)
    with pytest.raises(DBAPIError, match="the log of acts is only ever added to"):
        session.execute(text(statement))
    session.rollback()
    assert len(entries(session)) == 3


def test_the_database_refuses_other_ways_of_erasing(session: Session) -> None:
    write(session, 2)
    is_sqlite = db.engine.dialect.name == "sqlite"
    way = "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries LIMIT 1"
    with pytest.raises(DBAPIError, match="the log of acts is only ever added to"):
        session.execute(text(way if is_sqlite else "TRUNCATE audit_entries"))
    session.rollback()
    assert fault(session) is None


def test_the_oldest_go_and_what_stays_still_holds(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    long_ago = now() - timedelta(days=800)
    with monkeypatch.context() as past:
        past.setattr(audit, "now", lambda: long_ago)
        write(session, 3)
    kept = write(session, 2)[3:]
    rule = retention.find("journal")
    erased = []
    while batch := retention.erase_batch(session, rule):
        session.commit()
        erased.append(batch)
    assert erased == [2, 1]
    rows = entries(session)
    assert [each.sequence for each in rows] == [4, 5, 6, 7]
    assert [each.hash for each in rows[:2]] == [each.hash for each in kept]
    assert [(each.act, each.count) for each in rows[2:]] == [
        (Act.JOURNAL_CUT, 2),
        (Act.JOURNAL_CUT, 1),
    ]
    assert audit_chains.verify(session, noted()).fault is None
    force(
        session, "UPDATE audit_chain SET cut_to = 4", "DELETE FROM audit_entries WHERE sequence = 4"
    )
    assert fault(session) == Break(5, Why.MISSING)  # nobody but us signs where it is cut


@pytest.fixture
def rotated(session: Session) -> Iterator[tuple[list[str], list[str]]]:
    """The keys before a rotation and after it; those before are put back at the end."""
    old = list(current_app.config["DATA_KEYS"])
    yield old, [Fernet.generate_key().decode()]
    key_ring.configure(old)


def put_away(old: list[str], new: list[str]) -> None:
    """Go on with the new key alone; what look-ups draw from the old one is still in the tables."""
    key_ring.configure([*new, *old])
    kept = list(key_ring.look_up_keys().values())
    key_ring.configure(new, lambda: kept)


def test_a_new_key_answers_for_the_old_one_once_it_read_the_log(
    session: Session, rotated: tuple[list[str], list[str]]
) -> None:
    old, new = rotated
    write(session, 2)
    key_ring.configure([*new, *old])
    write(session, 1)
    key_ring.configure(new)  # too early: nobody has read the log with the new key
    assert fault(session) == Break(1, Why.FORGED)
    key_ring.configure([*new, *old])
    assert audit_checks.check(session).fault is None
    session.commit()
    key_ring.configure(new)  # the old one is thrown away
    assert fault(session) is None
    put_away(old, new)  # or only put away
    assert fault(session) is None
    force(session, "DELETE FROM audit_entries WHERE sequence = 4")
    assert fault(session) == Break(1, Why.FORGED)  # nothing at hand answers for them now


@pytest.mark.parametrize("is_known", [True, False])
def test_who_holds_a_key_put_away_signs_nothing_that_passes(
    session: Session, rotated: tuple[list[str], list[str]], is_known: bool
) -> None:
    """A key that leaked, or any other: an act of the team that follows answers for nothing."""
    old, new = rotated
    write(session, 2)
    key_ring.configure([*new, *old])
    audit_checks.check(session)
    session.commit()
    key_ring.configure(old if is_known else [Fernet.generate_key().decode()])
    write(session, 1)
    put_away(old, new)
    assert fault(session) == Break(4, Why.FORGED)
    write(session, 1)
    assert audit_checks.check(session).fault == Break(4, Why.FORGED)
    session.commit()
    assert fault(session) == Break(4, Why.FORGED)  # what was found is written, and passes nothing


def test_no_cut_hides_what_is_missing(
    session: Session, rotated: tuple[list[str], list[str]]
) -> None:
    old, new = rotated
    rows = write(session, 6)
    audit.cut(session, [1])
    force(session, "DELETE FROM audit_entries WHERE sequence = 1")
    assert fault(session) is None
    put_away(old, new)
    assert fault(session) == Break(2, Why.MISSING)  # it was signed by the key before
    key_ring.configure([*new, *old])
    audit_checks.check(session)
    audit_chains.seal_again(session)
    session.commit()
    put_away(old, new)
    assert fault(session) is None
    force(session, "DELETE FROM audit_entries WHERE sequence < 4")
    audit.cut(session, [4])  # retention comes by
    force(session, "DELETE FROM audit_entries WHERE sequence = 4")
    assert fault(session) == Break(5, Why.MISSING)
    assert len(rows) == 6


def test_a_long_log_is_read_a_page_at_a_time(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_chains, "READ_AT_ONCE", 500)
    for number in range(6_000):
        audit.record(session, Act.TESTIMONY_OPENED, number, by=1)
    session.commit()
    read: list[int] = []
    real = audit_chains._page
    monkeypatch.setattr(audit_chains, "_page", lambda after: read.append(after) or real(after))
    end = audit_checks.head(session)
    assert audit_chains.verify(session, noted()) == Report(6_000, end, None)
    assert read == list(range(0, 6_001, 500))
    force(session, "UPDATE audit_entries SET object_id = '9' WHERE sequence = 4321")
    assert fault(session) == Break(4321, Why.CHANGED)


def test_of_what_somebody_does_with_their_testimony_the_day_is_kept(session: Session) -> None:
    audit.acting(session, lambda: Who(Actor.PERSON))
    audit.record(session, Act.TESTIMONY_WITHDRAWN, uuid.uuid4())
    session.commit()
    (row,) = entries(session)
    told = row.moment.astimezone(PARIS)
    assert (row.actor, told.date(), told.time().isoformat()) == (
        Actor.PERSON,
        today(),
        "00:00:00",
    )


def test_looking_again_within_the_hour_leaves_no_second_row(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()

    def look(object_id: uuid.UUID, account: int = 7) -> bool:
        audit.acting(session, lambda: Who(Actor.ACCOUNT, account))
        is_new = audit.record_sitting(session, Act.TESTIMONY_OPENED, object_id)
        session.commit()
        return is_new

    assert [look(one), look(one), look(other), look(one, 8), look(one)] == [1, 0, 1, 1, 0]
    later = now() + timedelta(minutes=61)
    monkeypatch.setattr(audit, "now", lambda: later)
    assert look(one)


@pytest.mark.parametrize("words", ["Nadia", "n.bellecour@exemple.fr", "deux mots", "é", "a" * 81])
def test_a_detail_is_no_place_for_words(session: Session, words: str) -> None:
    with pytest.raises(ValueError, match="a word of the code"):
        audit.record(session, Act.SWITCH_TURNED, detail=words)


def test_without_the_chain_nothing_is_done_unseen(session: Session) -> None:
    session.execute(text("DELETE FROM audit_chain"))
    audit.record(session, Act.CONTACT_ERASED, 1)
    for _ in range(2):  # not the second time either
        with pytest.raises(NoResultFound):
            session.commit()


def test_what_is_erased_when_its_time_is_over_is_counted(session: Session) -> None:
    long_ago = today() - timedelta(days=4000)
    session.add_all(Withdrawal(key_hash=f"{n:064}", withdrawn_on=long_ago) for n in range(3))
    session.commit()
    assert retention.erase_batch(session, retention.find("withdrawals")) == 3
    assert retention.erase_batch(session, retention.find("withdrawals")) == 0
    session.commit()
    rows = [(each.act, each.detail, each.count) for each in entries(session)]
    assert rows == [(Act.ERASED_WHEN_DUE, "withdrawals", 3)]


def test_a_file_that_cannot_be_written_undoes_nothing(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    path = anchor_file.path
    assert path is not None
    path.unlink(missing_ok=True)
    path.mkdir()  # in the place of the file
    write(session, 1)
    assert caplog.messages == ["the end of the log of acts could not be noted: Is a directory"]
    path.rmdir()
    path.write_text("abîmé", encoding="utf-8")
    assert audit_checks.check(session).fault == Break(1, Why.ILLEGIBLE)
    path.write_text("")  # the machine went down before the disk had it
    assert audit_checks.check(session).fault is None
