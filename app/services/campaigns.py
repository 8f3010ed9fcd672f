"""Campaigns: one message with placeholders, and whom it invites."""

import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from app.models import (
    Act,
    Campaign,
    Contact,
    Invitation,
)
from app.models.base import now
from app.services import audiences, audit, outcomes
from app.services.audiences import EVERYBODY, Audience

LINK, REFUSAL = "lien", "refus"
IN_SUBJECT = ("nom", "clsm")
IN_BODY = (*IN_SUBJECT, LINK, REFUSAL)
MAX_ID = 2**31
LONGEST_TITLE = 200
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


class AlreadyLaunchedError(ValueError):
    """The text of a campaign that has left is what people received: it no longer changes."""


class OverError(ValueError):
    """Nothing leaves any more of a campaign that was stopped, or whose last day has passed."""


class ErasedError(ValueError):
    """A campaign that was erased since its page was opened invites nobody."""


class BegunError(ValueError):
    """A campaign that may have reached somebody does not go back to its preparation."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a campaign says, to whom, about which questionnaire (none: each profile's own)."""

    title: str
    subject: str
    body: str
    audience: Audience = EVERYBODY
    questionnaire: str | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When a campaign leaves (none: at once), the last day on which anything does, and reminders.

    Reminders: after so many days without an answer, so many times at most, with these words
    (empty: those of the invitation).
    """

    starts_at: datetime | None = None
    ends_on: date | None = None
    remind_after_days: int | None = None
    remind_at_most: int = 0
    reminder_subject: str = ""
    reminder_body: str = ""


def render(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with each `{word}` of `values` replaced, once: values are never read again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def has_placeholder(text: str, name: str) -> bool:
    """Say whether `{name}` is in `text`."""
    return name in _PLACEHOLDER.findall(text)


def unknown_placeholders(text: str, known: Sequence[str]) -> list[str]:
    """Return what stands between braces in `text` and is not known, in order, each once."""
    return [name for name in dict.fromkeys(_PLACEHOLDER.findall(text)) if name not in known]


def has_stray_brace(text: str) -> bool:
    """Say whether a brace in `text` opens or closes nothing: « {nom », « {{nom}} »."""
    rest = _PLACEHOLDER.sub("", text)
    return "{" in rest or "}" in rest


def wording(campaign: Campaign, number: int) -> tuple[str, str]:
    """Return the subject and body of the invitation (0), or of the reminder of this number."""
    if not number:
        return campaign.subject, campaign.body
    return campaign.reminder_subject or campaign.subject, campaign.reminder_body or campaign.body


def get(session: Session, campaign_id: int) -> Campaign | None:
    """Return one campaign, or none."""
    return session.get(Campaign, campaign_id) if 0 < campaign_id < MAX_ID else None


def all_campaigns(session: Session) -> Sequence[Campaign]:
    """Return every campaign, the newest first."""
    return session.scalars(select(Campaign).order_by(Campaign.id.desc())).all()


def create(session: Session, message: Message, *, created_by_id: int | None = None) -> Campaign:
    """Keep a new campaign, which leaves only when it is launched."""
    campaign = Campaign(created_by_id=created_by_id)
    session.add(campaign)
    rewrite(session, campaign, message)
    return campaign


def rewrite(session: Session, campaign: Campaign, message: Message) -> None:
    """Replace what a campaign says. Raises AlreadyLaunchedError."""
    if campaign.launched_at is not None:
        raise AlreadyLaunchedError(campaign.id)
    campaign.title = message.title
    campaign.subject = message.subject
    campaign.body = message.body
    campaign.audience = message.audience.profile
    campaign.filters = message.audience.filters()
    campaign.questionnaire_slug = message.questionnaire
    session.flush()


def schedule(session: Session, campaign: Campaign, plan: Plan) -> None:
    """Set when a campaign leaves and reminds; what has left is not called back.

    A campaign under way may change its end and its reminders, not its beginning.
    """
    if campaign.launched_at is None:
        campaign.starts_at = plan.starts_at
    campaign.ends_on = plan.ends_on
    campaign.remind_after_days = plan.remind_after_days
    campaign.remind_at_most = plan.remind_at_most if plan.remind_after_days else 0
    campaign.reminder_subject = plan.reminder_subject or None
    campaign.reminder_body = plan.reminder_body or None
    session.flush()


def pause(session: Session, campaign: Campaign) -> None:
    """Hold back what has not left; what is being given to the server at this instant leaves."""
    campaign.paused_at = campaign.paused_at or now()
    session.flush()


def resume(session: Session, campaign: Campaign) -> None:
    """Let a paused campaign go on."""
    campaign.paused_at = None
    session.flush()


def recall(session: Session, campaign: Campaign) -> None:
    """Bring a scheduled campaign back to its preparation: nothing of it has left.

    Raises BegunError, after which the session is to be rolled back.
    """
    recalled = session.execute(
        update(Campaign)
        .where(
            Campaign.id == campaign.id,
            Campaign.launched_at.is_not(None),
            Campaign.stopped_at.is_(None),
            Campaign.starts_at > now(),
        )
        .values(launched_at=None, paused_at=None)
        .execution_options(synchronize_session=False)
    )
    mine = Invitation.campaign_id == campaign.id
    never_begun = (Invitation.sending_at.is_(None), Invitation.sent_at.is_(None))
    erased = session.execute(
        delete(Invitation).where(mine, *never_begun).execution_options(synchronize_session=False)
    )
    is_left = session.scalar(select(Invitation.id).where(mine).limit(1)) is not None
    if is_left or not recalled.rowcount:  # type: ignore[attr-defined]
        raise BegunError(campaign.id)
    session.refresh(campaign)
    count = int(erased.rowcount)  # type: ignore[attr-defined]
    audit.record(session, Act.CAMPAIGN_RECALLED, campaign.id, count=count)


def copy(session: Session, campaign: Campaign, *, created_by_id: int | None = None) -> Campaign:
    """Keep a new campaign that says the same to the same people. Its dates are its own: none yet.

    What the former one came to is not copied: it has invited nobody.
    """
    made = Campaign(
        title=f"Copie de {campaign.title}"[:LONGEST_TITLE],
        subject=campaign.subject,
        body=campaign.body,
        audience=campaign.audience,
        filters=campaign.filters,
        questionnaire_slug=campaign.questionnaire_slug,
        remind_after_days=campaign.remind_after_days,
        remind_at_most=campaign.remind_at_most,
        reminder_subject=campaign.reminder_subject,
        reminder_body=campaign.reminder_body,
        created_by_id=created_by_id,
    )
    session.add(made)
    session.flush()
    audit.record(session, Act.CAMPAIGN_COPIED, campaign.id)
    return made


def erase(session: Session, campaign: Campaign) -> None:
    """Erase a campaign that never left.

    Raises AlreadyLaunchedError, also when it is launched at this instant: whichever of the two
    comes second finds what the first has done.
    """
    erased = session.execute(
        delete(Campaign)
        .where(Campaign.id == campaign.id, Campaign.launched_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    if not erased.rowcount:  # type: ignore[attr-defined]
        raise AlreadyLaunchedError(campaign.id)
    audit.record(session, Act.CAMPAIGN_ERASED, campaign.id)
    session.expunge(campaign)


def stop(session: Session, campaign: Campaign) -> int:
    """End a campaign for good: nothing more leaves, and what was never tried is no invitation.

    Links already received still open. Return how many invitations are taken back.
    """
    campaign.stopped_at = campaign.stopped_at or now()
    session.flush()
    count = outcomes.withdraw(session)
    audit.record(session, Act.CAMPAIGN_STOPPED, campaign.id, count=count)
    return count


def _awaits(campaign: Campaign) -> list[ColumnElement[bool]]:
    """Return what makes somebody a recipient: the audience, no refusal, not invited yet."""
    invited = exists().where(
        Invitation.campaign_id == campaign.id, Invitation.contact_id == Contact.id
    )
    in_audience = audiences.conditions(Audience.of(campaign))
    return [audiences.may_be_written_to(), ~invited, *in_audience]


def recipients(campaign: Campaign) -> Select[Any]:
    """Return the query of the contacts that launching would invite, the oldest first."""
    return select(Contact).where(*_awaits(campaign)).order_by(Contact.created_at, Contact.id)


def count_recipients(session: Session, campaign: Campaign) -> Counter[str]:
    """Return how many contacts launching would invite, profile by profile."""
    query = select(Contact.audience, func.count()).where(*_awaits(campaign))
    rows = session.execute(query.group_by(Contact.audience)).all()
    return Counter(dict(rows))


def count_refusals(session: Session, campaign: Campaign) -> int:
    """Return how many contacts of the audience asked not to be written to."""
    query = select(func.count()).select_from(Contact)
    refused = Contact.opted_out_at.is_not(None)
    in_audience = audiences.conditions(Audience.of(campaign))
    return session.scalar(query.where(refused, *in_audience)) or 0


def launch(session: Session, campaign: Campaign) -> list[uuid.UUID]:
    """Invite whoever is not invited yet; return the new invitations' ids, the first to leave first.

    Launching again invites only those who came since; two launches at once take turns, because
    the first statement of each locks the campaign. Raises OverError or ErasedError, after which
    the session is to be rolled back.
    """
    launched = session.execute(
        update(Campaign)
        .where(Campaign.id == campaign.id)
        .values(launched_at=func.coalesce(Campaign.launched_at, now()))
        .execution_options(synchronize_session=False)
    )
    if not launched.rowcount:  # type: ignore[attr-defined]
        raise ErasedError(campaign.id)
    session.refresh(campaign)
    if campaign.is_over:
        raise OverError(campaign.id)
    ids = session.scalars(recipients(campaign).with_only_columns(Contact.id)).all()
    due_at = max(campaign.starts_at or now(), now())
    invitations = [
        Invitation(campaign_id=campaign.id, contact_id=id_, due_at=due_at) for id_ in ids
    ]
    session.add_all(invitations)
    audit.record(session, Act.CAMPAIGN_LAUNCHED, campaign.id, count=len(invitations))
    session.flush()
    return [invitation.id for invitation in invitations]
