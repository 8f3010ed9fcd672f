"""Reading and checking a codebook's file."""

import re
from pathlib import Path
from typing import NamedTuple

from analysis import yaml_nodes
from analysis.folding import is_empty_phrase
from analysis.palette import COLORS
from analysis.themes import Cue, Family, Idea, Theme
from analysis.yaml_nodes import Node

STRONG, WEAK = 0.6, 0.3  # two weak cues together pass the usual threshold of .5, one does not
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION = re.compile(r"[A-Za-z0-9._-]{1,20}")

Notions = dict[str, Idea]


class Content(NamedTuple):
    """What a codebook's file holds."""

    version: str
    threshold: float
    families: tuple[Family, ...]
    themes: tuple[Theme, ...]
    neutral: tuple[str, ...]
    speakers: dict[str, tuple[Idea, ...]]
    carried: tuple[Idea, ...]
    merged: dict[str, str]


def read_content(path: Path) -> Content:
    """The codebook at *path*; raises ``CodebookError`` for the first thing wrong."""
    return _content(yaml_nodes.read(path))


def parse_content(text: str, path: Path) -> Content:
    """The codebook that *text* is, which complaints call *path*; raises ``CodebookError``."""
    return _content(yaml_nodes.parse(text, path))


def _content(root: Node) -> Content:
    fields = root.fields(
        "la grille",
        required="version familles themes",
        allowed="seuil notions neutres profils reprises fusions",
    )
    families = _families(fields["familles"])
    notions = _notions(fields["notions"]) if "notions" in fields else {}
    themes = _themes(fields["themes"], families, notions)
    return Content(
        version=_matching(fields["version"], _VERSION, "la version"),
        threshold=_share(fields["seuil"], "le seuil") if "seuil" in fields else 0.5,
        families=tuple(families.values()),
        themes=themes,
        neutral=_phrases(fields["neutres"], notions, "« neutres »") if "neutres" in fields else (),
        speakers=_speakers(fields["profils"], notions) if "profils" in fields else {},
        carried=_ideas(fields["reprises"], notions, "« reprises »") if "reprises" in fields else (),
        merged=_merged(fields["fusions"], themes) if "fusions" in fields else {},
    )


def _merged(node: Node, themes: tuple[Theme, ...]) -> dict[str, str]:
    """The themes that are part of another: former id → the one that stands."""
    known = {theme.id for theme in themes}
    merged = {}
    for former, value in node.fields("« fusions »").items():
        into = value.text("le thème")
        if into not in known or former in known:
            raise value.error(f"fusion impossible : « {former} » dans « {into} ».")
        merged[former] = into
    return merged


def _matching(node: Node, pattern: re.Pattern[str], what: str) -> str:
    value = node.text(what)
    if not pattern.fullmatch(value):
        raise node.error(f"{what} « {value} » ne convient pas (lettres sans accent, chiffres, _).")
    return value


def _share(node: Node, what: str) -> float:
    try:
        value = float(node.text(what).replace(",", "."))
    except ValueError:
        value = 0
    if not 0 < value < 1:
        raise node.error(f"{what} doit être un nombre entre 0 et 1.")
    return value


def _families(node: Node) -> dict[str, Family]:
    families: dict[str, Family] = {}
    for item in node.items("« familles »"):
        fields = item.fields("une famille", required="id sigle titre guide", allowed="")
        family_id = _matching(fields["id"], _ID, "l’identifiant")
        letter = fields["sigle"].text("le sigle")
        if family_id in families or any(family.letter == letter for family in families.values()):
            raise item.error(f"la famille « {family_id} » ou son sigle existe déjà.")
        title, guide = fields["titre"].text("le titre"), fields["guide"].text("le guide")
        families[family_id] = Family(family_id, letter, title, guide)
    return families


def _notions(node: Node) -> Notions:
    notions: Notions = {}
    for name, value in node.fields("« notions »").items():
        item = value.within(f"notion « {name} »")
        fields = item.fields("une notion", required="titre mots", allowed="")
        phrases = _phrases(fields["mots"], notions, "« mots »")
        notions[name] = Idea(phrases, fields["titre"].text("le titre"))
    return notions


