"""Gradient normalization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import attrs

from ganreg import AssemblyError, DataSpec, Regularizer

if TYPE_CHECKING:
    import keras


@attrs.frozen(kw_only=True)
class GradientNormalization(Regularizer):
    """Divides D's logits by their own slope, so that D's is bounded everywhere (arXiv:2109.02235, equation 8).

    With D's logit f(x) and its input gradient::

        f̂(x) = f(x) / (‖∇f(x)‖ + |f(x)|)

    which is at most 1 in size, and has a slope of at most 1 where f is linear in pieces. The norm is over all axes of a
    sample. f̂ is 0 where both f and its gradient are. It stands in every pass of D, in training and after it; each costs
    a backward pass, and a penalty on D's gradient one of second order.

    A patch discriminator's f(x) is the mean of a sample's logits, which is what a loss sees of it; each patch is
    divided by the same number, so that the mean of what comes out is f̂(x). The authors' code leaves patches aside.

    Each sample's gradient must be its own, so that D may not normalise over the batch. Being no penalty, it has no
    weight. D's features stay as they are. Losses whose optimum lies beyond ±1 cannot reach it.
    """

    bounds_slope: ClassVar[bool] = True
    needs_independent_samples: ClassVar[bool] = True

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with normalized logits.

        Raises:
            AssemblyError: it is no functional Keras model, or returns no dict of outputs.
        """
        import keras

        from ganreg_regularizers.gradient_normalization_layers import GradientNormalized

        if not isinstance(getattr(model, "output", None), Mapping):
            raise AssemblyError(
                "gradient-normalization needs a discriminator that is a functional Keras model and returns a dict; "
                "build it as keras.Model(inputs, {'logits': ..., 'features': (...)}), or leave it out"
            )
        dtype = keras.config.dtype_policy().variable_dtype
        layer = GradientNormalized(model, name="gradient_normalization", dtype=dtype)
        return keras.Model(model.input, layer(model.input), name=model.name)
