"""The measures of security that are truly on, in French; and what only a person can say."""

from collections.abc import Iterator

from app.models import RoleName
from app.models.base import PARIS
from app.services.register_facts import Facts, Served
from guides.french import NBSP

TO_COMPLETE = "à compléter"
NAMES = {
    RoleName.STAFF: "l’équipe",
    RoleName.RESEARCHER: "la recherche",
    RoleName.ADMINISTRATOR: "l’administration",
    RoleName.DPO: "la protection des données",
}
DATABASES = {
    "sqlite": f"Base de données{NBSP}: SQLite, un fichier de cette machine.",
    "postgresql": f"Base de données{NBSP}: PostgreSQL.",
}


def organised(facts: Facts) -> Iterator[str]:
    """Yield who may open what."""
    counts = facts.roles
    yield (
        "Contacts et témoignages sont deux pièces sans clé commune. Personnes habilitées"
        f"{NBSP}: contacts {counts[RoleName.STAFF]}, témoignages {counts[RoleName.RESEARCHER]}, "
        f"administration {counts[RoleName.ADMINISTRATOR]}, journal et registre "
        f"{counts[RoleName.DPO]}."
    )
    yield "Rien n’est cité qu’un accord ne permette, ni avant une relecture qui pseudonymise."
    yield ("Chaque chose s’efface d’elle-même quand sa durée est passée, vérifiée chaque heure.")
    yield _journal(facts)


def technical(facts: Facts) -> Iterator[str]:
    """Yield how data are kept from others, as it was measured on this installation."""
    served = facts.served
    yield DATABASES.get(facts.database, f"Base de données{NBSP}: {facts.database}.")
    keys = "une clé en service" if served.keys == 1 else f"{served.keys} clés en service"
    yield (
        "Chiffrés dans la base (AES-128 et HMAC-SHA256, Fernet)"
        f"{NBSP}: noms, adresses, téléphones, questions, brouillons, réponses remplacées, {keys}. "
        "Les réponses d’un témoignage envoyé, où l’on cherche des mots, ne le sont pas"
        f"{NBSP}: chiffrement du disque {TO_COMPLETE}."
    )
    yield from _web(served)
    yield (
        "Journaux techniques du service"
        f"{NBSP}: moment, page et durée de chaque demande, sans adresse, ni nom, ni mot écrit. "
        f"L’heure d’un envoi s’y lit, sans que l’on sache lequel{NBSP}; durée {TO_COMPLETE}."
    )
    yield "Mots de passe gardés sous une empreinte argon2."
    yield _second_factor(facts)
    yield (
        f"Dernière sauvegarde{NBSP}: le {_day(facts)}."
        if facts.last_backup
        else f"Sauvegardes{NBSP}: aucune n’est connue du journal, {TO_COMPLETE}."
    )


def _journal(facts: Facts) -> str:
    kept = f"Journal des actes, en ajout seul et chaîné{NBSP}; "
    if facts.last_check is None:
        return f"{kept}il n’a pas encore été relu en entier."
    day = facts.last_check.astimezone(PARIS).strftime("%d/%m/%Y")
    return f"{kept}relu le {day}{NBSP}: {'entier' if facts.is_whole else 'rompu'}."


def _web(served: Served) -> Iterator[str]:
    if served.is_https:
        hsts = "avec HSTS" if served.has_hsts else "sans HSTS"
        yield f"Site servi en HTTPS, {hsts}."
    else:
        yield "Site servi en HTTP, sans chiffrement du transport."
    yield (
        "Les pages n’exécutent et ne chargent que ce qui vient du site (Content-Security-Policy)."
        if served.has_policy
        else "Aucune politique de contenu (Content-Security-Policy) n’est envoyée."
    )
    if not served.has_secure_cookies:
        yield "Le cookie de session n’est pas réservé à HTTPS."
    if not served.is_production:
        yield "Cette installation n’est pas réglée pour la production (APP_ENV)."


def _second_factor(facts: Facts) -> str:
    asked = facts.second_step
    if asked is None:
        return f"Second facteur de connexion{NBSP}: cette version n’en a pas."
    if not asked:
        return f"Second facteur de connexion{NBSP}: possible, exigé de personne."
    names = ", ".join(NAMES[role] for role in RoleName if role in asked)
    return f"Second facteur de connexion{NBSP}: exigé de {names}."


def _day(facts: Facts) -> str:
    assert facts.last_backup is not None
    return facts.last_backup.astimezone(PARIS).strftime("%d/%m/%Y")
