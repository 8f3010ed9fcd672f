"""What a password must be: long enough, and not one of those that are tried first.

Known-bad passwords come with the application: `known_bad_passwords.txt` for French, zxcvbn's lists
of published passwords, names and English words, with its eye for suites, repeats and keyboards.
Nothing is asked of any site.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LONGEST = 200  # characters; hashing what is longer would be a way to tire the server
READ_BY_ESTIMATE = 72  # the estimate takes a time that grows with the square of the length
LEAST_SCORE = 3  # of zxcvbn's five: at least a hundred million guesses
LEAST_OF_ONES_OWN = 6  # letters, once the account's own words are taken away
LOOKS_LIKE = str.maketrans("013457@$€", "oieastase")
PATH = Path(__file__).with_name("known_bad_passwords.txt")


def objection(password: str, *, least: int, about: Iterable[str] = ()) -> str | None:
    """Return, in French, why a password cannot be kept, or none when it can.

    `about`: what anybody knows of the account, such as its address and its name.
    """
    if len(password) < least:
        return f"Le mot de passe doit compter au moins {least} caractères."
    if len(password) > LONGEST:
        return f"Le mot de passe ne peut pas dépasser {LONGEST} caractères."
    known = [word for text in about for word in re.findall(r"\w{3,}", _plain(text))]
    if _is_tried_first(_stem(password), known):
        return (
            "Ce mot de passe est de ceux que l’on essaie d’abord. "
            "Choisissez plutôt quatre ou cinq mots sans lien entre eux."
        )
    if _score(password, known) < LEAST_SCORE:
        return (
            "Ce mot de passe se devine trop vite. "
            "Choisissez plutôt quatre ou cinq mots sans lien entre eux."
        )
    return None


def _is_tried_first(stem: str, known: Iterable[str]) -> bool:
    """Say whether a word is known, or little more than words that tell of the account."""
    rest = stem
    for word in sorted(map(_stem, known), key=len, reverse=True):
        rest = rest.replace(word, "") if word else rest
    return rest in _known_bad() or (rest != stem and len(rest) < LEAST_OF_ONES_OWN)


@cache
def _known_bad() -> frozenset[str]:
    lines = PATH.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def _stem(password: str) -> str:
    """Return the word under a password: « M0tdepasse-2026! » gives « motdepasse ».

    What is only repeated is said once.
    """
    bare = re.sub(r"[\W\d_]+$", "", _plain(password))
    letters = re.sub(r"[^a-z]", "", bare.translate(LOOKS_LIKE))
    repeated = re.fullmatch(r"(.+?)\1+", letters)
    return repeated[1] if repeated else letters


def _score(password: str, known: list[str]) -> int:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists, for whoever chooses a password

    found = zxcvbn(password[:READ_BY_ESTIMATE], user_inputs=known)
    return int(found["score"])
