"""Rounds of blind coding: drawn by profile from a seed, cut, marked by their coders, closed."""

import pytest
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    AgreementRound,
    RoleName,
    RoundCoder,
    RoundMark,
    RoundPassage,
    RoundUnit,
    Settlement,
    Testimony,
)
from app.models.base import now
from app.services import (
    agreement_cuts,
    agreement_differences,
    agreement_figures,
    agreement_marks,
    agreement_rounds,
    agreement_sentences,
    agreements,
    receipts,
    testimonies,
)
from app.services.agreement_figures import Level
from app.services.testimonies import Filters
from guides.french import day
from tests import factories
from tests.agreements import (
    FEAR,
    MAYOR,
    TEXT,
    Reader,
    coder,
    opened,
    planned,
    say,
    sentences,
    units,
)


def told(session: Session, text: str = TEXT, questionnaire: str = "coordinateur") -> Testimony:
    question = {"coordinateur": "demarche_elus", "usager": "venue_recit"}[questionnaire]
    return factories.testimony(session, questionnaire=questionnaire, answers={question: text})


def words(session: Session, round_: AgreementRound) -> list[str]:
    return [
        (session.get_one(RoundPassage, each.passage_id).answer.text or "")[each.start : each.end]
        for each in units(session, round_)
    ]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60), min_size=1),
    st.integers(1, 150),
)
def test_a_sample_is_shared_out_over_strata(sizes: dict[str, int], wanted: int) -> None:
    share, there = agreement_rounds.allot(sizes, wanted), {k: v for k, v in sizes.items() if v}
    total = sum(there.values())
    assert share.keys() == there.keys()
    assert sum(share.values()) == min(wanted, total)
    assert all(0 <= share[name] <= there[name] for name in there)
    assert wanted < len(there) or all(share.values())
    if total:
        lifted = sum(min(wanted, total) * size / total < 1 for size in there.values())
        assert all(
            abs(share[name] - min(wanted, total) * size / total) < 1 + lifted
            for name, size in there.items()
        )


def test_a_sample_in_proportion() -> None:
    assert agreement_rounds.allot({"elu": 60, "usager": 30, "aidant": 10}, 10) == {
        "elu": 6,
        "usager": 3,
        "aidant": 1,
    }
    assert agreement_rounds.allot({"elu": 98, "usager": 1, "aidant": 1, "vide": 0}, 4) == {
        "elu": 2,
        "usager": 1,
        "aidant": 1,
    }


def test_the_same_seed_draws_the_same_answers_of_each_profile(session: Session) -> None:
    people = [coder(session, "Anne"), coder(session, "Bachir")]
    for _ in range(6):
        told(session)
    for _ in range(3):
        told(session, questionnaire="usager")
    assert agreement_rounds.count_answers(session, Filters()) == {"coordinateur": 6, "usager": 3}

    def drawn(seed: int) -> list[tuple[object, str]]:
        made = planned(session, people, size=3, seed=seed)
        query = select(RoundPassage).where(RoundPassage.round_id == made.id)
        return [
            (each.answer_id, each.answer.testimony.audience)
            for each in session.scalars(query.order_by(RoundPassage.position))
        ]

    assert drawn(1) == drawn(1)
    assert {tuple(drawn(seed)) for seed in range(6)} != {tuple(drawn(1))}
    assert sorted(audience for _, audience in drawn(5)) == ["coordinateur"] * 2 + ["usager"]
    only = planned(session, people, filters=Filters(audience="usager"))
    assert (only.filters, only.size) == ({"audience": "usager"}, 10)
    assert agreement_rounds.remaining(session, only).answers == 3
    with pytest.raises(agreement_rounds.NothingToDrawError):
        planned(session, people, filters=Filters(audience="elu"))


def test_the_worker_cuts_a_round_once(session: Session) -> None:
    told(session)
    made = planned(session, [coder(session, "Anne"), coder(session, "Bachir")])
    assert agreement_rounds.waiting(session) == [made.id]
    assert agreement_cuts.cut(session, made.id, Reader(), sentences)
    assert not agreement_cuts.cut(session, made.id, Reader(), sentences)
    session.expire_all()
    assert agreement_rounds.waiting(session) == []
    assert words(session, made) == ["Peur de parler.", "Le maire préside.", "Rien d’autre."]
    assert (made.drawn_testimonies, made.drawn_answers, made.drawn_units) == (1, 1, 3)
    assert (made.read_by, [each.is_pipeline for each in made.coders]) == (
        "lecteur d’essai 1",
        [False, False, True],
    )
    said = session.scalars(select(RoundMark).order_by(RoundMark.unit_id)).all()
    assert [(each.coder_id, each.themes) for each in said] == [
        (made.coders[2].id, themes) for themes in ([FEAR], [], [])
    ]


