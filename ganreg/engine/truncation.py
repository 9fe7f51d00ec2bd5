"""Truncation: fewer but more typical samples.

A network of a mapping and a synthesis network has its styles w moved towards their mean, w ← mean + ψ(w - mean), as in
StyleGAN (Karras et al. 2019, arXiv:1812.04948, appendix B). Any other gets latents from a truncated normal
distribution, as in BigGAN; see `ganreg.engine.latents.truncated`. Which of the two a network has is up to its
component: see `Generator.split`.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np

from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.engine.sampling import LatentInputs, Sampler
from ganreg.errors import DataError

_LATENTS = 4096
"""The number of latents whose styles the mean is of."""
_LATENTS_PER_CLASS = 1024
"""The same for each class of a conditional network, which has a mean style for each."""
_SEED = 0
"""The seed of these latents, so that the mean only depends on the weights."""


def refuse_truncation(truncation: Any, *, of_styles: bool) -> None:
    """Raises a `DataError` unless a truncation is a number that means something."""
    number = isinstance(truncation, (int, float, np.number)) and not isinstance(truncation, bool)
    if not number or not math.isfinite(truncation) or truncation < 0 or (truncation == 0 and not of_styles):
        what = (
            "truncation must be at least 0: 0 gives the mean style, 1 does not truncate"
            if of_styles
            else "truncation must be above 0: it is the greatest absolute value of a latent, such as 0.5 or 2"
        )
        raise DataError(f"{what}; got {truncation!r}")


class StyleTruncation:
    """Makes samples from styles that are moved towards their mean; in a conditional network, that of their class.

    Args:
        mapping: from latents, or a list of latents and labels, to styles `[B, ...]`.
        synthesis: from styles to samples.
        data: the description of one sample.
        inputs: the latents of whose styles the mean is taken.
        conditional: whether the mapping network takes labels.
    """

    def __init__(
        self, mapping: keras.Model, synthesis: keras.Model, data: DataSpec, inputs: LatentInputs, *, conditional: bool
    ) -> None:
        styles = DataSpec(tuple(mapping.output_shape[1:]), data.num_classes)
        self._mapping = Sampler(mapping, styles, conditional=conditional)
        self._synthesis = Sampler(synthesis, data, conditional=False)
        self._inputs = inputs

    def made_from(self, latents: Array, labels: Array | None, truncation: float) -> Array:
        """Makes one sample from each of the latents.

        Args:
            latents: float32 `[count, latent_dim]`.
            labels: int32 `[count]`, or `None`.
            truncation: ψ, at least 0; 1 changes nothing.
        """
        styles = self._mapping.made_from(latents, labels)
        means = self._means(labels)
        return self._synthesis.made_from(means + np.float32(truncation) * (styles - means))

    def _means(self, labels: Array | None) -> Array:
        """The mean style of each sample, or one for all."""
        if labels is None:
            return self._mean(self._inputs.draw(_LATENTS, _SEED).numpy(), None)[np.newaxis]
        classes, of = np.unique(labels, return_inverse=True)
        latents = self._inputs.draw(_LATENTS_PER_CLASS, _SEED).numpy()
        return np.stack([self._mean(latents, int(label)) for label in classes])[of]

    def _mean(self, latents: Array, label: int | None) -> Array:
        mean: Array = self._mapping.made_from(latents, label).mean(axis=0, dtype=np.float64).astype(np.float32)
        return mean
