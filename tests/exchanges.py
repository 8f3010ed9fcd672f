"""Projects that leave and come back: what must be the same, and how it is made."""

import io
import uuid
from datetime import UTC, date, datetime

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.exchange.project import Project
from analysis.exchange.refi_qda import read
from app.models import (
    Account,
    Answer,
    CodingChange,
    Decision,
    Facet,
    Memo,
    Testimony,
    Verdict,
)
from app.models import Coding as Laid
from app.services import (
    digests,
    export_packages,
    mentions,
    pseudonyms,
    qdpx_imports,
    qdpx_previews,
    standings,
)
from app.services.exports import Kind, Wanted
from app.services.qdpx_plans import Choices, Plan
from tests import factories

TOLD = "Mme Jeanne Lemoine pre\u0301side 🧠\r\nle \U00020000 conseil.\n\rJeanne écoute."
ALL = Choices(has_consent=True)
AT = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)


def exported_bytes(session: Session, *, is_raw: bool = True, has_memos: bool = True) -> bytes:
    library, codebook = (current_app.extensions[n] for n in ("questionnaires", "codebook"))
    wanted = Wanted(Kind.QDPX, is_raw=is_raw, has_memos=has_memos)
    with export_packages.made(session, wanted, library, codebook) as package:
        return b"".join(package.pieces("recueil.qdpx"))


def exported(session: Session, *, is_raw: bool = True, has_memos: bool = True) -> Project:
    return read(io.BytesIO(exported_bytes(session, is_raw=is_raw, has_memos=has_memos)))


def planned(session: Session, project: Project, choices: Choices | None = None) -> Plan:
    library, codebook = (current_app.extensions[n] for n in ("questionnaires", "codebook"))
    return qdpx_previews.plan(session, project, library, codebook, choices)


def imported(
    session: Session, project: Project, choices: Choices | None = None, *, by: int | None = None
) -> Plan:
    qdpx_imports.hold(session, project)
    plan = planned(session, project, choices)
    qdpx_imports.carry_out(session, project, plan, by=by)
    session.expire_all()
    return plan


def told(session: Session) -> dict[str, object]:
    """All that must come back, ids and moments included."""
    session.expire_all()
    return {
        str(each.id): (
            each.reference,
            each.questionnaire_slug,
            each.questionnaire_version,
            each.audience,
            each.channel,
            each.received_on,
            each.tagged_by,
            sorted((c.purpose, c.is_given, c.degree or "") for c in each.consents),
            sorted((v.name, v.value) for v in each.variables),
            [(a.text and a.id, a.question_id, a.position, a.text, a.value) for a in each.answers],
            stood(session, each.id),
        )
        for each in session.scalars(select(Testimony))
    }


def stood(session: Session, testimony_id: uuid.UUID) -> list[tuple[object, ...]]:
    found = []
    for coding in qdpx_previews.codings_of(session, testimony_id):
        state, theme, start, end = standings.of(coding)
        is_open = coding.decision is None
        who = coding.decision and (coding.decision.decided_by_id, coding.decision.decided_at)
        text = coding.answer.text or ""
        about = (coding.origin, coding.score, coding.suggested_on) if is_open else ("", 1.0, None)
        kept = state in (standings.State.ACCEPTED, standings.State.CORRECTED)
        found.append((coding.id, kept, theme, text[start:end], start, end, who, *about))
    return sorted(found, key=str)


def empty(session: Session) -> None:
    """Make the database one that never knew these testimonies."""
    session.flush()
    for table in (CodingChange, Facet, Testimony):
        session.execute(delete(table))
    session.expunge_all()
    assert session.scalars(select(Answer)).all() == []


def decide(session: Session, coding: Laid, by: Account | None, **held: object) -> None:
    verdict = Verdict.CORRECTED if held else Verdict.ACCEPTED
    coding.decision = Decision(
        verdict=verdict, decided_by_id=by.id if by else None, decided_at=AT, **held
    )
    session.flush()
    digests.draw(session, coding.answer.testimony_id)


def confirm(session: Session, testimony: Testimony, by: Account) -> None:
    shown = mentions.of(session, testimony, mentions.propose(testimony))
    chosen = {each.key: True for each in shown}
    pseudonyms.decide(session, testimony, shown, chosen, by=by.id, is_whole=True)


def testimony(session: Session, account: Account) -> Testimony:
    """One proposal, one accepted, one corrected, on awkward words; a memo on one and on all."""
    values = {"demarche_elus": TOLD, "mot_cle": "Oser", "region": "28", "clsm": "Bocage"}
    made = factories.testimony(session, answers=values, received_on=date(2026, 3, 2))
    answer = next(each for each in made.answers if each.text == TOLD)
    factories.coding(session, answer, quote="side 🧠\r\nle \U00020000", score=0.62)
    decide(
        session, factories.coding(session, answer, "portage_politique", quote="\n\rJeanne"), account
    )
    moved = factories.coding(session, answer, quote="Jeanne Lemoine")
    start = TOLD.index("Lemoine")
    decide(session, moved, account, theme="portage_politique", start=start, end=start + 7)
    for coding_id, words in ((moved.id, "À revoir."), (None, "Un bel exemple.")):
        session.add(
            Memo(
                testimony_id=made.id,
                coding_id=coding_id,
                words=words,
                written_by_id=account.id,
                written_at=AT,
            )
        )
    session.flush()
    return made
