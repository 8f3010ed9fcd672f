"""What leaves: what was confirmed, pseudonymised, counted, and nothing of anybody else."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask, current_app
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Account, Decision, Memo, RoleName, Testimony, Verdict
from app.services import (
    export_packages,
    export_traces,
    receipts,
)
from app.services.exports import Codings, Kind, Tally, Wanted
from app.services.testimonies import Filters
from tests import factories
from tests.analysis.exchange.projects import complaints, unpacked
from tests.exchanges import confirm

TOLD = "Mme Jeanne Lemoine préside 🧠. Jeanne écoute."
SECRET = "Zorglub"


@pytest.fixture
def session(make_app: Callable[..., Flask]) -> Session:
    """One kind of database is enough: both are read in test_qdpx_round_trips."""
    make_app()
    return db.session


@pytest.fixture
def account(session: Session) -> Account:
    return factories.account(session, roles=[RoleName.RESEARCHER])


@pytest.fixture
def confirmed(session: Session, account: Account) -> Testimony:
    made = factories.testimony(
        session,
        answers={"demarche_elus": TOLD, "mot_cle": "Oser", "clsm": "Bocage", "region": "28"},
        received_on=date(2026, 3, 2),
    )
    confirm(session, made, account)
    answer = next(each for each in made.answers if each.text == TOLD)
    kept = factories.coding(session, answer, quote="Lemoine préside 🧠")
    kept.decision = Decision(
        verdict=Verdict.ACCEPTED, decided_by=account, decided_at=datetime(2026, 3, 9, tzinfo=UTC)
    )
    factories.coding(session, answer, "portage_politique", quote="Jeanne écoute.")
    no = factories.coding(session, answer, "portage_politique", quote="préside")
    no.decision = Decision(verdict=Verdict.REJECTED, decided_by=account)
    session.flush()
    return made


@pytest.fixture
def others(session: Session, account: Account) -> None:
    """One that nobody confirmed, one that was withdrawn once confirmed."""
    factories.testimony(session, answers={"demarche_elus": f"{SECRET} préside."})
    gone = factories.testimony(session, answers={"demarche_elus": f"{SECRET} s’en va."})
    confirm(session, gone, account)
    receipts.withdraw(session, gone)


def exported(session: Session, wanted: Wanted) -> tuple[dict[str, bytes], Tally]:
    library = current_app.extensions["questionnaires"]
    codebook = current_app.extensions["codebook"]
    with export_packages.made(session, wanted, library, codebook) as package:
        stream = io.BytesIO()
        export_packages.zipped(package, stream)
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, package.tally


def everything(data: bytes) -> Iterator[bytes]:
    """Each file within a file, however packed."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from everything(archive.read(name))


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("kind", [each for each in Kind if each is not Kind.DOCBIN])
def test_what_is_not_confirmed_or_withdrawn_never_leaves(
    session: Session, confirmed: Testimony, kind: Kind
) -> None:
    session.add(Memo(testimony_id=confirmed.id, words="Voir jeanne LEMOINE, puis Jeanne."))
    session.flush()
    files, tally = exported(session, Wanted(kind, codings=Codings.ALL, has_memos=True))
    read = b"".join(part for data in files.values() for part in everything(data))
    for word in (
        SECRET,
        "Lemoine",
        "LEMOINE",
        "Jeanne",
        "jeanne",
        "Bocage",
        confirmed.submission_key,
    ):
        assert word.encode() not in read
    assert b"collegue@recueil.example" not in read
    left = (0, 0, 0) if kind is Kind.QDC else (1, 1, 0)
    assert (tally.testimonies, tally.unconfirmed, tally.without_consent) == left


def test_raw_words_leave_only_when_asked(session: Session, others: None) -> None:
    files, tally = exported(session, Wanted(Kind.JSONL, is_raw=True))
    assert SECRET in files["temoignages.jsonl"].decode()
    assert "TEXTE BRUT" in files["LISEZ-MOI.txt"].decode()
    assert (tally.testimonies, tally.left_out) == (1, 0)


def test_without_a_consent_to_take_part_nothing_leaves(
    session: Session, confirmed: Testimony
) -> None:
    for consent in confirmed.consents:
        consent.is_given = False
    session.flush()
    files, tally = exported(session, Wanted(Kind.JSONL, is_raw=True))
    assert (files["temoignages.jsonl"], tally.without_consent) == (b"", 1)


def test_a_line_of_json(session: Session, confirmed: Testimony, account: Account) -> None:
    files, _ = exported(session, Wanted(Kind.JSONL))
    told = json.loads(files["temoignages.jsonl"])
    words, keyword = told["reponses"]
    assert [words["texte"], keyword["texte"]] == [
        "Mme [Prénom 1] [Nom 1] préside 🧠. [Prénom 1] écoute.",
        "Oser",
    ]
    quoted = [(words["texte"][c["debut"] : c["fin"]], c["etat"], c["par"]) for c in told["codages"]]
    assert quoted == [
        ("[Nom 1] préside 🧠", "accepté", "Claire Morvan"),
        ("[Prénom 1] écoute.", "proposé", "Chaîne d’analyse (essai 1)"),
    ]
    assert (told["valeurs"], told["variables"]) == (
        {"clsm": "[CLSM 1]", "region": "28"},
        {"clsm": "[CLSM 1]", "region": "28"},
    )
    assert (told["accord_citation"], told["recu_le"]) == ("sans_nom", "2026-03-02")
    assert told["reference"] == confirmed.reference


