"""The annex of a draft: counts, readers, what is published of the quality of tagging."""

from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from app.models import ThemeVersion, VersionState
from app.models.base import today
from app.services import activity as activities
from app.services import agreement_rounds, guide_counts, guide_method
from guides import draft, summary
from guides.document import Paragraph
from guides.draft import Method, Tally
from guides.french import day
from tests import factories, quoting
from tests.agreements import FEAR as FEAR_THEME
from tests.agreements import MAYOR, TEXT, coder, opened, say
from tests.quoting import FEAR


def method(session: Session) -> Method:
    session.flush()
    return guide_method.of(session, guide_counts.read(session), quoting.names())


def told(session: Session) -> list[str]:
    return [each.replace("\u00a0", " ") for each in method(session).quality]


def test_an_empty_call_has_a_method(session: Session) -> None:
    empty = method(session)
    assert (empty.total, empty.first_day, empty.readers, empty.agreement) == (0, None, [], [])
    assert told(session) == ["Aucune décision n’a encore été prise sur les suggestions."]


def test_what_was_counted_and_read_is_told(session: Session) -> None:
    for number in range(6):
        made = factories.testimony(session, received_on=date(2026, 3, 2 + number))
    quoting.kept(session, quoting.quotable(session), FEAR)
    factories.coding(session, quoting.answer(quoting.quotable(session)), quote=FEAR)
    found = method(session)
    assert found.profiles == Tally(
        "Témoignages par profil",
        ("Profil", "Témoignages"),
        [
            ("Coordinatrice ou coordinateur de CLSM", [None]),
            ("Usagère ou usager", [None]),
            ("Ensemble", [8]),
        ],
    )
    assert (found.first_day, found.read, found.readers) == (date(2026, 3, 2), 2, ["essai 1"])
    assert (found.kept, found.proposed, found.rejected) == (1, 1, 0)
    assert told(session) == [
        "1 extrait décidé par des personnes, dont 100 % gardés, tels quels ou corrigés."
    ]
    assert made.tagged_by is None


def test_what_is_published_is_told_where_the_shipped_pipeline_read(session: Session) -> None:
    factories.testimony(session).tagged_by = "intégré 1.0.0, grille 2026.3"
    first, *_ = told(session)
    assert first.startswith("Chaîne livrée, mesurée sur des témoignages inventés, d’une autre main")
    precision = first.split("précision de ")[1][:4]
    published = guide_method.PUBLISHED.read_text(encoding="utf-8")
    assert f"| Question et profil connus | {precision} |" in published


def test_the_version_in_use_says_what_was_measured_of_it(session: Session) -> None:
    figures = {"decisions": 40, "precision": 0.8, "recall": 0.5, "f1": 0.615}
    version = ThemeVersion(name="2026.11.22-1", state=VersionState.READY, is_in_use=True)
    version.figures = {"new": figures}
    session.add(version)
    assert told(session)[0] == (
        "Version 2026.11.22-1, mesurée sur 40 décisions mises à part : 80 % de ses suggestions "
        "sont justes, 50 % des thèmes sont retrouvés (F1 de 0,61)."
    )


def test_the_agreement_of_the_last_round_is_told_without_a_name(session: Session) -> None:
    factories.testimony(session, answers={"demarche_elus": TEXT})
    anne, bachir = coder(session, "Anne"), coder(session, "Bachir")
    made = opened(session, [anne, bachir])
    say(session, made, anne, [FEAR_THEME], [MAYOR], [])
    say(session, made, bachir, [FEAR_THEME], [], [])
    assert method(session).agreement == []
    agreement_rounds.close(session, made.id, by=anne)
    session.expire_all()
    told_ = [each.replace("\u00a0", " ") for each in method(session).agreement]
    assert told_[0] == (
        f"Codage croisé clos le {day(today())} : 2 personnes ont codé, sans se voir, "
        "3 phrases de 1 réponse tirées au hasard dans 1 témoignage."
    ).replace("\u00a0", " ")
    assert told_[1].startswith("Par phrase, tous thèmes ensemble : accord positif 0,67")
    assert not any("Anne" in each or "Bachir" in each for each in told_)


def said(session: Session) -> tuple[str, str]:
    """What the annex and the summary say of how many came, and how."""
    session.flush()
    call, names = guide_counts.read(session), quoting.names()
    activity = current_app.extensions["guides"].activity
    made = activities.summary(
        session, call, activity, names, author="Centre", made_on=today(), is_drawn=False
    )
    paragraphs = [each for each in summary.compose(made).blocks if isinstance(each, Paragraph)]
    annex = draft.method_blocks(guide_method.of(session, call, names))
    (collected, *_) = [each for each in annex if isinstance(each, Paragraph)]
    return tuple(each.replace("\u00a0", " ") for each in (collected.text, paragraphs[1].text))


def test_a_few_testimonies_or_interviews_are_not_counted_aloud(session: Session) -> None:
    for _ in range(2):
        factories.interview(session)
    few = "Moins de 5 témoignages sont arrivés."
    assert said(session) == (few, few)
    for _ in range(6):
        factories.testimony(session, received_on=date(2026, 11, 3))
    annex, summed = said(session)
    assert annex == ("8 témoignages reçus le 3 novembre 2026, dont certains viennent d’entretiens.")
    assert summed.startswith("8 témoignages, le 3 novembre 2026, dont des entretiens.")
    for _ in range(3):
        factories.interview(session)
    annex, summed = said(session)
    assert annex == "11 témoignages reçus le 3 novembre 2026, dont 5 viennent d’entretiens."
    assert summed.startswith("11 témoignages, le 3 novembre 2026, dont 5 entretiens.")
