"""Words added by hand: every place where they stand, and nothing hidden shows again."""

import pytest
from sqlalchemy.orm import Session

from app.models import Account, RoleName, Testimony
from app.services import mentions, mentions_by_hand, pseudonyms
from app.services.mentions_by_hand import Nature, NoSuchWordsError
from tests import factories

PERSON = Nature("PER", "Personne")


@pytest.fixture
def account(session: Session) -> Account:
    return factories.account(session, roles=[RoleName.RESEARCHER])


def told(session: Session, text: str, word: str = "Oser") -> Testimony:
    return factories.testimony(session, answers={"demarche_elus": text, "mot_cle": word})


def read(session: Session, testimony: Testimony) -> list[mentions.Mention]:
    return mentions.of(session, testimony, mentions.propose(testimony))


def decide(session: Session, testimony: Testimony, by: Account, *, is_accepted: bool) -> None:
    """Say the same of all that is proposed."""
    shown = read(session, testimony)
    said = {each.key: is_accepted for each in shown}
    pseudonyms.decide(session, testimony, shown, said, by=by.id, is_whole=False)


def add(
    session: Session, testimony: Testimony, words: str, by: Account, nature: Nature = PERSON
) -> int:
    shown = read(session, testimony)
    return mentions_by_hand.add(session, testimony, shown, words, nature, by=by.id)


def result(session: Session, testimony: Testimony) -> list[str]:
    return list(pseudonyms.pseudonymised(session, testimony).texts.values())


def test_every_place_of_the_words_takes_one_pseudonym(session: Session, account: Account) -> None:
    testimony = told(
        session, "La grande blonde parle. Oui, LA GRANDE\u00a0BLONDE.", "grande blonde"
    )
    assert add(session, testimony, " la  grande blonde ", account) == 2
    assert add(session, testimony, "grande blonde", account) == 1
    assert result(session, testimony) == ["[Personne 1] parle. Oui, [Personne 1].", "[Personne 2]"]
    rows = [each.decision for each in read(session, testimony)]
    assert {(row.is_by_hand, row.is_accepted, row.decided_by_id) for row in rows if row} == {
        (True, True, account.id)
    }


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("l'ami", "L’ami vient."),
        ("Zoé", "Zoe\u0301 vient."),
        ("vieux port", "Vieux\nport, dit-on."),
        ("(Z.)", "Avec (Z.) hier."),
        ("@zorg", "Mon compte @zorg est là."),
    ],
)
def test_ways_to_type_the_same(
    session: Session, account: Account, typed: str, written: str
) -> None:
    testimony = told(session, written)
    assert add(session, testimony, typed, account) == 1


@pytest.mark.parametrize("words", ["Absent", "ami", "\u200b\u200b", "   "])
def test_words_that_stand_nowhere_are_refused(
    session: Session, account: Account, words: str
) -> None:
    testimony = told(session, "Les amis et l’amitié.")
    with pytest.raises(NoSuchWordsError):
        add(session, testimony, words, account)
    assert result(session, testimony) == ["Les amis et l’amitié.", "Oser"]


def test_a_wider_mention_stays(session: Session, account: Account) -> None:
    testimony = told(session, "Écrivez à zorg.durand@exemple.fr, dit zorg.")
    assert add(session, testimony, "zorg", account) == 1
    assert [(each.words, each.pseudonym) for each in read(session, testimony)] == [
        ("zorg.durand@exemple.fr", "[Courriel 1]"),
        ("zorg", "[Personne 1]"),
    ]


def test_a_narrower_mention_yields(session: Session, account: Account) -> None:
    testimony = told(session, "La fille de Mme Kerbrat est venue.")
    decide(session, testimony, account, is_accepted=True)
    assert add(session, testimony, "La fille de Mme Kerbrat", account) == 1
    assert result(session, testimony) == ["[Personne 1] est venue.", "Oser"]


def test_what_overlaps_an_accepted_mention_is_added_for_the_rest(
    session: Session, account: Account
) -> None:
    testimony = told(session, "Chez Mme Kerbrat la blonde, puis Kerbrat la blonde.")
    assert add(session, testimony, "Mme Kerbrat", account) == 1
    assert add(session, testimony, "Kerbrat la blonde", account) == 2
    assert result(session, testimony) == [
        "Chez [Personne 1] [Personne 2], puis [Personne 2].",
        "Oser",
    ]


def test_what_was_refused_is_replaced_when_somebody_asks(
    session: Session, account: Account
) -> None:
    testimony = told(session, "Mme Kerbrat vient.")
    decide(session, testimony, account, is_accepted=False)
    assert result(session, testimony) == ["Mme Kerbrat vient.", "Oser"]
    assert add(session, testimony, "Kerbrat", account, Nature("PER", "Nom")) == 1
    assert result(session, testimony) == ["Mme [Nom 1] vient.", "Oser"]


def test_what_is_replaced_already_is_not_added_twice(session: Session, account: Account) -> None:
    testimony = told(session, "Mme Kerbrat vient.")
    decide(session, testimony, account, is_accepted=True)
    for nature, count in ((Nature("PER", "Nom"), 0), (PERSON, 1), (PERSON, 0)):
        assert add(session, testimony, "Kerbrat", account, nature) == count
    assert result(session, testimony) == ["Mme [Personne 1] vient.", "Oser"]
