"""Asking to be called: what is kept, what is refused, how it is taken back."""

import uuid
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Recontact, RecontactSource, RecontactWish

ASK = "/etre-rappele"
FROM = f"{ASK}?depuis=usager"
PHONE = "06.12 34 56-78"


def page(reply: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(reply.text, "html5lib")


def left() -> list[Recontact]:
    db.session.rollback()
    return list(db.session.scalars(select(Recontact)))


def press(client: FlaskClient, shown: TestResponse, **typed: str) -> TestResponse:
    """Send the form of a page, what is typed beside what it holds."""
    form = page(shown).select_one("main form")
    assert form is not None
    held = {str(each["name"]): str(each["value"]) for each in form.select("input[type=hidden]")}
    return client.post(str(form["action"]), data=held | typed)


def errors(reply: TestResponse) -> dict[str, str]:
    """Give what the page says is wrong, by the field that each line leads to."""
    return {
        str(link["href"])[1:]: link.text.split("\u00a0: ", 1)[1]
        for link in page(reply).select(".error-summary a")
    }


def test_a_number_is_kept_for_the_team_as_it_was_typed(client: FlaskClient) -> None:
    reply = client.post(FROM, data={"phone": PHONE, "name": " Sam ", "hours": "le soir"})
    assert (reply.status_code, reply.location) == (302, f"{ASK}/merci?depuis=usager")
    (kept,) = left()
    assert (kept.phone, kept.name, kept.hours, kept.email) == (PHONE, "Sam", "le soir", None)
    assert (kept.wish, kept.source) == (RecontactWish.CALL, RecontactSource.CALL)
    assert (kept.audience, kept.left_in.day) == ("usager", 1)


def test_a_number_is_enough(client: FlaskClient) -> None:
    assert client.post(FROM, data={"phone": PHONE}).status_code == 302
    assert [(each.name, each.hours) for each in left()] == [(None, None)]


def test_staff_read_it(client: FlaskClient, staff: FlaskClient) -> None:
    client.post(FROM, data={"phone": PHONE})
    row = page(staff.get("/equipe/a-rappeler")).select_one("tbody tr")
    assert row is not None
    assert PHONE in row.text


def test_whoever_comes_from_the_call_says_who_they_are(client: FlaskClient) -> None:
    offered = [box["value"] for box in page(client.get(ASK)).select("[name=audience]")]
    assert offered == ["coordinateur", "elu", "usager", "aidant"]
    reply = client.post(ASK, data={"phone": PHONE})
    assert (reply.status_code, errors(reply)) == (422, {"audience": "Choisissez une réponse."})
    group = page(reply).select_one("fieldset#audience")
    assert group is not None
    assert group["aria-describedby"] == "audience-erreur audience-aide"
    assert left() == []
    client.post(ASK, data={"phone": PHONE, "audience": "aidant"})
    assert [each.audience for each in left()] == ["aidant"]


def test_whoever_comes_from_a_questionnaire_is_not_asked_again(client: FlaskClient) -> None:
    html = page(client.get(FROM))
    assert html.select("[name=audience]") == []
    assert [a["href"] for a in html.select("main a[href^='/temoigner']")] == ["/temoigner/usager/"]


def test_a_questionnaire_that_is_not_counts_as_none(client: FlaskClient) -> None:
    assert len(page(client.get(f"{ASK}?depuis=personne")).select("[name=audience]")) == 4


def test_an_audience_that_is_not_is_refused(client: FlaskClient) -> None:
    reply = client.post(ASK, data={"phone": PHONE, "audience": "curieux"})
    assert (reply.status_code, left()) == (422, [])


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        ("", "Écrivez votre numéro de téléphone."),
        ("   ", "Écrivez votre numéro de téléphone."),
        (
            "demain",
            "Un numéro de téléphone a 10\u00a0chiffres, par exemple "
            "06\u00a012\u00a034\u00a056\u00a078. Écrivez à nouveau votre numéro.",
        ),
        ("06" + " " * 31 + "12345678", "Écrivez moins de 40\u00a0signes."),
    ],
)
def test_a_number_that_cannot_be_dialled(client: FlaskClient, phone: str, said: str) -> None:
    reply = client.post(FROM, data={"phone": phone, "name": "Sam", "hours": "le soir"})
    assert (reply.status_code, errors(reply)) == (422, {"phone": said})
    html = page(reply)
    assert html.title is not None
    assert html.title.text == "Erreur\u00a0: Être rappelée ou rappelé - Recueil"
    field = html.select_one("#phone")
    assert field is not None
    assert (field["value"], field["aria-invalid"]) == (phone, "true")
    assert field["aria-describedby"] == "phone-erreur phone-aide"
    assert [html.select_one("#name")["value"], html.select_one("#hours").text.strip()] == [  # type: ignore[index, union-attr]
        "Sam",
        "le soir",
    ]
    assert left() == []


