"""Codes of six digits: RFC 6238's own, each good once; codes kept on paper, each good once."""

from datetime import UTC, datetime

import pytest

from app.extensions import db
from app.models import Account
from app.services import second_steps
from tests import factories

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # « 12345678901234567890 », the key of RFC 6238
# Appendix B, SHA-1: seconds since 1970 → the last six of the eight digits.
VECTORS = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


def at(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    monkeypatch.setattr(second_steps, "now", lambda: datetime.fromtimestamp(seconds, UTC))


@pytest.fixture
def claire(app: object) -> Account:
    return factories.account(db.session)


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert second_steps.code_at(KEY, seconds // 30) == code


@pytest.mark.parametrize(
    ("later", "expected"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_thirty_seconds_wrong(
    claire: Account, monkeypatch: pytest.MonkeyPatch, later: int, expected: bool
) -> None:
    at(monkeypatch, 1234567890 + later)
    assert second_steps.share(db.session, claire, KEY, " 005 924 ") is expected


@pytest.mark.parametrize("code", ["", "5924", "0059245", "00592４", "005924\0", "abcdef"])
def test_what_is_no_code(claire: Account, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    at(monkeypatch, 1234567890)
    assert second_steps.share(db.session, claire, KEY, code) is False
    assert second_steps.passes(db.session, claire, code) is False


def test_a_code_serves_once_even_within_its_time(
    claire: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 1234567890)
    second_steps.share(db.session, claire, KEY, "005924")
    assert second_steps.passes(db.session, claire, "005924") is False  # it proved the key
    at(monkeypatch, 1234567920)
    following = second_steps.code_at(KEY, 1234567920 // 30)
    answers = [second_steps.passes(db.session, claire, code) for code in (following, following)]
    assert answers == [True, False]
    assert second_steps.passes(db.session, claire, "005924") is False  # older than the last


def test_a_code_kept_on_paper_serves_once_and_for_its_owner_alone(claire: Account) -> None:
    other = factories.account(db.session, email="autre@recueil.example")
    mine, theirs = (second_steps.new_codes(db.session, each) for each in (claire, other))
    assert len({*mine, *theirs}) == 16
    assert second_steps.passes(db.session, claire, theirs[0]) is False
    typed = mine[3].upper().replace("-", " ")
    assert [second_steps.passes(db.session, claire, typed) for _ in range(2)] == [True, False]
    assert second_steps.codes_left(db.session, claire) == 7
    second_steps.new_codes(db.session, claire)
    assert second_steps.passes(db.session, claire, mine[0]) is False


def test_without_a_second_step_no_code_is_kept(claire: Account) -> None:
    claire.totp_key = KEY
    second_steps.new_codes(db.session, claire)
    second_steps.stop_sharing(db.session, claire)
    assert second_steps.codes_left(db.session, claire) == 0
    assert not second_steps.is_set(db.session, claire)
