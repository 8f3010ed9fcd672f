"""Passwords: what is too short, what is tried first, what passes."""

import pytest

from app.services.passwords import LONGEST, objection

SHORT = "Le mot de passe doit compter au moins 12 caractères."
LONG = f"Le mot de passe ne peut pas dépasser {LONGEST} caractères."
KNOWN = (
    "Ce mot de passe est de ceux que l’on essaie d’abord. "
    "Choisissez plutôt quatre ou cinq mots sans lien entre eux."
)
QUICK = (
    "Ce mot de passe se devine trop vite. "
    "Choisissez plutôt quatre ou cinq mots sans lien entre eux."
)
ABOUT = ("claire.morvan@centre-ressources.example", "Claire Morvan")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("onze lettre", SHORT),
        ("é" * (LONGEST + 1), LONG),
        ("motdepasse2026", KNOWN),
        ("M0tD€Pa$$e-2026!", KNOWN),
        ("Mot de passe 12", KNOWN),
        ("Administratrice", KNOWN),
        ("Liberté, égalité, fraternité", KNOWN),
        ("soleilsoleil!", KNOWN),
        ("centre-ressources", KNOWN),
        ("ressources2026", KNOWN),
        ("aaaaaaaaaaaaaa", QUICK),
        ("123456789012", QUICK),
        ("azertyuiop[]12", KNOWN),
        ("password1234", KNOWN),
        ("clairemorvan1", KNOWN),
        ("9876543210987", QUICK),
        ("cheval agrafe pile correcte", None),
        ("Claire aime les gaufres", None),
        ("une phrase de passe", None),
        ("xK9$vQ2#mL7!", None),
        ("パスワードは長い方がいいです", None),
    ],
)
def test_what_is_said_of_a_password(password: str, said: str | None) -> None:
    assert objection(password, least=12, about=ABOUT) == said


def test_the_length_is_a_setting() -> None:
    assert objection("cheval agrafe", least=14) == SHORT.replace("12", "14")
