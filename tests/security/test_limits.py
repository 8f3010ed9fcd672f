"""Every field in which something is typed has a limit; past it nothing is kept, nothing is lost."""

from collections.abc import Iterator

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, StringField
from wtforms.fields.core import UnboundField
from wtforms.meta import DefaultMeta
from wtforms.validators import Length

from app.extensions import db
from app.views.signing import OwnPasswordForm, SignInForm
from forms import build
from forms.answers import LIMITS, group
from forms.fields import LongTextAnswer, SuggestedAnswer, TextAnswer
from forms.schema import Library, Questionnaire
from tests import factories
from tests.answering import CONSENT, address, kept
from tests.security.walking import forms, send

OF_THE_LIBRARY = (SignInForm, OwnPasswordForm)
ELSEWHERE = {"InterviewForm.text"}
"""Checked by the form as the answer that it is: test_transcripts tries it."""

TYPED = (TextAnswer, LongTextAnswer, SuggestedAnswer)


def below(form: type[Form]) -> Iterator[type[Form]]:
    for each in form.__subclasses__():
        yield each
        yield from below(each)


def limit(field: StringField) -> int:
    """The longest text that a field takes; -1 for any."""
    return max((each.max for each in field.validators if isinstance(each, Length)), default=-1)


def test_each_text_field_of_each_form_has_a_limit(app: Flask) -> None:
    ours = sorted(
        {each for each in below(Form) if each.__module__.startswith("app.")},
        key=lambda each: (each.__module__, each.__name__),
    )
    seen, endless = 0, []
    for form in ours:
        for name in dir(form):
            unbound = getattr(form, name)
            if not isinstance(unbound, UnboundField) or issubclass(form, OF_THE_LIBRARY):
                continue
            field = unbound.bind(form=None, name=name, _meta=DefaultMeta(), translations=None)
            if isinstance(field, StringField) and not isinstance(field, HiddenField):
                seen += 1
                endless += [f"{form.__name__}.{name}"] if limit(field) < 1 else []
    assert set(endless) == ELSEWHERE
    assert (len(ours), seen) >= (50, 70)


@pytest.mark.parametrize("form", OF_THE_LIBRARY)
def test_those_of_the_library_too(app: Flask, form: type[Form]) -> None:
    with app.test_request_context():
        fields = [each for each in form() if isinstance(each, StringField)]
        typed = {each.name: limit(each) for each in fields if not isinstance(each, HiddenField)}
    assert len(typed) >= 2
    assert [name for name, longest in typed.items() if longest < 1] == []


def installed() -> list[Questionnaire]:
    library: Library = current_app.extensions["questionnaires"]
    return [*library, *library.interviews]


def test_each_text_question_of_each_definition_refuses_one_character_too_many(app: Flask) -> None:
    tried = set()
    for questionnaire in installed():
        for section in questionnaire.sections:
            form_class = build.form_class(section)
            for field in form_class():
                if not isinstance(field, TYPED):
                    continue
                most = LIMITS[field.question.kind]
                for text, is_refused in (("z" * most, False), ("z" * (most + 1), True)):
                    form = form_class(MultiDict({field.name: text}))
                    form.validate()
                    told = form[field.name]
                    assert bool(told.errors) is is_refused, field.name
                    assert told.written == [text]  # shown again, to be shortened
                    if is_refused:
                        assert "au plus. Raccourcissez-le de 1 signe" in told.errors[0]
                tried.add(field.question.kind)
    assert tried >= {kind for kind in LIMITS if kind.value in ("texte_court", "texte_long", "clsm")}


def test_a_page_too_long_is_shown_again_whole(app: Flask) -> None:
    client = app.test_client()
    client.post(address("accord", "elu"), data=CONSENT)
    library: Library = current_app.extensions["questionnaires"]
    pages = [address(each.id, "elu") for each in library.current("elu").sections]
    found = (form for each in pages for form in forms(each, client.get(each)))
    form = next(each for each in found if "textarea" in each.kinds.values())
    name = next(name for name, kind in form.kinds.items() if kind == "textarea")
    too_long = "z" * 100_001
    values = [(n, too_long if n == name else v) for n, v in form.filled("3")]
    reply = send(client, form, values)
    assert reply.status_code == 422
    assert "<title>Erreur" in reply.text
    assert "Raccourcissez-le de 1" in reply.text
    assert too_long in reply.text
    assert name.removeprefix("q_") not in kept()


def test_a_memo_and_a_transcript_too_long_are_refused_in_words(researcher: FlaskClient) -> None:
    sent = factories.testimony(db.session)
    db.session.commit()
    place = f"/recherche/temoignages/{sent.id}/memo"
    for where, name, most, told in (
        (place, "memo", 5_000, "Un mémo tient en 5000 caractères."),
        (
            "/recherche/entretiens/nouveau",
            "text",
            500_000,
            f"Écrivez {group(500_000)}\u00a0signes au plus.",
        ),
    ):
        too_long = "z" * (most + 1)
        reply = researcher.post(where, data={name: too_long, "audience": "elu", "vu": ""})
        assert reply.status_code == 422
        assert told in reply.text
        assert too_long in reply.text
