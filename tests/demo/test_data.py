"""The fictional call: every answer could have been given to the questionnaires as they are."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from forms.kinds import accepts
from forms.loader import load_directory

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
LIBRARY = load_directory(ROOT / "forms/definitions")
REGIONS = [o["valeur"] for o in yaml.safe_load((ROOT / "forms/lists/regions.yml").read_text())]
DEPARTEMENTS = {
    "84": "01 03 07 15 26 38 42 43 63 69 73 74",
    "27": "21 25 39 58 70 71 89 90",
    "53": "22 29 35 56",
    "24": "18 28 36 37 41 45",
    "94": "2A 2B",
    "44": "08 10 51 52 54 55 57 67 68 88",
    "01": "971",
    "03": "973",
    "32": "02 59 60 62 80",
    "11": "75 77 78 91 92 93 94 95",
    "04": "974",
    "02": "972",
    "06": "976",
    "28": "14 27 50 61 76",
    "75": "16 17 19 23 24 33 40 47 64 79 86 87",
    "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "52": "44 49 53 72 85",
    "93": "04 05 06 13 83 84",
}
TESTIMONIES: dict[str, dict[str, Any]] = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in sorted((DEMO / "testimonies").glob("*.yml"))
}


@pytest.mark.parametrize("name", TESTIMONIES)
def test_a_testimony_could_have_been_given(name: str) -> None:
    testimony = TESTIMONIES[name]
    assert set(testimony) == {"questionnaire", "version", "days_ago", "answers"}
    assert name.startswith(f"{testimony['questionnaire']}-")
    assert 1 <= testimony["days_ago"] <= 60
    questionnaire = LIBRARY.get(testimony["questionnaire"], testimony["version"])
    answers = testimony["answers"]
    asked = [question.id for question in questionnaire.questions]
    assert list(answers) == [key for key in asked if key in answers]
    assert all(accepts(questionnaire.question(key), value) for key, value in answers.items())
    assert answers["consentement_participation"] is True


@pytest.mark.parametrize("name", TESTIMONIES)
def test_a_departement_is_in_its_region(name: str) -> None:
    answers = TESTIMONIES[name]["answers"]
    if "departement" in answers:
        assert answers["departement"] in DEPARTEMENTS[answers["region"]].split()


def test_sixty_testimonies_of_every_audience() -> None:
    counted = Counter(testimony["questionnaire"] for testimony in TESTIMONIES.values())
    assert counted == {"coordinateur": 22, "elu": 13, "usager": 14, "aidant": 11}


def test_every_region_twice_and_some_without() -> None:
    counted = Counter(testimony["answers"].get("region") for testimony in TESTIMONIES.values())
    assert set(counted) == {*REGIONS, None}
    assert min(counted.values()) >= 2


@pytest.mark.parametrize("purpose", ["citation", "contact"])
def test_consents_are_mixed(purpose: str) -> None:
    given = [t["answers"].get(f"consentement_{purpose}", "non") for t in TESTIMONIES.values()]
    assert 10 < sum(each != "non" for each in given) < 50


def test_every_degree_of_quotation_is_agreed_to() -> None:
    agreed = Counter(t["answers"].get("consentement_citation") for t in TESTIMONIES.values())
    assert set(agreed) == {None, "non", "sans_nom", "fonction"}
    assert min(agreed.values()) >= 3


def test_a_text_is_never_used_twice_and_lengths_differ() -> None:
    texts = [
        value
        for testimony in TESTIMONIES.values()
        for value in testimony["answers"].values()
        if isinstance(value, str) and len(value) > 80
    ]
    assert len(set(texts)) == len(texts)
    assert max(map(len, texts)) > 6000
    assert sum(len(text) > 2000 for text in texts) >= 4


def test_the_contacts_have_the_columns_of_an_import() -> None:
    raw = (DEMO / "contacts.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=";")
    assert header == ["nom", "courriel", "profil", "organisme", "clsm", "region"]
    assert len(rows) == 40
    assert {len(row) for row in rows} == {6}
    assert len({row[1] for row in rows}) == 40


def test_the_contacts_are_fictional_and_of_every_audience() -> None:
    with (DEMO / "contacts.csv").open(encoding="utf-8-sig", newline="") as file:
        contacts = list(csv.DictReader(file, delimiter=";"))
    domains = {contact["courriel"].partition("@")[2] for contact in contacts}
    assert domains == {"clsm.example", "ville.example", "asso.example"}
    assert {contact["profil"] for contact in contacts} == {a.id for a in LIBRARY.audiences}
    assert {contact["region"] for contact in contacts} == {*REGIONS, ""}
    assert all(contact["nom"] and contact["clsm"] for contact in contacts)


def test_the_invitation_names_who_and_gives_both_links() -> None:
    campaign = yaml.safe_load((DEMO / "campaign.yml").read_text(encoding="utf-8"))
    assert set(campaign) == {"name", "subject", "body"}
    filled = campaign["body"].format(nom="A", clsm="B", lien="C", refus="D")
    assert "{" not in filled
    assert all(f"{{{word}}}" in campaign["body"] for word in ("nom", "clsm", "lien", "refus"))
