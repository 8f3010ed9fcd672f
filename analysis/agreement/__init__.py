"""Agreement between coders (accord entre codages): how far they say the same of the same units.

Pure numpy: knows neither spaCy nor any database. Ratings are a table of units × coders × questions:
0 for no, 1 for yes (or the rank of a category), ``ABSENT`` for what a coder has not seen. See
``coefficients`` for what each figure is and where it comes from, ``measuring`` for the intervals.
"""

from analysis.agreement.counting import ABSENT, Sums, count, weights
from analysis.agreement.gathering import gather
from analysis.agreement.measuring import Agreement, Estimate, Measured, measure

__all__ = [
    "ABSENT",
    "Agreement",
    "Estimate",
    "Measured",
    "Sums",
    "count",
    "gather",
    "measure",
    "weights",
]
