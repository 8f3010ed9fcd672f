"""Draws how a call grows: the curves of docs/montee-en-charge.md, from what bench.million found.

Time and memory of each step against the number of testimonies, both scales logarithmic. The dashed
line is the floor: what the first size took, multiplied as the testimonies are. The page receives
the picture and, as its text alternative, the figures themselves.

  python -m bench.curves [--engine postgresql] [--results FOLDER] [--out PICTURE.svg]
"""

import argparse
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from analysis import chart_style as style
from bench import databases, results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, PICTURE = DOCS / "montee-en-charge.md", DOCS / "images" / "montee-en-charge.svg"
BEGIN, END = "<!-- courbes -->", "<!-- fin des courbes -->"
MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "bar": "P"}
TOLD = re.compile(r"(?P<size>\d+) témoignages \([^)]*\) : (?P<name>.+)")
MEMORY = re.compile(r"(?P<memory>\d+) Mo")
STEPS = {  # as bench.million calls them → as the picture does; a whole call each time
    "importés d’un JSON": "Importer",
    "exportés en CSV": "Exporter en CSV",
    "exportés en JSON": "Exporter en JSON",
    "décomptes par profil": "Compter par profil",
    "liste, aux trois quarts, par « Page suivante »": "Une page de la liste",
}
HEIGHT, WIDTH = 470, 940  # CSS pixels


@dataclass(frozen=True)
class Point:
    """What a step took for so many testimonies."""

    size: int
    seconds: float
    memory: int


Curves: TypeAlias = Mapping[str, Sequence[Point]]
Of: TypeAlias = Callable[[Point], float]


def read(folder: Path, engine: str) -> Curves:
    """The points of each step that bench.million measured, sizes in order."""
    kept = json.loads((folder / f"million-{engine}.json").read_text(encoding="utf-8"))
    found: dict[str, list[Point]] = {}
    for figure in (results.Figure(**each) for each in kept["figures"]):
        told, memory = TOLD.fullmatch(figure.what), MEMORY.match(figure.beside)
        if told is None or memory is None or told["name"] not in STEPS:
            continue
        size = int(told["size"])
        seconds = figure.value / 1000 if figure.unit == "ms" else size / figure.value
        point = Point(size, seconds, int(memory["memory"]))
        found.setdefault(STEPS[told["name"]], []).append(point)
    return {name: sorted(points, key=lambda each: each.size) for name, points in found.items()}


def draw(curves: Curves, path: Path) -> None:
    """Write the picture: time on the left, memory on the right."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - as elsewhere: it loads much

    with style.house_style():
        figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), facecolor=style.PAPER)
        time, memory = figure.subplots(1, 2)
        _panel(time, "Durée", "secondes", curves, lambda each: each.seconds)
        _panel(memory, "Mémoire du processus", "Mo", curves, lambda each: each.memory)
        _floor(time, curves)
        handles, labels = time.get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="lower center", ncols=3, frameon=False, fontsize=style.NOTE
        )
        figure.tight_layout(rect=(0, 0.17, 1, 1), w_pad=3)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", facecolor=style.PAPER, metadata={"Date": None})


def _panel(axes: "Axes", title: str, unit: str, curves: Curves, of: Of) -> None:
    axes.set_facecolor(style.PAPER)
    axes.set_title(title, loc="left", fontsize=style.HEADING, color=style.INK)
    for (name, points), (color, shape) in zip(curves.items(), style.FAMILY_LOOKS, strict=False):
        sizes = [each.size for each in points]
        values = [of(each) for each in points]
        axes.plot(sizes, values, color=color, marker=MARKERS[shape], markersize=8, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    if title != "Durée":  # from nothing to well above: a flat line is seen to be flat
        axes.set_ylim(10, 10_000)
    axes.set_xlabel("témoignages", fontsize=style.NOTE, color=style.INK_2)
    axes.set_ylabel(unit, fontsize=style.NOTE, color=style.INK_2)
    axes.xaxis.set_major_formatter(_number)
    axes.yaxis.set_major_formatter(_number)
    axes.minorticks_off()
    axes.tick_params(colors=style.INK_2, labelsize=style.NOTE)
    axes.grid(color=style.RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(style.FIELD)


def _floor(axes: "Axes", curves: Curves) -> None:
    """What the first step would take if its time were in proportion to its testimonies."""
    points = next(iter(curves.values()))
    first, sizes = points[0], [each.size for each in points]
    straight = [first.seconds * size / first.size for size in sizes]
    label = "Proportionnel à l’import du premier"
    axes.plot(sizes, straight, color=style.INK_2, linestyle=(0, (4, 4)), zorder=1, label=label)


def _number(value: float, _place: int = 0) -> str:
    return results.number(value) if value >= 0.1 else f"{value:g}".replace(".", ",")


def _duration(seconds: float) -> str:
    return f"{_number(seconds)} s" if seconds >= 1 else f"{_number(1000 * seconds)} ms"


def described(curves: Curves) -> str:
    """The text alternative: the figures of the picture, step after step."""
    told = [
        f"{name} : "
        + ", ".join(
            f"{_number(each.size)} en {_duration(each.seconds)} ({each.memory} Mo)"
            for each in points
        )
        for name, points in curves.items()
    ]
    return f"Durée et mémoire selon le nombre de témoignages. {'. '.join(told)}."


def write_page(curves: Curves, base: str) -> None:
    """Set the picture and its text alternative in docs/montee-en-charge.md."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    shown = f"![{described(curves)}](images/{PICTURE.name})"
    lines = (BEGIN, "", shown, "", f"*{base}, deux cœurs : `python -m bench.curves`.*", "")
    page = before + "\n".join(lines) + "\n" + END + rest.split(END)[1]
    PAGE.write_text(page, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=tuple(databases.NAMES), default="postgresql")
    parser.add_argument("--out", type=Path, default=PICTURE, help="elsewhere: the page stays")
    results.add_option(parser)
    asked = parser.parse_args()
    curves = read(asked.results, asked.engine)
    draw(curves, asked.out)
    print(described(curves))
    if asked.out == PICTURE:
        write_page(curves, databases.NAMES[asked.engine])


if __name__ == "__main__":
    main()
