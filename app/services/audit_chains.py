"""The chain of the log: how a row is bound to the one before, and whether it still is.

A row's hash covers the hash before it, so that the last hash answers for all; its seal is that
hash signed (HMAC-SHA256) by a key derived from `DATA_KEYS`, which the tables do not hold. A key
that was put away signs nothing any more: of the rows that it signed, only a reading of the whole
log answers, written down since by a key at hand (`Act.JOURNAL_VERIFIED`, « to:512 »).
"""

import enum
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from app.models import Act, AuditChain, AuditEntry
from app.models.audit import THE_CHAIN
from app.models.encryption import key_ring
from app.services.audit_anchors import Anchor

READ_AT_ONCE = 2_000
PURPOSE = b"recueil audit"


class Why(enum.StrEnum):
    """What is the matter with the chain."""

    CHANGED = "changed"  # a row does not say what it said
    MISSING = "missing"  # rows are gone, in the middle or before the first
    FORGED = "forged"  # a row was signed with none of our keys
    CUT = "cut"  # rows are gone from the end
    REWRITTEN = "rewritten"  # the rows follow one another, but are not those that were noted
    ILLEGIBLE = "illegible"  # the tables are whole, the file that notes their end is damaged


@dataclass(frozen=True, slots=True)
class Break:
    """The first row, by its number, that is not as it was."""

    sequence: int
    why: Why


@dataclass(frozen=True, slots=True)
class Report:
    """What reading the whole chain found; `end` is its last row, none where it is empty."""

    count: int
    end: Anchor | None
    fault: Break | None


@dataclass(frozen=True, slots=True)
class Seal:
    """A signature and the name of its key."""

    key_id: str
    value: str


def keys() -> dict[str, bytes]:
    """Return the keys of this process by their names, the one that signs first."""
    return {hashlib.sha256(key).hexdigest()[:8]: key for key in key_ring.salts(PURPOSE)}


def keys_at_hand() -> dict[str, bytes]:
    """Return those of them that are in `DATA_KEYS`: the others were put away."""
    return dict(list(keys().items())[: len(key_ring.names)])


def read_to(sequence: int) -> str:
    """Return what a row says that tells of a whole log, read up to a row."""
    return f"to:{sequence}"


def seal(text: str) -> Seal:
    """Sign a text with the newest key."""
    name, key = next(iter(keys().items()))
    return Seal(name, _signed(key, text))


def hashed(before: str, entry: Mapping[str, object]) -> str:
    """Return the hash of a row that follows the one whose hash is `before`."""
    moment = entry["moment"]
    assert isinstance(moment, datetime)
    told = [
        before,
        entry["sequence"],
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        str(entry["actor"]),
        entry["account_id"],
        str(entry["act"]),
        entry["object_id"],
        entry["count"],
        entry["detail"],
    ]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def cut_seal(session: Session, sequences: Sequence[int], hash_: str) -> Seal:
    """Sign where the beginning is about to be cut off, `hash_` being that of the last to go.

    The seal is empty, and the log broken, where rows are missing already: no cut may hide that.
    """
    start = _state(session)
    is_whole = list(sequences) == list(range(start.cut_to + 1, start.cut_to + 1 + len(sequences)))
    if not is_whole or not start.is_signed(keys_at_hand()):
        return Seal("", "")
    return seal(cut_text(sequences[-1], hash_))


def seal_again(session: Session) -> None:
    """Sign with the newest key where the beginning was cut off; call it once all was verified."""
    start = _state(session)
    if start.cut_to:
        signed = seal(cut_text(start.cut_to, start.cut_hash))
        held = update(AuditChain).where(
            AuditChain.id == THE_CHAIN, AuditChain.cut_to == start.cut_to
        )
        session.execute(
            held.values(cut_key_id=signed.key_id, cut_seal=signed.value).execution_options(
                synchronize_session=False
            )
        )


def cut_text(sequence: int, hash_: str) -> str:
    """Return what is signed where the beginning of the chain was cut off."""
    return f"cut {sequence} {hash_}"


