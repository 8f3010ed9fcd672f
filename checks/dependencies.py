"""What we stand on: its licences, and the weaknesses known of it (`make lint` runs this).

Licences are read from what is installed: no network. Weaknesses are asked of PyPI by pip-audit, at
most once a day; without network, or where pip-audit is not installed, it is said and nothing fails.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PINS = ("requirements.txt", "constraints.txt")
PATIENCE_SECONDS = 90
ACCEPTED = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Mozilla|MPL|LGPL|Unlicense|Zlib|CC0|"
    r"Zope|matplotlib",
    re.IGNORECASE,
)
READ_BY_HAND = {"huey": "MIT", "pyrage": "MIT OR Apache-2.0"}
"""Packages whose metadata say no licence, and the one that is in their source."""

KNOWN_AND_HARMLESS: Mapping[str, str] = {}
"""Weaknesses that do not concern us, each with the reason why, and only as long as it holds."""


def pinned() -> list[str]:
    """Return what runs in production, as `name==version`: only what is installed of the pins."""
    pins = {}
    for name in PINS:
        for line in (ROOT / name).read_text().splitlines():
            if found := re.match(r"([A-Za-z0-9._-]+)(?:\[\w+\])?==(\S+)", line):
                pins[_plain(found[1])] = found[2]
    needed = set(_needed())
    return sorted(f"{name}=={version}" for name, version in pins.items() if name in needed)


def licences(names: list[str]) -> dict[str, str]:
    """Return the licence that each installed package declares; « inconnue » when it says none."""
    return {name: _licence(name) for name in names}


def refused(declared: Mapping[str, str]) -> list[str]:
    """Return the packages whose licence is not among those that we accept at run time."""
    return [f"{name} ({said})" for name, said in declared.items() if not ACCEPTED.search(said)]


class NotAskedError(RuntimeError):
    """Nobody could tell the weaknesses of a package; `str()` says why, in French."""


def weaknesses(pins: list[str]) -> tuple[list[str], str]:
    """Return the weaknesses known of these packages, and the sentence that says what was done."""
    kept = ROOT / ".venv" / ".audit.json"
    day = datetime.now(UTC).date().isoformat()
    mark = sha256(f"{day} {pins}".encode()).hexdigest()
    if kept.exists() and (last := json.loads(kept.read_text())).get("mark") == mark:
        found, passed_over = last["found"], last["passed_over"]
        return found, f"{_sentence(found, passed_over, len(pins))} Déjà demandé aujourd’hui."
    try:
        _ask(pins[:1])  # one package tells whether anybody answers: no network, or a bare mirror
        found, passed_over = _ask(pins)
    except NotAskedError as error:
        return [], f"Failles connues\u00a0: non vérifié. {error}"
    kept.write_text(json.dumps({"mark": mark, "found": found, "passed_over": passed_over}))
    return found, _sentence(found, passed_over, len(pins))


def _ask(pins: list[str]) -> tuple[list[str], int]:
    """Return what pip-audit found, and of how many packages nothing is known.

    Raises NotAskedError when nothing is known of any.
    """
    wanted = ROOT / ".venv" / ".audit.txt"
    wanted.write_text("\n".join(pins))
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(wanted), "--no-deps"]
    options = ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, *options], capture_output=True, text=True, timeout=PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        said = f"Le réseau n’a pas répondu en {PATIENCE_SECONDS}\u00a0secondes."
        raise NotAskedError(said) from None
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        why = (done.stderr.strip().splitlines() or ["pip-audit n’a rien dit"])[-1]
        raise NotAskedError(f"pip-audit n’a pas pu demander à PyPI ({why[:120]}).") from None
    return read_answer(told)


def read_answer(told: list[dict[str, Any]]) -> tuple[list[str], int]:
    """Return the weaknesses in pip-audit's answer, and of how many packages it knows nothing.

    Raises NotAskedError when it knows nothing of any: « nothing found » would not be true.
    """
    passed_over = sum("skip_reason" in each for each in told)
    if passed_over == len(told):
        raise NotAskedError("Le dépôt de paquets ne dit rien des failles (un miroir\u00a0?).")
    found = [
        f"{each['name']} {each['version']}\u00a0: {known['id']}, corrigé dans "
        f"{', '.join(known['fix_versions']) or 'aucune version'}"
        for each in told
        for known in each.get("vulns", [])
        if known["id"] not in KNOWN_AND_HARMLESS
    ]
    return found, passed_over


def _sentence(found: list[str], passed_over: int, count: int) -> str:
    said = f"{len(found)} à examiner" if found else "aucune"
    rest = f", {passed_over} non vérifiés" if passed_over else ""
    return f"Failles connues\u00a0: {said}, dans {count - passed_over} paquets{rest}."


def _needed() -> Iterator[str]:
    """Give the names of what requirements.txt asks for, and of all that these bring along."""
    asked = re.findall(r"^([A-Za-z0-9._-]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    waiting, seen = [_plain(name) for name in asked], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            brings = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        yield name
        # `; extra == …` are wishes; other markers may not hold here: what is absent is passed over.
        waiting += [_plain(re.split(r"[ ;<>=!~\[(]", each)[0]) for each in brings if _is_need(each)]
    yield from (_plain(each.name) for each in distributions() if each.name == "psycopg-binary")


def _is_need(requirement: str) -> bool:
    return "extra ==" not in requirement


def _licence(name: str) -> str:
    told = distribution(name).metadata
    classified = [
        each.split(" :: ")[-1]
        for each in told.get_all("Classifier") or []
        if each.startswith("License ::") and each != "License :: OSI Approved"
    ]
    written = (told.get_all("License") or [""])[0].strip().splitlines()[:1]
    expression = "".join(told.get_all("License-Expression") or [])
    found = expression or ", ".join(classified) or "".join(written)[:60]
    return found or READ_BY_HAND.get(name, "inconnue")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Say what was found; 1 when a licence is refused or a weakness is known."""
    pins = pinned()
    declared = licences([pin.split("==")[0] for pin in pins])
    if "--licences" in sys.argv:
        for name, said in declared.items():
            print(f"{name}\t{said}")
    families = Counter(_family(said) for said in declared.values())
    told = ", ".join(f"{family} {count}" for family, count in families.most_common())
    print(f"Licences de {len(declared)} paquets\u00a0: {told}.")
    wrong = refused(declared)
    for each in wrong:
        print(f"  Licence à examiner\u00a0: {each}")
    found, sentence = weaknesses(pins)
    print(sentence)
    for each in found:
        print(f"  {each}")
    return int(bool(wrong or found))


def _family(said: str) -> str:
    found = ACCEPTED.search(said)
    return found[0] if found else said


if __name__ == "__main__":
    sys.exit(main())
