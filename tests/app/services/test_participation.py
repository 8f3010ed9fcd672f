"""Following: what came of the invitations, cut by profile, region and CLSM, and over time."""

from datetime import UTC, date, datetime

from flask import Flask

from app.extensions import db
from app.models import Campaign, Invitation, InvitationState, Reminder, ReminderState
from app.services import audiences, clsms, contact_places, participation, reminders
from app.services.audiences import Audience
from app.services.participation import Day, Line, Reason, Silent
from tests import factories

State = InvitationState


def invited(
    campaign: Campaign,
    state: State,
    *,
    audience: str = "elu",
    clsm: str = "CLSM du Val-de-Sauldre",
    sent_at: datetime | None = None,
    answered_on: date | None = None,
    started_on: date | None = None,
) -> Invitation:
    contact = factories.contact(db.session, audience=audience, clsm=clsm)
    made = factories.invitation(db.session, campaign=campaign, contact=contact, state=state)
    made.sent_at, made.answered_on, made.started_on = sent_at, answered_on, started_on
    db.session.commit()
    return made


def told(line: Line) -> tuple[str | None, int, int, int, int, float | None]:
    return (line.key, line.invited, line.reached, line.started, line.answered, line.rate)


def test_nothing_yet(app: Flask) -> None:
    assert told(participation.total(db.session)) == (None, 0, 0, 0, 0, None)
    assert participation.by(db.session, "region") == []
    assert participation.over_time(db.session) == []
    assert participation.silent(db.session) == []


def test_each_cut_counts_the_same_people(app: Flask) -> None:
    clsms.Directory(db.session).entry("CLSM du Val-de-Sauldre", region="24")
    first, second = factories.campaign(db.session), factories.campaign(db.session)
    day = date(2026, 11, 3)
    invited(first, State.ANSWERED, started_on=day, answered_on=day)
    invited(first, State.SENT, started_on=day)
    invited(first, State.BOUNCED)
    invited(first, State.DECLINED)  # said elsewhere, before this message left
    invited(first, State.SENT, audience="usager", clsm="")
    invited(second, State.QUEUED, audience="usager", clsm="")
    assert told(participation.total(db.session)) == (None, 6, 3, 2, 1, 1 / 3)
    assert told(participation.total(db.session, first.id)) == (None, 5, 3, 2, 1, 1 / 3)
    elus, usagers = ("elu", 4, 2, 2, 1, 0.5), ("usager", 2, 1, 0, 0, 0.0)
    assert [told(line) for line in participation.by(db.session, "profile")] == [elus, usagers]
    assert [told(line) for line in participation.by(db.session, "region")] == [
        ("24", *elus[1:]),
        (None, *usagers[1:]),
    ]
    assert [told(line) for line in participation.by(db.session, "clsm", first.id)] == [
        ("CLSM du Val-de-Sauldre", *elus[1:]),
        (None, 1, 1, 0, 0, 0.0),
    ]
    assert participation.silent(db.session) == [Silent(None, "usager", 1)]
    assert participation.silent(db.session, second.id) == []


def test_days_are_those_of_paris_and_none_is_missing(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    late = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)  # the third, in Paris
    invited(campaign, State.ANSWERED, sent_at=late, answered_on=date(2026, 11, 5))
    invited(campaign, State.SENT, sent_at=datetime(2026, 11, 4, 12, tzinfo=UTC))
    # Came back: it is counted no more here than in the rate.
    invited(campaign, State.BOUNCED, sent_at=late)
    # Answered from a link given by hand: it counts as having left that day.
    invited(campaign, State.ANSWERED, answered_on=date(2026, 11, 5))
    assert participation.over_time(db.session, campaign.id) == [
        Day(date(2026, 11, 3), 1, 0),
        Day(date(2026, 11, 4), 2, 0),
        Day(date(2026, 11, 5), 3, 2),
    ]


def test_reasons_are_told_without_addresses(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    said = (
        (State.BOUNCED, "550 <a@exemple.fr> unknown"),
        (State.BOUNCED, "550 <b@exemple.fr> unknown"),
        (State.FAILED, "554 refused"),
        (State.SENT, None),
    )
    for number, (state, words) in enumerate(said):
        contact = factories.contact(db.session, email=f"p{number}@exemple.fr")
        made = factories.invitation(db.session, campaign=campaign, contact=contact, state=state)
        made.last_error = words
        if state is State.SENT:
            reminder = Reminder(invitation_id=made.id, number=1, last_error="554 refused")
            reminder.state = ReminderState.FAILED
            db.session.add(reminder)
    db.session.flush()
    assert participation.reasons(db.session, campaign.id) == [
        Reason(State.BOUNCED, "550 … unknown", 2, 0),
        Reason(State.FAILED, "554 refused", 1, 1),
    ]
    assert participation.reasons(db.session, campaign.id + 1) == []


def test_a_contact_without_clsm_counts_in_a_region_of_its_own(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    places = (("53", None), (None, "CLSM sans région"), ("52", "CLSM sans région"), (None, None))
    for number, (region, clsm) in enumerate(places):
        contact = factories.contact(db.session, email=f"p{number}@exemple.fr")
        contact.clsm = clsms.Directory(db.session).entry(clsm or "")
        contact.region = region
        db.session.flush()
        factories.invitation(db.session, campaign=campaign, contact=contact, state=State.SENT)
    db.session.flush()
    lines = {each.key: each.invited for each in participation.by(db.session, "region")}
    assert lines == {"53": 1, "52": 1, None: 2}
    regions = [("53",), ("52",), (contact_places.UNKNOWN,), ("53", contact_places.UNKNOWN)]
    chosen = [Audience(regions=each) for each in regions]
    assert [audiences.count(db.session, each).total() for each in chosen] == [1, 1, 2, 3]
    assert [reminders.count_silent(db.session, campaign, each) for each in chosen] == [1, 1, 2, 3]
    silent = {each.region: each.reached for each in participation.silent(db.session)}
    assert silent == {"53": 1, "52": 1, None: 2}


def test_where_everybody_declined_nobody_is_awaited(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    invited(campaign, State.DECLINED, audience="elu")
    left = datetime(2026, 11, 3, tzinfo=UTC)
    invited(campaign, State.DECLINED, audience="usager", sent_at=left)
    invited(campaign, State.SENT, audience="usager")
    assert participation.silent(db.session) == [Silent(None, "usager", 2)]
