"""What an interview became: its sheet handed over, read by its author, corrected, listed apart."""

import re
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import ConsentPurpose, QuotationDegree, Revision, RoleName, Testimony
from app.models.base import today
from app.services import consents, receipts
from tests import factories
from tests.documents import word
from tests.reading import page, text, texts
from tests.transcripts import (
    CHECK,
    FORM,
    NEW,
    TOLD,
    begun,
    count,
    filled,
    read,
    send,
    send_file,
    the_one,
    title,
)


def test_sent_twice_it_is_one_testimony_and_one_code(researcher: FlaskClient) -> None:
    sent = begun(researcher)
    first, second = (send(researcher, CHECK, **sent) for _ in range(2))
    assert (first.location, count()) == (second.location, 1)
    told = text(page(researcher, str(first.location)).select_one(".alert"))
    assert told == (
        "Cet entretien était déjà enregistré : rien n’a été changé. Pour le corriger, ouvrez le "
        "témoignage."
    )


def test_the_sheet_shows_the_code_until_it_is_handed_over(researcher: FlaskClient) -> None:
    address = str(send(researcher, CHECK, **begun(researcher)).location)
    soup = page(researcher, address)
    code = "".join(texts(soup, ".receipt-code span"))
    found = receipts.look_up(db.session, code)
    assert found is not None
    assert found.testimony is not None
    assert found.testimony.id == the_one().id
    assert texts(page(researcher, address), ".receipt-code span") == re.findall("....", code)
    handed = researcher.post(address)
    assert handed.location == f"/recherche/temoignages/{the_one().id}"
    assert researcher.get(address).status_code == 404


def test_another_colleague_does_not_see_the_sheet(researcher: FlaskClient) -> None:
    """Nor does whoever signs in after, in the same browser."""
    address = str(send(researcher, CHECK, **begun(researcher)).location)
    assert researcher.get(address).status_code == 200
    factories.account(db.session, roles=[RoleName.RESEARCHER])
    db.session.commit()
    researcher.post("/compte/deconnexion")
    login = {"email": "collegue@recueil.example", "password": "une phrase de passe"}
    assert researcher.post("/compte/connexion", data=login).status_code == 302
    assert researcher.get(address).status_code == 404
    assert researcher.get(NEW).status_code == 200


def test_sheets_wait_whatever_is_begun_after(researcher: FlaskClient) -> None:
    stored = [begun(researcher) for _ in range(3)]
    sheets = [str(send(researcher, CHECK, **each).location) for each in stored]
    assert (len(set(sheets)), count()) == (3, 3)
    for _ in range(4):
        begun(researcher)
    soup = page(researcher, NEW)
    assert [str(link["href"]) for link in soup.select(".margin li a")] == sheets
    codes = {text(page(researcher, each).select_one(".receipt-code")) for each in sheets}
    assert len(codes) == 3
    researcher.post(sheets[0])
    assert len(page(researcher, NEW).select(".margin li a")) == 2


def test_no_code_is_lost_when_many_sheets_wait(researcher: FlaskClient) -> None:
    late = begun(researcher)
    sheets = [str(send(researcher, CHECK, **begun(researcher)).location) for _ in range(8)]
    codes = {text(page(researcher, each).select_one(".receipt-code")) for each in sheets}
    assert (len(codes), count()) == (8, 8)
    told = text(page(researcher, NEW).select_one(".alert"))
    assert told == (
        "Remettez d’abord une feuille : 8 attendent déjà d’être imprimées ou remises. "
        "Un autre entretien pourra être entré ensuite."
    )
    by_file = send_file(researcher, word("Élue : Oui."))
    assert (by_file.status_code, title(by_file)) == (422, "Erreur : Entrer un entretien - Recueil")
    assert filled(read(by_file))["text"] == "Élue : Oui."
    for form in (late, FORM):
        reply = send(researcher, CHECK, **form)
        assert (reply.status_code, title(reply), count()) == (
            422,
            "Erreur : Vérifier l’entretien - Recueil",
            8,
        )
        shown = read(reply)
        assert text(shown.select_one("#plein")) == "Remettez d’abord une feuille"
        assert [str(link["href"]) for link in shown.select(".error-summary a")] == sheets
        assert (filled(shown)["text"], filled(shown)["q_mandat"]) == (TOLD, "maire")
    again = filled(shown)
    assert codes == {text(page(researcher, each).select_one(".receipt-code")) for each in sheets}
    researcher.post(sheets[0])
    assert send(researcher, CHECK, **again).status_code == 302
    assert count() == 9


def test_an_interview_already_stored_is_told_so_though_many_sheets_wait(
    researcher: FlaskClient,
) -> None:
    forms = [begun(researcher) for _ in range(2)] + [FORM] * 6
    sheets = [str(send(researcher, CHECK, **form).location) for form in forms]
    assert (send(researcher, CHECK, **forms[0]).location, count()) == (sheets[0], 8)


