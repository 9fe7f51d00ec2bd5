"""All variables that the rest of a training depends on, as groups of TensorFlow variables."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import tensorflow as tf

from ganreg.engine.players import Players


def variable_groups(players: Players) -> dict[str, list[tf.Variable]]:
    """Groups all variables by name: networks (with dropout's seeds), optimizers, moving average, components' state."""
    groups = {name: _values(network.variables) for name, network in players.networks.items()}
    for player in (players.generator, players.discriminator):
        groups[f"{player.name}_optimizer"] = _values(player.optimizer.variables)
    groups["iterations"] = [players.iterations]
    groups["component_state"] = [
        variable for _, state in sorted(players.component_state.items()) for _, variable in sorted(state.items())
    ]
    groups |= {f"average_{name}": _values(average.target.variables) for name, average in players.averages.items()}
    return groups


def _values(variables: Iterable[Any]) -> list[tf.Variable]:
    return [variable.value for variable in variables]


def weights_hash(players: Players) -> str:
    """Hashes every variable's type, shape and bytes (SHA-256, hexadecimal); equal for bit-identical trainings."""
    digest = hashlib.sha256()
    for name, group in sorted(variable_groups(players).items()):
        for variable in group:
            value = variable.numpy()
            digest.update(f"{name} {variable.dtype.name} {value.shape};".encode())
            digest.update(value.tobytes())
    return digest.hexdigest()


@contextlib.contextmanager
def put_back(players: Players) -> Iterator[None]:
    """Restores every variable's value at the end of the block."""
    variables = [variable for group in variable_groups(players).values() for variable in group]
    before = [variable.numpy() for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
