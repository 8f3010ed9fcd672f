"""`/metrics`, for Prometheus: what the processes of the site count, and what the database tells.

Counts alone, yet not for everybody: the moment at which a count grows is the moment at which
somebody did something. So testimonies are counted up to yesterday: the day of each is kept, never
its hour, and a figure read every few seconds would tell it.
"""

import hmac
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.pool import QueuePool

from app.extensions import csrf, db
from app.models import Beat
from app.models.base import now, today
from app.observation import installation, metrics
from app.services import backups, beats, mailing, tagging, testimonies, theme_versions
from app.services.mailing import Standing
from app.views.access import for_holders

blueprint = Blueprint("metrics", __name__)
for_holders(blueprint)
csrf.exempt(blueprint)

CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
HERE = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP")


@blueprint.get("/metrics")
def index() -> Response:
    """Tell all metrics to whoever may read them."""
    _check()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    told = CollectorRegistry()
    told.register(_Standing(app))
    counted = generate_latest(metrics.counted(app.config["METRICS_FOLDER"]))
    return Response(counted + generate_latest(told), content_type=CONTENT_TYPE)


def _check() -> None:
    """Refuse who may not: with METRICS_TOKEN, who does not bear it; without, all but this machine.

    In production a proxy makes everybody come from this machine: there, nobody without the token.
    """
    token = current_app.config["METRICS_TOKEN"]
    if token is not None:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            abort(401)
        return
    is_forwarded = any(name in request.headers for name in FORWARDED)
    if current_app.config["IS_PRODUCTION"] or is_forwarded or request.remote_addr not in HERE:
        abort(404)


class _Standing(Collector):
    """What the database and the queue tell at this moment, whatever process is asked."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def describe(self) -> list[Metric]:
        """Say nothing beforehand: to be registered, the database need not be asked."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._queue()
        yield from _workers(list(beats.all_(db.session)))
        yield from _mails()
        received = testimonies.count_received_before(db.session, today())
        yield GaugeMetricFamily(
            "recueil_testimonies", "Testimonies received before today.", value=received
        )
        to_read = tagging.count_waiting(db.session)
        yield GaugeMetricFamily(
            "recueil_testimonies_to_read", "Testimonies that a pipeline has to read.", value=to_read
        )
        version = theme_versions.name_in_use(db.session) or "shipped"
        yield InfoMetricFamily(
            "recueil_pipeline",
            "What reads testimonies.",
            value={"version": version, "model": self.app.config["SPACY_MODEL"]},
        )
        backup = backups.last_backup(db.session)
        if backup is not None:
            yield GaugeMetricFamily(
                "recueil_backup_seconds",
                "Since the last backup.",
                value=(now() - backup.made_at).total_seconds(),
            )
        pool = db.engine.pool
        if isinstance(pool, QueuePool):
            yield GaugeMetricFamily(
                "recueil_database_connections",
                "Connections in use, in the process that answers.",
                value=pool.checkedout(),
            )

    def _queue(self) -> Iterator[Metric]:
        found = installation.queue(self.app)
        yield GaugeMetricFamily(
            "recueil_queue_up", "Whether the queue answers.", value=int(found is not None)
        )
        if found is None:
            return
        yield GaugeMetricFamily("recueil_queue_depth", "Tasks that wait.", value=found.depth)
        waited = (now() - found.oldest).total_seconds() if found.oldest else 0.0
        yield GaugeMetricFamily(
            "recueil_queue_oldest_seconds",
            "How long the oldest has waited.",
            value=max(0.0, waited),
        )


def _workers(workers: list[Beat]) -> Iterator[Metric]:
    seen = GaugeMetricFamily(
        "recueil_worker_seen_seconds", "Since its last sign of life.", labels=["worker"]
    )
    count = CounterMetricFamily(
        "recueil_tasks", "Tasks run, by name and outcome.", labels=["worker", "task", "outcome"]
    )
    spent = CounterMetricFamily(
        "recueil_task_seconds", "Time spent on them.", labels=["worker", "task", "outcome"]
    )
    for worker in workers:
        seen.add_metric([worker.name], (now() - worker.seen_at).total_seconds())
        for task, outcomes in worker.outcomes.items():
            for outcome, (times, seconds) in outcomes.items():
                count.add_metric([worker.name, task, outcome], times)
                spent.add_metric([worker.name, task, outcome], seconds)
    yield from (seen, count, spent)


def _mails() -> Iterator[Metric]:
    found = mailing.count(db.session)
    mails = GaugeMetricFamily(
        "recueil_mails", "Messages by outbox and state.", labels=["outbox", "state"]
    )
    outboxes: dict[str, Standing] = {"campaigns": found.campaigns, "notices": found.notices}
    for outbox, standing in outboxes.items():
        for state in ("waiting", "sent", "failed", "uncertain"):
            mails.add_metric([outbox, state], getattr(standing, state))
    yield mails
