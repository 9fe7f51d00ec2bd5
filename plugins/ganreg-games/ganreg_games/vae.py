"""A variational autoencoder whose decoder is trained as a generator: VAE-GAN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Game, NetworkSpec, parameter
from ganreg.lazy import ops, tf
from ganreg_games.distances import mean_absolute

if TYPE_CHECKING:
    from ganreg import Assembly, GameStep


@attrs.frozen(kw_only=True)
class VaeGan(Game):
    """An encoder E whose latents the generator G turns back into the sample (after Larsen et al., arXiv:1512.09300).

    E returns the means m and the logarithms v of the variances of the latents, joined. With weights λ and β, both
    networks minimise the loss's generator part and::

        λ · E |x - G(m + exp(v/2) · ε)|,  ε ~ N(0, 1)          distance
        β · E (exp(v) + m² - 1 - v) / 2                        prior

    where means are over all values of a sample or of its latents. The first term is the mean absolute error of samples,
    where the paper compares D's features; D is shown generated samples only, where the paper adds reconstructions.
    """

    distance: float = parameter(
        10.0, "weight of the mean absolute error of reconstructions", validators.ge(0), search=(0.1, 100.0, "log")
    )
    prior: float = parameter(
        0.1, "weight of the divergence of the encodings from the prior", validators.ge(0), search=(0.001, 1.0, "log")
    )

    roles: ClassVar[Mapping[str, str]] = {
        "generator": "generator",
        "discriminator": "discriminator",
        "encoder": "translator",
    }
    defaults: ClassVar[Mapping[str, str]] = {"encoder": "mlp"}
    generator_terms: ClassVar[Sequence[str]] = ("distance", "prior")

    def networks(self, assembly: Assembly) -> Mapping[str, NetworkSpec]:
        """A generator, an encoder and a discriminator."""
        data = assembly.data.without_source
        return {
            "generator": NetworkSpec("generator", data),
            "encoder": NetworkSpec("encoder", DataSpec((2 * assembly.generator.latent_dim,)), source=data),
            "discriminator": NetworkSpec("discriminator", data),
        }

    def term(self, name: str, game_step: GameStep) -> tf.Tensor:
        """One of the weighted terms."""
        mean, log_variance = ops.split(game_step.run("encoder", game_step.real), 2, axis=-1)
        if name == "prior":
            return self.prior * 0.5 * ops.mean(ops.exp(log_variance) + mean**2 - 1.0 - log_variance)
        latents = mean + ops.exp(0.5 * log_variance) * game_step.normal(ops.shape(mean))
        return self.distance * mean_absolute(game_step.real, game_step.run("generator", latents))
