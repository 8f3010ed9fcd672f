"""How few people a published count may stand for."""

import pytest

from settings import disclosure
from settings.values import ConfigError


def test_five_unless_said_otherwise():
    assert disclosure.read({}) == {"SMALLEST_COUNT": 5}
    assert disclosure.read({"SMALLEST_COUNT": "11"}) == {"SMALLEST_COUNT": 11}


@pytest.mark.parametrize("given", ["0", "-5", "101", "cinq", "5.5"])
def test_what_cannot_be_is_refused(given):
    with pytest.raises(ConfigError, match="SMALLEST_COUNT vaut"):
        disclosure.read({"SMALLEST_COUNT": given})
