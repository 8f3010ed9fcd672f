"""A pipeline that has learnt, from a config; over spaCy's blank one, or over a trained model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.training import Example as Lesson
from spacy.util import fix_random_seed

from analysis import models
from analysis.codebook import Codebook
from analysis.corpus import CorpusError, Passage
from analysis.labelled import Answer
from analysis.learning import making
from analysis.learning.judge import Judge
from analysis.learning.making import Plan
from analysis.pipeline import Tagger
from analysis.suggestions import Suggestion
from tests.analysis.learning.samples import CONFIG, UNTAUGHT

pytestmark = pytest.mark.xdist_group("learning")
WHOLE = CONFIG.read_text(encoding="utf-8")


def config(
    folder: Path, text: str = WHOLE, wordings: str | None = "moyens: ['Avec quoi ?']"
) -> Path:
    (folder / "essai.cfg").write_text(text, encoding="utf-8")
    if wordings is not None:
        (folder / "questions.yml").write_text(wordings, encoding="utf-8")
    return folder / "essai.cfg"


def test_reads_every_parameter(tmp_path: Path) -> None:
    text = WHOLE.replace("words_c = 3.0", "words_c = 2").replace("seed = 1", "seed = 0")
    found = making.read_plan(config(tmp_path, text))
    assert (found.corpus, found.wordings) == (tmp_path, {"moyens": ["Avec quoi ?"]})
    parameters = found.parameters
    assert (parameters.words_c, parameters.seed, parameters.folds) == (2, 0, 3)
    assert parameters.reading.longest_part == 5


def test_our_own_plan_says_every_parameter() -> None:
    found = making.read_plan()
    assert found.corpus.resolve() == (models.OWN.parents[1] / "corpora").resolve()
    assert len(found.wordings) >= 20
    assert found.parameters.folds == 5


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("folds = 3", "", None),
        ("folds = 3", "fold = 3", "le réglage « fold » est inconnu."),
        ("folds = 3", "reading = 3", "le réglage « reading » est inconnu."),
        ("folds = 3", "folds = 1", "le réglage « folds » est trop petit."),
        ("folds = 3", "folds = 3.5", "le réglage « folds » n’est pas un nombre qui convienne."),
        ("folds = 3", 'folds = "x"', "le réglage « folds » n’est pas un nombre qui convienne."),
        ("folds = 3", "folds = true", "le réglage « folds » n’est pas un nombre qui convienne."),
        ("words_c = 3.0", "words_c = 0", "le réglage « words_c » est trop petit."),
        ("seed = 1", "seed = -1", "le réglage « seed » est trop petit."),
        ("least_keys = 2", "least_keys = 0", "le réglage « least_keys » est trop petit."),
        ("[learning]", "[apprendre]", "le réglage « learning » manque."),
        ('path = "."', "", "le réglage « path » manque."),
        ("[learning]", "[learning", "réglages illisibles."),
        ('path = "."', "path = 3", "réglages illisibles."),
    ],
)
def test_says_what_is_wrong_in_a_config(
    before: str, after: str, complaint: str | None, tmp_path: Path
) -> None:
    assert before in WHOLE
    path = config(tmp_path, WHOLE.replace(before, after))
    if complaint is None:
        assert making.read_plan(path).parameters.folds == 5
        return
    with pytest.raises(CorpusError) as caught:
        making.read_plan(path)
    assert str(caught.value) == f"{path} : {complaint}"


@pytest.mark.parametrize(
    ("wordings", "complaint"),
    [
        (None, "lecture impossible (le fichier ou le dossier n’existe pas)."),
        ("a: [", "ce n’est pas du YAML."),
        ("- a", "à chaque question, une liste de textes est attendue."),
        ("a: b", "à chaque question, une liste de textes est attendue."),
        ("a: [3]", "à chaque question, une liste de textes est attendue."),
    ],
)
def test_says_what_is_wrong_in_wordings(
    wordings: str | None, complaint: str, tmp_path: Path
) -> None:
    path = config(tmp_path, wordings=wordings)
    with pytest.raises(CorpusError) as caught:
        making.read_plan(path)
    assert str(caught.value) == f"{tmp_path}/questions.yml : {complaint}"


def test_says_that_a_config_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        making.read_plan(tmp_path / "absent.cfg")
    assert str(caught.value) == (
        f"{tmp_path}/absent.cfg : lecture impossible (le fichier ou le dossier n’existe pas)."
    )


def test_a_corpus_without_answers(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        making.corpus_of(replace(plan, corpus=tmp_path))
    assert str(caught.value) == f"{tmp_path} : aucun témoignage étiqueté."


def test_the_fingerprint_is_of_all_that_is_learnt_from(tmp_path: Path) -> None:
    def made(text: str = WHOLE, wordings: str = "moyens: ['Avec quoi ?']") -> str:
        return making.sources_of(making.read_plan(config(tmp_path, text, wordings)))

    (tmp_path / "labels").mkdir()
    (tmp_path / "testimonies").mkdir()
    testimony = tmp_path / "testimonies" / "a.txt"
    testimony.write_bytes(b"=== a-1 | elu | court\n")
    before = made()
    assert made(WHOLE + "\n# une remarque\n") == before
    assert made(WHOLE.replace("seed = 1", "seed = 2")) != before
    assert made(wordings="moyens: []") != before
    testimony.write_bytes(b"=== a-1 | elu | court\r\n")
    assert made() == before
    (tmp_path / "labels" / "a.tsv").write_text("=== a-1\n")
    with_labels = made()
    testimony.write_text("=== a-2 | elu | court\n")
    assert len({before, with_labels, made()}) == 3


def test_says_how_far_it_is(plan: Plan, codebook: Codebook, answers: Sequence[Answer]) -> None:
    told: list[float] = []
    few = replace(plan, parameters=replace(plan.parameters, folds=2))
    making.learn(answers[:20], few, codebook, "0", progress=told.append)
    assert told == pytest.approx([0.25, 0.5, 0.75, 1.0])


def test_too_few_answers(plan: Plan, codebook: Codebook, answers: Sequence[Answer]) -> None:
    with pytest.raises(CorpusError, match="il faut au moins 3 témoignages pour apprendre"):
        making.learn(answers[:1], plan, codebook, "0")


def test_says_that_a_base_is_not_there(plan: Plan, codebook: Codebook) -> None:
    with pytest.raises(models.ModelError, match="« fr_absent » : ni paquet installé, ni dossier"):
        making.learn([], plan, codebook, "0", base="fr_absent")


def suggested(tagger: Tagger, answers: Sequence[Answer]) -> list[list[Suggestion]]:
    return [found for _, found in tagger.suggest(answer.passage for answer in answers)]


def test_what_nothing_was_learnt_of_goes_by_its_cues(reader: Tagger, tagger: Tagger) -> None:
    """The codebook's theme without an example here is suggested as the cues alone would."""
    passage = Passage(1, "Trois logements accompagnés ont ouvert. Il pleut.", "moyens", "elu")
    ((_, by_judge),) = reader.suggest([passage])
    ((_, by_cues),) = tagger.suggest([passage])
    assert (
        [each for each in by_judge if each.theme == UNTAUGHT]
        == [each for each in by_cues if each.theme == UNTAUGHT]
        != []
    )


