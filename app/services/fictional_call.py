"""The fictional call of `demo/`: a whole call to look at before the real one."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from app.models import Campaign, ContactSource, Invitation, InvitationState, Testimony
from app.models.base import now, today
from app.services import campaigns, codings, contact_files, contacts, invitations, testimonies
from app.services.clsms import Directory
from app.services.contact_words import Lexicon
from forms.schema import Library

LAUNCHED_DAYS_AGO = 60
# What became of each invitation, one after the other, over and over.
OUTCOMES = (
    InvitationState.ANSWERED,
    InvitationState.SENT,
    InvitationState.ANSWERED,
    InvitationState.SENT,
    InvitationState.DECLINED,
    InvitationState.SENT,
    InvitationState.ANSWERED,
    InvitationState.BOUNCED,
)


class NotEmptyError(ValueError):
    """The database already holds testimonies, contacts or campaigns: nothing is added to it."""


@dataclass(frozen=True)
class Filled:
    """How much was added."""

    testimonies: int
    suggestions: int
    contacts: int
    invitations: int
    named: Mapping[str, Testimony]  # the testimonies, called as their files are


def fill(session: Session, library: Library, suggester: codings.Suggester, folder: Path) -> Filled:
    """Fill an empty database from `folder`. Raises NotEmptyError."""
    is_empty = not (
        testimonies.count(session) or contacts.count(session) or campaigns.all_campaigns(session)
    )
    if not is_empty:
        raise NotEmptyError
    told = {name: _tell(session, library, each) for name, each in _accounts(folder / "testimonies")}
    added = sum(codings.suggest(session, suggester, each.id) for each in told.values())
    people = _gather(session, library, folder / "contacts.csv")
    sent = _write_to_all(session, folder / "campaign.yml")
    return Filled(len(told), added, people, sent, told)


def _accounts(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.yml")):
        yield path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))


def _tell(session: Session, library: Library, account: dict[str, Any]) -> Testimony:
    return testimonies.submit(
        session,
        library.get(account["questionnaire"], account["version"]),
        account["answers"],
        submission_key=secrets.token_hex(32),
        received_on=today() - timedelta(days=account["days_ago"]),
    )


def _gather(session: Session, library: Library, path: Path) -> int:
    _, rows = contact_files.parse(path.read_bytes(), Lexicon.of(library))
    people = [row.wanted for row in rows if row.wanted]
    directory = Directory(session)
    for person in people:
        directory.publish(person.clsm, region=person.region, departement=None)
    session.flush()
    return len(contacts.add_all(session, people, source=ContactSource.IMPORTED))


def _write_to_all(session: Session, path: Path) -> int:
    """Launch the campaign as if it had left long ago: nothing is queued, nothing will be sent."""
    text = yaml.safe_load(path.read_text(encoding="utf-8"))
    message = campaigns.Message(title=text["name"], subject=text["subject"], body=text["body"])
    campaign = campaigns.create(session, message)
    ids = campaigns.launch(session, campaign)
    _age(session, campaign, [session.get_one(Invitation, id_) for id_ in ids])
    return len(ids)


def _age(session: Session, campaign: Campaign, sent: Sequence[Invitation]) -> None:
    left = now() - timedelta(days=LAUNCHED_DAYS_AGO)
    campaign.created_at = campaign.launched_at = left
    for number, invitation in enumerate(sent):
        invitation.state = InvitationState.SENT
        invitation.attempts = 1
        invitation.queued_at = invitation.sending_at = invitation.sent_at = left
        _end(session, invitation, OUTCOMES[number % len(OUTCOMES)], after=2 + number)
    session.flush()


def _end(session: Session, invitation: Invitation, outcome: InvitationState, after: int) -> None:
    day = today() - timedelta(days=LAUNCHED_DAYS_AGO - after)
    if outcome is InvitationState.ANSWERED:
        invitation.state = outcome
        invitation.started_on = invitation.answered_on = day
    elif outcome is InvitationState.DECLINED:
        invitations.decline(session, invitation.token)
        invitation.declined_on = day
    elif outcome is InvitationState.BOUNCED:
        invitation.state, invitation.sent_at = outcome, None
        invitation.last_error = "550 Mailbox unavailable"
        invitation.contact.bounced_at = invitation.queued_at + timedelta(minutes=1)
