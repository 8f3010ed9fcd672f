"""``python -m analysis``: the library from a shell, with no application around it."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NoReturn

from analysis import corpus, download, models, suggesters
from analysis.codebook import DEFAULT_PATH, Codebook, CodebookError
from analysis.corpus import CorpusError, Passage
from analysis.learning import commands as learning
from analysis.personal import stream
from analysis.suggesters import Suggester

_STANDARD = "-"
_EPILOG = """exemples :
  python -m analysis info
  python -m analysis tag reponses.jsonl suggestions.jsonl
  cat reponses.jsonl | python -m analysis tag - - > suggestions.jsonl
  python -m analysis evaluate etiquetees.jsonl
  python -m analysis pseudonymise reponses.jsonl remplacees.jsonl
  python -m analysis pseudonymise --evaluate analysis/corpora/personal/tuning.jsonl"""


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
    _add_files(tag)
    pseudonymise = commands.add_parser(
        "pseudonymise",
        help="remplace noms, téléphones, adresses… d’un fichier, à relire par une personne",
        description="Propose des pseudonymes pour ce qui identifie, et les pose tous : la sortie "
        "est à relire, rien n’en est à publier sans l’accord d’une personne. Les lignes voisines "
        "dont « testimony » est le même forment un témoignage, où chacun garde son pseudonyme.",
    )
    _add_files(pseudonymise, nargs="?")
    pseudonymise.add_argument(
        "--evaluate", metavar="REFERENCE.jsonl", help="mesure rappel et précision, type par type"
    )
    model = commands.add_parser("model", help="télécharge le modèle de français qui convient")
    for command, run in (
        (info, _info),
        (tag, _tag),
        (pseudonymise, _pseudonymise),
        (model, _model),
    ):
        command.set_defaults(run=run)
    for each in (info, tag, *learning.add_to(commands)):
        each.add_argument(
            "--codebook", metavar="GRILLE.yml", default=DEFAULT_PATH, help="une autre grille"
        )
    for each in (info, tag, pseudonymise, commands.choices["evaluate"]):
        _add_model(each)
    return parser


def _add_files(command: argparse.ArgumentParser, nargs: str | None = None) -> None:
    command.add_argument(
        "input",
        metavar="ENTREE.jsonl",
        nargs=nargs,
        help="une ligne par texte ; - : l’entrée standard",
    )
    command.add_argument(
        "output",
        metavar="SORTIE.jsonl",
        nargs=nargs,
        help="une ligne par texte ; - : la sortie standard",
    )


def _add_model(command: argparse.ArgumentParser) -> None:
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


def _pseudonymise(options: argparse.Namespace) -> None:
    if options.evaluate:
        sys.stdout.write(stream.evaluate(Path(options.evaluate), model=options.model))
        return
    if options.output is None:
        raise CorpusError("commande non comprise ; il faut un fichier d’entrée et un de sortie.")
    passages = _passages(options.input)
    first = list(islice(passages, 1))  # what cannot be read is said before a model is loaded
    with _output(options.output) as file:
        for line in stream.lines(chain(first, passages), model=options.model):
            file.write(line)


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
