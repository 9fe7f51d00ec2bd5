"""Recipes of the bundled games, with the settings of their papers scaled to what trains on two cores."""

# mypy: disable-error-code="arg-type, dict-item"
# Recipe converts text to specs, which mypy cannot see.

from __future__ import annotations

from ganreg import Recipe

TRANSLATION = "adam:learning_rate=0.0002,beta_1=0.5"
"""The optimizer of pix2pix and CycleGAN."""
STEADY = "adam:learning_rate=0.0005,beta_1=0.0,beta_2=0.99"
"""Without momentum, which is stale as soon as the other player moves."""
THREE = "[128,128,128]"

RECIPES = (
    Recipe(
        name="pix2pix",
        summary="translates images from pairs",
        paper="arXiv:1611.07004",
        game="translation:distance=100",
        generator="u-net:width=32,levels=3,dropout=0.3",
        discriminator="patch:width=32,layers=2",
        loss="non-saturating",
        regularizers=("r1:weight=1,every=4",),
        dataset="degraded:dataset=photographs:size=32,by=gray",
        generator_optimizer=TRANSLATION,
        discriminator_optimizer=TRANSLATION,
        batch_size=16,
        steps=2_400,
    ),
    Recipe(
        name="cyclegan",
        summary="translates images both ways, without pairs",
        paper="arXiv:1703.10593",
        game="cycle:cycle=10",
        generator="residual:width=16,blocks=3,halvings=1,kernel=5,long_skip=false",
        discriminator="patch:width=32,layers=2",
        loss="least-squares",
        regularizers=("replay:size=48",),
        dataset="degraded:dataset=photographs:size=32,by=gray,paired=false",
        generator_optimizer=TRANSLATION,
        discriminator_optimizer=TRANSLATION,
        learning_rate_decay="linear",
        batch_size=16,
        steps=3_000,
    ),
    Recipe(
        name="srgan",
        summary="enlarges images four times",
        paper="arXiv:1609.04802",
        game="translation:distance=100",
        generator="residual:width=24,blocks=3,kernel=5,norm=none,adds_source=true",
        discriminator="patch:width=32,layers=2",
        loss="non-saturating",
        regularizers=("r1:weight=1,every=4",),
        dataset="degraded:dataset=photographs,by=downsample,factor=4",
        generator_optimizer=TRANSLATION,
        discriminator_optimizer=TRANSLATION,
        batch_size=16,
        steps=1_500,
    ),
    Recipe(
        name="stargan",
        summary="translates between all classes",
        paper="arXiv:1711.09020",
        game="star:cycle=10",
        generator="mlp:widths=[256,256],conditional=true",
        discriminator="mlp:widths=[256,256]",
        loss="non-saturating",
        regularizers=("auxiliary-classifier:fakes=false", "r1:weight=1"),
        dataset="digits",
        generator_optimizer=STEADY,
        discriminator_optimizer=STEADY,
        batch_size=64,
        steps=4_000,
    ),
    Recipe(
        name="bigan",
        summary="learns an encoder with the generator",
        paper="arXiv:1605.09782",
        game="bidirectional",
        generator=f"mlp:latent_dim=2,widths={THREE},activation=leaky-relu",
        discriminator=f"mlp:widths={THREE},activation=leaky-relu",
        networks={"encoder": f"mlp:widths={THREE}"},
        loss="non-saturating",
        # Both sides of the game move, so the gradient is penalised on both.
        regularizers=("r1:weight=0.03", "r2:weight=0.03"),
        dataset="ring",
        generator_optimizer=STEADY,
        discriminator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.99",
        schedule="simultaneous",
        learning_rate_decay="cosine",
        batch_size=256,
        steps=10_000,
    ),
    Recipe(
        name="vae-gan",
        summary="an autoencoder that generates digits",
        paper="arXiv:1512.09300",
        game="vae:distance=10,prior=0.1",
        generator="mlp:latent_dim=8,widths=[256,256]",
        discriminator="mlp:widths=[256,256]",
        networks={"encoder": "mlp:widths=[256,256]"},
        loss="non-saturating",
        regularizers=("r1:weight=1",),
        dataset="digits",
        generator_optimizer=STEADY,
        discriminator_optimizer=STEADY,
        batch_size=64,
        steps=6_000,
    ),
)
