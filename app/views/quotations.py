"""Choosing a passage for a guide, changing what is left out of it, and putting it in its place."""

import uuid
from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import Answer, Quotation, RoleName
from app.services import guides, quotations, testimonies
from app.services.guide_counts import Call
from app.services.quotable import Desk, RefusedError, Why
from app.services.quotations import AlreadyChosenError, Choice, GoneError
from app.views import quotation_forms
from app.views.access import only_for
from app.views.errors import Explanation, explained
from app.views.guide_names import counted, library, names
from app.views.quotation_forms import EARLIER, KEEP, LATER, LOOK, ChoiceForm, ImpossibleError
from app.views.testimonies import NoSuchTestimony
from guides import ellipsis
from guides.ellipsis import NothingLeftError, Span
from guides.schema import Chapter, UnknownGuide

Page = str | Response | tuple[str, int]
Save = Callable[[Choice], Quotation]

blueprint = Blueprint("quotations", __name__, url_prefix="/recherche")
only_for(blueprint, RoleName.RESEARCHER)
csrf.exempt(blueprint)  # each form checks its own token, and shows itself again when it is old

TOO_LATE = "La page était restée ouverte trop longtemps. Recommencez."
TO_READ_OVER = (
    "Avant de citer ce témoignage, dites ce qui doit y être remplacé pour que personne ne soit "
    "nommé. Vous pourrez ensuite choisir le passage."
)
ALREADY = "Ce passage est déjà dans ce chapitre, pour la même chose."
NOTHING_LEFT = "Tous les mots sont laissés de côté\u00a0: gardez-en au moins un."
IMPOSSIBLE = Explanation(
    "Ce passage n’est pas dans ce témoignage",
    "L’adresse parle de mots que ce témoignage n’a pas. Repartez de la page du témoignage.",
)
GONE = Explanation(
    "Ce témoignage n’est plus le même",
    "Son autrice ou auteur l’a modifié ou retiré depuis que cette page est ouverte. Rien n’est "
    "enregistré. Repartez de la liste des témoignages.",
)


@blueprint.get("/temoignages/<uuid:testimony_id>/choisir")
def choose(testimony_id: uuid.UUID) -> Page:
    """Show a passage, to be put into a guide's chapter."""
    testimony = testimonies.get(db.session, testimony_id)
    if testimony is None:
        raise NoSuchTestimony
    try:
        position, (start, end) = quotation_forms.anchored(request.args.get("passage", ""))
    except ImpossibleError:
        return explained(400, IMPOSSIBLE)
    answer = next((each for each in testimony.answers if each.position == position), None)
    if answer is None or not start < end <= len(answer.text or ""):
        return explained(400, IMPOSSIBLE)
    where = _where(request.args.get("theme", ""), request.args.get("chapitre", ""))
    form = ChoiceForm.of(
        library(), answer=str(answer.id), start=str(start), end=str(end), where=where
    )
    return _show(answer, form, ())


@blueprint.post("/temoignages/<uuid:testimony_id>/choisir")
def keep(testimony_id: uuid.UUID) -> Page:
    """Show the passage with what is left out, or put it into its chapter."""

    def save(choice: Choice) -> Quotation:
        answer_id = form.answer_id()
        return quotations.choose(db.session, names(), answer_id, choice, by=current_user.id)

    form = ChoiceForm.of(library())
    return _sent(form, testimony_id, save, None)


@blueprint.get("/guides/citations/<uuid:quotation_id>")
def edit(quotation_id: uuid.UUID) -> Page:
    """Show a chosen passage, to leave other words out or put it elsewhere."""
    quotation = _find(quotation_id)
    form = ChoiceForm.of(library(), **quotation_forms.of_quotation(quotation))
    cuts = [(start, end) for start, end in quotation.cuts]
    return _show(quotation.answer, form, cuts, quotation)


@blueprint.post("/guides/citations/<uuid:quotation_id>")
def change(quotation_id: uuid.UUID) -> Page:
    """Keep what is left out of a chosen passage, and where it goes."""
    quotation = _find(quotation_id)

    def save(choice: Choice) -> Quotation:
        quotations.change(db.session, names(), quotation, choice)
        return quotation

    form = ChoiceForm.of(library())
    form.answer.data = str(quotation.answer_id)
    return _sent(form, quotation.answer.testimony_id, save, quotation)


@blueprint.post("/guides/citations/<uuid:quotation_id>/place")
def place(quotation_id: uuid.UUID) -> Response:
    """Move a passage among those of its kind, take it off, or put it back."""
    quotation, act = _find(quotation_id), request.form.get("acte", "")
    if act not in ("monter", "descendre", "retirer", "remettre"):
        abort(400)
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
    elif act in ("monter", "descendre"):
        quotations.move(db.session, quotation, up=act == "monter")
    elif act == "retirer":
        quotations.take_off(db.session, quotation)
        flash("Le passage est retiré du chapitre. Vous pouvez l’y remettre.", "success")
    else:
        quotations.put_back(db.session, quotation)
        flash("Le passage est remis dans son chapitre.", "success")
    db.session.commit()
    return _to_chapter(quotation)