@pytest.mark.parametrize(("field", "length"), [("name", 121), ("hours", 501)])
def test_too_many_words(client: FlaskClient, field: str, length: int) -> None:
    reply = client.post(FROM, data={"phone": PHONE, field: "x" * length})
    assert (reply.status_code, errors(reply)) == (
        422,
        {field: f"Écrivez moins de {length - 1}\u00a0signes."},
    )


def test_personal_fields_can_be_filled_by_the_browser(client: FlaskClient) -> None:
    html = page(client.get(FROM))
    kinds = {
        field["name"]: (field.get("type"), field["autocomplete"])
        for field in html.select(".question [autocomplete]")
    }
    assert kinds == {"phone": ("tel", "tel"), "name": ("text", "name"), "hours": (None, "off")}


def test_the_confirmation_tells_the_end_of_the_number_and_no_name(client: FlaskClient) -> None:
    client.post(FROM, data={"phone": PHONE, "name": "Sam"})
    html = page(client.get(f"{ASK}/merci?depuis=usager"))
    number = html.select_one("main strong")
    assert number is not None
    assert number.text == "78"
    assert [PHONE in html.text, "Sam" in html.text] == [False, False]


def test_another_browser_sees_nothing(client: FlaskClient, app: Flask) -> None:
    client.post(FROM, data={"phone": PHONE})
    reply = app.test_client().get(f"{ASK}/merci?depuis=usager")
    assert (reply.status_code, reply.location) == (302, FROM)


def test_the_number_is_erased_when_its_owner_changes_their_mind(client: FlaskClient) -> None:
    client.post(FROM, data={"phone": PHONE})
    reply = press(client, client.get(f"{ASK}/merci"))
    assert (reply.location, left()) == ("/", [])
    told = page(client.get("/")).select_one("[role=status]")
    assert told is not None
    assert told.text == "Votre numéro est effacé. Nous ne vous appellerons pas."


def test_another_browser_erases_nothing(client: FlaskClient, app: Flask) -> None:
    client.post(FROM, data={"phone": PHONE})
    (mine,) = left()
    for made_up in ("", str(mine.id), "a.b", "é"):
        reply = app.test_client().post(f"{ASK}/effacer", data={"left": made_up})
        assert reply.location == f"{ASK}/merci"
    assert len(left()) == 1


def test_opening_a_page_erases_nothing(client: FlaskClient) -> None:
    client.post(FROM, data={"phone": PHONE})
    assert client.get(f"{ASK}/effacer").status_code == 405
    assert len(left()) == 1


def test_on_a_shared_computer_the_next_number_is_added(client: FlaskClient) -> None:
    client.post(FROM, data={"phone": PHONE})
    mine = client.get(f"{ASK}/merci")
    html = page(client.get(FROM))
    assert [field["value"] for field in html.select("main [name=replaced]")] == [""]
    client.post(f"{ASK}?depuis=aidant", data={"phone": "03 20 00 00 01"})
    assert sorted((str(each.phone), each.audience) for each in left()) == [
        ("03 20 00 00 01", "aidant"),
        (PHONE, "usager"),
    ]
    assert [each.text for each in page(client.get(f"{ASK}/merci")).select("main strong")] == ["01"]
    press(client, mine)  # the page of the first, still open beside, erases the first alone
    assert [each.phone for each in left()] == ["03 20 00 00 01"]
    press(client, client.get(f"{ASK}/merci"))
    assert (left(), client.get(f"{ASK}/merci").location) == ([], ASK)


