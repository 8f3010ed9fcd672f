"""What every answer says to the browser about itself: what it may load, who may frame or keep it.

Everything comes from here: no third party learns that somebody opened a page about mental health.
A script runs only if the page that was just made names it: it bears the nonce of that page.
"""

import secrets

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

# Styles are files of ours; Bootstrap's own holds small images as data. The worker computes proofs.
PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
FILE_POLICY = (
    "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
FIXED = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-XSS-Protection": "1; mode=block",  # for browsers older than the policy above
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}
ONE_YEAR = "max-age=31536000"
PUBLIC_FILES = frozenset({"static", "bootstrap.static"})


def nonce() -> str:
    """Return the number, used once, by which this page's own scripts are known."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    drawn: str = g.nonce
    return drawn


def _protect(response: Response) -> Response:
    is_page = response.mimetype == "text/html"
    policy = PAGE_POLICY.format(nonce()) if is_page else FILE_POLICY
    response.headers["Content-Security-Policy"] = policy
    response.headers.update(FIXED)
    if request.endpoint not in PUBLIC_FILES:
        # Shared computers: what was written must not be read again with the back button.
        response.headers["Cache-Control"] = "no-store"
    if current_app.config["IS_PRODUCTION"]:
        response.headers["Strict-Transport-Security"] = ONE_YEAR
    return response


def init_app(app: Flask) -> None:
    app.after_request(_protect)
    app.add_template_global(nonce)
