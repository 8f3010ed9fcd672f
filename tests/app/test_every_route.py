"""Every page of Recueil is looked at by axe in some journey: this is where."""

import ast
from functools import lru_cache
from pathlib import Path

import pytest
from flask import Flask

JOURNEYS = Path(__file__).resolve().parent.parent / "journeys"
LOOKERS = {"faults", "look", "nothing_to_complain_of", "sound", "wrong"}
"""What the journeys call to have axe, and our own rules, look at the page that is shown."""

PUBLIC = "test_accessibility.test_public_pages"
SECTIONS = "test_accessibility.test_every_section_of_every_questionnaire"
STAFF = "test_accessibility.test_staff_pages"
CODE = "test_code.test_its_pages_are_accessible"
CONSENTS = "test_consents.test_a_consent_is_raised_then_taken_back"
EASY = "test_easy.test_easy_pages_at_each_width"
CALLS = "test_easy.test_the_phone_door_in_each_state_at_each_width"
SLOTS = "test_interviews.test_each_state_is_accessible"
QUESTIONS = "test_inquiries.test_every_state_is_accessible"
REFERRALS = "test_referral.test_its_pages_are_accessible"
PSEUDONYMS = "test_pseudonyms.test_every_state_is_accessible"
TRANSCRIPTS = "test_transcripts.test_from_the_document_to_the_withdrawal"
RESEARCH = "test_accessibility.test_research_pages"
ADMINISTRATION = "test_accessibility.test_administration_pages"
MAILED = "test_states.test_pages_of_an_invitation"
IMPORTS = "test_contacts_import.test_import_mend_import"
DESK = "test_states.test_desk_pages_that_no_link_of_the_demo_opens"

LOOKED_AT = {
    "/": PUBLIC,
    "/accessibilite": PUBLIC,
    "/admin/": ADMINISTRATION,
    "/compte/connexion": PUBLIC,
    "/compte/mot-de-passe": ADMINISTRATION,
    "/confidentialite": PUBLIC,
    "/contact/<token>": REFERRALS,
    "/desinscription/<token>": MAILED,
    "/entretien/<token>": SLOTS,
    "/equipe/": STAFF,
    "/equipe/a-rappeler": SLOTS,
    "/equipe/a-rappeler/<uuid:recontact_id>/creneau": SLOTS,
    "/equipe/campagnes/<int:campaign_id>": STAFF,
    "/equipe/campagnes/<int:campaign_id>/arreter": STAFF,
    "/equipe/campagnes/<int:campaign_id>/dates": STAFF,
    "/equipe/campagnes/<int:campaign_id>/envoi": STAFF,
    "/equipe/campagnes/<int:campaign_id>/relances": STAFF,
    "/equipe/campagnes/<int:campaign_id>/relancer": STAFF,
    "/equipe/campagnes/<int:campaign_id>/modifier": DESK,
    "/equipe/campagnes/nouvelle": STAFF,
    "/equipe/clsm/": IMPORTS,
    "/equipe/clsm/<int:clsm_id>": IMPORTS,
    "/equipe/clsm/nouveau": IMPORTS,
    "/equipe/clsm/importer": IMPORTS,
    "/equipe/clsm/importer/<uuid:import_id>": IMPORTS,
    "/equipe/clsm/importer/<uuid:import_id>/colonnes": IMPORTS,
    "/equipe/contacts/": STAFF,
    "/equipe/contacts/exporter": IMPORTS,
    "/equipe/contacts/importer/<uuid:import_id>": IMPORTS,
    "/equipe/contacts/importer/<uuid:import_id>/colonnes": IMPORTS,
    "/equipe/contacts/<uuid:contact_id>": DESK,
    "/equipe/contacts/importer": STAFF,
    "/equipe/contacts/nouveau": STAFF,
    "/equipe/creneaux": SLOTS,
    "/equipe/creneaux/<uuid:slot_id>": SLOTS,
    "/equipe/creneaux/<uuid:slot_id>/annuler": SLOTS,
    "/equipe/creneaux/nouveau": SLOTS,
    "/equipe/creneaux/passes": SLOTS,
    "/equipe/messagerie": STAFF,
    "/equipe/mises-en-contact": "test_referral.test_staff_see_no_name_before_the_yes",
    "/equipe/protection": STAFF,
    "/equipe/questions": STAFF,
    "/equipe/questions/<uuid:inquiry_id>": QUESTIONS,
    "/equipe/suivi": STAFF,
    "/etre-rappele": CALLS,
    "/etre-rappele/autre": CALLS,
    "/etre-rappele/merci": CALLS,
    "/facile": EASY,
    "/facile/aide": EASY,
    "/facile/changer-d-avis": EASY,
    "/facile/vos-reponses": EASY,
    "/invitation/<token>": MAILED,
    "/mon-temoignage": CODE,
    "/mon-temoignage/accords": CONSENTS,
    "/mon-temoignage/code/<slug>": CODE,
    "/mon-temoignage/code/<slug>/courriel": "test_states.test_the_code_by_mail",
    "/mon-temoignage/lire": CODE,
    "/mon-temoignage/retirer": CODE,
    "/mon-temoignage/mis-de-cote/<slug>": "test_states.test_drafts_put_aside",
    "/proposer-un-contact": REFERRALS,
    "/proposer-un-contact/merci": REFERRALS,
    "/recherche/": RESEARCH,
    "/recherche/a-relire": RESEARCH,
    "/recherche/apprentissage": "test_learning.test_decide_learn_compare_use_and_go_back",
    "/recherche/decomptes/": RESEARCH,
    "/recherche/entretiens/<uuid:testimony_id>/corriger": DESK,
    "/recherche/entretiens/nouveau": TRANSCRIPTS,
    "/recherche/entretiens/remise/<sitting>": TRANSCRIPTS,
    "/recherche/temoignages/<uuid:testimony_id>": RESEARCH,
    "/recherche/temoignages/<uuid:testimony_id>/donnees-personnelles": PSEUDONYMS,
    "/recherche/temoignages/<uuid:testimony_id>/tel-que-cite": PSEUDONYMS,
    "/temoigner/<slug>/merci": "test_accessibility.test_a_section_with_errors_and_the_thanks",
    "/temoigner/<slug>/relire": SECTIONS,
    "/temoigner/<slug>/rubrique/<section_id>": SECTIONS,
    "/une-question": QUESTIONS,
    "/une-question/merci": QUESTIONS,
}
"""Each page → the journey (module.test) in which axe looks at it."""

