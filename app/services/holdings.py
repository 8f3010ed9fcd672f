"""Everything that is held of what somebody wrote, as a file that they keep (RGPD, article 15).

Each thing is a plain dictionary with French keys, days in ISO 8601, positions in code points.
"""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Draft,
    PseudonymDecision,
    Quotation,
    Revision,
    Testimony,
)
from app.services import consents, drafts, held_codings, mentions, pseudonyms, quotations, receipts
from forms.schema import Channel, Library


def of_testimony(session: Session, testimony: Testimony, library: Library) -> dict[str, Any]:
    """Return all that is held of a testimony.

    What it said before each amendment, the changes that are not sent yet, what researchers made of
    it and what is replaced so that it names nobody, with what somebody decided of each, are held
    too; who decided is not told.
    """
    query = select(Draft).where(Draft.key_hash == testimony.submission_key)
    draft = session.scalar(query)
    return {
        "reference": testimony.reference,
        "questionnaire": f"{testimony.questionnaire_slug}.v{testimony.questionnaire_version}",
        "profil": testimony.audience,
        "canal": Channel[testimony.channel.name].value,
        "recu_le": testimony.received_on.isoformat(),
        "accords": _agreements(testimony, library),
        "reponses": receipts.values(testimony),
        "variables": {each.name: each.value for each in testimony.variables},
        "reponses_d_avant": _revisions(session, testimony),
        "changements_pas_envoyes": of_draft(draft) if draft else None,
        "lu_par": testimony.tagged_by,
        **held_codings.of(session, testimony),
        "donnees_personnelles": _personal(session, testimony),
        "choisi_pour_les_guides": [
            _chosen(each) for each in quotations.of_testimony(session, testimony.id)
        ],
    }


def of_draft(draft: Draft) -> dict[str, Any]:
    """Return all that is held of what is not sent yet."""
    return {
        "questionnaire": f"{draft.questionnaire_slug}.v{draft.questionnaire_version}",
        "commence_le": draft.created_at.isoformat(timespec="seconds"),
        "enregistre_le": draft.saved_at.isoformat(timespec="seconds"),
        "garde_jusqu_au": draft.expires_at.isoformat(timespec="seconds"),
        "rubriques_enregistrees": drafts.saved_sections(draft),
        "reponses": drafts.answers(draft),
    }


def _agreements(testimony: Testimony, library: Library) -> dict[str, dict[str, Any]]:
    return {
        consent.purpose.value: {
            "donne": consent.is_given,
            "degre": consents.IN_WORDS.get(consent.degree) if consent.degree else None,
            "le": consent.given_on.isoformat(),
            "version": consent.wording,
            "texte": consents.words(consent, library),
        }
        for consent in testimony.consents
    }


def _revisions(session: Session, testimony: Testimony) -> list[dict[str, Any]]:
    found = session.scalars(select(Revision).where(Revision.testimony_id == testimony.id)).all()
    return [
        {"jusqu_au": each.replaced_on.isoformat(), "reponses": json.loads(each.answers)}
        for each in sorted(found, key=lambda each: each.replaced_on)
    ]


def _personal(session: Session, testimony: Testimony) -> dict[str, Any]:
    now, decided = pseudonyms.standing(session, testimony), mentions.decisions(session, testimony)
    return {
        "relu_le": now.review.reviewed_on.isoformat() if now.review else None,
        "relu_en_entier": now.is_confirmed,
        "modifie_depuis": now.is_void,
        "passages": [_passage(each) for answer in testimony.answers for each in decided[answer.id]],
    }


def _passage(decision: PseudonymDecision) -> dict[str, Any]:
    return {
        "question": decision.answer.question_id,
        "passage": (decision.answer.text or "")[decision.start : decision.end],
        "debut": decision.start,
        "fin": decision.end,
        "nature": decision.type,
        "pseudonyme": decision.pseudonym,
        "remplace": decision.is_accepted,
        "ajoute_a_la_main": decision.is_by_hand,
        "le": decision.decided_on.isoformat(),
    }


def _chosen(quotation: Quotation) -> dict[str, Any]:
    text = quotation.answer.text or ""
    return {
        "guide": quotation.guide,
        "chapitre": quotation.chapter,
        "pour": quotation.kind.value,
        "question": quotation.answer.question_id,
        "passage": text[quotation.start : quotation.end],
        "debut": quotation.start,
        "fin": quotation.end,
        "laisse_de_cote": quotation.cuts,
        "note": quotation.note,
        "le": quotation.chosen_on.isoformat(),
        "retire_le": quotation.removed_on.isoformat() if quotation.removed_on else None,
    }
