"""The worker’s sign of life: a thread beside its tasks, for a long one must not pass for death."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.database import first_line
from app.observation.labour import labour
from app.services import beats, clocks

log = logging.getLogger(__name__)


def name() -> str:
    """Return the name of this process: its machine, its number, and chance (machines alike)."""
    return f"{socket.gethostname()[:50]}-{os.getpid()}-{secrets.token_hex(3)}"


@contextmanager
def beating(engine: Engine) -> Iterator[str]:
    """Show life while the block lasts; give the name under which it is shown."""
    mine, stopped = name(), threading.Event()
    thread = threading.Thread(target=_beat, args=(engine, mine, stopped), daemon=True)
    thread.start()
    try:
        yield mine
    finally:
        stopped.set()
        thread.join(beats.EVERY.total_seconds())
        _write(engine, mine, is_leaving=True)


def _beat(engine: Engine, mine: str, stopped: threading.Event) -> None:
    while True:
        _write(engine, mine)
        if stopped.wait(beats.EVERY.total_seconds()):
            return


def _write(engine: Engine, mine: str, *, is_leaving: bool = False) -> None:
    """Write once; a database that is away is waited for, until the next time."""
    try:
        with Session(engine) as session:
            if is_leaving:
                beats.leave(session, mine)
            else:
                beats.show(session, mine, doing=labour.doing(), outcomes=labour.outcomes())
                if clocks.mark(session):
                    log.warning("the clock jumped: what is due is erased in a day of steady time")
            session.commit()
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        log.warning("no sign of life could be written: %s", first_line(reason))
