"""The colours of themes: readable on paper, told apart however one sees colours."""

import math
from itertools import combinations

import pytest

from analysis.palette import COLORS, PAPER

# Machado, Oliveira and Fernandes, « A Physiologically-based Model for Simulation of Color Vision
# Deficiency », IEEE TVCG 15(6), 2009: severity 1.0, on linear RGB.
SEEN = {
    "as most people": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
Triple = tuple[float, ...]


def linear(color: str) -> Triple:
    channels = (byte / 255 for byte in bytes.fromhex(color[1:]))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)


def luminance(color: str) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(color), strict=True))


def lab(rgb: Triple) -> Triple:
    """CIE L*a*b*, D65."""
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.95047, 1.0, 1.08883)
    bounded = [min(1.0, max(0.0, channel)) for channel in rgb]
    scaled = (
        sum(a * b for a, b in zip(row, bounded, strict=True)) / at
        for row, at in zip(rows, white, strict=True)
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in scaled)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


@pytest.mark.parametrize("name", COLORS)
def test_is_read_on_paper(name: str) -> None:
    assert (luminance(PAPER) + 0.05) / (luminance(COLORS[name]) + 0.05) >= 4.5


@pytest.mark.parametrize("way", SEEN)
def test_any_two_are_told_apart(way: str) -> None:
    seen = {
        name: lab(
            tuple(sum(a * b for a, b in zip(row, linear(color), strict=True)) for row in SEEN[way])
        )
        for name, color in COLORS.items()
    }
    nearest = min(combinations(seen, 2), key=lambda pair: math.dist(*(seen[name] for name in pair)))
    # 2.3 is a just noticeable difference (Mahy and others, 1994): five times that.
    assert math.dist(*(seen[name] for name in nearest)) >= 11.5, nearest
