"""The gate: what a robot does is refused, what a person does passes, and a wait ends."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models import RateCount
from app.models.base import now
from app.services import counts, gate
from app.services.counts import TableCounts
from app.services.gate import DAY, HOUR, Gate, Refusal, Sent, Stamp, Why

SECRET = "un secret"


def before(
    session: Session,
    form: str = "question",
    *,
    who: str | None = "a" * 32,
    is_asked: bool = False,
    least: int = 3,
) -> Gate:
    """The gate before one form, for the visitors of one network."""
    return Gate(form, TableCounts(session), who, is_asked, least)


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds are counted exactly, however slow the machine."""
    moment = now()
    for module in (gate, counts):
        monkeypatch.setattr(module, "now", lambda: moment)


def shown(seconds: int, *, is_again: bool = False) -> Sent:
    """A form sent so long after it was shown, by a person who saw no trap."""
    stamp = gate.new_stamp(is_again=is_again)
    return Sent(stamp=replace(stamp, shown_at=stamp.shown_at - seconds))


def test_a_person_passes(session: Session) -> None:
    assert before(session).check(shown(3)) is None


def test_a_trap_that_was_filled(session: Session) -> None:
    assert before(session).check(replace(shown(60), trap="x")) == Refusal(Why.TRAP)


def test_too_quick_the_first_time_only(session: Session) -> None:
    assert before(session).check(shown(2)) == Refusal(Why.QUICK)
    assert before(session).check(shown(0, is_again=True)) is None


def test_a_form_without_stamp_is_shown_again(session: Session) -> None:
    assert before(session).check(Sent()) == Refusal(Why.QUICK, is_fresh=True)


def test_a_stamp_serves_for_a_day(session: Session) -> None:
    """Or else one page, shown once, would let a robot through for ever."""
    day = int(DAY.total_seconds())
    for is_again in (False, True):
        assert before(session).check(shown(day, is_again=is_again)) is None
        refused = before(session).check(shown(day + 1, is_again=is_again))
        assert refused == Refusal(Why.OLD, is_fresh=True)
    assert before(session, least=0).check(shown(day + 1)) is None  # nothing is asked of a stamp


def test_without_least_time_a_form_may_be_sent_at_once(session: Session) -> None:
    assert before(session, least=0).check(Sent()) is None


@pytest.mark.parametrize(("form", "hourly"), [("question", 30), ("temoigner", 300)])
def test_beyond_its_hour_a_network_is_asked_for_a_proof(
    session: Session, form: str, hourly: int
) -> None:
    here, elsewhere = before(session, form), before(session, form, who="b" * 32)
    assert [here.check(shown(9)) for _ in range(hourly)] == [None] * hourly
    assert here.check(shown(9)) == Refusal(Why.PROOF, 21)
    assert elsewhere.check(shown(9)) is None
    session.execute(update(RateCount).values(expires_at=now() - DAY))
    assert here.check(shown(9)) is None


def test_an_unknown_network_is_not_counted(session: Session) -> None:
    nobody = before(session, who=None)
    assert [nobody.check(shown(9)) for _ in range(40)] == [None] * 40
    assert session.scalars(select(RateCount.key)).all() == ["passed:question"]


def test_what_the_desk_is_told(session: Session) -> None:
    here = before(session)
    for sent in (shown(9), shown(9), shown(0)):
        here.check(sent)
    assert gate.last_hour(here.counts, "question") == (2, 1)


def test_a_proof_serves_once(session: Session) -> None:
    asked = before(session, is_asked=True)
    proof = replace(shown(5), proof="nonce")
    assert asked.check(proof) is None
    assert asked.check(proof) == Refusal(Why.PROOF, 25)


def test_without_javascript_patience_serves_once(session: Session) -> None:
    asked = before(session, is_asked=True)
    assert asked.check(shown(29)) == Refusal(Why.PROOF, 1)
    patient = shown(30)
    assert asked.check(patient) is None
    assert asked.check(patient) == Refusal(Why.PROOF, 30, is_fresh=True)


def test_without_javascript_nor_stamp(session: Session) -> None:
    asked = before(session, is_asked=True, least=0)
    assert asked.check(Sent()) == Refusal(Why.PROOF, 30, is_fresh=True)
    old = shown(int(DAY.total_seconds()) + 1)
    assert asked.check(old) == Refusal(Why.PROOF, 30, is_fresh=True)


