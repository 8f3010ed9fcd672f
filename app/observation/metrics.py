"""What this process counts of itself, for Prometheus: requests, by rule and never by path.

With PROMETHEUS_MULTIPROC_DIR, which whoever starts the site gives, all its processes add up what
they count in that folder, and any of them can tell it; without, a process tells of itself alone.
"""

from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

NO_RULE = "none"  # an address that no page has: its path is anybody's
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_requests = Counter(
    "recueil_requests",
    "Requests answered, by rule, method and status.",
    ["rule", "method", "status"],
)
_durations = Histogram(
    "recueil_request_seconds",
    "How long an answer took to be ready, by rule and method.",
    ["rule", "method"],
    buckets=SECONDS,
)


def count(rule: str | None, method: str, status: int, seconds: float) -> None:
    """Count one request."""
    _requests.labels(rule or NO_RULE, method, status).inc()
    _durations.labels(rule or NO_RULE, method).observe(seconds)


def counted(folder: Path | None) -> CollectorRegistry:
    """Return what the processes of the site counted, or this one."""
    if folder is None:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return registry
