"""The log of acts read whole, and what was found written down in it; its end said elsewhere."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from app.models import Act, AuditChain
from app.models.audit import THE_CHAIN
from app.models.base import now
from app.services import audit, audit_chains, audit_searches
from app.services.audit_anchors import Anchor, anchor_file
from app.services.audit_chains import Break, Report, Why

EVERY = timedelta(hours=23, minutes=30)  # looked at each hour: once a day
BREAKS = {
    Why.CHANGED: "la ligne {} ne dit plus ce qu’elle disait",
    Why.MISSING: "la ligne {} manque",
    Why.FORGED: "la ligne {} n’est signée par aucune des clés en service",
    Why.CUT: "la fin manque, à partir de la ligne {}",
    Why.REWRITTEN: "la ligne {} n’est pas celle qui avait été notée",
    Why.ILLEGIBLE: "les lignes se suivent jusqu’à la {}, mais journal.anchor est abîmé",
}


def check(session: Session, noted: Anchor | None = None) -> Report:
    """Read the whole chain, with what is noted beside it, and record what was found.

    The instance's file notes a row; `noted`: another, noted by a person or printed by a backup.
    """
    rows = [noted] if noted else []
    try:
        kept = anchor_file.kept()
    except ValueError:
        report = audit_chains.verify(session, *rows)
        last = report.end.sequence if report.end else 0
        report = replace(report, fault=report.fault or Break(last, Why.ILLEGIBLE))
    else:
        report = audit_chains.verify(session, *rows, *([kept] if kept else []))
    if report.fault is None:
        detail = audit_chains.read_to(report.end.sequence if report.end else 0)
        audit.record(session, Act.JOURNAL_VERIFIED, count=report.count, detail=detail)
    else:
        detail = f"{report.fault.why.value}:{report.fault.sequence}"
        audit.record(session, Act.JOURNAL_BROKEN, detail=detail)
    return report


def told(fault: Break) -> str:
    """Return in French what is the matter, and where."""
    return BREAKS[fault.why].format(fault.sequence)


def is_due(session: Session) -> bool:
    """Say whether a day has passed since the whole chain was last read."""
    last = audit_searches.last(session, Act.JOURNAL_VERIFIED, Act.JOURNAL_BROKEN)
    return last is None or last.moment < now() - EVERY


def head(session: Session) -> Anchor | None:
    """Return the last row, to be noted elsewhere (a backup, a paper); none where there is none."""
    chain = session.get_one(AuditChain, THE_CHAIN, populate_existing=True)
    return Anchor(chain.sequence, chain.hash) if chain.sequence else None


def begin_again(session: Session) -> None:
    """Go on from what a backup brought back; the row that says so tells how far the log had gone.

    The edge commits, then calls `note_again`.
    """
    try:
        before = anchor_file.kept()
    except ValueError:
        before = None
    detail = f"before:{before.sequence}" if before else "before:unknown"
    audit.record(session, Act.BACKUP_RESTORED, detail=detail)


def note_again(session: Session) -> None:
    """Note the end of the log as it is now, even where the file says a later one."""
    end = head(session)
    if end is not None:
        anchor_file.note(end, is_back=True)
