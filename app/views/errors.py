"""What goes wrong, said in French, with what to do next."""

import errno
import logging
from dataclasses import dataclass

from flask import Flask, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response

from app.database import first_line, is_full

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Explanation:
    """A page of error: what happened, and what one can do."""

    title: str
    text: str


EXPLANATIONS = {
    400: Explanation(
        "Cette demande n’a pas été comprise",
        "Revenez à la page précédente et recommencez. Ce que vous aviez enregistré est gardé.",
    ),
    403: Explanation(
        "Cette page n’est pas ouverte à votre compte",
        "Si vous devez y entrer, demandez le droit à l’administratrice ou l’administrateur.",
    ),
    404: Explanation(
        "Cette page n’existe pas",
        "L’adresse est peut-être incomplète : recopiez-la en entier, ou repartez de l’appel.",
    ),
    405: Explanation(
        "Cette adresse ne s’ouvre pas ainsi",
        "Repartez de la page qui vous y a menée ou mené.",
    ),
    413: Explanation(
        "Votre envoi est trop volumineux",
        "Une page peut contenir un mégaoctet, soit plusieurs centaines de pages de texte. "
        "Revenez en arrière, raccourcissez ou envoyez en plusieurs fois : "
        "ce que vous aviez enregistré est gardé.",
    ),
    500: Explanation(
        "Une erreur est survenue de notre côté",
        "Ce que vous aviez enregistré est gardé. Essayez à nouveau dans quelques minutes.",
    ),
    503: Explanation(
        "Le service n’est pas prêt",
        "Sa base de données n’est pas joignable ou n’est pas à jour. "
        "Réessayez dans quelques minutes. Pour la personne qui l’administre : "
        "lancez « flask setup », puis rechargez cette page.",
    ),
}


AWAY = Explanation(
    "Le service ne répond pas bien en ce moment",
    "Sa base de données n’est pas joignable. Ce que vous aviez enregistré est gardé. "
    "Attendez une minute, puis réessayez.",
)
FULL = Explanation(
    "Le service n’a plus de place",
    "Rien ne peut y être enregistré pour l’instant. Ce que vous aviez enregistré est gardé. "
    "Attendez quelques minutes, puis réessayez.",
)
RETRY_AFTER_SECONDS = {503: 30, 507: 300}
KEPT = frozenset({"answering.save", "answering.send"})  # of what was typed, not of passwords


def explained(code: int, explanation: Explanation) -> tuple[str, int]:
    """Return the page of an error."""
    return render_template("errors/error.html", code=code, explanation=explanation), code


FOREIGN_NAME = Explanation(
    EXPLANATIONS[400].title,
    "L’adresse de ce site n’est pas celle par laquelle vous êtes passée ou passé. "
    "Recopiez celle qui vous a été donnée.",
)


def _page(error: HTTPException) -> Response | tuple[str, int]:
    if isinstance(request.routing_exception, SecurityError):  # asked by a name that is not ours
        return render_template("errors/bare.html", explanation=FOREIGN_NAME), 400
    code = error.code or 500
    known = EXPLANATIONS.get(code)
    explanation = known or Explanation("Cette page ne peut pas s’afficher", EXPLANATIONS[400].text)
    if code in RETRY_AFTER_SECONDS:
        return _for_a_while(code, explanation)
    return explained(code, explanation)


def _for_a_while(code: int, explanation: Explanation) -> Response:
    """Return the page of what will pass; the answers that were being sent wait in it."""
    sent = list(request.form.items(multi=True)) if request.endpoint in KEPT else []
    page = render_template("errors/error.html", code=code, explanation=explanation, sent=sent)
    reply = make_response(page, code)
    reply.headers["Retry-After"] = str(RETRY_AFTER_SECONDS[code])
    return reply


def _csrf(_error: CSRFError) -> tuple[str, int]:
    explanation = Explanation(
        "Cet envoi n’a pas pu être vérifié",
        "La page est restée ouverte trop longtemps, ou l’envoi ne venait pas d’une page de ce "
        "site. Revenez en arrière, rechargez la page, puis envoyez à nouveau : "
        "rien n’a été changé.",
    )
    return render_template("errors/error.html", code=400, explanation=explanation), 400


def _database(error: DBAPIError) -> Response:
    log.error("the database failed: %s", first_line(error.orig or error))
    return _for_a_while(507, FULL) if is_full(error.orig) else _for_a_while(503, AWAY)


def _system(error: OSError) -> Response:
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    log.error("no room is left: %s", error.strerror)
    return _for_a_while(507, FULL)


def _unexpected(_error: Exception) -> Response | tuple[str, int]:
    return _page(InternalServerError())


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InterfaceError, _database)
    app.register_error_handler(OSError, _system)
    app.register_error_handler(InternalServerError, _unexpected)
