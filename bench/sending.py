"""How fast a campaign leaves, beside a bare smtplib loop to the same server.

Both write a message of the same size for each of as many people (text and HTML), and give it over
one connection to the same server, aiosmtpd in a process of its own, in the same run. The floor
keeps nothing; Recueil reads each contact from its database, encrypted, and commits once a message,
so that a crash sends nothing twice. The throttle is off. The disk's rate of fsync stands beside.
Each is a process of its own, so that the memory told is that of the sending alone; a campaign ten
times as small is sent before, to tell whether memory grows with the number of messages.

  python -m bench.sending [--messages 10000] [--results FOLDER]
"""

import argparse
import multiprocessing
import re
import resource
import smtplib
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

import config
from app import create_app, mail, postman
from app.database import migrate
from app.extensions import db
from app.models import Campaign, Contact, Invitation
from app.models.base import now
from app.models.encryption import key_ring
from bench import results

LEAST, MOST_GROWTH = 0.7, 1.1  # of the bare loop; of the memory
BODY = """Bonjour {nom},

Le Centre national de ressources recueille des témoignages sur la participation dans les conseils
locaux de santé mentale. Vous êtes au {clsm}, et ce que vous avez vécu nous importe.

Quelques mots suffisent :
{lien}

Merci de votre attention,
L’équipe du Centre
"""


class Sink:
    """Takes everything, keeps nothing."""

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: smtp.SMTP, session: Session, envelope: Envelope
    ) -> str:
        return "250 OK"


def serve(port: int, ready: "multiprocessing.synchronize.Event") -> None:
    """Serve until the process is ended."""
    Controller(Sink(), hostname="127.0.0.1", port=port).start()
    ready.set()
    time.sleep(3600)


def floor(port: int, messages: int, raw: tuple[str, str]) -> float:
    """A bare loop: one connection, each message built and sent. Messages a second."""
    text, html = raw
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as host:
        for number in range(messages):
            message = EmailMessage(policy=SMTP)
            message["Subject"] = f"Votre témoignage, Personne {number}"
            message["From"] = "Recueil <recueil@recueil.example>"
            message["To"] = f"personne{number}@exemple.fr"
            message["Message-ID"] = f"<{number}@recueil.example>"
            message["List-Unsubscribe"] = f"<http://127.0.0.1/desinscription/{number}>"
            message.set_content(text, cte="quoted-printable")
            message.add_alternative(html, subtype="html", cte="quoted-printable")
            host.send_message(message)
    return messages / (time.perf_counter() - began)


def filled(messages: int) -> None:
    """A campaign launched to so many people."""
    campaign = Campaign(
        title="Mesure", subject="Votre témoignage, {nom}", body=BODY, launched_at=now()
    )
    db.session.add(campaign)
    db.session.flush()
    for number in range(messages):
        email = f"personne{number}@exemple.fr"
        contact = Contact(
            email=email,
            email_fingerprint=key_ring.fingerprint(email),
            name=f"Personne {number}",
            audience="coordinateur",
        )
        db.session.add(contact)
        db.session.flush()
        db.session.add(Invitation(campaign_id=campaign.id, contact_id=contact.id))
    db.session.commit()
    db.session.expunge_all()


def sample() -> tuple[str, str]:
    """The words of a message as Recueil writes it, for the floor to be as long."""
    campaign = db.session.query(Campaign).one()
    letter = mail.sample_letter(campaign, contact=None, to="x@exemple.fr")
    return letter.text, letter.html


@dataclass(frozen=True)
class Sent:
    """What a campaign of so many messages took."""

    messages: int
    rate: float  # messages a second
    left: int  # not sent
    peak: float  # MB, the most that its process held


def peak() -> float:
    """The most memory that this process has held, in MB."""
    try:
        said = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:  # not Linux
        said = None
    held = int(said[1]) if said else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / 1024


def settings(folder: str, port: int) -> dict[str, Any]:
    environ = {"INSTANCE_PATH": folder, "MAIL_PORT": str(port), "MAIL_SERVER": "127.0.0.1"}
    return config.load(environ)


def prepare(folder: str, port: int, messages: int) -> tuple[str, str]:
    """Fill a database; return the words of one message."""
    with create_app(settings(folder, port)).app_context():
        migrate(db.engine, lock=Path(folder) / "lock")
        filled(messages)
        return sample()


def send(folder: str, port: int, messages: int) -> Sent:
    """Send the campaign that waits there."""
    with create_app(settings(folder, port)).app_context():
        limits = postman.Limits()
        began = time.perf_counter()
        while postman.Round(db.engine, limits).make():
            pass
        rate = messages / (time.perf_counter() - began)
        left = db.session.query(Invitation).filter(Invitation.state != "sent").count()
        return Sent(messages, rate, left, peak())


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do it in a new process, whose memory is its own; return what it gives."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def measure(port: int, messages: int) -> tuple[float, Sent, float]:
    """The rate of the bare loop, what the campaign took (one after the other), and of fsync."""
    with tempfile.TemporaryDirectory() as folder:
        raw = apart(prepare, folder, port, messages)
        fsync = results.fsyncs_a_second(Path(folder))
        return apart(floor, port, messages, raw), apart(send, folder, port, messages), fsync


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    results.add_option(parser)
    asked = parser.parse_args()
    messages, port = asked.messages, 18_025
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=serve, args=(port, ready), daemon=True)
    server.start()
    ready.wait()
    try:
        _, small, _ = measure(port, max(1, messages // 10))
        bare, ours, fsync = measure(port, messages)
    finally:
        server.kill()
    results.keep("sending", figures(bare, small, ours, fsync), asked.results)


def figures(bare: float, small: Sent, ours: Sent, fsync: float) -> Iterator[results.Figure]:
    """What a campaign took, beside the bare loop, and a campaign ten times as small."""
    rates = f"{results.number(ours.rate)} messages/s, plancher {results.number(bare)}"
    yield results.at_least(
        f"Une campagne de {ours.messages} messages envoyée",
        ours.rate / bare,
        LEAST,
        beside=f"{rates} ; fsync {results.number(fsync)}/s",
    )
    yield results.at_most("Messages restés en route", ours.left, 0)
    yield results.at_most(
        f"Mémoire de l’envoi : {ours.messages} messages au lieu de {small.messages}",
        ours.peak / small.peak,
        MOST_GROWTH,
        beside=f"{small.peak:.0f} Mo, puis {ours.peak:.0f} Mo",
    )


if __name__ == "__main__":
    main()
