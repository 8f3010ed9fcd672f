"""Proofs of work: solved ones pass, for one form, for a time; nothing else does."""

import base64
import json
from datetime import timedelta

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import proofs

SECRET = "un secret de plus de trente-deux signes"


def solve(form: str = "question", secret: str = SECRET) -> altcha.Payload:
    """Do the work, with ALTCHA's own solver."""
    challenge = altcha.Challenge.from_dict(proofs.challenge(form, secret))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution)


def test_a_solution_gives_the_name_of_its_challenge() -> None:
    payload = solve()
    assert payload.solution.counter in proofs.COUNTERS
    expected = payload.challenge.parameters.nonce
    answer = payload.to_base64()
    assert [proofs.solved(answer, "question", [SECRET]) for _ in range(2)] == [expected, expected]


def test_it_is_good_for_one_form_and_one_secret() -> None:
    answer = solve().to_base64()
    assert proofs.solved(answer, "contact", [SECRET]) is None
    assert proofs.solved(answer, "question", [f"{SECRET}!"]) is None


def test_it_is_good_for_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "LIFETIME", timedelta(seconds=-1))
    assert proofs.solved(solve().to_base64(), "question", [SECRET]) is None


@pytest.mark.parametrize("key", ["a" * 64, "", None, 12, "zz"])
def test_a_wrong_solution(key: object) -> None:
    sent = solve().to_dict()
    sent["solution"]["derivedKey"] = key
    answer = base64.b64encode(json.dumps(sent).encode()).decode()
    assert proofs.solved(answer, "question", [SECRET]) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("cost", 1), ("keyPrefix", ""), ("expiresAt", 99999999999), ("data", {"form": "code"})],
)
def test_a_challenge_cannot_be_made_easier(name: str, value: object) -> None:
    sent = solve().to_dict()
    sent["challenge"]["parameters"][name] = value
    answer = base64.b64encode(json.dumps(sent).encode()).decode()
    assert proofs.solved(answer, "question", [SECRET]) is None
    assert proofs.solved(answer, "code", [SECRET]) is None


@pytest.mark.parametrize("answer", ["", "é", "a", "====", "x" * 100_000])
def test_what_is_no_answer(answer: str) -> None:
    assert proofs.solved(answer, "question", [SECRET]) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["challenge", "solution", "parameters", "counter", "derivedKey"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_survived(value: object) -> None:
    answer = base64.b64encode(json.dumps(value).encode()).decode()
    assert proofs.solved(answer, "question", [SECRET]) is None


@given(st.text(max_size=50))
def test_any_text_is_survived(answer: str) -> None:
    assert proofs.solved(answer, "question", [SECRET]) is None
