"""Checks of compiled updates: they agree with eager updates and compile once."""

from __future__ import annotations

import functools
import warnings

import attrs
import numpy as np
import tensorflow as tf

from ganreg.data.arrays import Array
from ganreg.engine.running.execution import Execution
from ganreg.engine.variables import variable_groups
from ganreg.gan import GAN
from ganreg.testing.bench import bench_of, differing, values_of
from ganreg.testing.check import PLAYED, check
from ganreg.testing.failures import NotApplicableError, require
from ganreg.testing.subject import Subject

UPDATES = 3
"""The number of updates of each GAN."""
_RELATIVE, _ABSOLUTE = 2e-3, 2e-4
"""Tolerances for the difference after three updates, in which sums may be computed in another order."""


@attrs.frozen(eq=False)
class Outcome:
    """A GAN after a few updates in one execution mode.

    Attributes:
        gan: the GAN.
        warned: the warnings that were raised.
    """

    gan: GAN
    warned: tuple[str, ...]


@functools.lru_cache(maxsize=4)
def outcome(subject: Subject, execution: str, updates_per_call: int = 1) -> Outcome:
    """Trains a new GAN from the initial variables that all executions share. Callers must not change it."""
    gan = bench_of(subject).gan()
    for variable, value in zip(variables_of(gan), variables_of(beginning(subject)), strict=True):
        variable.assign(value)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bench_of(subject).fit(gan, UPDATES, execution, updates_per_call=updates_per_call)
    return Outcome(gan, tuple(str(one.message) for one in caught))


@functools.lru_cache(maxsize=1)
def beginning(subject: Subject) -> GAN:
    """A GAN that is not trained, whose variables all executions start from. Callers must not change it."""
    return bench_of(subject).gan()


def variables_of(gan: GAN) -> list[tf.Variable]:
    """All variables of a GAN, always in the same order."""
    return [variable for group in variable_groups(gan.players).values() for variable in group]


@check(*PLAYED, proves="eager, graph and XLA updates lead to the same weights")
def executions_agree(subject: Subject) -> None:
    """Trains three GANs from the same initial weights, one in each mode.

    Keras draws its random numbers with TensorFlow, which draws different ones under XLA, so components that use them
    are not compared there.
    """
    eager = values_of(outcome(subject, "eager").gan)
    for execution in ("graph", "xla"):
        if execution == "xla" and _draws_by_keras(subject):
            raise NotApplicableError("graph and eager updates agree; Keras draws different random numbers under XLA")
        values = values_of(outcome(subject, execution).gan)
        for name, group in eager.items():
            same = all(agree(one, other) for one, other in zip(group, values[name], strict=True))
            require(same, f"{execution} updates lead to another {name.replace('_', ' ')} than eager updates")


def _draws_by_keras(subject: Subject) -> bool:
    gan = outcome(subject, "eager").gan
    return any(
        "seed_generator_state" in variable.path
        for network in gan.networks.values()
        for variable in network.non_trainable_variables
    )


def agree(one: Array, other: Array, *, closeness: float = 1.0) -> bool:
    """Whether two values of a variable are the same up to rounding; integers must be equal.

    Args:
        one: the values.
        other: other values.
        closeness: how many times as close they must be as those of graph and XLA execution. Defaults to 1.
    """
    if one.dtype.kind != "f":
        return bool(np.array_equal(one, other))
    scale = max(1.0, float(np.abs(one).max(initial=0.0)))
    return bool(np.allclose(one, other, rtol=_RELATIVE / closeness, atol=_ABSOLUTE * scale / closeness))


@check("game", proves="several updates in one compiled call are the same as one update per call, bit for bit")
def calls_hold_any_number_of_updates(subject: Subject) -> None:
    """Trains two GANs from the same initial weights: by one call per update, and by a single call."""
    one, all_ = values_of(outcome(subject, "graph").gan), values_of(outcome(subject, "graph", UPDATES).gan)
    changed = [name.replace("_", " ") for name in differing(one, all_)]
    groups = " and the ".join(changed)
    require(not changed, f"with {UPDATES} updates in one call, the {groups} differ from those of one update per call")


@check(*PLAYED, proves="XLA can compile it")
def compiles_by_xla(subject: Subject) -> None:
    """Checks for the warning that the graph runs instead."""
    refused = [message for message in outcome(subject, "xla").warned if "XLA cannot compile" in message]
    require(not refused, " ".join(refused))


@check(*PLAYED, proves="its update is traced only once")
def compiles_once(subject: Subject) -> None:
    """Counts the traces of each compiled function; iterations with other lazy penalties have separate functions."""
    gan = outcome(subject, "graph").gan
    phase, execution = gan.recipe.schedule.phase(0), Execution("graph")
    traces = [gan.programs.function_for(phase, execution, iteration).traces for iteration in range(UPDATES)]
    require(max(traces) == 1, f"its update is traced {max(traces)} times; does it create a tf.Variable during tracing?")
