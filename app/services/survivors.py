"""What still lives here, by ids alone: so that a restore brings back nothing that was erased.

A backup is older than the withdrawals that came after it. The list says which rows there still are
and which noes were said; given to a restore, what is not in it is erased again. It holds no word
and no address: random ids, keyed hashes, days.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import (
    Consent,
    ConsentPurpose,
    Contact,
    Draft,
    Inquiry,
    Opposition,
    QuotationDegree,
    Recontact,
    Referral,
    Revision,
    Testimony,
    Withdrawal,
)
from app.models.base import now
from app.models.encryption import key_ring
from app.services import digests, dues, notices, referrals, search_index

BATCH = 1000
LITTLE = {"yield_per": BATCH}
ORIGIN = "recueil survivors"
FORMAT = 1


class SurvivorsError(ValueError):
    """A list that cannot be used; `str()` gives one French line."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One thing that is erased at people's request, and how its rows are known."""

    name: str
    key: InstrumentedAttribute[Any]
    living: Select[Any]


def kinds() -> tuple[Kind, ...]:
    """Return the kinds, in the order in which they are erased."""
    # A draft that was sent lives on as its testimony: which the backup may not hold.
    drafts = select(Draft.key_hash).union(select(Testimony.submission_key)).subquery()
    return (
        Kind(name="revisions", key=Revision.id, living=select(Revision.id)),
        Kind(name="drafts", key=Draft.key_hash, living=select(drafts)),
        Kind(name="testimonies", key=Testimony.id, living=select(Testimony.id)),
        Kind(name="recontacts", key=Recontact.id, living=select(Recontact.id)),
        Kind(name="referrals", key=Referral.id, living=select(Referral.id)),
        Kind(name="contacts", key=Contact.id, living=select(Contact.id)),
        Kind(name="inquiries", key=Inquiry.id, living=select(Inquiry.id)),
    )


def written(session: Session) -> Iterator[str]:
    """Yield the list, a line of JSON at a time; the last line says how many there were."""
    lines = 0
    for each in _lines(session):
        yield json.dumps(each)
        lines += 1
    yield json.dumps({"end": lines})


def _lines(session: Session) -> Iterator[dict[str, Any]]:
    yield {
        "origin": ORIGIN,
        "format": FORMAT,
        "made_at": now().isoformat(),
        "marks": key_ring.fingerprints_here(ORIGIN),
    }
    for kind in kinds():
        for batch in session.scalars(kind.living, execution_options=LITTLE).partitions(BATCH):
            yield {"living": kind.name, "keys": [str(key) for key in batch]}
    for name, query in _noes().items():
        for rows in session.execute(query, execution_options=LITTLE).partitions(BATCH):
            yield {"said": name, "rows": [[_plain(each) for each in row] for row in rows]}


