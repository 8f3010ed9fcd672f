"""What keeps robots out: how long a form must have been shown, whom to believe about addresses."""

from collections.abc import Mapping
from typing import Any

from settings.values import whole


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the least seconds between showing and sending, and how many proxies stand before us.

    Without TRUSTED_PROXIES nobody's word is taken for where a request comes from.
    """
    return {
        "GATE_LEAST_SECONDS": whole(environ, "GATE_LEAST_SECONDS", 3, least=0, most=60),
        "TRUSTED_PROXIES": whole(environ, "TRUSTED_PROXIES", 0, least=0, most=10),
    }
