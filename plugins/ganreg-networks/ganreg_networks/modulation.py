"""The Keras layers of StyleGAN2's synthesis network (arXiv:1912.04958, section 2). Importing this loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ganreg_networks.style_layers import EPSILON, equalized_kernel


@keras.saving.register_keras_serializable(package="ganreg_networks")
class ModulatedConvolution(keras.layers.Layer):
    """A convolution whose kernel each sample scales (Karras et al., arXiv:1912.04958, equations 1 and 3).

    For a sample with scales s_i of the input's channels::

        w'_{ijk} = s_i·w_{ijk}
        w''_{ijk} = w'_{ijk} / √(Σ_{i,k} w'_{ijk}² + ε)           with demodulate

    Computed as scaling the maps, convolving them by the kernel that all samples share, and scaling the result, which
    is the same: no sample needs a kernel of its own. Called with maps `[B, H, W, C]` and scales `[B, C]`; returns
    `[B, H, W, filters]`.

    Args:
        filters: how many channels to make.
        kernel_size: the kernel's side.
        demodulate: whether results are scaled back to a deviation of 1.
        equalized: whether weights start as N(0, 1), scaled at run time.
        **options: of any Keras layer.
    """

    def __init__(
        self, filters: int, kernel_size: int, *, demodulate: bool = True, equalized: bool = True, **options: Any
    ) -> None:
        super().__init__(**options)
        self.filters, self.kernel_size = filters, kernel_size
        self.demodulate, self.equalized = demodulate, equalized

    def build(self, input_shape: Any) -> None:
        """Makes w, `[k, k, C, filters]`."""
        channels = input_shape[0][-1]
        initializer, self.scale = equalized_kernel(channels * self.kernel_size**2, equalized=self.equalized)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.kernel_size, self.kernel_size, channels, self.filters),
            initializer=initializer,
        )

    def call(self, inputs: Any) -> Any:
        """Returns the convolved maps."""
        maps, scales = inputs
        kernel = self.kernel * self.scale
        convolved = ops.conv(maps * scales[:, None, None, :], kernel, padding="same", data_format="channels_last")
        if not self.demodulate:
            return convolved
        # Squares of half-precision numbers lose too much.
        squares = ops.sum(ops.square(ops.cast(kernel, "float32")), axis=(0, 1))
        sums = ops.matmul(ops.square(ops.cast(scales, "float32")), squares)
        return convolved * ops.cast(ops.rsqrt(sums + EPSILON), convolved.dtype)[:, None, None, :]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the maps' shape with `filters` channels."""
        return (*input_shape[0][:-1], self.filters)

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal layer."""
        own = {name: getattr(self, name) for name in ("filters", "kernel_size", "demodulate", "equalized")}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Noise(keras.layers.Layer):
    """Adds one map of noise to all channels, by a learned strength that starts at 0; `[B, H, W, C]` alike.

    In training each sample gets new noise at each pass, from a Keras seed generator as dropout's is; its state is one
    of the model's variables. Otherwise all samples get the same noise each time, which is saved with the weights, so
    that a latent always gives the same image.

    Args:
        seed: of the noise; drawn unless given.
        **options: of any Keras layer.
    """

    def __init__(self, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: Any) -> None:
        """Makes the strength and the noise of inference."""
        self.strength = self.add_weight(name="strength", shape=(), initializer="zeros")
        self.fixed = self.add_weight(
            name="fixed",
            shape=(*input_shape[1:3], 1),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            trainable=False,
        )

    def call(self, maps: Any, training: bool = False) -> Any:
        """Returns the maps with noise."""
        if training:
            noise = keras.random.normal((*ops.shape(maps)[:3], 1), dtype=self.compute_dtype, seed=self.seed_generator)
        else:
            noise = self.fixed
        return maps + self.strength * noise

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal layer."""
        return {**super().get_config(), "seed": self.seed}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Bias(keras.layers.Layer):
    """Adds a number to each channel, 0 at first.

    Args:
        **options: of any Keras layer.
    """

    def build(self, input_shape: Any) -> None:
        """Makes the numbers."""
        self.bias = self.add_weight(name="bias", shape=(input_shape[-1],), initializer="zeros")

    def call(self, maps: Any) -> Any:
        """Returns the sum."""
        return maps + self.bias

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the input's shape."""
        return input_shape