NO_PAGE = {
    "/bootstrap/static/<path:filename>": "a file",
    "/compte/accueil": "leads to the room of whoever signs in",
    "/compte/fs-static/<path:filename>": "a file",
    "/compte/verify": "leads to the page of signing in",
    "/equipe/campagnes/<int:campaign_id>/avancement": "for a script",
    "/equipe/clsm/importer/<uuid:import_id>/refus": "a file",
    "/equipe/contacts/importer/<uuid:import_id>/refus": "a file",
    "/equipe/suivi/courbe.png": "a figure",
    "/entretien/<token>/<any(choisir, annuler, rappel, effacer):_act>": "leads to the page",
    "/healthz": "for machines",
    "/mon-temoignage/code/<slug>/telecharger": "a file",
    "/mon-temoignage/telecharger": "a file",
    "/readyz": "for machines",
    "/recherche/apprentissage/<int(max=2147483647):version_id>/avancement": "for a script",
    "/recherche/decomptes/<name>.png": "a figure",
    "/recherche/decomptes/<name>.svg": "a figure",
    "/recherche/entretiens/relire/<audience>": "leads to the beginning",
    "/static/<path:filename>": "a file",
    "/temoigner/<slug>/": "leads to the first page not saved yet",
}


@lru_cache
def lookers(module: str) -> dict[str, bool]:
    """Give each test of a journey, and whether it calls what looks at a page."""
    tree = ast.parse((JOURNEYS / f"{module}.py").read_text())
    return {
        each.name: any(
            isinstance(part, ast.Call) and getattr(part.func, "id", "") in LOOKERS
            for part in ast.walk(each)
        )
        for each in tree.body
        if isinstance(each, ast.FunctionDef)
    }


def test_every_page_is_looked_at_somewhere(app: Flask) -> None:
    opened = {each.rule for each in app.url_map.iter_rules() if "GET" in (each.methods or ())}
    assert opened == LOOKED_AT.keys() | NO_PAGE.keys()
    assert LOOKED_AT.keys() & NO_PAGE.keys() == set()


@pytest.mark.parametrize("where", sorted(set(LOOKED_AT.values())))
def test_the_journey_that_looks_is_there(where: str) -> None:
    module, name = where.split(".")
    assert lookers(module)[name]