def test_of_a_long_answer_some_sentences_on_end(session: Session) -> None:
    told(session, " ".join(f"Phrase {rank}." for rank in range(100)))
    made = opened(session, [coder(session, "Anne"), coder(session, "Bachir")])
    found = [int(each.removeprefix("Phrase ").removesuffix(".")) for each in words(session, made)]
    assert found == list(range(found[0], found[0] + agreement_cuts.LONGEST))
    again = opened(session, [each.account_id or 0 for each in made.coders[:2]])
    assert words(session, again) == words(session, made)


def test_the_team_of_an_interview_is_not_coded(session: Session) -> None:
    factories.interview(
        session,
        text="Enquêtrice : Avez-vous eu peur. Et après.\nÉlue : Le maire préside.\n"
        "Enquêtrice : Bien.\nÉlue : Oui.",
    )
    made = opened(session, [coder(session, "Anne"), coder(session, "Bachir")])
    assert words(session, made) == ["Le maire préside.", "Oui."]


def test_what_holds_no_sentence_leaves_the_sample(session: Session) -> None:
    told(session)
    told(session, "… ! ?")
    made = opened(session, [coder(session, "Anne"), coder(session, "Bachir")])
    assert (made.drawn_testimonies, made.drawn_answers, made.drawn_units) == (1, 1, 3)


def test_coders_mark_change_and_stop_where_they_were(session: Session) -> None:
    told(session)
    anne, bachir = coder(session, "Anne"), coder(session, "Bachir")
    made = opened(session, [anne, bachir])
    mine = agreement_marks.coder_of(session, made.id, anne)
    assert mine is not None
    assert agreement_marks.first_unseen(session, mine) == (1, 1)
    say(session, made, anne, [FEAR], [])
    assert agreement_marks.first_unseen(session, mine) == (1, 3)
    sheet = agreement_marks.sheet(session, made, mine, 1)
    assert sheet is not None
    assert [(each.words, each.themes) for each in sheet.sentences] == [
        ("Peur de parler.", [FEAR]),
        ("Le maire préside.", []),
        ("Rien d’autre.", None),
    ]
    say(session, made, anne, [MAYOR], [FEAR, MAYOR], [])
    assert agreement_marks.first_unseen(session, mine) is None
    done = [(each.done, each.total) for each in agreement_rounds.progress(session, made)]
    assert done == [(3, 3), (0, 3)]
    theirs = agreement_marks.coder_of(session, made.id, bachir)
    assert theirs is not None
    other = agreement_marks.sheet(session, made, theirs, 1)
    assert other is not None
    assert [each.themes for each in other.sentences] == [None] * 3
    assert agreement_marks.sheet(session, made, mine, 2) is None


def test_a_closed_round_is_marked_no_more(session: Session) -> None:
    told(session)
    anne = coder(session, "Anne")
    made = planned(session, [anne, coder(session, "Bachir")])
    assert not agreement_rounds.close(session, made.id, by=anne)  # not cut yet
    agreement_cuts.cut(session, made.id, Reader(), sentences)
    assert agreement_rounds.close(session, made.id, by=anne)
    assert not agreement_rounds.close(session, made.id, by=anne)
    with pytest.raises(agreement_marks.RoundClosedError):
        say(session, made, anne, [FEAR])


def test_a_sentence_of_another_round_is_refused(session: Session) -> None:
    told(session)
    people = [coder(session, "Anne"), coder(session, "Bachir")]
    one, other = opened(session, people), opened(session, people)
    mine = agreement_marks.coder_of(session, one.id, people[0])
    assert mine is not None
    with pytest.raises(agreement_marks.NoSuchUnitError):
        agreement_marks.mark(session, mine, units(session, other)[0].id, [])


def test_figures_of_people_and_of_the_pipeline(session: Session) -> None:
    for _ in range(2):
        told(session)
    anne, bachir = coder(session, "Anne"), coder(session, "Bachir")
    made = opened(session, [anne, bachir])
    say(session, made, anne, *[[FEAR], [MAYOR], []] * 2)
    say(session, made, bachir, *[[FEAR], [], [MAYOR]] * 2)
    people, everyone = made.coders[:2], made.coders
    found = agreement_figures.measure(session, made, people, Level.SENTENCES)
    assert list(found.themes) == [FEAR, MAYOR]
    fear, mayor = found.themes.values()
    assert (fear.units, fear.testimonies, fear.given) == (6, 2, (2, 2))
    assert (fear.positive.value, mayor.positive.value) == (1.0, 0.0)
    assert (found.overall.units, found.overall.given) == (12, (4, 4))
    assert found.overall.observed.value == pytest.approx(8 / 12)
    answers = agreement_figures.measure(session, made, people, Level.ANSWERS)
    assert (answers.themes[MAYOR].units, answers.themes[MAYOR].given) == (2, (2, 2))
    assert answers.themes[MAYOR].positive.value == 1.0
    three = agreement_figures.measure(session, made, everyone, Level.SENTENCES)
    assert (three.themes[FEAR].given, three.themes[FEAR].positive.value) == ((2, 2, 2), 1.0)
    alone = agreement_figures.measure(session, made, people[:1], Level.SENTENCES)
    assert alone.overall.positive.reason == "il faut au moins deux codages"


