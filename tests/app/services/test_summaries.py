"""Summaries: what a list says of each testimony, fit for what was looked for."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Coding, Decision, Testimony, Verdict
from app.services import summaries
from app.services.summaries import Passage, Summary
from app.services.testimonies import Filters
from tests import factories

MAYORS, CARE = ("mobiliser_elus",), ("acces_soins",)
SHORT = "Un mot d’élue."
LONG = "🙂 J’avais peur, au début.\nEt puis l’élue est venue. " + "Encore des mots. " * 20


@pytest.fixture
def testimony(session: Session) -> Testimony:
    made = factories.testimony(session, answers={"demarche_elus": SHORT, "conseil_collegue": LONG})
    short, long = made.answers
    factories.coding(session, short, "mobiliser_elus")
    factories.coding(session, long, "mobiliser_elus", quote="Et puis l’élue est venue.")
    factories.coding(session, long, "freins_participation", quote="🙂 J’avais peur, au début.")
    return made


def of(session: Session, testimony: Testimony, **wanted: str) -> Summary:
    return summaries.of(session, [testimony.id], Filters(**wanted))[testimony.id]


def test_a_summary_begins_the_longest_answer(session: Session, testimony: Testimony) -> None:
    summary = of(session, testimony)
    assert summary.themes == {"mobiliser_elus": 2, "freins_participation": 1}
    assert summary.excerpts == 3
    (passage,) = summary.passages
    assert passage.text.startswith("🙂 J’avais peur, au début. Et puis l’élue est venue. Encore")
    assert passage.text.endswith("mots…")
    assert len(passage.text) <= 160


def test_each_word_is_shown_where_it_first_stands(session: Session, testimony: Testimony) -> None:
    (passage,) = of(session, testimony, words="ELUE un mots").passages  # « un » is too little
    assert passage == Passage("Un mot d’élue.", ((3, 6), (9, 13)))
    first, second = of(session, testimony, words="ELUE venue").passages
    assert first == Passage("Un mot d’élue.", ((9, 13),))
    assert [second.text[start:end] for start, end in second.found] == ["élue", "venue"]


def test_a_theme_shows_all_its_sentences(session: Session, testimony: Testimony) -> None:
    summary = of(session, testimony, theme="mobiliser_elus", words="venue")
    first, second = (answer.position for answer in testimony.answers)
    assert summary.passages == [
        Passage("Un mot d’élue.", (), f"extrait-{first}-0-14", MAYORS),
        Passage("Et puis l’élue est venue.", ((19, 24),), f"extrait-{second}-26-51", MAYORS),
    ]
    assert summaries.excerpts(session, Filters(theme="mobiliser_elus")) == 2
    assert summaries.excerpts(session, Filters(theme="mobiliser_elus", audience="elu")) == 0


def test_each_passage_says_which_of_the_themes_it_bears(
    session: Session, testimony: Testimony
) -> None:
    short = testimony.answers[0]
    factories.coding(session, short, "freins_participation")
    wanted = {"theme": "mobiliser_elus", "beside": "freins_participation"}
    told = [(each.text, each.themes) for each in of(session, testimony, **wanted).passages]
    assert told == [
        ("Un mot d’élue.", ("freins_participation", "mobiliser_elus")),
        ("🙂 J’avais peur, au début.", ("freins_participation",)),
        ("Et puis l’élue est venue.", ("mobiliser_elus",)),
    ]
    assert summaries.excerpts(session, Filters(**wanted)) == 4
    assert summaries.excerpts(session, Filters(**wanted), of="freins_participation") == 2


def test_an_excerpt_is_shown_as_it_stands(session: Session, testimony: Testimony) -> None:
    codings = {each.theme: each for each in session.scalars(select(Coding))}
    moved, rejected = codings["freins_participation"], codings["mobiliser_elus"]
    session.add(
        Decision(
            coding_id=moved.id, verdict=Verdict.CORRECTED, theme="acces_soins", start=2, end=15
        )
    )
    session.add(Decision(coding_id=rejected.id, verdict=Verdict.REJECTED))
    session.flush()
    summary = of(session, testimony, theme="acces_soins", state="garde")
    position = moved.answer.position
    assert summary.passages == [Passage("J’avais peur,", (), f"extrait-{position}-2-15", CARE)]
    assert summary.themes == {"mobiliser_elus": 1, "acces_soins": 1}


def test_a_testimony_without_words_has_nothing_to_show(session: Session) -> None:
    mute = factories.testimony(session, answers={"region": "53"})
    assert of(session, mute) == Summary({}, [])
    assert summaries.of(session, [], Filters()) == {}
