"""The log's pages, and what acts leave in it: one row each, and no word of anybody."""

import csv
import hashlib
import io
import json
from collections.abc import Callable

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.extensions import db
from app.models import Act, Actor, AuditEntry, RoleName
from app.models.base import today
from app.presentation import day
from app.services import accounts, audit, audit_checks, audit_searches, receipts
from app.services.audit_anchors import anchor_file
from app.views import audit_words
from app.views.opened import OPENED
from tests import factories
from tests.conftest import PASSWORD

NAME, ADDRESS, WORDS = "Nadia Bellecour", "n.bellecour@exemple.fr", "Le maire préside le CLSM."
CONTACT = {"name": NAME, "email": ADDRESS, "audience": "elu"}


@pytest.fixture
def officer(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in(RoleName.DPO)


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)))


def told(reply: object) -> list[str]:
    """The rows of the page, as they read."""
    page = BeautifulSoup(reply.text, "html5lib")  # type: ignore[attr-defined]
    return [" ".join(each.get_text(" ").split()) for each in page.select("tbody th")]


def number_of(role: RoleName) -> int:
    account = accounts.find(db.session, f"{role}@recueil.example")
    assert account is not None
    return account.id


def test_what_the_team_does_with_contacts(app: Flask, staff: FlaskClient) -> None:
    staff.get("/equipe/contacts/")
    staff.post("/equipe/contacts/nouveau", data=CONTACT)
    made = entries()[-1].object_id
    for _ in range(2):  # opened again within the hour, it leaves no second row
        staff.get(f"/equipe/contacts/{made}")
    staff.post(f"/equipe/contacts/{made}", data=CONTACT | {"notes": WORDS})
    staff.post(f"/equipe/contacts/{made}", data=CONTACT | {"email": "non"})  # refused: no row
    staff.post("/equipe/contacts/etiquettes", data={"tag": "Réseau Nadia"})
    staff.post("/equipe/contacts/contacts.csv")
    staff.post(f"/equipe/contacts/{made}/refus")
    staff.post(f"/equipe/contacts/{made}/effacer")
    staff.post("/compte/deconnexion")
    rows = [(each.act, each.object_id, each.count, each.detail) for each in entries()[2:]]
    account = str(number_of(RoleName.STAFF))
    assert [(each.act, each.object_id) for each in entries()[:2]] == [
        (Act.ACCOUNT_CREATED, account),
        (Act.ROLES_SET, account),
    ]
    assert rows == [
        (Act.SIGNED_IN, None, None, ""),
        (Act.CONTACTS_LISTED, None, 0, ""),
        (Act.CONTACT_ADDED, made, None, ""),
        (Act.CONTACT_OPENED, made, None, ""),
        (Act.CONTACT_CORRECTED, made, None, ""),
        (Act.CONTACTS_TAGGED, None, 1, ""),
        (Act.CONTACTS_EXPORTED, None, 1, "csv"),
        (Act.CONTACT_OPPOSED, made, None, ""),
        (Act.CONTACT_ERASED, made, None, ""),
        (Act.SIGNED_OUT, None, None, ""),
    ]
    assert {each.account_id for each in entries()[2:]} == {int(account)}
    _says_nothing_of_anybody()


def test_what_researchers_do_with_a_testimony(app: Flask, researcher: FlaskClient) -> None:
    sent = factories.testimony(db.session, answers={"demarche_elus": WORDS})
    db.session.commit()
    path = f"/recherche/temoignages/{sent.id}"
    for page in ("/recherche/", path, f"{path}/tel-que-cite", path, "/recherche/concordance"):
        assert researcher.get(page).status_code == 200
    assert researcher.get("/recherche/temoignages/" + "0" * 32).status_code == 404
    factories.interview(db.session, text=WORDS)
    receipts.withdraw(db.session, sent)
    db.session.commit()
    rows = [(each.act, each.object_id, each.count, each.actor) for each in entries()[3:]]
    assert rows == [
        (Act.TESTIMONIES_LISTED, None, 1, Actor.ACCOUNT),
        (Act.TESTIMONY_OPENED, str(sent.id), None, Actor.ACCOUNT),
        (Act.TESTIMONIES_SEARCHED, None, None, Actor.ACCOUNT),
        (Act.TRANSCRIPT_ENTERED, rows[3][1], None, Actor.SYSTEM),
        (Act.TESTIMONY_WITHDRAWN, str(sent.id), None, Actor.SYSTEM),
    ]
    _says_nothing_of_anybody()


def test_signing_in_refused_tells_the_account_and_not_what_was_typed(
    app: Flask, staff: FlaskClient
) -> None:
    client = app.test_client()
    for email in ("staff@recueil.example", ADDRESS):
        client.post("/compte/connexion", data={"email": email, "password": "x" * 14})
    rows = [(each.act, each.object_id, each.actor) for each in entries()[-2:]]
    assert rows == [
        (Act.SIGN_IN_REFUSED, str(number_of(RoleName.STAFF)), Actor.PERSON),
        (Act.SIGN_IN_REFUSED, None, Actor.PERSON),
    ]
    _says_nothing_of_anybody()


