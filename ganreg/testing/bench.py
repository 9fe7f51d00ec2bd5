"""Test benches: tiny GANs that consist of the component under test and of reference components."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Literal

import attrs
import numpy as np
import tensorflow as tf

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.implementation import Problem
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.engine.checks import problems
from ganreg.engine.resolving import resolve
from ganreg.engine.step_tensors import StepTensors
from ganreg.engine.variables import variable_groups
from ganreg.gan import GAN
from ganreg.testing.check import NETWORKS
from ganreg.testing.failures import NotApplicableError
from ganreg.testing.reference import ReferenceDiscriminator, ReferenceEnergy, ReferenceGenerator, ReferenceLoss
from ganreg.testing.subject import Subject

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]

BATCH = 8
CLASSES = 3
# Not Adam, whose first updates amplify rounding errors of gradients near 0 to steps of the full learning rate.
OPTIMIZER = "sgd:learning_rate=0.01"


@attrs.frozen
class Setting:
    """Data on which a component is tested.

    Attributes:
        shape: the shape of one sample; images have values in -1..1.
        labelled: whether there are classes, on which the networks are then conditioned.
    """

    shape: tuple[int, ...]
    labelled: bool = False

    @property
    def data(self) -> DataSpec:
        """The description of one sample."""
        value_range = (-1.0, 1.0) if len(self.shape) == 3 else None
        return DataSpec(self.shape, CLASSES if self.labelled else None, value_range)

    def samples(self, count: int) -> tuple[Array, Array | None]:
        """Samples `[count, *shape]` and their classes, which are the same each time."""
        draw = np.random.default_rng(0)
        samples = draw.uniform(-1, 1, (count, *self.shape)).astype(np.float32)
        return samples, draw.integers(CLASSES, size=count).astype(np.int32) if self.labelled else None

    def __str__(self) -> str:
        return f"{'x'.join(map(str, self.shape))} data {'with' if self.labelled else 'without'} labels"


def _both_ways(*shapes: tuple[int, ...]) -> tuple[Setting, ...]:
    return tuple(Setting(shape, labelled) for shape in shapes for labelled in (False, True))


EVERY_SETTING = _both_ways((2,), (28, 28, 1), (32, 32, 3))
"""The data for which every component must be built or refused."""

_TRAINING_SETTINGS = _both_ways((2,), (8, 8, 1), (16, 16, 1), (28, 28, 1), (32, 32, 3))
"""The data for updates, of which the first that the component accepts is used."""


@attrs.frozen(eq=False, slots=False)
class Bench:
    """The tiny GANs of one component on one kind of data.

    Attributes:
        subject: the component.
        setting: the data.
    """

    subject: Subject
    setting: Setting

    def assembly(self, *, seed: int = 1, precision: Precision = "float32", **partners: Any) -> Assembly:
        """Assembles the component with its partners, without checks.

        Args:
            seed: the seed of the recipe.
            precision: the precision of the recipe.
            **partners: implementations by role, which replace the reference components.
        """
        optimizer = Spec.parse(OPTIMIZER)
        recipe = Recipe(
            batch_size=BATCH,
            seed=seed,
            precision=precision,
            ema_decay=0.0,
            generator_optimizer=optimizer,
            discriminator_optimizer=optimizer,
        )
        own = {self.subject.kind: self._own()} if self.subject.kind != "regularizer" else {}
        components = self._partners() | partners | own
        regularizers = [self.subject.instance] if self.subject.kind == "regularizer" else []
        return resolve(recipe, data=self.setting.data, components=components, regularizers=regularizers)

    def _own(self) -> Any:
        if self.setting.labelled and self.subject.kind in NETWORKS:
            return attrs.evolve(self.subject.instance, conditional=True)
        return self.subject.instance

    def _partners(self) -> dict[str, Any]:
        labelled, kind = self.setting.labelled, self.subject.kind
        needs_energy = kind == "loss" and self.subject.instance.needs_energy
        return {
            "generator": ReferenceGenerator(conditional=labelled),
            # Several regularizers need a conditional generator with an unconditional discriminator; none the reverse.
            "discriminator": (ReferenceEnergy if needs_energy else ReferenceDiscriminator)(
                conditional=labelled and kind != "regularizer"
            ),
            "loss": ReferenceLoss(),
        }

    def refusals(self) -> list[Problem]:
        """The errors that the component or the core reports about the assembly; empty if there are none."""
        return [problem for problem in problems(self.assembly()) if problem.severity == "error"]

    def gan(self, **options: Any) -> GAN:
        """A new GAN; options as for `assembly`."""
        return GAN(self.assembly(**options))

    def fit(self, gan: GAN, steps: int, execution: str = "eager") -> dict[str, list[float]]:
        """Trains for some updates of each player, one per call; returns the history."""
        samples, labels = self.setting.samples(4 * BATCH)
        history = gan.fit(samples, labels, steps=steps, verbose=0, execution=execution, updates_per_call=1)
        return dict(history.history)

    def batch(self) -> tuple[tf.Tensor, tf.Tensor | None]:
        """One batch of samples and labels as tensors."""
        samples, labels = self.setting.samples(BATCH)
        return tf.constant(samples), None if labels is None else tf.constant(labels)

    def tensors(self, gan: GAN, player: str, iteration: int = 0) -> StepTensors:
        """The tensors of one update of a player."""
        real, labels = self.batch()
        return gan.players.updates.tensors(player, real, labels, tf.constant(iteration), tf.constant(iteration))

    def part(self, gan: GAN) -> Part:
        """The regularizer's or the loss's place in a GAN."""
        objectives = gan.players.updates.objectives
        return objectives.regularizers[0] if self.subject.kind == "regularizer" else objectives.loss

    @functools.cached_property
    def trained(self) -> tuple[GAN, dict[str, list[Array]]]:
        """A GAN after two eager updates, and the values of its variables. Callers must not change it."""
        gan = self.gan()
        self.fit(gan, 2)
        return gan, values_of(gan)


def values_of(gan: GAN) -> dict[str, list[Array]]:
    """All variables' values, by group."""
    return {name: [variable.numpy() for variable in group] for name, group in variable_groups(gan.players).items()}


def differing(first: dict[str, list[Array]], second: dict[str, list[Array]]) -> list[str]:
    """The groups in which some variable is not bit-identical."""
    return [
        name
        for name, values in first.items()
        if any(one.tobytes() != other.tobytes() for one, other in zip(values, second[name], strict=True))
    ]


def benches(subject: Subject, settings: tuple[Setting, ...] = EVERY_SETTING) -> Iterator[Bench]:
    """Yields a bench for each setting, including those that the component refuses."""
    return (Bench(subject, setting) for setting in settings)


def _first_bench(subject: Subject) -> Bench:
    """The bench on the smallest data that the component accepts.

    Raises:
        NotApplicableError: it refuses all data.
    """
    for bench in benches(subject, _TRAINING_SETTINGS):
        try:
            if not bench.refusals():
                return bench
        except Exception as error:
            raise NotApplicableError(f"cannot be assembled: {' '.join(str(error).split())}") from error
    raise NotApplicableError("it refuses all kinds of data in the checks")


def bench_of(subject: Subject) -> Bench:
    """A component's bench on the first data that it accepts, created once.

    Raises:
        NotApplicableError: it refuses all data.
    """
    if "bench" not in subject.kept:
        subject.kept["bench"] = _first_bench(subject)
    bench: Bench = subject.kept["bench"]
    return bench
