"""What somebody agreed to, shown in the words they read, and changed with their code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_wtf import FlaskForm
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import Consent, ConsentPurpose, Testimony
from app.services import consents, receipts
from app.views import draft_session, opened, places
from app.views.access import for_holders
from app.views.answering_pages import SendForm
from app.views.saving import SAVE_ATTEMPTS
from forms.build import form_class, form_data, values
from forms.schema import Purpose, Questionnaire, Section, Value

Page = str | Response | tuple[str, int]

blueprint = Blueprint("consents", __name__, url_prefix="/mon-temoignage/accords")
for_holders(blueprint)
csrf.exempt(blueprint)  # its forms check their own token, and show themselves again when it is old

ABOUT = {
    ConsentPurpose.PARTICIPATION: "Participer à l’appel",
    ConsentPurpose.QUOTATION: "Être citée ou cité dans les guides",
    ConsentPurpose.CONTACT: "Être contactée ou contacté pour un temps d’échange",
}

EASY_ABOUT = {
    ConsentPurpose.PARTICIPATION: "Vous participez",
    ConsentPurpose.QUOTATION: "Les guides reprennent vos phrases",
    ConsentPurpose.CONTACT: "Nous vous contactons",
}

COORDINATES_APART = (
    "Si vous aviez laissé vos coordonnées, elles sont rangées à part et ce témoignage n’y mène "
    "pas\u00a0: effacez-les par le lien personnel que vous avez reçu, ou demandez-le à l’équipe."
)


@dataclass(frozen=True)
class Agreement:
    """One consent as its author reads it; `words` is none where that version is gone."""

    consent: Consent
    words: str | None
    easy: bool = False

    @property
    def about(self) -> str:
        return (EASY_ABOUT if self.easy else ABOUT)[self.consent.purpose]

    @property
    def said(self) -> str:
        """Yes or no and, for a quotation, how."""
        if not self.consent.is_given:
            return "Non"
        degree = self.consent.degree
        return f"Oui, {consents.IN_WORDS[degree]}" if degree and not self.easy else "Oui"


@blueprint.context_processor
def _wording() -> dict[str, bool]:
    return {"easy": places.is_easy()}


def told(testimony: Testimony, *, easy: bool = False) -> list[Agreement]:
    """Return the consents of a testimony in the words they were asked in, to take part first."""
    ordered = [consents.of(testimony, purpose) for purpose in ConsentPurpose]
    library = opened.library()
    return [
        Agreement(each, consents.words(each, library, easy=easy), easy) for each in ordered if each
    ]


@blueprint.get("")
def edit() -> Page:
    """Show what can be changed without withdrawing, in the words of now."""
    testimony = opened.testimony()
    return _page(testimony, _form(testimony, is_sent=False))


@blueprint.post("")
def change() -> Page:
    """Give or take back the two consents that can be, without withdrawing."""
    testimony = opened.testimony()
    questionnaire, form = opened.current(testimony), _form(testimony, is_sent=True)
    if not form.validate():
        return _page(testimony, form), 422
    said = values(form) if questionnaire else {}
    changed = _change(questionnaire, said)
    flash("Vos accords sont enregistrés." if changed else "Rien n’a changé.", "success")
    contact = consents.of(opened.testimony(), ConsentPurpose.CONTACT)
    if Purpose.CONTACT in changed and not (contact and contact.is_given):
        flash(COORDINATES_APART, "info")
    return redirect(places.onward("receipts.read", _anchor="accords"))


def _change(questionnaire: Questionnaire | None, said: Mapping[str, Value]) -> set[Purpose]:
    """Keep and commit what is said; begin again when its draft was saved at this very instant."""
    for attempt in range(SAVE_ATTEMPTS):
        try:
            changed = receipts.change_consents(
                db.session, opened.testimony(), questionnaire, said, opened.library()
            )
            db.session.commit()
        except StaleDataError:
            db.session.rollback()
            if attempt == SAVE_ATTEMPTS - 1:
                raise
        else:
            return changed
    raise AssertionError("unreachable")


@blueprint.post("/coordonnees")
def leave_coordinates() -> Response:
    """Lead whoever agrees to be contacted to the page where coordinates are left, apart."""
    testimony = opened.testimony()
    consent = consents.of(testimony, ConsentPurpose.CONTACT)
    slug = testimony.questionnaire_slug
    is_asked = slug in opened.library().slugs  # an interview's author has no such page
    if not SendForm().validate() or not (consent and consent.is_given) or not is_asked:
        return redirect(places.onward("receipts.read"))
    draft_session.remember_sent(slug, testimony.reference, key=opened.key(), may_contact=True)
    return redirect(places.onward("recontacts.thanks", slug=slug, _anchor="joindre"))


def _form(testimony: Testimony, *, is_sent: bool) -> Any:
    """Return the form of the two consents; nothing but its button where no words are installed."""
    questionnaire = opened.current(testimony)
    if questionnaire is None:
        return SendForm() if is_sent else SendForm(formdata=None)
    asked = _section(questionnaire)
    made = form_class(asked, base=FlaskForm, easy=places.is_easy())
    if is_sent:
        return made()
    return made(formdata=None, data=form_data(asked, consents.values(testimony, questionnaire)))


def _section(questionnaire: Questionnaire) -> Section:
    asked = [questionnaire.consent(purpose) for purpose in consents.CHANGEABLE]
    kept = tuple(question for question in asked if question is not None)
    return replace(questionnaire.sections[0], questions=kept)


def _page(testimony: Testimony, form: Any) -> str:
    return render_template(
        "consents/edit.html",
        form=form,
        fields=_fields(form),
    )


def _fields(form: Any) -> Sequence[Any]:
    return [field for field in form if hasattr(field, "question")]
