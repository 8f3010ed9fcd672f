"""What becomes of each coding of a source, beside those that stand on the same words here."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from analysis.exchange import project as qda
from app.models import Coding
from app.services import standings
from app.services.exported_sources import REJECTED, score_of
from app.services.qdpx_grounds import Ground, Spot
from app.services.qdpx_plans import DONE, Act, Fate
from app.services.standings import State


class Laying:
    """Says what becomes of each coding of one source."""

    def __init__(
        self, ground: Ground, here: Sequence[Coding], themes: Mapping[uuid.UUID, str]
    ) -> None:
        self._ground, self._themes = ground, themes
        self.open_codes: Counter[uuid.UUID] = Counter()
        self.clipped = 0
        self._came: set[tuple[str, int, int]] = set()
        spots = {spot.answer_id: spot for spot in ground.spots}
        self._standing: dict[tuple[str, int, int], list[Coding]] = {}
        self._laid: set[tuple[uuid.UUID, str, int, int]] = set()
        self._here = {coding.id: coding for coding in here}
        for coding in here:
            self._laid.add((coding.answer_id, coding.theme, coding.start, coding.end))
            if (spot := spots.get(coding.answer_id)) is not None:
                _, theme, start, end = standings.of(coding)
                key = (theme, *spot.to_source(start, end))
                self._standing.setdefault(key, []).append(coding)

    def acts(self, codings: Iterable[qda.Coding]) -> Iterable[Act]:
        for coding in codings:
            theme = self._themes.get(coding.code)
            if theme is None:
                self.open_codes[coding.code] += 1
                yield Act(Fate.NO_CODE, coding)
            elif coding.remark == REJECTED:
                yield Act(Fate.PASSED, coding, theme)
            else:
                yield from self._on_answers(coding, theme)

    def _on_answers(self, coding: qda.Coding, theme: str) -> Iterable[Act]:
        """Yield an act for each answer that a coding touches, cut to its words."""
        is_on_one = False
        for spot in self._ground.spots:
            start, end = max(coding.start, spot.start), min(coding.end, spot.end)
            if start < end:
                is_clipped = (start, end) != (coding.start, coding.end)
                self.clipped += is_clipped
                is_on_one = True
                yield self._act(coding, theme, spot, (start, end))
        if not is_on_one:
            yield Act(Fate.NO_ANSWER, coding, theme)

    def _act(self, coding: qda.Coding, theme: str, spot: Spot, span: tuple[int, int]) -> Act:
        start, end = spot.to_answer(*span)
        here = self._standing.get((theme, *span), [])
        is_twice = (theme, *span) in self._came
        fate, existing = self._fate(coding, theme, spot, (start, end), is_twice, here)
        act = Act(fate, coding, theme, spot.question, spot.answer_id, start, end, existing)
        if fate in DONE:
            self._came.add((theme, *span))
        return act

    def _fate(
        self,
        coding: qda.Coding,
        theme: str,
        spot: Spot,
        span: tuple[int, int],
        is_twice: bool,
        here: Sequence[Coding],
    ) -> tuple[Fate, uuid.UUID | None]:
        if is_twice:  # the same code on the same words, laid by another there: it stands once
            return Fate.KNOWN, None
        is_machine = score_of(coding) is not None
        states = {standings.of(each)[0]: each.id for each in here}
        if kept := states.get(State.ACCEPTED) or states.get(State.CORRECTED):
            return Fate.KNOWN, kept
        if proposed := states.get(State.PROPOSED):
            return (Fate.KNOWN if is_machine else Fate.ACCEPTED), proposed
        if states:
            return (Fate.PASSED if is_machine else Fate.OTHERWISE), None
        if (spot.answer_id, theme, *span) in self._laid:
            # Laid here once, then corrected: what was decided here stands.
            return (Fate.KNOWN if coding.guid in self._here else Fate.OTHERWISE), None
        if is_machine:
            return (Fate.PROPOSED if self._ground.is_new else Fate.PASSED), None
        return Fate.ADDED, None
