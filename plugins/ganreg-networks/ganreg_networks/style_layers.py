"""The Keras layers of StyleGAN2 (arXiv:1912.04958). Importing this module loads Keras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from ganreg_networks.basis import sides_of

EPSILON = 1e-8
"""Added before square roots for numerical stability, as in the authors' code."""


def equalized_kernel(fan_in: int, *, equalized: bool, multiplier: float = 1.0) -> tuple[Any, float]:
    """Returns a kernel's initializer and its factor at run time (Karras et al., arXiv:1710.10196, section 4.1).

    Together they give a standard deviation of 1/√fan_in; activations are scaled by √2 separately. An optimizer that
    normalises its steps, such as Adam, then trains all layers equally fast, or `multiplier` times as fast.

    Args:
        fan_in: number of inputs of each output.
        equalized: whether weights are initialised from N(0, 1) and scaled at run time. Otherwise they are initialised
            with their final scale.
        multiplier: factor of the learning rate.

    Returns:
        The initializer and the factor.
    """
    deviation = fan_in**-0.5
    start, scale = (1.0, deviation) if equalized else (deviation, 1.0)
    return keras.initializers.RandomNormal(stddev=start / multiplier), scale * multiplier


@keras.saving.register_keras_serializable(package="ganreg_networks")
class EqualizedDense(keras.layers.Layer):
    """A dense layer with an equalised learning rate: x·(sW) + mb, `[B, F]` to `[B, units]`.

    Args:
        units: number of outputs.
        equalized: whether weights are initialised from N(0, 1) and scaled by s. Otherwise they are initialised with
            their final scale.
        multiplier: factor m of the learning rate.
        first_bias: initial value of the bias.
        **options: options of any Keras layer.
    """

    def __init__(
        self, units: int, *, equalized: bool = True, multiplier: float = 1.0, first_bias: float = 0.0, **options: Any
    ) -> None:
        super().__init__(**options)
        self.units, self.equalized = units, equalized
        self.multiplier, self.first_bias = multiplier, first_bias

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Creates W, `[F, units]`, and b."""
        initializer, self.scale = equalized_kernel(
            input_shape[-1], equalized=self.equalized, multiplier=self.multiplier
        )
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units), initializer=initializer)
        self.bias = self.add_weight(
            name="bias",
            shape=(self.units,),
            initializer=keras.initializers.Constant(self.first_bias / self.multiplier),
        )

    @property
    def kernel_gain(self) -> float:
        """The factor of the kernel at run time, which spectral normalisation takes into account."""
        return self.scale

    def call(self, hidden: Any) -> Any:
        """Returns the outputs."""
        return ops.matmul(hidden, self.kernel * self.scale) + self.bias * self.multiplier

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(B, units)`."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        own = {name: getattr(self, name) for name in ("units", "equalized", "multiplier", "first_bias")}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class EqualizedConvolution(keras.layers.Conv2D):
    """`keras.layers.Conv2D` with an equalised learning rate: convolves with sW, where W is initially N(0, 1).

    Args:
        filters: as for Keras's layer.
        kernel_size: as for Keras's layer.
        equalized: whether weights are initialised from N(0, 1) and scaled by s. Otherwise they are initialised with
            their final scale.
        **options: options of Keras's layer.
    """

    def __init__(self, filters: int, kernel_size: Any, *, equalized: bool = True, **options: Any) -> None:
        super().__init__(filters, kernel_size, **options)
        self.equalized = equalized

    def build(self, input_shape: Any) -> None:
        """Creates W, `[k, k, C, filters]`, and the bias."""
        fan_in = input_shape[-1] * self.kernel_size[0] * self.kernel_size[1]
        self.kernel_initializer, self.scale = equalized_kernel(fan_in, equalized=self.equalized)
        super().build(input_shape)

    @property
    def kernel_gain(self) -> float:
        """The factor of the kernel at run time, which spectral normalisation takes into account."""
        return self.scale

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Convolves with the scaled kernel."""
        return super().convolution_op(inputs, kernel * self.scale)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {**super().get_config(), "equalized": self.equalized}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class NormalizeLatents(keras.layers.Layer):
    """Scales each row of `[B, F]` to a mean square of 1, as the mapping network does with its input.

    Args:
        **options: options of any Keras layer.
    """

    def call(self, latents: Any) -> Any:
        """Returns the scaled rows."""
        squares = ops.mean(ops.square(ops.cast(latents, "float32")), axis=-1, keepdims=True)
        return latents * ops.cast(ops.rsqrt(squares + EPSILON), latents.dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the input's shape."""
        return input_shape


@keras.saving.register_keras_serializable(package="ganreg_networks")
class LearnedConstant(keras.layers.Layer):
    """Learned maps from which all samples start, initially N(0, 1): any B rows to `[B, height, width, channels]`.

    Args:
        side: height and width of the maps, or one number for both.
        channels: number of channels.
        **options: options of any Keras layer.
    """

    def __init__(self, side: int | Sequence[int], channels: int, **options: Any) -> None:
        super().__init__(**options)
        self.sides, self.channels = sides_of(side), channels

    def build(self, input_shape: Any) -> None:
        """Creates the maps."""
        self.maps = self.add_weight(
            name="maps",
            shape=(*self.sides, self.channels),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
        )

    def call(self, rows: Any) -> Any:
        """Returns the maps once for each row."""
        return ops.tile(ops.convert_to_tensor(self.maps)[None], (ops.shape(rows)[0], 1, 1, 1))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(B, height, width, channels)`."""
        return (input_shape[0], *self.sides, self.channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {**super().get_config(), "side": list(self.sides), "channels": self.channels}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class MinibatchDeviation(keras.layers.Layer):
    """Appends a map with the standard deviation within groups (arXiv:1710.10196, section 3; arXiv:1912.04958).

    The batch is divided into groups. The standard deviation of each activation over a group, averaged over all
    activations, fills the map of each sample of the group: `[B, H, W, C]` to `[B, H, W, C + 1]`, computed in float32.
    The size of the groups is the greatest divisor of B up to `group_size`; sample i is in group i mod (B / size).

    Args:
        group_size: maximum number of samples in a group.
        **options: options of any Keras layer.
    """

    def __init__(self, group_size: int, **options: Any) -> None:
        super().__init__(**options)
        self.group_size = group_size

    def call(self, maps: Any) -> Any:
        """Returns the maps with the new one appended."""
        batch, height, width, channels = ops.shape(maps)
        size = self._size(batch)
        groups = ops.reshape(ops.cast(maps, "float32"), (size, batch // size, height, width, channels))
        centred = groups - ops.mean(groups, axis=0, keepdims=True)
        deviations = ops.sqrt(ops.mean(ops.square(centred), axis=0) + EPSILON)
        means = ops.mean(deviations, axis=(1, 2, 3), keepdims=True)
        # Not with `tile`, whose second derivative XLA cannot compile inside of a condition, where a lazy penalty is.
        own = means + ops.zeros((size, 1, height, width, 1))
        own = ops.cast(ops.reshape(own, (batch, height, width, 1)), maps.dtype)
        return ops.concatenate([maps, own], axis=-1)

    def _size(self, batch: Any) -> Any:
        if isinstance(batch, int):
            return max(size for size in range(1, self.group_size + 1) if batch % size == 0)
        chosen = 1
        for size in range(2, self.group_size + 1):
            chosen = ops.where(batch % size == 0, size, chosen)
        return chosen

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with one more channel."""
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {**super().get_config(), "group_size": self.group_size}
