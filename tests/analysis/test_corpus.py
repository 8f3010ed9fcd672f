"""Corpora as JSON Lines: what is read, what is refused and where."""

import json
from contextlib import suppress
from pathlib import Path

import pytest

from analysis.corpus import CorpusError, Passage, line_of, read, read_file, whole_file


def test_reads_passages() -> None:
    lines = [
        b'\xef\xbb\xbf{"id": "a", "text": "\xc3\xa9lu", "question": "q", "audience": "elu"}\n',
        b"\n",
        b'{"id": 2, "text": "", "more": [1]}\r\n',
    ]
    assert list(read(lines, "x")) == [Passage("a", "élu", "q", "elu"), Passage(2, "")]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"{", "ce n’est pas du JSON (colonne 2)."),
        (b"[]", "un objet JSON est attendu, avec « id » et « text »."),
        (b'{"text": ""}', "« id » manque."),
        (b'{"id": 1}', "« text » manque ou n’est pas un texte."),
        (b'{"id": 1, "text": 2}', "« text » manque ou n’est pas un texte."),
        (b'{"id": [], "text": ""}', "« id » doit être un texte, un nombre, un booléen ou null."),
        (b'{"id": 1, "text": "", "question": 3}', "« question » n’est pas un texte."),
        (b'{"id": NaN, "text": ""}', "« NaN » n’est pas du JSON."),
        (b'{"id": 1e999, "text": ""}', "« 1e999 » est hors de ce qu’un nombre JSON peut porter."),
        (b'{"id": ' + b"9" * 9_000 + b', "text": ""}', "un nombre est trop grand."),
        (b'"\xe9"', "le texte n’est pas en UTF-8."),
        (b"[" * 200_000, "le JSON est trop profondément imbriqué."),
    ],
)
def test_refuses_with_the_line(line: bytes, complaint: str) -> None:
    with pytest.raises(CorpusError) as caught:
        list(read([b'{"id": 1, "text": ""}\n', line], "textes.jsonl"))
    assert str(caught.value) == f"textes.jsonl, ligne 2 : {complaint}"


def test_writes_an_id_as_it_was_given() -> None:
    for identity in ("é\u2028\ud800", None, True, 1.5, 10**30):
        written = line_of(Passage(identity, ""), [])
        assert json.loads(written) == {"id": identity, "suggestions": []}
        assert written.count(b"\n") == 1


def test_says_that_a_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"absent : lecture impossible \(le fichier"):
        list(read_file(tmp_path / "absent"))
    with pytest.raises(CorpusError, match=r"c’est un dossier"):
        list(read_file(tmp_path))


def test_a_whole_file_takes_its_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("avant")
    with whole_file(path) as file:
        file.write(b"apr\xc3\xa8s")
        assert path.read_text() == "avant"
    assert path.read_text(encoding="utf-8") == "après"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_left_half_way_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("avant")
    with suppress(ZeroDivisionError), whole_file(path) as file:
        file.write(b"x")
        raise ZeroDivisionError
    assert path.read_text() == "avant"
    assert list(tmp_path.iterdir()) == [path]
