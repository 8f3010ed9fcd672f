"""Organisations, only where a name of their own tells them apart: « le GEM “Le Phare” »."""

import re
from collections.abc import Iterator

from analysis.personal.proposals import Claim
from analysis.personal.reading import Reading

_WEIGHT = 50
_KIND = (
    r"association|asso|collectif|amicale|fondation|GEM|groupe d'entraide mutuelle|clinique|EHPAD"
    r"|Ehpad|foyer|ESAT|SAVS|SAMSAH|MAS|FAM|IME|ITEP|coll[èe]ge|lyc[ée]e|[ée]cole|cr[èe]che"
    r"|h[ôo]pital|centre hospitalier|CHU|CHS|EPSM|centre social|maison de quartier|cabinet"
    r"|soci[ée]t[ée]|entreprise|club"
)
_QUOTED = re.compile(
    rf"\b(?:{_KIND})(?: [a-zà-ÿ]{{2,15}}){{0,2}} ?,? ?"
    rf"(?P<name>« ?[A-ZÀ-Ý][^«»\n]{{1,60}} ?»|\"[A-ZÀ-Ý][^\"\n]{{1,60}}\")"
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][a-zß-ÿœ]{1,30}(?:[-'][A-ZÀ-ÖØ-Þa-zß-ÿ]\w{0,30}){0,4}"
_NAMED = re.compile(
    rf"\b(?:{_KIND}) (?P<name>(?:(?:Les|Le|La|L'|Aux?|Un|Une|Des) ?)?{_CAPITAL}"
    rf"(?: (?:(?:de|des|du|la|les|et|en) )?{_CAPITAL}){{0,4}})"
)
_CUES = frozenset(("Si", "On", "Je", "Il", "Elle", "Nous", "Et", "Mais", "Ils", "Elles"))


def organisations(reading: Reading) -> Iterator[Claim]:
    """The organisations of *reading* that bear a name of their own."""
    for pattern in (_QUOTED, _NAMED):
        for found in pattern.finditer(reading.text):
            if found["name"] not in _CUES:
                kind = found.group().split()[0].rstrip(",")
                reason = f"nom propre d’un organisme, après « {kind} »"
                yield Claim(*found.span("name"), "ORG", reason, _WEIGHT, is_sure=False)
