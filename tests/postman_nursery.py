"""A process that forks postmen: each is ready at once, and may be killed at any instant.

  python -m tests.postman_nursery      the environment is Recueil's own

It writes the number of a new postman for each line that it reads. A postman makes rounds until
nothing more may leave, on the database and the mail server of the environment, without limits.
"""

import time
from datetime import timedelta

import config
from app import create_app
from app.extensions import db
from app.postman import Limits, Round
from app.services import outbox
from tests.nurseries import bear

# Short, so that whoever comes after a dead one does not wait; the only rival is dead.
LASTING = timedelta(milliseconds=200)


def deliver(_line: str) -> None:
    """Make rounds until the outbox is empty."""
    db.engine.dispose(close=False)
    while True:
        more = Round(db.engine, Limits(lasting=LASTING)).make()
        if not more and not outbox.is_waiting(db.session) and not _is_held():
            return
        db.session.rollback()
        time.sleep(0.01)


def _is_held() -> bool:
    """Say whether a dead postman's lease still keeps us out of what it had taken."""
    found = outbox.is_being_sent(db.session)
    db.session.rollback()
    return found


def main() -> None:
    app = create_app(config.load())
    with app.app_context():
        bear(deliver)


if __name__ == "__main__":
    main()
