"""Orthogonal regularization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import validators

from ganreg import AssemblyError, Regularizer, parameter
from ganreg.lazy import keras, ops, tf
from ganreg_regularizers.kernels import kernels_of

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class Orthogonal(Regularizer):
    """Penalises kernels whose columns are not orthogonal (arXiv:1809.11096, equation 3).

    With the weight β, and each kernel W as a matrix `[everything else, outputs]`::

        β · Σ over kernels of ‖WᵀW ⊙ (1 - I)‖²_F

    This makes the filters of a layer differ, whatever their norms. `off_diagonal=false` also pulls their norms to 1,
    ‖WᵀW - I‖²_F (equation 2; arXiv:1609.07093). Kernels are those of dense, convolutional (also transposed) and
    embedding layers. The paper applies it to the generator.
    """

    weight: float = parameter(
        1e-4, "multiplies the penalty (the paper's β)", validators.ge(0.0), search=(0.00001, 0.01, "log")
    )
    networks: Literal["discriminator", "generator", "both"] = parameter(
        "discriminator",
        "networks whose kernels are penalised",
        validators.in_(("discriminator", "generator", "both")),
        search=["discriminator", "generator", "both"],
    )
    off_diagonal: bool = parameter(True, "leaves the norms of columns free", validators.instance_of(bool))

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty of D's kernels, a scalar; 0 if `networks` leaves D out.

        Raises:
            AssemblyError: D is not a Keras model.
        """
        return self._penalty(step.discriminator, "discriminator")

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty of G's kernels, a scalar; 0 if `networks` leaves G out.

        Raises:
            AssemblyError: G is not a Keras model.
        """
        return self._penalty(step.generator, "generator")

    def _penalty(self, network: Any, player: str) -> tf.Tensor:
        if self.networks not in (player, "both"):
            return ops.zeros(())
        if not isinstance(network, keras.Model):
            raise AssemblyError(f"orthogonal needs a {player} that is a Keras model, got {type(network).__name__}")
        return self.weight * sum(self._distance(kernel.matrix()) for kernel in kernels_of(network))

    def _distance(self, matrix: tf.Tensor) -> tf.Tensor:
        rows, columns = matrix.shape
        if columns > 2 * rows:
            return self._distance_of_wide(matrix)
        products = ops.matmul(ops.transpose(matrix), matrix)
        identity = ops.eye(columns, dtype=products.dtype)
        return ops.sum(ops.square(products * (1 - identity) if self.off_diagonal else products - identity))

    def _distance_of_wide(self, matrix: tf.Tensor) -> tf.Tensor:
        """Computes the same from the smaller WWᵀ, as ‖WᵀW‖ = ‖WWᵀ‖: a kernel may have thousands of columns.

        So many columns in so few dimensions cannot be nearly orthogonal, so the difference loses no precision.
        """
        whole = ops.sum(ops.square(ops.matmul(matrix, ops.transpose(matrix))))
        squares = ops.sum(ops.square(matrix), axis=0)
        if self.off_diagonal:
            return whole - ops.sum(ops.square(squares))
        return whole - 2 * ops.sum(squares) + len(squares)
