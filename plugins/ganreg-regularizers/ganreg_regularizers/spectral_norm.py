"""Spectral normalisation."""

from __future__ import annotations

from typing import Literal

import attrs
from attrs import validators

from ganreg import AssemblyError, DataSpec, Regularizer, parameter
from ganreg.lazy import keras, lazy_module

spectral_layers = lazy_module("ganreg_regularizers.spectral_layers")


@attrs.frozen(kw_only=True)
class SpectralNorm(Regularizer):
    """Divides each kernel by its largest singular value, so that no layer's slope exceeds 1 (arXiv:1802.05957).

    Each kernel of a dense, convolutional (also transposed) or embedding layer is treated as a matrix W, `[everything
    else, outputs]`. In each pass, with u from the previous pass (algorithm 1; W here is the paper's transposed)::

        v = W·u / ‖W·u‖,    u = vᵀ·W / ‖vᵀ·W‖        power_iterations times
        σ = vᵀ·W·u
        the layer computes with W / σ

    W includes a factor by which the layer multiplies its kernel at run time, as layers with an equalised learning rate
    do and state as `kernel_gain`, so that the kernel that the layer computes with has norm 1.

    u and v are constants for the gradient, which does flow through W in σ (equation 12). u is stored in training passes
    only; an evaluation pass iterates from the stored u and changes nothing. The optimizer updates W itself, which is
    never overwritten and has its usual initial values.

    The paper starts with a random u. Here it has been iterated 15 times, so that σ is nearly right from the first
    update. A kernel of zeros is left unchanged. SNGAN's own discriminators use no other normalisation. Layers that a
    later regularizer adds to the network are not normalised; put it last to include them.
    """

    networks: Literal["discriminator", "generator", "both"] = parameter(
        "discriminator",
        "networks whose kernels are normalised",
        validators.in_(("discriminator", "generator", "both")),
        search=["discriminator", "both"],
    )
    power_iterations: int = parameter(1, "steps of the power method in each pass", validators.ge(1))

    @property
    def bounds_slope(self) -> bool:  # type: ignore[override]
        """Whether it bounds the discriminator's slope, which it does unless only the generator is normalised."""
        return self.networks != "generator"

    def wrap_generator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the generator with normalised kernels, or unchanged.

        Raises:
            AssemblyError: it is not a functional Keras model.
        """
        return model if self.networks == "discriminator" else self._normalized(model, "generator")

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with normalised kernels, or unchanged.

        Raises:
            AssemblyError: it is not a functional Keras model.
        """
        return model if self.networks == "generator" else self._normalized(model, "discriminator")

    def _normalized(self, model: keras.Model, player: str) -> keras.Model:
        inputs = getattr(model, "input", None)
        if inputs is None and isinstance(model, keras.Sequential):
            inputs = next(iter(getattr(model, "inputs", ())), None)
        if inputs is None:
            raise AssemblyError(
                f"spectral-norm needs a {player} that is a functional Keras model; build it as keras.Model(inputs, "
                "outputs), or leave spectral-norm out"
            )
        # The norms are kept in the variables' type; the layers of the network compute in their own.
        dtype = keras.config.dtype_policy().variable_dtype
        layer = spectral_layers.SpectrallyNormalized(model, self.power_iterations, name="spectral_norm", dtype=dtype)
        return keras.Model(inputs, layer(inputs), name=model.name)
