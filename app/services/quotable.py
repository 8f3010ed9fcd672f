"""What may be quoted now, in which words, and how it is signed.

It is asked each time: of the consent (`consents.attribution`), of the reading of the personal data
(`pseudonyms.pseudonymised`), of the team's voices in an interview. Nothing of it is kept.
"""

import enum
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.personal import Rewritten
from app.models import Answer, Quotation, QuotationDegree, Testimony
from app.services import consents, pseudonyms, voices
from app.services.filters import has_variable
from app.services.guide_names import DEPARTEMENT, REGION, Names
from guides import ellipsis
from guides.ellipsis import NothingLeftError, Span

SILENT = re.compile(r"x(?:[x ]*x)?")


class Why(enum.StrEnum):
    """Why a passage may not be shown."""

    CONSENT = "accord"  # its author does not agree to be quoted, or does no more
    PERSONAL = "relecture"  # nobody has confirmed what is replaced so that it names nobody
    EMPTY = "vide"  # nothing of it is left


class RefusedError(ValueError):
    """A passage may not be quoted; `why` says it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Shown:
    """A chosen passage as it may be shown now; without text, `why` says what it lacks.

    `crowd`: the testimonies of the same profile and region, where both are told.
    """

    quotation: Quotation
    testimony: Testimony
    text: str | None = None
    signature: str = ""
    why: Why | None = None
    crowd: int | None = None


class Desk:
    """What several passages of the same testimonies ask, asked once."""

    def __init__(self, session: Session, names: Names) -> None:
        self.session, self.names = session, names
        self._told: dict[uuid.UUID, pseudonyms.Pseudonymised] = {}
        self._crowds: dict[tuple[str, str, str], int] = {}

    def refusal(self, testimony: Testimony) -> Why | None:
        """Return why nothing of a testimony may be quoted; none where it may."""
        if consents.attribution(testimony) is None:
            return Why.CONSENT
        return None if self.told(testimony).is_confirmed else Why.PERSONAL

    def told(self, testimony: Testimony) -> pseudonyms.Pseudonymised:
        """Return a testimony with its pseudonyms."""
        if testimony.id not in self._told:
            self._told[testimony.id] = pseudonyms.pseudonymised(self.session, testimony)
        return self._told[testimony.id]

    def text(self, answer: Answer, start: int, end: int, cuts: Iterable[Span]) -> str:
        """Return a passage as it is quoted. Raises NothingLeftError."""
        rewritten = self.told(answer.testimony).answers[answer.question_id]
        left = [*cuts, *team_spans(answer)]
        return ellipsis.quoted(
            rewritten.text,
            *outward(rewritten, (start, end)),
            [outward(rewritten, cut) for cut in ellipsis.normal(left, start, end)],
        )

    def show(self, quotation: Quotation) -> Shown:
        """Return a chosen passage as it may be shown now."""
        answer, testimony = quotation.answer, quotation.answer.testimony
        why = self.refusal(testimony)
        if why is None:
            cuts = [(start, end) for start, end in quotation.cuts]
            try:
                text = self.text(answer, quotation.start, quotation.end, cuts)
            except NothingLeftError:
                why = Why.EMPTY
        if why is not None:
            return Shown(quotation, testimony, why=why)
        signature = self.signature(testimony, is_unplaced=quotation.is_unplaced)
        has_place = signature != self.signature(testimony, is_unplaced=True)
        crowd = self.crowd(testimony) if has_place else None
        return Shown(quotation, testimony, text, signature, crowd=crowd)

    def signature(self, testimony: Testimony, *, is_unplaced: bool = False) -> str:
        """Return how a passage is signed, as far as its author agreed. Raises RefusedError."""
        degree = consents.attribution(testimony)
        if degree is None:
            raise RefusedError(Why.CONSENT)
        who = self.names.audience(testimony.audience)
        place = place_of(testimony)
        if degree is not QuotationDegree.FUNCTION or is_unplaced or place is None:
            return who
        return f"{who}, {self.names.variable(*place)}"

    def crowd(self, testimony: Testimony) -> int | None:
        """Return how many testimonies have this profile and this place, its own among them."""
        place = place_of(testimony)
        if place is None:
            return None
        key = (testimony.audience, *place)
        if key not in self._crowds:
            query = select(func.count()).select_from(Testimony)
            self._crowds[key] = (
                self.session.scalar(
                    query.where(
                        Testimony.audience == testimony.audience,
                        has_variable(*place),
                    )
                )
                or 0
            )
        return self._crowds[key]


def place_of(testimony: Testimony) -> tuple[str, str] | None:
    """Return the case variable, and its value, that tell a territory: never the CLSM's name."""
    told = {each.name: each.value for each in testimony.variables}
    return next(((name, told[name]) for name in (REGION, DEPARTEMENT) if told.get(name)), None)


def outward(rewritten: Rewritten, span: Span) -> Span:
    """Return where a span of the original is now; it takes in whole what replaces a part of it."""
    start, end = span
    last = next((new for a, b, _, new in rewritten.pieces if a < end < b), None)
    return rewritten.moved(start), rewritten.moved(end) if last is None else last


def team_spans(answer: Answer) -> list[Span]:
    """Return where, in an interview, the team speaks, or a voice is named: nobody's testimony."""
    text = answer.text or ""
    team = voices.team_of(answer.testimony)
    heard = voices.heard(text, team)
    if heard == text:
        return []
    mask = "".join(
        " " if was.isspace() else "x" if was != now else "o"
        for was, now in zip(text, heard, strict=True)
    )
    return [found.span() for found in SILENT.finditer(mask)]
