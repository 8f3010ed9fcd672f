"""What importing a project would do: of each of its codings, and of each of its sources."""

import enum
import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.exchange import project as qda
from app.services.qdpx_grounds import Ground


class Fate(enum.StrEnum):
    """What becomes of a coding of the file."""

    ADDED = "added"  # laid by hand
    PROPOSED = "proposed"  # as a pipeline's proposal, in a testimony that comes back whole
    ACCEPTED = "accepted"  # proposed here, and somebody laid it there
    KNOWN = "known"  # here already
    OTHERWISE = "otherwise"  # rejected or corrected here
    PASSED = "passed"  # a pipeline's proposal that is no more, or a rejected coding
    NO_CODE = "no_code"  # its code is no theme here
    NO_ANSWER = "no_answer"  # on no word of an answer
    NO_SOURCE = "no_source"  # its source leads nowhere


DONE = (Fate.ADDED, Fate.PROPOSED, Fate.ACCEPTED)


@dataclass(frozen=True)
class Choices:
    """What somebody says of what the file leaves open.

    `codes`: a code's GUID → a theme's id, or nothing to leave it out. `has_consent`: whoever
    imports vouches that those who speak in unknown sources agreed to take part. `questionnaire`
    (« entretien_elu.v1 ») is for the sources that do not say theirs.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    has_consent: bool = False
    questionnaire: str = ""


@dataclass(frozen=True)
class Act:
    """One coding of the file, and what is done with it, in the words as they were typed."""

    fate: Fate
    coding: qda.Coding
    theme: str = ""
    question: str = ""
    answer_id: uuid.UUID | None = None
    start: int = 0
    end: int = 0
    existing: uuid.UUID | None = None  # the coding that is here already


@dataclass(frozen=True)
class Coming:
    """One source: where it leads, or why nowhere; what is done with its codings."""

    source: qda.Source
    ground: Ground | None
    reason: str
    acts: Sequence[Act]


@dataclass(frozen=True)
class OpenCode:
    """A code of the file that is no theme here."""

    guid: uuid.UUID
    name: str
    count: int


@dataclass(frozen=True)
class Plan:
    """What importing would do."""

    coming: Sequence[Coming]
    codes: Sequence[OpenCode]
    coders: Mapping[uuid.UUID, int | None]  # a coder's GUID → an account's id
    clipped: int

    @property
    def counts(self) -> Counter[Fate]:
        return Counter(act.fate for each in self.coming for act in each.acts)

    @property
    def made(self) -> Sequence[Coming]:
        """The sources that become testimonies."""
        return [each for each in self.coming if each.ground and each.ground.is_new]

    @property
    def found(self) -> Sequence[Coming]:
        """The sources that are testimonies of here."""
        return [each for each in self.coming if each.ground and not each.ground.is_new]

    @property
    def lost(self) -> Sequence[Coming]:
        """The sources that lead nowhere."""
        return [each for each in self.coming if each.ground is None]

    @property
    def total(self) -> int:
        """How much would change."""
        return len(self.made) + sum(self.counts[fate] for fate in DONE)

    @property
    def digest(self) -> str:
        """What changes (64 digits) when the plan does."""
        told = [
            f"{each.source.guid} {each.reason} {act.fate} {act.coding.guid} {act.theme} "
            f"{act.answer_id if not (each.ground and each.ground.is_new) else ''} "
            f"{act.start} {act.end}"
            for each in self.coming
            for act in each.acts
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()