@pytest.mark.parametrize(("form", "slowly"), [("question", 10), ("temoigner", 60)])
def test_without_javascript_a_network_waits_in_the_end(
    session: Session, form: str, slowly: int
) -> None:
    asked = before(session, form, is_asked=True)
    assert [asked.check(shown(30)) for _ in range(slowly)] == [None] * slowly
    late = shown(30)
    assert [asked.check(late) for _ in range(2)] == [Refusal(Why.WAIT, 3600)] * 2
    session.execute(update(RateCount).values(expires_at=now() - DAY))
    assert asked.check(late) is None  # what waited was not spent


def test_each_guess_beyond_ten_waits_longer(session: Session) -> None:
    here, pauses = before(session, "code"), []
    assert [here.check(shown(9)) for _ in range(10)] == [None] * 10
    for _ in range(9):
        refusal = here.check(shown(9))
        assert refusal is not None
        assert refusal == here.check(shown(9))  # pressing again does not make it longer
        pauses.append(refusal.seconds)
        session.execute(delete(RateCount).where(RateCount.key.startswith("wait:")))
        assert here.check(shown(9)) is None
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert before(session, "code", who="b" * 32).check(shown(9)) is None


def test_of_guesses_made_together_few_are_tried(session: Session) -> None:
    """Each looks before any is answered: counting comes first."""
    here = before(session, "code")
    tried = [here.check(shown(9)) for _ in range(100)]
    assert tried.count(None) == 10


def test_guesses_at_the_same_instant(session: Session) -> None:
    """On their own connections, as processes are: no count is lost, nobody waits for nobody."""
    session.commit()
    engine = session.get_bind()

    def guess(number: int) -> bool:
        with Session(engine) as own:
            here = before(own, "code")
            is_tried = here.check(shown(9)) is None
            own.commit()
            if is_tried and number % 2:
                here.forgive()
                own.commit()
            return is_tried

    with ThreadPoolExecutor(6) as pool:
        tried = list(pool.map(guess, range(40)))
    right = sum(is_tried and bool(number % 2) for number, is_tried in enumerate(tried))
    assert TableCounts(session).read(f"tries:code:{'a' * 32}").count == tried.count(True) - right
    assert TableCounts(session).read("tries:code").count == tried.count(True) - right
    assert TableCounts(session).read("passed:code").count == tried.count(True)


def test_who_knows_their_code_is_no_guesser(session: Session) -> None:
    here = before(session, "code")
    for _ in range(50):
        assert here.check(shown(9)) is None
        here.forgive()
    assert here.counts.read(f"tries:code:{here.who}").count == 0
    assert here.counts.read("tries:code").count == 0


def test_a_thousand_guesses_in_all_ask_everyone_for_a_proof(session: Session) -> None:
    TableCounts(session).add("tries:code", HOUR, amount=999)
    assert before(session, "code", who=None).check(shown(9)) is None
    assert before(session, "code", who="b" * 32).check(shown(9)) == Refusal(Why.PROOF, 21)
    assert before(session, "question", who="b" * 32).check(shown(9)) is None


def test_a_stamp_is_good_for_one_form() -> None:
    stamp = gate.new_stamp(is_again=True)
    written = gate.write_stamp(stamp, "question", [SECRET])
    assert gate.read_stamp(written, "question", [SECRET]) == stamp
    assert gate.read_stamp(written, "code", [SECRET]) is None
    assert gate.read_stamp(written, "question", ["autre"]) is None


@given(st.text(max_size=80))
def test_any_stamp_is_survived(text: str) -> None:
    assert gate.read_stamp(text, "question", [SECRET]) is None


def test_the_clock_of_a_page_shown_again_goes_on() -> None:
    sent = Stamp(int(gate.now().timestamp()), "n")
    assert gate.next_stamp(sent, None) == sent
    old = gate.next_stamp(replace(sent, shown_at=sent.shown_at - 86_401), None)
    assert (old.is_again, old.nonce == "n", old.age) == (True, False, 0)
    assert gate.next_stamp(sent, Refusal(Why.QUICK)) == replace(sent, is_again=True)
    fresh = gate.next_stamp(sent, Refusal(Why.PROOF, 30, is_fresh=True))
    assert (fresh.is_again, fresh.nonce == "n", fresh.age <= 1) == (True, False, True)
    assert not gate.next_stamp(None, None).is_again


@pytest.mark.parametrize(
    ("guesses", "wait"), [(0, None), (9, None), (10, 30), (11, 60), (17, 3600), (10_000, 3600)]
)
def test_how_long_to_wait(guesses: int, wait: int | None) -> None:
    expected = None if wait is None else timedelta(seconds=wait)
    assert gate.wait_after(guesses) == expected


@pytest.mark.parametrize(("why", "status"), [(Why.WAIT, 429), (Why.PROOF, 422), (Why.QUICK, 422)])
def test_what_each_refusal_answers(why: Why, status: int) -> None:
    assert Refusal(why).status == status
