"""How long each thing is kept: by default, as somebody set it, refused when it cannot be."""

import pytest

from settings import retention
from settings.periods import Period
from settings.retention import Retention
from settings.values import ConfigError


def test_the_usual_periods() -> None:
    kept = retention.read({})["RETENTION"]
    said = {name: str(getattr(kept, name)) for name in Retention.__slots__}
    assert said == {
        "drafts": "30\u00a0jours",
        "testimonies": "5\u00a0ans",
        "revisions": "2\u00a0ans",
        "withdrawals": "5\u00a0ans",
        "recontacts": "1\u00a0an",
        "referrals": "30\u00a0jours",
        "slots": "6\u00a0mois",
        "contacts": "2\u00a0ans",
        "invitations": "2\u00a0ans",
        "oppositions": "3\u00a0ans",
        "inquiries": "6\u00a0mois",
        "open_inquiries": "1\u00a0an",
        "notices": "30\u00a0jours",
        "exports": "1\u00a0an",
        "research_exports": "2\u00a0ans",
        "journal": "1\u00a0an",
    }


def test_each_is_set_by_a_variable_of_its_own() -> None:
    names = Retention.__slots__
    wanted = {retention.variable(name): f"{25 + place} mois" for place, name in enumerate(names)}
    kept = retention.read(wanted)["RETENTION"]
    assert {name: getattr(kept, name) for name in names} == {
        name: Period(25 + place, is_months=True) for place, name in enumerate(names)
    }


def test_an_empty_variable_is_the_usual_period() -> None:
    assert retention.read({"KEEP_DRAFTS": ""})["RETENTION"] == Retention()


@pytest.mark.parametrize("written", ["30", "toujours", "0 jour", "51 ans"])
def test_a_period_that_cannot_be_is_named(written: str) -> None:
    with pytest.raises(ConfigError) as refused:
        retention.read({"KEEP_OPEN_INQUIRIES": written})
    assert str(refused.value) == (
        f"KEEP_OPEN_INQUIRIES vaut « {written} ». Donnez une durée d’un jour à cinquante ans, "
        "par exemple 30 jours, 18 mois ou 5 ans."
    )


def test_invitations_outlive_the_contacts_they_date() -> None:
    with pytest.raises(ConfigError) as refused:
        retention.read({"KEEP_INVITATIONS": "700 jours"})
    assert str(refused.value) == (
        "KEEP_INVITATIONS vaut 700\u00a0jours, moins que KEEP_CONTACTS (2\u00a0ans) : sans ses "
        "invitations, on ne saurait plus à quand remonte le dernier message à un contact. "
        "Allongez l’une ou raccourcissez l’autre."
    )
    shorter = {"KEEP_INVITATIONS": "700 jours", "KEEP_CONTACTS": "1 an"}
    assert retention.read(shorter)["RETENTION"].invitations == Period(700)


def test_the_trace_of_a_message_outlives_the_proposal_it_carries() -> None:
    with pytest.raises(ConfigError) as refused:
        retention.read({"KEEP_NOTICES": "29 jours"})
    assert str(refused.value) == (
        "KEEP_NOTICES vaut 29\u00a0jours, moins que KEEP_REFERRALS (30\u00a0jours) : sans la "
        "trace de son message, une proposition qui n’est pas arrivée passerait pour envoyée. "
        "Allongez l’une ou raccourcissez l’autre."
    )
    shorter = {"KEEP_NOTICES": "29 jours", "KEEP_REFERRALS": "29 jours"}
    assert retention.read(shorter)["RETENTION"].notices == Period(29)
