"""The forms by which the codebook is changed: each says why, and what it has seen."""

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from analysis import cue_lines
from analysis.codebook import Codebook
from analysis.codebook_edits import Sketch
from analysis.cue_lines import CueError, RawCue
from analysis.exchange.codebook_imports import LONGEST_LABEL, LONGEST_TEXT, MOST_EXAMPLES
from analysis.palette import COLORS
from app.models import CodebookVersion
from app.views.choices import ListField
from app.views.import_forms import FileForm
from app.views.lines import LineField, at_most, one_line

WHY_LENGTH = 500
PARTS = 3  # themes that one can be split into at once
TOO_LONG = Length(max=LONGEST_TEXT, message=f"Écrivez moins de {LONGEST_TEXT} caractères.")
LABEL = (
    Length(max=LONGEST_LABEL, message=f"Écrivez moins de {LONGEST_LABEL} caractères."),
    one_line,
)
MOST_CUES = 200_000  # characters
EXAMPLES = at_most(MOST_EXAMPLES * (LONGEST_TEXT + 2))  # and the ends of their lines
CUES_HELP = (
    "Un indice par ligne. «\u00a0+\u00a0» réunit des idées qui doivent être dans la même phrase, "
    "«\u00a0|\u00a0» sépare des mots qui disent la même, «\u00a0$\u00a0» nomme une notion."
)


def lines_of(text: str | None) -> list[str]:
    """Return the lines of a text that say something, tidied, each once."""
    tidied = (" ".join(line.split()) for line in (text or "").splitlines())
    return list(dict.fromkeys(line for line in tidied if line))


def rebased(typed: str | None, before: Sequence[str], now: Sequence[str]) -> str:
    """Return the lines that somebody typed over `before`, laid over what others made of it."""
    mine = lines_of(typed)
    gone = set(before) - set(mine)
    kept = [line for line in now if line not in gone]
    come = [line for line in mine if line not in before and line not in kept]
    return "\n".join([*kept, *come])


def _few(_form: FlaskForm, field: Field) -> None:
    lines = lines_of(field.data)
    if len(lines) > MOST_EXAMPLES:
        raise ValidationError(f"{MOST_EXAMPLES} exemples au plus.")
    if any(len(line) > LONGEST_TEXT for line in lines):
        raise ValidationError(f"Un exemple tient en {LONGEST_TEXT} caractères.")


class ActForm(FlaskForm):
    """What every change of the codebook says."""

    why = TextAreaField(
        "Pourquoi ce changement\u00a0?",
        [
            DataRequired("Dites en une phrase pourquoi\u00a0: l’historique en garde la trace."),
            Length(max=WHY_LENGTH, message=f"Écrivez moins de {WHY_LENGTH} caractères."),
        ],
        description="Une phrase, pour vous et vos collègues dans six mois.",
        render_kw={"rows": 2},
    )
    seen = HiddenField()
    status = 422

    @property
    def seen_number(self) -> int:
        """The version of the codebook that was looked at; -1 if the page does not say."""
        said = self.seen.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else -1

    def tell_overtaken(self, version: CodebookVersion) -> None:
        """Say that somebody else was quicker: what is typed stays, and can be sent again."""
        account = version.made_by
        who = (account.name or account.email) if account else "Quelqu’un"
        self.form_errors.append(
            f"{who} a changé la grille entre-temps (version {version.number}\u00a0: "
            f"{version.summary}) Rien n’est perdu\u00a0: relisez, puis enregistrez à nouveau."
        )
        self.seen.data, self.status = str(version.number), 409


class ThemeForm(ActForm):
    """What a theme says of itself."""

    label = LineField(
        "Libellé", [DataRequired("Donnez un libellé."), *LABEL], render_kw={"autocomplete": "off"}
    )
    definition = TextAreaField(
        "Définition",
        [DataRequired("Dites de quoi parle une phrase qui porte ce thème."), TOO_LONG],
        description="Une phrase porte ce thème quand elle parle de…",
        render_kw={"rows": 4},
    )
    examples = TextAreaField(
        "Exemples (facultatif)",
        [EXAMPLES, _few],
        description="Un par ligne\u00a0: des phrases qui portent le thème.",
        render_kw={"rows": 4},
    )
    counter_examples = TextAreaField(
        "Contre-exemples (facultatif)",
        [EXAMPLES, _few],
        description="Un par ligne\u00a0: des phrases qu’on pourrait croire du thème, et qui n’en "
        "sont pas.",
        render_kw={"rows": 4},
    )
    family = ListField("Famille")
    new_family = LineField(
        "Nouvelle famille (facultatif)",
        [Optional(), *LABEL],
        description="Si aucune ne convient\u00a0: son titre. Elle prend la place de celle choisie.",
        render_kw={"autocomplete": "off"},
    )
    rank = ListField("Place dans la famille", [Optional()])
    color = ListField("Couleur")

    def offer(self, codebook: Codebook) -> None:
        """Offer the families, the places and the colours of a codebook."""
        self.family.choices = [(each.id, each.title) for each in codebook.families]
        most = max((theme.rank for theme in codebook.themes), default=0) + 1
        self.rank.choices = [(str(rank), str(rank)) for rank in range(1, most + 1)]
        own = [(name, name.capitalize()) for name in COLORS]
        self.color.choices = [("", "Celle de sa famille"), *own]

    def wanted(self) -> Sketch:
        """Return what was typed."""
        return Sketch(
            family=self.family.data,
            label=self.label.data or "",
            definition=" ".join((self.definition.data or "").split()),
            examples=tuple(lines_of(self.examples.data)),
            counter_examples=tuple(lines_of(self.counter_examples.data)),
            color=self.color.data or None,
        )

    def rebase(self, before: Sketch, now: Sketch) -> None:
        """Take over what somebody else has changed since, where this form changed nothing."""
        mine = self.wanted()
        for name in ("family", "label", "definition", "color"):
            if getattr(mine, name) == getattr(before, name):
                self[name].data = getattr(now, name) or ""
                self[name].raw_data = None
        for name in ("examples", "counter_examples"):
            was, is_ = getattr(before, name), getattr(now, name)
            self[name].data = rebased(self[name].data, was, is_)
            self[name].raw_data = None


