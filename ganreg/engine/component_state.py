"""The variables of components: what they keep from one update to the next."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import keras
import tensorflow as tf

from ganreg.contract.assembly import Assembly, Part
from ganreg.engine.attribution import attributed


def with_state(assembly: Assembly, generator: keras.Model, discriminator: keras.Model) -> Sequence[Part]:
    """The loss and the regularizers, each with variables made from the initial values that it names.

    Args:
        assembly: the components.
        generator: its network, for components whose state depends on its variables.
        discriminator: likewise.

    Raises:
        PluginError: a component's code failed.
    """
    parts = []
    for part in (assembly.parts["loss"], *assembly.regularizer_parts):
        with attributed(part.origin, "initial_state"):
            values = dict(part.implementation.initial_state(assembly.data))
            if "initial_network_state" in part.overrides:
                values |= part.implementation.initial_network_state(generator, discriminator)
        state = {
            name: tf.Variable(initial, trainable=False, name=f"{part.label}/{name}") for name, initial in values.items()
        }
        parts.append(attrs.evolve(part, state=state))
    return parts
