"""Minibatch discrimination."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Problem, Regularizer, parameter
from ganreg.lazy import keras, lazy_module
from ganreg_regularizers.heads import deepest_feature, outputs_of, with_output

if TYPE_CHECKING:
    from ganreg import Assembly

minibatch_layers = lazy_module("ganreg_regularizers.minibatch_layers")


@attrs.frozen(kw_only=True)
class MinibatchDiscrimination(Regularizer):
    """Shows D how similar the samples of a batch are, which exposes a collapsed G (arXiv:1606.03498, section 3.2).

    From D's deepest hidden activation h ∈ R^A, flattened, and a learned T ∈ R^(A x kernels x dimensions)::

        M_i = h_i·T
        o(x_i)_b = Σ_{j ≠ i} exp(-‖M_{i,b} - M_{j,b}‖₁)

    over the other samples j of the same batch; real and generated samples are in separate batches. The paper's sum
    includes j = i, whose term is always 1; it is left out here, as in the authors' code, which changes D by at most a
    constant.

    The paper concatenates o with h before D's last layer. Where that layer is linear in h, as in any D whose last
    hidden activation is its deepest feature, adding u·o to the logits, with a learned u, gives the same function::

        [v, u]·[h, o] + c = (v·h + c) + u·o

    D's own layers are unchanged; u starts near 0, so that D starts near its original function. All patch logits of a
    sample get the same addition. D's features remain h and the activations before it: o grows with the batch size and
    would dominate `feature-matching`.

    The defaults, 5 kernels of 3 dimensions, are those of the usual 1-D Gaussian example. For images the authors' code
    uses 100 kernels of 5 dimensions; time and memory grow with B² · kernels · dimensions.
    """

    sees_batch: ClassVar[bool] = True

    kernels: int = parameter(5, "number of learned similarity measures", validators.ge(1), search=(5, 50, "log"))
    dimensions: int = parameter(3, "numbers that each measure compares", validators.ge(1))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Warns of gradient penalties, which assume that a sample's logits depend on it alone."""
        if any(regularizer.needs_independent_samples for regularizer in assembly.regularizers):
            yield Problem(
                "warning",
                "minibatch-discrimination makes a sample's logits depend on its batch, but a penalty in use assumes "
                "that they depend on that sample only",
                "leave one of the two out",
            )

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with u·o added to its logits; its features are unchanged.

        Raises:
            AssemblyError: the discriminator returns no features, or is not a functional Keras model.
        """
        outputs = outputs_of(model, "minibatch-discrimination")
        # Similarities are sums over the batch, so they and the logits are kept in the variables' type.
        dtype = keras.config.dtype_policy().variable_dtype
        logits, hidden = outputs["logits"], deepest_feature(outputs, "minibatch")
        similarities = minibatch_layers.MinibatchSimilarities(
            self.kernels, self.dimensions, name="minibatch_similarities", dtype=dtype
        )(hidden)
        # Similarities grow with the batch size: the usual initial weights would shift all logits far to one side.
        small = keras.initializers.RandomNormal(stddev=1e-3)
        addition = keras.layers.Dense(1, use_bias=False, kernel_initializer=small, name="minibatch_head", dtype=dtype)(
            similarities
        )
        if len(logits.shape) > len(addition.shape):
            every_patch = (1,) * (len(logits.shape) - 1)
            addition = keras.layers.Reshape(every_patch, name="minibatch_patches", dtype=dtype)(addition)
        logits = keras.layers.Add(name="minibatch_logits", dtype=dtype)([logits, addition])
        return with_output(model, "logits", logits)
