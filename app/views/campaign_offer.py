"""What a campaign may be narrowed by: only what some contact has, in French."""

from flask import current_app

from app.extensions import db
from app.models import Campaign
from app.services import audiences, contact_places
from app.services.audiences import Audience
from app.views.campaign_forms import Offer
from forms.schema import Library

UNKNOWN_REGION = {contact_places.UNKNOWN: "Région non précisée"}


def labels() -> dict[str, str]:
    """Return what each profile is called."""
    return {each.id: each.label for each in _library().audiences}


def offer() -> Offer:
    """Return what can be chosen for a campaign today."""
    used = audiences.places(db.session)
    return Offer(
        profiles=labels(),
        questionnaires={each.slug: each.title for each in _library()},
        regions=_named("region", used.regions) | (UNKNOWN_REGION if used.has_unknown else {}),
        departements=_named("departement", used.departements),
        tags=audiences.tags(db.session),
    )


def narrowing(campaign: Campaign) -> list[str]:
    """Return, in French, what a campaign is narrowed to, beside the profile."""
    audience = Audience.of(campaign)
    regions, places = region_names() | UNKNOWN_REGION, _options("departement")
    told = {
        "régions": [regions.get(code, code) for code in audience.regions],
        "départements": [places.get(code, code) for code in audience.departements],
        "étiquettes": list(audience.tags),
    }
    return [f"{label}\u00a0: {', '.join(chosen)}" for label, chosen in told.items() if chosen]


def region_names() -> dict[str, str]:
    """Return the name of each region (INSEE code)."""
    return _options("region")


def _library() -> Library:
    library: Library = current_app.extensions["questionnaires"]
    return library


def _named(variable: str, codes: set[str]) -> dict[str, str]:
    """Return the codes that are in use with their names, in the order of the questionnaires."""
    known = {code: label for code, label in _options(variable).items() if code in codes}
    return known | {code: code for code in sorted(codes) if code not in known}


def _options(variable: str) -> dict[str, str]:
    return {
        option.value: option.label
        for questionnaire in _library().questionnaires
        for question in questionnaire.questions
        if question.variable == variable
        for option in question.options
    }
