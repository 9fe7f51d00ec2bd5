"""ganreg's bundled games: image translation, cycles and encoders, with their networks."""

from __future__ import annotations

from collections.abc import Iterable

from ganreg import Component, Recipe, hookimpl
from ganreg_games import recipes


@hookimpl
def ganreg_games() -> Iterable[Component]:
    """Offers the bundled games."""
    return [
        Component(
            "translation",
            "ganreg_games.translation:Translation",
            "image translation from pairs (pix2pix, SRGAN)",
            paper="arXiv:1611.07004",
        ),
        Component(
            "cycle",
            "ganreg_games.cycle:Cycle",
            "translation both ways without pairs (CycleGAN)",
            paper="arXiv:1703.10593",
            remedies=("missing-pairs",),
        ),
        Component(
            "star",
            "ganreg_games.star:Star",
            "translation between all classes (StarGAN)",
            paper="arXiv:1711.09020",
        ),
        Component(
            "bidirectional",
            "ganreg_games.bidirectional:Bidirectional",
            "learns an encoder too (BiGAN, ALI)",
            paper="arXiv:1605.09782",
        ),
        Component(
            "vae",
            "ganreg_games.vae:VaeGan",
            "variational autoencoder with a GAN's decoder",
            paper="arXiv:1512.09300",
        ),
    ]


@hookimpl
def ganreg_translators() -> Iterable[Component]:
    """Offers the bundled translators."""
    return [
        Component(
            "mlp",
            "ganreg_games.mlp:MlpTranslator",
            "dense layers, for samples of any shape",
            default=True,
        ),
        Component(
            "u-net",
            "ganreg_games.u_net:UNetTranslator",
            "convolutions down and up again with skips",
            paper="arXiv:1611.07004",
        ),
        Component(
            "residual",
            "ganreg_games.residual:ResidualTranslator",
            "residual blocks, for enlarging too",
            paper="arXiv:1703.10593",
        ),
    ]


@hookimpl
def ganreg_regularizers() -> Iterable[Component]:
    """Offers the regularizers that games are usually trained with."""
    return [
        Component(
            "replay",
            "ganreg_games.replay:Replay",
            "shows D earlier generated samples too",
            paper="arXiv:1612.07828",
        ),
        Component(
            "perceptual",
            "ganreg_games.perceptual:Perceptual",
            "pulls features of translations to the true sample's",
            paper="arXiv:1603.08155",
        ),
    ]


@hookimpl
def ganreg_recipes() -> Iterable[Recipe]:
    """Offers the recipes of the bundled games."""
    return recipes.RECIPES
