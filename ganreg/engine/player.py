"""A player: the networks that one optimizer moves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import keras
import tensorflow as tf

from ganreg.engine.loss_scaling import scale_of
from ganreg.errors import AssemblyError

Logs = dict[str, tf.Tensor]
"""Float32 scalars by name."""


@contextlib.contextmanager
def unchanged(variables: Sequence[tf.Variable]) -> Iterator[None]:
    """Restores whatever is assigned to the variables inside the block."""
    before = [tf.identity(variable) for variable in variables]
    yield
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)


@attrs.frozen(eq=False)
class Player:
    """A team of networks and the optimizer that moves them, and nothing else.

    Attributes:
        name: `"generator"` or `"discriminator"`.
        networks: by name; the usual game has one on each side, called like the player.
        optimizer: built for the networks' trainable variables.
    """

    name: str
    networks: Mapping[str, keras.Model]
    optimizer: keras.optimizers.Optimizer

    @property
    def trainable_variables(self) -> list[Any]:
        """What the optimizer moves, as Keras variables."""
        return [variable for network in self.networks.values() for variable in network.trainable_variables]

    @property
    def trainable(self) -> list[tf.Variable]:
        """What the optimizer moves, as TensorFlow variables."""
        return [variable.value for variable in self.trainable_variables]

    def scaled(self, terms: Logs) -> tf.Tensor:
        """The objective to differentiate: the sum of the terms, times the loss scale that half precision needs, if any.

        The optimizer divides the gradients by it again.
        """
        return self.optimizer.scale_loss(tf.add_n(list(terms.values())))

    def gradients(self, tape: tf.GradientTape, objective: tf.Tensor) -> list[tf.Tensor]:
        """The gradient of an objective that the tape recorded; zero for a variable that it does not depend on.

        Raises:
            AssemblyError: it depends on none of them, so the player could never learn.
        """
        gradients = tape.gradient(objective, self.trainable)
        if all(gradient is None for gradient in gradients):
            raise AssemblyError(f"the {self.name}'s objective depends on none of its weights; it could never learn")
        return [
            tf.zeros_like(variable) if gradient is None else gradient
            for gradient, variable in zip(gradients, self.trainable, strict=True)
        ]

    def gradient_norm(self, gradients: Sequence[tf.Tensor]) -> tf.Tensor:
        """The Euclidean norm of the whole gradient, float32.

        Where the loss is scaled, an overflowing gradient is not an error: the optimizer skips the update, and the norm
        is 0.
        """
        # One sum over all of them: a sum for each variable would be an eighth of a small network's whole update.
        parts = [tf.reshape(tf.cast(tf.convert_to_tensor(gradient), tf.float32), [-1]) for gradient in gradients]
        norm = tf.norm(tf.concat(parts, axis=0))
        scale = scale_of(self.optimizer)
        return norm if scale is None else tf.where(tf.math.is_finite(norm), norm / tf.cast(scale, tf.float32), 0.0)

    def move(self, gradients: Sequence[tf.Tensor]) -> None:
        """Lets the optimizer apply gradients."""
        self.optimizer.apply(gradients, self.trainable_variables)

    def frozen(self) -> contextlib.AbstractContextManager[None]:
        """Undoes what forward passes inside the block do to the networks' statistics and dropout seeds."""
        return unchanged(
            [variable.value for network in self.networks.values() for variable in network.non_trainable_variables]
        )
