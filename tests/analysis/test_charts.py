import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations, product
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from analysis import charts
from analysis.chart_style import FAMILY_LOOKS, INK, INK_2, PALETTE, PAPER, TRACK, wrap
from analysis.chart_text import number, percent
from analysis.tally import cross

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
FAMILIES = {"P": "Personnes concernées", "E": "Élues et élus", "T": "Transversal"}
LABELS = {
    **{f"P{n}": f"Participation des personnes concernées {n}" for n in range(1, 8)},
    **{f"E{n}": f"Implication des élu·es {n}" for n in range(1, 7)},
    **{f"T{n}": f"Acteurs de première ligne & ruralité <{n}> $x$" for n in range(1, 10)},
}
FAMILY_OF = {row: FAMILIES[row[0]] for row in LABELS}
PROFILES = {
    "coordinateur": "Coordination",
    "elu": "Élues et élus",
    "usager": "Usagères et usagers",
    "aidant": "Aidantes et aidants",
}
BASES = {"coordinateur": 61, "elu": 48, "usager": 67, "aidant": 38}
CODINGS = [
    (row, column, (column, testimony))
    for rank, row in enumerate(LABELS)
    for place, (column, base) in enumerate(BASES.items())
    for testimony in range((rank * 7 + place * 11) % (base + 1))
    for _ in range(1 + (rank + testimony) % 4)
]
TAB = cross(CODINGS, rows=list(LABELS), columns=list(PROFILES), bases=BASES)
BARE = cross(CODINGS, rows=list(LABELS), columns=list(PROFILES))
EMPTY = cross([], rows=list(LABELS), columns=list(PROFILES), bases=BASES)
WAYS = list(product(("bar", "profile"), ("testimonies", "excerpts"), ("wide", "narrow")))


def draw(kind, measure="testimonies", width="wide", tab=TAB, families=FAMILY_OF):
    options = {"measure": measure, "width": width, "families": families}
    if kind == "bar":
        return charts.themes_bar(tab, LABELS, **options)
    return charts.themes_by_profile(tab, LABELS, PROFILES, **options)


def texts(chart):
    return chart.figure.axes[0].texts


EVERY_FIGURE = pytest.mark.parametrize(("kind", "measure", "width"), WAYS)


@EVERY_FIGURE
def test_is_the_same_each_time(kind, measure, width):
    one, other = draw(kind, measure, width), draw(kind, measure, width)
    svg = charts.to_svg(one, prefix="a")
    assert svg == charts.to_svg(other, prefix="a") == charts.to_svg(one, prefix="a")
    assert charts.to_png(one, dpi=40) == charts.to_png(other, dpi=40)


@EVERY_FIGURE
def test_is_one_inlineable_element(kind, measure, width):
    chart = draw(kind, measure, width)
    svg = charts.to_svg(chart, prefix="fig-1")
    root = ET.fromstring(svg)  # noqa: S314
    assert svg.startswith("<svg ")
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("class") == f"chart chart-{width}"
    assert not {"width", "height"} & set(root.attrib)
    assert root.get("viewBox").startswith(f"0 0 {720 if width == 'wide' else 320}")
    assert root.get("aria-labelledby") == "fig-1-title fig-1-desc"
    assert root.find(f"{SVG}title").text == chart.title
    assert root.find(f"{SVG}desc").text == chart.description
    ids = [part.get("id") for part in root.iter() if part.get("id")]
    assert ids == ["fig-1-title", "fig-1-desc"]


@EVERY_FIGURE
def test_a_file_to_take_away_has_its_size(kind, measure, width):
    root = ET.fromstring(charts.to_svg(draw(kind, measure, width), prefix="a", is_sized=True))  # noqa: S314
    box = [round(float(each)) for each in root.get("viewBox").split()]
    assert box == [0, 0, int(root.get("width")), int(root.get("height"))]