@pytest.mark.parametrize(
    ("codings", "count"),
    [(Codings.STANDING, 2), (Codings.KEPT, 1), (Codings.ALL, 3), (Codings.NONE, 0)],
)
def test_which_codings_leave(
    session: Session, confirmed: Testimony, codings: Codings, count: int
) -> None:
    _, tally = exported(session, Wanted(Kind.CSV, codings=codings))
    assert tally.codings == count


def test_tables_count_their_rows_and_checksums_hold(session: Session, confirmed: Testimony) -> None:
    session.add(Memo(testimony_id=confirmed.id, words="=SOMME(A1)"))
    session.flush()
    files, _ = exported(session, Wanted(Kind.CSV, has_memos=True))
    assert list(files) == [
        *(f"{n}.csv" for n in ("temoignages", "reponses", "codages", "grille", "questions")),
        *("memos.csv", "LISEZ-MOI.txt", "empreintes.sha256"),
    ]
    readme = files["LISEZ-MOI.txt"].decode()
    for told in (
        "temoignages.csv (lignes\u00a0: 1)",
        "codages.csv (lignes\u00a0: 2)",
        "Mémos\u00a0: 1",
        "une apostrophe, qui ne compte ni dans les signes ni dans les places.",
    ):
        assert told in readme
    assert files["memos.csv"].decode("utf-8-sig").splitlines()[1].split(";")[2] == "'=SOMME(A1)"
    for line in files["empreintes.sha256"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    titles, row = files["temoignages.csv"].decode("utf-8-sig").splitlines()
    told_of = dict(zip(titles.split(";"), row.split(";"), strict=True))
    assert (told_of["region"], told_of["clsm"], told_of["codages"]) == (
        "Normandie",
        "[CLSM 1]",
        "2",
    )


def test_a_long_answer_is_parted_in_a_workbook(session: Session) -> None:
    text = "Le maire préside. 🧠 " * 3_000
    factories.testimony(session, answers={"demarche_elus": text})
    files, _ = exported(session, Wanted(Kind.XLSX, is_raw=True))
    book = load_workbook(io.BytesIO(files["recueil.xlsx"]))
    rows = list(book["Réponses"].values)[1:]
    assert "".join(str(row[-1]) for row in rows) == text
    assert [row[3] for row in rows] == [1, 2]


def test_a_project_is_valid_and_says_who_and_when(
    session: Session, confirmed: Testimony, account: Account
) -> None:
    files, _ = exported(session, Wanted(Kind.QDPX))
    data = files["recueil.qdpx"]
    assert complaints(data) == []
    project = unpacked(data)
    (source,) = project.sources
    assert source.guid == confirmed.id
    assert {mark.name: source.text[mark.start : mark.end] for mark in source.landmarks} == {
        "demarche_elus": "Mme [Prénom 1] [Nom 1] préside 🧠. [Prénom 1] écoute.",
        "mot_cle": "Oser",
    }
    assert [source.text[c.start : c.end] for c in source.codings] == [
        "[Nom 1] préside 🧠",
        "[Prénom 1] écoute.",
    ]
    assert [c.coder.name for c in source.codings if c.coder] == [
        "Claire Morvan",
        "Chaîne d’analyse (essai 1)",
    ]
    assert source.codings[0].made_at == datetime(2026, 3, 9, tzinfo=UTC)


def test_a_corpus_for_iramuteq_leaves_out_who_asks(session: Session) -> None:
    factories.interview(session, text="Enquêtrice : Et le maire ?\nÉlue : Il préside.")
    wanted = Wanted(Kind.IRAMUTEQ, is_raw=True, is_thematic=True)
    files, _ = exported(session, wanted)
    lines = files["corpus.txt"].decode().splitlines()
    assert lines[0].startswith("**** *id_")
    assert "*profil_elu *canal_interview" in lines[0]
    assert lines[1] == "-*transcription"
    assert "maire" not in files["corpus.txt"].decode()
    assert "Il préside." in lines[-2]


def test_half_a_post_is_not_five_of_them(session: Session) -> None:
    said = {"demarche_elus": "On essaie."}
    for value in (0.5, 1.0):
        factories.testimony(session, answers=said | {"temps_coordination": value})
    files, _ = exported(session, Wanted(Kind.IRAMUTEQ, is_raw=True))
    starred = [line for line in files["corpus.txt"].decode().splitlines() if line[0:4] == "****"]
    told = [line.split("*tempscoordination_")[1].split()[0] for line in starred]
    assert sorted(told) == ["0virgule5", "1"]
    assert "0virgule5\u00a0: un nombre à virgule" in files["LISEZ-MOI.txt"].decode()


def test_filters_narrow_what_leaves(session: Session, confirmed: Testimony) -> None:
    wanted = Wanted(Kind.JSONL, filters=Filters(audience="elu"))
    assert exported(session, wanted)[1].testimonies == 0
    files, tally = exported(session, replace(wanted, filters=Filters(audience="coordinateur")))
    assert tally.testimonies == 1
    assert "Filtres\u00a0: profil = coordinateur" in files["LISEZ-MOI.txt"].decode()


def test_an_export_leaves_a_trace(session: Session, account: Account) -> None:
    tally = Tally(testimonies=2, codings=5, unconfirmed=1)
    wanted = Wanted(Kind.QDPX, is_raw=True)
    export_traces.record(session, wanted, tally, account_id=account.id)
    (trace,) = export_traces.latest(session)
    assert (trace.who, trace.kind, trace.is_raw) == ("Claire Morvan", "qdpx", True)
    assert (trace.testimonies, trace.codings, trace.left_out) == (2, 5, 1)
