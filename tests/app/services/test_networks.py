"""Where a request comes from: one household is one network, and a hash tells nobody which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import networks


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("", None),
        (None, None),
        ("unix:", None),
        ("192.0.2.7:4430", None),
    ],
)
def test_what_an_address_belongs_to(address: str | None, network: str | None) -> None:
    assert networks.network(address) == network


def test_another_day_another_hash() -> None:
    one = networks.hashed("192.0.2.7", b"lundi")
    assert one is not None
    assert len(one) == 32
    assert one == networks.hashed("::ffff:192.0.2.7", b"lundi")
    assert one != networks.hashed("192.0.2.7", b"mardi")
    assert one != networks.hashed("192.0.2.8", b"lundi")


def test_without_salt_nothing_is_known() -> None:
    assert networks.hashed("192.0.2.7", None) is None


@given(st.text(max_size=60))
def test_any_header_is_survived(address: str) -> None:
    found = networks.network(address)
    assert found is None or found.endswith(("/32", "/64"))
