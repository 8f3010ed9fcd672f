"""What the author of a testimony agreed to: in which words, since when, and what it allows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.models import Consent, ConsentPurpose, QuotationDegree, Testimony
from app.models.base import today
from forms.consents import answer, is_given, quotation
from forms.kinds import show
from forms.schema import Library, Purpose, Question, Questionnaire, Quotation, UnknownQuestionnaire
from forms.schema import Value as Said

DEGREES = {
    Quotation.UNNAMED: QuotationDegree.UNNAMED,
    Quotation.FUNCTION: QuotationDegree.FUNCTION,
}
IN_WORDS = {
    QuotationDegree.UNNAMED: "sans aucun nom",
    QuotationDegree.FUNCTION: "avec la fonction et le territoire",
}
CHANGEABLE = (Purpose.CITATION, Purpose.CONTACT)
"""What can be taken back by itself; the consent to take part is by withdrawing."""


def attribution(testimony: Testimony) -> QuotationDegree | None:
    """Return how a passage of a testimony may be signed; none where it may not be quoted at all.

    Whatever quotes asks here, and nowhere else.
    """
    consent = of(testimony, ConsentPurpose.QUOTATION)
    if consent is None or not consent.is_given:
        return None
    return consent.degree or QuotationDegree.UNNAMED


def of(testimony: Testimony, purpose: ConsentPurpose) -> Consent | None:
    """Return what was said to one purpose; none where it was never asked."""
    return next((each for each in testimony.consents if each.purpose is purpose), None)


def wording(questionnaire: Questionnaire) -> str:
    """Return the name under which the words of a version are kept (« elu.v2 »)."""
    return f"{questionnaire.slug}.v{questionnaire.version}"


def said(questionnaire: Questionnaire, values: Mapping[str, Said], day: date) -> list[Consent]:
    """Return what a questionnaire's answers say to each purpose, that to take part first."""
    return [Consent(**row) for row in rows(questionnaire, values, day)]


def rows(
    questionnaire: Questionnaire, values: Mapping[str, Said], day: date
) -> list[dict[str, Any]]:
    """Return the same as rows of the table, but for the testimony's id."""
    asked = [(purpose, questionnaire.consent(Purpose(purpose))) for purpose in ConsentPurpose]
    return [
        _row(purpose, question, values.get(question.id), wording(questionnaire), day)
        for purpose, question in asked
        if question is not None
    ]


def _row(
    purpose: ConsentPurpose, question: Question, value: Said | None, words: str, day: date
) -> dict[str, Any]:
    is_quotation = purpose is ConsentPurpose.QUOTATION
    return {
        "purpose": purpose,
        "is_given": is_given(question, value),
        "degree": DEGREES.get(quotation(value)) if is_quotation else None,
        "wording": words,
        "given_on": day,
    }


def vouched(questionnaire: Questionnaire, quoting: str) -> dict[str, Said]:
    """Return the answers to the consents of a testimony that comes back from a file.

    Whoever imports vouches that its author took part; `quoting` is how far they agreed to be
    quoted, in the definitions' words. Nobody vouches for anything else.
    """
    given: dict[str, Said] = {}
    taking_part = questionnaire.consent(Purpose.PARTICIPATION)
    to_quote = questionnaire.consent(Purpose.CITATION)
    if taking_part is not None:
        given[taking_part.id] = True
    degree = Quotation(quoting) if quoting in set(Quotation) else Quotation.NOT_AT_ALL
    answered = answer(to_quote, degree) if to_quote is not None else None
    if to_quote is not None and answered is not None:
        given[to_quote.id] = answered
    return given


def change(
    testimony: Testimony,
    questionnaire: Questionnaire,
    values: Mapping[str, Said],
    purposes: Sequence[Purpose] = CHANGEABLE,
) -> set[Purpose]:
    """Take what is said now, in a questionnaire's words, to these purposes; return what changed.

    What is said again as before keeps its day and the words it was said to.
    """
    changed = set()
    for new in said(questionnaire, values, today()):
        purpose = Purpose(new.purpose.value)
        question = questionnaire.consent(purpose)
        old = of(testimony, new.purpose)
        if purpose not in purposes or (question and old and _is_same(question, old, new)):
            continue
        if old is None:
            testimony.consents.append(new)
        else:
            old.is_given, old.degree = new.is_given, new.degree
            old.wording, old.given_on = new.wording, new.given_on
        changed.add(purpose)
    return changed


def _is_same(question: Question, old: Consent, new: Consent) -> bool:
    # A box of the first versions, ticked again, says no less than the degree given since.
    is_box = not question.options
    return old.is_given == new.is_given and (is_box or old.degree == new.degree)


def values(testimony: Testimony, questionnaire: Questionnaire) -> dict[str, Said]:
    """Return a testimony's consents as the answers that a questionnaire's form is filled with."""
    filled: dict[str, Said] = {}
    for consent in testimony.consents:
        question = questionnaire.consent(Purpose(consent.purpose.value))
        value = _answered(question, consent) if question else None
        if question is not None and value is not None:
            filled[question.id] = value
    return filled


def _answered(question: Question, consent: Consent) -> Said | None:
    if question.purpose is not Purpose.CITATION:
        return True if consent.is_given else None
    degrees = {degree: said for said, degree in DEGREES.items()}
    degree = consent.degree or QuotationDegree.UNNAMED
    return answer(question, degrees[degree] if consent.is_given else Quotation.NOT_AT_ALL)


def words(consent: Consent, library: Library, *, easy: bool = False) -> str | None:
    """Return the words that a consent answers, and the answer offered that was chosen.

    `easy` takes those that are easy to read, one idea a line. None where the version in which it
    was asked is no longer installed.
    """
    question = _question(consent, library)
    if question is None:
        return None
    chosen = _answered(question, consent)
    asked = question.easy_label if easy else question.label
    if not question.options or chosen is None:
        return asked
    return ("\n" if easy else " ").join((asked, show(question, chosen, easy=easy)))


def _question(consent: Consent, library: Library) -> Question | None:
    slug, _, version = consent.wording.rpartition(".v")
    try:
        questionnaire = library.get(slug, int(version))
    except (UnknownQuestionnaire, ValueError):
        return None
    return questionnaire.consent(Purpose(consent.purpose.value))


def take_back(testimony: Testimony, purposes: Sequence[Purpose]) -> None:
    """Take consents back, whatever words they were given to, installed or not."""
    for consent in testimony.consents:
        if consent.is_given and consent.purpose.value in set(purposes) & set(CHANGEABLE):
            consent.is_given, consent.degree, consent.given_on = False, None, today()
