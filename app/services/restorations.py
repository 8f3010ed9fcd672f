"""What a database that was just given back must not do by itself: send again what had left."""

from dataclasses import dataclass

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.models import Campaign, Notice, NoticeState
from app.models.base import now
from app.services import campaigns

RESTORED = "restauré d’une sauvegarde : peut-être parti depuis"


@dataclass(frozen=True, kw_only=True)
class Held:
    """How many campaigns are paused, and how many messages wait for a person to decide."""

    campaigns: int
    notices: int


def hold_messages(session: Session) -> Held:
    """Hold back what waited to leave when the backup was made: it may have left since.

    Campaigns are paused, their reminders with them; other messages become *uncertain*, but for
    those that hold a secret, which nobody may send again.
    """
    live = or_(Campaign.launched_at.is_not(None), Campaign.starts_at.is_not(None))
    going = session.scalars(
        select(Campaign).where(live, Campaign.stopped_at.is_(None), Campaign.paused_at.is_(None))
    ).all()
    for campaign in going:
        campaigns.pause(session, campaign)
    waiting = (NoticeState.QUEUED, NoticeState.SENDING)
    session.execute(
        update(Notice)
        .where(Notice.state.in_(waiting), Notice.is_secret)
        .values(state=NoticeState.FAILED, content=None, last_error=RESTORED, settled_at=now())
        .execution_options(synchronize_session=False)
    )
    held = session.execute(
        update(Notice)
        .where(Notice.state.in_(waiting))
        .values(state=NoticeState.UNCERTAIN, last_error=RESTORED, settled_at=now())
        .execution_options(synchronize_session=False)
    )
    return Held(campaigns=len(going), notices=int(held.rowcount))  # type: ignore[attr-defined]
