"""A number for each request, its line in the log, its count: never its path nor who asked."""

import logging
import time

from flask import Flask, g, request
from werkzeug.wrappers import Response

from app.observation import metrics, tracing

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
# Asked by machines many times a minute: counted, and not told.
QUIET = frozenset({"static", "bootstrap.static", "health.alive", "health.ready", "metrics.index"})


def _begin() -> None:
    g.began = time.perf_counter()
    rule = request.url_rule.rule if request.url_rule else None
    number = tracing.request_id(request.headers.get(HEADER))
    method = request.method if request.method in KNOWN_METHODS else "other"
    tracing.follow(tracing.Trace(number, method=method, rule=rule))


def _end(response: Response) -> Response:
    trace = tracing.current()
    if trace is None:  # a page of another extension that answered before us
        return response
    response.headers[HEADER] = trace.request_id
    lasted = time.perf_counter() - g.began
    metrics.count(trace.rule, trace.method or "", response.status_code, lasted)
    level = logging.DEBUG if request.endpoint in QUIET else logging.INFO
    log.log(level, "request", extra={"status": response.status_code, "ms": round(lasted * 1000, 1)})
    return response


def _forget(_error: BaseException | None) -> None:
    """The thread that answered takes another request next."""
    tracing.follow(None)


def init_app(app: Flask) -> None:
    """Before all other parts: what goes wrong in them is told under the request's number."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)
    app.add_template_global(tracing.current, "trace")
