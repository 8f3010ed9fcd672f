"""The regions and départements of France, by INSEE's Code officiel géographique (COG).

The official codes, and which département is in which region. Texts are recognised as offices write
them: « 35 », « Ille et Vilaine », « 35 – Ille-et-Vilaine », « Région Bretagne », « PACA ».
"""

import re
from collections.abc import Mapping

from analysis.folding import fold

# https://www.insee.fr/fr/information/2560452: 18 regions, 101 départements.
COG = """
84 Auvergne-Rhône-Alpes: 01 Ain, 03 Allier, 07 Ardèche, 15 Cantal, 26 Drôme, 38 Isère, 42 Loire,
   43 Haute-Loire, 63 Puy-de-Dôme, 69 Rhône, 73 Savoie, 74 Haute-Savoie
27 Bourgogne-Franche-Comté: 21 Côte-d’Or, 25 Doubs, 39 Jura, 58 Nièvre, 70 Haute-Saône,
   71 Saône-et-Loire, 89 Yonne, 90 Territoire de Belfort
53 Bretagne: 22 Côtes-d’Armor, 29 Finistère, 35 Ille-et-Vilaine, 56 Morbihan
24 Centre-Val de Loire: 18 Cher, 28 Eure-et-Loir, 36 Indre, 37 Indre-et-Loire, 41 Loir-et-Cher,
   45 Loiret
94 Corse: 2A Corse-du-Sud, 2B Haute-Corse
44 Grand Est: 08 Ardennes, 10 Aube, 51 Marne, 52 Haute-Marne, 54 Meurthe-et-Moselle, 55 Meuse,
   57 Moselle, 67 Bas-Rhin, 68 Haut-Rhin, 88 Vosges
01 Guadeloupe: 971 Guadeloupe
03 Guyane: 973 Guyane
32 Hauts-de-France: 02 Aisne, 59 Nord, 60 Oise, 62 Pas-de-Calais, 80 Somme
11 Île-de-France: 75 Paris, 77 Seine-et-Marne, 78 Yvelines, 91 Essonne, 92 Hauts-de-Seine,
   93 Seine-Saint-Denis, 94 Val-de-Marne, 95 Val-d’Oise
04 La Réunion: 974 La Réunion
02 Martinique: 972 Martinique
06 Mayotte: 976 Mayotte
28 Normandie: 14 Calvados, 27 Eure, 50 Manche, 61 Orne, 76 Seine-Maritime
75 Nouvelle-Aquitaine: 16 Charente, 17 Charente-Maritime, 19 Corrèze, 23 Creuse, 24 Dordogne,
   33 Gironde, 40 Landes, 47 Lot-et-Garonne, 64 Pyrénées-Atlantiques, 79 Deux-Sèvres, 86 Vienne,
   87 Haute-Vienne
76 Occitanie: 09 Ariège, 11 Aude, 12 Aveyron, 30 Gard, 31 Haute-Garonne, 32 Gers, 34 Hérault,
   46 Lot, 48 Lozère, 65 Hautes-Pyrénées, 66 Pyrénées-Orientales, 81 Tarn, 82 Tarn-et-Garonne
52 Pays de la Loire: 44 Loire-Atlantique, 49 Maine-et-Loire, 53 Mayenne, 72 Sarthe, 85 Vendée
93 Provence-Alpes-Côte d’Azur: 04 Alpes-de-Haute-Provence, 05 Hautes-Alpes, 06 Alpes-Maritimes,
   13 Bouches-du-Rhône, 83 Var, 84 Vaucluse
"""
SHORT_NAMES = {"paca": "93", "idf": "11", "aura": "84", "bfc": "27", "hdf": "32", "reunion": "04"}
_ENTRY = re.compile(r"([0-9][0-9AB][0-9]?) ([^,:]+)")
_CODE = re.compile(r"(?<![0-9a-z])(?:2[ab]|[0-9]{1,3})(?![0-9a-z])")


def _read() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    regions: dict[str, str] = {}
    departements: dict[str, str] = {}
    region_of: dict[str, str] = {}
    for line in COG.replace("\n   ", " ").strip().splitlines():
        head, _, rest = line.partition(":")
        code, name = head.split(" ", 1)
        regions[code] = name
        for own, own_name in _ENTRY.findall(rest):
            departements[own], region_of[own] = own_name.strip(), code
    return regions, dict(sorted(departements.items())), region_of


REGIONS, DEPARTEMENTS, REGION_OF = _read()  # code → name, code → name, département → its region


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", fold(text))


_REGION_NAMES = {_letters(name): code for code, name in REGIONS.items()} | SHORT_NAMES
_DEPARTEMENT_NAMES = {_letters(name): code for code, name in DEPARTEMENTS.items()} | {
    "reunion": "974"
}


def region(text: str) -> str | None:
    """Return the code of the region that `text` names, by its name or its code, or none."""
    return _named(re.sub(r"^\s*region\b", "", fold(text)), _REGION_NAMES, REGIONS)


def departement(text: str) -> str | None:
    """Return the code of the département that `text` names, by its name or its code, or none."""
    return _named(fold(text), _DEPARTEMENT_NAMES, DEPARTEMENTS)


def _named(text: str, names: Mapping[str, str], codes: Mapping[str, str]) -> str | None:
    """Return the one code that a folded text gives, twice told or once; none when it disagrees."""
    written = _CODE.findall(text)
    name = _letters(_CODE.sub(" ", text))
    found = {code.upper().zfill(2) for code in written} | ({names.get(name, "")} if name else set())
    code = found.pop() if len(found) == 1 else ""
    return code if code in codes else None


def disagreement(departement: str, region: str) -> str:
    """Return, in French, that a département (code) is not in a region (code), and where it is."""
    return (
        f"le département {DEPARTEMENTS[departement]} ({departement}) n’est pas dans la région "
        f"{REGIONS[region]}, mais dans {REGIONS[REGION_OF[departement]]}"
    )
