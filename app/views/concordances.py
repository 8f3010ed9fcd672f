"""Words in their context, a line each: how people use them."""

from flask import Blueprint, render_template, request

from app.extensions import db
from app.models import Act, RoleName
from app.services import concordances, testimonies
from app.services.concordances import LEFT, RIGHT, Line
from app.views import active_filters
from app.views import filters as address
from app.views.access import only_for
from app.views.acting import looked
from app.views.filters import BadFilter

blueprint = Blueprint("concordances", __name__, url_prefix="/recherche/concordance")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

ORDERS = {
    "": "par témoignage",
    LEFT: "par ce qui précède",
    RIGHT: "par ce qui suit",
}


@blueprint.get("")
def index() -> str:
    """Show each place where the words stand, sorted, a page at a time."""
    filters, choices = address.read(), address.choices()
    order = request.args.get("ordre", "")
    if order not in ORDERS:
        raise BadFilter(
            f"Les lignes ne se rangent pas par «\u00a0{order[: address.LONGEST]}\u00a0»."
        )
    looked(Act.TESTIMONIES_SEARCHED, detail="concordance")
    found = concordances.of(db.session, filters, order)
    number = address.page_number(found.last_page)
    return render_template(
        "concordances/index.html",
        found=found,
        lines=concordances.shown(db.session, found.page(number)),
        passage=_passage,
        page=number,
        order=order,
        orders=ORDERS,
        most=concordances.MOST,
        filters=filters,
        active=active_filters.of(filters, choices),
        clsms=testimonies.clsms(db.session),
        choices=choices,
        arguments=address.arguments,
    )


def _passage(line: Line) -> str:
    """Return what an address says to have a place of a testimony shown."""
    return f"{line.position}-{line.start}-{line.end}"
