"""The kernels of a network as matrices."""

from __future__ import annotations

from typing import Any

import attrs

from ganreg.lazy import keras, ops


@attrs.frozen(eq=False)
class Kernel:
    """A trainable kernel of a layer, and which of its axes index outputs.

    Attributes:
        variable: of a dense layer `[in, out]`, a convolution `[..., in, out]`, a transposed one `[..., out, in]`, a
            depthwise one `[..., in, multiplier]`, or an embedding `[entries, out]`.
        layer: the layer that owns it.
    """

    variable: keras.Variable
    layer: keras.layers.Layer

    @property
    def outputs(self) -> int:
        """The number of columns of the matrix."""
        shape = self.variable.shape
        if self._is_transposed:
            return int(shape[-2])
        return int(shape[-2] * shape[-1]) if self._is_depthwise else int(shape[-1])

    @property
    def _is_transposed(self) -> bool:
        layers = keras.layers
        return isinstance(self.layer, (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose))

    @property
    def _is_depthwise(self) -> bool:
        layers = keras.layers
        return (
            isinstance(self.layer, (layers.DepthwiseConv1D, layers.DepthwiseConv2D))
            or self.variable.name == "depthwise_kernel"
        )

    @property
    def gain(self) -> float:
        """The factor that the layer applies to its kernel at run time: its `kernel_gain`, or 1."""
        return float(getattr(self.layer, "kernel_gain", 1.0))

    def matrix(self) -> Any:
        """Returns the kernel with which the layer computes, `[everything else, outputs]`, in the variable's type.

        It is differentiable by the variable, and includes the layer's gain.
        """
        value = ops.convert_to_tensor(self.variable)
        if self.gain != 1.0:
            value = value * self.gain
        if self._is_transposed:
            value = ops.swapaxes(value, -1, -2)
        return ops.reshape(value, (-1, self.outputs))


def kernels_of(model: keras.Model) -> list[Kernel]:
    """Returns the kernels of all layers of a model, including nested ones, each once.

    A kernel is a trainable variable with at least two axes that Keras calls `kernel`, `..._kernel` or `embeddings`.

    Args:
        model: any built Keras model.
    """
    found: dict[int, Kernel] = {}
    for layer in model._flatten_layers():  # parents first, so that the last layer found owns the variable
        for variable in layer.trainable_variables:
            if len(variable.shape) > 1 and (variable.name.endswith("kernel") or variable.name == "embeddings"):
                found[id(variable)] = Kernel(variable, layer)
    return list(found.values())
