"""The settings that deserve a second look: what each risks, and what to write instead."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = frozenset({"127.0.0.1", "localhost", "::1"})
MANY_KEYS = 3


@dataclass(frozen=True)
class Caution:
    """A variable of the environment, and what to think of its value."""

    setting: str
    words: str


def look(config: Any) -> list[Caution]:
    """Return what looks dangerous in these settings, none of which stopped the start."""
    return [*_of_the_site(config), *_of_the_mail(config), *_of_the_rest(config)]


def _of_the_site(config: Any) -> Iterator[Caution]:
    url = urlsplit(config["BASE_URL"])
    is_here = url.hostname in HERE
    if not config["IS_PRODUCTION"]:
        yield Caution(
            "APP_ENV",
            "Le service tourne comme pour un essai\u00a0: les témoins de connexion passent aussi "
            "sans chiffrement. Pour un vrai appel, donnez « production ».",
        )
    if url.scheme != "https" and not is_here:
        yield Caution(
            "BASE_URL",
            "L’adresse publique n’est pas en https\u00a0: ce que les personnes écrivent passe en "
            "clair.",
        )
    if not is_here and not config["TRUSTED_PROXIES"]:
        yield Caution(
            "TRUSTED_PROXIES",
            "Toutes les visites semblent venir de cette machine\u00a0: les essais de codes sont "
            "comptés ensemble. Avec un serveur web devant, donnez 1.",
        )
    if config["IS_PRODUCTION"] and not config["METRICS_TOKEN"]:
        yield Caution(
            "METRICS_TOKEN", "Sans ce jeton, les mesures (/metrics) ne s’ouvrent à personne."
        )


def _of_the_mail(config: Any) -> Iterator[Caution]:
    if config["MAIL_IS_CAUGHT"]:
        yield Caution(
            "MAIL_SERVER",
            "Aucun serveur de messagerie\u00a0: les messages restent sur cette machine et "
            "n’arrivent chez personne.",
        )
        return
    is_plain = not (config["MAIL_USE_TLS"] or config["MAIL_USE_SSL"])
    if is_plain and config["MAIL_SERVER"] not in HERE:
        yield Caution("MAIL_USE_TLS", "Les messages vont en clair jusqu’au serveur de messagerie.")
    if not config["BOUNCE_MAILBOX"]:
        yield Caution(
            "BOUNCE_MAILBOX",
            "Les refus ne sont pas lus\u00a0: on écrira encore à des adresses qui n’existent plus.",
        )


def _of_the_rest(config: Any) -> Iterator[Caution]:
    missing = config["ORGANISATION"].missing
    if missing:
        yield Caution(
            ", ".join(missing), "La page « Vos données » ne dit pas tout ce qu’elle doit dire."
        )
    if len(config["DATA_KEYS"]) > MANY_KEYS:
        yield Caution(
            "DATA_KEYS",
            "Il reste plus de clés qu’il n’en faut\u00a0: chacune ouvre encore ce qu’elle a fermé. "
            "Quand tout est rechiffré, retirez les anciennes.",
        )
    instance = Path(config["INSTANCE_PATH"])
    if stat.S_IMODE(instance.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        yield Caution(
            "INSTANCE_PATH",
            "D’autres comptes de cette machine peuvent lire le dossier des données\u00a0: "
            "chmod 700.",
        )
    if not config["LEAST_FREE_MEGABYTES"]:
        yield Caution("LEAST_FREE_MEGABYTES", "Un disque plein ne sera pas signalé d’avance.")
