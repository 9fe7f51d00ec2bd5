"""Steps on given samples, for unit tests of one component."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.game_step import GameStep
from ganreg.contract.outputs import Network
from ganreg.contract.regularizers import Regularizer
from ganreg.contract.step import Step
from ganreg.engine.forward import Judge, Maker
from ganreg.engine.random import Streams
from ganreg.engine.step_tensors import StepTensors


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
        Maker(generator, labels is not None),
        Judge(discriminator, labels is not None),
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
        Maker(generator, labels is not None),
        Judge(discriminator, labels is not None),
        {"real": real, "fake": None, "labels": labels, "latents": latents},
        seed=seed,
        iteration=iteration,
        state=state,
        inputs=inputs,
    )


def game_step(
    networks: Mapping[str, Network],
    *,
    real: Any,
    player: str = "generator",
    labels: Any = None,
    source: Any = None,
    latents: Any = None,
    conditional: Collection[str] = (),
    seed: int = 0,
    iteration: int = 0,
) -> GameStep:
    """Creates a step of a game on given samples, for unit tests of its methods.

    Args:
        networks: every network that is not a discriminator, by name: a model, or a function
            `(inputs, training) -> samples`.
        real: real samples, `[B, *shape]`.
        player: `"generator"`, `"discriminator"` or `"both"`. Defaults to `"generator"`.
        labels: the classes of the real samples, int32 `[B]`.
        source: the sources, `[B, *source.shape]`.
        latents: `[B, latent_dim]`, for games that read them.
        conditional: the names of the networks that take labels, which receive `[inputs, labels]`.
        seed: the seed of `game_step.normal` and `game_step.uniform`.
        iteration: the number of the iteration.
    """
    makers = {name: Maker(network, name in conditional) for name, network in networks.items()}
    tensors = {"real": real, "labels": labels, "source": source, "latents": latents}
    given: dict[str, Any] = {name: None if value is None else _tensor(value, name) for name, value in tensors.items()}
    return GameStep(makers, player=player, iteration=iteration, numbers=Streams(seed, player, iteration).of, **given)


def _step(
    player: str,
    maker: Maker,
    judge: Judge,
    tensors: Mapping[str, Any],
    *,
    seed: int,
    iteration: int,
    state: Mapping[str, Any] | None,
    inputs: Sequence[Regularizer],
) -> Step:
    given: dict[str, Any] = {name: None if value is None else _tensor(value, name) for name, value in tensors.items()}
    shared = StepTensors.alone(
        maker,
        judge,
        player=player,
        iteration=iteration,
        update=iteration,
        seed=seed,
        input_parts=[Part(regularizer, f"input-{index}") for index, regularizer in enumerate(inputs)],
        variables={
            "generator": getattr(maker.network, "trainable_variables", ()),
            "discriminator": getattr(judge.network, "trainable_variables", ()),
        },
        **given,
    )
    return shared.view(Part(None, "component", state=state or {}))


def _tensor(value: Any, name: str) -> tf.Tensor:
    if name == "labels":
        return tf.cast(value, tf.int32)
    return tf.convert_to_tensor(value) if tf.is_tensor(value) else tf.constant(value, tf.float32)
