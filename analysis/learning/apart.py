"""What the shipped pipeline finds in testimonies by another hand, of which it learnt nothing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis import labelled, models
from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.labelled import Answer, Sentence
from analysis.learning import report
from analysis.learning.evaluation import Judged, judged
from analysis.pipeline import Tagger

FOLDER = "held-apart"  # within the corpus; what is learnt leaves it out
_BREAK = "\n\n"


def measured(corpus: Path, codebook: Codebook) -> str:
    """A French paragraph and a Markdown table, a row for each way of telling what was asked."""
    folder = corpus / FOLDER
    answers = labelled.read(folder) if folder.is_dir() else []
    if not answers:
        return "Aucun témoignage n’est tenu à part.\n"
    testimonies = len({answer.testimony for answer in answers})
    sentences = sum(len(answer.sentences) for answer in answers)
    counts = f"{testimonies} témoignages, {sentences} phrases.\n\n"
    tagger = Tagger(codebook, models.open_model(models.BUILT_IN))
    rows = [report.summary(name, read(tagger, told)) for name, told in ways(answers).items()]
    return counts + report.table(report.SUMMARY_HEAD, rows)


def ways(answers: Sequence[Answer]) -> dict[str, list[Answer]]:
    """*answers* as they can be told: with their question and profile, or less."""
    return {
        "Question et profil connus": list(answers),
        "Profil seul": [_told(each, audience=each.passage.audience) for each in answers],
        "Ni question ni profil": [_told(each, audience=None) for each in answers],
        "Témoignage d’un seul tenant, profil seul": whole(answers),
    }


def _told(answer: Answer, *, audience: str | None) -> Answer:
    passage = replace(answer.passage, question=None, audience=audience)
    return replace(answer, passage=passage)


def whole(answers: Sequence[Answer]) -> list[Answer]:
    """The answers of each testimony as one text, of which nobody says what was asked."""
    by_testimony: dict[str, list[Answer]] = {}
    for answer in answers:
        by_testimony.setdefault(answer.testimony, []).append(answer)
    return [_joined(each) for each in by_testimony.values()]


def _joined(answers: Sequence[Answer]) -> Answer:
    first, text, sentences = answers[0], "", []
    for answer in answers:
        text += _BREAK if text else ""
        sentences += [_moved(each, len(text)) for each in answer.sentences]
        text += answer.passage.text
    passage = Passage(first.testimony, text, None, first.passage.audience)
    return Answer(first.testimony, passage, tuple(sentences))


def _moved(sentence: Sentence, offset: int) -> Sentence:
    return replace(sentence, start=sentence.start + offset, end=sentence.end + offset)


def read(tagger: Tagger, answers: Sequence[Answer]) -> list[Judged]:
    """What *tagger* says of the sentences of *answers*."""
    found = tagger.suggest(answer.passage for answer in answers)
    return [
        each
        for answer, (_, suggestions) in zip(answers, found, strict=True)
        for each in judged(answer, suggestions)
    ]
