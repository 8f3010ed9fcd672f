"""What leaves for other programs: which kind, of which testimonies, in which words."""

import tempfile
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, send_file, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from app import pipelines
from app.extensions import csrf, db
from app.models import RoleName
from app.models.base import today
from app.presentation import number
from app.services import export_packages, export_traces, testimonies
from app.services.exports import Codings, Kind, Wanted
from app.services.periods import periods
from app.services.testimonies import Filters
from app.views import filters as address
from app.views.access import only_for

blueprint = Blueprint("exports", __name__, url_prefix="/recherche/exports")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)
# The form checks its own token, so that an old page shows again what was chosen.
csrf.exempt(blueprint)

MOST = 5_000  # testimonies in one request; the command line has no bound
IN_MEMORY = 4 * 1024 * 1024
UNPROCESSABLE = 422
KINDS = {
    Kind.XLSX: "Classeur Excel (.xlsx)",
    Kind.CSV: "Tables CSV, pour un tableur ou R",
    Kind.QDPX: "Projet REFI-QDA (.qdpx)\u00a0: NVivo, ATLAS.ti, MAXQDA, QualCoder",
    Kind.QDC: "Grille seule (.qdc), pour ces mêmes logiciels",
    Kind.IRAMUTEQ: "Corpus IRaMuTeQ (.txt)",
    Kind.JSONL: "JSON, un témoignage par ligne (.jsonl)",
}
SHORT = {
    Kind.XLSX: "Excel",
    Kind.CSV: "CSV",
    Kind.QDPX: "REFI-QDA (.qdpx)",
    Kind.QDC: "Grille (.qdc)",
    Kind.IRAMUTEQ: "IRaMuTeQ",
    Kind.JSONL: "JSON",
    Kind.DOCBIN: "spaCy",
}
CODINGS = {
    Codings.STANDING: "Tous, sauf les rejetés",
    Codings.KEPT: "Seulement ceux qu’une personne a gardés",
    Codings.ALL: "Tous, rejetés compris",
    Codings.NONE: "Aucun",
}


class ExportForm(FlaskForm):
    """What is wanted."""

    kind = RadioField(
        "Pour quel usage\u00a0?",
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        validators=[AnyOf(list(KINDS), message="Choisissez un format.")],
        validate_choice=False,
    )
    codings = RadioField(
        "Quels codages\u00a0?",
        choices=[SelectChoice(each.value, words) for each, words in CODINGS.items()],
        default=Codings.STANDING.value,
        validators=[AnyOf(list(CODINGS), message="Choisissez dans la liste.")],
        validate_choice=False,
    )
    memos = BooleanField("Joindre les mémos")
    thematic = BooleanField("IRaMuTeQ\u00a0: écrire la question avant chaque réponse")
    raw = BooleanField("Texte brut, avec les noms, lieux et numéros que les personnes ont écrits")

    def wanted(self, filters: Filters) -> Wanted:
        """Return what was chosen, of these testimonies."""
        return Wanted(
            kind=Kind(self.kind.data),
            filters=filters,
            codings=Codings(self.codings.data),
            has_memos=self.memos.data,
            is_raw=self.raw.data,
            is_thematic=self.thematic.data,
        )


@blueprint.get("")
def index() -> str:
    """Ask what is wanted, and show what already left."""
    return _show(ExportForm(formdata=None), address.read())


@blueprint.post("")
def make() -> Response | tuple[str, int]:
    """Give the export as a ZIP, and write down that it left."""
    filters, form = address.read(), ExportForm()
    if not form.validate():
        return _show(form, filters), UNPROCESSABLE
    wanted = form.wanted(filters)
    if testimonies.count(db.session, filters) > MOST and wanted.kind is not Kind.QDC:
        flash(
            f"Plus de {number(MOST)} témoignages d’un coup\u00a0: filtrez-les, ou demandez à "
            "l’administration de lancer «\u00a0flask export\u00a0».",
            "warning",
        )
        arguments: dict[str, Any] = {**address.arguments(filters)}
        return redirect(url_for(".index", **arguments), 303)
    return _sent(wanted)


def _sent(wanted: Wanted) -> Response:
    library, codebook = current_app.extensions["questionnaires"], pipelines.codebook()
    stream = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the response
    with export_packages.made(db.session, wanted, library, codebook) as package:
        export_packages.zipped(package, stream)
        db.session.commit()  # what was read is over: the trace waits for no other writer
        export_traces.record(db.session, wanted, package.tally, account_id=current_user.id)
    db.session.commit()
    stream.seek(0)
    name = f"recueil-{wanted.kind.value}-{today().isoformat()}{'-brut' if wanted.is_raw else ''}"
    reply = send_file(
        stream, mimetype="application/zip", as_attachment=True, download_name=f"{name}.zip"
    )
    reply.headers["Cache-Control"] = "no-store"
    reply.call_on_close(stream.close)
    return reply


def _show(form: ExportForm, filters: Filters) -> str:
    arguments = address.arguments(filters)
    kept = {name: value for name, value in arguments.items() if name not in ("profil", "canal")}
    return render_template(
        "exports/index.html",
        form=form,
        filters=filters,
        choices=address.choices(),
        arguments=arguments,
        kept=kept,
        found=testimonies.count(db.session, filters),
        total=testimonies.count(db.session),
        traces=export_traces.latest(db.session),
        kinds={kind.value: words for kind, words in SHORT.items()},
        kept_for=periods.of.research_exports,
    )
