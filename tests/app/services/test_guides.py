"""A guide as it stands: tallies with small numbers hidden, balance, candidates, what changed."""

import json
from datetime import date
from itertools import product

import pytest
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.models import Account, PseudonymReview, RoleName, Verdict
from app.services import (
    candidates,
    digests,
    guide_counts,
    guide_editions,
    guides,
    quotations,
    receipts,
)
from app.services.guide_counts import LEAST, Line
from app.services.guides import ChapterState, GuideState, Progress
from guides.schema import Guide, Kind
from tests import factories, quoting
from tests.quoting import FEAR


@pytest.fixture
def by(session: Session) -> Account:
    return factories.account(session, roles=[RoleName.RESEARCHER])


def guide() -> Guide:
    found: Guide = current_app.extensions["guides"].get("personnes")
    return found


def state(session: Session) -> GuideState:
    session.flush()
    session.expire_all()
    return guides.state(session, guide(), quoting.names())


def conditions(session: Session) -> ChapterState:
    return state(session).chapters[2]


def test_themes_are_counted_by_profile_and_small_numbers_hidden(session: Session) -> None:
    for profile, many in (("usager", 6), ("aidant", 5), ("elu", 2)):
        for _ in range(many):
            made = quoting.quotable(session, profile=profile)
            factories.coding(session, quoting.answer(made), quote=FEAR)
    own = conditions(session)
    assert own.chapter.profiles == ("usager", "aidant", "coordinateur", "elu")
    assert own.lines == [
        Line("conditions_participation", dict.fromkeys(own.chapter.profiles, 0), 0),
        Line(
            "freins_participation",
            {"usager": 6, "aidant": None, "coordinateur": 0, "elu": None},
            13,
        ),
    ]
    assert own.bases.total == 13


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)))
def test_a_small_number_is_never_shown(counts: dict[str, int]) -> None:
    line = guide_counts.line("", counts, "abcdef")
    assert all(count is None or not 0 < count < LEAST for count in line.cells.values())
    if line.total is not None:
        assert line.total == sum(counts.values())
    else:
        assert set(line.cells.values()) == {None}


def test_whoever_knows_the_rule_finds_no_hidden_number() -> None:
    """Of every line of three columns, what might stand in the hidden ones."""
    alike: dict[object, list[tuple[int, ...]]] = {}
    for counts in product(range(LEAST + 4), repeat=3):
        line = guide_counts.line("", dict(zip("abc", counts, strict=True)), "abc")
        alike.setdefault((tuple(line.cells.values()), line.total), []).append(counts)
    for (cells, _), lines in alike.items():  # type: ignore[misc]
        for column, shown in enumerate(cells):
            if shown is None:
                assert len({each[column] for each in lines}) > 1, lines


def test_a_rejected_excerpt_counts_for_nothing(session: Session) -> None:
    for _ in range(5):
        coding = quoting.kept(session, quoting.quotable(session), FEAR)
        assert coding.decision is not None
        coding.decision.verdict = Verdict.REJECTED
        digests.draw(session, coding.answer.testimony_id)
    own = conditions(session)
    assert own.lines[1].total == 0
    call = guide_counts.read(session)
    assert (call.decided, call.kept["freins_participation"], call.total) == (5, 0, 5)


def test_a_chapter_says_how_far_it_is(session: Session, by: Account) -> None:
    assert conditions(session).progress is Progress.EMPTY
    made = [quoting.quotable(session, by=by.id) for _ in Kind]
    quoting.chosen(session, made[0], FEAR, kind=Kind.QUOTATION)
    assert conditions(session).missing == [Kind.PRACTICE, Kind.OBSTACLE, Kind.LEVER]
    assert conditions(session).progress is Progress.BEGUN
    for testimony, kind in zip(made, Kind, strict=True):
        if kind is not Kind.QUOTATION:
            quoting.chosen(session, testimony, FEAR, kind=kind)
    assert conditions(session).progress is Progress.FURNISHED
    quoting.take_back(made[0])
    assert conditions(session).progress is Progress.WRONG
    assert [len(each.lost) for each in state(session).chapters] == [0, 0, 1, 0, 0, 0]


