"""Minibatch discrimination."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import DataSpec, Problem, Regularizer, parameter
from ganreg_regularizers.heads import deepest_feature, outputs_of, with_output

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly


@attrs.frozen(kw_only=True)
class MinibatchDiscrimination(Regularizer):
    """Shows D how alike the samples of a batch are, so that a collapsed G gives itself away (arXiv:1606.03498, 3.2).

    From D's deepest hidden activation h ∈ R^A, flattened, and a learned T ∈ R^(A x kernels x dimensions)::

        M_i = h_i·T
        o(x_i)_b = Σ_{j ≠ i} exp(-‖M_{i,b} - M_{j,b}‖₁)

    over the samples j of the same batch; reals and fakes are in batches of their own. The paper's sum includes j = i,
    whose term is always 1; it is left out here, as in the authors' code, which changes D by no more than a constant.

    The paper concatenates o to h, before D's last layer. Where that layer is linear in h, as in any D whose last hidden
    activation is its deepest feature, the same function is obtained by adding u·o to the logits, with a learned u::

        [v, u]·[h, o] + c = (v·h + c) + u·o

    so that D's own layers stay as they are; u starts near 0, and so D near what it is alone. Each patch logit of a
    sample gets the same addition. D's features stay h and what is before it: o, as great as the batch, would outweigh
    them in `feature-matching`.

    The defaults, 5 kernels of 3 dimensions, are those of the 1-D Gaussian example that is usually shown with it. For
    images the authors' code takes 100 kernels of 5 dimensions; time and memory grow with B² · kernels · dimensions.
    """

    kernels: int = parameter(5, "similarities that D learns to measure", validators.ge(1))
    dimensions: int = parameter(3, "numbers that each similarity compares", validators.ge(1))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Warns of penalties that take the gradient of one sample's logits for that sample's own."""
        if any(regularizer.needs_independent_samples for regularizer in assembly.regularizers):
            yield Problem(
                "warning",
                "minibatch-discrimination makes a sample's logits depend on its batch, and a penalty here takes "
                "their gradient for the sample's own",
                "leave one of the two out",
            )

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with u·o added to its logits; its features stay as they are.

        Raises:
            AssemblyError: the discriminator gives no features, or is no functional Keras model.
        """
        import keras

        from ganreg_regularizers.minibatch_layers import MinibatchSimilarities

        outputs = outputs_of(model, "minibatch-discrimination")
        # Similarities are sums over the batch: they, and the logits, are kept in the variables' type.
        dtype = keras.config.dtype_policy().variable_dtype
        logits, hidden = outputs["logits"], deepest_feature(outputs, "minibatch")
        similarities = MinibatchSimilarities(self.kernels, self.dimensions, name="minibatch_similarities", dtype=dtype)(
            hidden
        )
        # Similarities are as great as the batch: usual initial weights would push all logits far to one side.
        small = keras.initializers.RandomNormal(stddev=1e-3)
        addition = keras.layers.Dense(1, use_bias=False, kernel_initializer=small, name="minibatch_head", dtype=dtype)(
            similarities
        )
        if len(logits.shape) > len(addition.shape):
            every_patch = (1,) * (len(logits.shape) - 1)
            addition = keras.layers.Reshape(every_patch, name="minibatch_patches", dtype=dtype)(addition)
        logits = keras.layers.Add(name="minibatch_logits", dtype=dtype)([logits, addition])
        return with_output(model, "logits", logits)
