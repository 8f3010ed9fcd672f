"""Postal addresses: a number and a street, a building, a box, a postal code, a named lieu-dit."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from analysis.personal import names
from analysis.personal.proposals import Claim
from analysis.personal.reading import Reading


def _later(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """A pattern compiled when it is first looked for: all of these take a third of a second."""
    return cache(lambda: re.compile(pattern, flags))


_WEIGHT = 90
_I = re.IGNORECASE
_STRONG = (
    r"rue|r\.|avenue|ave?\.?|boulevard|bd\.?|bld\.?|blvd\.?|impasse|imp\.?|all[ée]es?|all\.|chemin"
    r"|chem?\.|ch\.|sentier|sente|ruelle|venelle|quai|faubourg|fbg\.?|fg\.?|hameau|ham\."
    r"|lotissement|lot\.|r[ée]sidence|r[ée]s\.|rond-point|esplanade|promenade|placette|traverse"
    r"|mont[ée]e|villa"
)
_WEAK = (  # these have other uses: « 12 places », « 3 cours de yoga »
    r"route|rte\.?|place|pl\.?|cours|cour|passage|pass\.|square|sq\.|mail|pont|porte|parc|cit[ée]"
    r"|tour|domaine|voie|clos|parvis|port|zone|za|zi|zac|descente|c[ôo]te|mas|ferme|lieu-dit"
)
_NUMBER = (
    r"(?<![0-9A-Za-z.,/])(?:n°? ?)?[0-9]{1,4}(?:(?: ?[-/] ?| (?:et|à) )[0-9]{1,4})?"
    r"(?: ?(?:bis|ter|quater|[a-dA-D](?![\w'])))?"
)
_WRITTEN = (
    r"\b(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze"
    r"|seize|dix-sept|dix-huit|dix-neuf|vingt)(?: bis| ter)?"
)
_LINK = r"(?:(?:de la|de l'|des|du|de|d'|la|le|les|l'|et|aux|sur|sous|saint|sainte)[ ]?)"
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ])[\w'.-]{0,40}"
_DATE = r"[0-9]{1,2}(?:er)?[ -][^\W\d_]{3,10}[ -][0-9]{4}"  # « rue du 19 mars 1962 »
_TITLED = (
    rf"(?:{_LINK}{{0,3}}(?:{_CAPITAL}|{_DATE})(?: {_LINK}{{0,3}}(?:{_CAPITAL}|{_DATE})){{0,6}})"
)
_PLAIN = (
    rf"(?:{_LINK}{{0,3}}[^\W\d_][\w'-]{{1,40}}(?: {_LINK}{{1,3}}[^\W\d_][\w'-]{{2,40}}){{0,2}})"
)
_NAME = rf"(?:« ?)?(?:{_LINK}{{0,2}}{_CAPITAL}(?: {_LINK}{{0,2}}{_CAPITAL}){{0,3}})(?: ?»)?"
_STREET = _later(
    rf"{_NUMBER} ?,? {{0,2}}(?:(?:de la |de l'|du )?(?:{_STRONG})(?![\w]) ?(?:« ?)?"
    rf"(?:{_TITLED}|{_PLAIN})"
    rf"|(?:{_WEAK})(?![\w]) ?(?:{_TITLED}|(?=du |de la |des |de l'){_PLAIN}))",
    _I,
)
_SPELLED = _later(
    rf"{_WRITTEN} (?:de la |de l'|du )?(?:rue|avenue|boulevard|impasse|all[ée]e|chemin|quai)"
    rf" {_TITLED}",
    _I,
)
_BACKWARD = _later(
    rf"\b(?:{_STRONG}|{_WEAK})(?![\w]) ?{_TITLED},? ?(?:au |le )?(?:n°|num[ée]ro|nº|no) ?"
    r"[0-9]{1,4}(?: ?(?:bis|ter))?(?![0-9])",
    _I,
)
_LIEU_DIT = _later(
    rf"\blieux?[ -]?dits? ?:? ?(?:« ?[^«»\n]{{2,40}} ?»|\"[^\"\n]{{2,40}}\"|{_TITLED}"
    r"|(?:(?:le|la|les|l'|de|du|des) ?){0,3}[^\W\d_][\w'-]{2,30})",
    _I,
)
_HAMLET = _later(rf"\b(?:hameau|ham\.) {_LINK}{{0,3}}{_CAPITAL}(?: {_CAPITAL}){{0,2}}", _I)
_RESIDENCE = _later(
    r"\b(?:r[ée]sidence|r[ée]s\.|lotissement|lot\.|domaine) ?"
    rf"(?!(?:« ?)?(?:de |d')(?-i:[A-ZÀ-Ý])){_NAME}",
    _I,
)
_TOWER = _later(
    rf"\b(?:tour|immeuble|imm\.|villa|b[âa]timent|b[âa]t\.?|entr[ée]e|cit[ée]) {_NAME}", _I
)
_ROOMS = (
    r"appartement|appart\.?|appt\.?|apt\.?|apart\.?|logement|log\.|b[âa]timent|b[âa]t\.?|escalier"
    r"|esc\.?|porte|hall|entr[ée]e|[ée]tage|bo[îi]te(?: aux lettres)?|chambre|lot"
)
_DOOR = _later(
    rf"\b(?:{_ROOMS}) ?(?:n° ?)?(?:[0-9]{{1,4}}[A-Za-z]?|(?-i:[A-Z])[0-9]{{0,3}})(?![\w'])"
    r"|(?<!\w)[0-9]{1,2}(?:er|e|[èe]me) [ée]tage(?! )",
    _I,
)
_BOX = _later(r"\b(?:BP|B\.P\.|CS|C\.S\.|TSA|bo[îi]te postale) ?(?:n° ?)?[0-9]{1,6}(?![0-9])")
_POSTCODE = _later(
    r"(?<![0-9A-Za-z.,/-])(?<![0-9] )(?:F-)?(?:0[0-9]|[1-8][0-9]|9[0-8]|2[AB]) ?[0-9]{3}"
    r"(?![0-9A-Za-z%€])(?! ?[0-9]{3})(?! ?(?:euros?|€|personnes|habitants?|hab))"
)
_TOWN = re.compile(r",? (?P<town>[A-ZÀ-ÖØ-Þ][^\W\d_]{1,40}|[LdD](?='))")
_JOIN = re.compile(r" ?[,;–-]? ?(?:au |le |la |à la )?\Z|\n\Z")
_HAMLET_NAMED = "hameau nommé"
_STREETS = (
    (_STREET, "numéro et voie"),
    (_SPELLED, "numéro et voie"),
    (_BACKWARD, "numéro et voie"),
)
_ALONE = (
    *_STREETS,
    (_LIEU_DIT, "lieu-dit nommé"),
    (_HAMLET, _HAMLET_NAMED),
    (_RESIDENCE, "résidence ou lotissement nommé"),
    (_BOX, "boîte postale"),
)
_JOINED = ((_TOWER, "bâtiment"), (_DOOR, "bâtiment ou porte"), (_POSTCODE, "code postal"))


def addresses(reading: Reading) -> Iterator[Claim]:
    """The addresses of *reading*: their parts, joined where only a comma stands between."""
    text = reading.text
    parts = sorted(_parts(text))
    group: list[tuple[int, int, str, bool]] = []
    for part in parts:
        if group and part[0] < group[-1][1]:
            if part[1] <= group[-1][1]:
                continue
            part = (group[-1][1], part[1], part[2], part[3])
        if group and not _JOIN.match(text[group[-1][1] : part[0]]):
            yield from _address(text, group)
            group = []
        group.append(part)
    yield from _address(text, group)


def _parts(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Start, end, reason, and whether it is an address by itself."""
    for kinds, stands in ((_ALONE, True), (_JOINED, False)):
        for pattern, reason in kinds:
            for found in pattern().finditer(text):
                end = found.start() + len(found.group().rstrip(" .'-"))
                if reason == _HAMLET_NAMED and _is_region(found.group()):
                    continue
                yield found.start(), end, reason, stands