@blueprint.errorhandler(NoSuchTestimony)
def missing(_error: NoSuchTestimony) -> tuple[str, int]:
    """Say that a testimony is not there, and the way back to the list."""
    return render_template("testimonies/missing.html"), 404


def _find(quotation_id: uuid.UUID) -> Quotation:
    return quotations.find(db.session, quotation_id) or abort(404)


def _where(theme: str, chapter: str) -> str:
    """Return the chapter that the address names, or the first that bears a theme."""
    known = [(f"{guide.slug}/{each.id}", each) for guide, each in library().chapters()]
    named = [key for key, _ in known if key == chapter]
    bearing = [key for key, each in known if theme in each.themes]
    return next(iter([*named, *bearing]), known[0][0])


def _sent(
    form: ChoiceForm, testimony_id: uuid.UUID, save: Save, quotation: Quotation | None
) -> Page:
    """Do what the page asks: show the passage otherwise, or keep it."""
    try:
        answer = db.session.get(Answer, form.answer_id())
        cuts, act = quotation_forms.cuts(request.form), request.form.get("acte", "")
        start, end = form.span()
    except ImpossibleError:
        return explained(400, IMPOSSIBLE)
    if answer is None or answer.testimony_id != testimony_id:
        return explained(409, GONE)
    if act not in (KEEP, LOOK, EARLIER, LATER) or end > len(answer.text or ""):
        return explained(400, IMPOSSIBLE)
    if act != KEEP:
        form.set_span(*_widened(answer.text or "", start, end, act))
        return _show(answer, form, cuts, quotation)
    if not form.validate():
        return _refused(_show(answer, form, cuts, quotation))
    try:
        made = save(form.choice(cuts))
    except (AlreadyChosenError, RefusedError, GoneError) as error:
        return _told(error, form, cuts, quotation)
    db.session.commit()
    flash("Le passage est enregistré dans ce chapitre.", "success")
    return _to_chapter(made)


def _widened(text: str, start: int, end: int, act: str) -> Span:
    if act == EARLIER:
        return ellipsis.earlier(text, start), end
    return start, ellipsis.later(text, end) if act == LATER else end


def _told(
    error: Exception, form: ChoiceForm, cuts: tuple[Span, ...], quotation: Quotation | None
) -> Page:
    """Say why a passage was not kept; nothing is."""
    db.session.rollback()
    answer = db.session.get(Answer, form.answer_id())
    if answer is None or isinstance(error, GoneError):
        return explained(409, GONE)
    if isinstance(error, AlreadyChosenError):
        form.where.errors = [ALREADY]
    return _refused(_show(answer, form, cuts, quotation))


def _refused(page: Page) -> Page:
    return (page, 422) if isinstance(page, str) else page


def _show(
    answer: Answer,
    form: ChoiceForm,
    cuts: tuple[Span, ...] | list[Span],
    quotation: Quotation | None = None,
) -> Page:
    """Show the page of a passage; where it may not be quoted, say why."""
    testimony, desk = answer.testimony, Desk(db.session, names())
    why = desk.refusal(testimony)
    if why is Why.CONSENT:
        return render_template("quotations/refused.html", testimony=testimony), 403
    if why is Why.PERSONAL:
        flash(TO_READ_OVER, "warning")
        return redirect(url_for("pseudonyms.show", testimony_id=testimony.id))
    start, end = form.span()
    try:
        text = desk.text(answer, start, end, cuts)
    except NothingLeftError:
        text = ""
        form.form_errors.append(NOTHING_LEFT)
    signature = desk.signature(testimony)
    has_place = signature != desk.signature(testimony, is_unplaced=True)
    call = counted()
    return render_template(
        "quotations/choose.html",
        testimony=testimony,
        quotation=quotation,
        form=form,
        phrases=quotation_forms.phrases(desk, answer, (start, end), cuts),
        text=text,
        signature=desk.signature(testimony, is_unplaced=bool(form.is_unplaced.data)),
        has_place=has_place,
        crowd=desk.crowd(testimony) if has_place else None,
        least=call.least,
        is_first=start == 0,
        is_last=end >= len((answer.text or "").rstrip()),
        state=_chapter_state(form.where.data or "", call),
        back=_chapter_address(quotation) if quotation else None,
    )


def _chapter_state(where: str, call: Call) -> guides.ChapterState | None:
    """Return the chapter as it stands, for its balance; none where the page names no chapter."""
    guide_slug, _, chapter_id = where.partition("/")
    try:
        guide = library().get(guide_slug)
    except UnknownGuide:
        return None
    states = guides.state(db.session, guide, names(), call).chapters
    return next((each for each in states if each.chapter.id == chapter_id), None)


def _to_chapter(quotation: Quotation) -> Response:
    return redirect(f"{_chapter_address(quotation)}#passage-{quotation.id}", 303)


def _chapter_address(quotation: Quotation) -> str:
    """Return the page of a passage's chapter, or of its guide where the chapter is no more."""
    chapters: list[Chapter] = [
        chapter for guide, chapter in library().chapters() if guide.slug == quotation.guide
    ]
    if any(each.id == quotation.chapter for each in chapters):
        return url_for("guides.chapter", slug=quotation.guide, chapter_id=quotation.chapter)
    if chapters:
        return url_for("guides.show", slug=quotation.guide)
    return url_for("guides.index")
