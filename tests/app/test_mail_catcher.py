"""The local catcher: what is sent over SMTP is a file one can read, byte for byte."""

import smtplib
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

from app import mail_catcher
from tests.instance import ROOT
from tests.servers import free_port

CATCHER = Path(mail_catcher.__file__)


def test_a_message_becomes_a_file(tmp_path: Path) -> None:
    port = free_port()
    catcher = mail_catcher.serve(tmp_path / "mails", port)
    message = EmailMessage()
    message["From"], message["To"] = "a@recueil.example", "b@recueil.example"
    message["Subject"] = "Élues et élus"
    message.set_content("Été 🌻\n.une ligne qui commence par un point\n")
    try:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(message)
    finally:
        catcher.stop()
    (kept,) = (tmp_path / "mails").iterdir()
    assert kept.suffix == ".eml"
    assert kept.read_bytes().replace(b"\r\n", b"\n") == message.as_bytes()


def test_as_a_file_it_loads_nothing_of_ours() -> None:
    """It starts with every instance: it must not take the two seconds of a whole application."""
    loading = f"import runpy, sys; runpy.run_path({str(CATCHER)!r}); print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-P", "-c", loading], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in told.stdout.split()}
    assert loaded & {"app", "config", "flask", "sqlalchemy"} == set()
