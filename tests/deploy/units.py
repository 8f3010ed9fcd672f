"""As much of systemd as our units need: `ExecStart`, `EnvironmentFile`, sockets handed over."""

import configparser
import os
import shlex
import signal
import socket
import subprocess
from pathlib import Path

DROP_IN = "recueil-.service.d/durcissement.conf"


class Units:
    """The units of a folder, started and stopped as `systemctl` would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.sockets: dict[str, socket.socket] = {}

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

    def _stop(self, name: str) -> None:
        process = self.running.pop(name)
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
