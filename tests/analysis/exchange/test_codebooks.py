"""The codebook for other programs: valid REFI-QDA, the same when it comes back, in plain words."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from analysis import codebook_edits as edits
from analysis.codebook import DEFAULT_PATH, Codebook
from analysis.codebook_edits import Raw, Sketch
from analysis.exchange import codebook_imports as laying
from analysis.exchange import codebooks as exchange
from analysis.exchange import guids
from analysis.exchange.codebooks import Entry, ExchangeError

XSD = Path(exchange.__file__).with_name("Project.xsd")
NS = {"q": exchange.NAMESPACE}
SMALL = """\
version: "1"
familles: [{id: un, sigle: A, titre: Première, guide: Guide}, {id: deux, sigle: B, titre: Seconde,
  guide: Guide}]
themes:
  - {id: a, famille: un, libelle: Aller, definition: On va., indices: [aller]}
  - {id: b, famille: deux, libelle: Boire, definition: On boit., couleur: prune}
"""


@cache
def schema() -> etree.XMLSchema:
    """REFI-QDA's own types, under the codebook's namespace and root.

    Codebook.xsd is Project.xsd's « CodeBookType » in a namespace of its own, with `origin` on the
    root, an optional `Sets`, and no `NoteRef` in a code.
    """
    text = XSD.read_text(encoding="utf-8").replace("urn:QDA-XML:project:1.0", exchange.NAMESPACE)
    text = text.replace('name="Project" type="ProjectType"', 'name="CodeBook" type="RootType"')
    note = '<xsd:element name="NoteRef" type="NoteRefType" minOccurs="0" maxOccurs="unbounded"/>'
    code = text.index('<xsd:complexType name="CodeType">')
    text = text[:code] + text[code:].replace(note, "", 1)
    root = """<xsd:complexType name="RootType"><xsd:sequence>
      <xsd:element name="Codes" type="CodesType"/>
      <xsd:element name="Sets" type="SetsType" minOccurs="0"/>
    </xsd:sequence><xsd:attribute name="origin" type="xsd:string"/></xsd:complexType>"""
    text = text.replace("</xsd:schema>", f"{root}</xsd:schema>")
    return etree.XMLSchema(etree.fromstring(text.encode()))


def parsed(raw: Raw) -> Codebook:
    return Codebook.parse(edits.dump(raw), Path("grille.yml"))


def written(raw: Raw) -> etree._Element:
    root = etree.fromstring(exchange.qdc(parsed(raw), origin="Recueil"))
    schema().assertValid(root)
    names = [each.get("name").casefold() for each in root.iterfind(".//q:Code", NS)]
    assert len(names) == len(set(names))
    return root


def test_what_ships_leaves_valid_and_comes_back_the_same() -> None:
    raw = edits.load(DEFAULT_PATH.read_text(encoding="utf-8"))
    root = written(raw)
    assert root.get("origin") == "Recueil"
    families = root.findall("q:Codes/q:Code", NS)
    assert [(each.get("isCodable"), len(each.findall("q:Code", NS))) for each in families] == [
        ("false", 7),
        ("false", 6),
        ("false", 9),
    ]
    assert {each.get("isCodable") for each in root.iterfind(".//q:Code/q:Code", NS)} == {"true"}
    laid = laying.lay(raw, exchange.read_qdc(etree.tostring(root)), family="elus")
    assert (laid.added, laid.changed, laid.missing, laid.alike) == ([], [], [], 22)


def test_a_table_comes_back_the_same() -> None:
    raw = edits.load(DEFAULT_PATH.read_text(encoding="utf-8"))
    titles, *rows = exchange.rows(parsed(raw), raw)
    records = [(at, dict(zip(titles, row, strict=True))) for at, row in enumerate(rows, 2)]
    laid = laying.lay(raw, exchange.entries_of_rows(records), family="elus")
    assert (laid.added, laid.changed, laid.missing, laid.alike) == ([], [], [], 22)


def test_a_new_label_keeps_its_guid() -> None:
    raw = edits.load(SMALL)
    edits.redefine(raw, "a", Sketch("un", "Marcher", "On va."))
    code = written(raw).find(".//q:Code[@name='Marcher']", NS)
    assert code is not None
    assert code.get("guid") == str(guids.theme("a")).upper()
    (entry, *_) = exchange.read_qdc(etree.tostring(written(edits.load(SMALL))))
    laid = laying.lay(raw, [entry], family="un")  # the former label, by its GUID
    assert [(each.what, each.before, each.after) for each in laid.changed] == [
        ("libellé", ("Marcher",), ("Aller",))
    ]


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).filter(
    lambda text: bool(text.split()) and not text.split()[0].startswith("–")
)


@settings(max_examples=60, deadline=None)
@given(label=words, definition=words, examples=st.lists(words, max_size=3), retired=st.booleans())
def test_whatever_is_written_is_valid_and_is_read_back(
    label: str, definition: str, examples: list[str], retired: bool
) -> None:
    raw = edits.load(SMALL)
    said = [" ".join(_plain(each).split()) for each in (label, definition, *examples)]
    if not all(said) or said[0].casefold() in ("aller", "boire"):
        return
    theme_id = edits.add(raw, Sketch("un", said[0], said[1], tuple(dict.fromkeys(said[2:]))))
    if retired:
        edits.retire(raw, theme_id)
    root = written(raw)
    laid = laying.lay(raw, exchange.read_qdc(etree.tostring(root)), family="un")
    assert [each for each in laid.changed if each.what not in ("libellé",)] == []
    assert laid.added == []


def _plain(text: str) -> str:
    """What YAML and XML can both hold."""
    return re.sub(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff", "", text)


ATLAS = b"""<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="ATLAS.ti Win 23.4.0">
  <Codes>
    <Code guid="1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Groupe" isCodable="true" color="#90F">
      <Description>Une d\xc3\xa9finition.</Description>
      <Code guid="{2ff58b12-6f6f-4b0c-8be5-bbdc91f55294}" name="Dedans" isCodable="1">
        <Code guid="3FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Au fond" isCodable="true"/>
      </Code>
    </Code>
    <Code guid="4FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name=" ALLER " isCodable="true"/>
  </Codes>
  <Sets><Set name="g" guid="ECA18D76-2B8B-4F26-BC1D-19ECA19FB3F0"/></Sets>
