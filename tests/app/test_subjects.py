"""A subject arrives as it was written, however long and French."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.mail.wire import message_bytes

FRENCH = "Votre rendez-vous du jeudi 3\u00a0décembre\u00a02099 à 14\u00a0h est annulé"
WORDS = st.lists(
    st.text("aeéèàçœ’«»—:;!?123\u00a0🌿", min_size=1, max_size=15), min_size=1, max_size=20
).map(" ".join)


def arrived(subject: str) -> str:
    raw = message_bytes({"Subject": subject}, text="", html="")
    raw.decode("ascii")
    assert max(len(line) for line in raw.splitlines()) <= 998
    return str(message_from_bytes(raw, policy=default)["Subject"])


@given(WORDS)
@example(FRENCH)
def test_as_it_was_written(subject: str) -> None:
    written = subject.strip()
    assert arrived(written) == written


@pytest.mark.parametrize("subject", ["Simple", "x" * 200, "deux mots " * 20])
def test_plain_subjects_stay_readable(subject: str) -> None:
    assert arrived(subject.strip()) == subject.strip()