def test_a_right_given_leaves_its_trace(app: Flask, administrator: FlaskClient) -> None:
    given = {"email": ADDRESS, "name": NAME, "roles": ["researcher", "dpo"]}
    administrator.post("/admin/comptes", data=given)
    made = accounts.find(db.session, ADDRESS)
    assert made is not None
    administrator.post(f"/admin/comptes/{made.id}/droits", data={"roles": ["staff"]})
    administrator.post(  # the last administrator stays one: nothing changed, nothing is told
        f"/admin/comptes/{number_of(RoleName.ADMINISTRATOR)}/droits", data={"roles": ["staff"]}
    )
    by = number_of(RoleName.ADMINISTRATOR)
    rows = [(each.act, each.object_id, each.detail, each.account_id) for each in entries()[3:]]
    assert rows == [
        (Act.ACCOUNT_CREATED, str(made.id), "", by),
        (Act.ROLES_SET, str(made.id), "dpo,researcher", by),
        (Act.ACCOUNT_INVITED, str(made.id), "", by),
        (Act.ROLES_SET, str(made.id), "staff", by),
    ]
    _says_nothing_of_anybody()


def _says_nothing_of_anybody() -> None:
    """Search every column of every row for what was typed."""
    rows = db.session.execute(text("SELECT * FROM audit_entries")).all()
    whole = " ".join(str(value) for row in rows for value in row).casefold()
    typed = (*NAME.split(), ADDRESS, *ADDRESS.split("@"), *WORDS.split()[1:], "recueil.example")
    assert [each for each in typed if len(each) > 3 and each.casefold() in whole] == []


def test_the_page_reads_and_is_the_officers_alone(
    client: FlaskClient, signed_in: Callable[..., FlaskClient], officer: FlaskClient
) -> None:
    statuses = {role: signed_in(role).get("/dpo/journal").status_code for role in RoleName}
    assert statuses == {role: 200 if role is RoleName.DPO else 403 for role in RoleName}
    assert client.get("/dpo/journal").status_code == 302
    assert officer.get("/compte/accueil").location == "/dpo/journal"
    page = officer.get("/dpo/journal", query_string={"acte": "account.roles"})
    html5lib.HTMLParser(strict=True).parse(page.text)
    assert told(page) == [
        "Le système a fixé les droits d’un compte administration",
        "Le système a fixé les droits d’un compte recherche",
        "Le système a fixé les droits d’un compte équipe",
        "Le système a fixé les droits d’un compte protection des données",
    ]


def test_filters_and_pages_are_in_the_address(
    officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_searches, "PAGE", 2)
    for number in range(5):
        audit.record(db.session, Act.CONTACT_ERASED, number, by=77)
    audit.record(db.session, Act.BACKUP_MADE)
    db.session.commit()
    first = officer.get("/dpo/journal?qui=77")
    shown = ["Compte nº 77 (fermé) a effacé un contact"]
    assert told(first) == shown * 2
    following = BeautifulSoup(first.text, "html5lib").select_one("a[rel=next]")
    assert following is not None
    assert len(told(officer.get(str(following["href"])))) == 2
    alone = BeautifulSoup(first.text, "html5lib").select_one("tbody a")
    assert alone is not None
    assert alone["href"] == "/dpo/journal?objet=4&acte=contact"  # of accounts, one may be nº 4 too
    assert told(officer.get("/dpo/journal?objet=3&acte=contact")) == shown
    assert told(officer.get("/dpo/journal?qui=systeme&acte=backup.made")) == [
        "Le système a fait une sauvegarde"
    ]
    assert told(officer.get("/dpo/journal?qui=77&au=2020-01-01")) == []
    # What is not understood is left out.
    odd = officer.get("/dpo/journal?qui=²&acte=x&du=hier&avant=" + "9" * 30)
    assert (odd.status_code, len(told(odd))) == (200, 2)


def test_reading_it_whole_says_so_or_where_it_breaks(officer: FlaskClient) -> None:
    def state() -> str:
        page = BeautifulSoup(officer.get("/dpo/journal").text, "html5lib")
        return " ".join(page.select_one("#chaine ~ p .state").get_text().split())  # type: ignore[union-attr]

    assert officer.post("/dpo/journal/relire").status_code == 303
    assert state() == "entier, 3 lignes relues"
    for each in ("unchanged", "kept", "new"):
        db.session.execute(text(f"DROP TRIGGER audit_entries_{each}"))
    db.session.execute(text("UPDATE audit_entries SET detail = 'staff' WHERE sequence = 2"))
    db.session.commit()
    officer.post("/dpo/journal/relire")
    assert state() == "rompu : la ligne 2 ne dit plus ce qu’elle disait"