def test_the_sheet_of_what_was_withdrawn_keeps_no_place(researcher: FlaskClient) -> None:
    for _ in range(8):
        send(researcher, CHECK, **FORM)
    db.session.delete(db.session.scalars(select(Testimony).limit(1)).one())
    db.session.commit()
    assert len(page(researcher, NEW).select(".margin li a")) == 7
    assert send(researcher, CHECK, **FORM).status_code == 302


def test_the_author_reads_withdraws_and_is_told_whom_to_write_to(
    researcher: FlaskClient, client: FlaskClient
) -> None:
    address = str(send(researcher, CHECK, **begun(researcher)).location)
    code = text(page(researcher, address).select_one(".receipt-code"))
    assert client.post("/mon-temoignage", data={"code": code}).location == "/mon-temoignage/lire"
    soup = page(client, "/mon-temoignage/lire")
    assert text(soup.select_one(".where")) == (
        f"Référence {the_one().reference}. Entretien du 3 novembre 2026."
    )
    assert [str(form["action"]) for form in soup.select("main form")] == ["/mon-temoignage/fermer"]
    assert dict(zip(texts(soup, ".answers dt"), texts(soup, ".answers dd"), strict=True)) == {
        "Comment l’accord a-t-il été donné ?": (
            "De vive voix, et l’enregistrement en garde la trace"
        ),
        "Dans quelle région se trouve-t-il ?": "Bretagne",
        "Quel est son mandat principal ?": "Maire",
        "Transcription de l’entretien": " ".join(TOLD.split()),
        "Voix de l’équipe de recherche dans le texte": "Enquêtrice",
    }
    assert client.post("/mon-temoignage/modifier").location == "/mon-temoignage/lire"
    assert client.get("/temoigner/entretien_elu/").status_code == 404
    page(client, "/mon-temoignage/accords")
    client.post("/mon-temoignage/accords", data={"q_consentement_citation": "non"})
    db.session.rollback()
    assert {each.purpose: each.is_given for each in the_one().consents} == {
        ConsentPurpose.PARTICIPATION: True,
        ConsentPurpose.QUOTATION: False,
    }
    assert client.post("/mon-temoignage/retirer").status_code == 200
    assert count() == 0


def test_an_interview_is_corrected_and_what_it_said_is_kept(researcher: FlaskClient) -> None:
    made = factories.interview(db.session, text=TOLD, answers={"region": "53"})
    made.tagged_by = "essai 1"
    db.session.commit()
    address = f"/recherche/entretiens/{made.id}/corriger"
    sent = filled(page(researcher, address))
    assert (sent["text"], sent["held_on"], sent["q_region"]) == (TOLD, "2026-11-03", "53")
    assert (sent["q_consentement_citation"], sent["q_voix_equipe"]) == ("fonction", "Enquêtrice")
    changes = {"text": TOLD + "\nÉlue : Enfin.", "q_consentement_citation": "non"}
    reply = send(researcher, address, **(sent | changes))
    assert reply.location == f"/recherche/temoignages/{made.id}"
    now = the_one()
    assert (factories.free_text(now).text, now.tagged_by) == (TOLD + "\nÉlue : Enfin.", None)
    assert {each.purpose: (each.is_given, each.given_on) for each in now.consents} == {
        ConsentPurpose.PARTICIPATION: (True, date(2026, 11, 2)),
        ConsentPurpose.QUOTATION: (False, today()),
    }
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 1


def stored() -> tuple[Testimony, str]:
    """An interview, and the address where it is corrected."""
    made = factories.interview(db.session, text=TOLD, answers={"region": "53", "mandat": "maire"})
    db.session.commit()
    return made, f"/recherche/entretiens/{made.id}/corriger"


def attribution() -> object:
    return consents.attribution(the_one())


def changed(reply: TestResponse) -> dict[str, str]:
    """Give where each thing that changed leads, and what is said of it."""
    shown = read(reply)
    assert text(shown.select_one("#ailleurs")) == (
        "L’entretien a changé pendant que vous le corrigiez"
    )
    lines = shown.select("[aria-labelledby=ailleurs] li")
    return {str(line.a["href"]): text(line).rpartition(" : ")[2] for line in lines if line.a}


def test_a_consent_taken_back_meanwhile_is_not_given_back(researcher: FlaskClient) -> None:
    made, address = stored()
    sent = filled(page(researcher, address)) | {"text": TOLD + "\nÉlue : Enfin."}
    consents.take_back(made, consents.CHANGEABLE)
    db.session.commit()
    reply = send(researcher, address, **sent)
    assert (reply.status_code, title(reply)) == (
        409,
        f"Erreur : Corriger l’entretien {the_one().reference} - Recueil",
    )
    assert changed(reply) == {"#q_consentement_citation": "montré ici comme il est maintenant."}
    again = filled(read(reply))
    assert (again["q_consentement_citation"], again["text"]) == ("non", sent["text"])
    assert (attribution(), factories.free_text(the_one()).text) == (None, TOLD)
    assert send(researcher, address, **again).status_code == 302
    assert (attribution(), factories.free_text(the_one()).text) == (None, sent["text"])


