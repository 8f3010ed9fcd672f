"""The study of quality that stands in the documentation, remade by one command."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from analysis import labelled, models
from analysis.codebook import Codebook
from analysis.corpus import CorpusError
from analysis.labelled import Answer
from analysis.learning import apart, report
from analysis.learning.baselines import baselines
from analysis.learning.evaluation import Judged, micro
from analysis.learning.making import Plan, corpus_of, ready
from analysis.learning.passages import Example, joined
from analysis.learning.training import train
from analysis.learning.validation import Held, folds, judged_by, part

Say = Callable[[str], None]
_PAGE = Path(__file__).with_name("quality.md")
SHARES = (0.25, 0.5, 0.75, 1.0)  # of the testimonies, for the learning curve
_PROFILES = {
    "coordinateur": "de coordination",
    "elu": "d’élues et élus",
    "usager": "d’usagères et usagers",
    "aidant": "de proches",
}


def study(plan: Plan, codebook: Codebook, say: Say) -> str:
    """The whole page, in Markdown; *say* is told how far it is. Takes minutes."""
    answers = corpus_of(plan)
    agreement = _agreement(plan.corpus)  # first, as the rest takes minutes
    themes = [theme.id for theme in codebook.themes]
    examples = ready(answers, codebook, models.untaught())
    say("Validation croisée…")
    full = list(_validated(examples, themes, plan))
    readings = _by_told(full, themes)
    told = readings["Chaîne : question et profil connus"]
    say("Points de comparaison…")
    rows = [report.summary(name, judged) for name, judged in readings.items()]
    rows += [
        report.summary(name, judged)
        for name, judged in baselines(examples, themes, codebook, plan.parameters)
    ]
    say("Courbe d’apprentissage…")
    return _PAGE.read_text(encoding="utf-8").format(
        counts=_counts(answers),
        folds=plan.parameters.folds,
        agreement=agreement,
        readings=report.table(report.SUMMARY_HEAD, rows),
        themes=report.themes_table(told, codebook),
        apart=apart.measured(plan.corpus, codebook),
        curve=_curve(examples, themes, plan, told),
        calibration=report.calibration_table(told),
        confusions=report.confusions_table(told, codebook),
    )


Told = dict[str, list[Held]]


def _validated(examples: Sequence[Example], themes: Sequence[str], plan: Plan) -> Iterator[Told]:
    """For each fold, its passages judged as the judge is told more or less of them."""
    for learn, rest in folds(examples, plan.parameters):
        judge = train(
            [examples[each] for each in learn], themes, plan.wordings, plan.parameters, "étude"
        )

        def held(example: Example, *asked: str | None) -> Held:
            return judged_by(judge, example, *asked)  # noqa: B023 - used at once

        passages = [examples[each] for each in rest]
        whole = _whole(passages)
        yield {
            "Chaîne : question et profil connus": [
                held(each, each.question, each.audience) for each in passages
            ],
            "Chaîne : profil seul": [held(each, None, each.audience) for each in passages],
            "Chaîne : ni question ni profil": [held(each, None, None) for each in passages],
            "Chaîne : témoignage d’un seul tenant, profil seul": [
                held(each, None, each.audience) for each in whole
            ],
        }


def _whole(examples: Sequence[Example]) -> list[Example]:
    by_testimony: dict[str, list[Example]] = {}
    for example in examples:
        by_testimony.setdefault(example.testimony, []).append(example)
    return [joined(each) for each in by_testimony.values()]


def _by_told(validated: Sequence[Told], themes: Sequence[str]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for fold in validated:
        for name, passages in fold.items():
            for held in passages:
                found.setdefault(name, []).extend(held.judged(themes))
    return found


def _curve(
    examples: Sequence[Example], themes: Sequence[str], plan: Plan, full: Sequence[Judged]
) -> str:
    """Micro-F1 by the share of testimonies learnt from."""
    rows = []
    for share in SHARES:
        judged = list(full) if share == 1 else _learnt_from(share, examples, themes, plan)
        learnt = 1 - 1 / plan.parameters.folds
        testimonies = round(len({each.testimony for each in examples}) * share * learnt)
        rows.append(
            (
                f"{share:.0%}".replace("%", " %"),
                str(testimonies),
                report.number(micro(judged).f1, 3),
            )
        )
    return report.table(("Part", "Témoignages appris", "F1"), rows)


def _learnt_from(
    share: float, examples: Sequence[Example], themes: Sequence[str], plan: Plan
) -> list[Judged]:
    found: list[Judged] = []
    for learn, rest in folds(examples, plan.parameters):
        learnt = part([examples[each] for each in learn], share, plan.parameters.seed)
        judge = train(learnt, themes, plan.wordings, plan.parameters, "étude")
        for each in rest:
            example = examples[each]
            held = judged_by(judge, example, example.question, example.audience)
            found.extend(held.judged(themes))
    return found


def _counts(answers: Sequence[Answer]) -> str:
    sentences = [each for answer in answers for each in answer.sentences]
    profiles = Counter({a.testimony: a.passage.audience for a in answers}.values())
    people = ", ".join(
        f"{count} {_PROFILES.get(name or '', f'de « {name} »' if name else 'sans profil')}"
        for name, count in profiles.most_common()
    )
    bare = sum(not each.themes for each in sentences)
    return (
        f"{len({a.testimony for a in answers})} témoignages ({people}), "
        f"{len(sentences)} phrases, {sum(len(each.themes) for each in sentences)} étiquettes ; "
        f"{100 * bare / len(sentences):.0f} % des phrases n’en ont aucune."
    )


def _agreement(corpus: Path) -> str:
    """How far a second, blind labelling of a part agrees with the first."""
    first = labelled.read_labels(sorted((corpus / "labels").glob("*.tsv")))
    second = labelled.read_labels(sorted((corpus / "labels-again").glob("*.tsv")))
    for id_, again in second.items():
        if len(first.get(id_, ())) != len(again):
            raise CorpusError(f"{corpus} : « {id_} » n’a pas deux fois autant de phrases.")
    pairs = [pair for id_ in second for pair in zip(first[id_], second[id_], strict=True)]
    if not pairs:
        return "Aucune phrase n’a été étiquetée deux fois."
    figures = micro([Judged("", one, two, {}) for one, two in pairs])
    same = sum(one == two for one, two in pairs)
    return (
        f"{len(pairs)} phrases l’ont été deux fois, à l’aveugle : le F1 entre les deux est de "
        f"{report.number(figures.f1)}, et {100 * same / len(pairs):.0f} % des phrases "
        "ont exactement les mêmes thèmes."
    )