def test_a_file_of_the_log_can_be_checked_by_whoever_has_it(officer: FlaskClient) -> None:
    audit.record(db.session, Act.CONTACTS_EXPORTED, count=2, detail="csv", by=7)
    db.session.commit()
    reply = officer.post("/dpo/journal/journal.jsonl")
    rows = [json.loads(line) for line in reply.text.splitlines()]
    before = ""
    for row in rows:
        names = ("sequence", "moment", "actor", "account_id", "act", "object_id", "count", "detail")
        covered = json.dumps([before, *(row[name] for name in names)], separators=(",", ":"))
        before = hashlib.sha256(covered.encode()).hexdigest()
        assert row["hash"] == before
    assert [row["act"] for row in rows[-2:]] == ["contact.exported", "journal.exported"]
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_csv_opens_in_a_french_excel(officer: FlaskClient) -> None:
    audit.record(db.session, Act.CONTACTS_EXPORTED, count=2, detail="csv", by=7)
    db.session.commit()
    reply = officer.post("/dpo/journal/journal.csv?qui=7")
    assert reply.data.startswith(b"\xef\xbb\xbfligne;moment;")
    titles, row = csv.reader(io.StringIO(reply.data.decode("utf-8-sig")), delimiter=";")
    assert titles[-3:] == ["empreinte", "clé", "sceau"]
    assert row[2:9] == [
        "compte",
        "7",
        "contact.exported",
        "a exporté des contacts",
        "",
        "2",
        "csv",
    ]


def test_the_commands(app: Flask, officer: FlaskClient) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["audit", *words])
        return done.exit_code, done.output.strip()

    db.session.rollback()
    status, noted = run("head")
    assert (status, noted) == (0, str(audit_checks.head(db.session)))
    assert run("verify") == (0, "Le journal est entier\u00a0: 3\u00a0lignes relues.")
    assert run("verify", "--head", noted)[0] == 0
    assert run("verify", "--head", f"999:{'0' * 64}") == (
        1,
        "Le journal est rompu\u00a0: la fin manque, à partir de la ligne 6.",
    )
    assert run("verify", "--head", "rien")[0] == 1
    # A backup of before is brought back: the file says a later row, until somebody says why.
    kept = entries()[2]
    for each in ("unchanged", "kept", "new"):
        db.session.execute(text(f"DROP TRIGGER audit_entries_{each}"))
    db.session.execute(text("DELETE FROM audit_entries WHERE sequence > 3"))
    db.session.execute(text(f"UPDATE audit_chain SET sequence = 3, hash = '{kept.hash}'"))
    db.session.commit()
    assert run("verify") == (
        1,
        "Le journal est rompu\u00a0: la fin manque, à partir de la ligne 4.",
    )
    assert run("restored")[0] == 0
    assert run("verify")[0] == 0
    assert entries()[-2].detail == "before:6"
    assert anchor_file.kept() == audit_checks.head(db.session)


def test_an_old_page_changes_nothing(make_app: Callable[..., Flask]) -> None:
    """With CSRF on, a form without its token leads back and leaves no row."""
    app = make_app()
    email = "d@recueil.example"
    factories.account(db.session, email=email, roles=[RoleName.DPO], password=PASSWORD)
    db.session.commit()
    client = app.test_client()
    page = BeautifulSoup(client.get("/compte/connexion").text, "html5lib")
    token = page.select_one("input[name=csrf_token]")
    assert token is not None
    client.post(
        "/compte/connexion",
        data={"email": email, "password": PASSWORD, "csrf_token": token["value"]},
    )
    before = len(entries())
    for path in ("relire", "journal.csv"):
        assert client.post(f"/dpo/journal/{path}").status_code == 303
    assert len(entries()) == before


def test_every_act_is_told_in_french_and_fits() -> None:
    assert list(audit_words.ACTS) == list(Act)
    assert {act.kind for act in Act} == audit_words.KINDS.keys()
    assert max(len(act.value) for act in Act) <= 20


def test_of_a_withdrawal_by_its_author_the_day_is_told(
    client: FlaskClient, officer: FlaskClient
) -> None:
    code = receipts.new_code()
    told_by = factories.interview(db.session, text=WORDS, code=code)
    db.session.commit()
    withdrawn = str(told_by.id)
    with client.session_transaction() as kept:
        kept[OPENED] = receipts.keys_of(code)[0]
    client.post("/mon-temoignage/retirer")
    last = entries()[-1]
    assert (last.act, last.object_id, last.actor) == (
        Act.TESTIMONY_WITHDRAWN,
        withdrawn,
        Actor.PERSON,
    )
    page = BeautifulSoup(officer.get(f"/dpo/journal?objet={withdrawn}").text, "html5lib")
    moments = [row.select("td")[1].get_text() for row in page.select("tbody tr")]
    assert (moments[0], len(moments)) == (day(today()), 2)
    _says_nothing_of_anybody()