@pytest.mark.parametrize("easy", [False, True])
def test_another_number_in_its_place(client: FlaskClient, easy: bool) -> None:
    more = "&facile=1" if easy else ""
    client.post(f"{FROM}{more}", data={"phone": PHONE})
    link = page(client.get(f"{ASK}/merci?depuis=usager{more}")).select_one("main a[href*=autre]")
    assert link is not None
    assert left()[0].phone == PHONE
    shown = client.get(str(link["href"]))
    assert [each.text for each in page(shown).select("main strong")] == ["78"]
    refused = press(client, shown, phone="demain")
    assert (refused.status_code, [each.phone for each in left()]) == (422, [PHONE])
    reply = press(client, refused, phone="03 20 00 00 01")
    assert reply.location == f"{ASK}/merci?depuis=usager{more}"
    assert [each.phone for each in left()] == ["03 20 00 00 01"]


def test_no_other_number_where_none_was_left(client: FlaskClient) -> None:
    assert client.get(f"{ASK}/autre?depuis=usager").location == FROM


def test_a_made_up_number_to_replace_replaces_none(client: FlaskClient, app: Flask) -> None:
    client.post(FROM, data={"phone": PHONE})
    (mine,) = left()
    for made_up in (str(mine.id), "a.b", "é"):
        reply = app.test_client().post(FROM, data={"phone": "0320000001", "replaced": made_up})
        assert reply.status_code == 302
    assert len(left()) == 4


def test_a_button_pressed_twice_asks_once(client: FlaskClient) -> None:
    for hours in ("le soir", "le soir", "le matin"):
        client.post(FROM, data={"phone": PHONE, "name": "Sam", "hours": hours})
    assert sorted(str(each.hours) for each in left()) == ["le matin", "le soir"]


def test_a_name_is_no_link(client: FlaskClient) -> None:
    reply = client.post(FROM, data={"phone": PHONE, "name": "gagnez www.exemple.fr"})
    assert (reply.status_code, errors(reply), left()) == (
        422,
        {
            "name": "Écrivez sans adresse de site ni de messagerie\u00a0; "
            "laissez une espace après chaque point."
        },
        [],
    )


def test_a_refused_number_leaves_the_one_before(client: FlaskClient) -> None:
    client.post(FROM, data={"phone": PHONE})
    client.post(FROM, data={"phone": "demain"})
    assert [each.phone for each in left()] == [PHONE]


def test_the_team_may_have_erased_it_meanwhile(client: FlaskClient) -> None:
    client.post(FROM, data={"phone": PHONE})
    shown, another = client.get(f"{ASK}/merci"), client.get(f"{ASK}/autre?depuis=usager")
    db.session.execute(delete(Recontact))
    db.session.commit()
    assert client.get(f"{ASK}/merci").location == ASK
    assert press(client, another, phone="03 20 00 00 01").status_code == 302
    assert [each.phone for each in left()] == ["03 20 00 00 01"]
    assert press(client, shown).location == "/"
    db.session.execute(delete(Recontact))
    db.session.commit()
    assert client.post(FROM, data={"phone": PHONE}).status_code == 302
    assert len(left()) == 1


def test_easy_french_goes_on_from_page_to_page(client: FlaskClient) -> None:
    easy = f"{ASK}?facile=1&depuis=usager"
    reply = client.post(easy, data={"phone": "demain"})
    labels = [label.text for label in page(reply).select(".question label")]
    assert labels == [
        "Votre numéro de téléphone",
        "Votre nom ou votre prénom",
        "Quand pouvons-nous vous appeler\u00a0?",
    ]
    reply = client.post(easy, data={"phone": PHONE})
    assert reply.location == f"{ASK}/merci?depuis=usager&facile=1"
    assert press(client, client.get(reply.location)).location == "/facile"