def kept(sketch: Sketch) -> dict[str, object]:
    """Return what a theme's form shows at first."""
    return {
        "label": sketch.label,
        "definition": sketch.definition,
        "examples": "\n".join(sketch.examples),
        "counter_examples": "\n".join(sketch.counter_examples),
        "family": sketch.family,
        "color": sketch.color or "",
    }


class CuesForm(ActForm):
    """The cues by which a theme is found."""

    indices = TextAreaField(
        "Indices",
        [at_most(MOST_CUES)],
        description=f"{CUES_HELP} Un seul suffit à proposer le thème.",
    )
    indices_faibles = TextAreaField(
        "Indices faibles (facultatif)",
        [at_most(MOST_CUES)],
        description="Écrits de même. Il en faut deux dans une phrase pour proposer le thème.",
    )
    notions: Mapping[str, object] = {}

    def validate_indices(self, field: Field) -> None:
        _parsed(field, self.notions)

    def validate_indices_faibles(self, field: Field) -> None:
        _parsed(field, self.notions)

    def wanted(self) -> tuple[list[RawCue], list[RawCue]]:
        """Return the cues typed, strong and weak."""
        fields = (self.indices, self.indices_faibles)
        both = [cue_lines.parse(field.data or "", self.notions) for field in fields]
        return both[0], both[1]


def _parsed(field: Field, notions: Mapping[str, object]) -> None:
    try:
        cue_lines.parse(field.data or "", notions)
    except CueError as error:
        raise ValidationError(str(error)) from None


class MergeForm(ActForm):
    """The theme that another becomes part of."""

    into = ListField(
        "Le thème qui reste",
        [DataRequired("Choisissez le thème qui reste.")],
        description="Il garde son libellé et sa définition, et prend les indices et les exemples "
        "de l’autre.",
    )


class SplitForm(ActForm):
    """The new themes that a theme is split into."""

    notions: Mapping[str, object] = {}

    def validate(self, **options: object) -> bool:
        """Check that there is a new theme at least, each with its definition."""
        is_right = super().validate(**options)
        said = 0
        for number in range(1, PARTS + 1):
            label, definition = self[f"label_{number}"], self[f"definition_{number}"]
            if label.data and not (definition.data or "").strip():
                definition.errors = ["Dites de quoi parle une phrase qui porte ce thème."]
                is_right = False
            if not label.data and ((definition.data or "") + (self[f"cues_{number}"].data or "")):
                label.errors = ["Donnez un libellé."]
                is_right = False
            said += bool(label.data)
        if is_right and not said:
            self["label_1"].errors = ["Donnez le libellé d’un nouveau thème au moins."]
            is_right = False
        return bool(is_right)

    def parts(self) -> list[tuple[str, str, list[RawCue]]]:
        """Return the label, the definition and the cues of each new theme."""
        return [
            (
                self[f"label_{number}"].data,
                " ".join(self[f"definition_{number}"].data.split()),
                cue_lines.parse(self[f"cues_{number}"].data or "", self.notions),
            )
            for number in range(1, PARTS + 1)
            if self[f"label_{number}"].data
        ]


def _check_cues(form: SplitForm, field: Field) -> None:
    _parsed(field, form.notions)


for _number in range(1, PARTS + 1):
    _optional = "" if _number == 1 else " (facultatif)"
    _fields = {
        f"label_{_number}": LineField(
            f"Libellé{_optional}", LABEL, render_kw={"autocomplete": "off"}
        ),
        f"definition_{_number}": TextAreaField(
            f"Définition{_optional}", [TOO_LONG], render_kw={"rows": 2}
        ),
        f"cues_{_number}": TextAreaField(
            "Indices (facultatif)",
            [at_most(MOST_CUES), _check_cues],
            description=CUES_HELP,
            render_kw={"rows": 3},
        ),
    }
    for _name, _field in _fields.items():
        setattr(SplitForm, _name, _field)


class MoveForm(FlaskForm):
    """Where excerpts go."""

    into = ListField("Vers le thème", [DataRequired("Choisissez le thème qui convient.")])


class GridFileForm(FileForm):
    """A file of the codebook."""

    family = ListField(
        "Famille des thèmes nouveaux qui n’en disent pas",
        description="Quand le fichier vient d’un autre logiciel, par exemple.",
    )
