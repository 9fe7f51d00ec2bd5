"""Making samples from latents that a caller gives, or that are truncated."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from ganreg.data.arrays import Array, as_samples
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.engine.sampling import LatentInputs, Sampler, chosen_seed, refuse_uncountable
from ganreg.engine.truncation import StyleTruncation, refuse_truncation
from ganreg.errors import DataError


class FromLatents:
    """Makes samples from latents with one network, in inference mode.

    Args:
        network: the network, from latents (if conditional, from a list of latents and labels) to samples.
        data: the description of one sample.
        inputs: the distribution of the latents.
        sampler: makes samples from inputs with the same network.
        conditional: whether the network takes labels.
        origin: the network's component in messages.

    Attributes:
        network, data, sampler: as given.
        latents: the distribution of the latents.

    Raises:
        PluginError: the component cannot say what the network consists of.
    """

    def __init__(
        self,
        network: keras.Model,
        data: DataSpec,
        inputs: LatentInputs,
        sampler: Sampler,
        *,
        conditional: bool,
        origin: str,
    ) -> None:
        self.network, self.data, self.sampler, self.latents = network, data, sampler, inputs.latents
        self._inputs, self._origin = inputs, origin
        with attributed(origin, "split"):
            split = self.latents.component.split(network)
        self._styles = (
            None if split is None else StyleTruncation(split[0], split[1], data, inputs, conditional=conditional)
        )

    def draw(self, count: int, seed: int | None, truncation: float | None = None) -> Array:
        """Draws latents, float32 `[count, latent_dim]`; see `GAN.draw_latents`."""
        refuse_uncountable(count, "latents")
        limit = self._limit(truncation)
        drawn: Array = self._inputs.draw(count, chosen_seed(seed), truncation=limit).numpy()
        return drawn

    def _limit(self, truncation: float | None) -> float | None:
        """The greatest absolute value of latents that are drawn, where truncation is about them."""
        if truncation is None:
            return None
        refuse_truncation(truncation, of_styles=self._styles is not None)
        if self._styles is not None:
            return None
        if not self.latents.are_normal:
            raise DataError(f"{self._origin} draws latents that are not normal, so they cannot be truncated")
        return float(truncation)

    def generate(
        self, count: int | None, *, seed: int | None, labels: Any, latents: Any, truncation: float | None
    ) -> Array:
        """Makes samples; see `GAN.generate`."""
        if latents is None:
            count = 16 if count is None else count
            seed = chosen_seed(seed)
            given = self.draw(count, seed, truncation)
        else:
            given = self.checked(latents)
            self._refuse_conflicts(count, seed, labels, truncation, len(given))
            seed = chosen_seed(seed)
        if labels is None:
            labels = self.sampler.draw_labels(len(given), seed)
        return self.made_from(given, labels, truncation)

    def made_from(self, latents: Array, labels: Any, truncation: float | None) -> Array:
        """Makes a sample from each of some checked latents.

        Args:
            latents: float32 `[count, latent_dim]`.
            labels: a class or `[count]` classes, for a conditional network.
            truncation: ψ, for a network with styles; otherwise the latents are within it already.
        """
        if self._styles is None or truncation is None or truncation == 1:
            return self.sampler.made_from(latents, labels)
        return self._styles.made_from(latents, self.sampler.checked_labels(len(latents), labels), float(truncation))

    def checked(self, latents: Any) -> Array:
        """Latents as float32 `[count, latent_dim]`.

        Raises:
            DataError: they have another shape, or are not finite numbers.
        """
        size = self.latents.component.latent_dim
        shape = np.shape(latents)
        if len(shape) != 2 or shape[1] != size:
            remedy = "; a single one needs a batch axis: latents[np.newaxis]" if shape == (size,) else ""
            raise DataError(f"latents must have the shape [N, {size}], got {list(shape)}{remedy}")
        checked: Array = as_samples(latents, "latents").astype(np.float32, copy=False)
        return checked

    def _refuse_conflicts(
        self, count: int | None, seed: int | None, labels: Any, truncation: float | None, latents: int
    ) -> None:
        """Refuses arguments that would have no effect on given latents."""
        if count is not None and count != latents:
            raise DataError(f"{count} samples were asked for, but there are {latents} latents; leave the number out")
        if seed is not None and (labels is not None or self.sampler.draw_labels(1, 0) is None):
            raise DataError("with latents and no labels to draw, seed= has no effect; leave it out")
        if truncation is not None:
            refuse_truncation(truncation, of_styles=self._styles is not None)
            if self._styles is None:
                raise DataError(
                    f"{self._origin} has no styles, so truncation= is about drawing latents and has no effect on "
                    "given ones; draw them with gan.draw_latents(n, truncation=...)"
                )