def test_a_page_left_open_too_long_loses_nothing(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    reply = client.post(FROM, data={"phone": PHONE, "name": "Sam", "csrf_token": "vieux"})
    html = page(reply)
    told = html.select_one(".error-summary li")
    assert told is not None
    assert (reply.status_code, told.text) == (
        422,
        "Cette page est restée ouverte trop longtemps. Relisez, puis envoyez à nouveau\u00a0: "
        "rien n’est perdu.",
    )
    field = html.select_one("#phone")
    assert field is not None
    assert (field["value"], left()) == (PHONE, [])
    assert client.post(f"{ASK}/effacer").location == f"{ASK}/merci"


FIELDS = st.fixed_dictionaries(
    {},
    optional={name: st.text(max_size=600) for name in ("phone", "name", "hours", "audience")},
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=FIELDS, origin=st.text(max_size=30), easy=st.booleans())
def test_whatever_is_sent_is_kept_or_refused(
    app: Flask, data: dict[str, str], origin: str, easy: bool
) -> None:
    address = {"depuis": origin, "facile": "1" if easy else "0"}
    reply = app.test_client().post(ASK, query_string=address, data=data)
    assert reply.status_code in {302, 422}


@pytest.mark.parametrize(
    ("slug", "offers"),
    [("coordinateur", False), ("elu", False), ("usager", True), ("aidant", True)],
)
def test_the_door_is_on_the_pages_of_those_whose_definition_offers_it(
    client: FlaskClient, slug: str, offers: bool
) -> None:
    for easy in ("", "&facile=1"):
        pages = [f"/temoigner/{slug}/?{easy}"]
        doors = [
            a["href"]
            for path in pages
            for a in page(client.get(path, follow_redirects=True)).select(".call-me a")
        ]
        assert doors == ([f"{ASK}?depuis={slug}{easy}"] if offers else [])


def test_a_stranger_s_session_is_not_a_number(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["call"] = str(uuid.uuid4())
    assert client.get(f"{ASK}/merci").location == ASK


def test_a_form_sent_too_quickly_comes_back_with_its_words(make_app: Callable[..., Flask]) -> None:
    client = make_app(WTF_CSRF_ENABLED=False, GATE_LEAST_SECONDS=3).test_client()
    html = page(client.get(FROM))
    stamp = html.select_one("[name=gate]")
    assert stamp is not None
    reply = client.post(FROM, data={"phone": PHONE, "name": "Sam", "gate": str(stamp["value"])})
    html = page(reply)
    assert html.title is not None
    assert (reply.status_code, html.title.text) == (
        422,
        "Erreur\u00a0: Être rappelée ou rappelé - Recueil",
    )
    assert [str(field["value"]) for field in html.select("#phone, #name")] == [PHONE, "Sam"]
    assert left() == []


def test_a_filled_trap_keeps_nothing(client: FlaskClient) -> None:
    reply = client.post(FROM, data={"phone": PHONE, "site_web": "x"})
    assert (reply.status_code, left()) == (422, [])


def test_what_the_gate_says_is_easy_to_read_too(make_app: Callable[..., Flask]) -> None:
    client = make_app(WTF_CSRF_ENABLED=False, GATE_LEAST_SECONDS=3).test_client()
    reply = client.post(f"{FROM}&facile=1", data={"phone": PHONE})
    told = page(reply).select_one(".error-summary")
    assert told is not None
    assert told.get_text("|", strip=True).split("|") == [
        "Appuyez encore sur le bouton",
        "Nous vérifions que vous n’êtes pas un robot.",
        "Appuyez encore sur le bouton.",
        "Rien n’est perdu.",
    ]