def test_latest_figures_are_those_of_the_round_closed_last(session: Session) -> None:
    assert agreements.latest_figures(session) is None
    assert agreement_sentences.told(session) == []
    told(session)
    anne, bachir = coder(session, "Anne"), coder(session, "Bachir")
    made = opened(session, [anne, bachir])
    opened(session, [anne, bachir])  # still open
    say(session, made, anne, [FEAR], [], [])
    say(session, made, bachir, [FEAR], [], [])
    agreement_rounds.close(session, made.id, by=anne)
    session.expire_all()
    found = agreements.latest_figures(session)
    assert found is not None
    assert (found.title, found.people, found.read_by) == ("Premier essai", 2, "lecteur d’essai 1")
    assert (found.sample.testimonies, found.sample.answers, found.sample.units) == (1, 1, 3)
    assert found.sentences.themes[FEAR].positive.value == 1.0
    assert len(found.with_pipeline.coders) == 3
    same = "accord positif 1,00, κ de Cohen 1,00, α de Krippendorff 1,00, AC2 de Gwet 1,00"
    assert [each.replace("\u00a0", " ") for each in agreement_sentences.told(session)] == [
        f"Codage croisé clos le {day(found.closed_on)} : 2 personnes ont codé, sans se voir, "
        "3 phrases de 1 réponse tirées au hasard dans 1 témoignage.".replace("\u00a0", " "),
        f"Par phrase, tous thèmes ensemble : {same}.",
        f"Par réponse : {same}.",
        "Thème par thème, α atteint 0,80 pour 1 sur 2 ; il n’est pas défini pour 1.",
        f"La chaîne d’analyse (lecteur d’essai 1) comptée comme une personne de plus, par phrase : "
        f"{same}.",
        "Entre parenthèses, l’intervalle à 95 %, sur 1\u202f000 tirages des témoignages.",
    ]


def test_a_withdrawal_erases_units_marks_and_settlements(session: Session) -> None:
    gone, stays = told(session), told(session)
    anne, bachir = coder(session, "Anne"), coder(session, "Bachir")
    third = factories.account(session, email="t@recueil.example", roles=[RoleName.RESEARCHER])
    made = opened(session, [anne, bachir])
    say(session, made, anne, *[[FEAR], [], []] * 2)
    say(session, made, bachir, *[[], [], []] * 2)
    agreement_rounds.close(session, made.id, by=anne)
    session.expire_all()
    for each in agreement_differences.spot(session, made, made.coders[:2]):
        agreement_differences.settle(session, made, each.unit_id, {FEAR: True}, by=third)
    before = agreement_figures.measure(session, made, made.coders[:2], Level.SENTENCES)
    assert receipts.withdraw(session, gone)
    session.expire_all()
    rows = {
        model.__tablename__: session.scalar(select(func.count()).select_from(model))
        for model in (RoundPassage, RoundUnit, RoundMark, Settlement, RoundCoder)
    }
    assert rows == {
        "round_passages": 1,
        "round_units": 3,
        "round_marks": 9,
        "settlements": 1,
        "round_coders": 3,
    }
    after = agreement_figures.measure(session, made, made.coders[:2], Level.SENTENCES)
    assert (before.overall.units, after.overall.units) == (12, 6)
    left = agreement_rounds.remaining(session, made)
    assert (made.drawn_testimonies, left.testimonies) == (2, 1)
    assert receipts.withdraw(session, stays)
    session.expire_all()
    nothing = agreement_figures.measure(session, made, made.coders[:2], Level.ANSWERS)
    assert nothing.overall.units == 0
    assert agreements.latest_figures(session) is None


def test_rewritten_answers_leave_the_sample(session: Session) -> None:
    made_of = told(session)
    made = opened(session, [coder(session, "Anne"), coder(session, "Bachir")])
    questionnaire = current_app.extensions["questionnaires"].current("coordinateur")
    values = {
        "consentement_participation": True,
        "consentement_citation": "non",
        "demarche_elus": "Autre chose.",
    }
    testimonies.rewrite(session, made_of, questionnaire, values)
    assert units(session, made) == []


def test_a_round_is_abandoned_whole(session: Session) -> None:
    told(session)
    anne = coder(session, "Anne")
    made = opened(session, [anne, coder(session, "Bachir")])
    say(session, made, anne, [FEAR])
    agreement_rounds.abandon(session, made.id)
    for model in (AgreementRound, RoundCoder, RoundPassage, RoundUnit, RoundMark):
        assert session.scalar(select(func.count()).select_from(model)) == 0


def test_progress_and_rounds_in_order(session: Session) -> None:
    told(session)
    people = [coder(session, "Anne"), coder(session, "Bachir")]
    first, second = opened(session, people), opened(session, people)
    second.made_at = now()
    assert [each.id for each in agreement_rounds.every(session)] == [second.id, first.id]
