"""Wapiti against a running Recueil, filled with the fictional call: `python -m checks.scan`.

It runs as in production (HTTPS, its cookies, its headers) on 127.0.0.1, in a folder of its own that
goes with it. The public pages are scanned first, then each room as one who may enter it, who must
still be signed in at the end: a scan that lost its session has seen nothing. Anything above
informational is shown, and the exit code is 1. Debian: `apt install wapiti openssl`. Left out: the
modules that ask a server elsewhere (ssrf, xxe), and those that guess names (buster, nikto…).

`--seconds N`: how long at most to explore, and to try each kind of attack (60).
"""

import argparse
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import (
    HTTPCookieProcessor,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

ROOT = Path(__file__).resolve().parent.parent
MODULES = (
    "backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,"
    "permanentxss,redirect,shellshock,sql,xss"
)
PEOPLE = ("equipe@recueil.example", "recherche@recueil.example", "administration@recueil.example")
NEW_PASSWORD = "une phrase de passe pour le scanner"  # noqa: S105
# What would end the session, or lock it up: our own walk (tests/security) tries these.
LEAVES = (
    "/compte/deconnexion",
    "/compte/mot-de-passe",
    "/compte/partout",
    "/compte/securite/*",
    "/admin/deux-etapes",
    "/admin/comptes/*/fermer",
    "/admin/comptes/*/droits",
    "/admin/comptes/*/deux-etapes",
)
LEVELS = {0: "information", 1: "faible", 2: "moyen", 3: "élevé", 4: "critique"}
PATIENCE_SECONDS = 60
# Debian's 3.0.4 writes its exclusions as an expression that Python 3.11 refuses.
WAPITI = """
import fnmatch, re
from wapitiCore.net import crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
from wapitiCore.main.wapiti import wapiti_main
wapiti_main()
"""


def main() -> int:
    """Scan as a visitor, then as each person; 1 when something is above informational."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=int, default=60)
    seconds = options.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="recueil-scan-") as name:
        folder = Path(name)
        passwords = _fill(folder)
        with _serving(folder) as address:
            worst = _scan(folder, address, "visite", [], seconds)
            for email in PEOPLE:
                cookie = _sign_in(address, email, passwords[email])
                header = ["--header", f"Cookie: {cookie}"]
                worst = max(worst, _scan(folder, address, email.split("@")[0], header, seconds))
                _check_still_in(address, email, cookie)
    return int(worst > 0)


def _environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"INSTANCE_PATH": str(folder / "instance"), "SPACY_MODEL": "indices"} | more


def _fill(folder: Path) -> dict[str, str]:
    """Make an instance, filled with the fictional call; return each person's first password."""
    (folder / "instance").mkdir()
    told = ""
    officer = f"user grant {PEOPLE[-1]} dpo"  # the log, the register: one account for both rooms
    for command in ("setup", "demo", officer):
        ran = [sys.executable, "-m", "flask", "--app", "wsgi", *command.split()]
        told += subprocess.run(  # noqa: S603
            ran, cwd=ROOT, env=_environment(folder), check=True, capture_output=True, text=True
        ).stdout
    words = r"usage unique (?:: )?(\S+)"
    found = dict(re.findall(rf"(\S+@\S+) : mot de passe à {words}", told))
    first = re.search(r"Mot de passe à usage unique : (\S+)", told)
    return found | {PEOPLE[-1]: first[1] if first else ""}


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """Serve that instance as in production, over HTTPS; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"https://127.0.0.1:{port}"
    certificate, key = str(folder / "cert.pem"), str(folder / "key.pem")
    subprocess.run(  # noqa: S603
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",  # noqa: S607
         "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    secrets = {
        name.upper(): (folder / "instance" / name).read_text().strip()
        for name in ("secret_key", "data_keys")
    }
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_DEFAULT_SENDER": "recueil@recueil.example"}
    env = _environment(folder, APP_ENV="production", BASE_URL=address, **secrets, **mail)
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "8",
               "--certfile", certificate, "--keyfile", key, "wsgi:app"]  # fmt: skip
    with (folder / "site.log").open("w") as log:
        site = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)  # noqa: S603
        try:
            _wait(address)
            yield address
        finally:
            site.terminate()
            site.wait()


def _browser() -> tuple[OpenerDirector, CookieJar]:
    context, jar = ssl.create_default_context(), CookieJar()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # its own, on 127.0.0.1
    return build_opener(HTTPSHandler(context=context), HTTPCookieProcessor(jar)), jar


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            _browser()[0].open(f"{address}/healthz").close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _sign_in(address: str, email: str, password: str) -> str:
    """Sign in, choose a password, and return the cookies as a browser sends them."""
    browser, jar = _browser()
    _send(browser, f"{address}/compte/connexion", {"email": email, "password": password})
    changed = {"password": password, "new_password": NEW_PASSWORD}
    page = f"{address}/compte/mot-de-passe"
    _send(browser, page, changed | {"new_password_confirm": NEW_PASSWORD})
    with browser.open(f"{address}/compte/accueil") as reply:
        if "/compte/connexion" in reply.url or "/compte/mot-de-passe" in reply.url:
            raise SystemExit(f"La connexion de {email} n’a pas abouti : {reply.url}")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _check_still_in(address: str, email: str, cookie: str) -> None:
    """Stop where the session did not last as long as the scan. Raises SystemExit."""
    browser, _ = _browser()
    with browser.open(Request(f"{address}/compte/accueil", headers={"Cookie": cookie})) as reply:  # noqa: S310
        if "/compte/" in reply.url:
            raise SystemExit(f"La session de {email} n’a pas duré : rien n’est prouvé.")


def _send(browser: OpenerDirector, page: str, fields: Mapping[str, str]) -> None:
    with browser.open(page) as reply:
        text = reply.read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    data = {**fields, "csrf_token": token[1] if token else ""}
    # Over HTTPS a form is taken only with the address of the page that it came from.
    asked = Request(page, urlencode(data).encode(), {"Referer": page})  # noqa: S310
    with browser.open(asked) as reply:
        reply.read()


def _scan(folder: Path, address: str, who: str, header: list[str], seconds: int) -> int:
    """Scan as somebody; say what was found, and return the highest level."""
    report = folder / f"{who}.json"
    limits = ["--depth", "4", "--max-links-per-page", "60", "--max-files-per-dir", "25"]
    limits += ["--max-scan-time", f"{seconds}", "--max-attack-time", f"{seconds}"]
    leaves = [part for path in LEAVES for part in ("--exclude", address + path)]
    kept = ["--store-session", str(folder / who), "--format", "json", "--output", str(report)]
    options = ["--url", f"{address}/", "--scope", "domain", "--module", MODULES, "--no-bugreport"]
    command = ["/usr/bin/python3", "-c", WAPITI, *options, *limits, *leaves, *header, *kept]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"wapiti s’est arrêté :\n{(done.stdout + done.stderr)[-2000:]}")
    told = json.loads(report.read_text())
    kinds = [told["vulnerabilities"], told["anomalies"], told.get("additionals", {})]
    named = [pair for group in kinds for pair in group.items()]
    found = [(kind, each) for kind, several in named for each in several]
    explored = re.search(r"found (\d+) URLs", done.stdout)
    print(f"{who}\u00a0: {explored[1] if explored else '?'} adresses et formulaires, "
          f"{len(found)} remarques", flush=True)  # fmt: skip
    for kind, each in found:
        level = LEVELS.get(int(each["level"]), each["level"])
        print(f"  [{level}] {kind}\u00a0: {each['method']} {each['path']} {each['info']}")
    return max((int(each["level"]) for _, each in found), default=0)


if __name__ == "__main__":
    sys.exit(main())
