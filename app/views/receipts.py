"""The code's pages: noting it, and with it resuming, reading, amending, withdrawing."""

import json
from dataclasses import dataclass
from typing import Any, Self

from flask import Blueprint, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired

from app.extensions import csrf, db
from app.models import Testimony
from app.services import holdings, receipts, testimonies, transcripts
from app.views import consents, draft_session, gate, goodbyes, opened, places
from app.views.access import for_holders
from app.views.answering_pages import SendForm
from app.views.lines import at_most
from forms.kinds import show

Page = str | Response | tuple[str, int]

blueprint = Blueprint("receipts", __name__, url_prefix="/mon-temoignage")
for_holders(blueprint)
csrf.exempt(blueprint)  # its forms check their own token, and show themselves again when it is old

ASKED = "Écrivez les seize chiffres de votre code."
INCOMPLETE = "Un code compte seize chiffres. Vérifiez celui que vous avez noté."
OPENS_NOTHING = (
    "Ce code n’ouvre rien. Vérifiez les chiffres\u00a0; "
    "un brouillon s’efface au bout d’un certain temps."
)
EASY_WORDS = {
    ASKED: "Écrivez les 16\u00a0chiffres de votre code.",
    INCOMPLETE: "Le code a 16\u00a0chiffres. Regardez bien votre code.",
    OPENS_NOTHING: "Nous ne trouvons pas ce code. Regardez bien les 16\u00a0chiffres. "
    "Vos réponses sont peut-être déjà effacées.",
}
"""What is said of a code → the same, easy to read."""

PUT_ASIDE = (
    "Un autre questionnaire était commencé dans ce navigateur. Il est gardé\u00a0: le code de "
    "suivi noté par son autrice ou son auteur le retrouve."
)


LONGEST_CODE = 100  # sixteen digits, and whatever is copied with them


@blueprint.context_processor
def _wording() -> dict[str, bool]:
    return {"easy": places.is_easy()}


class CodeForm(FlaskForm):
    """The code that was noted."""

    code = StringField(
        "Votre code de suivi",
        [InputRequired(ASKED), at_most(LONGEST_CODE)],
        description="Seize chiffres. Les espaces sont sans importance.",
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )

    def in_easy_words(self) -> Self:
        """Say the same in easy French; return the form."""
        self.code.label.text = "Votre code"
        self.code.description = "Ce sont 16\u00a0chiffres."
        self.code.errors = [EASY_WORDS.get(str(each), str(each)) for each in self.code.errors]
        return self


@dataclass(frozen=True)
class Told:
    """One question and what was answered, in words."""

    wording: str
    words: str


@blueprint.get("")
def ask() -> Page:
    """Ask for the code."""
    return _show_code_form(CodeForm(formdata=None))


@blueprint.post("")
def enter() -> Page:
    """Open what the code opens: a draft to go on with, or a testimony to read."""
    form = CodeForm()
    if not form.validate():
        return _show_code_form(form), 422
    code = receipts.tidy(form.code.data or "")
    if code is None:
        form.code.errors = [INCOMPLETE]
        return _show_code_form(form), 422
    if gate.check("code"):
        return _show_code_form(form), gate.status()
    found = receipts.look_up(db.session, code)
    if found is None:
        form.code.errors = [OPENS_NOTHING]
        return _show_code_form(form), 422
    gate.forgive("code")
    return _open(found)


def _show_code_form(form: CodeForm) -> str:
    shown = form.in_easy_words() if places.is_easy() else form
    return render_template("receipts/ask.html", form=shown)


def _open(found: receipts.Found) -> Page:
    if found.testimony is not None:
        opened.remember(found.key)
        return redirect(places.onward("receipts.read"))
    if found.draft is None:
        return render_template("receipts/withdrawn.html", day=found.withdrawn_on)
    return _go_on(found.draft.questionnaire_slug, found.key, "answering.start")


def _go_on(slug: str, key: str, endpoint: str) -> Response:
    """Go on with a draft; first, say what becomes of another that this browser held."""
    aside = draft_session.remember_draft(slug, key)
    if aside is None:
        return redirect(places.onward(endpoint, slug=slug))
    if draft_session.code_of(aside) is None:
        flash(PUT_ASIDE, "info")
        return redirect(places.onward(endpoint, slug=slug))
    return redirect(places.onward("receipts.aside", slug=slug))


@blueprint.get("/mis-de-cote/<slug>")
def aside(slug: str) -> Page:
    """Show the code of a draft that another took the place of, before going on with the other."""
    sitting, codes = draft_session.sit(slug), draft_session.codes_aside()
    if not codes:
        return redirect(places.onward("answering.start", slug=slug))
    return render_template(
        "receipts/aside.html",
        questionnaire=sitting.questionnaire,
        codes=[receipts.grouped(code) for code in codes],
    )


