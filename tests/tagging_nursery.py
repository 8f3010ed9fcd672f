"""A process that forks workers: each is ready at once, and may be killed at any instant.

  python -m tests.tagging_nursery      the environment is Recueil's own

For each line that it reads, `all` or `worker`, it writes the number of a new process. `all` runs
`flask themes tag --all`; `worker` does what Recueil's worker does of its queue: the sweep, then
every task that waits, until no testimony is left to read.
"""

import os
import sys

import config
from app import create_app, pipelines, tasks
from app.extensions import db
from app.services import tagging
from app.task_queue import run_waiting


def work(app: object, what: str) -> None:
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
        for line in sys.stdin:
            child = os.fork()
            if child == 0:
                try:
                    work(app, line.strip())
                finally:
                    os._exit(0)
            print(child, flush=True)  # noqa: T201 - how the test knows whom to kill


if __name__ == "__main__":
    main()
