"""The guides' pages: choosing by ellipsis, what leaves by itself, the drafts and their traces."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import odfdo
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Account, GuideEdition, Quotation, RoleName, Testimony
from app.services import guide_editions, quotations, receipts
from guides.schema import Kind
from tests import factories, quoting
from tests.conftest import PASSWORD
from tests.quoting import FEAR, WORDS
from tests.reading import links, page, text, texts

CHAPTER = "/recherche/guides/personnes/conditions"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def by(app: Flask) -> Account:
    made = factories.account(db.session, email="lea@recueil.example", name="Léa Guérin")
    db.session.commit()
    return made


@pytest.fixture
def testimony(by: Account) -> Testimony:
    made = quoting.quotable(db.session, by=by.id)
    quoting.kept(db.session, made, FEAR)
    db.session.commit()
    return made


def address(made: Testimony, quote: str = FEAR) -> str:
    answer = quoting.answer(made)
    start = (answer.text or "").index(quote)
    anchor = f"extrait-{answer.position}-{start}-{start + len(quote)}"
    return f"/recherche/temoignages/{made.id}/choisir?passage={anchor}&theme=freins_participation"


def sent(client: FlaskClient, where: str, act: str, **more: Any) -> dict[str, Any]:
    """What the page would send as it stands, with this act."""
    soup = page(client, where)
    form = soup.select_one("#choix")
    assert form is not None
    data: dict[str, Any] = {"acte": act}
    for tag in form.select("input"):
        if tag["type"] in ("hidden", "text") or tag.has_attr("checked"):
            data.setdefault(str(tag["name"]), []).append(str(tag.get("value", "")))
    data["where"] = str(form.select_one("select option[selected]")["value"])  # type: ignore[index]
    return data | more


def values(client: FlaskClient, where: str, name: str) -> list[tuple[str, str]]:
    """Return what can be ticked: its value, its words."""
    soup = page(client, where)
    found = []
    for tag in soup.select(f"#choix input[name={name}]"):
        label = soup.find("label", attrs={"for": tag["id"]}) if tag.get("id") else tag.parent
        found.append((str(tag["value"]), text(label)))  # type: ignore[arg-type]
    return found


def test_a_testimony_and_a_list_by_theme_lead_to_the_choice(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    for opened in (
        f"/recherche/temoignages/{testimony.id}",
        "/recherche/?theme=freins_participation",
    ):
        soup = page(researcher, opened)
        (link,) = [a for a in soup.select("a") if "Choisir pour un guide" in a.get_text()]
        assert str(link["href"]).startswith(address(testimony).split("&", 1)[0])
    shown = page(researcher, address(testimony))
    assert texts(shown, ".quoted p") == [f"« {FEAR} »"]
    assert texts(shown, ".quoted footer") == ["Usagère ou usager, Bretagne"]
    assert text(shown.select_one("option[selected]")) == "Réunir les conditions"
    (told,) = texts(shown, ".alert-warning")
    assert told.startswith("Avec le territoire, on peut reconnaître cette personne : 1 seul")


def test_words_are_left_out_seen_then_kept(researcher: FlaskClient, testimony: Testimony) -> None:
    where = address(testimony, WORDS)
    assert [words for _, words in values(researcher, where, "phrase")] == [
        "Laisser de côté : Au début,",
        "Laisser de côté : [Prénom 1] [Nom 1] m’a accueillie.",
        "Laisser de côté : J’ai eu peur de parler devant tout le monde.",
    ]
    first = values(researcher, where, "phrase")[0][0]
    ticked = [value for value, word in values(researcher, where, "mot") if word in ("de", "parler")]
    more = {"phrase": [first], "mot": ticked}
    seen = researcher.post(where, data=sent(researcher, where, "voir", **more))
    shown = "[…] [Prénom 1] [Nom 1] m’a accueillie. J’ai eu peur […] devant tout le monde."
    assert (seen.status_code, f"«&nbsp;{shown}&nbsp;»" in seen.text) == (200, True)
    assert db.session.scalars(select(Quotation)).all() == []
    done = researcher.post(
        where, data=sent(researcher, where, "retenir", **more, kind="levier", note="À voir")
    )
    made = db.session.scalars(select(Quotation)).one()
    assert done.location == f"{CHAPTER}#passage-{made.id}"
    soup = page(researcher, CHAPTER)
    assert texts(soup, ".quoted p") == [f"« {shown} »"]
    assert "Note : À voir" in soup.get_text().replace("\u00a0", " ")
    again = f"/recherche/guides/citations/{made.id}"
    assert [tag["value"] for tag in page(researcher, again).select("[name=phrase][checked]")] == [
        first
    ]
    changed = sent(researcher, again, "retenir", phrase=[], mot=[], kind="levier")
    assert researcher.post(again, data=changed).status_code == 303
    assert "Au début, [Prénom 1]" in page(researcher, CHAPTER).get_text()


def test_a_passage_grows_by_a_phrase(researcher: FlaskClient, testimony: Testimony) -> None:
    where = address(testimony)
    reply = researcher.post(where, data=sent(researcher, where, "avant"))
    assert "«&nbsp;Au début, [Prénom 1] [Nom 1] m’a accueillie. J’ai eu peur" in reply.text
    assert "Commencer une phrase plus tôt" not in reply.text


def test_all_left_out_or_twice_chosen_is_refused(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    where = address(testimony)
    (phrase, _) = values(researcher, where, "phrase")[0]
    nothing = researcher.post(where, data=sent(researcher, where, "retenir", phrase=[phrase]))
    assert nothing.status_code == 422
    assert "<title>Erreur\u00a0: " in nothing.text
    assert "Tous les mots sont laissés de côté" in nothing.text
    data = sent(researcher, where, "retenir", kind="obstacle")
    assert [researcher.post(where, data=data).status_code for _ in range(2)] == [303, 422]
    assert len(db.session.scalars(select(Quotation)).all()) == 1


def test_what_may_not_be_quoted_says_why(researcher: FlaskClient, by: Account) -> None:
    silent = quoting.quotable(db.session, degree="non", by=by.id)
    unread = quoting.quotable(db.session)
    db.session.commit()
    refused = page(researcher, address(silent), 403)
    assert text(refused.h1) == "Ce passage ne peut pas être cité"
    reply = researcher.get(address(unread))
    assert reply.location == f"/recherche/temoignages/{unread.id}/donnees-personnelles"
    assert "Avant de citer ce témoignage" in researcher.get(reply.location).text
    assert "Choisir pour un guide" not in researcher.get(f"/recherche/temoignages/{silent.id}").text


def test_an_impossible_passage_is_told(researcher: FlaskClient, testimony: Testimony) -> None:
    for passage in ("", "extrait-0-0-0", "extrait-99-0-5", "extrait-1-0-99999", "x"):
        where = f"/recherche/temoignages/{testimony.id}/choisir?passage={passage}"
        assert text(page(researcher, where, 400).h1) == "Ce passage n’est pas dans ce témoignage"


def test_what_no_page_sends_changes_nothing(researcher: FlaskClient, testimony: Testimony) -> None:
    where = address(testimony)
    data = sent(researcher, where, "retenir")
    for wrong, status in (
        ({"acte": "autre"}, 400),
        ({"mot": "5-2"}, 400),
        ({"start": "x"}, 400),
        ({"end": "99999"}, 400),
        ({"answer": "x"}, 400),
        ({"answer": NOBODY}, 409),
        ({"where": "personnes/absent"}, 422),
        ({"kind": "autre"}, 422),
        ({"note": "a" * 2001}, 422),
    ):
        assert researcher.post(where, data=data | wrong).status_code == status, wrong
    assert db.session.scalars(select(Quotation)).all() == []


def test_a_testimony_amended_meanwhile_is_told(
    app: Flask, researcher: FlaskClient, testimony: Testimony
) -> None:
    where = address(testimony)
    data = sent(researcher, where, "retenir")
    questionnaire = app.extensions["questionnaires"].current("usager")
    receipts.amend(db.session, testimony, questionnaire, receipts.values(testimony))
    db.session.commit()
    reply = researcher.post(where, data=data)
    assert (reply.status_code, "n’est plus le même" in reply.text) == (409, True)


def test_a_chapter_shows_its_tallies_candidates_and_what_was_lost(
    researcher: FlaskClient, testimony: Testimony, by: Account
) -> None:
    lost = quoting.quotable(db.session, by=by.id)
    quoting.chosen(db.session, lost)
    db.session.commit()
    quoting.take_back(lost)
    db.session.commit()
    soup = page(researcher, CHAPTER)
    assert texts(soup, ".tally tbody tr:nth-of-type(2) td") == ["n. c."] * 5
    assert texts(soup, ".record-words") == [FEAR]
    assert FEAR not in str(soup.select_one(".chosen"))
    assert texts(soup, ".chosen .state-bad") == ["N’est plus cité"]
    assert "À revoir" in texts(page(researcher, "/recherche/guides/"), ".state-bad")


def act(client: FlaskClient, made: Quotation, name: str) -> int:
    where = f"/recherche/guides/citations/{made.id}/place"
    return client.post(where, data={"acte": name}).status_code


def test_passages_move_leave_and_come_back(researcher: FlaskClient, by: Account) -> None:
    made = [
        quoting.chosen(db.session, quoting.quotable(db.session, words=words, by=by.id), words)
        for words in ("Un.", "Deux.")
    ]
    db.session.commit()
    assert act(researcher, made[1], "monter") == 303
    assert texts(page(researcher, CHAPTER), ".quoted p") == ["« Deux. »", "« Un. »"]
    assert act(researcher, made[1], "retirer") == 303
    assert texts(page(researcher, CHAPTER), ".quoted p") == ["« Un. »"]
    assert act(researcher, made[1], "remettre") == 303
    assert len(texts(page(researcher, CHAPTER), ".quoted p")) == 2
    assert act(researcher, made[1], "effacer") == 400


def words_of(data: bytes, form: str) -> str:
    if form == "docx":
        return "\n".join(each.text for each in docx.Document(io.BytesIO(data)).paragraphs)
    if form == "odt":
        body = odfdo.Document(io.BytesIO(data)).body
        return "\n".join(each.text_recursive for each in body.get_elements("//text:p|//text:h"))
    return re.sub(r"\\(.)", r"\1", data.decode())


@pytest.mark.parametrize("form", ["docx", "odt", "md"])
def test_the_draft_holds_what_may_be_quoted_and_leaves_a_trace(
    researcher: FlaskClient, testimony: Testimony, form: str
) -> None:
    quoting.chosen(db.session, testimony, FEAR, " de parler")
    db.session.commit()
    where = f"/recherche/guides/personnes/brouillon.{form}"
    reply = researcher.post(where)
    told = words_of(reply.data, form)
    assert reply.headers["Content-Disposition"] == (
        f'attachment; filename="guide-personnes-v1.{form}"'
    )
    assert reply.headers["Cache-Control"] == "no-store"
    assert "«\u00a0J’ai eu peur […] devant tout le monde.\u00a0»" in told
    assert "Usagère ou usager, Bretagne" in told
    assert "Jeanne" not in told
    assert "Réunir les conditions" in told
    quoting.take_back(testimony)
    db.session.commit()
    again = words_of(researcher.post(where).data, form)
    assert "peur" not in again
    assert "1 obstacle en moins (accord repris)" in again.replace("\u00a0", " ")
    traces = db.session.scalars(select(GuideEdition).order_by(GuideEdition.number)).all()
    assert [(each.number, each.format, each.guide) for each in traces] == [
        (1, form, "personnes"),
        (2, form, "personnes"),
    ]
    soup = page(researcher, "/recherche/guides/personnes")
    assert [each.split()[-1] for each in texts(soup, "table:last-of-type tbody td.num")][-2:] == [
        "2",
        "1",
    ]


def test_the_draft_has_a_figure_with_words_for_it(researcher: FlaskClient, by: Account) -> None:
    for _ in range(6):
        made = quoting.quotable(db.session)
        quoting.kept(db.session, made, FEAR)
    db.session.commit()
    data = researcher.post("/recherche/guides/personnes/brouillon.docx").data
    file = docx.Document(io.BytesIO(data))
    (picture,) = file.element.body.iter(docx.oxml.ns.qn("wp:docPr"))
    assert picture.get("descr") == (
        "Les thèmes de «\u00a0Réunir les conditions\u00a0». Diagramme en barres, en nombre de "
        "témoignages\u00a0: Conditions et soutien à la participation 0, Freins à la "
        "participation 6."
    )


@pytest.mark.parametrize("form", ["docx", "odt", "md"])
def test_the_activity_summary_counts_and_names_nobody(
    researcher: FlaskClient, by: Account, form: str
) -> None:
    for number in range(6):
        quoting.quotable(db.session, profile="usager" if number else "elu")
    campaign = factories.campaign(db.session)
    contact = factories.contact(db.session, name="Nadia Bellecour", email="nadia@exemple.fr")
    factories.invitation(db.session, campaign=campaign, contact=contact)
    db.session.commit()
    reply = researcher.post(f"/recherche/guides/activite.{form}")
    told = words_of(reply.data, form)
    assert "6\u00a0témoignages" in told
    assert not re.search("Nadia|exemple\\.fr|peur|Jeanne", told)
    soup = page(researcher, "/recherche/guides/activite")
    rows = [texts(row, "th, td") for row in soup.select("table")[0].select("tbody tr")]
    assert rows[-1] == ["Ensemble", "6", "0", "0", "—"]
    assert ["Usagère ou usager", "n. c.", "0", "0", "—"] in rows
    trace = db.session.scalars(select(GuideEdition)).one()
    assert trace.guide == "activite"


def test_files_are_asked_for_with_a_token(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    factories.account(
        db.session, email="r@recueil.example", roles=[RoleName.RESEARCHER], password=PASSWORD
    )
    db.session.commit()
    client = app.test_client()
    soup = page(client, "/compte/connexion")
    token = str(soup.select_one("[name=csrf_token]")["value"])  # type: ignore[index]
    entered = {"email": "r@recueil.example", "password": PASSWORD, "csrf_token": token}
    client.post("/compte/connexion", data=entered)
    for where, back in (
        ("/recherche/guides/personnes/brouillon.docx", "/recherche/guides/personnes"),
        ("/recherche/guides/activite.docx", "/recherche/guides/activite"),
    ):
        assert client.post(where).location == back
        assert client.get(where).status_code in (404, 405)
    assert db.session.scalars(select(GuideEdition)).all() == []


def test_only_researchers_enter(staff: FlaskClient, client: FlaskClient) -> None:
    for where in ("/recherche/guides/", CHAPTER, "/recherche/guides/activite"):
        assert staff.get(where).status_code == 403
        assert client.get(where).status_code == 302


@pytest.mark.parametrize(
    "where", ["absent", "personnes/absent", "absent/venir", f"citations/{NOBODY}"]
)
def test_what_is_not_there_is_told(researcher: FlaskClient, where: str) -> None:
    page(researcher, f"/recherche/guides/{where}", 404)


def test_a_chapter_that_is_no_more_says_so(researcher: FlaskClient, testimony: Testimony) -> None:
    made = quoting.chosen(db.session, testimony, chapter="ancien")
    db.session.commit()
    soup = page(researcher, "/recherche/guides/personnes")
    assert f"/recherche/guides/citations/{made.id}" in links(soup, "main a")
    assert FEAR not in words_of(
        researcher.post("/recherche/guides/personnes/brouillon.md").data, "md"
    )


def test_the_command_writes_a_draft(app: Flask, testimony: Testimony, tmp_path: Path) -> None:
    quoting.chosen(db.session, testimony, kind=Kind.QUOTATION)
    db.session.commit()
    runner, out = app.test_cli_runner(), tmp_path / "guide.docx"
    done = runner.invoke(args=["guides", "make", "personnes", str(out)])
    assert done.output == f"{out} : version 1.\n"
    draft = words_of(out.read_bytes(), "docx")
    assert FEAR in draft
    assert "entretien" not in draft  # there is none: no « dont 0 »
    assert out.stat().st_mode & 0o777 == 0o600
    activity = runner.invoke(args=["guides", "make", "activite", str(tmp_path / "a.odt")])
    assert activity.exit_code == 0
    assert "entretien" not in words_of((tmp_path / "a.odt").read_bytes(), "odt")
    for arguments, told in (
        (("absent", str(out)), "Aucun guide ne s’appelle « absent »"),
        (("personnes", "x.pdf"), "Le nom du fichier doit finir par"),
        (("personnes", str(tmp_path / "nul" / "g.md")), "No such file or directory"),
        (("personnes", str(out)), f"{out} existe déjà"),
    ):
        refused = runner.invoke(args=["guides", "make", *arguments])
        assert (refused.exit_code, told in refused.output) == (1, True)
    assert words_of(out.read_bytes(), "docx") == draft
    assert len(guide_editions.traces(db.session, "personnes")) == 1
    listed = runner.invoke(args=["guides", "list"]).output
    assert "  conditions : Réunir les conditions (1)\n" in listed
    assert len(quotations.of(db.session, "personnes")) == 1
