"""The support of the impact analysis (RGPD, article 35): what is known, and what a person weighs.

Its plan is that of the CNIL's method (« Analyse d'impact relative à la protection des données »,
2018): context, fundamental principles, risks, validation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.services import register_measures, registers
from app.services.register_facts import Facts
from app.services.register_measures import TO_COMPLETE
from guides.document import Block, Bullets, Document, Heading, Paragraph
from guides.french import NBSP

TITLE = "Analyse d’impact"
WHY = (
    "Données sensibles, de santé et d’opinion, dans des réponses libres.",
    "Personnes qui peuvent être vulnérables : usagères et usagers de la psychiatrie, proches.",
    "Selon le nombre de réponses, traitement à grande échelle.",
)
RIGHTS = (
    "Information : page « Vos données », en français courant et facile à lire, avant tout envoi.",
    "Accord : une case par accord, datée, dans ses mots exacts ; il se retire comme il se donne.",
    "Accès, portabilité, rectification, effacement : par le code de suivi, sans compte ni délai.",
    "Opposition aux messages : par le lien de chacun, ou par l’équipe ; une empreinte seule reste.",
    "Décision automatisée : aucune. Un programme propose des thèmes, une personne décide.",
)


@dataclass(frozen=True, slots=True)
class Risk:
    """A feared event: what it would do to people, what could cause it, what is done against it."""

    name: str
    harm: str
    causes: tuple[str, ...]
    measures: tuple[str, ...]


RISKS = (
    Risk(
        "Accès illégitime aux données",
        "Une personne est reconnue dans ce qu’elle dit de sa santé, de son élu ou de son service : "
        "gêne, rupture de confiance, discrimination.",
        (
            "Un compte de l’équipe pris ou prêté.",
            "Une copie de la base ou d’un export perdue.",
            "Un recoupement par le nom du CLSM, la fonction ou un détail du récit.",
        ),
        (
            "Aucun nom demandé, aucune adresse de réseau gardée, le jour au lieu de l’heure.",
            "Contacts et témoignages séparés, sans clé commune ; identités chiffrées dans la base.",
            "Chaque témoignage ou contact ouvert, chaque export laisse une ligne au journal.",
            "Petits effectifs cachés dans ce qui se publie, citations relues et pseudonymisées.",
        ),
    ),
    Risk(
        "Modification non désirée",
        "Une personne est citée autrement qu’elle ne l’a dit ou accepté.",
        ("Une erreur de l’équipe, une intrusion, une panne au milieu d’un enregistrement.",),
        (
            "Réponses jamais réécrites par l’équipe ; ce qu’une modification remplace est gardé.",
            "Accords relus à chaque citation ; un retrait la fait disparaître partout.",
            "Journal chaîné et signé : une ligne changée ou coupée se voit.",
        ),
    ),
    Risk(
        "Disparition de données",
        "Un témoignage confié est perdu, ou son autrice ou auteur ne peut plus le retirer.",
        ("Une panne de disque, une erreur, un rançongiciel.",),
        (
            "Un envoi est entier ou absent, même si la machine s’arrête au milieu.",
            "Sauvegardes : voir les mesures techniques ci-dessus.",
        ),
    ),
)


def compose(facts: Facts, *, made_on: date) -> Document:
    """Return the support as a document."""
    return Document(
        title=TITLE,
        subtitle="Support pour l’analyse de l’article 35 du RGPD, à compléter par une personne",
        author=facts.organisation.name,
        made_on=made_on,
        lines=(f"Établi le {made_on:%d/%m/%Y} d’après les réglages en service.",),
        blocks=[*_context(facts), *_principles(facts), *_measures(facts), *_risks(), *_end()],
        is_compact=True,
    )


def _context(facts: Facts) -> Iterator[Block]:
    yield Heading("1. Le contexte")
    yield Bullets(tuple(registers.responsible(facts)))
    yield Heading("Pourquoi une analyse", 2)
    yield Bullets(tuple(map(_typeset, WHY)))
    yield Heading("Ce qui est traité", 2)
    for treatment in facts.treatments:
        yield Paragraph(f"{treatment.name}{NBSP}:")
        yield Bullets((*treatment.purposes, *treatment.data))


def _principles(facts: Facts) -> Iterator[Block]:
    yield Heading("2. Les principes fondamentaux")
    yield Heading("Bases légales", 2)
    yield Bullets(tuple(words for each in facts.treatments for words in each.basis))
    yield Heading("Durées", 2)
    for treatment in facts.treatments:
        yield Bullets(tuple(registers.durations(treatment)))
    yield Heading("Droits des personnes", 2)
    yield Bullets(tuple(map(_typeset, RIGHTS)))
    yield Paragraph(
        f"Nécessité et proportionnalité, avis de la personne déléguée{NBSP}: {TO_COMPLETE}."
    )


def _measures(facts: Facts) -> Iterator[Block]:
    yield Heading("3. Les mesures en service")
    yield Bullets((*register_measures.organised(facts), *register_measures.technical(facts)))


def _risks() -> Iterator[Block]:
    yield Heading("4. Les risques")
    for risk in RISKS:
        yield Heading(risk.name, 2)
        yield Paragraph(f"Conséquences possibles{NBSP}: {_typeset(risk.harm)}")
        yield Paragraph(f"Causes possibles{NBSP}:")
        yield Bullets(risk.causes)
        yield Paragraph(f"Mesures qui le réduisent{NBSP}:")
        yield Bullets(tuple(map(_typeset, risk.measures)))
        yield Bullets(
            (
                f"Gravité (négligeable, limitée, importante, maximale){NBSP}: {TO_COMPLETE}.",
                f"Vraisemblance (négligeable, limitée, importante, maximale){NBSP}: {TO_COMPLETE}.",
                f"Mesures à ajouter, qui, quand{NBSP}: {TO_COMPLETE}.",
            )
        )


def _end() -> Iterator[Block]:
    yield Heading("5. La validation")
    yield Bullets(
        (
            f"Avis de la personne déléguée à la protection des données{NBSP}: {TO_COMPLETE}.",
            f"Avis des personnes concernées ou de leurs représentants{NBSP}: {TO_COMPLETE}.",
            f"Décision du responsable du traitement, date{NBSP}: {TO_COMPLETE}.",
        )
    )


def _typeset(words: str) -> str:
    """Return words with the spaces of French that no line may break at."""
    for mark in (":", ";", "»"):
        words = words.replace(f" {mark}", f"{NBSP}{mark}")
    return words.replace("« ", f"«{NBSP}")
