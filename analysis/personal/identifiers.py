"""Identifiers: social security, bank, registers, files, number plates, dates of birth."""

import re
from collections.abc import Iterator

from analysis.personal.proposals import Claim
from analysis.personal.reading import Reading

_WEIGHT = 100
_GAP = r"[ .\-]?"
_NIR = re.compile(
    rf"(?<![0-9A-Za-z])[12378]{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}(?:[0-9]{{2}}|2[ABab]){_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}"
    rf"(?:{_GAP}[0-9]{{2}})?(?![0-9A-Za-z])"
)
_IBAN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){3,7}(?:[ -]?[A-Z0-9]{1,3})?"
    r"(?![0-9A-Za-z])"
)
_SIRET = re.compile(
    r"(?<![0-9A-Za-z])[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{5}(?![0-9A-Za-z])"
)
_PLATE = re.compile(
    r"(?<![0-9A-Za-z-])[A-HJ-NP-TV-Z]{2}[ -]?[0-9]{3}[ -]?[A-HJ-NP-TV-Z]{2}(?![0-9A-Za-z-])"
)
_CODE = r"(?=[^\s]{0,30}[0-9])[A-Z0-9][A-Z0-9./-]{0,24}(?: [0-9]{2,6}[A-Z]?){0,5}(?<![./-])(?![\w])"
_REGISTER = r"rpps|adeli|siret|siren|finess|ine|ipp|nir|iban|agdref|immatricul\w{1,6}|matricule"
_PAPER = (
    r"insee|allocataire|dossiers?|adh[ée]rente?|s[ée]cu|s[ée]curit[ée] sociale|assur[ée]e?"
    r"|passeport|r[ée]c[ée]piss[ée]|titre de s[ée]jour|permis|contrat|carte(?: d'identit[ée]"
    r"| vitale)?|b[ée]n[ée]ficiaire|patiente?|abonn[ée]e?|identifiant|ordonnance"
    r"|demandeur d'emploi"
)
_NAMED = re.compile(
    rf"\b(?:(?P<register>{_REGISTER})|{_PAPER})\b(?P<link>[^\n.!?0-9]{{0,30}}?[ :°º])"
    rf"(?P<code>{_CODE})",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"n°|nº|\bno?\b|num|:|\b(?:est|c'est|sous)(?: le)? ?\Z", re.IGNORECASE)
_ANNOUNCED = re.compile(r"num[ée]ro|n°", re.IGNORECASE)
_HOUR = re.compile(r"[0-2]?[0-9] ?[hH:][0-5][0-9]")
_MONTH = (
    r"(?:janv(?:ier)?|f[ée]vr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t"
    r"|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?|d[ée]c(?:embre)?)\.?"
)
_YEAR = r"(?:[0-9]{4}|[0-9]{2})"
_DAY = (
    rf"(?:[0-3]?[0-9](?:er)? ?{_MONTH} ?{_YEAR}"
    rf"|[0-3]?[0-9] ?[./-] ?[01]?[0-9] ?[./-] ?{_YEAR}"
    r"|[12][0-9]{3}-[01][0-9]-[0-3][0-9])(?![0-9])"
)
_WEEKDAY = r"(?:lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?"
_BIRTH = re.compile(
    rf"\b(?:n[ée](?:\(e\)|\.e|·e|e)?s?(?: (?:à|a) [\w' -]{{2,40}}?)?,? (?:un |le |du )?{_WEEKDAY}"
    r"|(?:(?:date|jour|lieu) (?:et lieu )?de (?:ma |sa )?naissance|ddn|naissance)\W{0,4}"
    rf"(?:(?:est|le|c'est)\W{{1,3}}){{0,2}})(?P<day>{_DAY})",
    re.IGNORECASE,
)


def identifiers(reading: Reading) -> Iterator[Claim]:
    """The identifiers of *reading*; a key that holds is said in the reason."""
    text = reading.text
    for found in _BIRTH.finditer(text):
        yield Claim(*found.span("day"), "ID", "date de naissance", _WEIGHT)
    for found in _NIR.finditer(text):
        yield from _social_security(found)
    for found in _IBAN.finditer(text):
        yield from _bank(found)
    for found in _SIRET.finditer(text):
        if _luhn(found.group()):
            yield Claim(*found.span(), "ID", "numéro SIRET, clé juste", _WEIGHT - 2)
    for found in _PLATE.finditer(text):
        yield Claim(*found.span(), "ID", "plaque d’immatriculation", _WEIGHT - 3)
    yield from _named(text)


def _named(text: str) -> Iterator[Claim]:
    for found in _NAMED.finditer(text):
        before = text[max(0, found.start() - 14) : found.start()]
        is_announced = (
            found["register"] is not None
            or _NUMBER.search(found["link"]) is not None
            or _ANNOUNCED.search(before) is not None
        )
        digits = sum(letter.isdigit() for letter in found["code"])
        if is_announced and digits >= 4 and not _HOUR.match(found["code"]):
            reason = "numéro annoncé par ce qui le précède"
            yield Claim(*found.span("code"), "ID", reason, _WEIGHT - 1)


def _social_security(found: re.Match[str]) -> Iterator[Claim]:
    digits = re.sub(r"\W", "", found.group()).upper()
    body = int(digits[:13].replace("2A", "19").replace("2B", "18")) if digits[:13] else 0
    if len(digits) == 15 and 97 - body % 97 == int(digits[13:]):
        yield Claim(*found.span(), "ID", "numéro de sécurité sociale, clé juste", _WEIGHT)
    elif digits[3:5] in _BIRTH_MONTHS:
        reason = "forme d’un numéro de sécurité sociale"
        is_long = len(digits) == 15
        yield Claim(*found.span(), "ID", reason, _WEIGHT - 1 - 3 * (not is_long), is_sure=is_long)


_BIRTH_MONTHS = {f"{month:02}" for month in (*range(1, 13), *range(20, 43), *range(50, 100))}


def _bank(found: re.Match[str]) -> Iterator[Claim]:
    code = re.sub(r"\W", "", found.group())
    rotated = "".join(str(int(letter, 36)) for letter in code[4:] + code[:4])
    if int(rotated) % 97 == 1:
        yield Claim(*found.span(), "ID", "compte bancaire (IBAN), clé juste", _WEIGHT)
    elif code[:2] in ("FR", "MC", "BE", "LU", "DE", "PT", "ES", "IT"):
        yield Claim(*found.span(), "ID", "forme d’un compte bancaire (IBAN)", _WEIGHT - 1)


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in number if digit.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return any(digits) and (sum(digits[::-2]) + sum(doubled)) % 10 == 0
