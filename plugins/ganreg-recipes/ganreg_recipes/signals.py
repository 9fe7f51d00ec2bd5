"""Recipes for signals and volumes, which train in minutes."""

# mypy: disable-error-code="arg-type"
# Recipe converts text to specs, which mypy cannot see.

from __future__ import annotations

from ganreg import Recipe

RECIPES = (
    Recipe(
        name="signal",
        summary="signals by class: 1-D convolutions, hinge loss, R1",
        generator="dcgan:width=16,max_width=128,norm=batch,conditional=none",
        discriminator="dcgan:width=16,max_width=128,norm=none,conditional=none",
        loss="hinge",
        regularizers=("r1:weight=1,every=4",),
        dataset="ecg",
        generator_optimizer="adam:learning_rate=0.0005,beta_1=0.0,beta_2=0.9",
        discriminator_optimizer="adam:learning_rate=0.0005,beta_1=0.0,beta_2=0.9",
        learning_rate_decay="cosine",
        batch_size=64,
        steps=4_000,
    ),
    Recipe(
        name="volume",
        summary="volumes by class: 3-D convolutions, hinge loss, R1",
        generator="dcgan:width=16,max_width=64,norm=batch,conditional=none",
        discriminator="dcgan:width=16,max_width=64,norm=none,conditional=none",
        loss="hinge",
        regularizers=("r1:weight=1,every=4",),
        dataset="ellipsoids",
        generator_optimizer="adam:learning_rate=0.0005,beta_1=0.0,beta_2=0.9",
        discriminator_optimizer="adam:learning_rate=0.0005,beta_1=0.0,beta_2=0.9",
        learning_rate_decay="cosine",
        batch_size=32,
        steps=2_000,
    ),
)
