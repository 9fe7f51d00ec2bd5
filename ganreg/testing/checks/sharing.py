"""Checks of updates whose batch several devices share."""

from __future__ import annotations

import tensorflow as tf

from ganreg.engine.devices import depends_on_devices
from ganreg.engine.replicas import assembling_on, seeds_of
from ganreg.engine.variables import variable_groups
from ganreg.gan import GAN
from ganreg.testing.bench import bench_of, values_of
from ganreg.testing.check import PLAYED, check
from ganreg.testing.checks.executing import UPDATES, agree, beginning, outcome, variables_of
from ganreg.testing.devices import two_devices
from ganreg.testing.failures import NotApplicableError, require
from ganreg.testing.subject import Subject

_CLOSENESS = 5.0
"""Both trainings run the same graph, in which only sums over a batch are computed in another order. Keras computes the
variance of several devices as a difference of means, which loses some digits."""


@check(
    *PLAYED, proves="two devices that share each batch keep equal copies of all variables, and compute what one does"
)
def devices_agree(subject: Subject) -> None:
    """Trains on one device and on two from the same initial weights.

    The numbers are not compared if the component declares that it sees the batch, or if Keras draws random numbers for
    it, which differ by device. Batch normalisation uses the statistics of the whole batch here.
    """
    bench, strategy = bench_of(subject), two_devices()
    if reason := subject.instance.needs_one_device:
        raise NotApplicableError(f"several devices cannot share a batch with it: it {reason}")
    alone = outcome(subject, "graph").gan
    with assembling_on(strategy):
        shared = bench.gan()
    shared.synchronize_batch_norm()
    for variable, value in zip(variables_of(shared), variables_of(beginning(subject)), strict=True):
        variable.assign(value.numpy())
    bench.fit(shared, UPDATES, "graph")
    for name, group in variable_groups(shared.players).items():
        equal = all(_is_equal(variable, strategy, shared) for variable in group)
        require(equal, f"the devices' copies of the {name.replace('_', ' ')} differ after {UPDATES} updates")
    if depends_on_devices(shared.assembly, shared.networks):
        return
    if _seeds(shared):
        raise NotApplicableError("the copies are equal; Keras draws other random numbers on each device")
    values = values_of(shared)
    for name, group in values_of(alone).items():
        same = all(agree(one, other, closeness=_CLOSENESS) for one, other in zip(group, values[name], strict=True))
        require(
            same,
            f"two devices lead to another {name.replace('_', ' ')} than one; average over samples by step.mean, draw "
            "random numbers along the axis of the samples, or declare sees_batch",
        )


def _is_equal(variable: tf.Variable, strategy: tf.distribute.Strategy, gan: GAN) -> bool:
    first, second = (copy.numpy() for copy in strategy.experimental_local_results(variable))
    return id(variable) in _seeds(gan) or first.tobytes() == second.tobytes()


def _seeds(gan: GAN) -> set[int]:
    networks = [*gan.networks.values(), *gan.average_networks.values()]
    return {id(seed.value) for network in networks for seed in seeds_of(network)}
