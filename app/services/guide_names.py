"""How what a guide counts and signs is called: themes, profiles, territories."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.services.territories import DEPARTEMENTS, REGIONS
from forms.schema import Library

REGION, DEPARTEMENT, TERRITORY = "region", "departement", "type_territoire"  # case variables


@dataclass(frozen=True)
class Names:
    """id → what it is called; what nobody names any more is called by its id."""

    themes: Mapping[str, str]
    audiences: Mapping[str, str]
    variables: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, library: Library, themes: Mapping[str, str]) -> "Names":
        """Return the names that the questionnaires give; `themes` are the codebook's."""
        ordered = sorted(library.questionnaires, key=lambda each: each.version)
        present = {each.id: each.label for each in library.audiences}
        return cls(
            themes,
            present | {q.audience.id: q.audience.label for q in ordered} | present,
            {
                (question.variable, option.value): option.label
                for questionnaire in ordered
                for question in questionnaire.questions
                if question.variable
                for option in question.options
            },
        )

    def theme(self, theme: str) -> str:
        return self.themes.get(theme, theme)

    def audience(self, audience: str) -> str:
        return self.audiences.get(audience, audience)

    def variable(self, name: str, value: str) -> str:
        official = {REGION: REGIONS, DEPARTEMENT: DEPARTEMENTS}.get(name, {})
        return self.variables.get((name, value)) or official.get(value, value)
