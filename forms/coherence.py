"""What a definition's questions owe each other: names of their own, consents in their place."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from forms.schema import VOICES_ID, Channel, Kind, Purpose, Question
from forms.source import Cell


class Written(NamedTuple):
    """A question and the cell it was written in."""

    question: Question
    cell: Cell


def check_names(sections: Iterable[Cell], questions: Iterable[Written]) -> None:
    """Check that no section, question or variable bears another's name. Raises DefinitionError."""
    seen: set[str] = set()
    for cell in sections:
        if (name := cell.name("id")) in seen:
            raise cell.wrong(
                f"la rubrique « {name} » existe déjà ; chaque rubrique a son identifiant."
            )
        seen.add(name)
    names: set[str] = set()
    variables: set[str | None] = set()
    for question, cell in questions:
        if question.id in names:
            raise cell.wrong("cet identifiant sert déjà à une autre question ; changez-en un.")
        if question.variable and question.variable in variables:
            raise cell.wrong(
                f"la variable « {question.variable} » sert déjà à une autre question ; "
                "changez-en une."
            )
        names.add(question.id)
        variables.add(question.variable)


def check_consents(sections: Sequence[Sequence[Written]]) -> None:
    """Check that the first section holds the consents and nothing else. Raises DefinitionError."""
    first, rest = sections[0], [written for section in sections[1:] for written in section]
    for question, cell in first:
        if question.purpose is None:
            raise cell.wrong(
                "la première rubrique ne contient que des consentements ; "
                "mettez cette question dans une autre."
            )
    for question, cell in rest:
        if question.purpose is not None:
            raise cell.wrong("un consentement se demande dans la première rubrique ; mettez-le là.")
    _check_purposes(first)


def _check_purposes(consents: Sequence[Written]) -> None:
    seen: set[Purpose | None] = set()
    for question, cell in consents:
        if question.purpose in seen:
            raise cell.wrong(
                f"l’accord « {question.purpose} » est demandé deux fois ; gardez-en un."
            )
        if question.required is not (question.purpose is Purpose.PARTICIPATION):
            raise cell.wrong(
                "seul l’accord « participation » est obligatoire, et il l’est toujours ; "
                "corrigez « obligatoire »."
            )
        seen.add(question.purpose)
    if Purpose.PARTICIPATION not in seen:
        raise consents[0].cell.wrong(
            "la première rubrique doit demander l’accord « participation » ; "
            "ajoutez-le avec « obligatoire: oui »."
        )


def check_channel(channel: Channel, whole: Cell, sections: Sequence[Sequence[Written]]) -> None:
    """Check that transcripts are in interviews, which have theirs. Raises DefinitionError."""
    asked = [written for section in sections for written in section]
    own = [each for each in asked if each.question.kind in (Kind.TRANSCRIPT, Kind.VOICES)]
    if channel is Channel.QUESTIONNAIRE:
        for _, cell in own:
            raise cell.wrong("ce genre n’existe que dans un entretien (« canal: entretien »).")
        return
    for question, cell in own:
        if question.kind is Kind.VOICES and question.id != VOICES_ID:
            raise cell.wrong(f"la question de genre « voix » s’appelle toujours « {VOICES_ID} ».")
    missing = {Kind.TRANSCRIPT, Kind.VOICES} - {each.question.kind for each in own}
    if missing:
        kinds = " et ".join(f"« {kind} »" for kind in sorted(missing))
        raise whole.wrong(f"il manque une question de genre {kinds} ; un entretien en a besoin.")
