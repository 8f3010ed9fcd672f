"""What has just changed in rendezvous, committed with its messages, then on its way."""

from collections.abc import Iterable

from app import tasks
from app.extensions import db
from app.mail import rendezvous
from app.services.appointments import Change


def commit_and_tell(changes: Iterable[Change | None], *, by: rendezvous.By) -> None:
    """Commit what changed together with what both sides will read, then queue the messages."""
    posted = [
        notice_id
        for change in changes
        if change is not None
        for notice_id in rendezvous.tell(db.session, change, by=by)
    ]
    db.session.commit()
    for notice_id in posted:
        tasks.deliver_notice.enqueue(str(notice_id))
