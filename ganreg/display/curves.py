"""Small line charts as SVG, for what notebooks show of a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from ganreg.display.fragments import Whole
from ganreg.reports.reading import Number, spaced

_WIDTH, _HEIGHT = 320, 120
_MOST_POINTS = 160
_COLOURS = ("#3b82f6", "#ea7317")
"""Legible on white and on black: the discriminator's and the generator's."""
_OUTLIERS = 0.02
"""The share of values at either end that may lie outside of the chart."""
LOSSES = {"discriminator_loss": "D loss", "generator_loss": "G loss"}


@attrs.frozen
class Curve:
    """One line.

    Attributes:
        name: its name in the legend.
        points: `x,y` for each point, in pixels.
        colour: as CSS.
        last: the last value.
    """

    name: str
    points: str
    colour: str
    last: str


@attrs.frozen
class Curves:
    """Lines on common axes.

    Attributes:
        curves: the lines.
        label: what it shows, for those who do not see it.
        width: in pixels.
        height: in pixels.
    """

    curves: Sequence[Curve]
    label: str
    width: int = _WIDTH
    height: int = _HEIGHT


def loss_curves(iterations: Sequence[float], values: Mapping[str, Sequence[Number]]) -> Curves | None:
    """Draws both players' losses; returns `None` if fewer than two points are known.

    Args:
        iterations: the iterations of the rows.
        values: the columns; those of losses are drawn, and `None` is a gap.
    """
    known = {
        name: [(at, value) for at, value in zip(iterations, values[name], strict=True) if value is not None]
        for name in LOSSES
        if name in values
    }
    drawn = {name: [points[row] for row in spaced(len(points), _MOST_POINTS)] for name, points in known.items()}
    drawn = {name: points for name, points in drawn.items() if len(points) > 1}
    if not drawn:
        return None
    left, right = (pick(at for points in drawn.values() for at, _ in points) for pick in (min, max))
    bottom, top = _range([value for points in drawn.values() for _, value in points])
    curves = []
    for name, colour in zip(LOSSES, _COLOURS, strict=True):
        if name in drawn:
            scaled = [
                f"{_scaled(at, left, right) * _WIDTH:.1f},{(1 - _scaled(value, bottom, top)) * (_HEIGHT - 4) + 2:.1f}"
                for at, value in drawn[name]
            ]
            curves.append(Curve(LOSSES[name], Whole(" ".join(scaled)), colour, f"{drawn[name][-1][1]:.3g}"))
    return Curves(curves, f"losses from iteration {left:.0f} to {right:.0f}")


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The range of the values without a few at either end."""
    ordered = sorted(values)
    skipped = int(_OUTLIERS * len(ordered))
    return ordered[skipped], ordered[-1 - skipped]


def _scaled(value: float, least: float, greatest: float) -> float:
    """The place of a value in a range, from 0 to 1; in the middle of an empty one."""
    if not greatest > least:
        return 0.5
    # Halves, because the difference of two large floats may not be finite.
    place = (value / 2 - least / 2) / (greatest / 2 - least / 2)
    return min(1.0, max(0.0, place))
