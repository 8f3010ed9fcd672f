"""What Flask and its session are told."""

from typing import Any
from urllib.parse import urlsplit

MEGABYTE = 1024 * 1024


def settings(base_url: str, *, is_production: bool, session_days: int) -> dict[str, Any]:
    """Return the settings of pages, cookies and forms; `session_days` is how long cookies stay."""
    # In production a foreign Host header is refused; whoever watches from this machine is not one.
    hosts = [str(urlsplit(base_url).hostname), "127.0.0.1", "localhost"]
    return {
        "TRUSTED_HOSTS": hosts if is_production else None,
        "MAX_CONTENT_LENGTH": MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,
        # By this name browsers take it from this very host alone: a neighbour of the same domain
        # cannot slip in a session of its own, and read what somebody believes to write in theirs.
        "SESSION_COOKIE_NAME": "__Host-session" if is_production else "session",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": is_production,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": is_production,
        # Whoever is answering has their cookie renewed with their draft (views/saving.py).
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": session_days * 24 * 3600,
        # A page left open over lunch must still be accepted: tokens live as long as the session.
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": "fr",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
    }
