"""A generator with an encoder, its inverse, learnt in one game: BiGAN and ALI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import attrs

from ganreg import DataSpec, Game, NetworkSpec, joined

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Assembly, GameStep


@attrs.frozen(kw_only=True)
class Bidirectional(Game):
    """D distinguishes samples with their encodings, (x, E(x)), from generated samples with their latents, (G(z), z).

    Donahue et al., arXiv:1605.09782, equation 2; Dumoulin et al., arXiv:1606.00704. G and E are trained against D
    together: G to have its pairs classified as real, E to have its own classified as generated. At the optimum E is the
    inverse of G.

    Latents are joined with samples along the last axis; with images, as constant channels.
    """

    roles: ClassVar[Mapping[str, str]] = {
        "generator": "generator",
        "discriminator": "discriminator",
        "encoder": "translator",
    }
    defaults: ClassVar[Mapping[str, str]] = {"encoder": "mlp"}
    makes_real: ClassVar[bool] = True

    def networks(self, assembly: Assembly) -> Mapping[str, NetworkSpec]:
        """A generator, an encoder, and a discriminator of samples joined with latents."""
        data, latents = assembly.data.without_source, DataSpec((assembly.generator.latent_dim,))
        return {
            "generator": NetworkSpec("generator", data),
            "encoder": NetworkSpec("encoder", latents, source=data),
            "discriminator": NetworkSpec("discriminator", data.joined(latents)),
        }

    def real(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The samples, joined with their encodings."""
        return joined(game_step.real, game_step.run("encoder", game_step.real))

    def fake(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """Generated samples, joined with their latents."""
        return joined(game_step.run("generator", game_step.latents), game_step.latents)
