"""The form of a section: its fields, its HTML, the values it gives back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form

from forms.build import foreign_fields, form_class, form_data, missing, settled, values
from forms.schema import Audience, Door, Kind, Questionnaire, Section, Value
from tests.forms.questions import (
    ALL,
    CONSENT,
    ONE_CHOICE,
    SECTION,
    SEVERAL_CHOICES,
    YEAR,
    YES_NO,
    asking,
    question,
    sent,
)

ANSWERED: dict[str, Value] = {
    "texte_court": "  élan 🌱",
    "texte_long": "\n\nun\n\ndeux",
    "choix_unique": "bleu",
    "choix_multiple": ["bleu", "vert"],
    "echelle": 5,
    "oui_non": False,
    "nombre": 1200,
    "decimal": 0.5,
    "libre": -3,
    "annee": 2016,
    "clsm": "Lille",
    "consentement": True,
    "accord_citation": "sans_nom",
}


def test_a_field_for_each_question_in_order() -> None:
    form = form_class(SECTION)()
    assert [field.name for field in form] == [f"q_{asked.id}" for asked in ALL]
    assert [field.question for field in form] == list(ALL)
    assert form.q_annee.label.text == "Intitulé annee"
    assert form.q_annee.description == "Aide annee"


def test_the_help_follows_the_wording() -> None:
    asked = question(Kind.YEAR, easy_help="4 chiffres.", minimum=1970, maximum=2035)
    section = Section(id="repere", title="Repère", easy_title="Repère", questions=(asked,))
    helps = [form_class(section, easy=easy)().q_annee.description for easy in (False, True)]
    assert helps == ["Aide annee", "4 chiffres."]


def test_the_base_is_the_callers() -> None:
    class Own(Form):
        pass

    assert issubclass(form_class(SECTION, base=Own), Own)
    assert form_class(SECTION, base=Own) is form_class(SECTION, base=Own)
    assert form_class(SECTION, base=Own) is not form_class(SECTION)


@pytest.mark.parametrize("base_fields", [{}, {"csrf_token": "x"}])
def test_what_is_stored_comes_back(base_fields: dict[str, str]) -> None:
    form = form_class(SECTION)(data=form_data(SECTION, ANSWERED) | base_fields)
    assert form.validate()
    assert values(form) == ANSWERED


def test_what_a_page_shows_comes_back_when_it_is_sent() -> None:
    shown = form_class(SECTION)(data=form_data(SECTION, ANSWERED))
    pairs = [(field.name, text) for field in shown for text in field.written]
    assert values(sent(SECTION, *pairs)) == ANSWERED


@given(
    text=st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])).filter(
        str.strip
    ),
    colours=st.sets(st.sampled_from(["bleu", "rouge", "vert"]), min_size=1),
    number=st.integers(0, 5000),
)
def test_any_stored_value_comes_back(text: str, colours: set[str], number: int) -> None:
    stored: dict[str, Value] = {
        "texte_long": text,
        "choix_multiple": [o.value for o in SEVERAL_CHOICES.options if o.value in colours],
        "nombre": number,
    }
    assert values(form_class(SECTION)(data=form_data(SECTION, stored))) == stored


def test_valid_answers_are_given_though_others_are_refused() -> None:
    section = asking(YEAR, ONE_CHOICE, YES_NO, CONSENT)
    form = sent(section, ("q_annee", "16"), ("q_choix_unique", "bleu"))
    assert form.errors == {
        "q_annee": ["Écrivez l’année en quatre chiffres, par exemple 2016."],
        "q_consentement": [
            "Cochez cette case pour commencer : sans votre accord, nous ne pouvons rien garder."
        ],
    }
    assert values(form) == {"choix_unique": "bleu"}
    assert settled(form) == {"choix_unique", "oui_non", "consentement"}


def test_an_error_added_by_the_caller_counts() -> None:
    form = sent(asking(YEAR), ("q_annee", "2016"))
    form.q_annee.errors.append("Cette année-là, il n’y avait pas de CLSM.")
    assert (values(form), settled(form)) == ({}, set())


def test_a_box_or_button_that_is_not_sent_is_no_answer_but_a_text_is_kept() -> None:
    form = form_class(SECTION)(MultiDict({"q_nombre": ""}), data=form_data(SECTION, ANSWERED))
    assert values(form) == {
        name: ANSWERED[name]
        for name in ("texte_court", "texte_long", "decimal", "libre", "annee", "clsm")
    }


def test_stored_choices_no_longer_offered_are_not_prefilled() -> None:
    stored: dict[str, Value] = {"choix_unique": "jaune", "echelle": 9, "texte_court": "é" * 600}
    form = form_class(SECTION)(data=form_data(SECTION, stored))
    assert values(form) == {"texte_court": "é" * 600}


def test_foreign_fields_are_named() -> None:
    names = ["q_annee", "q_autre", "csrf_token", "q_autre", "q_"]
    assert foreign_fields(SECTION, names) == ["q_autre", "q_"]


QUESTIONNAIRE = Questionnaire(
    slug="essai",
    version=1,
    audience=Audience("essai", "Essai"),
    title="Essai",
    easy_title="Essai",
    introduction="",
    easy_introduction="",
    door=Door(title="Essai", text="Essai", minutes=1, order=1),
    sections=(asking(CONSENT), asking(question(Kind.YES_NO, required=True), YEAR)),
)


@pytest.mark.parametrize(
    ("answers", "ids"),
    [
        ({}, ["consentement", "oui_non"]),
        ({"consentement": False, "oui_non": False}, ["consentement"]),
        ({"consentement": True, "oui_non": "oui"}, ["oui_non"]),
        ({"consentement": True, "oui_non": False}, []),
    ],
)
def test_required_questions_without_an_acceptable_answer_are_missing(
    answers: dict[str, Value], ids: list[str]
) -> None:
    assert [asked.id for asked in missing(QUESTIONNAIRE, answers)] == ids
