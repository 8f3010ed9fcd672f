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
WORKBENCH = "test_workbench.test_its_pages_alone_are_accessible"
CODEBOOK = "test_codebook.test_add_count_merge_export_and_import"
CODEBOOK_ACTS = "test_codebook.test_every_other_page_of_a_theme"
AGREEMENT = "test_agreement.test_two_code_blind_and_a_third_settles"
GUIDES = "test_guides.test_choose_passages_and_open_the_draft"
RESEARCH = "test_accessibility.test_research_pages"
ADMINISTRATION = "test_accessibility.test_administration_pages"
ACCOUNTS = "test_accounts.test_from_the_invitation_to_the_second_step"
TALLIES = "test_tallies.test_a_researcher_counts"
MAILED = "test_states.test_pages_of_an_invitation"
IMPORTS = "test_contacts_import.test_import_mend_import"
EXCHANGE = "test_exports.test_a_project_leaves_and_comes_back_without_doubling"
DESK = "test_states.test_desk_pages_that_no_link_of_the_demo_opens"
OFFICER = "test_states.test_pages_of_the_data_protection_officer"

LOOKED_AT = {
    "/": PUBLIC,
    "/accessibilite": PUBLIC,
    "/admin/": ADMINISTRATION,
    "/admin/comptes/<int:account_id>": ACCOUNTS,
    "/admin/deux-etapes": ACCOUNTS,
    "/admin/etat": ADMINISTRATION,
    "/compte/connexion": PUBLIC,
    "/compte/deux-etapes": ACCOUNTS,
    "/compte/lien/<token>": ACCOUNTS,
    "/compte/mot-de-passe": ADMINISTRATION,
    "/compte/oubli": ACCOUNTS,
    "/compte/securite": ACCOUNTS,
    "/compte/securite/<any(application, codes):what>/changer": ACCOUNTS,
    "/compte/securite/application": ACCOUNTS,
    "/compte/securite/cle": ACCOUNTS,
    "/compte/securite/cle/<uuid:which>": ACCOUNTS,
    "/compte/securite/cle/creer": ACCOUNTS,
    "/confidentialite": PUBLIC,
    "/contact/<token>": REFERRALS,
    "/desinscription/<token>": MAILED,
    "/dpo/analyse-d-impact": OFFICER,
    "/dpo/journal": OFFICER,
    "/dpo/registre": OFFICER,
    "/entretien/<token>": SLOTS,
    "/equipe/": STAFF,
    "/equipe/a-rappeler": SLOTS,
    "/equipe/a-rappeler/<uuid:recontact_id>/creneau": SLOTS,
    "/equipe/campagnes/<int:campaign_id>": STAFF,
    "/equipe/campagnes/<int:campaign_id>/arreter": STAFF,
    "/equipe/campagnes/<int:campaign_id>/dates": STAFF,
    "/equipe/campagnes/<int:campaign_id>/envoi": STAFF,
    "/equipe/campagnes/<int:campaign_id>/relances": STAFF,
    "/equipe/campagnes/<int:campaign_id>/supprimer": DESK,
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
    "/recherche/accord": AGREEMENT,
    "/recherche/accord/<uuid:round_id>": AGREEMENT,
    "/recherche/accord/<uuid:round_id>/clore": AGREEMENT,
    "/recherche/accord/<uuid:round_id>/coder/<int(max=2147483647):position>": AGREEMENT,
    "/recherche/accord/<uuid:round_id>/desaccords": AGREEMENT,
    "/recherche/accord/nouveau": AGREEMENT,
    "/recherche/apprentissage": "test_learning.test_decide_learn_compare_use_and_go_back",
    "/recherche/concordance": RESEARCH,
    "/recherche/decomptes/": RESEARCH,
    "/recherche/decomptes/au-fil-du-temps": TALLIES,
    "/recherche/decomptes/doublons": TALLIES,
    "/recherche/decomptes/ensemble": TALLIES,
    "/recherche/decomptes/planche": TALLIES,
    "/recherche/decomptes/saturation": TALLIES,
    "/recherche/decomptes/specificites": TALLIES,
    "/recherche/entretiens/<uuid:testimony_id>/corriger": DESK,
    "/recherche/entretiens/nouveau": TRANSCRIPTS,
    "/recherche/entretiens/remise/<sitting>": TRANSCRIPTS,
    "/recherche/grille/": CODEBOOK,
    "/recherche/grille/historique": CODEBOOK,
    "/recherche/grille/historique/<int(max=2147483647):number>": CODEBOOK,
    "/recherche/grille/importer": CODEBOOK,
    "/recherche/grille/importer/<uuid:draft_id>": CODEBOOK,
    "/recherche/grille/nouveau": CODEBOOK,
    "/recherche/grille/themes/<theme_id>": CODEBOOK,
    "/recherche/grille/themes/<theme_id>/deplacer": CODEBOOK_ACTS,
    "/recherche/grille/themes/<theme_id>/fusionner": CODEBOOK,
    "/recherche/grille/themes/<theme_id>/indices": CODEBOOK,
    "/recherche/grille/themes/<theme_id>/modifier": CODEBOOK_ACTS,
    "/recherche/grille/themes/<theme_id>/remettre": CODEBOOK_ACTS,
    "/recherche/grille/themes/<theme_id>/retirer": CODEBOOK_ACTS,
    "/recherche/grille/themes/<theme_id>/scinder": CODEBOOK_ACTS,
    "/recherche/guides/": GUIDES,
    "/recherche/guides/<slug>": GUIDES,
    "/recherche/guides/<slug>/<chapter_id>": GUIDES,
    "/recherche/guides/activite": GUIDES,
    "/recherche/guides/citations/<uuid:quotation_id>": GUIDES,
    "/recherche/exports": EXCHANGE,
    "/recherche/exports/importer": EXCHANGE,
    "/recherche/exports/importer/<uuid:import_id>": EXCHANGE,
    "/recherche/temoignages/<uuid:testimony_id>": RESEARCH,
    "/recherche/temoignages/<uuid:testimony_id>/coder": WORKBENCH,
    "/recherche/temoignages/<uuid:testimony_id>/choisir": GUIDES,
    "/recherche/temoignages/<uuid:testimony_id>/donnees-personnelles": PSEUDONYMS,
    "/recherche/temoignages/<uuid:testimony_id>/memo": WORKBENCH,
    "/recherche/temoignages/<uuid:testimony_id>/suggestions/<uuid:coding_id>/corriger": WORKBENCH,
    "/recherche/temoignages/<uuid:testimony_id>/suggestions/<uuid:coding_id>/memo": WORKBENCH,
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
    "/equipe/campagnes/<int:campaign_id>/avancement": "for a script",
    "/equipe/clsm/importer/<uuid:import_id>/refus": "a file",
    "/equipe/contacts/importer/<uuid:import_id>/refus": "a file",
    "/equipe/suivi/courbe.png": "a figure",
    "/entretien/<token>/<any(choisir, annuler, rappel, effacer):_act>": "leads to the page",
    "/healthz": "for machines",
    "/metrics": "for machines",
    "/mon-temoignage/code/<slug>/telecharger": "a file",
    "/mon-temoignage/telecharger": "a file",
    "/readyz": "for machines",
    "/recherche/accord/<uuid:round_id>/chiffres.<any(csv, xlsx):kind>": "a file",
    "/recherche/accord/<uuid:round_id>/codages.<any(csv, xlsx):kind>": "a file",
    "/recherche/accord/<uuid:round_id>/figure.<any(svg, png):kind>": "a figure",
    "/recherche/accord/<uuid:round_id>/coder": "leads to the first sentence to code",
    "/recherche/apprentissage/<int(max=2147483647):version_id>/avancement": "for a script",
    **{
        f"/recherche/decomptes/{name}.{kind}": "a figure"
        for kind in ("png", "svg")
        for name in (
            "<any(themes,croise):name>",
            "au-fil-du-temps",
            "ensemble/figure",
            "planche/figure",
            "saturation",
        )
    },
    "/recherche/decomptes/specificites/figure.<any(svg,png):kind>": "a figure",
    "/recherche/decomptes/ensemble/tableau.<any(csv,xlsx):kind>": "a file",
    "/recherche/decomptes/specificites/tableau.<any(csv,xlsx):kind>": "a file",
    "/recherche/decomptes/tableau.<any(csv,xlsx):kind>": "a file",
    "/recherche/entretiens/relire/<audience>": "leads to the beginning",
    "/recherche/suivant": "leads to the next testimony",
    "/recherche/temoignages/<uuid:testimony_id>/changements": "for a script",
    "/recherche/temoignages/<uuid:testimony_id>/suggestions/<uuid:coding_id>/note": "for a script",
    "/recherche/grille/essais/<uuid:draft_id>": "for a script",
    "/recherche/grille/exporter/grille.<any(csv, xlsx, qdc, yml):kind>": "a file",
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