def test_nor_by_whoever_was_changing_it_too(researcher: FlaskClient) -> None:
    made, address = stored()
    sent = filled(page(researcher, address)) | {"q_consentement_citation": "sans_nom"}
    consents.take_back(made, consents.CHANGEABLE)
    db.session.commit()
    reply = send(researcher, address, **sent)
    again = filled(read(reply))
    assert (reply.status_code, again["q_consentement_citation"], attribution()) == (
        409,
        "non",
        None,
    )
    given = again | {"q_consentement_citation": "sans_nom"}  # said again, knowing it
    assert send(researcher, address, **given).status_code == 302
    assert attribution() is QuotationDegree.UNNAMED


def test_of_two_who_correct_the_later_undoes_nothing_unknowingly(researcher: FlaskClient) -> None:
    _, address = stored()
    mine = filled(page(researcher, address))
    theirs = mine | {"text": TOLD + "\nÉlue : Eux.", "q_region": "11", "held_on": "2026-11-04"}
    assert send(researcher, address, **theirs).status_code == 302
    mine |= {"text": TOLD + "\nÉlue : Moi.", "q_mandat": "conseiller"}
    reply = send(researcher, address, **mine)
    assert reply.status_code == 409
    assert changed(reply) == {
        "#q_region": "montré ici comme il est maintenant.",
        "#held_on": "montré ici comme il est maintenant.",
        "#text": "changé des deux côtés. Votre version est gardée ici ; l’autre est dans le "
        "témoignage (nouvel onglet).",
    }
    again = filled(read(reply))
    names = ("text", "q_region", "q_mandat", "held_on", "q_voix_equipe")
    assert [again[name] for name in names] == [
        mine["text"],
        "11",
        mine["q_mandat"],
        "2026-11-04",
        "Enquêtrice",
    ]
    assert factories.free_text(the_one()).text == theirs["text"]
    assert send(researcher, address, **again).status_code == 302
    now = receipts.values(the_one())
    assert [now[name] for name in ("transcription", "region", "mandat")] == [
        mine["text"],
        "11",
        mine["q_mandat"],
    ]


def test_the_same_correction_sent_twice_undoes_nothing(researcher: FlaskClient) -> None:
    _, address = stored()
    sent = filled(page(researcher, address)) | {"q_region": "11", "text": "Élue : Oui."}
    replies = [send(researcher, address, **sent) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [302, 302]


def test_a_mistake_does_not_hide_what_changed(researcher: FlaskClient) -> None:
    made, address = stored()
    sent = filled(page(researcher, address)) | {"held_on": ""}
    consents.take_back(made, consents.CHANGEABLE)
    db.session.commit()
    wrong = send(researcher, address, **sent)
    assert wrong.status_code == 422
    mended = filled(read(wrong)) | {"held_on": "2026-11-03"}
    assert send(researcher, address, **mended).status_code == 409
    assert attribution() is None


def test_only_an_interview_is_corrected_so(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session)
    db.session.commit()
    for address in (made.id, "0b0e9a1e-0000-4000-8000-000000000000"):
        assert researcher.get(f"/recherche/entretiens/{address}/corriger").status_code == 404


def test_the_list_tells_interviews_apart(researcher: FlaskClient) -> None:
    told = factories.interview(db.session)
    factories.testimony(db.session, received_on=date(2026, 11, 4))
    db.session.commit()
    soup = page(researcher, "/recherche/?canal=entretien")
    assert texts(soup, ".record h2") == [f"Témoignage {told.reference}"]
    assert texts(soup, ".record-of") == ["Élue ou élu, entretien du 3 novembre 2026"]
    assert texts(soup, "#canal option[selected]") == ["Entretiens"]
    assert len(page(researcher, "/recherche/?canal=questionnaire").select(".record")) == 1
    assert len(page(researcher, "/recherche/").select(".record")) == 2
    wrong = page(researcher, "/recherche/?canal=pigeon", status=400)
    assert "Aucun témoignage ne vient par « pigeon »." in texts(wrong, "main p")


def test_the_page_of_a_testimony_says_it_was_told(researcher: FlaskClient) -> None:
    told = factories.interview(db.session, answers={"region": "53"})
    db.session.commit()
    soup = page(researcher, f"/recherche/temoignages/{told.id}")
    assert texts(soup, "main .quiet")[0] == (
        "Profil : Élue ou élu. Entretien du 3 novembre 2026. Corriger l’entretien"
    )
    assert texts(soup, ".voice h2") == ["Transcription de l’entretien"]
    assert texts(soup, ".facts dt") == [
        "Comment l’accord a-t-il été donné ?",
        "Dans quelle région se trouve-t-il ?",
        "Voix de l’équipe de recherche dans le texte",
    ]
