"""Who answers for the data: what the notice says of the controller, the DPO and the host."""

from collections.abc import Mapping
from dataclasses import dataclass

from settings.values import ConfigError, is_address

# Of this call alone, like its definitions: another call says its own.
THIS_CALL = "Centre national de ressources et d’appui aux CLSM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The controller, its data protection officer, its host; an empty field was not given."""

    name: str
    address: str
    email: str
    dpo_name: str
    dpo_email: str
    dpo_address: str
    hosting: str

    @property
    def missing(self) -> list[str]:
        """The variables without which the notice is not whole."""
        wanted = {
            "ORGANISATION_ADDRESS": self.address,
            "DPO_EMAIL ou DPO_ADDRESS": self.dpo_email or self.dpo_address,
            "HOSTING": self.hosting,
        }
        return [name for name, value in wanted.items() if not value]


def read(environ: Mapping[str, str]) -> dict[str, object]:
    """Return who answers for the data, and the address where the team is written to."""
    contact = environ.get("CONTACT_EMAIL") or "contact@recueil.example"
    organisation = Organisation(
        name=_line(environ, "ORGANISATION_NAME") or THIS_CALL,
        address=_line(environ, "ORGANISATION_ADDRESS"),
        email=contact,
        dpo_name=_line(environ, "DPO_NAME"),
        dpo_email=_address(environ, "DPO_EMAIL"),
        dpo_address=_line(environ, "DPO_ADDRESS"),
        hosting=_line(environ, "HOSTING"),
    )
    return {"CONTACT_EMAIL": contact, "ORGANISATION": organisation}


def _line(environ: Mapping[str, str], name: str) -> str:
    return " ".join((environ.get(name) or "").split())


def _address(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name) or ""
    if value and not is_address(value):
        raise ConfigError(
            f"{name} vaut « {value} ». Donnez une adresse entière, par exemple dpo@organisme.fr."
        )
    return value
