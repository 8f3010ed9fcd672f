"""``python -m analysis``: the library from a shell, with no application around it."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NoReturn

from analysis import corpus, download, labelled, models, suggesters
from analysis.codebook import DEFAULT_PATH, Codebook, CodebookError
from analysis.corpus import CorpusError, Passage
from analysis.learning import making, report
from analysis.learning.evaluation import interval, judged
from analysis.learning.study import study
from analysis.suggesters import Suggester

_STANDARD = "-"
_EPILOG = """exemples :
  python -m analysis info
  python -m analysis tag reponses.jsonl suggestions.jsonl
  cat reponses.jsonl | python -m analysis tag - - > suggestions.jsonl
  python -m analysis evaluate etiquetees.jsonl"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"commande non comprise ; pour de l’aide : {self.prog} --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; gives the exit code: 0, or 2 after one line on the standard error."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except (CodebookError, CorpusError, models.ModelError) as error:
        return _failed(str(error))
    except BrokenPipeError:  # whoever read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _failed(f"lecture ou écriture impossible ({corpus.reason(error)}).")
    except KeyboardInterrupt:
        return 130
    return 0


def _failed(problem: str) -> int:
    sys.stderr.write(" ".join(problem.split()) + "\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m analysis",
        description="Des témoignages aux thèmes de la grille de codage.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commandes", required=True, metavar="COMMANDE")
    info = commands.add_parser("info", help="dit quels modèle et grille de codage sont en usage")
    tag = commands.add_parser("tag", help="propose des thèmes pour chaque texte d’un fichier")
    tag.add_argument(
        "input", metavar="ENTREE.jsonl", help="une ligne par texte ; - : l’entrée standard"
    )
    tag.add_argument(
        "output", metavar="SORTIE.jsonl", help="une ligne par texte ; - : la sortie standard"
    )
    evaluate = commands.add_parser(
        "evaluate", help="compare ce qui est proposé à ce que des personnes ont étiqueté"
    )
    evaluate.add_argument(
        "gold", metavar="ETIQUETEES.jsonl", type=Path, help="un fichier, ou un dossier de corpus"
    )
    train = commands.add_parser("train", help="apprend les thèmes d’un corpus étiqueté")
    train.add_argument("output", metavar="DOSSIER", type=Path, help="où garder la chaîne apprise")
    train.add_argument("--version", default="1.0.0", help="la version qui signera ses propositions")
    train.add_argument("--base", help="un modèle spaCy (paquet ou dossier) sur lequel apprendre")
    quality = commands.add_parser("quality", help="refait la page qui dit la qualité")
    quality.add_argument("output", metavar="PAGE.md", type=Path, help="la page à écrire")
    for command in (train, quality):
        command.add_argument("--config", type=Path, default=making.DEFAULT_CONFIG)
        command.add_argument("--codebook", metavar="GRILLE.yml", default=DEFAULT_PATH)
    model = commands.add_parser("model", help="télécharge le modèle de français qui convient")
    runs = {info: _info, tag: _tag, evaluate: _evaluate, train: _train, quality: _quality}
    for command, run in (runs | {model: _model}).items():
        command.set_defaults(run=run)
    for command in (info, tag, evaluate):
        _add_settings(command)
    return parser


def _add_settings(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--codebook", metavar="GRILLE.yml", default=DEFAULT_PATH, help="une autre grille"
    )
    command.add_argument(
        "--model",
        default=os.environ.get("SPACY_MODEL") or models.AUTO,
        help="auto, intégré, un paquet ou un dossier (par défaut : SPACY_MODEL, sinon auto)",
    )


def _info(options: argparse.Namespace) -> None:
    about = _suggester(options).info()
    sys.stdout.write("".join(f"{label} : {value}\n" for label, value in about.items()))


def _tag(options: argparse.Namespace) -> None:
    passages = _passages(options.input)
    first = list(islice(passages, 1))  # what cannot be read is said before a model is loaded
    tagger = _suggester(options)
    with _output(options.output) as file:
        for passage, suggestions in tagger.suggest(chain(first, passages)):
            file.write(corpus.line_of(passage, suggestions))


def _suggester(options: argparse.Namespace) -> Suggester:
    return suggesters.load(Codebook.read(options.codebook), options.model)


def _evaluate(options: argparse.Namespace) -> None:
    answers = labelled.read(options.gold)
    suggester = _suggester(options)
    found = suggester.suggest(answer.passage for answer in answers)
    sentences = [
        sentence
        for answer, (_, suggestions) in zip(answers, found, strict=True)
        for sentence in judged(answer, suggestions)
    ]
    if not sentences:
        raise CorpusError(f"{options.gold} : aucune phrase étiquetée.")
    low, high = interval(sentences)
    sys.stdout.write(
        f"{suggester.origin}\n{len(sentences)} phrases\n\n"
        f"{report.themes_table(sentences, Codebook.read(options.codebook))}\n"
        f"Intervalle du F1 micro à 95 % : {report.number(low)} à {report.number(high)}\n"
    )


def _train(options: argparse.Namespace) -> None:
    plan, codebook = making.read_plan(options.config), Codebook.read(options.codebook)
    answers = making.corpus_of(plan)
    nlp = making.learn(
        answers, plan, codebook, options.version, base=options.base, progress=_show_progress
    )
    nlp.to_disk(options.output)
    sys.stdout.write(f"\nAppris de {len(answers)} réponses : {options.output}\n")


def _show_progress(share: float) -> None:
    sys.stdout.write(f"\r{round(100 * share)} %")
    sys.stdout.flush()


def _quality(options: argparse.Namespace) -> None:
    plan, codebook = making.read_plan(options.config), Codebook.read(options.codebook)
    page = study(plan, codebook, lambda step: print(step, flush=True))  # noqa: T201 - how far it is
    options.output.write_text(page, encoding="utf-8")


def _model(_: argparse.Namespace) -> None:
    sys.stdout.write(download.install_best() + "\n")


def _passages(name: str) -> Iterator[Passage]:
    return corpus.standard_input() if name == _STANDARD else corpus.read_file(Path(name))


@contextmanager
def _output(name: str) -> Iterator[BinaryIO]:
    if name == _STANDARD:
        yield sys.stdout.buffer
    else:
        with corpus.whole_file(Path(name)) as file:
            yield file


if __name__ == "__main__":
    sys.exit(main())