def _speakers(node: Node, notions: Notions) -> dict[str, tuple[Idea, ...]]:
    audiences = node.fields("« profils »").items()
    return {name: _ideas(value, notions, f"le profil « {name} »") for name, value in audiences}


def _ideas(node: Node, notions: Notions, what: str) -> tuple[Idea, ...]:
    return tuple(_notion(item, item.text("une notion"), notions) for item in node.items(what))


def _themes(node: Node, families: dict[str, Family], notions: Notions) -> tuple[Theme, ...]:
    themes: dict[str, Theme] = {}
    for item in node.items("« themes »"):
        theme = _theme(item, families, notions, list(themes.values()))
        if theme.id in themes:
            raise item.error(f"le thème « {theme.id} » existe déjà.")
        themes[theme.id] = theme
    return tuple(themes.values())


def _theme(node: Node, families: dict[str, Family], notions: Notions, before: list[Theme]) -> Theme:
    fields = node.fields(
        "un thème",
        required="id famille libelle definition",
        allowed="indices indices_faibles exemples contre_exemples couleur retire",
    )
    theme_id = _matching(fields["id"], _ID, "l’identifiant")
    fields = {name: value.within(f"thème « {theme_id} »") for name, value in fields.items()}
    family_id = fields["famille"].text("la famille")
    if family_id not in families:
        raise fields["famille"].error(f"famille inconnue : « {family_id} ».")
    cues = [
        _cue(item, notions, weight)
        for key, weight in (("indices", STRONG), ("indices_faibles", WEAK))
        if key in fields
        for item in fields[key].items(f"« {key} »")
    ]
    return Theme(
        id=theme_id,
        family=families[family_id],
        rank=1 + sum(theme.family.id == family_id for theme in before),
        label=fields["libelle"].text("le libellé"),
        definition=fields["definition"].text("la définition"),
        cues=tuple(cues),
        examples=_sentences(fields, "exemples"),
        counter_examples=_sentences(fields, "contre_exemples"),
        color=_color(fields["couleur"]) if "couleur" in fields else None,
        is_retired="retire" in fields and _is_yes(fields["retire"]),
    )


def _sentences(fields: dict[str, Node], key: str) -> tuple[str, ...]:
    if key not in fields:
        return ()
    return tuple(item.text("un exemple") for item in fields[key].items(f"« {key} »"))


def _color(node: Node) -> str:
    name = node.text("la couleur")
    if name not in COLORS:
        raise node.error(f"couleur inconnue : « {name} » ({', '.join(COLORS)}).")
    return name


def _is_yes(node: Node) -> bool:
    word = node.text("« retire »")
    if word not in ("oui", "non"):
        raise node.error("« retire » se dit par oui ou non.")
    return word == "oui"


def _cue(node: Node, notions: Notions, weight: float) -> Cue:
    if node.is_text:
        return Cue((_idea(node, notions),), weight, node.line)
    fields = node.fields("un indice", required="ensemble", allowed="poids")
    ideas = tuple(_idea(item, notions) for item in fields["ensemble"].items("« ensemble »"))
    if len(ideas) < 2:
        raise node.error("« ensemble » demande au moins deux idées.")
    return Cue(
        ideas, _share(fields["poids"], "le poids") if "poids" in fields else weight, node.line
    )


def _idea(node: Node, notions: Notions) -> Idea:
    if node.is_list:
        return Idea(_phrases(node, notions, "une idée"))
    phrase = node.text("un indice")
    return _notion(node, phrase, notions) if phrase.startswith("$") else Idea((_phrase(node),))


def _phrases(node: Node, notions: Notions, what: str) -> tuple[str, ...]:
    phrases: dict[str, None] = {}
    for item in node.items(what):
        idea = _idea(item, notions)
        phrases.update(dict.fromkeys(idea.phrases))
    return tuple(phrases)


def _phrase(node: Node) -> str:
    phrase = node.text("un indice")
    if is_empty_phrase(phrase):
        raise node.error(f"l’indice « {phrase} » ne contient que des mots-outils.")
    return phrase


def _notion(node: Node, name: str, notions: Notions) -> Idea:
    if name[1:] not in notions:
        raise node.error(f"notion inconnue : « {name} ».")
    return notions[name[1:]]
