"""The codebook's file: what is read from it, and the line and reason of each complaint."""

from pathlib import Path

import pytest

from analysis.codebook import Codebook, CodebookError

GOOD = """\
version: "1"
familles:
  - {id: un, sigle: A, titre: Première, guide: Guide}
notions:
  elus: {titre: élu·es, mots: [élu, maire]}
themes:
  - id: venir
    famille: un
    libelle: Faire venir
    definition: Une phrase.
    indices:
      - aller chercher
      - ensemble: [$elus, [venir, participer]]
    indices_faibles:
      - première fois
"""

THEMES = """
mobiliser_personnes formes_participation conditions_participation savoir_experientiel
freins_participation effets_participation place_aidants
mobiliser_elus portage_politique travail_elu_coordo freins_elus moyens_financements effets_elus
acces_soins interconnaissance coordination_partenariats premiere_ligne_ruralite
quartiers_prioritaires jeunes_publics_fragiles diagnostic_territorial
destigmatisation_information logement_insertion
""".split()  # noqa: SIM905 -- read as a text


def written(folder: Path, text: str) -> Path:
    path = folder / "grille.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_what_is_written(tmp_path: Path) -> None:
    codebook = Codebook.read(written(tmp_path, GOOD))
    theme = codebook.theme("venir")
    assert (codebook.version, codebook.threshold, codebook.cue_count) == ("1", 0.5, 3)
    assert (theme.code, theme.label, theme.family.title) == ("A1", "Faire venir", "Première")
    assert [cue.weight for cue in theme.cues] == [0.6, 0.6, 0.3]
    assert [idea.label for idea in theme.cues[1].ideas] == ["élu·es", None]
    assert theme.cues[1].ideas[1].phrases == ("venir", "participer")
    assert theme.cues[1].line == 13


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("version", "verzion", "ligne 1 : clé inconnue : « verzion »."),
        ('version: "1"\n', "", "ligne 1 : « version » manque."),
        ('"1"', '"un point un"', "ligne 1 : la version « un point un » ne convient pas"),
        (
            'version: "1"',
            'version: "1"\nseuil: 2',
            "ligne 2 : le seuil doit être un nombre entre 0 et 1.",
        ),
        ("famille: un", "famille: deux", "ligne 8, thème « venir » : famille inconnue : « deux »."),
        ("$elus,", "$maires,", "ligne 13, thème « venir » : notion inconnue : « $maires »."),
        (
            "aller chercher",
            "de la",
            "ligne 12, thème « venir » : l’indice « de la » ne contient que",
        ),
        ("[$elus, [venir, participer]]", "[$elus]", "« ensemble » demande au moins deux idées."),
        ("[venir, participer]", "[]", "ligne 13, thème « venir » : une idée est vide."),
        ("libelle: Faire venir", "libelle: ''", "ligne 9, thème « venir » : le libellé est vide."),
        (
            "libelle: Faire venir",
            "libelle: [a]",
            "ligne 9, thème « venir » : le libellé doit être un texte.",
        ),
        ("id: venir", "id: Faire venir", "ligne 7 : l’identifiant « Faire venir » ne convient pas"),
        (
            "mots: [élu, maire]",
            "mots: élu",
            "ligne 5, notion « elus » : « mots » doit être une liste.",
        ),
        (
            "  - id: venir",
            "  - un texte\n  - id: venir",
            "ligne 7 : un thème doit être fait de couples",
        ),
        ("definition: Une phrase.", "libelle: Bis", "la clé « libelle » est écrite deux fois."),
        ("    indices:", "   indices:", "l’écriture YAML est fautive"),
        ("notions:", "reprises: [$fous]\nnotions:", "ligne 4 : notion inconnue : « $fous »."),
        ("notions:", "profils: {elu: []}\nnotions:", "ligne 4 : le profil « elu » est vide."),
    ],
)
def test_complains_with_the_line(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    assert before in GOOD
    with pytest.raises(CodebookError) as caught:
        Codebook.read(written(tmp_path, GOOD.replace(before, after, 1)))
    assert str(caught.value).startswith("grille.yml, ligne ")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_complains_of_a_theme_written_twice(tmp_path: Path) -> None:
    theme = GOOD[GOOD.index("  - id: venir") :]
    with pytest.raises(CodebookError, match=r"ligne 16 : le thème « venir » existe déjà\."):
        Codebook.read(written(tmp_path, GOOD + theme))


def test_complains_of_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match="la grille ne peut pas être lue"):
        Codebook.read(tmp_path / "absente.yml")
    (tmp_path / "latin.yml").write_bytes("définition".encode("latin-1"))
    with pytest.raises(CodebookError, match="n’est pas en UTF-8"):
        Codebook.read(tmp_path / "latin.yml")
    with pytest.raises(CodebookError, match="la grille est vide"):
        Codebook.read(written(tmp_path, ""))


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    """Ours, read once: it takes a third of a second."""
    return Codebook.read()


def test_the_starting_codebook_has_its_twenty_two_themes_in_order(codebook: Codebook) -> None:
    assert [theme.id for theme in codebook.themes] == THEMES
    assert [family.letter for family in codebook.families] == ["P", "E", "T"]
    assert len({theme.code for theme in codebook.themes}) == len(THEMES)
    assert min(len(theme.cues) for theme in codebook.themes) >= 40


@pytest.mark.parametrize("theme_id", THEMES)
def test_the_starting_codebook_says_each_thing_once(codebook: Codebook, theme_id: str) -> None:
    cues = [cue.ideas for cue in codebook.theme(theme_id).cues]
    assert len(set(cues)) == len(cues), [cue for cue in cues if cues.count(cue) > 1]
