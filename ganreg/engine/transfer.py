"""Starting from trained networks: what fits of another GAN's weights is copied, layer by layer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import attrs
import keras
import numpy as np

from ganreg.engine.players import Players
from ganreg.engine.transferred import Transfer
from ganreg.errors import AssemblyError

_NUMBER = re.compile(r"_\d+(?=/|$)")
"""The number that Keras appends to a name that a program has used before."""
_SAME_NAME = 0.5
"""What the same name counts for among layers of the same shapes, in weights."""


@attrs.frozen(eq=False)
class LayerWeights:
    """The variables of one layer.

    Attributes:
        name: its name in the network, without the numbers that depend on what the program built before.
        variables: its variables of floats, in order.
    """

    name: str
    variables: tuple[Any, ...]

    @property
    def form(self) -> tuple[Any, ...]:
        """What another layer must have in common with it: the kinds of its variables, and their shapes."""
        return tuple((one.path.rpartition("/")[2], tuple(one.shape)) for one in self.variables)

    @property
    def size(self) -> int:
        """The number of weights."""
        return sum(int(np.prod(variable.shape)) for variable in self.variables)


def transfer(players: Players, other: Players, source: str, weights: str) -> Transfer:
    """Copies weights and moving averages from other networks; optimizers and components' states stay as they are.

    Networks are matched by their names in the game. Within a network, layers are matched in order, by the shapes of
    their variables and by their names, so that as many weights as possible are copied. Where the other network has no
    moving average, its weights take the place of one.

    Args:
        players: what to change.
        other: what to copy from.
        source: what messages call it.
        weights: the hash of its variables.

    Raises:
        AssemblyError: nothing fits.
    """
    loaded: dict[str, list[str]] = {}
    left: dict[str, list[str]] = {}
    for name, network in players.networks.items():
        mine, others = layers_of(network), layers_of(other.networks[name]) if name in other.networks else []
        pairs = matched(mine, others)
        average = players.averages.get(name)
        for own, theirs in pairs.items():
            _copy(others[theirs], mine[own])
            if average is not None:
                averaged = other.averages[name].target if name in other.averages else other.networks[name]
                _copy(layers_of(averaged)[theirs], layers_of(average.target)[own])
        loaded[name] = [mine[own].name for own in pairs]
        left[name] = [_described(layer) for place, layer in enumerate(mine) if place not in pairs]
    if not any(loaded.values()):
        networks = ", ".join(other.networks)
        raise AssemblyError(
            f"nothing of {source} fits: no layer of its networks ({networks}) has the shapes of one here; "
            "leave start_from out, or choose networks like those"
        )
    return Transfer(source, weights, other.done, loaded, left)


def layers_of(network: keras.Model) -> list[LayerWeights]:
    """The layers of a network that have variables of floats, in order."""
    floats = [variable for variable in network.variables if variable.value.dtype.is_floating]
    groups = itertools.groupby(floats, key=lambda variable: variable.path.rpartition("/")[0])
    named = [(path, tuple(variables)) for path, variables in groups]
    names = _numbered([path for path, _ in named])
    return [LayerWeights(name, variables) for name, (_, variables) in zip(names, named, strict=True)]


def _numbered(paths: Sequence[str]) -> list[str]:
    """Names that do not depend on what the program built before: each kind is counted from its least number."""
    numbers = [tuple(int(one[1:]) for one in _NUMBER.findall(path)) for path in paths]
    kinds = [_NUMBER.sub("", path) for path in paths]
    ranks: dict[str, list[tuple[int, ...]]] = {}
    for kind, number in zip(kinds, numbers, strict=True):
        ranks.setdefault(kind, []).append(number)
    return [
        kind if len(ranks[kind]) == 1 else f"{kind}_{sorted(ranks[kind]).index(number)}"
        for kind, number in zip(kinds, numbers, strict=True)
    ]


def matched(mine: Sequence[LayerWeights], others: Sequence[LayerWeights]) -> dict[int, int]:
    """Which layer fits which: the pairs in order, with as many weights as possible and then as many equal names.

    Args:
        mine: the layers of one network.
        others: the layers of another one.

    Returns:
        The places of layers in `others`, by the place of the layer that they fit.
    """
    worth = np.zeros((len(mine) + 1, len(others) + 1))
    forms = [layer.form for layer in others]
    for i, own in enumerate(mine):
        for j, theirs in enumerate(others):
            fits = own.form == forms[j]
            pair = worth[i, j] + own.size + _SAME_NAME * (own.name == theirs.name) if fits else -1.0
            worth[i + 1, j + 1] = max(pair, worth[i, j + 1], worth[i + 1, j])
    pairs: dict[int, int] = {}
    i, j = len(mine), len(others)
    while i and j:
        if worth[i, j] == worth[i - 1, j]:
            i -= 1
        elif worth[i, j] == worth[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs[i] = j
    return dict(sorted(pairs.items()))


def _copy(source: LayerWeights, target: LayerWeights) -> None:
    for theirs, own in zip(source.variables, target.variables, strict=True):
        own.value.assign(theirs.value)


def _described(layer: LayerWeights) -> str:
    shapes = (f"{one.path.rpartition('/')[2]} {'x'.join(map(str, one.shape)) or 'scalar'}" for one in layer.variables)
    return f"{layer.name} ({', '.join(shapes)})"
