"""The fields of a form: what they offer, how they look in HTML, what they say."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from forms.build import form_class, values
from forms.schema import Kind, Option, Question, Section
from tests.forms.questions import (
    ALL,
    CONSENT,
    QUOTATION,
    SCALE,
    SECTION,
    SEVERAL_CHOICES,
    YES_NO,
    asking,
    question,
    sent,
)


def html(section: Section, name: str, **data: Any) -> str:
    return str(form_class(section)(data=data)[name]())


def test_the_easy_form_has_the_easy_wording() -> None:
    form = form_class(SECTION, easy=True)()
    assert [field.label.text for field in form] == [asked.easy_label for asked in ALL]
    assert [choice.label for choice in form.q_choix_unique.iter_choices()] == [
        "Bleu",
        "Rouge",
        "Vert",
        "Je préfère ne pas répondre",
    ]


def test_fields_say_the_wtforms_type_they_are() -> None:
    assert {field.question.id: field.type for field in form_class(SECTION)()} == {
        "texte_court": "StringField",
        "texte_long": "TextAreaField",
        "choix_unique": "RadioField",
        "choix_multiple": "SelectMultipleField",
        "echelle": "RadioField",
        "oui_non": "RadioField",
        "nombre": "StringField",
        "decimal": "StringField",
        "libre": "StringField",
        "annee": "StringField",
        "clsm": "StringField",
        "consentement": "BooleanField",
        "accord_citation": "RadioField",
        "transcription": "TextAreaField",
        "voix": "SelectMultipleField",
    }


def test_an_accepted_answer_is_shown_as_it_is_stored() -> None:
    form = sent(SECTION, ("q_clsm", " Lille "), ("q_nombre", "1200"), ("q_texte_long", "a\r\nb"))
    shown = [form.q_clsm.written, form.q_nombre.written, form.q_texte_long.written]
    assert shown == [["Lille"], ["1\N{NO-BREAK SPACE}200"], ["a\nb"]]


def test_refused_words_stay_on_the_page() -> None:
    form = sent(SECTION, ("q_annee", "vers 2016"), ("q_texte_court", "é" * 501))
    assert form.q_annee() == (
        '<input autocomplete="off" id="q_annee" inputmode="numeric" name="q_annee" type="text" '
        'value="vers 2016">'
    )
    assert form.q_texte_court.written == ["é" * 501]


def test_optional_buttons_can_be_taken_back() -> None:
    assert html(asking(YES_NO), "q_oui_non", q_oui_non=True) == (
        '<ul id="q_oui_non"><li><input checked id="q_oui_non-0" name="q_oui_non" type="radio" '
        'value="oui"> <label for="q_oui_non-0">Oui</label></li><li><input id="q_oui_non-1" '
        'name="q_oui_non" type="radio" value="non"> <label for="q_oui_non-1">Non</label></li>'
        '<li><input id="q_oui_non-2" name="q_oui_non" type="radio" value=""> '
        '<label for="q_oui_non-2">Je préfère ne pas répondre</label></li></ul>'
    )
    assert values(sent(asking(YES_NO), ("q_oui_non", ""))) == {}


def offered(asked: Question, *pairs: tuple[str, str]) -> list[tuple[str, str, bool]]:
    form = form_class(asking(asked))(MultiDict(pairs) if pairs else None)
    return [(o.value, o.label, o.selected) for o in form[f"q_{asked.id}"].iter_choices()]


def test_a_scale_says_its_ends_and_nothing_is_chosen_at_first() -> None:
    assert offered(SCALE) == [
        ("1", "1 – Peu", False),
        ("2", "2", False),
        ("3", "3", False),
        ("4", "4", False),
        ("5", "5 – Beaucoup", False),
        ("", "Je préfère ne pas répondre", False),
    ]


def test_no_answer_stays_chosen_while_the_rest_is_mended() -> None:
    assert [chosen for *_, chosen in offered(YES_NO, ("q_oui_non", ""))] == [False, False, True]


def test_required_buttons_offer_no_way_out() -> None:
    required = question(Kind.YES_NO, required=True)
    assert offered(required) == [("oui", "Oui", False), ("non", "Non", False)]
    form = sent(asking(required))
    assert form.errors == {"q_oui_non": ["Choisissez « Oui » ou « Non » pour continuer."]}


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(n), f"Choix {n}", f"Choix {n}") for n in range(count))


@pytest.mark.parametrize(("count", "type_name"), [(8, "RadioField"), (9, "SelectField")])
def test_from_nine_options_on_a_list_unfolds(count: int, type_name: str) -> None:
    asked = question(Kind.ONE_CHOICE, options=options(count))
    assert form_class(asking(asked))().q_choix_unique.type == type_name


def test_a_list_begins_with_an_empty_choice() -> None:
    asked = question(Kind.ONE_CHOICE, options=options(9))
    assert offered(asked)[:2] == [("", "Choisissez dans la liste", False), ("0", "Choix 0", False)]
    assert html(asking(asked), "q_choix_unique", q_choix_unique="8").endswith(
        '<option selected value="8">Choix 8</option></select>'
    )
    assert values(sent(asking(asked), ("q_choix_unique", ""))) == {}


def test_several_choices_are_boxes() -> None:
    assert html(asking(SEVERAL_CHOICES), "q_choix_multiple", q_choix_multiple=["vert"]) == (
        '<ul id="q_choix_multiple"><li><input id="q_choix_multiple-0" name="q_choix_multiple" '
        'type="checkbox" value="bleu"> <label for="q_choix_multiple-0">Bleu, ou presque</label>'
        '</li><li><input id="q_choix_multiple-1" name="q_choix_multiple" type="checkbox" '
        'value="rouge"> <label for="q_choix_multiple-1">Rouge</label></li><li><input checked '
        'id="q_choix_multiple-2" name="q_choix_multiple" type="checkbox" value="vert"> '
        '<label for="q_choix_multiple-2">Vert</label></li></ul>'
    )


def test_required_boxes_are_not_each_required() -> None:
    required = question(Kind.SEVERAL_CHOICES, required=True, options=options(2))
    assert "required" not in html(asking(required), "q_choix_multiple")
    assert sent(asking(required)).errors == {
        "q_choix_multiple": ["Cochez au moins une réponse pour continuer."]
    }


def test_a_consent_is_a_box_of_its_own() -> None:
    assert html(asking(CONSENT), "q_consentement") == (
        '<input id="q_consentement" name="q_consentement" required type="checkbox" value="oui">'
    )
    assert values(sent(asking(CONSENT), ("q_consentement", "oui"))) == {"consentement": True}


def test_a_long_text_keeps_the_line_it_begins_with() -> None:
    assert html(SECTION, "q_texte_long", q_texte_long="\nun") == (
        '<textarea id="q_texte_long" name="q_texte_long" rows="7">\r\n\nun</textarea>'
    )


def test_no_text_is_cut_by_the_browser() -> None:
    form = form_class(SECTION)()
    assert [field.name for field in form if "maxlength" in str(field())] == []


def test_a_clsm_is_suggested_from_what_the_caller_knows() -> None:
    form = form_class(SECTION)()
    form.q_clsm.suggestions = ["Lens", "L’Haÿ-les-Roses"]
    assert form.q_clsm() == (
        '<input id="q_clsm" list="q_clsm-datalist" name="q_clsm" type="text" value="">'
    )
    assert form.q_clsm.datalist() == (
        '<datalist id="q_clsm-datalist"><option value="Lens">'
        '<option value="L’Haÿ-les-Roses"></datalist>'
    )
    assert form_class(SECTION)().q_clsm.suggestions == []


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.id)
def test_every_kind_can_be_required(asked: Question) -> None:
    required = question(
        asked.kind,
        required=True,
        options=asked.options,
        minimum=asked.minimum,
        maximum=asked.maximum,
        scale=asked.scale,
    )
    form = sent(asking(required), ("autre", ""))
    assert [len(errors) for errors in form.errors.values()] == [1]


def test_a_refused_answer_is_not_said_to_be_missing_too() -> None:
    required = question(Kind.YEAR, required=True, minimum=1970, maximum=2035)
    assert sent(asking(required), ("q_annee", "16")).errors == {
        "q_annee": ["Écrivez l’année en quatre chiffres, par exemple 2016."]
    }


def test_to_be_quoted_has_its_three_answers_and_none_is_taken_beforehand() -> None:
    field = form_class(asking(QUOTATION))().q_accord_citation
    assert [(each.value, each.label, each.selected) for each in field.iter_choices()] == [
        ("non", "Pas du tout", False),
        ("sans_nom", "Sans aucun nom", False),
        ("fonction", "Avec ma fonction", False),
    ]
    assert values(sent(asking(QUOTATION))) == {}
    assert values(sent(asking(QUOTATION), ("q_accord_citation", "fonction"))) == {
        "accord_citation": "fonction"
    }
