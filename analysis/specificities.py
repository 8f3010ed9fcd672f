"""Specificities: what a part of a whole uses more, or less, than chance would have it.

The hypergeometric model of P. Lafon, « Sur la variabilité de la fréquence des formes dans un
corpus », Mots 1, 1980, p. 127-165, as TXM and IRaMuTeQ have it: of T units, f bear a form; a part
of t units bears it k times. Over what is expected (k ≥ f·t/T), p is the probability of k or more;
under it, of k or fewer. The score is log10 of p, its sign that of the difference. Many forms are
tried at once: Y. Benjamini and Y. Hochberg's step-up (J. R. Stat. Soc. B 57, 1995) says which stay
once the false ones expected among them are held under a rate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import lgamma, log

RATE = 0.05  # of false findings expected among those kept
_LN10 = log(10)


@dataclass(frozen=True, slots=True)
class Specificity:
    """How much a part over-uses (score over 0) or under-uses a form; ``adjusted`` is p so held."""

    form: str
    here: int  # k
    everywhere: int  # f
    expected: float
    score: float
    p: float
    adjusted: float = 1.0

    @property
    def is_kept(self) -> bool:
        return self.adjusted <= RATE


def log10_probability(total: int, form: int, part: int, here: int) -> float:
    """log10 of the tail of the hypergeometric law where *here* stands, of its own side.

    *total* T, *form* f, *part* t, *here* k. ``ValueError`` for numbers that cannot be.
    """
    least, most = max(0, part + form - total), min(part, form)
    if not 0 <= form <= total or not 0 <= part <= total or not least <= here <= most:
        raise ValueError(f"{here} of {form} in {part} of {total} cannot be")
    is_over = here * total >= form * part
    step, end = (1, most) if is_over else (-1, least)
    first = _log_mass(total, form, part, here)
    terms, term, place = 1.0, 1.0, here
    while place != end:
        term *= _ratio(total, form, part, place, step)
        place += step
        terms += term
        if term < terms * 1e-17:  # the law only goes down from here on
            break
    return min(0.0, (first + log(terms)) / _LN10)


def specificities(
    part: Mapping[str, int], whole: Mapping[str, int], *, sizes: tuple[int, int], least: int = 1
) -> list[Specificity]:
    """The specificities of a part, the most over-used first.

    *part* and *whole* count each form, *sizes* the units of the part and of the whole. Forms under
    *least* in the whole are not tried.
    """
    size, total = sizes
    found = []
    for form, everywhere in whole.items():
        if everywhere < least:
            continue
        here = part.get(form, 0)
        log10 = log10_probability(total, everywhere, size, here)
        expected = everywhere * size / total if total else 0.0
        score = -log10 if here * total >= everywhere * size else log10
        found.append(Specificity(form, here, everywhere, expected, score + 0.0, 10**log10))
    held = adjusted([each.p for each in found])
    told = [replace(each, adjusted=value) for each, value in zip(found, held, strict=True)]
    return sorted(told, key=lambda each: (-each.score, each.form))


def adjusted(probabilities: Sequence[float]) -> list[float]:
    """Each p held for the number of tests (Benjamini-Hochberg), in the order given."""
    order = sorted(range(len(probabilities)), key=lambda rank: -probabilities[rank])
    held, lowest = [0.0] * len(probabilities), 1.0
    for place, rank in enumerate(order):
        count = len(probabilities)
        lowest = min(lowest, probabilities[rank] * count / (count - place))
        held[rank] = lowest
    return held


def kept(found: Iterable[Specificity], *, is_over: bool) -> list[Specificity]:
    """Those of one side that stay once held for many tests, the strongest first."""
    side = [each for each in found if each.is_kept and (each.score > 0) == is_over]
    return sorted(side, key=lambda each: (-abs(each.score), each.form))


def _log_mass(total: int, form: int, part: int, here: int) -> float:
    """The natural logarithm of the probability of *here* exactly."""
    return (
        _log_choose(form, here) + _log_choose(total - form, part - here) - _log_choose(total, part)
    )


def _log_choose(many: int, few: int) -> float:
    return lgamma(many + 1) - lgamma(few + 1) - lgamma(many - few + 1)


def _ratio(total: int, form: int, part: int, place: int, step: int) -> float:
    """The probability of the next place over that of this one."""
    if step > 0:
        return (form - place) * (part - place) / ((place + 1) * (total - form - part + place + 1))
    return place * (total - form - part + place) / ((form - place + 1) * (part - place + 1))
