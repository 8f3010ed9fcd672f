"""Digests: whatever happens to testimonies, what stands is what drawing all anew would give."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.corpus import Passage
from analysis.suggestions import Evidence, Suggestion
from app.extensions import db
from app.models import Coding, Digest, Facet, Testimony, Verdict
from app.services import (
    codings,
    corrections,
    decisions,
    digest_sweeps,
    digests,
    hand_codings,
    receipts,
    undoing,
)
from tests import factories

THEMES = ("mobiliser_elus", "freins_participation", "acces_soins")
PLACES = ("CLSM du Bocage", "CLSM d’à côté", "")
Drawn = dict[str, tuple[list[tuple[str, str]], dict[str, tuple[int, int, int]]]]


class Suggester:
    """Suggests these themes, each on its own letters of each passage."""

    def __init__(self, themes: Sequence[str]) -> None:
        self.origin, self.themes = f"essai {'-'.join(themes)}"[:80], themes

    def suggest(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        for passage in passages:
            places = enumerate(self.themes)
            because = (Evidence(0, 4, "« Peur »"),)
            yield passage, [Suggestion(theme, at, at + 4, 0.6, because) for at, theme in places]


def drawn(session: Session) -> Drawn:
    """Every digest in words, by its testimony's reference."""
    session.flush()
    names = {each.id: (each.name, each.value) for each in session.scalars(select(Facet))}
    rows = session.execute(
        select(Testimony.reference, Digest.facets, Digest.themes).join(
            Digest, Digest.testimony_id == Testimony.id
        )
    )
    told: Drawn = {}
    for reference, facets, themes in rows:
        numbers = digests.unpacked(themes)
        fours = zip(numbers[::4], numbers[1::4], numbers[2::4], numbers[3::4], strict=True)
        pairs = sorted(names[number] for number in digests.unpacked(facets))
        told[reference] = pairs, {names[id_][1]: tuple(counts) for id_, *counts in fours}
    return told


def drawn_anew(session: Session) -> Drawn:
    session.execute(delete(Digest))
    session.execute(delete(Facet))
    session.expire_all()
    while digest_sweeps.draw_missing(session):
        pass
    return drawn(session)


def values(place: str) -> dict[str, Any]:
    given = {"consentement_participation": True, "demarche_elus": "Peur de parler au maire."}
    return given | ({"clsm": place} if place else {})


