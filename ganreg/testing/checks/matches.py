"""Checks of what a game shows to each discriminator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from ganreg.contract.assembly import Assembly
from ganreg.engine.step_tensors import StepTensors
from ganreg.gan import GAN
from ganreg.testing.bench import Bench, bench_of, benches
from ganreg.testing.check import check
from ganreg.testing.failures import require
from ganreg.testing.settings import BATCH, CLASSES
from ganreg.testing.subject import Subject

_SLACK = 1e-5


@check("game", proves="what each discriminator is shown has the shape and range that its networks describe")
def shows_what_it_describes(subject: Subject) -> None:
    """Computes what each discriminator is shown, and its gradient by the networks' weights."""
    for bench in _two_benches(subject):
        gan = bench.gan()
        with tf.GradientTape(persistent=True) as tape:
            shown = {match: (step.real, step.fake) for match, step in _matches(bench, gan, "generator")}
        for judge, (real, fake) in shown.items():
            _require_fitting(gan.assembly, judge, "real", real)
            _require_fitting(gan.assembly, judge, "fake", fake)
            maker = gan.assembly.networks[judge].judges
            moves = _reaches(tape, fake, gan.networks[maker].trainable_variables)
            require(moves, f"what '{judge}' is shown as fake does not come from '{maker}', which it judges")
        moves = any(_reaches(tape, real, gan.players.generator.trainable_variables) for real, _ in shown.values())
        declared = gan.assembly.game.makes_real
        require(declared or not moves, "what it shows as real depends on a network, so it must declare makes_real")
        require(moves or not declared, "it declares makes_real, but what it shows as real depends on no network")
        for judge, step in _matches(bench, gan, "generator"):
            _require_classes(judge, step, labelled="labels" in bench.batch())


def _two_benches(subject: Subject) -> Iterator[Bench]:
    """The first bench, and the first one with labels if the first one has none."""
    yield (first := bench_of(subject))
    if not first.setting.labelled:
        others = (one for one in benches(subject, training=True) if one.setting.labelled and not one.refusals())
        yield from (one for one in (next(others, None),) if one is not None)


def _matches(bench: Bench, gan: GAN, player: str) -> list[tuple[str, StepTensors]]:
    """The tensors of an update in each match, by the discriminator's name."""
    return list(zip(gan.assembly.judges, bench.tensors(gan, player), strict=True))


def _reaches(tape: tf.GradientTape, values: tf.Tensor, variables: Any) -> bool:
    gradients = tape.gradient(values, [variable.value for variable in variables])
    return any(gradient is not None for gradient in gradients)


def _require_fitting(assembly: Assembly, judge: str, side: str, samples: tf.Tensor) -> None:
    data, where = assembly.networks[judge].data, f"what '{judge}' is shown as {side}"
    expected = (BATCH, *data.shape)
    require(tuple(samples.shape) == expected, f"{where} has the shape {tuple(samples.shape)}, not {expected}")
    require(samples.dtype == tf.float32, f"{where} is {samples.dtype.name}, not float32")
    require(np.isfinite(samples).all(), f"{where} is not finite")
    if data.value_range is not None:
        least, greatest = data.value_range
        found = f"{np.min(samples):.3g}..{np.max(samples):.3g}"
        inside = np.min(samples) >= least - _SLACK and np.max(samples) <= greatest + _SLACK
        require(inside, f"{where} ranges over {found}, but is described as {least:g}..{greatest:g}")


def _require_classes(judge: str, step: StepTensors, *, labelled: bool) -> None:
    labels, where = step.fake_labels, f"the fake labels of '{judge}'"
    text = f"{where} are {'missing' if labels is None else 'given'} on data {'with' if labelled else 'without'} labels"
    require((labels is not None) == labelled, text)
    if labels is not None:
        fits = tuple(labels.shape) == (BATCH,) and labels.dtype == tf.int32
        require(fits, f"{where} are {labels.dtype.name} {tuple(labels.shape)}, not int32 [B]")
        inside = np.min(labels) >= 0 and np.max(labels) < CLASSES
        require(inside, f"{where} go from {np.min(labels)} to {np.max(labels)}, with {CLASSES} classes")
