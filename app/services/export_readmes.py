"""What is written beside an export, in French: what it holds, what stayed and why, each column."""

from collections.abc import Iterator, Sequence

from app.models.base import PARIS, now
from app.services import export_filters
from app.services.export_making import Content
from app.services.exports import Codings, Kind, Tally, Wanted

FORMULAS = (
    "Une case qui commencerait comme une formule est précédée d’une apostrophe, qui ne compte ni "
    "dans les signes ni dans les places."
)
TITLES = {
    Kind.CSV: "tables CSV",
    Kind.XLSX: "classeur Excel",
    Kind.JSONL: "JSON, un témoignage par ligne",
    Kind.QDPX: "projet REFI-QDA (NVivo, ATLAS.ti, MAXQDA, QualCoder…)",
    Kind.QDC: "grille REFI-QDA",
    Kind.IRAMUTEQ: "corpus IRaMuTeQ",
    Kind.DOCBIN: "documents spaCy (DocBin)",
}
CHOSEN = {
    Codings.STANDING: "tous ceux qui ne sont pas rejetés, proposés ou décidés",
    Codings.KEPT: "ceux qu’une personne a acceptés, corrigés ou posés",
    Codings.ALL: "tous, rejetés compris",
    Codings.NONE: "aucun",
}
HOW = {
    Kind.CSV: (
        "UTF-8 avec marque, point-virgule, virgule décimale\u00a0: un double-clic l’ouvre dans un "
        "Excel français. Excel n’affiche que 32\u00a0767 signes d’une case\u00a0: au-delà, lisez "
        "les fichiers avec un autre outil, ou prenez le classeur, qui partage les longs textes.",
        FORMULAS,
    ),
    Kind.XLSX: (
        "Une case tient 32\u00a0767 signes\u00a0: une réponse plus longue est partagée en "
        "plusieurs lignes, numérotées.",
        FORMULAS,
    ),
    Kind.JSONL: ("UTF-8 sans marque. Les places comptent des caractères Unicode, fin exclue.",),
    Kind.QDPX: (
        "Conforme au schéma REFI-QDA 1.0. Textes en UTF-8, fins de ligne LF, sans marque\u00a0; "
        "les places comptent des caractères Unicode, fin exclue.",
        "Ce fichier se relit dans Recueil (Exports, puis Importer un projet)\u00a0: les codages "
        "faits ailleurs y reviennent. Ne changez pas les textes, ou ils ne s’y retrouveront pas.",
    ),
    Kind.QDC: ("Conforme à REFI-QDA 1.0. Les familles ne servent pas à coder.",),
    Kind.IRAMUTEQ: (
        "UTF-8. Dans les textes, * _ $ § et les émojis sont remplacés par une espace et les "
        "apostrophes sont droites\u00a0: IRaMuTeQ les lirait autrement. Dans un entretien, les "
        "paroles de l’équipe sont ôtées.",
        "Les codages n’y sont pas.",
    ),
    Kind.DOCBIN: (
        "À lire par spacy.tokens.DocBin().from_disk(…).get_docs(vocab). Le découpage en mots est "
        'celui de spacy.blank("fr")\u00a0; un extrait y va de mot en mot.',
    ),
}


def write(wanted: Wanted, tally: Tally, contents: Sequence[Content]) -> str:
    """Return the README of an export."""
    return "\n".join(line.rstrip() for line in _lines(wanted, tally, contents)) + "\n"


def _lines(wanted: Wanted, tally: Tally, contents: Sequence[Content]) -> Iterator[str]:
    moment = now().astimezone(PARIS)
    yield f"Recueil\u00a0: {TITLES[wanted.kind]}"
    yield f"Fait le {moment:%d/%m/%Y} à {moment:%H h %M} (heure de Paris)."
    yield ""
    if wanted.kind is not Kind.QDC:
        yield from _told(wanted, tally)
    yield "CE QUE CONTIENT CHAQUE FICHIER"
    for content in contents:
        yield f"{content.name} ({content.unit}\u00a0: {content.count})"
        for name, told in content.columns.items():
            yield f"  {name}\u00a0: {told}"
        yield ""
    yield "COMMENT LE LIRE"
    yield from HOW[wanted.kind]
    yield "empreintes.sha256 dit si un fichier a changé\u00a0: sha256sum -c empreintes.sha256"


def _told(wanted: Wanted, tally: Tally) -> Iterator[str]:
    yield "CE QUI EST PARTI"
    yield f"Témoignages\u00a0: {tally.testimonies}"
    yield f"Réponses en mots libres\u00a0: {tally.answers}"
    if wanted.kind is not Kind.IRAMUTEQ:
        yield f"Codages\u00a0: {tally.codings} ({CHOSEN[wanted.codings]})"
    yield f"Mémos\u00a0: {tally.memos if wanted.has_memos else 'non demandés'}"
    given = export_filters.said(wanted.filters)
    narrowed = ", ".join(f"{name} = {value}" for name, value in given.items())
    yield f"Filtres\u00a0: {narrowed or 'aucun, tous les témoignages'}"
    yield ""
    yield "CE QUI N’EST PAS PARTI"
    yield (
        "Témoignages dont personne n’a fini de relire les données personnelles (ouvrez-les dans "
        f"Recueil, «\u00a0Données personnelles\u00a0»)\u00a0: {tally.unconfirmed}"
    )
    yield f"Témoignages sans accord de participation\u00a0: {tally.without_consent}"
    yield "Jamais de coordonnées, ni de code de suivi. Les témoignages retirés n’existent plus."
    yield ""
    yield from _words(wanted)
    yield ""


def _words(wanted: Wanted) -> Iterator[str]:
    if wanted.is_raw:
        yield "TEXTE BRUT"
        yield (
            "Les mots sont ceux des personnes, avec les noms, lieux et numéros qu’elles ont "
            "écrits. Cet export a laissé une trace. Gardez ce fichier chiffré, là où l’équipe "
            "seule va, et effacez-le après usage. Ne citez rien d’ici."
        )
        return
    yield "PSEUDONYMES"
    yield (
        "Dans les réponses, ce qui nommait quelqu’un est remplacé ([Prénom 1], [Commune 2]…), tel "
        "qu’une personne l’a relu et accepté\u00a0; le nom d’un CLSM l’est par un numéro, propre à "
        "cet export. Les mêmes repères croisés (profil, département, mandat…) peuvent encore "
        "désigner quelqu’un\u00a0: ce fichier reste confidentiel."
    )
    yield "La colonne ou variable accord_citation dit ce qui peut être cité, et comment."
    if wanted.has_memos:
        yield (
            "Dans les mémos, seuls les mots remplacés dans leur témoignage le sont aussi\u00a0: "
            "personne n’y a cherché d’autres noms."
        )
