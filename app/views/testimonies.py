"""The testimonies, as researchers look for them and read them. Nothing here knows who wrote."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, current_app, render_template
from werkzeug.exceptions import NotFound

from app.extensions import db
from app.models import Answer, Coding, QuotationDegree, RoleName, Testimony, Verdict
from app.presentation import plural
from app.services import codings, consents, readings, summaries, testimonies, transcripts
from app.services.readings import Proposal, Reading
from app.services.words import cut
from app.views import filters as address
from app.views.access import only_for
from app.views.filters import Choices
from forms import kinds
from forms.schema import Question, Questionnaire, UnknownQuestionnaire

blueprint = Blueprint("testimonies", __name__, url_prefix="/recherche")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

SHORT_WORDING = 48
SIGNED = {
    QuotationDegree.UNNAMED: "sans aucun nom, ni lieu",
    QuotationDegree.FUNCTION: (
        "avec la fonction et le territoire (région ou département, jamais le nom du CLSM)"
    ),
}
VERDICTS = {
    None: ("proposé", "proposés"),
    Verdict.ACCEPTED: ("accepté", "acceptés"),
    Verdict.CORRECTED: ("corrigé", "corrigés"),
    Verdict.REJECTED: ("rejeté", "rejetés"),
}


class NoSuchTestimony(NotFound):
    """No testimony has this id: it never had one, or was withdrawn."""


@dataclass(frozen=True)
class Asked:
    """An answer beside the words of its question; none where its definition is gone."""

    answer: Answer
    question: Question | None
    reading: Reading | None = None

    @property
    def wording(self) -> str:
        return self.question.label if self.question else self.answer.question_id

    @property
    def short_wording(self) -> str:
        return cut(self.wording, SHORT_WORDING)

    @property
    def shown(self) -> str:
        """The value in words."""
        value = self.answer.value
        if self.question is None or value is None:
            return testimonies.variable_text(value if value is not None else "")
        return kinds.show(self.question, value)


@blueprint.get("/")
def index() -> str:
    """List the testimonies that pass the filters of the address, a page at a time."""
    filters = address.read()
    found = testimonies.count(db.session, filters)
    last = testimonies.pages(found)
    number = address.page_number(last)
    shown = testimonies.page(db.session, filters, number)
    return render_template(
        "testimonies/index.html",
        testimonies=shown,
        summaries=summaries.of(db.session, [each.id for each in shown], filters),
        excerpts=summaries.excerpts(db.session, filters) if filters.theme else None,
        found=found,
        total=testimonies.count(db.session),
        page=number,
        last_page=last,
        filters=filters,
        choices=address.choices(),
        arguments=address.arguments,
    )


@blueprint.get("/temoignages/<uuid:testimony_id>")
def show(testimony_id: uuid.UUID) -> str:
    """Show one testimony with its tagged excerpts, and why each theme was proposed."""
    filters = address.read()
    testimony = testimonies.get(db.session, testimony_id)
    if testimony is None:
        raise NoSuchTestimony
    notes = codings.of_testimony(db.session, testimony_id)
    asked = list(
        _asked(testimony, {each.answer.id: each for each in readings.of(testimony, notes)})
    )
    return render_template(
        "testimonies/show.html",
        testimony=testimony,
        is_interview=transcripts.is_interview(testimony),
        questionnaire=_questionnaire(testimony),
        told=[each for each in asked if each.reading],
        facts=[each for each in asked if not each.reading],
        notes=notes,
        attribution=_attribution(testimony),
        neighbours=testimonies.neighbours(db.session, testimony, filters),
        filters=filters,
        choices=address.choices(),
        arguments=address.arguments,
        anchor=summaries.anchor,
        confidence=codings.confidence,
        mark_class=partial(_mark_class, address.choices()),
        tally=_verdicts(notes),
    )


@blueprint.errorhandler(NoSuchTestimony)
def missing(_error: NoSuchTestimony) -> tuple[str, int]:
    """Say that a testimony is not there, and the way back to the list."""
    return render_template("testimonies/missing.html"), 404


def _asked(testimony: Testimony, read: dict[uuid.UUID, Reading]) -> Iterator[Asked]:
    questionnaire = _questionnaire(testimony)
    questions = {q.id: q for q in questionnaire.questions} if questionnaire else {}
    for answer in testimony.answers:
        yield Asked(answer, questions.get(answer.question_id), read.get(answer.id))


def _questionnaire(testimony: Testimony) -> Questionnaire | None:
    library = current_app.extensions["questionnaires"]
    try:
        found: Questionnaire = library.get(
            testimony.questionnaire_slug, testimony.questionnaire_version
        )
    except UnknownQuestionnaire:
        return None
    return found


def _mark_class(choices: Choices, proposals: Sequence[Proposal]) -> str:
    """Return the classes of words under these themes: their family, and what was decided."""
    themes = [choices.themes.get(proposal.theme) for proposal in proposals]
    families = {theme.family.letter.lower() if theme else "none" for theme in themes}
    classes = [f"fam-{families.pop()}" if len(families) == 1 else "fam-mixed"]
    decisions = [proposal.coding.decision for proposal in proposals]
    verdicts = {decision.verdict if decision else None for decision in decisions}
    if verdicts == {Verdict.REJECTED}:
        classes.append("is-out")
    elif verdicts & {Verdict.ACCEPTED, Verdict.CORRECTED}:
        classes.append("is-kept")
    return " ".join(classes)


def _verdicts(notes: Sequence[Coding]) -> list[str]:
    """Return how many codings stand how, in words."""
    counts = Counter(coding.decision.verdict if coding.decision else None for coding in notes)
    return [
        plural(counts[verdict], *words) for verdict, words in VERDICTS.items() if counts[verdict]
    ]


def _attribution(testimony: Testimony) -> str | None:
    """Return how a passage may be signed, in words; none where it may not be quoted."""
    degree = consents.attribution(testimony)
    return SIGNED[degree] if degree else None
