"""Minibatch standard deviation."""

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

minibatch_stddev_layers = lazy_module("ganreg_regularizers.minibatch_stddev_layers")


@attrs.frozen(kw_only=True)
class MinibatchStddev(Regularizer):
    """Shows D how much the samples of a batch differ, as a single number (arXiv:1710.10196, section 3).

    From D's deepest hidden activation h, over the samples of each group g of the batch::

        s_g = mean over h's entries of √(Var_g(h) + 1e-8)

    The paper uses the whole batch as one group (`group_size=none`); its authors' code and StyleGAN2 use groups of 4,
    the default here. B samples form ⌊B / group_size⌋ groups, sample i being in group i modulo their number, as in
    StyleGAN2; left-over samples join the first groups.

    The paper feeds s to D's last block as an additional constant map. Here u·s is added to the logits, with a learned
    u, which is equivalent where the last layer is linear in h, as `minibatch-discrimination` explains; D's own layers
    and features are unchanged. u starts at 0, so that D starts as its original function.
    """

    sees_batch: ClassVar[bool] = True

    group_size: int | None = parameter(
        4, "samples per group; none for the whole batch", validators.optional(validators.ge(2)), search=[2, 4, 8]
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Warns of gradient penalties, which assume that a sample's logits depend on it alone."""
        if any(regularizer.needs_independent_samples for regularizer in assembly.regularizers):
            yield Problem(
                "warning",
                "minibatch-stddev makes a sample's logits depend on its batch, but a penalty in use assumes that they "
                "depend on that sample only",
                "leave one of the two out",
            )

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with u·s added to its logits.

        Raises:
            AssemblyError: the discriminator returns no features, or is not a functional Keras model.
        """
        outputs = outputs_of(model, "minibatch-stddev")
        dtype = keras.config.dtype_policy().variable_dtype
        hidden = deepest_feature(outputs, "stddev")
        deviation = minibatch_stddev_layers.GroupDeviation(self.group_size, name="stddev", dtype=dtype)(hidden)
        addition = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", name="stddev_head", dtype=dtype)(
            deviation
        )
        logits = outputs["logits"]
        every_patch = (1,) * (len(logits.shape) - 1)
        addition = keras.layers.Reshape(every_patch, name="stddev_patches", dtype=dtype)(addition)
        logits = keras.layers.Add(name="stddev_logits", dtype=dtype)([logits, addition])
        return with_output(model, "logits", logits)
