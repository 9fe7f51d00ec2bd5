"""What authors of components test with: a step for a unit test of one regularizer, without an engine."""

from ganreg.testing.steps import discriminator_step, generator_step

__all__ = ["discriminator_step", "generator_step"]
