"""The coefficients, each from sums over units (``counting.Sums``); NaN where one is not defined.

Each takes sums whose leading axes are whatever was not summed, and gives an array of these axes.
"""

import numpy as np

from analysis.agreement.counting import Numbers, Sums

_NOTHING = 1e-12  # what is smaller is the rounding of sums, not a difference


def observed(sums: Sums) -> Numbers:
    """Observed agreement: the share of a unit's pairs of coders that agree, averaged over units
    (Fleiss, "Measuring nominal scale agreement among many raters", *Psychological Bulletin* 76,
    1971; for units with ratings missing, Gwet, 2014).
    """
    return _ratio(sums.agreed, sums.shared)


def specific(sums: Sums, category: int = 1) -> Numbers:
    """Agreement on one category, here yes: of two coders, 2a / (2a + b + c) (Cicchetti &
    Feinstein, "High agreement but low kappa: II", *Journal of Clinical Epidemiology* 43, 1990; the
    index that Fleiss weighs in "Measuring agreement between two judges on the presence or absence
    of a trait", *Biometrics* 31, 1975). Of several, the same over all their pairs: how likely a
    coder is to say it of a unit of which another, drawn at random, said it (Fleiss, 1971).
    """
    return _ratio(sums.alike[..., category], sums.possible[..., category])


def cohen(sums: Sums) -> Numbers:
    """Cohen's κ ("A coefficient of agreement for nominal scales", *Educational and Psychological
    Measurement* 20, 1960); of more than two coders, the mean of their pairs (Light, "Measures of
    response agreement for qualitative data", *Psychological Bulletin* 76, 1971), of those for which
    it is defined.
    """
    total = sums.crossed.sum(axis=(-2, -1))
    both = _ratio(np.trace(sums.crossed, axis1=-2, axis2=-1), total)
    chance = _ratio((sums.crossed.sum(axis=-1) * sums.crossed.sum(axis=-2)).sum(axis=-1), total**2)
    kappas = _beyond_chance(both, chance)
    is_defined = np.isfinite(kappas)
    return _ratio(np.where(is_defined, kappas, 0.0).sum(axis=-1), is_defined.sum(axis=-1))


def krippendorff(sums: Sums) -> Numbers:
    """Krippendorff's α for nominal data, any number of coders, ratings missing or not ("Computing
    Krippendorff's Alpha-Reliability", 2011, section C): 1 − observed over expected disagreement, in
    the coincidences of the pairable values.
    """
    values = sums.marks.sum(axis=-1)
    apart = values - sums.matched.sum(axis=-1)
    expected = _ratio(values**2 - (sums.marks**2).sum(axis=-1), values - 1)
    return 1 - _ratio(apart, expected)


def gwet(sums: Sums, weighing: Numbers) -> Numbers:
    """Gwet's AC2, which is AC1 by weights of identity ("Computing inter-rater reliability and its
    variance in the presence of high agreement", *British Journal of Mathematical and Statistical
    Psychology* 61, 2008; with weights and missing ratings, *Handbook of Inter-Rater Reliability*,
    2014). *weighing*: those by which the sums were counted.
    """
    categories = len(weighing)
    used = _ratio(sums.shares, sums.seen[..., None])
    chance = weighing.sum() / (categories * (categories - 1)) * (used * (1 - used)).sum(axis=-1)
    return _beyond_chance(observed(sums), chance)


def _beyond_chance(agreement: Numbers, chance: Numbers) -> Numbers:
    return _ratio(agreement - chance, 1 - chance)


def _ratio(above: Numbers, under: Numbers) -> Numbers:
    """*above* over *under*; NaN where there is nothing under."""
    is_there = np.abs(under) > _NOTHING
    return np.where(is_there, above / np.where(is_there, under, 1.0), np.nan)