</CodeBook>"""


def test_what_another_program_wrote_is_laid_over_ours() -> None:
    raw = edits.load(SMALL)
    laid = laying.lay(raw, exchange.read_qdc(ATLAS), family="deux")
    assert laid.added == ["Groupe", "Dedans", "Au fond"]
    assert [(each.theme, each.what) for each in laid.changed] == [("a", "libellé")]
    assert (laid.missing, laid.alike) == (["Boire"], 0)
    themes = {theme.id: theme for theme in parsed(laid.raw).themes}
    assert (themes["groupe"].definition, themes["dedans"].definition) == (
        "Une définition.",
        "Dedans",
    )
    assert {themes[each].family.id for each in ("groupe", "dedans", "au_fond")} == {"deux"}
    assert themes["groupe"].color == "violet"  # the nearest of ours


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"<CodeBook", "son XML est fautif."),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><CodeBook>&b;</CodeBook>", "son XML est fautif."),
        (b"<Project/>", "il ne commence pas par « CodeBook »."),
        (b"<CodeBook><Codes/></CodeBook>", "Cette grille n’a aucun code."),
        (
            b"<CodeBook><Codes><Code isCodable='true'/></Codes></CodeBook>",
            "Un code de cette grille n’a pas de nom.",
        ),
        (
            b"<CodeBook><Codes>"
            + b"<Code name='a'>" * 30
            + b"</Code>" * 30
            + b"</Codes></CodeBook>",
            "Cette grille a plus de 20 niveaux de codes.",
        ),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(data: bytes, complaint: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        exchange.read_qdc(data)
    assert str(caught.value).endswith(complaint)


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([Entry("ligne 2", "")], "Ligne 2 : il manque le libellé."),
        (
            [Entry("ligne 2", "Aller"), Entry("ligne 3", "aller")],
            "Ligne 3 : ce thème est déjà dit (ligne 2).",
        ),
        (
            [Entry("ligne 2", "Boire", id="a")],
            "Ligne 2 : Un autre thème s’appelle déjà « Boire ».",
        ),
        (
            [Entry("ligne 2", "Aller", strong=("$rien",))],
            "Ligne 2 : Ligne 1 : aucune notion ne s’appelle « $rien ».",
        ),
        ([Entry("ligne 2", "a" * 121)], "Ligne 2 : un libellé tient en 120 caractères, une "),
    ],
)
def test_an_entry_that_cannot_be(entries: list[Entry], complaint: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        laying.lay(edits.load(SMALL), entries, family="un")
    assert str(caught.value).startswith(complaint)


def test_what_a_table_does_not_say_does_not_change() -> None:
    records = [(2, {"identifiant": "b", "couleur": "", "retire": "oui"})]
    laid = laying.lay(edits.load(SMALL), exchange.entries_of_rows(records), family="un")
    assert [(each.what, each.before, each.after) for each in laid.changed] == [
        ("couleur", ("prune",), ()),
        ("retiré", (), ()),
    ]
    for cells, complaint in (
        ({"couleur": "rose"}, "Ligne 2 : couleur inconnue, « rose »."),
        ({"retire": "bof"}, "Ligne 2 : « retire » se dit par oui ou non."),
    ):
        with pytest.raises(ExchangeError, match=re.escape(complaint)):
            exchange.entries_of_rows([(2, cells)])
