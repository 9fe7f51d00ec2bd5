"""Minibatch standard deviation."""

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
class MinibatchStddev(Regularizer):
    """Shows D how much the samples of a batch differ, by one number (arXiv:1710.10196, section 3).

    From D's deepest hidden activation h, over the samples of each group g of the batch::

        s_g = mean over h's entries of √(Var_g(h) + 1e-8)

    The paper takes the whole batch for one group (`group_size` none); its authors' code, and StyleGAN2, groups of 4,
    which is the default. B samples form ⌊B / group_size⌋ groups, sample i being in group i modulo their number, as in
    StyleGAN2; what is left over joins the first groups.

    The paper gives s to D's last block as one more constant map. Here u·s is added to the logits, with a learned u,
    which is the same where the last layer is linear in h, as `minibatch-discrimination` explains; D's own layers and
    its features stay as they are. u starts at 0, and so D as what it is alone.
    """

    group_size: int | None = parameter(
        4, "samples that are compared; none for the whole batch", validators.optional(validators.ge(2))
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Warns of penalties that take the gradient of one sample's logits for that sample's own."""
        if any(regularizer.needs_independent_samples for regularizer in assembly.regularizers):
            yield Problem(
                "warning",
                "minibatch-stddev makes a sample's logits depend on its batch, and a penalty here takes their gradient "
                "for the sample's own",
                "leave one of the two out",
            )

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with u·s added to its logits.

        Raises:
            AssemblyError: the discriminator gives no features, or is no functional Keras model.
        """
        import keras

        from ganreg_regularizers.minibatch_stddev_layers import GroupDeviation

        outputs = outputs_of(model, "minibatch-stddev")
        dtype = keras.config.dtype_policy().variable_dtype
        hidden = deepest_feature(outputs, "stddev")
        deviation = GroupDeviation(self.group_size, name="stddev", dtype=dtype)(hidden)
        addition = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", name="stddev_head", dtype=dtype)(
            deviation
        )
        logits = outputs["logits"]
        every_patch = (1,) * (len(logits.shape) - 1)
        addition = keras.layers.Reshape(every_patch, name="stddev_patches", dtype=dtype)(addition)
        logits = keras.layers.Add(name="stddev_logits", dtype=dtype)([logits, addition])
        return with_output(model, "logits", logits)
