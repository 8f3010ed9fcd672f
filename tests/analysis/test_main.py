"""The commands, as a shell runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import download, models
from analysis.__main__ import main
from analysis.codebook import Codebook

ROOT = Path(__file__).parents[2]
TEXTS = [
    "Les élu·es n’ont pas le temps.",
    "Bonjour 😀.\r\nSix mois d’attente pour un rendez-vous au CMP.",
    "",
]


def run(
    *arguments: str, given: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "analysis", *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        env={**os.environ, "SPACY_MODEL": "indices", **environment},
        timeout=120,
        check=False,
    )


def corpus(path: Path, texts: list[str] = TEXTS) -> bytes:
    lines = [json.dumps({"id": f"r{number}", "text": text}) for number, text in enumerate(texts)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.read_bytes()


def test_tags_a_file_line_for_line(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in.jsonl")
    done = run("tag", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    lines = [
        json.loads(line)
        for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [line["id"] for line in lines] == ["r0", "r1", "r2"]
    assert [[found["theme"] for found in line["suggestions"]] for line in lines] == [
        ["freins_elus"],
        ["acces_soins"],
        [],
    ]
    (found,) = lines[1]["suggestions"]
    assert set(found) == {"theme", "start", "end", "score", "evidence"}
    assert set(found["evidence"][0]) == {"start", "end", "reason"}
    assert (
        TEXTS[1][found["start"] : found["end"]] == "Six mois d’attente pour un rendez-vous au CMP."
    )
    piped = run("tag", "-", "-", given=given)
    assert piped.stdout == (tmp_path / "out.jsonl").read_bytes()


def test_a_bad_line_leaves_the_output_untouched(tmp_path: Path) -> None:
    corpus(tmp_path / "in.jsonl")
    with (tmp_path / "in.jsonl").open("ab") as file:
        file.write(b'{"id": 4}\n')
    (tmp_path / "out.jsonl").write_text("avant")
    done = run("tag", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"))
    assert done.returncode == 2
    assert (
        done.stderr.decode()
        == f"{tmp_path}/in.jsonl, ligne 4 : « text » manque ou n’est pas un texte.\n"
    )
    assert (tmp_path / "out.jsonl").read_text() == "avant"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_says_what_is_in_use() -> None:
    done = run("info", SPACY_MODEL="")
    said = done.stdout.decode()
    assert done.returncode == 0
    assert f"Grille de codage : version {Codebook.read().version} (codebook.yml)" in said
    assert "Thèmes : 22" in said
    assert f"Indices : {Codebook.read().cue_count}" in said
    assert "Classifieur : version " in said


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "commande non comprise"),
        (["tag", "a.jsonl"], "commande non comprise"),
        (
            ["tag", "absent.jsonl", "-"],
            "absent.jsonl : lecture impossible (le fichier ou le dossier n’existe pas).",
        ),
        (["tag", "/dev/null", "absent/x.jsonl"], "absent/x.jsonl : écriture impossible"),
        (["info", "--codebook", "absent.yml"], "absent.yml : la grille ne peut pas être lue"),
        (["info", "--model", "fr_absent"], "modèle « fr_absent » : ni paquet installé, ni dossier"),
        (["info", "--model", "."], "n’est pas un modèle spaCy."),
    ],
)
def test_complains_in_one_french_line(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPACY_MODEL", "indices")
    try:
        code = main(arguments)
    except SystemExit as end:  # argparse's way
        code = int(str(end.code))
    said = capsys.readouterr()
    assert code == 2
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (
            "requests.exceptions.ConnectionError: Max retries exceeded",
            "le dépôt des modèles est injoignable",
        ),
        ("/usr/bin/python: No module named pip", "pip manque dans cet environnement"),
        ("a\nERROR: disk full\n", "échec du téléchargement : ERROR: disk full"),
        ("", "échec du téléchargement"),
    ],
)
def test_says_why_no_model_came(
    output: str, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def failing(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command[-1])
        return subprocess.CompletedProcess(command, 1, stdout="", stderr=output)

    monkeypatch.setattr(download.subprocess, "run", failing)
    monkeypatch.setattr(models, "_spec", lambda _: None)
    assert main(["model"]) == 0
    version = models.open_model("intégré").version
    assert (
        capsys.readouterr().out
        == f"Aucun modèle téléchargé ({reason}) ; en usage : intégré {version}.\n"
    )
    assert asked == list(models.PACKAGES)
