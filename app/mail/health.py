"""Whether mail can leave, step by step, and what the sender's domain should publish.

Nothing is looked up in the DNS: what a domain publishes is said as what it should be (SPF RFC 7208,
DKIM RFC 6376, DMARC RFC 7489), and what the settings alone already tell is told.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

from flask import current_app

from app.mail.letters import Letter
from app.mail.sending import CONNECTING_SECONDS, SendingError, said, send

T = TypeVar("T")

# Their owners publish that nobody else may write in their name: such a sender is refused.
CONSUMER_DOMAINS = frozenset(
    {
        *("gmail.com", "yahoo.com", "yahoo.fr", "hotmail.com", "hotmail.fr", "outlook.com"),
        *("outlook.fr", "live.fr", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr"),
        *("laposte.net", "icloud.com", "aol.com", "bbox.fr"),
    }
)
CALLING_SECONDS = 1.0  # for a mere call: somebody waits for the answer
CALLED = 30  # seconds during which the answer to a call is kept
RESERVED = (".example", ".invalid", ".test", ".localhost")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `is_well` is none when it cannot be told from here."""

    title: str
    is_well: bool | None
    words: str


def try_server(*, to: str | None = None) -> list[Finding]:
    """Try the settings one step after the other, and stop at the first that fails.

    With `to`, an essay message is given to the server at the end.
    """
    if current_app.config["MAIL_IS_CAUGHT"]:
        return [_caught()]
    found = list(_steps())
    if to and all(finding.is_well is not False for finding in found):
        found.append(_essay(to))
    return found


def is_reachable() -> bool:
    """Say whether the mail server, or the catcher, takes a call; no word is exchanged.

    What was found is kept a while: whoever asks often has us call no more often.
    """
    config = current_app.config
    return _takes_a_call(config["MAIL_SERVER"], config["MAIL_PORT"], int(time.monotonic() / CALLED))


@lru_cache(maxsize=4)
def _takes_a_call(server: str, port: int, _turn: int) -> bool:
    try:
        socket.create_connection((server, port), timeout=CALLING_SECONDS).close()
    except OSError:
        return False
    return True


def _caught() -> Finding:
    words = (
        "Aucun serveur n’est réglé (MAIL_SERVER) : les messages sont gardés sur cette machine, "
        "dans le dossier « mails », et n’arrivent chez personne."
    )
    return Finding("Serveur de messagerie", False, words)


def _steps() -> Iterator[Finding]:
    config = current_app.config
    place = f"{config['MAIL_SERVER']}, port {config['MAIL_PORT']}"
    reached = _try("Connexion", _connect, f"Le serveur répond ({place}).")
    yield reached[0]
    host = reached[1]
    if host is None:
        return
    try:
        yield from _talk(host)
    finally:
        host.close()


def _talk(host: smtplib.SMTP) -> Iterator[Finding]:
    config = current_app.config
    if config["MAIL_USE_SSL"]:
        yield Finding("Chiffrement", True, "La connexion est chiffrée dès le premier mot (TLS).")
    elif config["MAIL_USE_TLS"]:
        finding, _ = _try(
            "Chiffrement",
            lambda: host.starttls(context=ssl.create_default_context()),
            "STARTTLS est accepté, et le certificat est bien celui de ce serveur.",
        )
        yield finding
        if not finding.is_well:
            return
    else:
        yield Finding(
            "Chiffrement",
            None,
            "La connexion n’est pas chiffrée. C’est acceptable vers un serveur de la même machine "
            "ou du même réseau ; sinon, réglez MAIL_USE_TLS ou MAIL_USE_SSL.",
        )
    if config["MAIL_USERNAME"] and config["MAIL_PASSWORD"]:
        finding, _ = _try(
            "Identification",
            lambda: host.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"]),
            "Le nom et le mot de passe sont acceptés.",
        )
        yield finding
        if not finding.is_well:
            return
    sender = parseaddr(config["MAIL_DEFAULT_SENDER"])[1]
    yield _try("Expéditeur", lambda: _sender(host, sender), f"{sender} peut envoyer.")[0]


def _connect() -> smtplib.SMTP:
    config = current_app.config
    if config["MAIL_USE_SSL"]:
        host: smtplib.SMTP = smtplib.SMTP_SSL(
            config["MAIL_SERVER"],
            config["MAIL_PORT"],
            timeout=CONNECTING_SECONDS,
            context=ssl.create_default_context(),
        )
    else:
        host = smtplib.SMTP(config["MAIL_SERVER"], config["MAIL_PORT"], timeout=CONNECTING_SECONDS)
    host.ehlo_or_helo_if_needed()
    return host


def _sender(host: smtplib.SMTP, sender: str) -> None:
    code, words = host.mail(sender)
    if code >= 400:
        raise smtplib.SMTPResponseException(code, words)
    host.rset()


