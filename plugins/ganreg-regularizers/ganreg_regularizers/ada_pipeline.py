"""The augmentations of ADA (arXiv:2006.06676, appendix B).

All moves of an image form one affine map of positions, and all changes of its colours one affine map of colours. Each
augmentation draws one amount per image, `[B]`, and uses the neutral amount for the images that it skips.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs

from ganreg.lazy import ops, tf
from ganreg_regularizers.images import resampled

if TYPE_CHECKING:
    from ganreg import Step

Numbers: TypeAlias = "tf.Tensor | float"
_AT_ONCE = 4


class _Draws:
    """Random amounts, one per image.

    Args:
        step: provides the random numbers.
        count: number of images.
    """

    def __init__(self, step: Step, count: int | tf.Tensor) -> None:
        self._step, self._count = step, count
        self._uniform: list[tf.Tensor] = []
        self._normal: list[tf.Tensor] = []

    def uniform(self) -> tf.Tensor:
        # Drawn several at once, since each draw adds a few dozen operations to the graph.
        self._uniform = self._uniform or tf.unstack(self._step.uniform((_AT_ONCE, self._count), axis=1))
        return self._uniform.pop()

    def normal(self) -> tf.Tensor:
        self._normal = self._normal or tf.unstack(self._step.normal((_AT_ONCE, self._count), axis=1))
        return self._normal.pop()

    def chosen(self, probability: Numbers, amounts: tf.Tensor, otherwise: float) -> tf.Tensor:
        """Returns the amounts, each with the given probability, and otherwise the neutral amount."""
        return tf.where(self.uniform() < probability, amounts, otherwise)

    def both(self, probability: Numbers, amounts: Sequence[tf.Tensor], otherwise: float) -> list[tf.Tensor]:
        """Returns several amounts, all of them with the given probability, and otherwise the neutral amount."""
        is_chosen = self.uniform() < probability
        return [tf.where(is_chosen, amount, otherwise) for amount in amounts]

    def of(self, choices: Sequence[float], numbers: tf.Tensor) -> tf.Tensor:
        """Returns one of several amounts, chosen by numbers uniform in [0, 1)."""
        return tf.gather(tf.constant(choices), tf.cast(numbers * len(choices), tf.int32))


@attrs.frozen
class _Sources:
    """Where each pixel's value comes from: (a·x + b·y + right, c·x + d·y + down), each `[B]`, from the image centre.

    Each method appends a move, which is the first to be undone on the way to the source. Sums replace matrix products,
    which some devices compute with ten bits only.
    """

    a: Numbers = 1.0
    b: Numbers = 0.0
    c: Numbers = 0.0
    d: Numbers = 1.0
    right: Numbers = 0.0
    down: Numbers = 0.0

    def scaled(self, x: tf.Tensor, y: tf.Tensor) -> _Sources:
        """Appends a scaling by x and y."""
        return attrs.evolve(self, a=self.a / x, b=self.b / y, c=self.c / x, d=self.d / y)

    def turned(self, cosine: tf.Tensor, sine: tf.Tensor) -> _Sources:
        """Appends a rotation."""
        return attrs.evolve(
            self,
            a=self.a * cosine - self.b * sine,
            b=self.a * sine + self.b * cosine,
            c=self.c * cosine - self.d * sine,
            d=self.c * sine + self.d * cosine,
        )

    def shifted(self, x: tf.Tensor, y: tf.Tensor) -> _Sources:
        """Appends a shift to the right and down, in pixels."""
        return attrs.evolve(self, right=self.right - self.a * x - self.b * y, down=self.down - self.c * x - self.d * y)

    def matrices(self) -> tf.Tensor:
        """Returns the maps as `[B, 2, 3]`."""
        return tf.stack(
            [tf.stack([self.a, self.b, self.right], axis=-1), tf.stack([self.c, self.d, self.down], axis=-1)], axis=1
        )


def moved(images: tf.Tensor, step: Step, probability: Numbers, *, pixels: bool, geometry: bool) -> tf.Tensor:
    """Flips, rotates, scales and shifts images `[B, H, W, C]`, each augmentation with the given probability.

    Args:
        images: any floating type.
        step: provides the random numbers.
        probability: scalar.
        pixels: whether to apply the moves that map pixels to pixels.
        geometry: whether to apply the moves that interpolate between pixels.
    """
    draws = _Draws(step, ops.shape(images)[0])
    height, width = images.shape[1:3]
    sources = _Sources()
    if pixels:
        sources = _by_pixels(sources, draws, probability, height, width)
    if geometry:
        sources = _by_geometry(sources, draws, probability, height, width)
    return resampled(images, sources.matrices())


def _by_pixels(sources: _Sources, draws: _Draws, probability: Numbers, height: int, width: int) -> _Sources:
    mirror = draws.chosen(probability, draws.of([1.0, -1.0], draws.uniform()), 1.0)
    # Exact cosines, so that whole pixels stay whole pixels.
    quarter = draws.chosen(probability, tf.floor(draws.uniform() * 4), 0.0) / 4
    cosine, sine = draws.of([1.0, 0.0, -1.0, 0.0], quarter), draws.of([0.0, 1.0, 0.0, -1.0], quarter)
    x, y = draws.both(probability, [tf.round((2 * draws.uniform() - 1) * size / 8) for size in (width, height)], 0.0)
    return sources.scaled(mirror, tf.ones_like(mirror)).turned(cosine, sine).shifted(x, y)


def _by_geometry(sources: _Sources, draws: _Draws, probability: Numbers, height: int, width: int) -> _Sources:
    either_turn = 1 - tf.sqrt(1 - probability)
    scale = draws.chosen(probability, 2 ** (0.2 * draws.normal()), 1.0)
    sources = sources.scaled(scale, scale).turned(*_turn(draws, either_turn))
    stretch = draws.chosen(probability, 2 ** (0.2 * draws.normal()), 1.0)
    sources = sources.scaled(stretch, 1 / stretch).turned(*_turn(draws, either_turn))
    x, y = draws.both(probability, [draws.normal() * size / 8 for size in (width, height)], 0.0)
    return sources.shifted(x, y)


def _turn(draws: _Draws, probability: Numbers) -> tuple[tf.Tensor, tf.Tensor]:
    angle = draws.chosen(probability, (2 * draws.uniform() - 1) * math.pi, 0.0)
    return tf.cos(angle), tf.sin(angle)


def recoloured(images: tf.Tensor, step: Step, probability: Numbers) -> tf.Tensor:
    """Changes the colours of images `[B, H, W, C]`, each augmentation with the given probability.

    With three channels, the axis of brightness is their diagonal, about which hues rotate. With any other number there
    are no hues and no saturation.
    """
    draws = _Draws(step, ops.shape(images)[0])
    brightness = draws.chosen(probability, 0.2 * draws.normal(), 0.0)
    contrast = draws.chosen(probability, 2 ** (0.5 * draws.normal()), 1.0)
    inverted = draws.chosen(probability, draws.of([1.0, -1.0], draws.uniform()), 1.0)
    if images.shape[3] != 3:
        amounts = (inverted * contrast, brightness)
        factor, addition = (tf.cast(amount, images.dtype)[:, None, None, None] for amount in amounts)
        return factor * (images + addition)

    hue = draws.chosen(probability, (2 * draws.uniform() - 1) * math.pi, 0.0)
    saturation = draws.chosen(probability, 2.0 ** draws.normal(), 1.0)
    # The diagonal and the plane across it do not mix: each amount acts on one of them.
    along = tf.fill([3, 3], 1 / 3)
    cross = tf.constant([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / math.sqrt(3)
    scale, flip, strength, cosine, sine = (
        amount[:, None, None] for amount in (contrast, inverted, saturation, tf.cos(hue), tf.sin(hue))
    )
    across = strength * (cosine * (tf.eye(3) - along) + sine * cross)
    matrix = tf.cast(scale * (flip * along + across), images.dtype)
    offset = tf.cast(contrast * brightness * inverted, images.dtype)
    pixels = tf.reshape(images, [-1, images.shape[1] * images.shape[2], 3])
    return tf.reshape(tf.linalg.matmul(pixels, matrix, transpose_b=True) + offset[:, None, None], ops.shape(images))
