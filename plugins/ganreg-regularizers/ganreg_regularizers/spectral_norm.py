"""Spectral normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs
from attrs import validators

from ganreg import AssemblyError, DataSpec, Regularizer, parameter

if TYPE_CHECKING:
    import keras


@attrs.frozen(kw_only=True)
class SpectralNorm(Regularizer):
    """Divides each kernel by its greatest singular value, so that no layer is steeper than 1 (arXiv:1802.05957).

    Each kernel of a dense, convolutional (also transposed) or embedding layer counts as a matrix W, `[everything else,
    outputs]`. In each pass, with u kept from the pass before (algorithm 1; W here is the paper's transposed)::

        v = W·u / ‖W·u‖,    u = vᵀ·W / ‖vᵀ·W‖        power_iterations times
        σ = vᵀ·W·u
        the layer computes with W / σ

    u and v are constants for the gradient, which does flow through W in σ (equation 12). u is stored in training
    passes only; a pass for evaluation iterates from what is stored, and changes nothing. What the optimizer moves is W,
    which is never overwritten, and which starts as it would without this.

    The paper starts with a random u. Here it has been iterated 15 times, so that σ is nearly right from the first
    update on. A kernel of zeros is left as it is. SNGAN's own discriminators have no other norm. Layers that a later
    regularizer adds to the network are not normalized; put it last to include them.
    """

    networks: Literal["discriminator", "generator", "both"] = parameter(
        "discriminator", "whose kernels are normalized", validators.in_(("discriminator", "generator", "both"))
    )
    power_iterations: int = parameter(1, "steps of the power method in each pass", validators.ge(1))

    @property
    def bounds_slope(self) -> bool:  # type: ignore[override]
        """Whether it bounds the discriminator's slope: where it covers it."""
        return self.networks != "generator"

    def wrap_generator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the generator with normalized kernels, or as it is.

        Raises:
            AssemblyError: it is no functional Keras model.
        """
        return model if self.networks == "discriminator" else self._normalized(model, "generator")

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with normalized kernels, or as it is.

        Raises:
            AssemblyError: it is no functional Keras model.
        """
        return model if self.networks == "generator" else self._normalized(model, "discriminator")

    def _normalized(self, model: keras.Model, player: str) -> keras.Model:
        import keras

        from ganreg_regularizers.spectral_layers import SpectrallyNormalized

        inputs = getattr(model, "input", None)
        if inputs is None and isinstance(model, keras.Sequential):
            inputs = next(iter(getattr(model, "inputs", ())), None)
        if inputs is None:
            raise AssemblyError(
                f"spectral-norm needs a {player} that is a functional Keras model; build it as keras.Model(inputs, "
                "outputs), or leave spectral-norm out"
            )
        # The norms are kept in the variables' type; the layers inside compute in their own.
        dtype = keras.config.dtype_policy().variable_dtype
        layer = SpectrallyNormalized(model, self.power_iterations, name="spectral_norm", dtype=dtype)
        return keras.Model(inputs, layer(inputs), name=model.name)
