"""The table of what is kept and how long: a rule says it in French, and finds what is due.

`services.retention` erases by it; the notice, the register and the daily task read it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import (
    AuditEntry,
    Contact,
    ContactExport,
    DailySalt,
    Draft,
    Inquiry,
    Invitation,
    Notice,
    Opposition,
    RateCount,
    Recontact,
    Referral,
    ResearchExport,
    Revision,
    Slot,
    Testimony,
    Withdrawal,
)
from app.models.base import now, today
from app.services import audit, dues, notices, referrals, search_index
from app.services.periods import periods
from settings.periods import Period
from settings.retention import variable

ONE_DAY = Period(1)

Due = Callable[[date], ColumnElement[bool]]
"""Gives what is due for the first day that is kept."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that is kept, and until when.

    `what` and `since` are its French sentence, with the period between them. `before` is done in
    the same transaction, just before a batch is erased, `after` just after. `has_own_term` says
    that each row bears the day it ends, which somebody was told: changing the period changes
    nothing to it. `is_by_month` says that only the month is known: a month is over before its
    period begins. `is_ordered`: the lowest keys go first, none is left behind.
    """

    name: str
    what: str
    since: str
    period: Period
    key: InstrumentedAttribute[Any]
    due: Due
    before: Callable[[Session, Sequence[Any]], None] | None = None
    after: Callable[[Session], None] | None = None
    is_set: bool = True
    has_own_term: bool = False
    is_by_month: bool = False
    is_ordered: bool = False

    @property
    def setting(self) -> str | None:
        """The variable that sets the period, or none where nobody may."""
        return variable(self.name) if self.is_set else None

    @property
    def first_kept(self) -> date:
        """The first day that is kept, in Paris: all that is of a day before is due."""
        day = self.period.before(today())
        return day.replace(day=1) if self.is_by_month else day

    @property
    def sentence(self) -> str:
        """What is kept and how long, in French."""
        return f"{self.what}\u00a0: {self.period} {self.since}."


def every() -> Iterator[Rule]:
    """Yield the rules with the periods of this process, in the order they are told."""
    yield from _told()
    yield from _people()
    yield from _passing()
    yield _acts()


def _told() -> Iterator[Rule]:
    """Yield the rules of what people tell."""
    kept = periods.of
    yield Rule(
        name="drafts",
        what="Un questionnaire commencé et pas envoyé",
        since="après la dernière page enregistrée",
        period=kept.drafts,
        key=Draft.id,
        due=lambda _: Draft.expires_at <= now(),
        has_own_term=True,
    )
    yield Rule(
        name="testimonies",
        what=(
            "Un témoignage, avec vos accords, les thèmes qui en sont tirés et les noms à y "
            "remplacer"
        ),
        since="après son envoi ou l’entretien",
        period=kept.testimonies,
        key=Testimony.id,
        due=lambda day: Testimony.received_on < day,
        before=dues.erase_amendments,
        after=search_index.scrub,
    )
    yield Rule(
        name="research_exports",
        what="La trace d’un export de témoignages (qui, quand, combien, jamais lesquels)",
        since="après l’export",
        period=kept.research_exports,
        key=ResearchExport.id,
        due=lambda day: ResearchExport.exported_at < dues.start(day),
    )
    yield Rule(
        name="revisions",
        what="Ce que disait un témoignage avant que vous le modifiiez",
        since="après la modification",
        period=kept.revisions,
        key=Revision.id,
        due=lambda day: Revision.replaced_on < day,
        after=search_index.scrub,  # what was replaced left its words there too
    )
    yield Rule(
        name="withdrawals",
        what="La date d’un retrait, sans rien de ce qui a été retiré",
        since="après le retrait",
        period=kept.withdrawals,
        key=Withdrawal.key_hash,
        due=lambda day: Withdrawal.withdrawn_on < day,
    )


def _people() -> Iterator[Rule]:
    """Yield the rules of who may be reached."""
    kept = periods.of
    yield Rule(
        name="recontacts",
        what="Les coordonnées que vous laissez pour un temps d’échange ou un appel",
        since="après la fin du mois où vous les laissez",
        period=kept.recontacts,
        key=Recontact.id,
        due=dues.is_past_month,
        before=notices.erase_of,
        is_by_month=True,
    )
    yield Rule(
        name="referrals",
        what="Le nom et l’adresse d’une personne proposée, tant qu’elle n’a pas répondu",
        since="après la proposition",
        period=kept.referrals,
        key=Referral.id,
        due=lambda _: Referral.expires_at <= now(),
        before=referrals.erase_messages,
        has_own_term=True,
    )
    yield Rule(
        name="slots",
        what="Un rendez-vous",
        since="après sa date",
        period=kept.slots,
        key=Slot.id,
        due=lambda day: Slot.starts_at < dues.start(day),
    )
    yield Rule(
        name="contacts",
        what="Le nom et l’adresse d’une personne que nous invitons",
        since="après le dernier message ou la dernière réponse",
        period=kept.contacts,
        key=Contact.id,
        due=dues.is_silent,
        before=dues.remember_noes,
    )
    yield Rule(
        name="exports",
        what="La trace d’un export de contacts (qui, quand, combien)",
        since="après l’export",
        period=kept.exports,
        key=ContactExport.id,
        due=lambda day: ContactExport.exported_at < dues.start(day),
    )
    yield Rule(
        name="invitations",
        what="Une invitation, son lien personnel et le jour de la réponse",
        since="après son envoi ou la réponse",
        period=kept.invitations,
        key=Invitation.id,
        due=lambda day: ~dues.moved_since(day),
    )
    yield Rule(
        name="oppositions",
        what="L’empreinte de l’adresse d’une personne qui ne veut plus de message",
        since="après son refus",
        period=kept.oppositions,
        key=Opposition.email_fingerprint,
        due=lambda day: Opposition.said_on < day,
    )


def _passing() -> Iterator[Rule]:
    """Yield the rules of questions, messages and counts."""
    kept = periods.of
    yield Rule(
        name="inquiries",
        what="Une question posée à l’équipe, et sa réponse",
        since="après la réponse",
        period=kept.inquiries,
        key=Inquiry.id,
        due=lambda day: Inquiry.closed_on < day,
    )
    yield Rule(
        name="open_inquiries",
        what="Une question restée sans réponse",
        since="après avoir été posée",
        period=kept.open_inquiries,
        key=Inquiry.id,
        due=lambda day: and_(Inquiry.closed_on.is_(None), Inquiry.asked_on < day),
    )
    yield Rule(
        name="notices",
        what="La trace d’un message envoyé à une seule personne",
        since="après son envoi",
        period=kept.notices,
        key=Notice.id,
        due=lambda day: Notice.settled_at < dues.start(day),
    )
    yield Rule(
        name="counts",
        what="Le décompte des essais qui protège des robots, sous une empreinte sans nom",
        since="au plus",
        period=ONE_DAY,
        key=RateCount.key,
        due=lambda _: RateCount.expires_at <= now(),
        has_own_term=True,
        is_set=False,  # more would break what is promised; less, what it protects
    )
    yield Rule(
        name="salts",
        what="Le secret du jour, sans lequel ces empreintes ne mènent à personne",
        since="au plus",
        period=ONE_DAY,
        key=DailySalt.day,
        due=lambda _: DailySalt.day < today(),
        has_own_term=True,
        is_set=False,
    )


def _acts() -> Rule:
    """Return the rule of the log of acts, cut from its beginning."""
    return Rule(
        name="journal",
        what="La trace de ce que fait l’équipe (qui, quand, quoi, jamais le contenu)",
        since="après l’acte",
        period=periods.of.journal,
        key=AuditEntry.sequence,
        due=lambda day: audit.is_before(dues.start(day)),
        before=audit.cut,
        is_ordered=True,
    )
