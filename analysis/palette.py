"""The colours that a theme can have: fixed, so that nobody can choose an unreadable one.

Each has a contrast of 4.5 at least on the pages' paper (WCAG 2, AA), and any two are told apart by
people who confuse colours (``tests/analysis/test_palette.py`` measures both). A theme's family, its
shape and its label say the same without colour.
"""

from collections.abc import Mapping

COLORS: Mapping[str, str] = {
    "bleu": "#2a68ad",
    "ocre": "#8d5200",
    "vert": "#1f5642",
    "violet": "#9300f5",
    "encre": "#1f0836",
    "outremer": "#1000a3",
    "grenat": "#520000",
    "prune": "#6e356e",
}
PAPER = "#f8f5f0"
