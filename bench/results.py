"""What benches found: a JSON file each in `bench/results/`, and the table of docs/performances.md.

A bench calls `keep` with its figures; the file that it leaves is committed, so that the table can
be made again without measuring, and the next measure compared with this one.

  python -m bench.results        # remakes the table
"""

import argparse
import json
import os
import platform
import shlex
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("results")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "performances.md"
BEGIN, END = "<!-- tableau -->", "<!-- fin du tableau -->"
BLOCK = b"0" * 8192


@dataclass(frozen=True)
class Figure:
    """A figure: what it is, in French; `promise` says what was promised of it, `beside` the rest.

    `kept`: whether the promise held; none where nothing was promised.
    """

    what: str
    value: float
    unit: str = ""
    promise: str = ""
    kept: bool | None = None
    beside: str = ""


def at_least(what: str, value: float, floor: float, *, unit: str = "", beside: str = "") -> Figure:
    """A figure that must not be under `floor`."""
    told = f"au moins {number(floor)}{_unit(unit)}"
    return Figure(what, value, unit, told, value >= floor, beside)


def at_most(what: str, value: float, most: float, *, unit: str = "", beside: str = "") -> Figure:
    """A figure that must not be over `most`."""
    told = f"au plus {number(most)}{_unit(unit)}"
    return Figure(what, value, unit, told, value <= most, beside)


def add_option(parser: argparse.ArgumentParser) -> None:
    """Let whoever tries a bench say where its results go, to leave those kept as they are."""
    parser.add_argument(
        "--results", type=Path, default=FOLDER, metavar="FOLDER", help="bench/results by default"
    )


def keep(bench: str, figures: Iterable[Figure], folder: Path = FOLDER) -> None:
    """Write what a bench found and print it; remake the table, unless it goes to another folder."""
    found = list(figures)
    told = {
        "bench": bench,
        "command": command(),
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "figures": [asdict(each) for each in found],
    }
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / f"{bench}.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for each in found:
        print(
            "  ".join(part for part in (each.what, shown(each), each.promise, each.beside) if part)
        )
    if folder == FOLDER:
        write_table()


def command() -> str:
    """The command that is running, as one types it."""
    module = Path(sys.argv[0]).stem
    return shlex.join(["python", "-m", f"bench.{module}", *sys.argv[1:]])


def machine() -> dict[str, Any]:
    """What measured: nothing that names it."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
    }


def fsyncs_a_second(folder: Path, seconds: float = 0.5) -> float:
    """How often 8 kB are appended and synced in a second: what a durable commit cannot beat."""
    path = folder / "fsync"
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        os.write(handle, BLOCK)
        os.fsync(handle)
        count += 1
    os.close(handle)
    path.unlink()
    return count / (time.perf_counter() - began)


def resident(pid: int | str = "self") -> tuple[float, float]:
    """The memory of a process in MB: all that it maps, and its share of it (PSS)."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = {line.split(":")[0]: int(line.split()[1]) for line in told.splitlines()[1:]}
    return found["Rss"] / 1024, found["Pss"] / 1024


def rate(
    work: Callable[[], object], seconds: float, clock: Callable[[], float] = time.perf_counter
) -> float:
    """How often `work` is done in a second of `clock`: that of the wall, or of the processor."""
    began, count = clock(), 0
    while clock() - began < seconds:
        work()
        count += 1
    return count / (clock() - began)


def write_table() -> None:
    """Remake the table of docs/performances.md from the files of `bench/results/`."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    table = "\n".join(_lines())
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def _lines() -> Iterator[str]:
    yield "| Mesure | Chiffre | Promis | À côté |"
    yield "|---|---|---|---|"
    for path in sorted(FOLDER.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        day = datetime.fromisoformat(told["measured_at"]).strftime("%d/%m/%Y")
        load = number(told["machine"]["load"])
        yield f"| **`{told['command']}`** | | | {day}, charge {load} |"
        for each in (Figure(**figure) for figure in told["figures"]):
            promise = f"{each.promise}{'' if each.kept else ' : **non tenu**'}" * bool(each.promise)
            yield f"| {each.what} | {shown(each)} | {promise} | {each.beside} |"


def shown(figure: Figure) -> str:
    """A figure with its unit, as French writes it."""
    return f"{number(figure.value)}{_unit(figure.unit)}"


def _unit(unit: str) -> str:
    return f"\u00a0{unit}" if unit else ""


def number(value: float) -> str:
    """A number as French writes it: « 0,42 », « 12 345 »."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{digits}f}".replace(",", "\u202f").replace(".", ",")
    return text.rstrip("0").rstrip(",") if "," in text else text


if __name__ == "__main__":
    write_table()
