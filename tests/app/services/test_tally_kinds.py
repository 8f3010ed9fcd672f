"""Pairs, specificities, saturation, duplicates: both databases count what is there."""

from datetime import date

from sqlalchemy.orm import Session

from app.models import Decision, Verdict
from app.services import digests, duplicates, pairs, saturations, specifics
from app.services.filters import Filters
from tests import factories

TEXT = "Un récit. Deux récits. Trois fois rien."
COPIED = (
    "Nous avons rencontré chaque maire en tête à tête avec les chiffres du territoire, et l’élue "
    "préside désormais l’assemblée plénière du conseil local de santé mentale."
)
THEMES = ("mobiliser_elus", "acces_soins", "formation")


def laid(session: Session, profile: str, *codings: tuple[str, str], day: int = 3) -> None:
    made = factories.testimony(
        session,
        questionnaire=profile,
        answers={"autre_chose": TEXT},
        received_on=date(2026, 11, day),
    )
    for theme, quote in codings:
        factories.coding(session, made.answers[-1], theme, quote=quote)


def test_pairs_of_themes(session: Session) -> None:
    laid(session, "elu", (THEMES[0], "Un récit."), (THEMES[1], "Un récit. Deux récits."))
    laid(session, "elu", (THEMES[0], "Un récit."), (THEMES[1], "Deux récits."))
    laid(session, "usager", (THEMES[0], "Un récit."), (THEMES[2], "Un récit."))
    near = pairs.by_testimony(session, Filters(), themes=THEMES)
    assert [(pair, near.numbers[pair]) for pair in near.strongest] == [
        ((THEMES[0], THEMES[1]), 2),
        ((THEMES[0], THEMES[2]), 1),
    ]
    words = pairs.by_words(session, Filters(), themes=THEMES)
    assert [words.numbers[pair] for pair in words.strongest] == [1, 1]
    assert words.numbers[THEMES[0], THEMES[0]] == 3
    elu = pairs.by_words(session, Filters(audience="elu"), themes=THEMES)
    assert [(pair, elu.numbers[pair]) for pair in elu.strongest] == [((THEMES[0], THEMES[1]), 1)]
    few = pairs.by_words(session, Filters(), themes=THEMES, least=2)
    assert few.strongest == []
    assert (THEMES[1], THEMES[0]) in few.hidden


def test_what_stands_is_what_is_paired(session: Session) -> None:
    made = factories.testimony(session, answers={"autre_chose": TEXT})
    for theme in THEMES[:2]:
        coding = factories.coding(session, made.answers[-1], theme, quote="Un récit.")
    coding.decision = Decision(verdict=Verdict.CORRECTED, theme=THEMES[2], start=0, end=4)
    digests.draw(session, made.id)
    words = pairs.by_words(session, Filters(), themes=THEMES)
    assert words.strongest == [(THEMES[0], THEMES[2])]
    kept = pairs.by_words(session, Filters(state="garde"), themes=THEMES)
    assert (kept.strongest, kept.numbers[THEMES[2], THEMES[2]]) == ([], 1)


def test_words_of_a_group_leave_the_team_out(session: Session) -> None:
    said = "Enquêtrice : Et la mairie mairie mairie ?\nÉlue : Le préfet préside. " + "Préfet. " * 12
    factories.interview(session, text=said)
    factories.testimony(session, questionnaire="usager", answers={"autre_chose": "Soin. " * 30})
    found = specifics.of_words(session, Filters(), group=Filters(audience="elu"))
    assert {each.form: each.here for each in found.found} == {"prefet": 13, "soin": 0}
    # With « préside » and « Élue », who begins one turn only and is taken for a word.
    assert (found.part, found.whole) == (15, 45)
    few = specifics.of_words(session, Filters(), group=Filters(audience="elu"), least=2)
    assert (few.found, few.left_out) == ([], 2)


def test_words_that_too_few_say_are_left_out(session: Session) -> None:
    for number in range(6):
        told = "Maire. " * 5 + ("Préfet. " * 12 if number < 1 else "") + "Conseil. " * (number > 1)
        say(session, "elu", told + ("Aucun." if number else ""))
        say(session, "usager", "Maire. " * 5 + "Soin. " * 5 + ("Conseil. " * 12) * (number < 1))
    found = specifics.of_words(session, Filters(), group=Filters(audience="elu"), least=2)
    assert {each.form for each in found.found} == {"maire", "soin"}
    assert found.left_out == 2  # « préfet », of one in the group; « conseil », of one beside it
    every = specifics.of_words(session, Filters(), group=Filters(audience="elu"))
    assert {each.form: each.here for each in every.found} == {
        "maire": 30,
        "prefet": 12,
        "conseil": 4,
        "soin": 0,
    }


def say(session: Session, profile: str, told: str) -> None:
    factories.testimony(session, questionnaire=profile, answers={"autre_chose": told})


def test_themes_that_too_few_bear_are_left_out(session: Session) -> None:
    for number in range(6):
        laid(session, "elu" if number < 3 else "usager", (THEMES[number // 3], "Un récit."))
    laid(session, "usager", (THEMES[0], "Un récit."))
    found = specifics.of_themes(session, Filters(), by="audience", value="elu")
    assert {each.form: (each.here, each.everywhere) for each in found.found} == {
        THEMES[0]: (3, 4),
        THEMES[1]: (0, 3),
    }
    few = specifics.of_themes(session, Filters(), by="audience", value="elu", least=3)
    assert ([each.form for each in few.found], few.left_out) == ([THEMES[1]], 1)


def test_saturation_follows_the_days(session: Session) -> None:
    for day, theme in ((5, THEMES[0]), (1, THEMES[1]), (3, THEMES[1]), (4, THEMES[1])):
        laid(session, "elu", (theme, "Un récit."), day=day)
    found = saturations.measure(session, Filters(), base=1, run=1, threshold=0.05)
    assert (found.seen, found.base, found.reached) == ((1, 1, 1, 2), (THEMES[1],), 2)
    assert found.later == (THEMES[0],)


def test_duplicates_are_told_first_come_first(session: Session) -> None:
    made = [
        factories.testimony(session, answers={"autre_chose": text}, received_on=date(2026, 11, day))
        for text, day in ((COPIED, 9), (TEXT, 1), (COPIED.upper(), 2))
    ]
    (group,) = duplicates.find(session, Filters())
    assert list(group.testimonies) == [made[2], made[0]]
    assert group.is_exact
    assert duplicates.repeated(session, Filters()) == [made[0].id]
    assert duplicates.find(session, Filters(until=date(2026, 11, 2))) == []
