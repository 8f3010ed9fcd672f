"""The postman's round, against a mail server that misbehaves, within limits, and with rivals."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import mail
from app.extensions import db
from app.models import Campaign, Invitation, InvitationState, Lease
from app.models.base import now
from app.postman import LEASE, Limits, Round
from app.services import campaigns, invitations, leases, outbox, outcomes
from tests import factories
from tests.smtp import Moody, serving

State = InvitationState


@pytest.fixture
def inbox() -> Iterator[Moody]:
    with serving(Moody()) as inbox:
        yield inbox


@pytest.fixture
def mailing(make_app: Callable[..., Flask], inbox: Moody) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False)


def launched(*names: str) -> dict[str, Invitation]:
    campaign = factories.campaign(db.session)
    for name in names:
        email = name if "@" in name else f"{name}@exemple.fr"
        factories.contact(db.session, email=email)
    campaigns.launch(db.session, campaign)
    db.session.commit()
    rows = invitations.of_campaign(db.session, campaign.id)
    return {row.contact.email.removesuffix("@exemple.fr"): row for row in rows}


def make_round(**limits: int) -> bool:
    db.session.rollback()
    return Round(db.engine, Limits(**limits)).make()


def told(rows: dict[str, Invitation]) -> dict[str, tuple[str, str | None]]:
    db.session.rollback()
    for row in rows.values():
        db.session.refresh(row)
    return {name: (row.state.value, row.last_error) for name, row in rows.items()}


def received(inbox: Moody) -> Counter[str]:
    return Counter(str(message["To"]).removesuffix("@exemple.fr") for message in inbox.messages)


SERVER = "réponse du serveur de messagerie\u00a0: "


def test_each_address_gets_what_its_server_said(mailing: Flask, inbox: Moody) -> None:
    names = ("deaf", "good1", "full", "good2", "refuse", "later", "spam", "slow", "cut", "die")
    rows = launched(*names)
    for place, name in enumerate(names):  # so that whoever hangs up is followed by an innocent
        rows[name].due_at = now() - timedelta(minutes=len(names) - place)
    db.session.commit()
    assert make_round() is False
    assert told(rows) == {
        "good1": ("sent", None),
        "good2": ("sent", None),
        "slow": ("sent", None),
        "refuse": ("bounced", f"{SERVER}550 5.1.1 unknown"),
        "later": ("queued", f"{SERVER}451 4.7.1 Greylisted"),
        "spam": ("failed", f"{SERVER}554 5.7.1 Refused"),
        "deaf": ("failed", f"{SERVER}550 5.7.1 Not from you"),
        "full": ("queued", f"{SERVER}421 4.7.0 Enough for this connection"),
        "cut": ("uncertain", outcomes.INTERRUPTED),
        "die": ("uncertain", outcomes.INTERRUPTED),
    }
    assert received(inbox) == {"good1": 1, "good2": 1, "slow": 1, "die": 1}
    rows["later"].due_at = now()
    db.session.commit()
    make_round()
    assert told({"later": rows["later"]}) == {"later": ("sent", None)}
    assert max(received(inbox).values()) == 1


def test_one_line_serves_the_whole_campaign(mailing: Flask, inbox: Moody) -> None:
    rows = launched(*(f"good{number}" for number in range(120)))
    make_round()
    assert Counter(state for state, _ in told(rows).values()) == {"sent": 120}
    assert len(inbox.connections) == 1


def test_no_more_a_minute_than_is_set(mailing: Flask, inbox: Moody) -> None:
    rows = launched(*(f"good{number}" for number in range(7)))
    assert [make_round(a_minute=5) for _ in range(2)] == [False, False]
    assert sum(received(inbox).values()) == 5
    for row in rows.values():
        if row.sending_at:
            row.sending_at -= timedelta(seconds=61)
    db.session.commit()
    make_round(a_minute=5)
    assert sum(received(inbox).values()) == 7


def test_a_domain_is_spared_and_the_others_go_on(mailing: Flask, inbox: Moody) -> None:
    launched("a@x.fr", "b@X.fr", "c@x.fr", "d@y.fr")
    make_round(a_minute_for_one_domain=2)
    make_round(a_minute_for_one_domain=2)
    domains = Counter(to.rpartition("@")[2].lower() for to in received(inbox).elements())
    assert domains == {"x.fr": 2, "y.fr": 1}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def on_each_database(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask], inbox: Moody
) -> Flask:
    """The same application on SQLite, and on PostgreSQL."""
    settings = {"MAIL_PORT": inbox.port, "MAIL_SUPPRESS_SEND": False}
    if request.param == "postgresql":
        settings["DATABASE_URL"] = request.getfixturevalue("postgresql_database")
    return make_app(**settings)


def test_many_postmen_at_once_write_to_nobody_twice(on_each_database: Flask, inbox: Moody) -> None:
    rows = launched(*(f"good{number}" for number in range(150)))
    engine = db.engine

    def work() -> None:
        with on_each_database.app_context():
            Round(engine, Limits()).make()

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(work) for _ in range(12)]:
            each.result()
    make_round()
    assert Counter(state for state, _ in told(rows).values()) == {"sent": 150}
    assert set(received(inbox).values()) == {1}


def test_a_held_lease_keeps_the_others_out(mailing: Flask, inbox: Moody) -> None:
    launched("good")
    held = leases.take(db.session, LEASE, "another", lasting=timedelta(minutes=1))
    db.session.commit()
    assert held == ""
    assert make_round() is False
    assert inbox.raw == []
    db.session.merge(Lease(name=LEASE, holder="another", until=now()))
    db.session.commit()
    make_round()
    assert received(inbox) == {"good": 1}
    db.session.rollback()
    assert db.session.get(Lease, LEASE) is None


def test_after_a_machine_died_what_it_had_taken_is_uncertain(mailing: Flask, inbox: Moody) -> None:
    rows = launched("good1", "good2")
    one = outbox.find(db.session, Invitation, rows["good1"].id)
    assert one is not None
    outbox.take(db.session, [one])
    db.session.add(
        Lease(name=LEASE, holder="dead", until=now(), incarnation="another start of the machine")
    )
    db.session.commit()
    make_round()
    assert told(rows) == {"good1": ("uncertain", outcomes.INTERRUPTED), "good2": ("sent", None)}
    assert received(inbox) == {"good2": 1}


def test_a_paused_campaign_waits_and_goes_on(mailing: Flask, inbox: Moody) -> None:
    rows = launched("good")
    campaign = rows["good"].campaign
    campaigns.pause(db.session, campaign)
    db.session.commit()
    make_round()
    assert told(rows) == {"good": ("queued", None)}
    campaigns.resume(db.session, campaign)
    db.session.commit()
    make_round()
    assert told(rows) == {"good": ("sent", None)}


def test_a_campaign_stopped_while_a_batch_leaves_keeps_nothing_waiting(
    mailing: Flask, inbox: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = launched("good1", "good2", "good3")
    campaign = rows["good1"].campaign
    give = mail.Line.send

    def stop_meanwhile(line: mail.Line, letter: mail.Letter) -> None:
        give(line, letter)
        with Session(db.engine) as another:
            campaigns.stop(another, another.get_one(Campaign, campaign.id))
            another.commit()

    monkeypatch.setattr(mail.Line, "send", stop_meanwhile)
    make_round()
    db.session.rollback()
    left = invitations.of_campaign(db.session, campaign.id)
    assert [each.state for each in left] == [State.SENT]
    assert sum(received(inbox).values()) == 1


def test_a_campaign_of_tomorrow_does_not_leave_today(mailing: Flask, inbox: Moody) -> None:
    campaign = factories.campaign(db.session)
    factories.contact(db.session)
    begins = now() + timedelta(days=1)
    campaigns.schedule(db.session, campaign, campaigns.Plan(starts_at=begins))
    campaigns.launch(db.session, campaign)
    db.session.commit()
    make_round()
    (row,) = invitations.of_campaign(db.session, campaign.id)
    assert (row.state, row.due_at, inbox.raw) == (State.QUEUED, begins, [])
