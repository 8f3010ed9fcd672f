"""As much of systemd as our units need: `ExecStart`, `EnvironmentFile`, sockets handed over.

A service whose instance is outside of what its unit may write to (`ProtectSystem=strict`) does not
start; a timer is only noted.
"""

import configparser
import os
import re
import shlex
import signal
import socket
import subprocess
from pathlib import Path

from tests import servers

DROP_IN = "recueil-.service.d/durcissement.conf"


STARTING = 300  # seconds, for a worker that starts beside three others on a busy machine
STOPS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def catches(pid: int, number: int) -> bool:
    """Say whether a process does something of its own on a signal."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (caught,) = re.findall(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return bool(int(caught, 16) >> (number - 1) & 1)


class Units:
    """The units of a folder, started and stopped as `systemctl` would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.sockets: dict[str, socket.socket] = {}
        self.timers: set[str] = set()

    def systemctl(self, verb: str, *names: str) -> None:
        """Carry out `systemctl start|stop|restart NAME…`; a oneshot unit is waited for."""
        for name in names:
            if verb in ("stop", "restart"):
                self._stop(name)
            if verb in ("start", "restart"):
                self._start(name)

    def close(self) -> None:
        """End all at once: one that is still starting would not know how to stop."""
        for process in self.running.values():
            process.kill()
            process.wait()
        for each in self.sockets.values():
            each.close()

    def _start(self, name: str) -> None:
        if name.endswith(".timer"):
            assert (self.folder / name).exists(), name
            self.timers.add(name)
            return
        if name.endswith(".socket"):
            address = self._read(name)["Socket"]["ListenStream"]
            host, _, port = address.rpartition(":")
            self.sockets[name.removesuffix(".socket")] = socket.create_server((host, int(port)))
            return
        service = self._service(name)
        command = shlex.split(service["ExecStart"])
        environment = os.environ | dict(
            each.split("=", 1) for each in shlex.split(service.get("Environment", ""))
        )
        held = self.sockets.get(name)
        handing = "" if held is None else f"LISTEN_PID=$$ LISTEN_FDS=1 {os.linesep}"
        redirection = "" if held is None else f" 3<&{held.fileno()}"
        script = (
            f"set -a; . {shlex.quote(service['EnvironmentFile'])}; {handing} set +a; "
            f'exec "$@"{redirection}'
        )
        self._check_place(service)
        process = subprocess.Popen(
            ["bash", "-c", script, name, *command],
            cwd=service["WorkingDirectory"],
            env=environment,
            pass_fds=[] if held is None else [held.fileno()],
        )
        if service.get("Type") == "oneshot":
            assert process.wait(120) == 0, name
        else:
            self.running[name] = process

    def _check_place(self, service: dict[str, str]) -> None:
        assert service["ProtectSystem"] == "strict"
        written = Path(service["EnvironmentFile"]).read_text(encoding="utf-8")
        (instance,) = re.findall(r"^INSTANCE_PATH='(.*)'$", written, re.MULTILINE)
        open_ = service.get("ReadWritePaths", "").split()
        assert instance.endswith(f"/var/lib/{service['StateDirectory']}") or instance in open_

    def _stop(self, name: str) -> None:
        if name.endswith(".timer"):
            self.timers.remove(name)
            return
        if name.endswith(".socket"):
            self.sockets.pop(name.removesuffix(".socket")).close()
            return
        process = self.running.pop(name)
        # One that is still starting does not know how to stop.
        servers.wait_until(
            lambda: all(catches(process.pid, each) for each in STOPS), name, seconds=STARTING
        )
        number = getattr(signal, self._service(name).get("KillSignal", "SIGTERM"))
        process.send_signal(number)
        assert process.wait(60) in (0, -number), name

    def _service(self, name: str) -> dict[str, str]:
        """Return the directives of a service, with those that all ours share."""
        template, _, _ = name.partition("@")
        file = f"{template}@.service" if "@" in name else f"{template}.service"
        shared = dict(self._read(DROP_IN)["Service"])
        return shared | dict(self._read(file)["Service"])

    def _read(self, name: str) -> configparser.ConfigParser:
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read(self.folder / name, encoding="utf-8")
        return parser