def _try(title: str, step: Callable[[], T], well: str) -> tuple[Finding, T | None]:
    """Return what a step tells, and what it gives when it goes well."""
    try:
        return Finding(title, True, well), step()
    except smtplib.SMTPResponseException as refusal:
        words = said(refusal.smtp_code, refusal.smtp_error, "")
        return Finding(title, False, f"{words[0].upper()}{words[1:]}."), None
    except ssl.SSLCertVerificationError as trouble:
        words = f"Le certificat du serveur n’est pas reconnu ({trouble.verify_message})."
        return Finding(title, False, words), None
    except socket.gaierror:
        name = current_app.config["MAIL_SERVER"]
        words = f"Le nom {name} n’est pas connu : vérifiez MAIL_SERVER."
        return Finding(title, False, words), None
    except (smtplib.SMTPException, OSError) as trouble:
        return Finding(title, False, f"Le serveur ne répond pas ({type(trouble).__name__})."), None


def _essay(to: str) -> Finding:
    letter = Letter(
        to=to,
        subject="Essai d’envoi depuis Recueil",
        text="Ce message montre que l’envoi fonctionne. Il n’appelle pas de réponse.\n",
        html='<!doctype html>\n<html lang="fr"><head><title>Essai</title></head>'
        "<body><p>Ce message montre que l’envoi fonctionne. Il n’appelle pas de réponse.</p>"
        "</body></html>\n",
        headers={},
    )
    try:
        send(letter)
    except SendingError as trouble:
        return Finding("Message d’essai", False, f"Il n’est pas parti : {trouble}.")
    return Finding("Message d’essai", True, f"Il est parti vers {to}. Vérifiez qu’il arrive.")


def advice() -> list[Finding]:
    """Return what the settings tell of how messages will be received, and what to publish."""
    config = current_app.config
    sender = parseaddr(config["MAIL_DEFAULT_SENDER"])[1]
    domain = sender.rpartition("@")[2].lower()
    return [
        _domain(domain),
        _spf(domain),
        _dkim(domain),
        _dmarc(domain),
        _return_path(domain),
        _one_click(),
    ]


def _domain(domain: str) -> Finding:
    if domain in CONSUMER_DOMAINS:
        words = (
            f"{domain} est une messagerie grand public : un autre serveur que le sien n’a pas le "
            "droit d’écrire en son nom. Choisissez une adresse du domaine de votre organisme."
        )
        return Finding("Domaine de l’expéditeur", False, words)
    if domain.endswith(RESERVED):
        words = f"{domain} n’existe pas : réglez MAIL_DEFAULT_SENDER."
        return Finding("Domaine de l’expéditeur", False, words)
    return Finding("Domaine de l’expéditeur", True, f"Les messages partent de {domain}.")


def _spf(domain: str) -> Finding:
    server = current_app.config["MAIL_SERVER"]
    named = _mechanism(server)
    words = (
        f"{domain} doit publier un seul enregistrement TXT qui commence par « v=spf1 » et "
        f"qui autorise {server}, par exemple : v=spf1 {named} ~all"
    )
    return Finding("SPF", None, words)


def _mechanism(server: str) -> str:
    """Return what authorises a server in an SPF record (RFC 7208): its name, or its number."""
    try:
        return f"ip{ip_address(server).version}:{server}"
    except ValueError:
        return f"a:{server}"


def _dkim(domain: str) -> Finding:
    server = current_app.config["MAIL_SERVER"]
    words = (
        f"C’est {server} qui signe. Demandez à qui l’administre le nom du "
        f"sélecteur : la clé publique se lit à sélecteur._domainkey.{domain}"
    )
    return Finding("DKIM", None, words)


def _dmarc(domain: str) -> Finding:
    words = (
        f"À _dmarc.{domain}, publiez par exemple : v=DMARC1; p=none; rua=mailto:postmaster@"
        f"{domain} puis, quand les rapports sont bons, p=quarantine."
    )
    return Finding("DMARC", None, words)


def _return_path(domain: str) -> Finding:
    box: str | None = current_app.config["BOUNCE_ADDRESS"]
    if box is None or not current_app.config["BOUNCE_MAILBOX"]:
        words = (
            "Les retours ne sont pas lus : réglez BOUNCE_ADDRESS et BOUNCE_MAILBOX pour que les "
            "adresses qui n’existent plus soient signalées."
        )
        return Finding("Retours", None, words)
    theirs = box.rpartition("@")[2].lower()
    is_aligned = theirs == domain or theirs.endswith(f".{domain}") or domain.endswith(f".{theirs}")
    words = (
        f"Les retours arrivent à {theirs}, aligné avec {domain}."
        if is_aligned
        else f"Les retours arrivent à {theirs}, qui n’est pas de {domain} : SPF ne comptera pas "
        "pour DMARC, il faudra que DKIM soit bon."
    )
    return Finding("Retours", is_aligned, words)


def _one_click() -> Finding:
    if urlsplit(current_app.config["BASE_URL"]).scheme == "https":
        words = "Les messageries peuvent proposer de se désinscrire en un geste (RFC 8058)."
        return Finding("Désinscription", True, words)
    words = (
        "BASE_URL n’est pas en https : le lien de désinscription est dans chaque message, mais les "
        "messageries n’offriront pas leur bouton (RFC 8058)."
    )
    return Finding("Désinscription", None, words)
