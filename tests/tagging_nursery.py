"""A process that forks workers: each is ready at once, and may be killed at any instant.

  python -m tests.tagging_nursery      the environment is Recueil's own

For each line that it reads, `all` or `worker`, it writes the number of a new process. `all` runs
`flask themes tag --all`; `worker` does what Recueil's worker does of its queue: the sweep, then
every task that waits, until no testimony is left to read.
"""

from flask import Flask

import config
from app import create_app, pipelines, tasks
from app.extensions import db
from app.services import tagging
from app.task_queue import run_waiting
from tests.nurseries import bear


def work(app: Flask, what: str) -> None:
    """Do it, on connections of one's own."""
    db.engine.dispose(close=False)
    if what == "all":
        # The very command, in this process: click would end it.
        app.test_cli_runner().invoke(args=["themes", "tag", "--all"], catch_exceptions=False)
        return
    while tagging.count_waiting(db.session):
        db.session.rollback()
        tasks.sweep_untagged()
        run_waiting(app)


def main() -> None:
    app = create_app(config.load())
    with app.app_context():
        pipelines.tagger()
        db.session.rollback()
        bear(lambda what: work(app, what))


if __name__ == "__main__":
    main()