def verify(session: Session, *noted: Anchor) -> Report:
    """Read the whole chain; `noted` are rows that were noted elsewhere, and must still be there.

    Rows may be added meanwhile, and the oldest cut off.
    """
    while True:
        start = _state(session)
        report = _walk(session, start, {each.sequence: each.hash for each in noted})
        if report.fault is None or _state(session).cut_to == start.cut_to:
            return report


def _walk(session: Session, start: "_State", noted: Mapping[int, str]) -> Report:
    known, at_hand = keys(), keys_at_hand()
    before, sequence, count = start.cut_hash, start.cut_to, 0
    if not start.is_signed(at_hand):
        return Report(0, None, Break(start.cut_to + 1, Why.MISSING))
    answered = _answered_to(session, at_hand)
    for row in _rows(session, start.cut_to):
        fault = _fault(row, sequence, before, known, noted)
        if fault is not None:
            return Report(count, None, Break(sequence + 1, fault))
        if row.key_id not in at_hand and row.sequence > answered:
            return Report(count, None, Break(row.sequence, Why.FORGED))
        sequence, before, count = row.sequence, row.hash, count + 1
    if sequence < max((start.sequence, *noted)):
        return Report(count, None, Break(sequence + 1, Why.CUT))
    return Report(count, Anchor(sequence, before) if sequence else None, None)


def _fault(
    row: "Row[tuple[object, ...]]",
    last: int,
    before: str,
    known: Mapping[str, bytes],
    noted: Mapping[int, str],
) -> Why | None:
    """Return what is the matter with the row that should follow the row `last`."""
    if row.sequence != last + 1:
        return Why.MISSING
    if row.hash != hashed(before, row._asdict()):
        return Why.CHANGED
    key = known.get(row.key_id)
    if key is not None and not hmac.compare_digest(row.seal, _signed(key, row.hash)):
        return Why.FORGED
    if noted.get(row.sequence, row.hash) != row.hash:
        return Why.REWRITTEN
    return None


@dataclass(frozen=True, slots=True)
class _State:
    """Where the chain begins and ends, as its own row says."""

    sequence: int
    cut_to: int
    cut_hash: str
    cut_seal: Seal

    def is_signed(self, at_hand: Mapping[str, bytes]) -> bool:
        """Say whether the beginning was cut off by us, or not at all."""
        if not self.cut_to:
            return not self.cut_hash
        return _is_signed(at_hand, self.cut_seal, cut_text(self.cut_to, self.cut_hash))


def _state(session: Session) -> _State:
    chain = session.get_one(AuditChain, THE_CHAIN, populate_existing=True)
    return _State(
        chain.sequence, chain.cut_to, chain.cut_hash, Seal(chain.cut_key_id, chain.cut_seal)
    )


def _rows(session: Session, after: int) -> Iterator["Row[tuple[object, ...]]"]:
    """Yield the rows after one, in order, some at a time: nothing is held open meanwhile."""
    while True:
        found = session.execute(_page(after)).all()
        yield from found
        if len(found) < READ_AT_ONCE:
            return
        after = found[-1].sequence


def _page(after: int) -> Select[tuple[object, ...]]:
    columns = AuditEntry.__table__.columns
    query = select(*columns).where(AuditEntry.sequence > after)
    return query.order_by(AuditEntry.sequence).limit(READ_AT_ONCE)


def _answered_to(session: Session, at_hand: Mapping[str, bytes]) -> int:
    """Return the row up to which somebody who has a key at hand found the log whole; 0 for none.

    The walk tells whether what this row says is what it said.
    """
    query = select(AuditEntry.sequence, AuditEntry.detail, AuditEntry.hash, AuditEntry.key_id,
                   AuditEntry.seal).where(AuditEntry.act == Act.JOURNAL_VERIFIED)  # fmt: skip
    for row in session.execute(query.order_by(AuditEntry.sequence.desc())):
        if _is_signed(at_hand, Seal(row.key_id, row.seal), row.hash):
            told = row.detail.removeprefix("to:")
            return int(told) if told.isdecimal() else row.sequence - 1  # as it was written at first
    return 0


def _is_signed(known: Mapping[str, bytes], seal: Seal, text: str) -> bool:
    key = known.get(seal.key_id)
    return key is not None and hmac.compare_digest(seal.value, _signed(key, text))


def _signed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
