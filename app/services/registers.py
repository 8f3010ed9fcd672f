"""The entry of the register (RGPD, article 30), with what this installation really does."""

from collections.abc import Iterable, Iterator
from datetime import date

from app.services import register_measures, retention
from app.services.register_facts import COUNTED, Facts, Treatment
from app.services.register_measures import TO_COMPLETE
from guides.document import Block, Bullets, Document, Heading, Paragraph
from guides.french import NBSP

TITLE = "Registre des activités de traitement"


def compose(facts: Facts, *, made_on: date) -> Document:
    """Return the register as a document; what nobody told the software is « à compléter »."""
    return Document(
        title=TITLE,
        subtitle="Règlement général sur la protection des données, article 30",
        author=facts.organisation.name,
        made_on=made_on,
        lines=(f"Établi le {made_on:%d/%m/%Y} d’après les réglages en service.",),
        blocks=list(_blocks(facts)),
        is_compact=True,
    )


def known(value: str) -> str:
    """Return what is said, or that a person must say it."""
    return value or TO_COMPLETE


def responsible(facts: Facts) -> Iterator[str]:
    """Yield who answers for the data."""
    who = facts.organisation
    officer = ", ".join(filter(None, (who.dpo_name, who.dpo_email, who.dpo_address)))
    yield f"Responsable du traitement{NBSP}: {who.name}, {known(who.address)}."
    yield f"Pour écrire à l’équipe{NBSP}: {who.email}."
    yield f"Personne déléguée à la protection des données{NBSP}: {known(officer)}."
    yield f"Responsables conjoints, sous-traitants{NBSP}: {TO_COMPLETE}."
    yield f"Hébergement{NBSP}: {known(who.hosting)}."


def _blocks(facts: Facts) -> Iterator[Block]:
    yield Heading("Qui en répond")
    yield Bullets(tuple(responsible(facts)))
    for number, treatment in enumerate(facts.treatments, start=1):
        yield Heading(f"Traitement {number}. {treatment.name}")
        yield from _treatment(treatment, facts)
    yield Heading("Mesures de sécurité, telles qu’elles sont en service")
    yield Heading("D’organisation", 2)
    yield Bullets(tuple(register_measures.organised(facts)))
    yield Heading("Techniques", 2)
    yield Bullets(tuple(register_measures.technical(facts)))
    yield Heading("À compléter par une personne")
    yield Bullets(
        (
            "La référence interne de cette fiche, sa date de création et ses mises à jour.",
            "Les sous-traitants, leurs contrats, et ce qu’ils peuvent lire.",
            "La sécurité des lieux, des postes de travail et du réseau.",
        )
    )


def _treatment(treatment: Treatment, facts: Facts) -> Iterator[Block]:
    sensitive = treatment.sensitive or ("Aucune n’est demandée.",)
    parts: tuple[tuple[str, Iterable[str]], ...] = (
        ("Finalités", treatment.purposes),
        ("Base légale", treatment.basis),
        ("Personnes concernées", treatment.people),
        ("Données", treatment.data),
        ("Données particulières (articles 9 et 10)", sensitive),
        ("Source des données", treatment.sources),
        ("Destinataires", treatment.recipients),
        ("Durées de conservation", durations(treatment)),
        ("Nombre de lignes aujourd’hui", _counts(treatment, facts)),
    )
    for title, items in parts:
        yield Heading(title, 2)
        yield Bullets(tuple(items))
    yield Paragraph(
        f"Transferts hors de l’Union européenne{NBSP}: le logiciel n’en fait aucun{NBSP}; "
        f"hébergement et messagerie, {TO_COMPLETE}."
    )


def durations(treatment: Treatment) -> Iterator[str]:
    """Yield how long each thing is kept, by the one table of rules."""
    rules = {rule.name: rule for rule in retention.rules()}
    return (rules[name].sentence for name in treatment.rules)


def _counts(treatment: Treatment, facts: Facts) -> Iterator[str]:
    for name in treatment.counted:
        yield f"{COUNTED[name][1]}{NBSP}: {facts.counts[name]}."
