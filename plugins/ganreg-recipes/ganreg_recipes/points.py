"""Recipes on points: minutes of training, pictures that show everything."""

from __future__ import annotations

from ganreg import Recipe

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
)
