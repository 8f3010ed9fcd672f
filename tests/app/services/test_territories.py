"""The official codes: as INSEE writes them, and as offices do."""

from pathlib import Path

import pytest
import yaml

from app.services import territories

LISTS = Path(__file__).resolve().parents[3] / "forms" / "lists"


def labels(name: str) -> dict[str, str]:
    options = yaml.safe_load((LISTS / f"{name}.yml").read_text(encoding="utf-8"))
    return {option["valeur"]: option["libelle"] for option in options}


def test_the_questionnaires_offer_the_same_codes() -> None:
    assert labels("regions") == territories.REGIONS
    assert labels("departements") == {
        code: f"{code} – {name}" for code, name in territories.DEPARTEMENTS.items()
    }


def test_each_departement_is_in_one_region() -> None:
    sizes = dict.fromkeys(territories.REGIONS, 0)
    for region in territories.REGION_OF.values():
        sizes[region] += 1
    assert (len(territories.REGIONS), len(territories.DEPARTEMENTS)) == (18, 101)
    assert sizes == {
        "84": 12, "27": 8, "53": 4, "24": 6, "94": 2, "44": 10, "01": 1, "03": 1, "32": 5,
        "11": 8, "04": 1, "02": 1, "06": 1, "28": 5, "75": 12, "76": 13, "52": 5, "93": 6,
    }  # fmt: skip
    odd = {code: territories.REGION_OF[code] for code in ("2A", "2B", "971", "972", "973", "974")}
    assert odd == {"2A": "94", "2B": "94", "971": "01", "972": "02", "973": "03", "974": "04"}
    assert territories.REGION_OF["976"] == "06"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bretagne", "53"),
        ("région Bretagne", "53"),
        ("provence alpes cote d'azur", "93"),
        ("PACA", "93"),
        ("Ile de France", "11"),
        ("01", "01"),
        ("1", "01"),
        ("53 - Bretagne", "53"),
        ("53 - Normandie", None),
        ("Réunion", "04"),
        ("Atlantide", None),
        ("99", None),
        ("", None),
    ],
)
def test_words_for_a_region(text: str, code: str | None) -> None:
    assert territories.region(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("35", "35"),
        ("1", "01"),
        ("2a", "2A"),
        ("Haute Corse", "2B"),
        ("20", None),
        ("974", "974"),
        ("975", None),
        ("La Réunion", "974"),
        ("Ille-et-Vilaine (35)", "35"),
        ("35 – ille et vilaine", "35"),
        ("35 – Morbihan", None),
        ("cotes d'armor", "22"),
        ("Atlantide", None),
        ("", None),
    ],
)
def test_words_for_a_departement(text: str, code: str | None) -> None:
    assert territories.departement(text) == code


def test_a_disagreement_is_told() -> None:
    assert territories.disagreement("44", "53") == (
        "le département Loire-Atlantique (44) n’est pas dans la région Bretagne, "
        "mais dans Pays de la Loire"
    )
