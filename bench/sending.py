"""How fast a campaign leaves, beside a bare smtplib loop to the same server.

Both write a message of the same size for each of as many people (text and HTML), and give it over
one connection to the same server, aiosmtpd in a process of its own, in the same run. The floor
keeps nothing; Recueil reads each contact from its database, encrypted, and commits once a message,
so that a crash sends nothing twice. The throttle is off. The disk's rate of fsync stands beside.

  python -m bench.sending [--messages 10000]
"""

import argparse
import multiprocessing
import os
import resource
import smtplib
import tempfile
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

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


def fsyncs_a_second(folder: Path) -> float:
    """8 kB appended and synced, for half a second."""
    handle = os.open(folder / "fsync", os.O_CREAT | os.O_WRONLY)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < 0.5:
        os.write(handle, b"x" * 8192)
        os.fsync(handle)
        count += 1
    os.close(handle)
    return count / (time.perf_counter() - began)


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    messages, port = parser.parse_args().messages, 18_025
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=serve, args=(port, ready), daemon=True)
    server.start()
    ready.wait()
    with tempfile.TemporaryDirectory() as folder:
        environ = {"INSTANCE_PATH": folder, "MAIL_PORT": str(port), "MAIL_SERVER": "127.0.0.1"}
        app = create_app(config.load(environ))
        with app.app_context():
            migrate(db.engine, lock=Path(folder) / "lock")
            filled(messages)
            raw = sample()
            db.session.rollback()
            print(f"fsync: {fsyncs_a_second(Path(folder)):,.0f}/s")
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            bare = floor(port, messages, raw)
            limits = postman.Limits()
            began = time.perf_counter()
            while postman.Round(db.engine, limits).make():
                pass
            ours = messages / (time.perf_counter() - began)
            left = db.session.query(Invitation).filter(Invitation.state != "sent").count()
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"bare loop: {bare:,.0f} messages/s")
    print(f"campaign:  {ours:,.0f} messages/s, {left} not sent, +{(after - before) / 1024:.0f} MB")
    print(f"ratio campaign/bare: {ours / bare:.2f}")
    server.kill()


if __name__ == "__main__":
    main()
