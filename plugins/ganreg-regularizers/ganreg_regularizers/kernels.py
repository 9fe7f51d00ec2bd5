"""The kernels of a network as matrices. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import attrs
import keras
from keras import ops

_TRANSPOSED = (keras.layers.Conv1DTranspose, keras.layers.Conv2DTranspose, keras.layers.Conv3DTranspose)
_DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)


@attrs.frozen(eq=False)
class Kernel:
    """A trainable kernel of a layer, and which of its axes count its outputs.

    Attributes:
        variable: of a dense layer `[in, out]`, a convolution `[..., in, out]`, a transposed one `[..., out, in]`, a
            depthwise one `[..., in, multiplier]`, or an embedding `[entries, out]`.
        layer: what holds it.
    """

    variable: keras.Variable
    layer: keras.layers.Layer

    @property
    def outputs(self) -> int:
        """How many columns the matrix has."""
        shape = self.variable.shape
        if isinstance(self.layer, _TRANSPOSED):
            return int(shape[-2])
        return int(shape[-2] * shape[-1]) if self._is_depthwise else int(shape[-1])

    @property
    def _is_depthwise(self) -> bool:
        return isinstance(self.layer, _DEPTHWISE) or self.variable.name == "depthwise_kernel"

    def matrix(self) -> Any:
        """The kernel as `[everything else, outputs]`, in the variable's type, differentiable by the variable."""
        value = ops.convert_to_tensor(self.variable)
        if isinstance(self.layer, _TRANSPOSED):
            value = ops.swapaxes(value, -1, -2)
        return ops.reshape(value, (-1, self.outputs))


def kernels_of(model: keras.Model) -> list[Kernel]:
    """Finds the kernels of all layers of a model, in layers of layers too, each once.

    A kernel is a trainable variable of two axes or more that Keras calls `kernel`, `..._kernel` or `embeddings`.

    Args:
        model: any built Keras model.
    """
    found: dict[int, Kernel] = {}
    for layer in model._flatten_layers():  # parents first, so that the layer that stays is a variable's own
        for variable in layer.trainable_variables:
            if len(variable.shape) > 1 and (variable.name.endswith("kernel") or variable.name == "embeddings"):
                found[id(variable)] = Kernel(variable, layer)
    return list(found.values())
