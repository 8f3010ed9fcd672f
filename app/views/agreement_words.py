"""How rounds of blind coding and those who code them are told."""

from collections.abc import Sequence
from datetime import date

from flask import current_app, request

from app.models import Account, AgreementRound, Answer, RoundCoder
from app.presentation import day
from app.services.agreement_figures import Level
from app.views import filters as address
from app.views.filters import BadFilter
from forms.schema import UnknownQuestionnaire

PIPELINE = "Chaîne d’analyse"
NOBODY = "Compte supprimé"
FIELDS = {
    "audience": "profil",
    "channel": "voie",
    "region": "région",
    "department": "département",
    "territory": "territoire",
    "priority": "quartiers prioritaires",
    "clsm": "CLSM",
    "questionnaire": "questionnaire",
    "since": "depuis le",
    "until": "jusqu’au",
    "theme": "thème",
    "beside": "avec le thème",
    "state": "extraits",
    "words": "mots",
}
LEVELS = {Level.SENTENCES: "Par phrase", Level.ANSWERS: "Par réponse"}


def account_name(account: Account | None) -> str:
    """Return how an account is called."""
    return (account.name or account.email) if account else NOBODY


def coder_name(coder: RoundCoder) -> str:
    """Return how a coder is called; the pipeline is one."""
    return PIPELINE if coder.is_pipeline else account_name(coder.account)


def wording(answer: Answer) -> str:
    """Return the words of an answer's question; its id where its definition is gone."""
    testimony, library = answer.testimony, current_app.extensions["questionnaires"]
    try:
        known = library.get(testimony.questionnaire_slug, testimony.questionnaire_version)
    except UnknownQuestionnaire:
        return answer.question_id
    labels = {question.id: question.label for question in known.questions}
    return str(labels.get(answer.question_id, answer.question_id))


def narrowed(round_: AgreementRound) -> str:
    """Return what a round's sample was drawn among, « profil Élue ou élu »; empty for all."""
    choices = address.choices()
    told = []
    for field, value in round_.filters.items():
        known = choices.known(field) if field in address.UNKNOWN else {}
        label = getattr(known.get(value), "label", known.get(value, value))
        if field in ("since", "until"):
            label = day(date.fromisoformat(value))
        told.append(f"{FIELDS.get(field, field)} {label}")
    return ", ".join(told)


def compared(round_: AgreementRound) -> list[RoundCoder]:
    """Return the coders that the address compares (`?qui=0&qui=2`), people alone by default.

    Raises BadFilter.
    """
    known = {str(coder.rank): coder for coder in round_.coders}
    asked = list(dict.fromkeys(request.args.getlist("qui")))
    if not set(asked) <= known.keys():
        raise BadFilter("Ce codage croisé n’a pas ces codages à comparer.")
    people = [coder for coder in round_.coders if not coder.is_pipeline]
    return sorted((known[rank] for rank in asked), key=lambda each: each.rank) or people


def level() -> Level:
    """Return the unit that the address asks for (`?niveau=reponses`). Raises BadFilter."""
    asked = request.args.get("niveau") or Level.SENTENCES.value
    if asked not in set(Level):
        raise BadFilter("On compare des phrases ou des réponses, rien d’autre.")
    return Level(asked)


def theme(round_: AgreementRound) -> str:
    """Return the theme that the address narrows to, « » for all. Raises BadFilter."""
    asked = request.args.get("theme", "")
    if asked and asked not in round_.themes:
        raise BadFilter(address.UNKNOWN["theme"].format(asked[: address.LONGEST]))
    return asked


def labels() -> dict[str, str]:
    """Return how themes are called, with their codes."""
    return {each.id: f"{each.code} {each.label}" for each in address.choices().themes.values()}


def ranks(coders: Sequence[RoundCoder]) -> list[int]:
    """Return what the address says of these coders."""
    return [coder.rank for coder in coders]
