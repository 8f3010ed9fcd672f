"""What is erased when its time is over: one table of rules, for the notice and the daily task.

A rule says in French what is kept and how long, finds what is due, and erases it by batches; the
edge commits after each. Being due is asked again in the very statement that erases: a draft saved
meanwhile stays. Running it twice changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import (
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
    Revision,
    Slot,
    Testimony,
    Withdrawal,
)
from app.models.base import now, today
from app.services import dues, notices, referrals
from app.services.periods import periods
from settings.periods import Period
from settings.retention import variable

BATCH = 500
ONE_DAY = Period(1)

Due = Callable[[date], ColumnElement[bool]]
"""Gives what is due for the first day that is kept."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that is kept, and until when.

    `what` and `since` are its French sentence, with the period between them. `before` is done in
    the same transaction, just before a batch is erased. `has_own_term` says that each row bears the
    day it ends, which somebody was told: changing the period changes nothing to it. `is_by_month`
    says that only the month is known: a month is over before its period begins.
    """

    name: str
    what: str
    since: str
    period: Period
    key: InstrumentedAttribute[Any]
    due: Due
    before: Callable[[Session, Sequence[Any]], None] | None = None
    is_set: bool = True
    has_own_term: bool = False
    is_by_month: bool = False

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


def rules() -> tuple[Rule, ...]:
    """Return the rules with the periods of this process, in the order they are told."""
    return tuple(_rules())


def find(name: str) -> Rule:
    """Return the rule of this name. Raises KeyError."""
    return {rule.name: rule for rule in rules()}[name]


def count_due(session: Session, rule: Rule) -> int:
    """Return how many a rule would erase now."""
    query = select(func.count()).select_from(rule.key.class_).where(rule.due(rule.first_kept))
    return session.scalar(query) or 0


def erase_batch(session: Session, rule: Rule) -> int:
    """Erase at most BATCH of what is due; return how many. The edge commits, then asks again."""
    is_due = rule.due(rule.first_kept)
    keys = session.scalars(select(rule.key).where(is_due).limit(BATCH)).all()
    if not keys:
        return 0
    if rule.before is not None:
        rule.before(session, keys)
    erased = session.execute(
        delete(rule.key.class_)
        .where(rule.key.in_(keys), is_due)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return int(erased.rowcount)  # type: ignore[attr-defined]


def _rules() -> Iterator[Rule]:
    yield from _told()
    yield from _people()
    yield from _passing()


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
    )
    yield Rule(
        name="revisions",
        what="Ce que disait un témoignage avant que vous le modifiiez",
        since="après la modification",
        period=kept.revisions,
        key=Revision.id,
        due=lambda day: Revision.replaced_on < day,
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
