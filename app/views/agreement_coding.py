"""Blind coding, one answer at a time, sentence by sentence: the words alone."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_security import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import Act, AgreementRound, RoleName, RoundCoder
from app.services import agreement_marks, agreement_rounds
from app.services.agreement_marks import Sentence, Sheet
from app.views import agreement_words as words
from app.views import filters as address
from app.views.access import only_for
from app.views.acting import looked
from app.views.agreement_forms import WITHOUT, SentenceForm
from app.views.agreements import Page, asked
from app.views.filters import Choices

blueprint = Blueprint("agreement_coding", __name__, url_prefix="/recherche/accord")
only_for(blueprint, RoleName.RESEARCHER)
csrf.exempt(blueprint)  # the form checks its own token, and shows itself again when it is too old

CLOSED = "Ce codage croisé est clos\u00a0: ce que vous venez de dire n’est pas enregistré."
GONE = "Cette réponse n’est plus là\u00a0: la personne l’a retirée ou changée. Passez à la suite."


@blueprint.get("/<uuid:round_id>/coder")
def resume(round_id: uuid.UUID) -> Response:
    """Lead to the first sentence that is not coded; to the first of all when none is left."""
    _, coder = _mine(round_id)
    there = agreement_marks.first_unseen(db.session, coder)
    if there is None:
        return redirect(url_for(".show", round_id=round_id, position=_first(coder)))
    position, rank = there
    return redirect(_address(round_id, position, rank))


@blueprint.get("/<uuid:round_id>/coder/<int(max=2147483647):position>")
def show(round_id: uuid.UUID, position: int) -> Page:
    """Show an answer, one of its sentences to code."""
    round_, coder = _mine(round_id)
    if not round_.is_open:
        return redirect(url_for("agreements.show", round_id=round_id))
    looked(Act.TESTIMONIES_SEARCHED, round_id, detail="round")
    sheet = agreement_marks.sheet(db.session, round_, coder, position)
    if sheet is None:
        flash(GONE, "warning")
        return redirect(url_for("agreements.show", round_id=round_id))
    sentence = _asked_of(sheet)
    form = _form(round_, formdata=None, data={"themes": list(sentence.themes or ())})
    return _page(round_, sheet, sentence, form)


@blueprint.post("/<uuid:round_id>/coder/<int(max=2147483647):position>")
def mark(round_id: uuid.UUID, position: int) -> Page:
    """Keep what is said of a sentence, and lead to the next."""
    round_, coder = _mine(round_id)
    sheet = agreement_marks.sheet(db.session, round_, coder, position)
    if sheet is None:
        flash(GONE, "warning")
        return redirect(url_for("agreements.show", round_id=round_id))
    sentence, form = _asked_of(sheet), _form(round_)
    if not form.validate():
        return _page(round_, sheet, sentence, form), 422
    said = [] if form.acte.data == WITHOUT else list(form.themes.data or ())
    try:
        agreement_marks.mark(db.session, coder, sentence.unit_id, said)
        db.session.commit()
    except agreement_marks.RoundClosedError:
        db.session.rollback()
        flash(CLOSED, "warning")
        return redirect(url_for("agreements.show", round_id=round_id))
    except (agreement_marks.NoSuchUnitError, IntegrityError):
        db.session.rollback()  # withdrawn while it was being coded
        flash(GONE, "warning")
        return redirect(url_for("agreements.show", round_id=round_id))
    return _onwards(round_id, coder, sheet, sentence)


def _mine(round_id: uuid.UUID) -> tuple[AgreementRound, RoundCoder]:
    """Return the round and the coder that the signed-in account is; 403 for anybody else."""
    round_ = asked(round_id)
    coder = agreement_marks.coder_of(db.session, round_id, current_user.id)
    return round_, coder or abort(403)


def _asked_of(sheet: Sheet) -> Sentence:
    """Return the sentence that the address asks for, else the first that is not coded."""
    rank = request.args.get("phrase", type=int)
    unseen = next((each for each in sheet.sentences if not each.is_seen), sheet.sentences[0])
    return (sheet.sentence(rank) if rank is not None else unseen) or abort(404)


def _onwards(round_id: uuid.UUID, coder: RoundCoder, sheet: Sheet, sentence: Sentence) -> Response:
    """Lead to the next sentence, to the next answer, or to the end."""
    if sentence.rank < len(sheet.sentences):
        return redirect(_address(round_id, sheet.position, sentence.rank + 1))
    there = agreement_marks.first_unseen(db.session, coder)
    if there is None:
        flash("Vous avez tout codé. Vous pouvez encore changer jusqu’à la clôture.", "success")
        return redirect(url_for("agreements.show", round_id=round_id))
    if sheet.following is not None:
        following = url_for(".show", round_id=round_id, position=sheet.following)
        return redirect(f"{following}#reponse")  # to be read from the top
    return redirect(_address(round_id, *there))


def _address(round_id: uuid.UUID, position: int, rank: int) -> str:
    page = url_for(".show", round_id=round_id, position=position, phrase=rank)
    return f"{page}#phrase-{rank}"


def _first(coder: RoundCoder) -> int:
    return agreement_marks.first_position(db.session, coder) or abort(404)


def _labels(round_: AgreementRound, choices: Choices) -> dict[str, str]:
    known = choices.themes
    return {
        theme: f"{known[theme].code} {known[theme].label}" if theme in known else theme
        for theme in round_.themes
    }


def _form(round_: AgreementRound, **options: object) -> SentenceForm:
    return SentenceForm.offering(_labels(round_, address.choices()), **options)


def _page(round_: AgreementRound, sheet: Sheet, sentence: Sentence, form: SentenceForm) -> str:
    choices = address.choices()
    families: dict[str, list[object]] = {}
    for option in form.themes:
        theme = choices.themes.get(option.data)
        families.setdefault(theme.family.title if theme else "Hors de la grille", []).append(option)
    progress = agreement_rounds.progress(db.session, round_)
    return render_template(
        "agreements/coding.html",
        round=round_,
        sheet=sheet,
        current=sentence,
        form=form,
        families=families,
        labels=_labels(round_, choices),
        choices=choices,
        question=words.wording(sheet.answer),
        mine=next(each for each in progress if each.coder.account_id == current_user.id),
    )
