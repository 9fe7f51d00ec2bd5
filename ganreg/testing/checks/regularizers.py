"""Checks of regularizers within a tiny GAN."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs
import numpy as np
import tensorflow as tf

from ganreg.contract.implementation import overrides
from ganreg.contract.regularizers import Regularizer
from ganreg.contract.structuring import fields_of
from ganreg.engine.objectives import PLAYERS
from ganreg.engine.variables import variable_groups
from ganreg.errors import NumericalError
from ganreg.gan import GAN
from ganreg.testing.bench import Bench, bench_of
from ganreg.testing.check import check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.reference import ReferenceDiscriminator
from ganreg.testing.settings import BATCH
from ganreg.testing.subject import Subject

_EXTREME = 80.0
_EXTREMES = {
    "constant at a logit of 80": ReferenceDiscriminator(gain=0.0, offset=_EXTREME),
    "constant at a logit of -80": ReferenceDiscriminator(gain=0.0, offset=-_EXTREME),
    "80 times as steep": ReferenceDiscriminator(gain=_EXTREME),
}


def _penalised(regularizer: Regularizer) -> list[str]:
    """The players for which it has a penalty."""
    return [player for player in PLAYERS if overrides(regularizer, f"{player}_penalty")]


def _penalty(bench: Bench, gan: GAN, player: str, regularizer: Regularizer) -> tf.Tensor:
    """The penalty on fixed samples; changes to the regularizer's state are undone."""
    state = variable_groups(gan.players)["component_state"]
    before = [variable.numpy() for variable in state]
    step = bench.tensors(gan, player)[0].view(bench.part(gan))
    penalty: tf.Tensor = getattr(regularizer, f"{player}_penalty")(step)
    for variable, value in zip(state, before, strict=True):
        variable.assign(value)
    return penalty


def _penalising(subject: Subject) -> Iterator[str]:
    players = _penalised(subject.instance)
    if not players:
        raise NotApplicableError("it has no penalty")
    return iter(players)


@check(
    "regularizer", proves="its penalty is finite, a scalar or one value per sample, and its gradient reaches its player"
)
def penalises_its_player(subject: Subject) -> None:
    """Computes each penalty and its gradient on a new GAN."""
    bench, gan = bench_of(subject), bench_of(subject).gan()
    for player in _penalising(subject):
        variables = gan.players.player(player).trainable
        with tf.GradientTape() as tape:
            penalty = _penalty(bench, gan, player, subject.instance)
        fits = tuple(penalty.shape) in ((), (BATCH,))
        require(fits, f"its {player}_penalty has the shape {tuple(penalty.shape)}, neither a scalar nor [B]")
        require(np.isfinite(penalty).all(), f"its {player}_penalty is not finite")
        gradients = [one for one in tape.gradient(penalty, variables) if one is not None]
        is_off = not gradients and not np.any(penalty)  # its configuration turns the penalty of this player off
        require(gradients or is_off, f"no gradient of its {player}_penalty reaches the {player}")
        finite = all(np.isfinite(tf.convert_to_tensor(one)).all() for one in gradients)
        require(finite, f"the gradient of its {player}_penalty is not finite")


@check("regularizer", proves="its field `weight` multiplies its penalty")
def weight_multiplies_its_penalty(subject: Subject) -> None:
    """Computes the penalty at its weight, at three times the weight, and at weight 0."""
    bench, gan = bench_of(subject), bench_of(subject).trained[0]
    for player in _penalising(subject):
        names = [field.name for field in fields_of(subject.implementation)]
        require("weight" in names, "it has a penalty, but no field `weight` that multiplies it")
        plain = subject.instance.weight or 1.0
        if not np.any(_penalty(bench, gan, player, attrs.evolve(subject.instance, weight=plain))):
            raise NotApplicableError(f"its {player}_penalty is 0 on the samples of the check")
        single, triple, none = (
            np.asarray(_penalty(bench, gan, player, attrs.evolve(subject.instance, weight=weight)))
            for weight in (plain, 3 * plain, 0.0)
        )
        text = f"its {player}_penalty is {single.mean():.4g}, and {triple.mean():.4g} with three times the weight"
        require(np.allclose(triple, 3 * single, rtol=1e-3, atol=1e-6), text)
        require(np.allclose(none, 0.0), f"its {player}_penalty is {none.mean():.4g} with a weight of 0")


@check("regularizer", proves="updates stay finite if the discriminator is constant or very steep")
def withstands_extreme_logits(subject: Subject) -> None:
    """Trains both players with discriminators that are constant at ±80, and with one that is 80 times as steep."""
    bench = bench_of(subject)
    for how, discriminator in _EXTREMES.items():
        where = f"with a discriminator that is {how}"
        gan = bench.gan(discriminator=discriminator)
        try:
            logs = bench.fit(gan, 1)
        except NumericalError as error:
            raise CheckFailure(f"{where}: {error}") from error
        odd = [name for name, values in logs.items() if not np.isfinite(values).all()]
        require(not odd, f"{where}: {', '.join(odd)} is not finite")
        weights = gan.players.generator.trainable + gan.players.discriminator.trainable
        require(all(np.isfinite(one).all() for one in weights), f"{where}: weights are not finite after an update")


@check("regularizer", proves="its transformations keep shapes and types")
def keeps_shapes(subject: Subject) -> None:
    """Calls each transformation that it overrides."""
    bench, gan = bench_of(subject), bench_of(subject).gan()
    regularizer = subject.instance
    tensors = bench.tensors(gan, "generator")[0]
    step = tensors.view(bench.part(gan))
    transformations = {
        "discriminator_input": lambda: (step.real, regularizer.discriminator_input(step.real, step)),
        "discriminator_real": lambda: (step.real, regularizer.discriminator_real(step.real, step)),
        "discriminator_fake": lambda: (step.fake, regularizer.discriminator_fake(step.fake, step)),
        "transform_latents": lambda: (step.latents, regularizer.transform_latents(step.latents, step)),
        "generator_weights": lambda: (step.fake_logits, regularizer.generator_weights(step)),
    }
    own = [name for name in transformations if overrides(regularizer, name)]
    if not own:
        raise NotApplicableError("it has no transformations")
    for name in own:
        before, after = transformations[name]()
        was, now = (f"{one.dtype.name} {tuple(one.shape)}" for one in (before, after))
        text = f"its {name} turns {was} into {now}"
        require(after.shape == before.shape and after.dtype == before.dtype, text)
        require(np.isfinite(after).all(), f"the result of its {name} is not finite")
        least = functools.reduce(min, np.ravel(after), 0.0)
        require(name != "generator_weights" or least >= 0, f"its generator_weights fall to {least:.3g}, below 0")
