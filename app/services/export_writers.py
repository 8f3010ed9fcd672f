"""Testimonies on their way into files: one writer for each kind, fed one testimony at a time."""

from collections.abc import Sequence
from typing import Any

from analysis.exchange import codebooks, tables
from analysis.exchange.project import Head, flat
from analysis.exchange.refi_qda import Writer as ProjectWriter
from app.models.base import now
from app.services.export_making import Content, Making, Writer
from app.services.export_tables import (
    COLUMNS,
    SHEETS,
    TESTIMONIES,
    About,
    CsvFiles,
    Table,
    Tables,
)
from app.services.export_texts import CorpusWriter, DocumentWriter, JsonWriter
from app.services.exported import Leaving
from app.services.exported_sources import (
    ORIGIN,
    case_of,
    codes_of,
    retired,
    source_of,
    variables_of,
)
from app.services.exported_values import valued
from app.services.exports import Kind

LONGEST_CELL = tables.LONGEST - 2
NAME = "Recueil, témoignages"


class TableWriter:
    """CSV files, or a workbook."""

    def __init__(self, making: Making) -> None:
        self._making = making
        is_csv = making.wanted.kind is Kind.CSV
        self._csv = CsvFiles(making.stream_of) if is_csv else None
        self._book = None if is_csv else tables.Workbook()
        opening = self._csv or self._open_sheet
        longest = None if is_csv else LONGEST_CELL
        has_memos = making.wanted.has_memos
        about = About(making.library, making.codebook, has_memos, longest)
        self._tables = Tables(opening, about)

    def _open_sheet(self, name: str, titles: Sequence[str]) -> Table:
        assert self._book is not None
        return self._book.table(SHEETS[name], titles)

    def add(self, leaving: Leaving) -> None:
        self._tables.add(leaving)

    def close(self) -> list[Content]:
        if self._csv is not None:
            self._csv.close()
        if self._book is not None:
            self._book.save(self._making.stream_of("recueil.xlsx"))
        return [
            Content(self._name(name), table.count, "lignes", self._columns(name))
            for name, table in self._tables.made.items()
        ]

    def _name(self, name: str) -> str:
        return f"{name}.csv" if self._csv else f"recueil.xlsx, feuille {SHEETS[name]}"

    def _columns(self, name: str) -> dict[str, str]:
        if name != TESTIMONIES:
            return COLUMNS[name]
        asked = valued(self._making.library)
        return COLUMNS[name] | {id_: " ".join(q[-1].label.split()) for id_, q in asked.items()}


class QdaWriter:
    """A REFI-QDA project."""

    COLUMNS = {
        "sources": "un texte par témoignage : chaque réponse sous sa question",
        "cas": "un par témoignage, avec ses variables",
        "codes": "la grille : familles et thèmes",
        "utilisateurs": "qui a codé ; chaque chaîne d’analyse est une utilisatrice de plus",
        "extraits sans code": "où se trouve chaque réponse ; ils servent à relire le fichier",
        "commentaire d’un extrait": "ce qu’une chaîne a proposé, et que personne n’a décidé",
    }

    def __init__(self, making: Making) -> None:
        variables = variables_of(making.library)
        codes = codes_of(making.codebook)
        head = Head(NAME, ORIGIN, codes, variables, made_at=now())
        self._writer = ProjectWriter(making.stream_of("recueil.qdpx"), head)
        self._types = {each.name: each.type for each in variables}
        self._known = {code.guid for code in flat(codes)}
        self._count = 0

    def add(self, leaving: Leaving) -> None:
        for _, laid in leaving.codings:
            self._writer.add_code(retired(laid.theme))
        self._writer.add_case(case_of(leaving, self._types))
        self._writer.add_source(source_of(leaving))
        self._count += 1

    def close(self) -> list[Content]:
        self._writer.close()
        told = dict(self.COLUMNS)
        if self._writer.lost:
            told["signes remplacés"] = (
                f"{self._writer.lost} signes invisibles que XML refuse, écrits « \ufffd »"
            )
        return [Content("recueil.qdpx", self._count, "sources", told)]


class CodebookWriter:
    """The codebook alone."""

    def __init__(self, making: Making) -> None:
        self._stream, self._codebook = making.stream_of("grille.qdc"), making.codebook

    def add(self, leaving: Leaving) -> None:
        """Write nothing: no testimony is asked for."""

    def close(self) -> list[Content]:
        self._stream.write(codebooks.qdc(self._codebook, origin=ORIGIN))
        return [Content("grille.qdc", len(self._codebook.themes), "thèmes", {})]


WRITERS: dict[Kind, type[Any]] = {
    Kind.CSV: TableWriter,
    Kind.XLSX: TableWriter,
    Kind.JSONL: JsonWriter,
    Kind.QDPX: QdaWriter,
    Kind.QDC: CodebookWriter,
    Kind.IRAMUTEQ: CorpusWriter,
    Kind.DOCBIN: DocumentWriter,
}
MAIN = {
    Kind.CSV: "temoignages.csv",
    Kind.XLSX: "recueil.xlsx",
    Kind.JSONL: "temoignages.jsonl",
    Kind.QDPX: "recueil.qdpx",
    Kind.QDC: "grille.qdc",
    Kind.IRAMUTEQ: "corpus.txt",
    Kind.DOCBIN: "reponses.spacy",
}
"""The file that a kind is about."""


def writer(making: Making) -> Writer:
    """Return what writes this kind."""
    made: Writer = WRITERS[making.wanted.kind](making)
    return made