@blueprint.post("/mis-de-cote/<slug>")
def aside_noted(slug: str) -> Response:
    """The code of what was put aside is noted: go on."""
    if not SendForm().validate():
        return redirect(places.onward("receipts.aside", slug=slug))
    draft_session.forget_codes_aside()
    return redirect(places.onward("answering.start", slug=slug))


@blueprint.get("/code/<slug>")
def pause(slug: str) -> Page:
    """Show the code of an unfinished testimony, to come back later or elsewhere."""
    sitting = draft_session.sit(slug)
    if sitting.draft is None:
        return redirect(places.onward("answering.start", slug=slug))
    return render_template(
        "receipts/pause.html",
        questionnaire=sitting.questionnaire,
        draft=sitting.draft,
        groups=receipts.grouped(draft_session.code_of(sitting.key) or ""),
    )


@blueprint.get("/code/<slug>/telecharger")
def download_draft(slug: str) -> Response:
    """Give everything that is held of what is not sent yet; and of what was, when it amends."""
    sitting = draft_session.sit(slug)
    if sitting.draft is None:
        return redirect(places.onward("answering.start", slug=slug))
    sent = testimonies.find_sent(db.session, sitting.draft.key_hash)
    if sent is not None:
        return _whole(sent)
    return _file(holdings.of_draft(sitting.draft), "pas-encore-envoye")


@blueprint.post("/code/<slug>")
def noted(slug: str) -> Response:
    """The code is noted: this browser lets it go. What is left to do on its page comes next."""
    goes_on = "suite" in request.form
    if SendForm().validate():
        key = draft_session.key_to_note(slug)
        if key and not goes_on:
            goodbyes.tell(is_sent=not draft_session.holds_draft(slug, key))
        draft_session.forget_code(key)
    if goes_on:
        return redirect(places.onward("recontacts.thanks", slug=slug, _anchor="joindre"))
    return redirect(places.call())


@blueprint.get("/lire")
def read() -> Page:
    """Show everything that is held, and what can be done with it."""
    return _show(opened.testimony())


@blueprint.get("/telecharger")
def download() -> Response:
    """Give everything that is held, as a file to keep."""
    return _whole(opened.testimony())


def _whole(testimony: Testimony) -> Response:
    held = holdings.of_testimony(db.session, testimony, opened.library())
    return _file(held, testimony.reference)


def _file(held: dict[str, Any], name: str) -> Response:
    body = json.dumps(held, ensure_ascii=False, indent=2)
    reply = Response(f"{body}\n", mimetype="application/json")
    reply.headers["Content-Disposition"] = f'attachment; filename="mon-temoignage-{name}.json"'
    reply.headers["Cache-Control"] = "no-store"
    return reply


@blueprint.post("/modifier")
def amend() -> Response:
    """Open a draft with what the testimony says; sending it amends the testimony."""
    testimony = opened.testimony()
    questionnaire = opened.questionnaire(testimony)
    is_told = transcripts.is_interview(testimony)  # the page says whom to write to instead
    if questionnaire is None or is_told or not SendForm().validate():
        return redirect(places.onward("receipts.read"))
    receipts.reopen(db.session, testimony, questionnaire)
    db.session.commit()
    return _go_on(questionnaire.slug, opened.key(), "answering.review")


@blueprint.get("/retirer")
def ask_withdrawal() -> Page:
    """Ask once more before everything is erased."""
    testimony = opened.testimony()
    return render_template(
        "receipts/withdraw.html", testimony=testimony, form=SendForm(formdata=None)
    )


@blueprint.post("/retirer")
def withdraw() -> Page:
    """Erase the testimony and all that was drawn from it; pressed twice, it says the same."""
    testimony, form = opened.found(), SendForm()
    if testimony is None:
        return _withdrawn() if opened.is_withdrawn() else redirect(places.onward(".ask"))
    if not form.validate():
        return render_template("receipts/withdraw.html", testimony=testimony, form=form), 422
    receipts.withdraw(db.session, testimony)
    db.session.commit()
    return _withdrawn()


def _withdrawn() -> str:
    _close()
    return render_template("receipts/withdrawn.html", day=None)


@blueprint.post("/fermer")
def close() -> Response:
    """Forget, in this browser, the testimony that was opened."""
    _close()
    return redirect(places.call())


def _close() -> None:
    if (key := opened.forget()) is not None:
        draft_session.forget_key(key)


def _show(testimony: Testimony) -> str:
    questionnaire, easy = opened.questionnaire(testimony), places.is_easy()
    given = receipts.values(testimony)
    asked = [each for each in questionnaire.questions if each.id in given] if questionnaire else []
    return render_template(
        "receipts/read.html",
        testimony=testimony,
        questionnaire=questionnaire,
        is_interview=transcripts.is_interview(testimony),
        told=[
            Told(q.easy_label if easy else q.label, show(q, given[q.id], easy=easy)) for q in asked
        ],
        agreements=consents.told(testimony, easy=easy),
        may_leave_coordinates=testimony.questionnaire_slug in opened.library().slugs,
        form=SendForm(formdata=None),
    )
