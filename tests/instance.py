"""A whole running Recueil: `flask setup`, then `flask start`: site, worker and mail catcher."""

import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests import commands, servers

ROOT = commands.ROOT
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
ADMINISTRATOR = "administration@recueil.example"


@dataclass(frozen=True)
class Instance:
    """Where it answers, where it keeps its files, and the administrator's one-time password."""

    url: str
    folder: Path
    password: str
    environment: dict[str, str]

    def flask(self, *arguments: str) -> str:
        """Run a command of `flask`; return what it printed."""
        done = commands.flask(arguments, self.environment)
        done.check_returncode()
        return done.stdout

    def mails(self) -> list[EmailMessage]:
        """Return the messages caught so far, the oldest first."""
        kept = sorted((self.folder / "mails").glob("*.eml"))
        read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in kept]
        assert all(isinstance(message, EmailMessage) for message in read)
        return read  # type: ignore[return-value]

    def wait_for_mail(self, is_wanted: Callable[[EmailMessage], bool]) -> EmailMessage:
        """Wait for a message and return it."""
        found: list[EmailMessage] = []

        def came() -> bool:
            found.extend(message for message in self.mails() if is_wanted(message))
            return bool(found)

        servers.wait_until(came, "a message")
        return found[0]


def environment_of(folder: Path, **more: str) -> dict[str, str]:
    """The environment of an instance under `folder`, on free ports."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAIL_")}
    port = servers.free_port()
    return kept | {
        "INSTANCE_PATH": str(folder),
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "MAIL_PORT": str(servers.free_port()),
        "SPACY_MODEL": "indices",
        "GATE_LEAST_SECONDS": "0",
        **more,
    }


def installed(folder: Path, **more: str) -> Instance:
    """Install an instance, that nothing serves yet."""
    environment = environment_of(folder, **more)
    made = Instance(environment["BASE_URL"], folder, "", environment)
    password = re.search(r"usage unique : (\S+)", made.flask("setup"))
    assert password is not None
    return replace(made, password=password[1])


@contextmanager
def instance(folder: Path, **more: str) -> Iterator[Instance]:
    """Install and start an instance; stop it when the block ends."""
    made = installed(folder, **more)
    with commands.running("start", environment=made.environment):
        servers.wait_until(lambda: answers(f"{made.url}/readyz"), "the site")
        yield made


def answers(url: str) -> bool:
    """Say whether something answers 200 there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
