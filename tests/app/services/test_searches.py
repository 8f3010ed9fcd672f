"""Searches: both databases find what reading would, in every answer, whole phrases included."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app import tasks
from app.extensions import db
from app.models import SearchPart, Testimony
from app.services import neighbours, receipts, search_index, searches, stems, testimonies
from app.services.filters import Filters
from app.services.queries import Query, UnreadableQueryError, parse
from tests import factories

VOCABULARY = ["élus", "élue", "usager·ères", "l’élu", "peur", "peurs", "santé", "🙂", "ψυχή", "100"]
LONG = " ".join(f"mot{number}" for number in range(1100))
TEXTS = [
    "Les élus ont peur. L’élue, elle, n’a pas PEUR.",
    "Les usager·ères et la santé mentale : 100 % d’accord 🙂",
    "E\u0301lu de santé, ψυχή et œuvres.",
    f"{LONG} santé peur élus",
    "🙂 …",
]


@pytest.fixture
def told(session: Session) -> dict[object, list[str]]:
    """Testimonies of two answers each, and what they say."""
    answers = [
        {"demarche_elus": one, "conseil_collegue": TEXTS[number - 1]}
        for number, one in enumerate(TEXTS)
    ]
    made = [factories.testimony(session, answers=each) for each in answers]
    return {each.id: [answer.text or "" for answer in each.answers] for each in made}


def read(texts: list[str], query: Query) -> bool:
    """Say whether texts are what was asked, by reading them: the slow and plain way."""
    return all(
        any(
            any(searches.find(each, Query(((replace(term, is_out=False),),))) for each in texts)
            is not term.is_out
            for term in clause
        )
        for clause in query.clauses
    )


PIECES = st.sampled_from(
    [
        *VOCABULARY,
        "pe*",
        "mot10*",
        "mot255",
        '"mot255 mot256 mot257"',
        '"mot205 mot206"',
        '"les élus"',
        '"les elue"',
        '"d’accord"',
        "santé-mentale",
        "-peur",
        '-"les élus"',
        "OU",
        "_",
    ]
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(pieces=st.lists(PIECES, min_size=1, max_size=5))
def test_the_database_finds_what_reading_finds(
    session: Session, told: dict[object, list[str]], pieces: list[str]
) -> None:
    try:
        query = parse(" ".join(pieces))
    except UnreadableQueryError:
        return
    found = set(session.scalars(select(Testimony.id).where(searches.condition(query))))
    assert found == {id_ for id_, texts in told.items() if read(texts, query)}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(typed=st.text(max_size=100).filter(lambda each: "\0" not in each))
def test_no_query_breaks_the_database(session: Session, typed: str) -> None:
    for order in ("", "pertinence"):
        try:
            assert testimonies.page(session, Filters(words=typed, order=order), 1) == []
        except UnreadableQueryError:
            assert typed.strip()
        except UnicodeEncodeError:
            assert any("\ud800" <= sign <= "\udfff" for sign in typed)


def test_what_speaks_most_of_it_comes_first(session: Session) -> None:
    little, none, much = (
        factories.testimony(session, answers={"demarche_elus": each})
        for each in ("Une peur, et puis tout le reste du monde.", "Rien.", "Peur, peurs, la peur.")
    )
    filters = Filters(words="peur", order="pertinence")
    assert testimonies.page(session, filters, 1) == [much, little]
    around = [neighbours.of(session, each, filters) for each in (much, little, none)]
    assert [(each.before, each.after) for each in around] == [
        (None, little),
        (much, None),
        (None, None),
    ]


def test_what_is_found_is_where_it_stands() -> None:
    text_ = "Les Élus, l’élue et le « conseil\nMunicipal » : participons."
    asked = parse('élu "conseil municipal" particip*')
    assert [text_[start:end] for start, end in searches.find(text_, asked)] == [
        "Élus",
        "élue",
        "conseil\nMunicipal",
        "participons",
    ]
    assert searches.find(text_, parse("-élu")) == []
    spans = searches.find("peur de peur", parse('"peur de" "de peur"'))
    assert spans == [(0, 12)]  # those that overlap are shown as one


def test_the_index_follows_the_answers(session: Session) -> None:
    made = factories.testimony(session, answers={"demarche_elus": LONG, "mot_cle": "Oser 🙂"})
    parts = session.execute(select(SearchPart.start, SearchPart.end).order_by(SearchPart.id)).all()
    assert len(parts) == 7  # six of the long one, that cover it and overlap
    questionnaire = current_app.extensions["questionnaires"].current("coordinateur")
    values = {"consentement_participation": True, "mot_cle": "Écouter"}
    testimonies.rewrite(session, made, questionnaire, values)
    session.flush()
    assert testimonies.count(session, Filters(words="mot3")) == 0
    assert testimonies.count(session, Filters(words="écoute")) == 1
    assert search_index.missing(session) == []
    receipts.withdraw(session, made)
    assert session.scalar(select(func.count()).select_from(SearchPart)) == 0
    assert testimonies.count(session, Filters(words="écoute")) == 0


def test_what_is_not_indexed_as_it_would_be_now_is_found(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    mute, spoken = (
        factories.testimony(session, answers=each) for each in ({}, {"mot_cle": "Oser"})
    )
    assert search_index.missing(session) == []
    monkeypatch.setattr(stems, "METHOD", stems.METHOD + 1)
    assert search_index.missing(session) == [spoken.id] != [mute.id]
    search_index.write(session, spoken.id)
    assert search_index.missing(session) == []
    assert testimonies.count(session, Filters(words="oser")) == 1


def test_a_withdrawal_leaves_no_word_in_the_file(app: Flask) -> None:
    for word in ("avant", "qzvxkjw", "après"):
        factories.testimony(db.session, answers={"mot_cle": f"Oser, {word}."})
        db.session.commit()
    session = db.session
    (made,) = testimonies.page(session, Filters(words="qzvxkjw"), 1)
    file = Path(str(db.engine.url.database))
    left = []
    for act in (lambda: True, lambda: receipts.withdraw(session, made)):
        assert act()
        session.commit()
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        session.commit()
        left.append([b"zvxkjw" in each.read_bytes() for each in file.parent.glob(f"{file.name}*")])
    assert True in left[0]
    assert set(left[1]) == {False}


def test_what_was_there_before_the_index_is_indexed_by_the_worker_and_by_hand(app: Flask) -> None:
    made = factories.testimony(db.session, answers={"mot_cle": "Oser"})
    by_hand = [["testimonies", "index"], ["testimonies", "index", "--all"]]
    told = []
    for arguments in by_hand:
        db.session.execute(delete(SearchPart))
        db.session.commit()
        assert testimonies.count(db.session, Filters(words="oser")) == 0
        told.append(app.test_cli_runner().invoke(args=arguments).output)
        assert testimonies.count(db.session, Filters(words="oser")) == 1
    told.append(app.test_cli_runner().invoke(args=by_hand[0]).output)
    assert told == [f"Témoignages préparés : {number}.\n" for number in (1, 1, 0)]
    db.session.execute(delete(SearchPart))
    db.session.commit()
    tasks.sweep_unindexed()
    assert search_index.missing(db.session) == []
    assert testimonies.find(db.session, made.reference) is not None
