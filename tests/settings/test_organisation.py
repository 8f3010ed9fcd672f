"""Who answers for the data: what is given is said, what is missing is known."""

import pytest

from settings import organisation
from settings.organisation import THIS_CALL, Organisation
from settings.values import ConfigError

GIVEN = {
    "CONTACT_EMAIL": "recueil@exemple.fr",
    "ORGANISATION_NAME": "Un  centre\n",
    "ORGANISATION_ADDRESS": "1 rue des Essais, 59000 Lille",
    "DPO_NAME": "Camille Essai",
    "DPO_EMAIL": "dpo@exemple.fr",
    "DPO_ADDRESS": "2 rue des Essais, 59000 Lille",
    "HOSTING": "Hébergeur, à Gravelines (France)",
}


def read(environ: dict[str, str]) -> Organisation:
    made = organisation.read(environ)["ORGANISATION"]
    assert isinstance(made, Organisation)
    return made


def test_all_that_is_given_is_said() -> None:
    assert read(GIVEN) == Organisation(
        name="Un centre",
        address="1 rue des Essais, 59000 Lille",
        email="recueil@exemple.fr",
        dpo_name="Camille Essai",
        dpo_email="dpo@exemple.fr",
        dpo_address="2 rue des Essais, 59000 Lille",
        hosting="Hébergeur, à Gravelines (France)",
    )
    assert read(GIVEN).missing == []


def test_what_is_not_given_is_known_to_be_missing() -> None:
    made = read({})
    assert (made.name, made.email) == (THIS_CALL, "contact@recueil.example")
    assert made.missing == ["ORGANISATION_ADDRESS", "DPO_EMAIL ou DPO_ADDRESS", "HOSTING"]
    assert read({"DPO_ADDRESS": "2 rue des Essais"}).missing == ["ORGANISATION_ADDRESS", "HOSTING"]


def test_an_address_that_reaches_nobody_is_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        read({"DPO_EMAIL": "dpo@local"})
    assert str(refused.value) == (
        "DPO_EMAIL vaut « dpo@local ». Donnez une adresse entière, par exemple dpo@organisme.fr."
    )