def _noes() -> dict[str, Select[*tuple[Any, ...]]]:
    narrow = or_(~Consent.is_given, Consent.degree == QuotationDegree.UNNAMED)
    return {
        "withdrawals": select(Withdrawal.key_hash, Withdrawal.withdrawn_on),
        "oppositions": select(Opposition.email_fingerprint, Opposition.said_on),
        "silent": select(Contact.id, Contact.opted_out_at).where(Contact.opted_out_at.is_not(None)),
        "consents": select(
            Consent.testimony_id,
            Consent.purpose,
            Consent.is_given,
            Consent.degree,
            Consent.given_on,
        ).where(narrow, Consent.purpose != ConsentPurpose.PARTICIPATION),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a moment too
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What a list says: when, the keys that live by kind, the noes by name."""

    made_at: datetime
    living: Mapping[str, set[str]]
    noes: Mapping[str, list[list[Any]]]


def read(lines: Iterable[str]) -> Listed:
    """Return what a list says, if it is whole and of this installation. Raises SurvivorsError."""
    living: dict[str, set[str]] = {kind.name: set() for kind in kinds()}
    noes: dict[str, list[list[Any]]] = {name: [] for name in _noes()}
    head: dict[str, Any] = {}
    count, ended = 0, None
    try:
        for line in lines:
            given = json.loads(line)
            if "end" in given:
                ended = given["end"]
            elif "living" in given:
                living[given["living"]].update(given["keys"])
            elif "said" in given:
                noes[given["said"]].extend(given["rows"])
            else:
                head = given
            count += 1
        moment = datetime.fromisoformat(head["made_at"])
    except (ValueError, KeyError, TypeError):
        ended = None
    if ended is None or ended != count - 1 or head.get("format") != FORMAT:
        raise SurvivorsError("La liste de ce qui vit encore est coupée ou abîmée.")
    if not set(head["marks"]) & set(key_ring.fingerprints_here(ORIGIN)):
        raise SurvivorsError("La liste de ce qui vit encore est celle d’une autre installation.")
    return Listed(made_at=moment, living=living, noes=noes)


def keep_only(session: Session, listed: Listed) -> Counter[str]:
    """Erase what is not in the list and say its noes again; return how many went, by kind."""
    erased: Counter[str] = Counter()
    for kind in kinds():
        erased[kind.name] = _erase(session, kind, listed.living[kind.name])
    for name, rows in listed.noes.items():
        for row in rows:
            _SAYING[name](session, *row)
    session.flush()
    session.expire_all()
    digests.forget_orphans(session)
    search_index.scrub(session)
    return +erased


def _erase(session: Session, kind: Kind, living: set[str]) -> int:
    kept = Table(
        f"living_{kind.name}",
        MetaData(),
        Column("key", kind.key.type, primary_key=True),
        prefixes=["TEMPORARY"],
    )
    connection = session.connection()
    kept.create(connection)
    to_key = uuid.UUID if kind.key.type.python_type is uuid.UUID else str
    listed = [{"key": to_key(each)} for each in living]
    for start in range(0, len(listed), BATCH):
        connection.execute(insert(kept), listed[start : start + BATCH])
    gone = kind.key.not_in(select(kept.c.key))
    erased = 0
    while keys := session.scalars(select(kind.key).where(gone).limit(BATCH)).all():
        for before in _BEFORE.get(kind.name, ()):
            before(session, keys)
        session.execute(
            delete(kind.key.class_)
            .where(kind.key.in_(keys))
            .execution_options(synchronize_session=False)
        )
        erased += len(keys)
    kept.drop(connection)
    return erased


_BEFORE: dict[str, tuple[Callable[[Session, Sequence[Any]], None], ...]] = {
    "testimonies": (dues.erase_amendments,),
    "recontacts": (notices.erase_of,),
    "referrals": (referrals.erase_messages,),
    "contacts": (dues.remember_noes,),
}


def _withdraw(session: Session, key_hash: str, day: str) -> None:
    if session.get(Withdrawal, key_hash) is None:
        session.add(Withdrawal(key_hash=key_hash, withdrawn_on=date.fromisoformat(day)))


def _oppose(session: Session, fingerprint: str, day: str) -> None:
    if session.get(Opposition, fingerprint) is None:
        session.add(Opposition(email_fingerprint=fingerprint, said_on=date.fromisoformat(day)))


def _silence(session: Session, contact_id: str, moment: str) -> None:
    session.execute(
        update(Contact)
        .where(Contact.id == uuid.UUID(contact_id), Contact.opted_out_at.is_(None))
        .values(opted_out_at=datetime.fromisoformat(moment))
        .execution_options(synchronize_session=False)
    )


def _narrow(
    session: Session, testimony_id: str, purpose: str, is_given: bool, degree: str | None, day: str
) -> None:
    """Take a consent back, or to the narrower degree; never the other way."""
    narrowed = Consent.degree == QuotationDegree.FUNCTION if is_given else true()
    is_wider = and_(Consent.is_given, narrowed)
    session.execute(
        update(Consent)
        .where(
            Consent.testimony_id == uuid.UUID(testimony_id), Consent.purpose == purpose, is_wider
        )
        .values(is_given=is_given, degree=degree, given_on=date.fromisoformat(day))
        .execution_options(synchronize_session=False)
    )


_SAYING: dict[str, Callable[..., None]] = {
    "withdrawals": _withdraw,
    "oppositions": _oppose,
    "silent": _silence,
    "consents": _narrow,
}
