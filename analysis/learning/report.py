"""Figures of quality as French text, for a terminal and for the documentation."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from analysis.codebook import Codebook
from analysis.learning.evaluation import (
    Figures,
    Judged,
    calibration,
    confusions,
    interval,
    macro_f1,
    micro,
    per_theme,
)

Row = Sequence[str]


def number(value: float, digits: int = 2) -> str:
    """*value* as French writes it: « 0,53 »."""
    return f"{value:.{digits}f}".replace(".", ",")


def table(head: Row, rows: Iterable[Row]) -> str:
    """A Markdown table, numbers to the right."""
    marks = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows)) + "\n"


def themes_table(sentences: Sequence[Judged], codebook: Codebook) -> str:
    """Precision, recall and F1 of each theme, then over all."""
    ids = [theme.id for theme in codebook.themes]
    figures = per_theme(sentences, ids)
    rows = [[codebook.theme(each).label, *_figures(figures[each])] for each in ids]
    rows.append(["**Ensemble (micro)**", *_figures(micro(sentences))])
    rows.append(["**Moyenne des thèmes (macro)**", "", "", number(macro_f1(figures)), "", ""])
    return table(("Thème", "Précision", "Rappel", "F1", "Étiquetés", "Proposés"), rows)


def _figures(figures: Figures) -> Row:
    shares = (figures.precision, figures.recall, figures.f1)
    return [*map(number, shares), str(figures.given), str(figures.suggested)]


def summary(name: str, sentences: Sequence[Judged]) -> Row:
    """One line of a comparison: precision, recall, F1 and its interval, macro-F1."""
    figures, (low, high) = micro(sentences), interval(sentences)
    themes = sorted({theme for each in sentences for theme in each.given})
    return (
        name,
        number(figures.precision),
        number(figures.recall),
        number(figures.f1),
        f"{number(low)} à {number(high)}",
        number(macro_f1(per_theme(sentences, themes))),
    )


SUMMARY_HEAD = ("Lecture", "Précision", "Rappel", "F1", "Intervalle à 95 %", "F1 macro")


def calibration_table(sentences: Sequence[Judged]) -> str:
    """How often a score is right, tenth by tenth, over the pairs that have one."""
    pairs = [
        (theme in each.given, score) for each in sentences for theme, score in each.scores.items()
    ]
    given, scores = np.array([one for one, _ in pairs]), np.array([two for _, two in pairs])
    rows = [
        (number(mean), number(share), str(count))
        for mean, share, count in calibration(given, scores)
    ]
    return table(("Score moyen", "Part de justes", "Paires"), rows)


def confusions_table(sentences: Sequence[Judged], codebook: Codebook) -> str:
    """What is most often taken for something else."""
    labels: Mapping[str, str] = {theme.id: theme.label for theme in codebook.themes}
    rows = [
        (labels.get(given, given), labels.get(suggested, suggested), str(count))
        for given, suggested, count in confusions(sentences)
    ]
    return table(("Étiqueté", "Proposé à sa place", "Phrases"), rows)
