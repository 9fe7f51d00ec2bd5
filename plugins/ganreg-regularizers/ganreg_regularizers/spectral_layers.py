"""The Keras layer of spectral normalisation. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ganreg_regularizers.kernels import Kernel, kernels_of

_FIRST_ITERATIONS = 15


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class SpectrallyNormalized(keras.layers.Layer):
    """A network whose kernels are divided by their spectral norms in each pass (arXiv:1802.05957, algorithm 1).

    The kernels themselves are never assigned: during a pass, Keras reads the normalised ones in their place. Every pass
    of an update, of either player, therefore sees kernels that match its own norms and gradients.

    Args:
        model: the network.
        power_iterations: steps of the power method in each pass.
        **options: those of any Keras layer.
    """

    def __init__(self, model: keras.Model, power_iterations: int = 1, **options: Any) -> None:
        super().__init__(autocast=False, **options)
        self.model, self.power_iterations = model, power_iterations

    def build(self, input_shape: Any) -> None:
        """Creates the right singular vector u of each kernel, nearly converged."""
        self._kernels = kernels_of(self.model)
        self._vectors = []
        for index, kernel in enumerate(self._kernels):
            vector = self.add_weight(
                name=f"u_{index}", shape=(kernel.outputs,), initializer="random_normal", trainable=False
            )
            vector.assign(_iterate(kernel.matrix(), ops.convert_to_tensor(vector), _FIRST_ITERATIONS)[1])
            self._vectors.append(vector)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the network's outputs."""
        normalized = [
            (kernel.variable, self._normalized(kernel, vector, training))
            for kernel, vector in zip(self._kernels, self._vectors, strict=True)
        ]
        with keras.StatelessScope(state_mapping=normalized) as scope:
            outputs = self.model(inputs, training=training)
        # The scope also intercepts what layers store in a pass, such as batch statistics and dropout seeds.
        for variable in self.model.non_trainable_variables:
            value = scope.get_current_value(variable)
            if value is not None:
                variable.assign(value)
        return outputs

    def _normalized(self, kernel: Kernel, vector: keras.Variable, training: bool | None) -> Any:
        matrix = kernel.matrix()
        left, right = _iterate(ops.stop_gradient(matrix), ops.convert_to_tensor(vector), self.power_iterations)
        if training:
            vector.assign(right)
        norm = ops.sum(ops.matmul(left[None, :], matrix) * right)
        return ops.convert_to_tensor(kernel.variable) / ops.where(norm > 0, norm, ops.ones_like(norm))

    def compute_output_spec(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the network's own output spec."""
        return self.model.compute_output_spec(inputs)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of an equal layer."""
        model = keras.saving.serialize_keras_object(self.model)
        return {**super().get_config(), "model": model, "power_iterations": self.power_iterations}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SpectrallyNormalized:
        """Creates a layer from the configuration that `get_config` returned."""
        return cls(**{**config, "model": keras.saving.deserialize_keras_object(config["model"])})


def _iterate(matrix: Any, right: Any, iterations: int) -> tuple[Any, Any]:
    """Applies the power method to W, `[n, outputs]`; returns the unit vectors v, `[n]`, and u, `[outputs]`."""
    left = right  # overwritten, because there is at least one iteration
    for _ in range(iterations):
        left = _unit(ops.matmul(matrix, right[:, None])[:, 0])
        following = ops.matmul(left[None, :], matrix)[0]
        # A kernel of zeros must not erase u, which is needed once the kernel has grown.
        right = ops.where(ops.any(following != 0), _unit(following), right)
    return left, right


def _unit(vector: Any) -> Any:
    length = ops.sqrt(ops.sum(ops.square(vector)))
    return vector / ops.where(length > 0, length, ops.ones_like(length))
