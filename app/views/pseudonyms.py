"""The personal data of a testimony: what would be replaced, said yes or no to by a researcher."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from analysis.personal import Rewritten
from app.extensions import csrf, db
from app.models import Act, RoleName, Testimony
from app.presentation import plural
from app.services import consents, mentions, mentions_by_hand, pseudonyms, testimonies
from app.services.annotated import Annotated, Marked
from app.services.mentions import Mention
from app.services.passages import split
from app.services.words import cut, one_line
from app.views import pseudonym_forms
from app.views.access import only_for
from app.views.acting import looked
from app.views.errors import Explanation, explained
from app.views.pseudonym_forms import ACCEPT_ALL, ADD, ReviewForm, Row, Sent
from app.views.testimonies import NoSuchTestimony
from forms.schema import UnknownQuestionnaire

Page = str | Response | tuple[str, int]

blueprint = Blueprint(
    "pseudonyms", __name__, url_prefix="/recherche/temoignages/<uuid:testimony_id>"
)
only_for(blueprint, RoleName.RESEARCHER)
csrf.exempt(blueprint)  # the form checks its own token, and shows itself again when it is old

QUOTE_LENGTH = 80
NATURES = {
    "PER": "Personne",
    "PHONE": "Téléphone",
    "EMAIL": "Adresse électronique",
    "ADDRESS": "Adresse",
    "LOC": "Lieu",
    "ORG": "Organisme",
    "URL": "Lien",
    "ID": "Identifiant ou date de naissance",
}
IMPOSSIBLE = Explanation(
    "Ces passages ne sont pas ceux de cette page",
    "Ce qui est envoyé parle de passages que ce témoignage ne propose pas. Rien n’est changé. "
    "Revenez à la page des données personnelles et recommencez.",
)


@dataclass(frozen=True)
class Told:
    """An answer in free words beside the words of its question."""

    wording: str
    reading: Annotated
    rows: Mapping[tuple[int, int], Row]


@blueprint.get("/donnees-personnelles")
def show(testimony_id: uuid.UUID) -> Page:
    """Show what would be replaced in a testimony, to be said yes or no to."""
    testimony = _testimony(testimony_id)
    looked(Act.TESTIMONY_OPENED, testimony_id)
    return _show(testimony, ReviewForm(formdata=None))


@blueprint.post("/donnees-personnelles")
def review(testimony_id: uuid.UUID) -> Page:
    """Keep what somebody says of each mention, and the words they add.

    What changed since the page was shown is shown first; nothing is kept then.
    """
    form = ReviewForm()
    try:
        sent = pseudonym_forms.sent(request.form)
    except pseudonym_forms.ImpossibleError:
        return explained(400, IMPOSSIBLE)
    testimony = _testimony(testimony_id)
    if not form.validate():
        return _refuse(testimony_id, form, sent, 422)
    proposed = mentions.propose(testimony)  # it takes long: nothing is locked meanwhile
    if not testimonies.hold(db.session, testimony_id):
        raise NoSuchTestimony
    db.session.expire_all()
    testimony = _testimony(testimony_id)
    shown = mentions.of(db.session, testimony, proposed)
    if form.seen.data != pseudonyms.seen(testimony, shown):
        return _refuse(testimony_id, form, sent, 409)
    if sent.keys - {each.key for each in shown}:
        db.session.rollback()
        return explained(400, IMPOSSIBLE)
    if sent.act == ADD or form.typed:
        return _add(testimony, form, sent, proposed)
    return _save(testimony, form, sent, shown)


@blueprint.get("/tel-que-cite")
def quoted(testimony_id: uuid.UUID) -> Page:
    """Show a testimony with what was accepted replaced, as it would be quoted."""
    testimony = _testimony(testimony_id)
    looked(Act.TESTIMONY_OPENED, testimony_id)
    told = pseudonyms.pseudonymised(db.session, testimony)
    wordings = _wordings(testimony)
    return render_template(
        "pseudonyms/quoted.html",
        testimony=testimony,
        told=[
            (wordings.get(name, name), list(_pieces(each))) for name, each in told.answers.items()
        ],
        confirmed_on=told.confirmed_on,
        is_quotable=consents.attribution(testimony) is not None,
    )


@blueprint.errorhandler(NoSuchTestimony)
def missing(_error: NoSuchTestimony) -> tuple[str, int]:
    """Say that a testimony is not there, and the way back to the list."""
    return render_template("testimonies/missing.html"), 404


def _testimony(testimony_id: uuid.UUID) -> Testimony:
    testimony = testimonies.get(db.session, testimony_id)
    if testimony is None:
        raise NoSuchTestimony
    return testimony


def _add(testimony: Testimony, form: ReviewForm, sent: Sent, proposed: mentions.Proposed) -> Page:
    """Keep the choices as far as they go, and what is added; nobody has confirmed anything yet."""
    if not form.can_add():
        return _refuse(testimony.id, form, sent, 422)
    by, shown = current_user.id, mentions.of(db.session, testimony, proposed)
    pseudonyms.decide(db.session, testimony, shown, sent.of(shown), by=by, is_whole=False)
    shown = mentions.of(db.session, testimony, proposed)
    nature = pseudonym_forms.nature_of(form)
    try:
        count = mentions_by_hand.add(db.session, testimony, shown, form.typed, nature, by=by)
    except mentions_by_hand.NoSuchWordsError:
        form.words.errors = [
            "Ces mots ne sont dans aucune réponse. Écrivez-les comme ils sont dans le témoignage."
        ]
        return _refuse(testimony.id, form, sent, 422)
    db.session.commit()
    if count:
        flash(
            f"{plural(count, 'passage ajouté', 'passages ajoutés')}. Relisez, puis enregistrez "
            "vos choix.",
            "success",
        )
    else:
        flash(
            "Ces mots sont déjà partout dans un passage proposé\u00a0: rien n’est ajouté.", "info"
        )
    return redirect(url_for(".show", testimony_id=testimony.id))


def _save(testimony: Testimony, form: ReviewForm, sent: Sent, shown: Sequence[Mention]) -> Page:
    said = sent.of(shown)
    if sent.act == ACCEPT_ALL:
        said = {each.key: True for each in shown}
    if any(each.key not in said for each in shown):
        return _refuse(testimony.id, form, sent, 422, is_incomplete=True)
    pseudonyms.decide(db.session, testimony, shown, said, by=current_user.id, is_whole=True)
    db.session.commit()
    yes = plural(sum(said.values()), "passage remplacé", "passages remplacés")
    no = plural(len(said) - sum(said.values()), "laissé", "laissés")
    flash(f"Vos choix sont enregistrés\u00a0: {yes}, {no}.", "success")
    return redirect(url_for(".show", testimony_id=testimony.id))


def _refuse(
    testimony_id: uuid.UUID,
    form: ReviewForm,
    sent: Sent,
    status: int,
    *,
    is_incomplete: bool = False,
) -> tuple[str, int]:
    """Show the page again as things are now, with what was chosen; nothing is kept."""
    db.session.rollback()
    testimony = _testimony(testimony_id)
    page = _show(testimony, form, sent=sent, is_incomplete=is_incomplete, is_late=status == 409)
    return page, status


def _show(
    testimony: Testimony,
    form: ReviewForm,
    *,
    sent: Sent | None = None,
    is_incomplete: bool = False,
    is_late: bool = False,
) -> str:
    shown = mentions.of(db.session, testimony, mentions.propose(testimony))
    said = sent.of(shown) if sent else None
    rows = pseudonym_forms.rows(shown, said, is_refused=is_incomplete)
    form.seen.data = pseudonyms.seen(testimony, shown)
    form.seen.raw_data = None
    now = pseudonyms.standing(db.session, testimony)
    return render_template(
        "pseudonyms/show.html",
        testimony=testimony,
        told=list(_told(testimony, rows)),
        rows=rows,
        absent=[row for row in rows if row.is_missing],
        new=[row for row in rows if row.mention.decision is None],
        open=sum(row.mention.is_open for row in rows),
        form=form,
        now=now,
        is_late=is_late,
        natures=NATURES,
        quote=lambda words: cut(one_line(words), QUOTE_LENGTH),
        mark_class=_mark_class,
        typeset=_typeset,
    )


def _told(testimony: Testimony, rows: Sequence[Row]) -> Iterator[Told]:
    wordings = _wordings(testimony)
    for answer in mentions.free(testimony):
        mine = {row.mention.span: row for row in rows if row.mention.answer.id == answer.id}
        notes = [Marked(row.number, span) for span, row in mine.items()]
        pieces = list(split(answer.text or "", [(*span, span) for span in mine]))
        reading = Annotated(answer, pieces, notes)
        yield Told(wordings.get(answer.question_id, answer.question_id), reading, mine)


def _wordings(testimony: Testimony) -> dict[str, str]:
    """Return the words of each question; none where their version is no longer installed."""
    library = current_app.extensions["questionnaires"]
    slug, version = testimony.questionnaire_slug, testimony.questionnaire_version
    try:
        return {each.id: each.label for each in library.get(slug, version).questions}
    except UnknownQuestionnaire:
        return {}


def _mark_class(row: Row) -> str:
    """Return the classes of a mention in the text: what was decided of it."""
    if row.mention.decision is None:
        return "fam-e"
    return "fam-p is-kept" if row.mention.is_accepted else "fam-t"


def _typeset(reason: str) -> str:
    """Return a reason of the library with the spaces of French that no line may break at."""
    return reason.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" : ", "\u00a0: ")


def _pieces(rewritten: Rewritten) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, and whether each is a pseudonym that was put there."""
    put = {(start, end) for _, _, start, end in rewritten.pieces}
    bounds = sorted({0, len(rewritten.text)}.union(*put))
    for span in pairwise(bounds):
        yield rewritten.text[slice(*span)], span in put
