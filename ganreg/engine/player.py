"""A player: the networks that one optimizer updates."""

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
    """Restores the variables' values at the end of the block, inside the compiled update."""
    before = [tf.identity(variable) for variable in variables]
    yield
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)


@attrs.define(eq=False)
class Player:
    """A team of networks and the optimizer that updates them.

    Attributes:
        name: `"generator"` or `"discriminator"`.
        networks: the player's networks by name; usually a single one with the player's name.
        optimizer: the optimizer, built for the networks' trainable variables.

    Raises:
        AssemblyError: the optimizer has been used for other variables.
    """

    name: str
    networks: Mapping[str, keras.Model]
    optimizer: keras.optimizers.Optimizer
    _known: frozenset[int] = frozenset()
    _at_first: int = 0

    def __attrs_post_init__(self) -> None:
        self.replace_optimizer(self.optimizer)
        self._at_first = len(self._known)

    @property
    def knows_other_variables(self) -> bool:
        """Whether the optimizer was built again while other variables were trainable than at first."""
        return len(self._known) != self._at_first

    def replace_optimizer(self, optimizer: keras.optimizers.Optimizer) -> None:
        """Takes another optimizer, and builds it for the variables that are trainable now.

        Raises:
            AssemblyError: the optimizer has been used for other variables.
        """
        if optimizer.built and not (optimizer is self.optimizer and self._known):
            raise AssemblyError(
                f"the {self.name}'s optimizer has been used before, and keeps what belongs to other weights; "
                "pass a new one"
            )
        if not optimizer.built:
            optimizer.build(self.trainable_variables)
            self._known = frozenset(map(id, self.trainable_variables))
        self.optimizer = optimizer

    def check_trainable(self) -> None:
        """Checks that there is something to train and that the optimizer was built for it.

        Raises:
            AssemblyError: no weight is trainable, or the optimizer does not know one.
        """
        variables = self.trainable_variables
        if not variables:
            raise AssemblyError(
                f"the {self.name} has no trainable weights, so it cannot be trained; "
                f"set trainable = True on a layer of gan.{self.name}"
            )
        if not self._known.issuperset(map(id, variables)):
            raise AssemblyError(
                f"layers of the {self.name} became trainable after its optimizer was built; call gan.compile(), "
                "which builds both optimizers anew"
            )

    @property
    def trainable_variables(self) -> list[Any]:
        """The variables that the optimizer updates, as Keras variables."""
        return [variable for network in self.networks.values() for variable in network.trainable_variables]

    @property
    def trainable(self) -> list[tf.Variable]:
        """The variables that the optimizer updates, as TensorFlow variables."""
        return [variable.value for variable in self.trainable_variables]

    @property
    def statistics(self) -> list[tf.Variable]:
        """What the networks keep from forward passes, such as batch statistics, as TensorFlow variables."""
        return [variable.value for network in self.networks.values() for variable in network.non_trainable_variables]

    def scaled(self, terms: Logs) -> tf.Tensor:
        """Computes the objective to differentiate: the sum of the terms, times the loss scale in half precision.

        The optimizer divides the gradients by the scale again.
        """
        return self.optimizer.scale_loss(tf.add_n(list(terms.values())))

    def gradients(self, tape: tf.GradientTape, objective: tf.Tensor) -> list[tf.Tensor]:
        """Computes the gradient of an objective that the tape recorded; zero for variables that it does not depend on.

        Raises:
            AssemblyError: the objective depends on none of the variables, so the player could never learn.
        """
        gradients = tape.gradient(objective, self.trainable)
        if all(gradient is None for gradient in gradients):
            raise AssemblyError(f"the {self.name}'s objective depends on none of its weights; it could never learn")
        return [
            tf.zeros_like(variable) if gradient is None else gradient
            for gradient, variable in zip(gradients, self.trainable, strict=True)
        ]

    def gradient_norm(self, gradients: Sequence[tf.Tensor]) -> tf.Tensor:
        """Computes the Euclidean norm of the whole gradient, float32.

        If the loss is scaled, an overflowing gradient is not an error: the optimizer skips the update, and the norm
        is 0.
        """
        # A single sum over all variables: one sum per variable would take an eighth of a small network's update.
        parts = [tf.reshape(tf.cast(tf.convert_to_tensor(gradient), tf.float32), [-1]) for gradient in gradients]
        norm = tf.norm(tf.concat(parts, axis=0))
        scale = scale_of(self.optimizer)
        return norm if scale is None else tf.where(tf.math.is_finite(norm), norm / tf.cast(scale, tf.float32), 0.0)

    def move(self, gradients: Sequence[tf.Tensor]) -> None:
        """Applies gradients with the optimizer."""
        self.optimizer.apply(gradients, self.trainable_variables)

    def frozen(self) -> contextlib.AbstractContextManager[None]:
        """Restores the networks' batch statistics and dropout seeds, which forward passes change, after the block."""
        return unchanged(self.statistics)
