"""Recipes on points: minutes of training, pictures that show everything."""

from __future__ import annotations

from ganreg import Recipe

THREE = "[128,128,128]"

RECIPES = (
    Recipe(
        name="gaussian-1d",
        summary="one dimension: the bell curve of mean 4 and deviation 0.5",
        generator="mlp:latent_dim=1,widths=[16],activation=softplus",
        discriminator="mlp:widths=[32,32],activation=tanh",
        loss="non-saturating",
        dataset="gaussian-1d",
        # The discriminator twice as fast, and no momentum: what one player has learnt is stale when the other moves.
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.0",
        discriminator_optimizer="adam:learning_rate=0.002,beta_1=0.0",
        batch_size=128,
        steps=10_000,
    ),
    Recipe(
        name="quadratic",
        summary="the curve y = x² + 5, learnt by two small networks",
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
        summary="the 1-D bell curve with a generator that matches D's features",
        paper="arXiv:1606.03498",
        generator="mlp:latent_dim=1,widths=[16],activation=softplus",
        discriminator="mlp:widths=[32,32],activation=tanh",
        loss="non-saturating",
        regularizers=("feature-matching",),
        dataset="gaussian-1d",
        # The discriminator twice as fast, and no momentum: what one player has learnt is stale when the other moves.
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.0",
        discriminator_optimizer="adam:learning_rate=0.002,beta_1=0.0",
        batch_size=128,
        steps=10_000,
    ),
    Recipe(
        name="ring",
        summary="eight Gaussians around a circle, all of them found",
        paper="arXiv:2501.05441",
        generator=f"mlp:latent_dim=2,widths={THREE},activation=leaky-relu",
        discriminator=f"mlp:widths={THREE},activation=leaky-relu",
        loss="relativistic-paired",
        regularizers=("r1:weight=0.1", "r2:weight=0.1"),
        dataset="ring",
        generator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.9",
        discriminator_optimizer="adam:learning_rate=0.001,beta_1=0.0,beta_2=0.9",
        schedule="simultaneous",
        # What the last updates gain in sharpness is lost again at a constant rate.
        learning_rate_decay="cosine",
        batch_size=256,
        steps=60_000,
    ),
    Recipe(
        name="grid",
        summary="25 Gaussians on a grid, all of them found",
        paper="arXiv:2501.05441",
        generator=f"mlp:latent_dim=2,widths={THREE},activation=leaky-relu",
        discriminator=f"mlp:widths={THREE},activation=leaky-relu",
        loss="relativistic-paired",
        regularizers=("r1:weight=0.01", "r2:weight=0.01"),
        # About the variance 1, as WGAN-GP's code has it: the networks' first weights are made for such inputs.
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
        summary="rows of a table, judged ten at a time; give it --dataset csv:path=FILE.csv",
        paper="arXiv:1907.00503",
        generator="mlp:latent_dim=128,widths=[256,256],norm=batch",
        discriminator="mlp:widths=[256,256],activation=leaky-relu,dropout=0.5",
        loss="wasserstein",
        regularizers=("packing:samples=10", "wgan-gp:weight=10"),
        generator_optimizer="adam:learning_rate=0.0002,beta_1=0.5,beta_2=0.9",
        discriminator_optimizer="adam:learning_rate=0.0002,beta_1=0.5,beta_2=0.9",
        batch_size=500,
        steps=3_000,
    ),
)