def pretrained(folder: Path, answers: Sequence[Answer], *, table: bool) -> Path:
    """A small French model, trained for a moment: with a tok2vec, or with a table of vectors."""
    fix_random_seed(1)
    nlp = spacy.blank("fr")
    texts = [answer.passage.text for answer in answers]
    if table:
        drawn = np.random.default_rng(1)
        for word in sorted({token.text for text in texts for token in nlp.make_doc(text)}):
            nlp.vocab.set_vector(word, drawn.normal(size=24).astype(np.float32))
    else:
        nlp.add_pipe("tok2vec")
        listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
        nlp.add_pipe(
            "tagger", config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}}
        )
        docs = [nlp.make_doc(text) for text in texts[:12]]
        lessons = [
            Lesson.from_dict(doc, {"tags": ["M" if word.is_title else "m" for word in doc]})
            for doc in docs
        ]
        optimizer = nlp.initialize(lambda: lessons)
        for _ in range(3):
            nlp.update(lessons, sgd=optimizer)
    nlp.meta.update(name="petit", version="3.8.0")
    nlp.to_disk(folder)
    return folder


@pytest.mark.parametrize(("table", "width"), [(True, 24), (False, 96)], ids=["table", "tok2vec"])
def test_learns_on_a_trained_model(
    table: bool,
    width: int,
    plan: Plan,
    codebook: Codebook,
    answers: Sequence[Answer],
    tmp_path: Path,
) -> None:
    base = pretrained(tmp_path / "base", answers, table=table)
    nlp = making.learn(answers, plan, codebook, "0.2", base=str(base))
    nlp.to_disk(tmp_path / "appris")
    model = models.open_model(str(tmp_path / "appris"))
    assert (model.name, model.version) == ("fr_recueil", "0.2")
    judge = model.judge
    assert judge is not None
    assert judge.level.dense.shape == (width, len(codebook.themes))
    assert judge.level.dense.any(axis=0).sum() == len(codebook.themes) - 1
    with_vectors = suggested(Tagger(codebook, model), answers)
    assert right_share(with_vectors, answers) > 0.8
    wordless = replace(judge, level=replace(judge.level, dense=np.zeros_like(judge.level.dense)))
    assert without(model, wordless, codebook, answers) != with_vectors
    for text in ("", " ", "\n\n", "x"):
        assert suggested(Tagger(codebook, model), [Answer("t", Passage(1, text), ())]) == [[]]


def right_share(found: Sequence[Sequence[Suggestion]], answers: Sequence[Answer]) -> float:
    """How many labelled pairs of a sentence and a theme were suggested."""
    given = {
        (number, one.start, theme)
        for number, answer in enumerate(answers)
        for one in answer.sentences
        for theme in one.themes
    }
    said = {
        (number, each.start, each.theme) for number, those in enumerate(found) for each in those
    }
    return len(given & said) / len(given)


def without(
    model: models.Model, judge: Judge, codebook: Codebook, answers: Sequence[Answer]
) -> list[list[Suggestion]]:
    """What *model* says with another judge."""
    part = making.judging_part(model.nlp)
    before, part.judge = part.judge, judge
    try:
        return suggested(Tagger(codebook, replace(model, judge=judge)), answers)
    finally:
        part.judge = before


def test_a_trained_model_that_learnt_no_theme_has_our_judge(
    answers: Sequence[Answer], tmp_path: Path
) -> None:
    model = models.open_model(str(pretrained(tmp_path / "base", answers, table=True)))
    own = models.open_model(models.BUILT_IN)
    assert model.judge is not None
    assert own.judge is not None
    assert model.judge.version == own.judge.version
    codebook = Codebook.read()
    one, other = (suggested(Tagger(codebook, each), answers[:8]) for each in (model, own))
    assert one == other
