"""The rotation of keys: nothing is lost, whoever writes meanwhile, wherever it is killed."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import (
    Base,
    Draft,
    Import,
    ImportKind,
    Inquiry,
    LookUpKey,
    Notice,
    ProjectImport,
    Recontact,
    Referral,
    Revision,
    Withdrawal,
)
from app.models.encryption import key_ring
from app.services import (
    audit_checks,
    contacts,
    drafts,
    encrypted_rows,
    key_rotation,
    look_up_keys,
    oppositions,
    receipts,
    recontacts,
    testimonies,
)
from tests import factories

OLD, NEW, LATER = (Fernet.generate_key().decode() for _ in range(3))
NADIA, YANN, LOIC = "nadia@exemple.fr", "yann@exemple.fr", "loic@exemple.fr"


def restart(*keys: str) -> None:
    """As a process that starts with these keys."""
    db.session.rollback()
    key_ring.configure(keys, lambda: look_up_keys.read(db.engine))


@pytest.fixture(autouse=True)
def first_key(session: Session) -> Iterator[None]:
    restart(OLD)
    yield
    db.session.rollback()


def rotate() -> Result:
    return current_app.test_cli_runner().invoke(args=["keys", "rotate"])


def begin(code: str) -> Draft:
    questionnaire = current_app.extensions["questionnaires"].current("elu")
    draft = drafts.start(db.session, questionnaire, receipts.keys_of(code)[0])
    drafts.save(db.session, draft, asked=set(), given={"clsm": "Sauldre"}, section="accord")
    return draft


def send(code: str) -> None:
    key = drafts.key_hash(receipts.keys_of(code)[0])
    questionnaire = current_app.extensions["questionnaires"].current("elu")
    values = {"consentement_participation": True, "clsm": "Sauldre"}
    sent = testimonies.submit(db.session, questionnaire, values, submission_key=key)
    db.session.add(Revision(testimony_id=sent.id, answers="{}"))


def fill(session: Session) -> dict[str, str]:
    """Put something in every encrypted column; return the code of each kind of thing."""
    codes = {name: receipts.new_code() for name in ("draft", "sent", "gone")}
    factories.contact(session, email=NADIA)
    oppositions.oppose(session, YANN)
    asked = contacts_to_call(LOIC)
    recontacts.leave(session, asked, audience="elu")
    factories.referral(
        session, email="d@exemple.fr", name="Dina", by="Yann, coordinateur"
    ).clsm = "Sauldre"
    factories.notice(session, to=LOIC, subject="Bonjour", text="Un mot")
    session.add(Inquiry(text="Qui lit ?", reply_to=LOIC, answer="Nous."))
    account = factories.account(session)
    session.add(Import(kind=ImportKind.CONTACTS, account_id=account.id, content="x" * 3_000_000))
    session.add(ProjectImport(account_id=account.id, content="y" * 3_000_000))
    begin(codes["draft"])
    send(codes["sent"])
    key = drafts.key_hash(receipts.keys_of(codes["gone"])[0])
    session.add(Withdrawal(key_hash=key))
    for table in key_rotation.tables():  # what no function above fills
        for column in key_rotation.encrypted(table):
            session.execute(update(table).where(column.is_(None)).values({column: "mot"}))
    session.commit()
    return codes


def contacts_to_call(email: str) -> recontacts.Coordinates:
    return recontacts.Coordinates(name="Loïc", email=email, phone="06 39 98 00 00", hours="le soir")


def words() -> dict[str, list[Any]]:
    """Everything that is encrypted, deciphered, table by table; but the keys of look-ups."""
    found = {}
    for table in key_rotation.tables():
        if table.name != "look_up_keys":
            query = select(*key_rotation.encrypted(table)).order_by(*table.primary_key)
            found[table.name] = [tuple(row) for row in db.session.execute(query)]
    db.session.rollback()
    return found


def opened(codes: dict[str, str]) -> dict[str, list[bool]]:
    """What each code opens: a testimony, a draft, the day of a withdrawal."""
    db.session.rollback()
    found = {name: receipts.look_up(db.session, code) for name, code in codes.items()}
    return {
        name: [each.testimony is not None, each.draft is not None, each.withdrawn_on is not None]
        for name, each in found.items()
        if each is not None
    }


ALL_OPEN = {
    "draft": [False, True, False],
    "sent": [True, False, False],
    "gone": [False, False, True],
}


def test_nothing_is_lost_once_the_old_key_is_put_away(session: Session) -> None:
    codes = fill(session)
    before = words()
    full = {name for name, rows in before.items() for row in rows if None not in row}
    assert full == before.keys()  # each encrypted column there is has been tried
    restart(NEW, OLD)
    done = rotate()
    new, old = key_ring.names
    assert (done.exit_code, done.output.splitlines()[-2:]) == (
        0,
        [
            f"Tout ce qui est chiffré l’est avec la clé la plus récente ({new}).",
            f"Vous pouvez retirer de DATA_KEYS la clé qui la suit ({old}), si tous les processus "
            "avaient redémarré, avant cette commande, avec la nouvelle en premier (sinon, "
            "relancez-la quand ils l’auront fait)\u00a0; puis redémarrez. "
            "Gardez-la à part aussi longtemps que vos sauvegardes d’avant ce jour.",
        ],
    )
    restart(NEW)
    assert audit_checks.check(db.session).fault is None
    db.session.rollback()
    assert words() == before
    assert encrypted_rows.can_be_opened(db.session)
    assert opened(codes) == ALL_OPEN
    found = contacts.find(db.session, NADIA)
    assert found is not None
    assert found.email_fingerprint == key_ring.fingerprint(NADIA)
    assert oppositions.opposed(db.session, [NADIA, YANN]) == {YANN}
    assert [each.email for each in recontacts.of_address(db.session, LOIC)] == [LOIC]


def test_a_second_rotation_keeps_what_the_first_kept(session: Session) -> None:
    codes = fill(session)
    for keys in ([NEW, OLD], [LATER, NEW]):
        restart(*keys)
        assert rotate().exit_code == 0
    restart(LATER)
    assert opened(codes) == ALL_OPEN
    assert oppositions.is_opposed(db.session, YANN)
    assert db.session.query(LookUpKey).count() == 2


@pytest.mark.parametrize("at", [1, 9])
def test_killed_midway_it_begins_again(
    session: Session, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    codes = fill(session)
    before = words()
    restart(NEW, OLD)
    renew, left = key_ring.renew, iter(range(at))

    def die(token: bytes) -> bytes:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return renew(token)

    with monkeypatch.context() as patched:
        patched.setattr(key_ring, "renew", die)
        assert rotate().exit_code == 1
    restart(NEW, OLD)
    assert (words(), opened(codes)) == (before, ALL_OPEN)
    assert rotate().exit_code == 0
    restart(NEW)
    assert (words(), opened(codes)) == (before, ALL_OPEN)


def test_what_is_written_meanwhile_stays(session: Session) -> None:
    ids = [begin(receipts.new_code()).id for _ in range(12)]
    session.commit()
    restart(NEW, OLD)
    is_over, failed = threading.Event(), []
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def write() -> None:
        with app.app_context():
            try:
                for turn in range(15):
                    for each in ids:
                        draft = db.session.get_one(Draft, each)
                        drafts.save(
                            db.session, draft, asked=set(), given={"clsm": f"{turn}"}, section=None
                        )
                        db.session.commit()
            except Exception as error:
                failed.append(repr(error))
            finally:
                db.session.close()
                is_over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not is_over.is_set():
        assert rotate().exit_code == 0
    writer.join()
    assert failed == []
    restart(NEW)
    assert {drafts.answers(db.session.get_one(Draft, each))["clsm"] for each in ids} == {"14"}


def test_what_no_key_opens_is_left_and_said(session: Session) -> None:
    factories.contact(session, email=NADIA)
    session.commit()
    restart(LATER, NEW)
    done = rotate()
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        1,
        "2 valeurs ne s’ouvrent avec aucune des clés de DATA_KEYS\u00a0: rien n’y a été touché. "
        "Remettez la clé qui manque, à la fin de DATA_KEYS, puis relancez la commande. "
        "Ne retirez aucune clé.",
    )
    restart(LATER, NEW, OLD)
    assert rotate().exit_code == 0
    restart(LATER)
    assert contacts.find(db.session, NADIA) is not None


def test_how_many_values_each_key_encrypts(session: Session) -> None:
    factories.contact(session, email=NADIA)
    session.commit()
    restart(NEW, OLD)
    factories.contact(session, email=YANN).notes = "Rappeler"
    session.commit()
    listed = current_app.test_cli_runner().invoke(args=["keys", "list"])
    new, old = key_ring.names
    assert (listed.exit_code, listed.output.splitlines()) == (
        0,
        [
            f"Clé 1 ({new}, la plus récente)\u00a0: 3\u00a0valeurs.",
            f"Clé 2 ({old})\u00a0: 2\u00a0valeurs.",
        ],
    )


def test_one_address_under_two_keys_at_once(session: Session) -> None:
    """Two processes that do not yet have the same newest key, at the same instant."""
    factories.contact(session, email=NADIA)
    session.commit()
    restart(NEW)
    factories.contact(session, email=NADIA)
    session.commit()
    restart(NEW, OLD)
    assert rotate().exit_code == 0
    restart(NEW)
    prints = [key_ring.fingerprint(NADIA), *key_ring.fingerprints(NADIA)[1:]]
    rows = db.session.scalars(select(contacts.Contact.email_fingerprint)).all()
    assert sorted(rows) == sorted(prints)


def test_every_encrypted_table_has_one_key_to_walk_by() -> None:
    assert {Notice.__tablename__, Recontact.__tablename__, Referral.__tablename__} <= {
        table.name for table in key_rotation.tables()
    }
    assert [len(table.primary_key) for table in key_rotation.tables()] == [1] * len(
        [table for table in Base.metadata.tables.values() if key_rotation.encrypted(table)]
    )
