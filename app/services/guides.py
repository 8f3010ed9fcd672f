"""A guide as it stands: for each chapter its tallies, what was chosen, and how far it is."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.services import balances, guide_counts, quotations
from app.services.balances import Balance
from app.services.guide_counts import Call, Line
from app.services.guide_names import Names
from app.services.quotable import Desk, Shown, Why
from guides.schema import Chapter, Guide, Kind


class Progress(enum.StrEnum):
    """How far a chapter is."""

    EMPTY = "vide"  # nothing was chosen
    BEGUN = "commence"  # some kinds of passages are still missing
    FURNISHED = "garni"  # something of each kind
    WRONG = "a_revoir"  # something that was chosen may not be quoted


@dataclass(frozen=True)
class ChapterState:
    """One chapter: `lines` are its themes, `shown` what may be quoted, `lost` what may not."""

    chapter: Chapter
    lines: Sequence[Line]
    bases: Line
    shown: Mapping[Kind, Sequence[Shown]]
    lost: Sequence[Shown]
    balance: Balance

    @property
    def count(self) -> int:
        return sum(map(len, self.shown.values()))

    @property
    def missing(self) -> list[Kind]:
        """Return the kinds of passages of which there is none."""
        return [kind for kind, listed in self.shown.items() if not listed]

    @property
    def progress(self) -> Progress:
        if self.lost:
            return Progress.WRONG
        if not self.count:
            return Progress.EMPTY
        return Progress.BEGUN if self.missing else Progress.FURNISHED


@dataclass(frozen=True)
class GuideState:
    """A guide as it stands, and the whole call beside it."""

    guide: Guide
    chapters: Sequence[ChapterState]
    call: Call
    strays: Sequence[Shown] = ()  # chosen for a chapter that the definition has no more

    @property
    def count(self) -> int:
        return sum(each.count for each in self.chapters)

    @property
    def lost(self) -> int:
        return sum(len(each.lost) for each in self.chapters)

    @property
    def reasons(self) -> Mapping[str, Why]:
        """Return why what is lost is, by the id of its passage."""
        return {
            str(each.quotation.id): each.why
            for state in self.chapters
            for each in state.lost
            if each.why
        }

    def passages(self) -> list[Shown]:
        """Return all that may be quoted, chapter by chapter."""
        return [
            each for state in self.chapters for listed in state.shown.values() for each in listed
        ]


def state(session: Session, guide: Guide, names: Names, call: Call | None = None) -> GuideState:
    """Return a guide as it stands."""
    counted = call or guide_counts.read(session)
    desk = Desk(session, names)
    chosen = [desk.show(each) for each in quotations.of(session, guide.slug)]
    chapters = [
        _chapter(
            chapter,
            counted,
            names,
            [each for each in chosen if each.quotation.chapter == chapter.id],
        )
        for chapter in guide.chapters
    ]
    known = {chapter.id for chapter in guide.chapters}
    strays = [each for each in chosen if each.quotation.chapter not in known]
    return GuideState(guide, chapters, counted, strays)


def _chapter(chapter: Chapter, call: Call, names: Names, chosen: Sequence[Shown]) -> ChapterState:
    shown = [each for each in chosen if each.text is not None]
    return ChapterState(
        chapter=chapter,
        lines=[
            call.line(call.bearing(theme), chapter.profiles, key=theme) for theme in chapter.themes
        ],
        bases=call.line(call.audiences, chapter.profiles),
        shown={kind: [each for each in shown if each.quotation.kind is kind] for kind in ORDER},
        lost=[each for each in chosen if each.text is None],
        balance=balances.of(call, chapter, names, [each.testimony for each in shown]),
    )


ORDER = (Kind.PRACTICE, Kind.OBSTACLE, Kind.LEVER, Kind.QUOTATION)
