"""Gradient normalisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs

from ganreg import AssemblyError, DataSpec, Regularizer
from ganreg.lazy import keras, lazy_module

gradient_normalization_layers = lazy_module("ganreg_regularizers.gradient_normalization_layers")


@attrs.frozen(kw_only=True)
class GradientNormalization(Regularizer):
    """Normalises D's logits by their gradient norm, which bounds D's slope (arXiv:2109.02235, equation 8).

    With D's logit f(x) and its input gradient::

        f̂(x) = f(x) / (‖∇f(x)‖ + |f(x)|)

    whose absolute value is at most 1, and whose slope is at most 1 where f is piecewise linear. The norm is over all
    axes of a sample. f̂ is 0 where both f and its gradient are 0. It applies to every pass of D, in training and
    afterwards; each costs a backward pass, and a gradient penalty needs second-order derivatives.

    For a patch discriminator, f(x) is the mean of a sample's logits, which is what a loss sees; every patch logit is
    divided by the same number, so that their mean is f̂(x). The authors' code does not cover patches.

    The gradient must depend on one sample only, so D must not normalise over the batch. This is not a penalty, so it
    has no weight. D's features are unchanged. Losses whose optimum lies beyond ±1 cannot reach it.
    """

    bounds_slope: ClassVar[bool] = True
    needs_independent_samples: ClassVar[bool] = True

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with normalised logits.

        Raises:
            AssemblyError: it is not a functional Keras model, or does not return a dict of outputs.
        """
        if not isinstance(getattr(model, "output", None), Mapping):
            raise AssemblyError(
                "gradient-normalization needs a discriminator that is a functional Keras model and returns a dict; "
                "build it as keras.Model(inputs, {'logits': ..., 'features': (...)}), or leave "
                "gradient-normalization out"
            )
        dtype = keras.config.dtype_policy().variable_dtype
        layer = gradient_normalization_layers.GradientNormalized(model, name="gradient_normalization", dtype=dtype)
        return keras.Model(model.input, layer(model.input), name=model.name)