def _is_region(hamlet: str) -> bool:
    """« un hameau de la Haute-Loire » names no hamlet."""
    key = names.place_key(hamlet.split(" ")[-1])
    return key in names.other_places()


def _address(text: str, group: list[tuple[int, int, str, bool]]) -> Iterator[Claim]:
    if not group:
        return
    start, end = group[0][0], group[-1][1]
    has_code = any(reason == "code postal" for _, _, reason, _ in group)
    stands = any(alone for *_, alone in group) or len(group) > 1
    if stands or (has_code and _has_town(text, end) and _is_postal(text, start)):
        reasons = dict.fromkeys(reason for _, _, reason, _ in group)
        yield Claim(start, end, "ADDRESS", "adresse : " + ", ".join(reasons), _WEIGHT)


def _has_town(text: str, end: int) -> bool:
    """« 59100 Roubaix », and not « 12000 Français »."""
    found = _TOWN.match(text, end)
    if found is None:
        return False
    key = names.place_key(found["town"])
    return key in names.communes() or not names.is_word(key)


def _is_postal(text: str, start: int) -> bool:
    """Whether the five digits at *start* can be a postal code: no sum, no count before a name."""
    before = text[max(0, start - 24) : start].rstrip(" (,:-").lower()
    return not before.endswith(
        ("n°", "numéro", "loi", "page", "les", "des", "aux", "ces", "article")
    )
