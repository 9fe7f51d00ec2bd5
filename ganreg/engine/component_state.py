"""The variables of components: what they keep from one update to the next."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import attrs
import keras
import tensorflow as tf

from ganreg.contract.assembly import Assembly, Part
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.engine.outside import outside_of_strategy


def with_state(
    assembly: Assembly, data: DataSpec, generator: keras.Model, discriminator: keras.Model, *, suffix: str = ""
) -> Sequence[Part]:
    """The loss and the regularizers, each with variables made from the initial values that it names.

    Args:
        assembly: the components.
        data: the description of the samples that the discriminator judges.
        generator: the network whose samples are judged, for components whose state depends on its variables.
        discriminator: likewise.
        suffix: added to each label, where there are several discriminators. Defaults to nothing.

    Raises:
        PluginError: a component's code failed.
    """
    parts = []
    for part in (assembly.parts["loss"], *assembly.regularizer_parts):
        label = part.label + suffix
        with attributed(part.origin, "initial_state"):
            values = dict(part.implementation.initial_state(data))
            if "initial_network_state" in part.overrides:
                values |= part.implementation.initial_network_state(generator, discriminator)
            if "initial_assembly_state" in part.overrides:
                # It may train a network that no device shares.
                values |= outside_of_strategy(functools.partial(part.implementation.initial_assembly_state, assembly))
        state = {name: _variable(initial, f"{label}/{name}") for name, initial in values.items()}
        parts.append(attrs.evolve(part, label=label, state=state))
    return parts


def _variable(initial: Any, name: str) -> tf.Variable:
    shape = initial.shape if isinstance(initial, tf.Variable) else None
    return tf.Variable(initial, trainable=False, name=name, shape=shape)
