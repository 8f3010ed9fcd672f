"""The balance of a chapter: who speaks in what was chosen, beside who testified."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.models import Testimony
from app.services.guide_counts import Call
from app.services.guide_names import REGION, Names
from guides.schema import Chapter

ELSEWHERE = "Région non précisée"


@dataclass(frozen=True)
class Share:
    """A profile or a region: passages chosen, their share, its share among the testimonies."""

    key: str
    label: str
    chosen: int
    chosen_share: float | None
    share: float

    @property
    def lack(self) -> float:
        """Return how far what was chosen is under its share; negative where it is over."""
        return self.share - (self.chosen_share or 0.0)


@dataclass(frozen=True)
class Balance:
    """The shares of the profiles that a chapter draws on, and of the regions they are in."""

    profiles: list[Share]
    regions: list[Share]
    chosen: int


def of(call: Call, chapter: Chapter, names: Names, quoted: Iterable[Testimony]) -> Balance:
    """Return the balance of a chapter; `quoted` gives the testimony of each passage chosen."""
    chosen = list(quoted)
    profiles = Counter(each.audience for each in chosen)
    regions = Counter(region_of(each) for each in chosen)
    bases = Counter({name: call.audiences[name] for name in chapter.profiles})
    for other in profiles.keys() - bases.keys():
        bases[other] = 0
    return Balance(
        _shares(profiles, bases, names.audience),
        _shares(regions, _by_region(call, chapter), lambda key: _region(names, key)),
        len(chosen),
    )


def _by_region(call: Call, chapter: Chapter) -> Counter[str]:
    counted: Counter[str] = Counter()
    for (audience, region), count in call.regions.items():
        if audience in chapter.profiles:
            counted[region] += count
    return counted


def region_of(testimony: Testimony) -> str:
    """Return the code of a testimony's region, or nothing."""
    return next((each.value for each in testimony.variables if each.name == REGION), "")


def _region(names: Names, key: str) -> str:
    return names.variable(REGION, key) if key else ELSEWHERE


def _shares(chosen: Counter[str], bases: Counter[str], label: Callable[[str], str]) -> list[Share]:
    whole, picked = bases.total(), chosen.total()
    return [
        Share(
            key,
            label(key),
            chosen[key],
            chosen[key] / picked if picked else None,
            base / whole if whole else 0.0,
        )
        for key, base in sorted(bases.items(), key=lambda pair: (-pair[1], label(pair[0])))
    ]