class Desk:
    """What people and the pipeline do, each act on the testimony of some rank."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.by = factories.account(session, email=f"{uuid.uuid4().hex}@recueil.example").id
        self.questionnaire = current_app.extensions["questionnaires"].current("coordinateur")

    def every(self) -> list[Testimony]:
        return list(self.session.scalars(select(Testimony).order_by(Testimony.reference)))

    def send(self, _made: Testimony | None, place: str, day: int) -> None:
        answers = values(place)
        factories.testimony(self.session, answers=answers, received_on=date(2026, 11, day))

    def suggest(self, made: Testimony, themes: list[str]) -> None:
        codings.suggest(self.session, Suggester(themes), made.id, again=True)

    def decide(self, made: Testimony, rank: int, verdict: Verdict | None) -> None:
        if (laid := self.laid(made, rank)) and not (verdict is None and laid.is_by_hand):
            decisions.decide(self.session, made.id, laid.id, verdict, by=self.by)

    def correct(self, made: Testimony, rank: int, theme: str, start: int) -> None:
        if laid := self.laid(made, rank):
            span = (start, start + 4)
            corrections.correct(self.session, made.id, laid.id, theme=theme, span=span, by=self.by)

    def add(self, made: Testimony, theme: str, start: int) -> None:
        with suppress(hand_codings.CorrectedElsewhereError):
            position, span = factories.free_text(made).position, (start, start + 4)
            hand_codings.add(self.session, made.id, position, theme=theme, span=span, by=self.by)

    def remove(self, made: Testimony, rank: int) -> None:
        if (laid := self.laid(made, rank)) and laid.is_by_hand:
            hand_codings.remove(self.session, made.id, laid.id, by=self.by)

    def undo(self, made: Testimony) -> None:
        undoing.undo(self.session, made.id, by=self.by)

    def laid(self, made: Testimony, rank: int) -> Coding | None:
        every = codings.of_testimony(self.session, made.id)
        return every[rank % len(every)] if every else None

    def rewrite(self, made: Testimony, place: str) -> None:
        receipts.amend(self.session, made, self.questionnaire, values(place))

    def withdraw(self, made: Testimony) -> None:
        receipts.withdraw(self.session, made)
        self.session.expire_all()

    def act(self, rank: int, name: str, *arguments: Any) -> None:
        every = self.every()
        if every or name == "send":
            getattr(self, name)(every[rank % len(every)] if every else None, *arguments)


RANKS = st.integers(0, 5)
STARTS = st.sampled_from((0, 5, 8))  # where words of four letters and more stand
THEME_LISTS = st.lists(st.sampled_from(THEMES), unique=True, max_size=3)
ACTS = st.one_of(
    st.tuples(RANKS, st.just("send"), st.sampled_from(PLACES), st.integers(1, 20)),
    st.tuples(RANKS, st.just("suggest"), THEME_LISTS),
    st.tuples(RANKS, st.just("suggest"), THEME_LISTS),
    st.tuples(RANKS, st.just("decide"), RANKS, st.sampled_from([*Verdict, None])),
    st.tuples(RANKS, st.just("correct"), RANKS, st.sampled_from(THEMES), STARTS),
    st.tuples(RANKS, st.just("add"), st.sampled_from(THEMES), STARTS),
    st.tuples(RANKS, st.just("remove"), RANKS),
    st.tuples(RANKS, st.just("undo")),
    st.tuples(RANKS, st.just("rewrite"), st.sampled_from(PLACES)),
    st.tuples(RANKS, st.just("withdraw")),
)
FIRST = [(0, "send", PLACES[0], 3), (0, "suggest", list(THEMES))]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None
)
@given(acts=st.lists(ACTS, max_size=14))
def test_what_stands_is_what_drawing_all_anew_gives(session: Session, acts: list[Any]) -> None:
    session.rollback()
    desk = Desk(session)
    for act in [*FIRST, *acts]:
        desk.act(*act)
    stands = drawn(session)
    assert len(stands) == len(desk.every())
    borne = {pair for pairs, _ in stands.values() for pair in pairs if pair[0] == "clsm"}
    kept = select(Facet.name, Facet.value).where(Facet.name == "clsm")
    assert {(name, value) for name, value in session.execute(kept)} == borne  # no orphan
    assert drawn_anew(session) == stands


def test_a_digest_says_what_a_testimony_bears(session: Session) -> None:
    desk = Desk(session)
    for act in (*FIRST, (0, "decide", 0, Verdict.REJECTED), (0, "decide", 1, Verdict.ACCEPTED)):
        desk.act(*act)
    desk.act(0, "correct", 2, THEMES[2], 5)
    ((pairs, themes),) = drawn(session).values()
    assert pairs == [
        ("@audience", "coordinateur"),
        ("@channel", "questionnaire"),
        ("@day", "2026-11-03"),
        ("@questionnaire", "coordinateur.v2"),
        ("@read", "oui"),
        ("clsm", PLACES[0]),
    ]
    assert themes == {"mobiliser_elus": (0, 0, 1), "freins_participation": (0, 1, 0)} | {
        "acces_soins": (0, 1, 0)
    }


def test_what_is_missing_is_drawn_and_counted(session: Session) -> None:
    made = [factories.testimony(session, answers=values("")) for _ in range(3)]
    session.execute(delete(Digest).where(Digest.testimony_id != made[0].id))
    assert digest_sweeps.count_missing(session) == 2
    assert [digest_sweeps.draw_missing(session) for _ in range(2)] == [2, 0]
    assert digest_sweeps.count_missing(session) == 0


def test_the_words_of_what_was_erased_otherwise_go_too(session: Session) -> None:
    gone, stays = (factories.testimony(session, answers=values(place)) for place in PLACES[:2])
    factories.coding(session, factories.free_text(stays), THEMES[0])
    session.execute(delete(Testimony).where(Testimony.id == gone.id))  # its time was over
    assert digests.forget_orphans(session) == 1
    assert digests.forget_orphans(session) == 0
    ours = session.scalars(select(Facet.value).where(Facet.name.in_(["clsm", "@theme"])))
    assert sorted(ours) == [PLACES[1], THEMES[0]]
    assert drawn_anew(session) == drawn(session)


@pytest.mark.xdist_group("pg")
def test_a_number_just_given_is_not_taken_back(
    make_app: Callable[..., Flask], postgresql_database: str
) -> None:
    """Two at once: one withdraws the last testimony of a CLSM, the other is sending another."""
    make_app(DATABASE_URL=postgresql_database)
    gone = factories.testimony(db.session, answers=values(PLACES[0]))
    db.session.commit()
    with Session(db.engine) as sending, Session(db.engine) as withdrawing:
        made = factories.testimony(sending, answers=values(PLACES[0]))
        receipts.withdraw(withdrawing, withdrawing.get_one(Testimony, gone.id))
        withdrawing.commit()
        sending.commit()
        assert ("clsm", PLACES[0]) in drawn(sending)[made.reference][0]
        assert digests.forget_orphans(withdrawing) == 0
