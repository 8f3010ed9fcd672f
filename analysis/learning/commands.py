"""The commands that learn and measure: ``evaluate``, ``train``, ``quality``."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from analysis import labelled, models, suggesters
from analysis.codebook import Codebook
from analysis.corpus import CorpusError, whole_file
from analysis.labelled import Answer
from analysis.learning import report
from analysis.learning.evaluation import confusions, interval, judged


def add_to(commands: Any) -> Sequence[argparse.ArgumentParser]:
    """Add the commands to argparse's *commands*; give them back."""
    evaluate: argparse.ArgumentParser = commands.add_parser(
        "evaluate", help="compare ce qui est proposé à ce que des personnes ont étiqueté"
    )
    evaluate.add_argument(
        "gold", metavar="ETIQUETEES.jsonl", type=Path, help="un fichier, ou un dossier de corpus"
    )
    train: argparse.ArgumentParser = commands.add_parser(
        "train", help="apprend les thèmes d’un corpus étiqueté"
    )
    train.add_argument("output", metavar="DOSSIER", type=Path, help="où garder la chaîne apprise")
    train.add_argument("--version", default="1.0.0", help="la version qui signera ses propositions")
    train.add_argument("--base", help="un modèle spaCy (paquet ou dossier) sur lequel apprendre")
    quality: argparse.ArgumentParser = commands.add_parser(
        "quality", help="refait la page qui dit la qualité"
    )
    quality.add_argument("output", metavar="PAGE.md", type=Path, help="la page à écrire")
    for command, run in ((evaluate, _evaluate), (train, _train), (quality, _quality)):
        command.set_defaults(run=run)
    for command in (train, quality):
        command.add_argument(
            "--config",
            metavar="REGLAGES.cfg",
            type=Path,
            default=models.DEFAULT_CONFIG,
            help="d’autres réglages que ceux de la chaîne",
        )
    return evaluate, train, quality


def _evaluate(options: argparse.Namespace) -> None:
    answers, codebook = labelled.read(options.gold), Codebook.read(options.codebook)
    if not any(answer.sentences for answer in answers):
        raise CorpusError(f"{options.gold} : aucune phrase étiquetée.")
    suggester = suggesters.load(codebook, options.model)
    found = suggester.suggest(answer.passage for answer in answers)
    sentences = [
        sentence
        for answer, (_, suggestions) in zip(answers, found, strict=True)
        for sentence in judged(answer, suggestions)
    ]
    low, high = interval(sentences)
    sys.stdout.write(
        f"{suggester.origin}\n{len(sentences)} phrases\n{_unknown(answers, codebook)}\n"
        f"{report.themes_table(sentences, codebook)}\n"
        f"Intervalle du F1 micro à 95 % : {report.number(low)} à {report.number(high)}\n"
    )
    if any(sentence.scores for sentence in sentences):
        sys.stdout.write(f"\n{report.calibration_table(sentences)}")
    if confusions(sentences):
        sys.stdout.write(f"\n{report.confusions_table(sentences, codebook)}")


def _unknown(answers: Iterable[Answer], codebook: Codebook) -> str:
    """A line that tells which labels the codebook does not have; nothing when it has all."""
    given = {theme for answer in answers for each in answer.sentences for theme in each.themes}
    unknown = sorted(given - {theme.id for theme in codebook.themes})
    return f"Thèmes hors de la grille : {', '.join(unknown)}\n" if unknown else ""


def _train(options: argparse.Namespace) -> None:
    from analysis.learning import making  # noqa: PLC0415 - scikit-learn, which tagging never needs

    _check_place(options.output, is_folder=True)
    plan, codebook = making.read_plan(options.config), Codebook.read(options.codebook)
    answers = making.corpus_of(plan)
    sys.stdout.write(_unknown(answers, codebook))
    nlp = making.learn(
        answers, plan, codebook, options.version, base=options.base, progress=_show_progress
    )
    nlp.meta[making.SOURCES] = making.sources_of(plan)
    nlp.to_disk(options.output)
    sys.stdout.write(f"\nAppris de {len(answers)} réponses : {options.output}\n")


def _check_place(path: Path, *, is_folder: bool) -> None:
    """Says at once what would only be said after minutes: that nothing can be written there."""
    if not path.absolute().parent.is_dir():
        raise CorpusError(f"{path.parent} : le dossier n’existe pas.")
    if path.exists() and path.is_dir() != is_folder:
        wanted = "n’est pas un dossier" if is_folder else "est un dossier"
        raise CorpusError(f"{path} {wanted}.")


def _show_progress(share: float) -> None:
    sys.stdout.write(f"\r{round(100 * share)} %")
    sys.stdout.flush()


def _quality(options: argparse.Namespace) -> None:
    from analysis.learning import making  # noqa: PLC0415 - as above
    from analysis.learning.study import study  # noqa: PLC0415 - as above

    _check_place(options.output, is_folder=False)
    plan, codebook = making.read_plan(options.config), Codebook.read(options.codebook)
    page = study(plan, codebook, lambda step: print(step, flush=True))  # noqa: T201 - how far it is
    with whole_file(options.output) as file:
        file.write(page.encode())
