"""A local SMTP server that delivers nowhere: each message becomes a file one can open and read.

`python app/mail_catcher.py FOLDER PORT` listens on 127.0.0.1 only, and loads nothing of ours.
"""

import signal
import sys
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Writes each message received as a file .eml of `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        received = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        path = self.folder / f"{received}-{uuid.uuid4().hex[:8]}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(envelope.original_content or b"")
        draft.rename(path)
        return "250 Message kept"


def serve(folder: Path, port: int) -> Controller:
    """Start catching in a thread; return the controller, to be stopped."""
    controller = Controller(Keeper(folder), hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def main(folder: str, port: str) -> None:
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    controller = serve(Path(folder), int(port))
    over.wait()
    controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
