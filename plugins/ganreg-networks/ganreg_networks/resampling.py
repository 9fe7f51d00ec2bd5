"""Keras layers that change a map's side by a low-pass filter, so that nothing aliases. Importing this loads Keras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops


class _Filter(keras.layers.Layer):
    """What the layers share: a filter along the height, then along the width, each as a product with a matrix.

    The matrix is mostly zeros, but one product takes fewer operations to compile, and to differentiate twice, than
    the slices that it stands for, and the maps of these networks are small.
    """

    up: ClassVar[int] = 1
    """Every so many pixels is one of the map, between zeros."""
    down: ClassVar[int] = 1
    """Every so many filtered pixels is kept."""

    def __init__(self, taps: Sequence[float] = (1, 3, 3, 1), **options: Any) -> None:
        super().__init__(**options)
        self.taps = tuple(taps)

    def call(self, maps: Any) -> Any:
        """Returns the filtered maps."""
        batch, (height, width, channels) = ops.shape(maps)[0], maps.shape[1:]
        rows, columns = (ops.convert_to_tensor(self.matrix(side), maps.dtype) for side in (height, width))
        maps = ops.matmul(rows, ops.reshape(maps, (batch, height, width * channels)))
        maps = ops.matmul(columns, ops.reshape(maps, (-1, width, channels)))
        return ops.reshape(maps, (batch, rows.shape[0], columns.shape[0], channels))

    def matrix(self, side: int) -> np.ndarray:
        """What the pixels of one axis are multiplied by, `[side after, side before]`."""
        before, after = self.padding()
        made = (self.up * side + before + after - len(self.taps)) // self.down + 1
        matrix = np.zeros((made, side), "float32")
        for pixel in range(made):
            for tap, share in enumerate(self.taps):
                source, between = divmod(self.down * pixel - before + tap, self.up)
                if not between and 0 <= source < side:
                    matrix[pixel, source] += self.up * share / sum(self.taps)
        return matrix

    def padding(self) -> tuple[int, int]:
        """How many zeros lie before and behind the pixels."""
        raise NotImplementedError

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the filtered maps."""
        batch, *sides, channels = input_shape
        return (batch, *(len(self.matrix(side)) for side in sides), channels)

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal layer."""
        return {**super().get_config(), "taps": list(self.taps)}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Upsampling(_Filter):
    """Doubles the side: zeros go between pixels and are filtered away; `[B, H, W, C]` to `[B, 2H, 2W, C]`.

    The taps (1, 3, 3, 1) of StyleGAN2 (arXiv:1912.04958) interpolate linearly between the centres of pixels.

    Args:
        taps: the filter, symmetric, of at least 2; scaled so that a constant map stays one, but at its edges, which
            zeros surround.
        **options: of any Keras layer.
    """

    up = 2

    def padding(self) -> tuple[int, int]:
        """As many zeros as keep twice the side."""
        return (len(self.taps) + 1) // 2, (len(self.taps) - 2) // 2


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Downsampling(_Filter):
    """Filters, then keeps each second pixel; `[B, H, W, C]` to `[B, H/2, W/2, C]`, for even sides.

    Args:
        taps: the filter, symmetric, of at least 2; scaled to a sum of 1. Zeros surround the maps.
        **options: of any Keras layer.
    """

    down = 2

    def padding(self) -> tuple[int, int]:
        """As many zeros as keep half the side."""
        return (len(self.taps) - 1) // 2, (len(self.taps) - 2) // 2


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Blur(_Filter):
    """Filters maps padded with zeros before a 3x3 convolution of stride 2 without padding halves their side.

    `[B, H, W, C]` to `[B, H + 1, W + 1, C]`, for filters of an even number of taps.

    Args:
        taps: the filter, symmetric; scaled to a sum of 1.
        **options: of any Keras layer.
    """

    def padding(self) -> tuple[int, int]:
        """As many zeros as leave one pixel more."""
        return len(self.taps) // 2, len(self.taps) // 2