def test_the_balance_sets_what_was_chosen_beside_the_testimonies(
    session: Session, by: Account
) -> None:
    made = [quoting.quotable(session, by=by.id) for _ in range(3)]
    quoting.quotable(session, profile="aidant", region="11")
    quoting.chosen(session, made[0])
    balance = conditions(session).balance
    assert [
        (each.label, each.chosen, each.chosen_share, each.share) for each in balance.profiles
    ] == [
        ("Usagère ou usager", 1, 1.0, 0.75),
        ("Proche, aidante ou aidant", 0, 0.0, 0.25),
        ("Coordinatrice ou coordinateur de CLSM", 0, 0.0, 0.0),
        ("Élue ou élu", 0, 0.0, 0.0),
    ]
    assert [(each.label, each.chosen, each.share) for each in balance.regions] == [
        ("Bretagne", 1, 0.75),
        ("Île-de-France", 0, 0.25),
    ]


def test_candidates_are_kept_quotable_and_mend_the_balance_first(
    session: Session, by: Account
) -> None:
    quoted = quoting.quotable(session, by=by.id)
    quoting.kept(session, quoted, FEAR)
    quoting.chosen(session, quoted)
    others = [quoting.quotable(session) for _ in range(2)]
    rare = quoting.quotable(session, profile="aidant", region="11", by=by.id)
    silent = quoting.quotable(session, degree="non")
    unsaid = quoting.quotable(session)
    for each in (*others, rare, silent):
        quoting.kept(session, each, FEAR)
    factories.coding(session, quoting.answer(unsaid), quote=FEAR)  # nobody said yes yet
    quoting.kept(session, unsaid, FEAR, "portage_politique")  # another chapter's
    own = conditions(session)
    taken = [
        (each.answer.testimony_id, each.answer_id, each.start, each.end)
        for each in quotations.of(session, "personnes", "conditions")
    ]
    best, count = candidates.best(session, own.chapter, own.balance, taken)
    assert count == 3
    assert best[0].reference == rare.reference
    assert {each.reference for each in best[1:]} == {each.reference for each in others}
    assert [(each.text, each.has_review) for each in best] == [
        (FEAR, True),
        (FEAR, False),
        (FEAR, False),
    ]


def record(session: Session) -> int:
    told = guide_editions.contents(state(session))
    return guide_editions.record(session, "personnes", "docx", told, by=None).number


def changes(session: Session) -> list[str]:
    since = guide_editions.since_last(session, state(session), quoting.names().themes)
    assert since is not None
    return [each.replace("\u00a0", " ") for each in since.changes]


def test_making_it_again_says_what_changed(session: Session, by: Account) -> None:
    assert guide_editions.since_last(session, state(session), {}) is None
    made = [quoting.quotable(session, by=by.id) for _ in range(6)]
    chosen = [quoting.chosen(session, each) for each in made[:5]]
    assert record(session) == record(session) == 1
    assert changes(session) == []
    receipts.withdraw(session, made[0])
    quoting.take_back(made[1])
    quotations.take_off(session, chosen[2])
    review = session.get(PseudonymReview, made[3].id)
    session.delete(review)
    chosen[4].cuts = [[chosen[4].start, chosen[4].start + 5]]
    quoting.chosen(session, made[5], FEAR, kind=Kind.LEVER)
    quoting.kept(session, made[5], FEAR)
    quoting.quotable(session)
    quoting.quotable(session)
    assert changes(session) == [
        "1 témoignage de plus",
        "extraits gardés : Freins à la participation +1",
        "1 obstacle en moins (accord repris)",
        "1 obstacle en moins (données personnelles à relire)",
        "1 obstacle en moins (témoignage retiré ou modifié par son autrice ou auteur)",
        "1 obstacle en moins (choix de l’équipe)",
        "1 levier de plus",
        "1 passage coupé, remplacé ou signé autrement",
    ]
    assert record(session) == 2
    assert changes(session) == []
    since = guide_editions.since_other(session, state(session), 2, quoting.names().themes)
    assert since is not None
    assert len(since.changes) == 8


def test_an_edition_keeps_no_word(session: Session, by: Account) -> None:
    quoting.chosen(session, quoting.quotable(session, by=by.id), FEAR, note="Une note")
    record(session)
    edition = guide_editions.latest(session, "personnes")
    assert edition is not None
    told = json.dumps(edition.contents, ensure_ascii=False)
    assert not any(word in told for word in ("peur", "monde", "note", "Bretagne", "[…]"))
    (place,) = edition.contents["quotations"].values()
    assert [place[:2], len(place[2])] == [["conditions", "obstacle"], 8]


def test_days_and_readers_are_counted(session: Session) -> None:
    factories.testimony(session, received_on=date(2026, 3, 2))
    factories.interview(session)
    call = guide_counts.read(session)
    assert (call.total, call.read, call.interviews) == (2, 0, 1)
    assert sorted(call.days) == [date(2026, 3, 2), date(2026, 11, 3)]
