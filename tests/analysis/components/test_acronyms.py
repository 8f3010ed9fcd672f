"""Acronyms, and what they stand for."""

from pathlib import Path

import pytest
import spacy

from analysis.components import acronyms as module
from analysis.components.acronyms import acronyms, long_forms
from analysis.components.inclusive import merge_forms
from analysis.components.keys import Keys
from analysis.components.shadow import Shades
from analysis.folding import fold

LINES = Path(module.__file__).with_name("acronyms.txt").read_text(encoding="utf-8").splitlines()
PAIRS = [
    (line.partition(":")[0].removesuffix("!"), form.strip())
    for line in LINES
    if not line.startswith("#")
    for form in line.partition(":")[2].split(";")
    if form.strip()
]
NLP = spacy.blank("fr")
EXPECTED = """CLSM GEM CMP CCAS ARS PTSM SISM QPV UNAFAM UDAF MDPH CLS CLSPD PIA CMPP CATTP EPSM
ESAT SAVS SAMSAH EMPP PASS ASE PMI CPAM CNAM DGS IREPS CRESS"""


def shadow(text: str) -> list[str]:
    return Shades(Keys()).of(merge_forms(NLP(text)))[0].words


def test_knows_those_of_the_field() -> None:
    assert set(EXPECTED.split()) <= {name for name, _ in PAIRS}


@pytest.mark.parametrize(("name", "form"), PAIRS)
def test_a_long_form_is_its_acronym(name: str, form: str) -> None:
    expected = shadow(f"Avec {name}, oui.")
    for written in (form, form.upper(), form.capitalize(), fold(form), form.replace(" ", "\n")):
        assert shadow(f"Avec {written}, oui.") == expected


@pytest.mark.parametrize("name", EXPECTED.split())
def test_an_acronym_is_written_in_many_ways(name: str) -> None:
    dotted = ".".join(name)
    written = [name, f"{dotted}.", dotted]
    if name != "PASS":
        written += [name.lower(), name.capitalize(), f"{name}s", f"l’{name}"]
    assert len({Keys().of(each) for each in written}) == 1


def test_a_plural_is_the_same() -> None:
    texts = ("des groupes d'entraide mutuelle", "des agences régionales de santé")
    assert [shadow(text) for text in texts] == [["gem"], ["ars"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [("PASS", "pas"), ("PASS", "pass"), ("CAF", "café"), ("CHU", "choir"), ("MAS", "mas")],
)
def test_an_acronym_is_no_other_word(one: str, other: str) -> None:
    assert Keys().of(one) != Keys().of(other)


@pytest.mark.parametrize("text", ["un groupe de travail", "sa maison", "une agence de voyage", ""])
def test_finds_nothing_elsewhere(text: str) -> None:
    assert list(long_forms(text)) == []


def test_does_not_end_within_a_word() -> None:
    assert list(long_forms("un contrat local de santéiste")) == []
    assert [text for *_, text in long_forms("(centre médico-psychologique)")] == ["cmp"]


def test_unknown_acronyms_lose_their_stops() -> None:
    assert acronyms().key("S.N.C.F.") == "sncf"
    assert acronyms().key("M.") is None
    assert Keys().of("S.N.C.F") == Keys().of("SNCF")
