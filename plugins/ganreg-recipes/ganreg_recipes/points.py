"""Recipes for points and tables, which train in minutes."""

# mypy: disable-error-code="arg-type"
# Recipe converts text to specs, which mypy cannot see.

from __future__ import annotations

from ganreg import Recipe

THREE = "[128,128,128]"

RECIPES = (
    Recipe(
        name="gaussian-1d",
        summary="one dimension: a normal distribution",
        generator="mlp:latent_dim=1,widths=[16],activation=softplus",
        discriminator="mlp:widths=[32,32],activation=tanh",
        loss="non-saturating",
        dataset="gaussian-1d",
        # D learns twice as fast, without momentum, which is stale as soon as the other player moves.
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.0",
        discriminator_optimizer="adam:learning_rate=0.002,beta_1=0.0",
        batch_size=128,
        steps=10_000,
    ),
    Recipe(
        name="quadratic",
        summary="the parabola y = x² + 5 with two small networks",
        generator="mlp:latent_dim=4,widths=[64,64],activation=leaky-relu",
        discriminator="mlp:widths=[64,64,64],activation=leaky-relu",
        loss="non-saturating",
        dataset="quadratic",
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.5",
        discriminator_optimizer="adam:learning_rate=0.001,beta_1=0.5",
        batch_size=256,
        steps=20_000,
    ),
    Recipe(
        name="feature-matching",
        summary="one dimension: feature matching",
        paper="arXiv:1606.03498",
        generator="mlp:latent_dim=1,widths=[16],activation=softplus",
        discriminator="mlp:widths=[32,32],activation=tanh",
        loss="non-saturating",
        regularizers=("feature-matching",),
        dataset="gaussian-1d",
        # D learns twice as fast, without momentum, which is stale as soon as the other player moves.
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.0",
        discriminator_optimizer="adam:learning_rate=0.002,beta_1=0.0",
        batch_size=128,
        steps=10_000,
    ),
    Recipe(
        name="ring",
        summary="eight normal distributions around a circle",
        paper="arXiv:2501.05441",
        generator=f"mlp:latent_dim=2,widths={THREE},activation=leaky-relu",
        discriminator=f"mlp:widths={THREE},activation=leaky-relu",
        loss="relativistic-paired",
        regularizers=("r1:weight=0.1", "r2:weight=0.1"),
        dataset="ring",
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.9",
        discriminator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.9",
        schedule="simultaneous",
        # At a constant learning rate the modes do not become as sharp.
        learning_rate_decay="cosine",
        batch_size=256,
        steps=60_000,
    ),
    Recipe(
        name="grid",
        summary="25 normal distributions on a grid",
        paper="arXiv:2501.05441",
        generator=f"mlp:latent_dim=2,widths={THREE},activation=leaky-relu",
        discriminator=f"mlp:widths={THREE},activation=leaky-relu",
        loss="relativistic-paired",
        regularizers=("r1:weight=0.01", "r2:weight=0.01"),
        # A variance of about 1, as in WGAN-GP's code, suits the initial weights of the networks.
        dataset="grid:scale=0.3536",
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.9",
        discriminator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.9",
        schedule="simultaneous",
        learning_rate_decay="cosine",
        batch_size=256,
        steps=120_000,
    ),
    Recipe(
        name="tabular",
        summary="rows of a table; needs --dataset csv:path=FILE.csv",
        paper="arXiv:1907.00503",
        # CTGAN's generator and conditions. Its loss, wgan-gp, needs many times as many updates. Instead of its packs,
        # matched features keep the shares of modes: packs of 10 do that too, but lose what columns say of one another.
        generator="tabular:latent_dim=128,widths=[256,256],conditional=none",
        discriminator="mlp:widths=[256,256],activation=leaky-relu,conditional=none",
        loss="relativistic-paired",
        regularizers=("r1:weight=0.1", "r2:weight=0.1", "feature-matching:weight=1,layers=all"),
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.9",
        discriminator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.9",
        schedule="simultaneous",
        learning_rate_decay="cosine",
        batch_size=500,
        steps=3_000,
    ),
)
