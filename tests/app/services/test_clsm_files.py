"""The directory of CLSMs: read from a file, offered to the public, apart from what staff type."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Clsm, ClsmAct, ClsmKind
from app.services import (
    clsm_entries,
    clsm_files,
    clsm_histories,
    clsm_imports,
    clsm_kinds,
    clsms,
)
from app.services.clsm_files import Entry
from app.services.import_plans import Fate
from app.services.spreadsheets import UnreadableFileError
from tests.workbooks import workbook


def entries(data: bytes) -> list[Entry | None]:
    return [row.wanted for row in clsm_files.parse(data)[1]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac-roman"])
def test_a_file_as_offices_send_it(encoding: str) -> None:
    text = "Nom;Région;Département\nCLSM de l’Été;53;22\nCLSM de Brest;;\nÎle;;971\n"
    assert entries(text.encode(encoding)) == [
        Entry("CLSM de l’Été", "53", "22"),
        Entry("CLSM de Brest"),
        Entry("Île", "01", "971"),
    ]


def test_a_workbook_with_numbers_for_codes() -> None:
    rows = ("CLSM", "Code région", "Dépt"), ("CLSM d’Ain", 84, 1), ("CLSM corse", "Corse", "2A")
    assert entries(workbook(*rows)) == [
        Entry("CLSM d’Ain", "84", "01"),
        Entry("CLSM corse", "94", "2A"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (";53;22", "le nom manque"),
        ("x" * 201, "le nom dépasse 200 caractères"),
        ("A;Atlantide;", "la région «\u00a0Atlantide\u00a0» n’est pas connue"),
        ("A;;20", "le département «\u00a020\u00a0» n’est pas connu"),
        (
            "A;Bretagne;44",
            "le département Loire-Atlantique (44) n’est pas dans la région Bretagne, "
            "mais dans Pays de la Loire",
        ),
    ],
)
def test_codes_are_checked(line: str, reason: str) -> None:
    _, (row,) = clsm_files.parse(f"nom;region;departement\n{line}\n".encode())
    assert (row.wanted, row.reason) == (None, reason)


def test_a_file_without_names() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        clsm_files.parse(b"Ville,Region\nBrest,53\n")
    assert str(refused.value) == (
        "Colonnes trouvées\u00a0: Ville, Region. "
        "Colonne nécessaire\u00a0: nom\u00a0; "
        "facultatives\u00a0: region, departement, type, etiquettes."
    )


def test_the_file_is_the_authority(session: Session) -> None:
    directory = clsms.Directory(session)
    directory.entry("clsm un", region="11")
    directory.publish("CLSM Deux", region="53", departement="29")
    session.flush()
    data = (
        b"nom;region;departement\nCLSM Un;53;35\nCLSM Deux;Bretagne;\nCLSM Trois;;2A\n"
        b"clsm trois;;2B\nCLSM Faux;Bretagne;44\n"
    )
    planned = clsm_imports.plan(session, clsm_files.parse(data)[1])
    changes = (
        "entre dans l’annuaire proposé au public",
        "s’écrivait «\u00a0clsm un\u00a0»",
        "région\u00a0: Bretagne",
        "département\u00a0: Ille-et-Vilaine",
    )
    assert [(each.fate, each.remarks) for each in planned.lines][:4] == [
        (Fate.COMPLETED, changes),
        (Fate.UNCHANGED, ()),
        (Fate.ADDED, ()),
        (Fate.MERGED, ("même CLSM que la ligne 4, qui seule compte",)),
    ]
    clsm_imports.carry_out(session, planned)
    session.commit()
    columns = select(Clsm.name, Clsm.region, Clsm.departement, Clsm.is_public)
    assert session.execute(columns.order_by(Clsm.id)).all() == [
        ("CLSM Un", "53", "35", True),
        ("CLSM Deux", "53", "29", True),
        ("CLSM Trois", "94", "2A", True),
    ]
    again = clsm_imports.plan(session, clsm_files.parse(data)[1])
    assert again.total == 0


def test_another_region_drops_a_departement_that_is_not_in_it(session: Session) -> None:
    directory = clsms.Directory(session)
    directory.publish("CLSM", region="53", departement="29")
    directory.publish("CLSM", region="11", departement=None)
    session.flush()
    assert session.execute(select(Clsm.region, Clsm.departement)).all() == [("11", None)]


def test_only_the_directory_is_offered_to_the_public(client: FlaskClient) -> None:
    directory = clsms.Directory(db.session)
    directory.entry("CLSM du Val, suivi par Mme Martin", region="53")
    directory.publish("CLSM de l’Été", region="53", departement="22")
    db.session.commit()
    client.post("/temoigner/elu/rubrique/accord", data={"q_consentement_participation": "oui"})
    page = BeautifulSoup(client.get("/temoigner/elu/rubrique/territoire").text, "html5lib")
    assert [option["value"] for option in page.select("datalist option")] == ["CLSM de l’Été"]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("intercommunal", ClsmKind.INTERCOMMUNAL),
        ("CLSM Intercommunal", ClsmKind.INTERCOMMUNAL),
        ("Communal", ClsmKind.COMMUNAL),
        ("Communauté d’agglomération", ClsmKind.INTERCOMMUNAL),
        ("D’arrondissement ou de quartier", ClsmKind.DISTRICT),
        ("départemental", ClsmKind.DEPARTEMENTAL),
        ("royal", None),
        ("", None),
    ],
)
def test_the_type_as_offices_write_it(written: str, kind: ClsmKind | None) -> None:
    assert clsm_kinds.read(written) is kind


def test_types_and_tags_never_refuse_a_line() -> None:
    text = f"nom;type;étiquettes\nA;communal;mer, Rural\nB;royal;{'x' * 61}\n"
    rows = clsm_files.parse(text.encode())[1]
    assert [row.wanted for row in rows] == [
        Entry("A", kind=ClsmKind.COMMUNAL, tags=("mer", "Rural")),
        Entry("B"),
    ]
    assert [row.remarks for row in rows] == [
        (),
        (
            f"étiquette trop longue, laissée de côté\u00a0: {'x' * 20}…",
            "type «\u00a0royal\u00a0» non reconnu, laissé vide",
        ),
    ]


def test_an_import_is_written_down_and_brings_nobody_back(session: Session) -> None:
    def bring(text: str) -> list[tuple[Fate, tuple[str, ...]]]:
        planned = clsm_imports.plan(session, clsm_files.parse(text.encode())[1])
        clsm_imports.carry_out(session, planned)
        return [(line.fate, line.remarks) for line in planned.lines]

    assert bring("nom;type\nCLSM A;communal\n") == [(Fate.ADDED, ())]
    clsm = session.scalars(select(Clsm)).one()
    clsm_entries.retire(session, clsm, account_id=None)
    kept = "retiré de l’annuaire\u00a0: il le reste"
    assert bring("nom;type\nCLSM A;communal\n") == [(Fate.UNCHANGED, (kept,))]
    changes = ("région\u00a0: Bretagne", "étiquette «\u00a0mer\u00a0»", kept)
    assert bring("nom;region;etiquettes\nCLSM A;53;mer\n") == [(Fate.COMPLETED, changes)]
    assert clsms.public_names(session) == []
    told = [(event.act, dict(event.changes)) for event in clsm_histories.of(session, clsm)]
    assert told == [
        (ClsmAct.IMPORTED, {"region": [None, "53"], "tags": [[], ["mer"]]}),
        (ClsmAct.RETIRED, {}),
        (ClsmAct.IMPORTED, {}),
    ]