@EVERY_FIGURE
def test_leaks_nothing_and_fetches_nothing(kind, measure, width):
    svg = charts.to_svg(draw(kind, measure, width), prefix="a")
    assert re.findall(r"https?:[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"style=|<style|href|url\(|<script|<image|transform=", svg)


@EVERY_FIGURE
def test_draws_the_numbers_of_the_crosstab(kind, measure, width):
    drawn = {t.get_gid(): t.get_text() for t in texts(draw(kind, measure, width)) if t.get_gid()}
    if kind == "bar":
        wanted = {row: TAB.row_total(row) for row in TAB.rows}
    else:
        wanted = {f"{r}/{c}": TAB.cell(r, c) for r, c in product(TAB.rows, TAB.columns)}
    assert drawn == {place: number(count.of(measure)) for place, count in wanted.items()}


@EVERY_FIGURE
def test_no_text_is_cut_or_covers_another(kind, measure, width):
    chart = draw(kind, measure, width)
    renderer = FigureCanvasAgg(chart.figure).get_renderer()
    sheet = chart.figure.bbox
    boxes = [text.get_window_extent(renderer) for text in texts(chart)]
    assert all(box.x0 >= 0 and box.x1 <= sheet.x1 and box.y0 >= 0 for box in boxes)
    shrunk = [box.padded(-1.5) for box in boxes]
    assert not [True for one, other in combinations(shrunk, 2) if one.overlaps(other)]


@EVERY_FIGURE
def test_is_a_png_of_the_size_asked(kind, measure, width):
    png = charts.to_png(draw(kind, measure, width), dpi=144)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", png[16:20])[0] == 2 * (720 if width == "wide" else 320)


def test_bars_are_sorted_within_their_family_and_as_long_as_their_numbers():
    chart = draw("bar")
    order = [text.get_gid() for text in texts(chart) if text.get_gid()]
    values = [TAB.row_total(row).testimonies for row in order]
    assert [row[0] for row in order] == sorted((row[0] for row in order), key="PET".index)
    assert values[:7] == sorted(values[:7], reverse=True)
    bars = [p for p in chart.figure.axes[0].patches if getattr(p, "get_height", int)() == 12]
    ratios = {round(b.get_width() / v, 6) for b, v in zip(bars, values, strict=True) if v}
    assert len(ratios) == 1


def test_families_keep_their_looks_when_a_tally_is_filtered():
    tab = cross([("E1", "elu", 1)], rows=["E1"], columns=["elu"], bases={"elu": 1})
    colors = {p.get_facecolor() for p in draw("bar", tab=tab).figure.axes[0].patches}
    assert PALETTE["warm"] in {to_hex(color) for color in colors}


def test_without_bases_and_families_there_are_numbers_alone():
    for kind, width in product(("bar", "profile"), ("wide", "narrow")):
        chart = draw(kind, width=width, tab=BARE, families=None)
        assert not [text for text in texts(chart) if "%" in text.get_text()]


def test_many_profiles_widen_the_sheet_rather_than_overlap():
    columns = [f"territoire-{n}" for n in range(12)]
    tab = cross([("P1", columns[0], 1)], rows=["P1"], columns=columns)
    chart = charts.themes_by_profile(tab, LABELS, {c: f"Intercommunalité {c}" for c in columns})
    renderer = FigureCanvasAgg(chart.figure).get_renderer()
    boxes = [text.get_window_extent(renderer).padded(-1.5) for text in texts(chart)]
    assert max(box.x1 for box in boxes) <= chart.figure.bbox.x1
    assert not [True for one, other in combinations(boxes, 2) if one.overlaps(other)]


def test_an_empty_tally_is_said_and_not_drawn():
    assert charts.describe(EMPTY, LABELS).startswith("Aucun thème n’est codé")
    for kind in ("bar", "profile"):
        with pytest.raises(ValueError, match="nothing to draw"):
            draw(kind, tab=EMPTY)


def test_what_is_wrong_is_named():
    with pytest.raises(KeyError, match="P1"):
        charts.themes_bar(TAB, {})
    with pytest.raises(KeyError, match="P1"):
        draw("bar", families={})
    with pytest.raises(KeyError, match="coordinateur"):
        charts.themes_by_profile(TAB, LABELS, {})
    for prefix in ("", "1", 'a"b', "a b"):
        with pytest.raises(ValueError, match="prefix"):
            charts.to_svg(draw("bar"), prefix=prefix)


def test_control_characters_of_a_label_leave_xml_well_formed():
    tab = cross([("a", "elu", 1)], rows=["a"], columns=["elu"])
    chart = charts.themes_bar(tab, {"a": 'Un\x00 thème\n]]> \ud800& "l’autre"'}, title="A\x01<B>")
    root = ET.fromstring(charts.to_svg(chart, prefix="a"))  # noqa: S314
    assert root.find(f"{SVG}title").text == "A<B>"
    assert 'Un thème ]]> & "l’autre"' in [text.text for text in root.iter(f"{SVG}text")]


def test_described_in_plain_sentences():
    labels = {"a": "Alpha", "b": "Bêta", "c": "Gamma", "d": "Delta", "e": "Epsilon"}
    sizes = {"a": 1200, "b": 7, "c": 7, "d": 2, "e": 0}
    codings = [(row, "elu", n) for row, size in sizes.items() for n in range(size)]
    codings.append(("d", "aidant", "x"))
    bases = {"elu": 1300, "aidant": 1, "vide": 0}
    tab = cross(codings, rows=list(labels), columns=list(bases), bases=bases)
    names = {"elu": "Élues et élus", "aidant": "Proches", "vide": "Autres"}
    said = charts.describe(tab, labels, column_labels=names)
    assert said.replace("\u202f", "_").replace("\xa0", "~") == (
        "Nombre de témoignages où chaque thème apparaît au moins une fois, sur 1_301~témoignages. "
        "Les plus présents~: Alpha (1_200~témoignages), Bêta et Gamma (7~témoignages chacun) et "
        "Delta (3~témoignages). Absent~: Epsilon. "
        "Élues et élus (1_300~témoignages)~: d’abord Alpha (1_200~témoignages). "
        "Proches (1~témoignage)~: d’abord Delta (1~témoignage). "
        "Autres (0~témoignage)~: aucun thème."
    )
    assert "1\u202f217\xa0extraits" not in said
    in_excerpts = charts.describe(tab, labels, measure="excerpts")
    assert "1\u202f217 en tout, dans 1\u202f301\xa0témoignages." in in_excerpts


def test_the_least_present_agree_in_number():
    labels = {row: row.upper() for row in "abcdef"}
    codings = [(row, "elu", n) for row, size in zip("abcdef", (6, 5, 4, 2, 2, 1), strict=True)
               for n in range(size)]  # fmt: skip
    tab = cross(codings, rows="abcdef", columns=["elu"])
    assert "Le moins présent\xa0: F (1\xa0témoignage)." in charts.describe(tab, labels)
    tab = cross(codings[:-1], rows="abcde", columns=["elu"])
    assert "Les moins présents\xa0: D et E (2\xa0témoignages chacun)." in charts.describe(
        tab, labels
    )


def test_numbers_as_french_writes_them():
    assert [number(n) for n in (0, 999, 1000, 1234567)] == [
        "0",
        "999",
        "1\u202f000",
        "1\u202f234\u202f567",
    ]
    assert [percent(x) for x in (0, 0.001, 0.005, 0.625, 1)] == [
        "0\xa0%", "<\xa01\xa0%", "1\xa0%", "63\xa0%", "100\xa0%"]  # fmt: skip


def test_long_words_are_wrapped_too():
    assert wrap("a" * 100, 100)[0] != "a" * 100
    assert "".join(wrap("a" * 100, 100)) == "a" * 100


def test_the_palette_is_that_of_the_pages():
    theme = (ROOT / "app/static/theme.css").read_text(encoding="utf-8")
    told = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", theme))
    assert {name: told.get(name) for name in PALETTE} == PALETTE


def test_contrast_is_aa():
    def light(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def ratio(ink, ground):
        low, high = sorted((light(ink), light(ground)))
        return (high + 0.05) / (low + 0.05)

    assert min(ratio(INK, PAPER), ratio(INK_2, PAPER)) >= 4.5
    assert min(ratio(color, ground) for color, _ in FAMILY_LOOKS for ground in (PAPER, TRACK)) >= 3


def test_pyplot_is_never_loaded():
    code = (
        "import sys; from analysis import charts; from analysis.tally import cross;"
        "tab = cross([('a', 'b', 1)], rows=['a'], columns=['b']);"
        "chart = charts.themes_bar(tab, {'a': 'A'});"
        "charts.to_svg(chart, prefix='x'); charts.to_png(chart);"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
    assert ran.stderr == ""
