"""Quotations: shown only as long as they may be, changed by ellipsis alone, signed as agreed."""

from dataclasses import replace

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from app.models import Account, RoleName, Testimony
from app.services import consents, quotations, receipts
from app.services.quotable import Desk, RefusedError, Shown, Why
from app.services.quotations import AlreadyChosenError, GoneError
from forms.schema import Purpose
from guides.schema import Kind
from tests import factories, quoting
from tests.quoting import FEAR, WORDS


@pytest.fixture
def by(session: Session) -> Account:
    return factories.account(session, roles=[RoleName.RESEARCHER])


@pytest.fixture
def testimony(session: Session, by: Account) -> Testimony:
    return quoting.quotable(session, by=by.id)


def shown(session: Session) -> list[Shown]:
    """Return what was chosen for the guide, as another request would show it."""
    session.flush()
    session.expire_all()
    desk = Desk(session, quoting.names())
    return [desk.show(each) for each in quotations.of(session, "personnes")]


def told(session: Session) -> list[tuple[str | None, str, Why | None]]:
    return [(each.text, each.signature, each.why) for each in shown(session)]


def test_a_passage_is_shown_with_its_pseudonyms_and_its_signature(
    session: Session, testimony: Testimony
) -> None:
    quoting.chosen(session, testimony, WORDS, "Au début, ", " de parler")
    assert told(session) == [
        (
            "[…] [Prénom 1] [Nom 1] m’a accueillie. J’ai eu peur […] devant tout le monde.",
            "Usagère ou usager, Bretagne",
            None,
        )
    ]
    assert [each.crowd for each in shown(session)] == [1]


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (("Jeanne Lemoine",), "Au début, […] m’a accueillie."),
        (("anne Lem",), "Au début, […] m’a accueillie."),  # what is replaced is left out in whole
        ((" m’a accueillie.",), "Au début, [Prénom 1] [Nom 1] […]"),
    ],
)
def test_a_pseudonym_is_never_cut_nor_undone(
    session: Session, testimony: Testimony, left: tuple[str], text: str
) -> None:
    quoting.chosen(session, testimony, "Au début, Jeanne Lemoine m’a accueillie.", *left)
    assert [each.text for each in shown(session)] == [text]


def test_bounds_inside_a_name_take_its_pseudonym_in(session: Session, testimony: Testimony) -> None:
    quoting.chosen(session, testimony, "début, Jean")
    assert [each.text for each in shown(session)] == ["début, [Prénom 1]"]


def test_without_any_name_it_is_signed_by_the_profile_alone(session: Session, by: Account) -> None:
    unnamed = quoting.quotable(session, degree="sans_nom", by=by.id)
    quoting.chosen(session, unnamed)
    named = quoting.quotable(session, by=by.id)
    quoting.chosen(session, named, FEAR, is_unplaced=True)
    assert told(session) == [(FEAR, "Usagère ou usager", None)] * 2
    assert [each.crowd for each in shown(session)] == [None, None]
    quoting.consent(named).degree = None  # a box of the first versions
    assert told(session)[1] == (FEAR, "Usagère ou usager", None)


def test_what_its_author_does_not_agree_to_is_refused(session: Session, by: Account) -> None:
    made = quoting.quotable(session, degree="non", by=by.id)
    with pytest.raises(RefusedError) as refused:
        quoting.chosen(session, made)
    assert (refused.value.why, told(session)) == (Why.CONSENT, [])


def test_what_nobody_has_read_over_is_refused(session: Session) -> None:
    with pytest.raises(RefusedError) as refused:
        quoting.chosen(session, quoting.quotable(session))
    assert refused.value.why is Why.PERSONAL


def test_something_must_be_left(session: Session, testimony: Testimony) -> None:
    with pytest.raises(RefusedError) as refused:
        quoting.chosen(session, testimony, FEAR, WORDS)
    assert refused.value.why is Why.EMPTY


