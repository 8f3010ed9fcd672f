"""The command ``pseudonymise``."""

import json
from pathlib import Path

import pytest

from analysis import __main__
from analysis.corpus import Passage
from analysis.personal import stream
from tests.analysis.test_main import run

LINES = [
    {"id": 1, "text": "Mme Kerbrat 😀 vit à Lyon."},
    {"id": "b", "text": "Julie et Karim", "testimony": "t"},
    {"id": "c", "text": "Karim", "testimony": "t"},
    {"id": None, "text": "Karim"},
]


def test_writes_a_line_for_each(tmp_path: Path) -> None:
    given = "".join(json.dumps(line) + "\n" for line in LINES).encode()
    (tmp_path / "in.jsonl").write_bytes(given)
    done = run("pseudonymise", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    written = (tmp_path / "out.jsonl").read_bytes()
    assert [json.loads(line) for line in written.splitlines()] == [
        {
            "id": 1,
            "entities": [
                {"start": 4, "end": 11, "type": "PER"},
                {"start": 20, "end": 24, "type": "LOC"},
            ],
            "text": "Mme [Nom 1] 😀 vit à [Commune 1].",
        },
        {
            "id": "b",
            "entities": [
                {"start": 0, "end": 5, "type": "PER"},
                {"start": 9, "end": 14, "type": "PER"},
            ],
            "text": "[Prénom 1] et [Prénom 2]",
        },
        {"id": "c", "entities": [{"start": 0, "end": 5, "type": "PER"}], "text": "[Prénom 2]"},
        {"id": None, "entities": [{"start": 0, "end": 5, "type": "PER"}], "text": "[Prénom 1]"},
    ]
    assert run("pseudonymise", "-", "-", given=given).stdout == written


def test_a_bad_line_leaves_the_output_untouched(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "a"}\n{"id": 2}\n')
    (tmp_path / "out.jsonl").write_text("avant")
    done = run("pseudonymise", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"))
    assert (done.returncode, done.stderr.decode()) == (
        2,
        f"{tmp_path}/in.jsonl, ligne 2 : « text » manque ou n’est pas un texte.\n",
    )
    assert (tmp_path / "out.jsonl").read_text() == "avant"


@pytest.mark.parametrize("arguments", [["pseudonymise"], ["pseudonymise", "a.jsonl"]])
def test_wants_both_files(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(arguments) == 2
    assert capsys.readouterr().err == (
        "commande non comprise ; il faut un fichier d’entrée et un de sortie.\n"
    )


def test_measures_against_a_reference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        '{"id": "1", "text": "Mme Kerbrat", "entities": [{"start": 4, "end": 11, "type": "PER"}]}'
    )
    assert __main__.main(["pseudonymise", "--model", "intégré", "--evaluate", str(gold)]) == 0
    assert capsys.readouterr().out == (
        "type      marqués  rappel  proposés  précision\n"
        "PER             1   1.000         1      1.000\n"
        "total           1   1.000         1      1.000\n"
    )


def test_reads_as_a_stream() -> None:
    def passages() -> object:
        yield from (Passage(number, "Julie", testimony="t") for number in range(600))
        raise AssertionError("read ahead")

    lines = stream.lines(passages(), model="intégré")  # type: ignore[arg-type]
    assert json.loads(next(lines))["text"] == "[Prénom 1]"
