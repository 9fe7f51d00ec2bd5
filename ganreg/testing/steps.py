"""Steps on given samples, for unit tests of one component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.regularizers import Regularizer
from ganreg.contract.step import Network, Step
from ganreg.engine.step_tensors import Networks, StepTensors


def discriminator_step(
    discriminator: Network,
    *,
    real: Any,
    fake: Any,
    labels: Any = None,
    generator: Network | None = None,
    latents: Any = None,
    seed: int = 0,
    iteration: int = 0,
    state: Mapping[str, Any] | None = None,
    inputs: Sequence[Regularizer] = (),
) -> Step:
    """Creates a step of the discriminator on given samples. Works eagerly and inside a `tf.function`.

    Args:
        discriminator: a model, or a function `(samples, training) -> {"logits", "features"}` or logits.
        real: real samples, `[B, *shape]`.
        fake: generated samples, `[B, *shape]`.
        labels: int32 `[B]`; if they are given, the discriminator (and the generator) receives them.
        generator: for components that call `step.generate`.
        latents: `[B, latent_dim]`, for components that read them.
        seed: the seed of `step.normal` and `step.uniform`.
        iteration: the number of the iteration.
        state: the component's variables, by name.
        inputs: regularizers that transform the input of the discriminator.
    """
    return _step(
        "discriminator",
        Networks(generator, discriminator, labels is not None, labels is not None),
        {"real": real, "fake": fake, "labels": labels, "latents": latents},
        seed=seed,
        iteration=iteration,
        state=state,
        inputs=inputs,
    )


def generator_step(
    generator: Network,
    discriminator: Network,
    *,
    real: Any,
    latents: Any,
    labels: Any = None,
    seed: int = 0,
    iteration: int = 0,
    state: Mapping[str, Any] | None = None,
    inputs: Sequence[Regularizer] = (),
) -> Step:
    """Creates a step of the generator from given latents; `step.fake` carries its gradient.

    Args:
        generator: a model, or a function `(latents, training) -> samples`.
        discriminator: a model, or a function `(samples, training) -> {"logits", "features"}` or logits.
        real: real samples, `[B, *shape]`.
        latents: `[B, latent_dim]`.
        labels: int32 `[B]`; if they are given, both networks receive them.
        seed: the seed of `step.normal` and `step.uniform`.
        iteration: the number of the iteration.
        state: the component's variables, by name.
        inputs: regularizers that transform the input of the discriminator.
    """
    return _step(
        "generator",
        Networks(generator, discriminator, labels is not None, labels is not None),
        {"real": real, "fake": None, "labels": labels, "latents": latents},
        seed=seed,
        iteration=iteration,
        state=state,
        inputs=inputs,
    )


def _step(
    player: str,
    networks: Networks,
    tensors: Mapping[str, Any],
    *,
    seed: int,
    iteration: int,
    state: Mapping[str, Any] | None,
    inputs: Sequence[Regularizer],
) -> Step:
    given: dict[str, Any] = {name: None if value is None else _tensor(value, name) for name, value in tensors.items()}
    shared = StepTensors(
        networks,
        player=player,
        iteration=iteration,
        update=iteration,
        seed=seed,
        input_parts=[Part(regularizer, f"input-{index}") for index, regularizer in enumerate(inputs)],
        variables={
            "generator": getattr(networks.generator, "trainable_variables", ()),
            "discriminator": getattr(networks.discriminator, "trainable_variables", ()),
        },
        **given,
    )
    return shared.view(Part(None, "component", state=state or {}))


def _tensor(value: Any, name: str) -> tf.Tensor:
    if name == "labels":
        return tf.cast(value, tf.int32)
    return tf.convert_to_tensor(value) if tf.is_tensor(value) else tf.constant(value, tf.float32)