def test_a_consent_taken_back_hides_it_at_once_and_given_again_shows_it(
    session: Session, testimony: Testimony
) -> None:
    quoting.chosen(session, testimony)
    consents.take_back(testimony, [Purpose.CITATION])
    assert told(session) == [(None, "", Why.CONSENT)]
    quoting.consent(testimony).is_given = True
    assert told(session) == [(FEAR, "Usagère ou usager", None)]  # the degree was taken back too


def test_an_amended_testimony_takes_its_passages_along(
    session: Session, testimony: Testimony
) -> None:
    made_id = quoting.chosen(session, testimony).id
    questionnaire = current_app.extensions["questionnaires"].current("usager")
    receipts.amend(session, testimony, questionnaire, receipts.values(testimony))
    session.flush()
    assert (told(session), quoting.found(session, made_id)) == ([], None)


def test_a_withdrawn_testimony_takes_its_passages_along(
    session: Session, testimony: Testimony
) -> None:
    made_id = quoting.chosen(session, testimony).id
    receipts.withdraw(session, testimony)
    assert (told(session), quoting.found(session, made_id)) == ([], None)


def test_what_the_team_says_in_an_interview_is_never_quoted(session: Session, by: Account) -> None:
    text = "Enquêtrice : Et les élus ?\nÉlue : Le maire vient.\nEnquêtrice : Bien.\nÉlue : Oui."
    made = factories.interview(session, text=text)
    quoting.confirm(session, made, by.id)
    said = {"guide": "elus", "chapter": "porter", "kind": Kind.QUOTATION}
    quoting.chosen(session, made, text, **said)
    desk = Desk(session, quoting.names())
    (own,) = [desk.show(each) for each in quotations.of(session, "elus")]
    assert own.text == "[…] Le maire vient. […] Oui."
    with pytest.raises(RefusedError):
        quoting.chosen(session, made, "Enquêtrice : Bien.", **said)


def test_the_same_passage_is_chosen_once_and_comes_back(
    session: Session, testimony: Testimony
) -> None:
    made = quoting.chosen(session, testimony)
    with pytest.raises(AlreadyChosenError):
        quoting.chosen(session, testimony)
    quoting.chosen(session, testimony, FEAR, kind=Kind.QUOTATION)
    quotations.take_off(session, made)
    assert [each.quotation.kind for each in shown(session)] == [Kind.QUOTATION]
    again = quoting.chosen(session, testimony, FEAR, " de parler")
    assert again.id == made.id
    assert {each.text for each in shown(session)} == {
        FEAR,
        "J’ai eu peur […] devant tout le monde.",
    }


def test_a_passage_is_changed_where_it_stands(session: Session, testimony: Testimony) -> None:
    made = quoting.chosen(session, testimony)
    told_ = quoting.choice(testimony, FEAR, " de parler", kind=Kind.LEVER, note="Revoir")
    quotations.change(session, quoting.names(), made, told_)
    assert (made.kind, made.note, made.cuts) == (Kind.LEVER, "Revoir", [[53, 63]])
    quoting.take_back(testimony)
    session.flush()
    with pytest.raises(RefusedError):
        quotations.change(session, quoting.names(), made, told_)


def test_passages_of_a_kind_are_put_in_order(session: Session, by: Account) -> None:
    made = [
        quoting.chosen(session, quoting.quotable(session, by=by.id), kind=kind)
        for kind in (Kind.OBSTACLE, Kind.LEVER, Kind.OBSTACLE, Kind.OBSTACLE)
    ]
    first, _, second, third = made
    assert quotations.move(session, third, up=True)
    assert not quotations.move(session, first, up=True)
    obstacles = [each for each in quotations.of(session, "personnes") if each.kind is Kind.OBSTACLE]
    assert obstacles == [first, third, second]


def test_a_place_outside_of_the_answer_is_no_passage(
    session: Session, testimony: Testimony
) -> None:
    beyond = replace(quoting.choice(testimony), end=5000)
    with pytest.raises(GoneError):
        quotations.choose(session, quoting.names(), quoting.answer(testimony).id, beyond, by=None)
