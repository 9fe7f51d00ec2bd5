"""What Keras's own files of a model leave out: the counter, the components' states, and the seeds of layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganreg.engine.players import Players
from ganreg.errors import RunError

_EPOCH = "epoch_began"


def write_state(players: Players, store: Any) -> None:
    """Writes everything that Keras does not save with the layers and the optimizers.

    Args:
        players: the players.
        store: a group of a file, which takes arrays by name.
    """
    for name, variable in _variables(players).items():
        store[name] = variable.numpy()
    store[_EPOCH] = np.int64(players.epoch_began)


def read_state(players: Players, store: Any) -> None:
    """Restores what `write_state` wrote.

    Raises:
        RunError: the file holds other variables, because it belongs to another recipe.
    """
    variables = _variables(players)
    held = set(store.keys())
    missing, foreign = sorted({*variables, _EPOCH} - held), sorted(held - {*variables, _EPOCH})
    if missing or foreign:
        kind, names = ("lacks", missing) if missing else ("holds", foreign)
        raise RunError(f"the file belongs to a GAN of another recipe: it {kind} {names[0]}")
    for name, variable in variables.items():
        variable.assign(np.asarray(store[name]))
    players.epoch_began = int(np.asarray(store[_EPOCH]))


def _variables(players: Players) -> Mapping[str, tf.Variable]:
    """The variables by the names that they have in a file, without slashes, which would make groups."""
    variables = {"iterations": players.iterations}
    for label, state in players.component_state.items():
        for name, variable in state.items():
            variables[f"component_state.{label}.{name}".replace("/", ".")] = variable
    averages = {f"average_{name}": average.target for name, average in players.averages.items()}
    for name, network in {**players.networks, **averages}.items():
        for index, variable in enumerate(_integers(network)):
            variables[f"integers.{name}.{index}"] = variable
    return variables


def _integers(network: keras.Model) -> Iterator[tf.Variable]:
    """A network's variables of integers: above all the seeds of dropout, which Keras leaves out."""
    for variable in network.variables:
        if not variable.value.dtype.is_floating:
            yield variable.value
