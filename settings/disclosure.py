"""How few people a published count may stand for."""

from collections.abc import Mapping

from settings.values import whole

USUAL = 5


def read(environ: Mapping[str, str]) -> dict[str, int]:
    """Return the number of testimonies under which tallies hide a count; 1 hides nothing."""
    return {"SMALLEST_COUNT": whole(environ, "SMALLEST_COUNT", USUAL, least=1, most=100)}
