"""Labelled corpora: both forms read alike, and whatever is wrong is told in one French line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis import labelled
from analysis.corpus import CorpusError, Passage
from analysis.labelled import Answer, Sentence

TEXT = "Le maire préside. Il pleut."
NONE: frozenset[str] = frozenset()
WRITTEN = """\
=== a-1 | elu | écrit
[portage]
Le maire préside.
Il pleut
- un point
- un autre
[moyens]
Dix euros.

=== a-2 | usager | parlé
[portage]
Jamais étiqueté.
"""
GIVEN = """\
=== a-1
1 portage_politique
2 -
3 freins_elus, moyens_financements
4 -

5 moyens_financements
"""


def lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return path


def folder(path: Path, written: str = WRITTEN, given: str = GIVEN) -> Path:
    for name, text in (("testimonies/a.txt", written), ("labels/a.tsv", given)):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return path


def record(**changed: object) -> dict[str, object]:
    sentences = [
        {"start": 18, "end": 27, "themes": []},
        {"start": 0, "end": 17, "themes": ["portage_politique"]},
    ]
    return {"id": "a-1/portage", "text": TEXT, "sentences": sentences} | changed


def test_reads_lines(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "or.jsonl",
        record(question="portage", audience="elu"),
        record(id=7),
        record(testimony="t"),
        record(testimony=3, sentences=[]),
    )
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"\n")
    sentences = (Sentence(0, 17, frozenset({"portage_politique"})), Sentence(18, 27, NONE))
    assert labelled.read(path) == [
        Answer("a-1", Passage("a-1/portage", TEXT, "portage", "elu"), sentences),
        Answer("7", Passage(7, TEXT), sentences),
        Answer("t", Passage("a-1/portage", TEXT), sentences),
        Answer("3", Passage("a-1/portage", TEXT), ()),
    ]


def test_reads_a_folder(tmp_path: Path) -> None:
    first, second = labelled.read(folder(tmp_path))
    assert first == Answer(
        "a-1",
        Passage(
            "a-1/portage", "Le maire préside. Il pleut\n- un point\n- un autre", "portage", "elu"
        ),
        (
            Sentence(0, 17, frozenset({"portage_politique"})),
            Sentence(18, 26, NONE),
            Sentence(27, 37, frozenset({"freins_elus", "moyens_financements"})),
            Sentence(38, 48, NONE),
        ),
    )
    assert second == Answer(
        "a-1",
        Passage("a-1/moyens", "Dix euros.", "moyens", "elu"),
        (Sentence(0, 10, frozenset({"moyens_financements"})),),
    )


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    answers = labelled.read(folder(tmp_path / "dossier"))
    path = lines(
        tmp_path / "or.jsonl",
        *(
            {
                "id": answer.passage.id,
                "text": answer.passage.text,
                "question": answer.passage.question,
                "audience": answer.passage.audience,
                "sentences": [
                    {"start": each.start, "end": each.end, "themes": sorted(each.themes)}
                    for each in answer.sentences
                ],
            }
            for answer in answers
        ),
    )
    assert labelled.read(path) == answers


def test_our_own_corpus_is_whole() -> None:
    answers = labelled.read(labelled.OWN_CORPUS)
    assert len({answer.testimony for answer in answers}) >= 800
    assert sum(len(answer.sentences) for answer in answers) >= 6_000
    for answer in answers:
        for one in answer.sentences:
            said = answer.passage.text[one.start : one.end]
            assert said == said.strip() != ""
            assert "\n" not in said


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "ce n’est pas du JSON (colonne 2)."),
        ("[1]", "un objet JSON est attendu, avec « id » et « text »."),
        ("[" * 100_000, "le JSON est trop profondément imbriqué."),
        ({"text": TEXT, "sentences": []}, "« id » manque."),
        (record(id=[1]), "« id » doit être un texte, un nombre, un booléen ou null."),
        ({"id": 1, "sentences": []}, "« text » manque ou n’est pas un texte."),
        (record(text=3), "« text » manque ou n’est pas un texte."),
        (record(question=3), "« question » n’est pas un texte."),
        (record(audience=["elu"]), "« audience » n’est pas un texte."),
        (record(testimony=["a"]), "« testimony » doit être un texte ou un nombre."),
        ({"id": 1, "text": TEXT}, "« sentences » manque ou n’est pas une liste."),
        (record(sentences={}), "« sentences » manque ou n’est pas une liste."),
    ],
)
def test_refuses_a_line(line: object, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "or.jsonl"
    bad = line if isinstance(line, str) else json.dumps(line)
    path.write_text(json.dumps(record()) + "\n\n" + bad, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        labelled.read(path)
    assert str(caught.value) == f"{path}, ligne 3 : {complaint}"


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ("x", "une phrase est un objet, avec « start », « end » et « themes »."),
        (
            {"start": 0, "end": 1},
            "une phrase est un objet, avec « start », « end » et « themes ».",
        ),
        ({"start": "0", "end": 1, "themes": []}, "« start » et « end » sont des nombres entiers."),
        ({"start": 0, "end": 1.5, "themes": []}, "« start » et « end » sont des nombres entiers."),
        ({"start": True, "end": 2, "themes": []}, "« start » et « end » sont des nombres entiers."),
        ({"start": 0, "end": 1, "themes": "ab"}, "« themes » est une liste d’identifiants."),
        ({"start": 0, "end": 1, "themes": [None]}, "« themes » est une liste d’identifiants."),
        ({"start": -1, "end": 4, "themes": []}, "la phrase -1-4 sort du texte."),
        ({"start": 4, "end": 4, "themes": []}, "la phrase 4-4 sort du texte."),
        ({"start": 5, "end": 4, "themes": []}, "la phrase 5-4 sort du texte."),
        ({"start": 0, "end": 28, "themes": []}, "la phrase 0-28 sort du texte."),
    ],
)
def test_refuses_a_sentence(sentence: object, complaint: str, tmp_path: Path) -> None:
    path = lines(tmp_path / "or.jsonl", record(sentences=[sentence]))
    with pytest.raises(CorpusError) as caught:
        labelled.read(path)
    assert str(caught.value) == f"{path}, ligne 1 : {complaint}"


def test_offsets_are_code_points(tmp_path: Path) -> None:
    text = "😀 Élu·e."
    sentence = {"start": 2, "end": 8, "themes": []}
    (answer,) = labelled.read(lines(tmp_path / "or.jsonl", record(text=text, sentences=[sentence])))
    (found,) = answer.sentences
    assert text[found.start : found.end] == "Élu·e."


@pytest.mark.parametrize(
    ("written", "given", "complaint"),
    [
        (
            "Sans rien.\n",
            "",
            "testimonies/a.txt, ligne 1 : une phrase sans témoignage ni question.",
        ),
        (
            "=== a-1 | elu | écrit\nSans question.\n",
            "",
            "testimonies/a.txt, ligne 2 : une phrase sans témoignage ni question.",
        ),
        (
            f"{WRITTEN}\n=== a-3 | elu | écrit\nSans question.\n",
            GIVEN,
            "testimonies/a.txt, ligne 15 : une phrase sans témoignage ni question.",
        ),
        (
            "=== a-1 | elu\n[portage]\nX.\n",
            "",
            "testimonies/a.txt, ligne 1 : « === identifiant | profil | style » est attendu.",
        ),
        (
            WRITTEN + WRITTEN,
            GIVEN,
            "testimonies/a.txt, ligne 13 : « a-1 » est déjà écrit ailleurs.",
        ),
        (
            WRITTEN,
            GIVEN.replace("\n5 moyens_financements", ""),
            "testimonies/a.txt, ligne 1 : « a-1 » a 5 phrases, et des thèmes pour 4.",
        ),
        (
            WRITTEN,
            GIVEN + "6 -\n",
            "testimonies/a.txt, ligne 1 : « a-1 » a 5 phrases, et des thèmes pour 6.",
        ),
        (WRITTEN, "1 -\n", "labels/a.tsv, ligne 1 : ce n’est pas la suite des thèmes."),
        (WRITTEN, "=== a-1\n2 -\n", "labels/a.tsv, ligne 2 : ce n’est pas la suite des thèmes."),
        (WRITTEN, "=== a-1\n1 Élus\n", "labels/a.tsv, ligne 2 : ce n’est pas la suite des thèmes."),
        (WRITTEN, "=== a-1\n1\n", "labels/a.tsv, ligne 2 : ce n’est pas la suite des thèmes."),
        (WRITTEN, GIVEN + GIVEN, "labels/a.tsv, ligne 8 : « a-1 » est déjà étiqueté."),
    ],
)
def test_refuses_a_folder(written: str, given: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        labelled.read(folder(tmp_path, written, given))
    assert str(caught.value) == f"{tmp_path}/{complaint}"


def test_refuses_labels_of_nobody(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        labelled.read(folder(tmp_path, given=GIVEN + "=== a-9\n1 -\n"))
    assert str(caught.value) == f"{tmp_path} : des thèmes sont donnés à « a-9 », qui n’existe pas."


def absent(path: Path) -> Path:
    return path / "absent.jsonl"


def latin(path: Path) -> Path:
    (path / "or.jsonl").write_bytes('{"id": 1, "text": "é"}'.encode("latin-1"))
    return path / "or.jsonl"


def latin_folder(path: Path) -> Path:
    (folder(path) / "labels" / "a.tsv").write_bytes("=== é".encode("latin-1"))
    return path


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (absent, "/absent.jsonl : lecture impossible (le fichier ou le dossier n’existe pas)."),
        (latin, "/or.jsonl, ligne 1 : le texte n’est pas en UTF-8."),
        (latin_folder, "/labels/a.tsv : le texte n’est pas en UTF-8."),
    ],
)
def test_says_what_cannot_be_read(
    make: Callable[[Path], Path], complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(CorpusError) as caught:
        labelled.read(make(tmp_path))
    assert str(caught.value) == f"{tmp_path}{complaint}"


def test_an_empty_folder_has_no_answer(tmp_path: Path) -> None:
    assert labelled.read(tmp_path) == []


def test_says_which_files_it_reads(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "labels-again").mkdir()
    (tmp_path / "labels-again" / "a.tsv").write_text("")
    assert labelled.files_of(tmp_path) == [
        tmp_path / "labels" / "a.tsv",
        tmp_path / "testimonies" / "a.txt",
    ]
    assert labelled.files_of(tmp_path / "or.jsonl") == [tmp_path / "or.jsonl"]


def test_a_merged_theme_is_read_as_the_one_that_stands() -> None:
    sentences = (
        labelled.Sentence(0, 4, frozenset({"a", "b"}), frozenset({"a", "b", "c"})),
        labelled.Sentence(5, 9, frozenset({"c"})),
    )
    answer = labelled.Answer("t", Passage(1, "Oser parler"), sentences)
    (found,) = labelled.resolved([answer], lambda each: each.replace("a", "b"))
    assert found.sentences == (
        labelled.Sentence(0, 4, frozenset({"b"}), frozenset({"b", "c"})),
        labelled.Sentence(5, 9, frozenset({"c"})),
    )
