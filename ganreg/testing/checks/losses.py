"""Checks of losses, on given logits."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ganreg.data.spec import DataSpec
from ganreg.testing.check import check
from ganreg.testing.failures import require
from ganreg.testing.steps import discriminator_step, generator_step
from ganreg.testing.subject import Subject

_EXTREME = 80.0
_DATA = DataSpec((1,))


def _logits_are_samples(samples: Any, training: bool) -> Any:
    """A discriminator whose logits are the samples."""
    return samples


def _objectives(subject: Subject, real: tf.Tensor, fake: tf.Tensor) -> dict[str, tf.Tensor]:
    """The objective of each player, `[B]`, for logits `[B, 1]`."""
    loss = subject.instance
    state = {name: tf.Variable(value, dtype=tf.float32) for name, value in loss.initial_state(_DATA).items()}
    of_discriminator = discriminator_step(_logits_are_samples, real=real, fake=fake, state=state)
    of_generator = generator_step(
        lambda latents, training: latents, _logits_are_samples, real=real, latents=fake, state=state
    )
    return {
        "discriminator": loss.discriminator_objective(of_discriminator),
        "generator": loss.generator_objective(of_generator),
    }


def _ordinary(subject: Subject) -> tuple[tf.Tensor, tf.Tensor]:
    """Logits of a discriminator that is right but not certain; below 0 if they must be negative energies."""
    draw, shift = np.random.default_rng(0), -1.0 if subject.instance.needs_energy else 0.0
    real, fake = (draw.uniform(*bounds, (6, 1)) + shift for bounds in ((0.5, 0.9), (0.1, 0.4)))
    return tf.constant(real, tf.float32), tf.constant(fake, tf.float32)


@check("loss", proves="each player's loss is one finite float32 value per sample")
def gives_one_value_per_sample(subject: Subject) -> None:
    """Computes both losses on six logits."""
    for player, values in _objectives(subject, *_ordinary(subject)).items():
        shape = tuple(values.shape)
        require(shape == (6,), f"the {player}'s loss of 6 samples has the shape {shape}, not [6]")
        require(values.dtype == tf.float32, f"the {player}'s loss is {values.dtype.name}, not float32")
        require(np.isfinite(values).all(), f"the {player}'s loss is not finite")


@check(
    "loss",
    proves="its gradients raise real and lower fake logits for the discriminator, and raise fake for the generator",
)
def has_gradients_of_the_right_sign(subject: Subject) -> None:
    """Checks the signs of the gradients with respect to the logits."""
    real, fake = _ordinary(subject)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        values = {player: tf.reduce_sum(one) for player, one in _objectives(subject, real, fake).items()}
    by_real, by_fake = tape.gradient(values["discriminator"], [real, fake], unconnected_gradients="zero")
    of_generator = tape.gradient(values["generator"], fake, unconnected_gradients="zero")
    require(float(tf.reduce_sum(by_real)) <= 0, "the discriminator's loss rises with the logits of real samples")
    require(float(tf.reduce_sum(by_fake)) >= 0, "the discriminator's loss falls with the logits of generated samples")
    require(np.any(by_real) or np.any(by_fake), "the discriminator's loss does not depend on its logits")
    falls = float(tf.reduce_sum(of_generator)) < 0
    require(falls, "the generator's loss does not fall with the logits of generated samples")


@check("loss", proves="losses and their gradients are finite for logits of ±80 and 0")
def withstands_extreme_logits(subject: Subject) -> None:
    """Computes both losses on logits whose exponentials overflow float32 when they are multiplied."""
    levels = (-_EXTREME, 0.0) if subject.instance.needs_energy else (-_EXTREME, 0.0, _EXTREME)
    for real_level in levels:
        for fake_level in levels:
            _require_finite(subject, real_level, fake_level)


def _require_finite(subject: Subject, real_level: float, fake_level: float) -> None:
    real, fake = (tf.fill((4, 1), level) for level in (real_level, fake_level))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        values = _objectives(subject, real, fake)
    where = f"for real logits of {real_level:g} and fake logits of {fake_level:g}"
    for player, value in values.items():
        gradients = tape.gradient(value, [real, fake], unconnected_gradients="zero")
        require(np.isfinite(value).all(), f"the {player}'s loss is not finite {where}")
        require(all(np.isfinite(one).all() for one in gradients), f"the {player}'s gradient is not finite {where}")
