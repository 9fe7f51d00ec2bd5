"""The Keras layers of StyleGAN2's synthesis network (arXiv:1912.04958, section 2). Importing it loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ganreg_networks.style_layers import EPSILON, equalized_kernel


@keras.saving.register_keras_serializable(package="ganreg_networks")
class ModulatedConvolution(keras.layers.Layer):
    """A convolution whose kernel is scaled for each sample (Karras et al., arXiv:1912.04958, equations 1 and 3).

    For a sample with scales s_i of the input's channels::

        w'_{ijk} = s_i·w_{ijk}
        w''_{ijk} = w'_{ijk} / √(Σ_{i,k} w'_{ijk}² + ε)           with demodulate

    This is computed by scaling the maps, convolving them with the shared kernel and scaling the result, which is
    equivalent and needs no kernel for each sample. Call it with maps `[B, H, W, C]` and scales `[B, C]`; it returns
    `[B, H, W, filters]`. With `upsample`, zeros are inserted between the pixels first, and the result,
    `[B, 2H + k - 2, 2W + k - 2, filters]`, is to be smoothed.

    Args:
        filters: number of output channels.
        kernel_size: the kernel's side k.
        demodulate: whether outputs are scaled back to a standard deviation of 1.
        upsample: whether zeros are inserted, which a transposed convolution does without multiplying by them.
        equalized: whether weights are initialised from N(0, 1) and scaled at run time.
        **options: options of any Keras layer.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        *,
        demodulate: bool = True,
        upsample: bool = False,
        equalized: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.filters, self.kernel_size = filters, kernel_size
        self.demodulate, self.upsample, self.equalized = demodulate, upsample, equalized

    def build(self, input_shape: Any) -> None:
        """Creates w, `[k, k, C, filters]`."""
        channels = input_shape[0][-1]
        initializer, self.scale = equalized_kernel(channels * self.kernel_size**2, equalized=self.equalized)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.kernel_size, self.kernel_size, channels, self.filters),
            initializer=initializer,
        )

    @property
    def kernel_gain(self) -> float:
        """The factor of the kernel at run time, which spectral normalisation takes into account."""
        return self.scale

    def call(self, inputs: Any) -> Any:
        """Returns the convolved maps."""
        maps, scales = inputs
        kernel = self.kernel * self.scale
        convolved = self._convolved(maps * scales[:, None, None, :], kernel)
        if not self.demodulate:
            return convolved
        # In float32, because squares lose too much precision in 16 bits.
        squares = ops.sum(ops.square(ops.cast(kernel, "float32")), axis=(0, 1))
        sums = ops.matmul(ops.square(ops.cast(scales, "float32")), squares)
        return convolved * ops.cast(ops.rsqrt(sums + EPSILON), convolved.dtype)[:, None, None, :]

    def _convolved(self, maps: Any, kernel: Any) -> Any:
        if not self.upsample:
            return ops.conv(maps, kernel, padding="same", data_format="channels_last")
        # A transposed convolution adds the kernel itself around each pixel, where a convolution reads it mirrored.
        mirrored = ops.transpose(ops.flip(kernel, (0, 1)), (0, 1, 3, 2))
        return ops.conv_transpose(maps, mirrored, strides=2, padding="valid", data_format="channels_last")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the maps' shape with `filters` channels, and with greater sides for `upsample`."""
        batch, *sides, _ = input_shape[0]
        return (batch, *(2 * side + self.kernel_size - 2 if self.upsample else side for side in sides), self.filters)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        names = ("filters", "kernel_size", "demodulate", "upsample", "equalized")
        own = {name: getattr(self, name) for name in names}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Noise(keras.layers.Layer):
    """Adds one noise map to all channels of `[B, H, W, C]`, scaled by a learned strength that is initially 0.

    In training each sample gets new noise in each pass, from a Keras seed generator like that of dropout, whose state
    is one of the model's variables. At inference all samples get the same fixed noise, which is saved with the weights,
    so that the same latents always give the same image.

    Args:
        seed: seed of the noise in training. By default it is drawn.
        **options: options of any Keras layer.
    """

    def __init__(self, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: Any) -> None:
        """Creates the strength and the fixed noise of inference."""
        self.strength = self.add_weight(name="strength", shape=(), initializer="zeros")
        self.fixed = self.add_weight(
            name="fixed",
            shape=(*input_shape[1:3], 1),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            trainable=False,
        )

    def call(self, maps: Any, training: bool = False) -> Any:
        """Returns the maps with noise added."""
        if training:
            noise = keras.random.normal((*ops.shape(maps)[:3], 1), dtype=self.compute_dtype, seed=self.seed_generator)
        else:
            noise = self.fixed
        return maps + self.strength * noise

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {**super().get_config(), "seed": self.seed}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Bias(keras.layers.Layer):
    """Adds a learned bias to each channel, initially 0.

    Args:
        **options: options of any Keras layer.
    """

    def build(self, input_shape: Any) -> None:
        """Creates the biases."""
        self.bias = self.add_weight(name="bias", shape=(input_shape[-1],), initializer="zeros")

    def call(self, maps: Any) -> Any:
        """Returns the sum."""
        return maps + self.bias

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the input's shape."""
        return input_shape
