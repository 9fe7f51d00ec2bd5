"""Everything that the future of a training depends on, as groups of TensorFlow variables."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN


def variable_groups(gan: GAN) -> dict[str, list[tf.Variable]]:
    """The variables of both networks (dropout's seeds too), both optimizers, the average, and the components' state."""
    groups = {
        "generator": _values(gan.generator.variables),
        "discriminator": _values(gan.discriminator.variables),
        "generator_optimizer": _values(gan.generator_optimizer.variables),
        "discriminator_optimizer": _values(gan.discriminator_optimizer.variables),
        "iterations": [gan.iterations],
        "component_state": [
            variable for _, state in sorted(gan.component_state.items()) for _, variable in sorted(state.items())
        ],
    }
    if gan.average is not None:
        groups["average_generator"] = _values(gan.average_generator.variables)
    return groups


def _values(variables: Iterable[Any]) -> list[tf.Variable]:
    return [variable.value for variable in variables]


def weights_hash(gan: GAN) -> str:
    """The SHA-256 of every variable's type, shape and bytes, in hexadecimal; equal for bit-identical trainings."""
    digest = hashlib.sha256()
    for name, group in sorted(variable_groups(gan).items()):
        for variable in group:
            value = variable.numpy()
            digest.update(f"{name} {variable.dtype.name} {value.shape};".encode())
            digest.update(value.tobytes())
    return digest.hexdigest()


@contextlib.contextmanager
def put_back(gan: GAN) -> Iterator[None]:
    """Undoes what is done to any variable inside."""
    variables = [variable for group in variable_groups(gan).values() for variable in group]
    before = [variable.numpy() for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
