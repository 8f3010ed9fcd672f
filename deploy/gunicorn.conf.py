"""How the site is served in production; `WEB_CONCURRENCY` says by how many processes."""

import os
import tempfile

# Where the processes of the site count together what /metrics tells (docs/surveillance.md).
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="recueil-metrics-"))
# systemd holds the socket and hands it over: while the site starts again, visitors wait in it.
bind = [] if os.environ.get("LISTEN_FDS") else [f"127.0.0.1:{os.environ.get('PORT', '8000')}"]
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True  # the processes share what they never write
graceful_timeout = 30
timeout = 60
worker_tmp_dir = "/dev/shm"  # noqa: S108 - memory: a busy disk must not pass for a dead worker
accesslog = None  # an address and a personal link in each line
loglevel = "warning"
