"""All finders together: the texts of one testimony in, proposals out."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from analysis.folding import fold
from analysis.personal import names
from analysis.personal.addresses import addresses
from analysis.personal.emails import emails
from analysis.personal.identifiers import identifiers
from analysis.personal.links import links
from analysis.personal.organisations import organisations
from analysis.personal.people import people, repeated
from analysis.personal.person_names import FAMILY, GIVEN
from analysis.personal.phones import phones
from analysis.personal.places import Places
from analysis.personal.proposals import Claim, Part, Proposal, settle
from analysis.personal.reading import Reading, read
from analysis.personal.rewriting import LABELS, pseudonyms_in

_REPLACED = 1_000  # heavier than any claim


class Recognizer(Protocol):
    """What may join the rules: the entities of a trained pipeline, for one."""

    def claims(self, texts: Sequence[str]) -> Iterable[list[Claim]]:
        """For each of *texts*, in order, what it takes for personal data in it."""


def propose(text: str, recognizer: Recognizer | None = None) -> list[Proposal]:
    """The personal data that *text* may hold, by place, none overlapping. Any text is accepted."""
    return propose_all([text], recognizer)[0]


def propose_all(texts: Sequence[str], recognizer: Recognizer | None = None) -> list[list[Proposal]]:
    """The same for all the *texts* of one testimony: a name learnt in one is known in the
    others.
    """
    readings = [read(text) for text in texts]
    claims = [_claims(reading) for reading in readings]
    if recognizer is not None:
        for mine, theirs in zip(
            claims, recognizer.claims([one.text for one in readings]), strict=True
        ):
            mine.extend(theirs)
    known = _known(readings, claims)
    return [
        [
            _proposal(reading, claim)
            for claim in _settled(reading, [*mine, *repeated(reading, known)])
        ]
        for reading, mine in zip(readings, claims, strict=True)
    ]


def _claims(reading: Reading) -> list[Claim]:
    found: list[Claim] = [
        *emails(reading),
        *phones(reading),
        *identifiers(reading),
        *links(reading),
        *addresses(reading),
        *people(reading),
        *Places(reading).claims(),
        *organisations(reading),
    ]
    return found


def _settled(reading: Reading, claims: list[Claim]) -> list[Claim]:
    """The claims that hold; what already is a pseudonym is nobody's."""
    there = [
        Claim(start, end, "PER", "", _REPLACED) for start, end, _ in pseudonyms_in(reading.text)
    ]
    return [claim for claim in settle([*there, *claims]) if claim.weight < _REPLACED]


def _known(readings: list[Reading], claims: list[list[Claim]]) -> dict[str, str]:
    """The parts of names that are names wherever they stand with a capital."""
    known: dict[str, str] = {}
    for reading, mine in zip(readings, claims, strict=True):
        for claim in _settled(reading, mine):
            if claim.type == "PER":
                for start, end, label in claim.parts:
                    key = fold(reading.text[start:end])
                    if label in (GIVEN, FAMILY) and len(key) > 2 and not names.is_word(key):
                        known.setdefault(key, label)
    return known


def _proposal(reading: Reading, claim: Claim) -> Proposal:
    start, end = reading.place(claim.start, claim.end)
    parts: tuple[Part, ...] = tuple(
        (*reading.place(first, last), label) for first, last, label in claim.parts
    )
    whole = ((start, end, LABELS[claim.type]),)
    return Proposal(start, end, claim.type, claim.reason, parts or whole, claim.is_sure)
