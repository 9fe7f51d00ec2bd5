"""Test benches: tiny GANs that consist of the component under test and of reference components."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import attrs
import tensorflow as tf

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.games import Game
from ganreg.contract.implementation import Problem
from ganreg.contract.recipes import Recipe
from ganreg.contract.schedule import Phase
from ganreg.contract.specs import Spec
from ganreg.data.arrays import Array
from ganreg.engine.checks import problems
from ganreg.engine.forward import Maker
from ganreg.engine.resolving import resolve
from ganreg.engine.step_tensors import StepTensors
from ganreg.engine.variables import variable_groups
from ganreg.errors import AssemblyError
from ganreg.gan import GAN
from ganreg.testing.check import NETWORKS
from ganreg.testing.failures import NotApplicableError
from ganreg.testing.reference import (
    ReferenceDiscriminator,
    ReferenceEnergy,
    ReferenceLoss,
    ReferenceTranslation,
    networks_for,
)
from ganreg.testing.settings import BATCH, Setting, settings_of
from ganreg.testing.subject import Subject

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]

TRAINING_SAMPLES = 4 * BATCH
# Not Adam, whose first updates amplify rounding errors of gradients near 0 to steps of the full learning rate.
OPTIMIZER = "sgd:learning_rate=0.01"


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
        own = {self.role: self._own()} if self.subject.kind != "regularizer" else {}
        components = self._partners() | partners | own
        regularizers = [self.subject.instance] if self.subject.kind == "regularizer" else []
        # Some regularizers of translations learn from the samples themselves.
        data = self.setting.data if self.setting.source is None else self.setting.samples(TRAINING_SAMPLES)
        return resolve(recipe, data=data, components=components, regularizers=regularizers)

    @property
    def role(self) -> str:
        """What the component is in the GAN: a translator is its generator."""
        return "generator" if self.subject.kind == "translator" else self.subject.kind

    def _own(self) -> Any:
        if self.setting.labelled and self.subject.kind in NETWORKS:
            return attrs.evolve(self.subject.instance, conditional=True)
        return self.subject.instance

    def _partners(self) -> dict[str, Any]:
        kind, data = self.subject.kind, self.setting.data
        game = self.subject.instance if kind == "game" else ReferenceTranslation() if data.paired else Game()
        partners = networks_for(game, data) | {"loss": ReferenceLoss()}
        if data.paired and kind != "game":
            partners["game"] = game
        if kind == "loss" and self.subject.instance.needs_energy:
            partners["discriminator"] = ReferenceEnergy(conditional=self.setting.labelled)
        elif kind == "regularizer":
            # Several regularizers need a conditional generator with an unconditional discriminator; none the reverse.
            partners["discriminator"] = ReferenceDiscriminator()
        return partners

    def problems(self) -> list[Problem]:
        """The problems that the component or the core reports about the assembly; empty if there are none.

        Raises:
            PluginError: the component's code failed.
        """
        try:
            return list(problems(self.assembly()))
        except AssemblyError as refusal:
            message, _, hint = str(refusal).rpartition("; ")
            return [Problem("error", message, hint) if message else Problem("error", hint)]

    def refusals(self) -> list[Problem]:
        """The errors among the problems."""
        return [problem for problem in self.problems() if problem.severity == "error"]

    def gan(self, **options: Any) -> GAN:
        """A new GAN; options as for `assembly`."""
        return GAN(self.assembly(**options))

    def fit(
        self, gan: GAN, steps: int, execution: str = "eager", *, updates_per_call: int = 1
    ) -> dict[str, list[float]]:
        """Trains for some updates of each player, one per call by default; returns the history."""
        data = self.setting.samples(TRAINING_SAMPLES)
        history = gan.fit(data, steps=steps, verbose=0, execution=execution, updates_per_call=updates_per_call)
        return dict(history.history)

    def batch(self) -> dict[str, tf.Tensor]:
        """One batch of samples, and of labels and sources where there are any, as tensors by name."""
        data = self.setting.samples(BATCH)
        batch = {"real": tf.constant(data.train)}
        if data.train_labels is not None:
            batch["labels"] = tf.constant(data.train_labels)
        if data.source is not None:
            batch["source"] = tf.constant(data.source.train[:BATCH])
        return batch

    def round(self, gan: GAN, phase: Phase, *, makers: Mapping[str, Maker] | None = None) -> None:
        """Runs one eager iteration of the schedule on the first batch.

        Args:
            gan: the GAN, whose variables change.
            phase: the updates.
            makers: how to call the networks that are not discriminators, by name. Defaults to the GAN's own.
        """
        updates = gan.players.updates if makers is None else attrs.evolve(gan.players.updates, makers=makers)
        batches = {name: values[tf.newaxis] for name, values in self.batch().items()}
        updates.round(phase, batches, tf.constant(0, tf.int64), generator_first=False)

    def tensors(self, gan: GAN, player: str, iteration: int = 0) -> Sequence[StepTensors]:
        """The tensors of one update of a player, in each match."""
        return gan.players.updates.tensors(player, self.batch(), tf.constant(iteration), tf.constant(iteration))

    def part(self, gan: GAN) -> Part:
        """The regularizer's or the loss's place in a GAN."""
        objectives = gan.players.updates.matches[0].objectives
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


def benches(subject: Subject, *, training: bool = False) -> Iterator[Bench]:
    """Yields a bench for each of `settings_of` a component, including those that it refuses."""
    return (Bench(subject, setting) for setting in settings_of(subject, training=training))


def _first_bench(subject: Subject) -> Bench:
    """The bench on the smallest data that the component accepts.

    Raises:
        NotApplicableError: it refuses all data.
    """
    for bench in benches(subject, training=True):
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
