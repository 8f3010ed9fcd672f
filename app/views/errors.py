"""What goes wrong, said in French, with what to do next."""

import logging
from dataclasses import dataclass

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    SecurityError,
    ServiceUnavailable,
)

from app.database import first_line

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


def explained(code: int, explanation: Explanation) -> tuple[str, int]:
    """Return the page of an error."""
    return render_template("errors/error.html", code=code, explanation=explanation), code


FOREIGN_NAME = Explanation(
    EXPLANATIONS[400].title,
    "L’adresse de ce site n’est pas celle par laquelle vous êtes passée ou passé. "
    "Recopiez celle qui vous a été donnée.",
)


def _page(error: HTTPException) -> tuple[str, int]:
    if isinstance(request.routing_exception, SecurityError):  # asked by a name that is not ours
        return render_template("errors/bare.html", explanation=FOREIGN_NAME), 400
    code = error.code or 500
    known = EXPLANATIONS.get(code)
    explanation = known or Explanation("Cette page ne peut pas s’afficher", EXPLANATIONS[400].text)
    return render_template("errors/error.html", code=code, explanation=explanation), code


def _csrf(_error: CSRFError) -> tuple[str, int]:
    explanation = Explanation(
        "Cet envoi n’a pas pu être vérifié",
        "La page est restée ouverte trop longtemps, ou l’envoi ne venait pas d’une page de ce "
        "site. Revenez en arrière, rechargez la page, puis envoyez à nouveau : "
        "rien n’a été changé.",
    )
    return render_template("errors/error.html", code=400, explanation=explanation), 400


def _database(error: OperationalError) -> tuple[str, int]:
    log.error("the database failed: %s", first_line(error.orig or error))
    return _page(ServiceUnavailable())


def _unexpected(_error: Exception) -> tuple[str, int]:
    return _page(InternalServerError())


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InternalServerError, _unexpected)
