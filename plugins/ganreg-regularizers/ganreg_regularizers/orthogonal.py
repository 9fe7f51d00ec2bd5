"""Orthogonal regularization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import validators

from ganreg import AssemblyError, Regularizer, parameter

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Step


@attrs.frozen(kw_only=True)
class Orthogonal(Regularizer):
    """Draws the columns of each kernel towards right angles (arXiv:1809.11096, equation 3).

    With the weight β, and each kernel W as a matrix, `[everything else, outputs]`::

        β · Σ over kernels of ‖WᵀW ⊙ (1 - I)‖²_F

    so that the filters of a layer differ, whatever their lengths. `off_diagonal=false` draws their lengths to 1 as
    well, ‖WᵀW - I‖²_F (equation 2; arXiv:1609.07093). Kernels are those of dense, convolutional (also transposed) and
    embedding layers. The paper applies it to the generator.
    """

    weight: float = parameter(1e-4, "multiplies the penalty (the paper's β)", validators.ge(0.0))
    networks: Literal["discriminator", "generator", "both"] = parameter(
        "discriminator", "whose kernels are penalised", validators.in_(("discriminator", "generator", "both"))
    )
    off_diagonal: bool = parameter(True, "leaves the lengths of columns free", validators.instance_of(bool))

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty of D's kernels, a scalar; 0 where `networks` leaves D out.

        Raises:
            AssemblyError: D is no Keras model.
        """
        return self._penalty(step.discriminator, "discriminator")

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty of G's kernels, a scalar; 0 where `networks` leaves G out.

        Raises:
            AssemblyError: G is no Keras model.
        """
        return self._penalty(step.generator, "generator")

    def _penalty(self, network: Any, player: str) -> tf.Tensor:
        import keras
        from keras import ops

        from ganreg_regularizers.kernels import kernels_of

        if self.networks not in (player, "both"):
            return ops.zeros(())
        if not isinstance(network, keras.Model):
            raise AssemblyError(f"orthogonal needs a {player} that is a Keras model, got {type(network).__name__}")
        return self.weight * sum(self._distance(kernel.matrix()) for kernel in kernels_of(network))

    def _distance(self, matrix: tf.Tensor) -> tf.Tensor:
        from keras import ops

        rows, columns = matrix.shape
        if columns > 2 * rows:
            return self._distance_of_wide(matrix)
        products = ops.matmul(ops.transpose(matrix), matrix)
        identity = ops.eye(columns, dtype=products.dtype)
        return ops.sum(ops.square(products * (1 - identity) if self.off_diagonal else products - identity))

    def _distance_of_wide(self, matrix: tf.Tensor) -> tf.Tensor:
        """The same by the small WWᵀ, as ‖WᵀW‖ = ‖WWᵀ‖: a generator's first layer may have thousands of columns.

        So many columns in so few dimensions cannot be near right angles, so that the difference keeps its digits.
        """
        from keras import ops

        whole = ops.sum(ops.square(ops.matmul(matrix, ops.transpose(matrix))))
        squares = ops.sum(ops.square(matrix), axis=0)
        if self.off_diagonal:
            return whole - ops.sum(ops.square(squares))
        return whole - 2 * ops.sum(squares) + len(squares)
