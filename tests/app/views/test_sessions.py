"""Sessions: when they end, and the second step that they wait for."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.mail.accounts import CHANGES
from app.models import (
    Account,
    AccountLink,
    Act,
    Actor,
    AuditEntry,
    LinkPurpose,
    Notice,
    Passkey,
    Role,
    RoleName,
)
from app.models.encryption import key_ring
from app.services import account_links, accounts, notices, second_steps
from app.views import sessions
from tests.conftest import PASSWORD

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
HOME, STEP = "/recherche/", "/compte/deux-etapes"
SIGN_IN = "/compte/connexion"


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass, for sessions."""
    ahead, real = [0.0], time.time
    monkeypatch.setattr(sessions.time, "time", lambda: real() + ahead[0])

    def later(how_long: timedelta) -> None:
        ahead[0] += how_long.total_seconds()

    return later


def account(email: str = "researcher@recueil.example") -> Account:
    db.session.rollback()
    found = accounts.find(db.session, email)
    assert found is not None
    return found


def code(ahead: int = 0) -> str:
    return second_steps.code_at(KEY, int(time.time()) // 30 + ahead)


def share_key(email: str = "researcher@recueil.example") -> None:
    """Give an account an application, and its codes on paper."""
    account(email).totp_key = KEY
    db.session.commit()


def sign_in(app: Flask, email: str = "researcher@recueil.example") -> FlaskClient:
    client = app.test_client()
    reply = client.post(SIGN_IN, data={"email": email, "password": PASSWORD})
    assert reply.status_code == 302, reply.text
    return client


def test_a_session_ends_without_a_request(
    researcher: FlaskClient, wait: Callable[[timedelta], None]
) -> None:
    for _ in range(3):
        wait(timedelta(minutes=59))
        assert researcher.get(HOME).status_code == 200
    wait(timedelta(minutes=62))
    reply = researcher.get(HOME)
    assert (reply.status_code, str(reply.location).split("?")[0]) == (302, SIGN_IN)
    assert "Votre session a pris fin." in researcher.get(SIGN_IN).text


def test_a_session_ends_after_twelve_hours_whatever_one_does(
    researcher: FlaskClient, wait: Callable[[timedelta], None]
) -> None:
    for _ in range(12):
        wait(timedelta(minutes=59))
        assert researcher.get(HOME).status_code == 200
    wait(timedelta(minutes=30))
    assert researcher.get(HOME).status_code == 302
    assert researcher.get("/").status_code == 200


def test_a_session_that_ends_here_goes_on_elsewhere(
    app: Flask, researcher: FlaskClient, wait: Callable[[timedelta], None]
) -> None:
    wait(timedelta(minutes=61))
    other = sign_in(app)
    assert [each.get(HOME).status_code for each in (researcher, other)] == [302, 200]


def test_everywhere_is_everywhere(app: Flask, researcher: FlaskClient) -> None:
    other = sign_in(app)
    assert other.post("/compte/partout").location == SIGN_IN
    assert [each.get(HOME).status_code for each in (researcher, other)] == [302, 302]


def test_a_role_withdrawn_ends_sessions_and_one_given_does_not(
    administrator: FlaskClient, researcher: FlaskClient
) -> None:
    where = f"/admin/comptes/{account().id}/droits"
    administrator.post(where, data={"roles": ["researcher", "staff"]})
    assert researcher.get("/equipe/").status_code == 200
    administrator.post(where, data={"roles": ["staff"]})
    assert researcher.get("/equipe/").status_code == 302


def test_a_new_password_ends_other_sessions_and_keeps_this_one(
    app: Flask, researcher: FlaskClient
) -> None:
    other = sign_in(app)
    own = "une autre phrase pour entrer"
    changed = researcher.post(
        "/compte/mot-de-passe",
        data={"password": PASSWORD, "new_password": own, "new_password_confirm": own},
    )
    assert changed.status_code == 302
    assert [each.get(HOME).status_code for each in (researcher, other)] == [200, 302]


def test_no_token_stands_for_a_session(app: Flask, researcher: FlaskClient) -> None:
    token = account().get_auth_token()
    for headers, query in (({"Authentication-Token": token}, ""), ({}, f"?auth_token={token}")):
        reply = app.test_client().get(HOME + query, headers=headers)
        assert reply.status_code == 403


def test_after_the_password_nothing_opens_but_the_second_step(
    app: Flask, researcher: FlaskClient
) -> None:
    share_key()
    client = sign_in(app)
    for where in (HOME, "/compte/securite", "/compte/mot-de-passe", "/compte/accueil"):
        for reply in (client.get(where), client.post(where)):
            assert reply.status_code == 405 or reply.location == STEP, where
    assert client.get("/").status_code == 200
    assert client.get(STEP).status_code == 200
    client.get(f"{HOME}?theme=peur")
    assert client.post(STEP, data={"code": code()}).location == f"{HOME}?theme=peur"
    assert client.get(HOME).status_code == 200


def test_a_second_step_is_of_its_session_and_of_its_account(
    app: Flask, researcher: FlaskClient
) -> None:
    share_key()
    client = sign_in(app)
    given = code()
    client.post(STEP, data={"code": given})
    again = sign_in(app)
    assert again.get(HOME).location == STEP
    assert again.post(STEP, data={"code": given}).status_code == 422  # it has served
    assert again.post(STEP, data={"code": code(1)}).status_code == 302


def test_codes_are_not_guessed(app: Flask, researcher: FlaskClient) -> None:
    share_key()
    client = sign_in(app)
    wrong = "000000" if code() != "000000" else "000001"
    got = [client.post(STEP, data={"code": wrong}).status_code for _ in range(8)]
    assert got == [422] * 5 + [429] * 3
    reply = client.post(STEP, data={"code": code()})
    assert (reply.status_code, int(reply.headers["Retry-After"]) in range(1, 31)) == (429, True)
    assert sign_in(app).post(STEP, data={"code": code()}).status_code == 429


OWN = {"new_password": "une autre phrase pour entrer"} | {
    "new_password_confirm": "une autre phrase pour entrer"
}
AGAIN = {
    "/compte/mot-de-passe": lambda given: OWN | {"password": given},
    "/compte/securite/cle": lambda given: {"name": "bureau", "current": given},
    "/compte/securite/application": lambda given: {"code": "123456", "current": given},
}


@pytest.mark.parametrize("where", AGAIN)
def test_a_stolen_session_does_not_guess_the_password(
    app: Flask, researcher: FlaskClient, where: str
) -> None:
    def told(page: str, given: str) -> int:
        return researcher.post(page, data=AGAIN[page](given)).status_code

    assert [told(where, f"phrase {each}") for each in range(7)] == [422] * 5 + [429] * 2
    assert {page: told(page, PASSWORD) for page in AGAIN} == dict.fromkeys(AGAIN, 429)
    rows = db.session.query(AuditEntry).filter_by(act=Act.SIGN_IN_REFUSED).all()
    assert [(row.account_id, row.detail) for row in rows] == [(account().id, "again")] * 5
    assert sign_in(app).get(HOME).status_code == 200  # signing in is counted apart


def test_mistyping_ones_password_now_and_then_slows_nobody(researcher: FlaskClient) -> None:
    where = "/compte/securite/cle"
    for _ in range(4):
        for given, status in (("phrase", 422), ("phrase", 422), (PASSWORD, 302)):
            assert researcher.post(where, data=AGAIN[where](given)).status_code == status


def test_a_second_step_refused_is_written_down(app: Flask, researcher: FlaskClient) -> None:
    share_key()
    assert sign_in(app).post(STEP, data={"code": "essai"}).status_code == 422
    row = db.session.query(AuditEntry).filter_by(act=Act.SIGN_IN_REFUSED).one()
    assert (row.account_id, row.object_id, row.detail) == (
        account().id,
        str(account().id),
        "second",
    )


@pytest.mark.parametrize("answer", ["[" * 100_000, '{"rawId":' * 50_000, "null", "9" * 5_000])
def test_a_passkey_written_by_hand_is_no_passkey(
    app: Flask, researcher: FlaskClient, answer: str
) -> None:
    researcher.post("/compte/securite/cle", data=AGAIN["/compte/securite/cle"](PASSWORD))
    made = researcher.post("/compte/securite/cle/creer", data={"answer": answer})
    share_key()
    assert [made.status_code, sign_in(app).post(STEP, data={"answer": answer}).status_code] == [
        422,
        422,
    ]
    assert db.session.query(Passkey).count() == 0


def test_a_role_that_needs_two_steps_sets_them_up_first(
    administrator: FlaskClient, researcher: FlaskClient, staff: FlaskClient
) -> None:
    administrator.post("/admin/deux-etapes", data={"roles": ["researcher", "unknown"]})
    assert staff.get("/equipe/").status_code == 200
    for where in (HOME, "/compte/accueil"):
        assert researcher.get(where).location == "/compte/securite"
    shown = researcher.get("/compte/securite/application")
    assert shown.status_code == 200
    with researcher.session_transaction() as session:
        pending = session["totp_pending"]
    key = key_ring.decrypt(pending.encode())
    assert key not in pending
    digits = second_steps.code_at(key, int(time.time()) // 30)
    form = {"code": digits, "current": PASSWORD}
    assert (
        researcher.post("/compte/securite/application", data=form | {"current": "x"}).status_code
        == 422
    )
    kept = researcher.post("/compte/securite/application", data=form)
    assert (kept.status_code, kept.text.count('<li><code class="to-copy">')) == (
        200,
        second_steps.CODES,
    )
    assert researcher.get(HOME).status_code == 200


def test_an_administrator_resets_a_second_step(
    app: Flask, administrator: FlaskClient, researcher: FlaskClient
) -> None:
    share_key()
    client = sign_in(app)
    client.post(STEP, data={"code": code()})
    administrator.post(f"/admin/comptes/{account().id}/deux-etapes")
    assert client.get(HOME).status_code == 302
    assert sign_in(app).get(HOME).status_code == 200


def test_a_key_of_a_colleague_cannot_be_removed(
    app: Flask, researcher: FlaskClient, staff: FlaskClient
) -> None:
    mine, theirs = account(), account("staff@recueil.example")
    keys = [
        Passkey(
            account_id=each.id, name="clé", credential_id=bytes([n]), public_key=b"", sign_count=0
        )
        for n, each in enumerate((mine, theirs))
    ]
    db.session.add_all(keys)
    db.session.commit()
    ids = [each.id for each in keys]
    with researcher.session_transaction() as session:
        session[sessions.PROVED] = True
    got = [
        researcher.post(f"/compte/securite/cle/{each}", data={"current": PASSWORD}).status_code
        for each in ids
    ]
    assert got == [302, 404]
    db.session.rollback()
    assert [db.session.get(Passkey, each) is None for each in ids] == [True, False]


def test_roles_keep_what_they_need(administrator: FlaskClient) -> None:
    administrator.post("/admin/deux-etapes", data={"roles": ["staff"]})
    administrator.post("/admin/deux-etapes", data={"roles": ["researcher"]})
    db.session.rollback()
    asked = {role.name: role.needs_second_step for role in db.session.scalars(select(Role))}
    assert asked == {"staff": False, "researcher": True, "administrator": False, "dpo": False}
    assert second_steps.needing(db.session) == {RoleName.RESEARCHER}


def test_the_terminal_resets_a_second_step_too(app: Flask, researcher: FlaskClient) -> None:
    share_key()
    run = app.test_cli_runner().invoke
    done = run(args=["user", "reset", "researcher@recueil.example"])
    assert (done.exit_code, done.output) == (
        0,
        "researcher@recueil.example se connecte de nouveau avec son seul mot de passe.\n",
    )
    assert told_to_its_owner() == CHANGES["reset"]
    row = db.session.query(AuditEntry).filter_by(act=Act.FACTOR_CHANGED).one()
    assert (row.actor, row.object_id, row.detail) == (Actor.SYSTEM, str(account().id), "reset")
    assert researcher.get(HOME).status_code == 302
    assert sign_in(app).get(HOME).status_code == 200
    assert run(args=["user", "reset", "personne@recueil.example"]).exit_code == 1


def told_to_its_owner() -> str:
    """Return what the one message that waits says."""
    message = notices.read(db.session.query(Notice).one())
    assert message is not None
    assert message.to == "researcher@recueil.example"
    assert "http://127.0.0.1:5000/compte/oubli" in message.text.splitlines()
    return message.text.splitlines()[2]


def test_a_password_given_from_the_terminal_is_told_and_ends_links(
    app: Flask, researcher: FlaskClient
) -> None:
    account_links.make(db.session, account(), LinkPurpose.RECOVERY)
    db.session.commit()
    run = app.test_cli_runner().invoke
    given = run(args=["user", "password", "researcher@recueil.example"]).output.split()[-1]
    assert told_to_its_owner() == CHANGES["password"]
    assert db.session.query(AccountLink).all() == []
    signing = {"email": "researcher@recueil.example", "password": given}
    assert app.test_client().post(SIGN_IN, data=signing).status_code == 302
    assert run(args=["user", "password", "personne@recueil.example"]).exit_code == 1


def test_changing_ones_password_ends_the_links_that_were_asked_for(
    researcher: FlaskClient,
) -> None:
    account_links.make(db.session, account(), LinkPurpose.RECOVERY)
    db.session.commit()
    page = "/compte/mot-de-passe"
    assert researcher.post(page, data=AGAIN[page](PASSWORD)).status_code == 302
    db.session.rollback()
    assert db.session.query(AccountLink).all() == []
    assert researcher.get(HOME).status_code == 200
